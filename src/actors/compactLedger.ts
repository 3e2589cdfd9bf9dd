import { type AfterSaleId, instant } from '../domain/ids.js';
import { minor } from '../domain/money.js';
import type { AfterSale, PendingTransfer, TimerRow, Transfer } from './rows.js';

/** Movements and deadlines as they are written down: an after-sale's id and the account named after it stand once. */

/** Whose it is: the place among the after-sales of the same changes, or the id of another, or nobody's. */
type Owner = number | AfterSaleId | null;

export type PackedTransfer = readonly [
  no: number,
  phase: Transfer['phase'],
  of: number | null,
  debit: string,
  credit: string,
  net: number,
  tax: number,
  decisionNo: number | null,
  owner: Owner,
];
export type PackedPending = readonly [no: number, debit: string, credit: string, net: number, tax: number];
export type PackedTimer = readonly [owner: Owner, timerId: string, dueAt: number, suspendedMs: number | null, visit: number];
export type PackedCleared = readonly [owner: Owner, timerId: string];

type Ids = readonly Pick<AfterSale, 'id'>[];

/** An owner by its place among these after-sales. */
export function ownerIn(afterSales: Ids): (id: AfterSaleId | null) => Owner {
  const places = new Map(afterSales.map(({ id }, place) => [id, place]));
  return (id) => (id === null ? null : (places.get(id) ?? id));
}

function idOf(owner: Owner, afterSales: Ids): AfterSaleId | null {
  if (typeof owner !== 'number') return owner;
  const row = afterSales[owner];
  if (row === undefined) throw new RangeError(`there is no after-sale at place ${owner}`);
  return row.id;
}

/** What is owed for the after-sale itself. */
const OWN = 'payable';
const packAccount = (account: string, id: AfterSaleId | null): string => (id !== null && account === `${OWN}:${id}` ? OWN : account);
const unpackAccount = (account: string, id: AfterSaleId | null): string => (account === OWN ? `${OWN}:${id}` : account);

/** A transfer as the trail keeps it: its fields by their place. `owner` gives the place of its after-sale. */
export const packTransfer = (t: Transfer, owner: (id: AfterSaleId | null) => Owner): PackedTransfer => [
  ...([t.no, t.phase, t.of, packAccount(t.debit, t.afterSaleId), packAccount(t.credit, t.afterSaleId)] as const),
  ...([t.net, t.tax, t.decisionNo, owner(t.afterSaleId)] as const),
];

/** The transfer that `packTransfer` wrote down. */
export function unpackTransfer([no, phase, of, debit, credit, net, tax, decisionNo, owner]: PackedTransfer, afterSales: Ids): Transfer {
  const afterSaleId = idOf(owner, afterSales);
  return {
    ...{ no, afterSaleId, decisionNo, phase, of },
    ...{ debit: unpackAccount(debit, afterSaleId), credit: unpackAccount(credit, afterSaleId), net: minor(net), tax: minor(tax) },
  };
}

/** A deadline as the trail keeps it: its fields by their place. */
export const packTimer = (t: TimerRow, owner: (id: AfterSaleId | null) => Owner): PackedTimer => [
  owner(t.afterSaleId),
  t.timerId,
  t.dueAt,
  t.suspendedMs,
  t.visit,
];

/** The deadline that `packTimer` wrote down. Throws where its after-sale is not among those given. */
export function unpackTimer([owner, timerId, dueAt, suspendedMs, visit]: PackedTimer, afterSales: Ids): TimerRow {
  return { ...unpackCleared([owner, timerId], afterSales), dueAt: instant(dueAt), suspendedMs, visit };
}

type Cleared = Pick<TimerRow, 'afterSaleId' | 'timerId'>;

/** The name of a deadline that was taken away. */
export const packCleared = (t: Cleared, owner: (id: AfterSaleId | null) => Owner): PackedCleared => [owner(t.afterSaleId), t.timerId];

/** The name that `packCleared` wrote down. Throws where its after-sale is not among those given. */
export function unpackCleared([owner, timerId]: PackedCleared, afterSales: Ids): Cleared {
  const afterSaleId = idOf(owner, afterSales);
  if (afterSaleId === null) throw new TypeError(`the deadline ${timerId} is nobody’s`);
  return { afterSaleId, timerId };
}

/** A pending transfer of an after-sale, its fields by their place. */
export const packPending = ({ no, debit, credit, net, tax }: PendingTransfer, id: AfterSaleId): PackedPending => [
  no,
  packAccount(debit, id),
  packAccount(credit, id),
  net,
  tax,
];

/** The pending transfer that `packPending` wrote down. */
export const unpackPending = ([no, debit, credit, net, tax]: PackedPending, id: AfterSaleId): PendingTransfer => ({
  no,
  debit: unpackAccount(debit, id),
  credit: unpackAccount(credit, id),
  net: minor(net),
  tax: minor(tax),
});

/** Following longer lists costs more than writing down what comes of them. */
const FOLLOWED = 64;

/**
 * What is pending of an after-sale once these transfers are written: those that were pending, less what is posted or
 * voided of them, and the new ones. Undefined where there are too many to follow.
 */
export function pendingAfter(
  id: AfterSaleId,
  before: readonly PendingTransfer[],
  transfers: readonly Transfer[],
): readonly PendingTransfer[] | undefined {
  const own = transfers.filter((t) => t.afterSaleId === id && t.phase !== 'direct');
  if (own.length > FOLLOWED) return undefined;
  let pending = before;
  for (const { no, phase, of, debit, credit, net, tax } of own) {
    if (phase === 'pending') pending = [...pending, { no, debit, credit, net, tax }];
    else pending = pending.flatMap((p) => (p.no === of ? less(p, net, tax) : [p]));
  }
  return pending;
}

function less(p: PendingTransfer, net: number, tax: number): PendingTransfer[] {
  const { no, debit, credit } = p;
  return p.net === net && p.tax === tax ? [] : [{ no, debit, credit, net: minor(p.net - net), tax: minor(p.tax - tax) }];
}
