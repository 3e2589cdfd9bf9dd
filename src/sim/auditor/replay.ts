import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { TrailEvent } from '../../actors/reads.js';
import type { AfterSale, PrivateRow } from '../../actors/rows.js';
import type { WorldStore } from '../store/memoryStore.js';
import type { AuditedBook } from './book.js';
import { type Finding, found } from './finding.js';

/** The trail (promise 7): a chain of hashes which, applied, gives the stored state. */

/** What an after-sale is before anything is said of it. */
const BLANK = {
  ...{ origin: 'own', finishedAt: null, live: true, claim: 'unit', asked: null, missing: [], freight: 'never', holds: true },
  ...{ reserved: [], reservedShares: [], pending: [], decisions: [], extra: [], wanted: null, payments: [], difference: 0 },
  ...{ offer: null, repairPrice: null, passed: null, remedied: null, sellable: false, goods: 'buyer' },
  ...{ hold: null, appeal: null, extendedMs: 0, returnAddress: null, shipments: [], advancedFreight: 0 },
};
const BLANK_STATE = {
  ...{ lastRefundId: 0, lastTransfer: 0, lastDecision: 0, lastVisit: 0, freightReserved: { net: 0, tax: 0 }, freightShares: [] },
  ...{ freightPending: [], facts: [], couponsHeld: {}, movedReferences: [] },
};
const BLANK_CHART = {
  ...{ remedy: 'refund', needsStop: false, automatic: false, reviewer: 'merchant', priceNamed: true, pickup: false, goods: 'buyer' },
  ...{ difference: 'none', afterStop: false, offers: 0, evidenceRequests: 0, offerKind: 'none', early: false, next: 'end', rest: false },
  ...{ endAs: 'completed', declines: 0, declined: 0, unknown: 0, begun: 0, appealBy: 'nobody', appealFrom: 'rejected' },
  ...{ appealReserves: false, ruled: false, held: false },
};

interface ChartPatch {
  readonly version?: number;
  readonly value?: unknown;
  readonly context?: object;
}
interface Pending {
  readonly no: number;
  readonly debit: string;
  readonly credit: string;
  readonly net: number;
  readonly tax: number;
}
type Patch = {
  readonly id: string;
  readonly chart?: ChartPatch;
  readonly pending?: readonly (readonly [number, string, string, number, number])[];
} & { readonly [field: string]: unknown };
type Balances = readonly number[] | undefined;
type TransferRow = readonly [number, string, number | null, string, string, number, number, number | null, string | null];
/** As the trail has it: the after-sale by its place among those that changed, and `payable` for its own account. */
type PackedTransfer = readonly [number, string, number | null, string, string, number, number, number | null, string | number | null];

interface Body {
  readonly version: number;
  readonly private?: { readonly id: string; readonly hash: string };
  readonly changes: {
    readonly state?: object;
    readonly afterSales?: readonly Patch[];
    readonly caps?: readonly { readonly key: string; readonly l?: Balances; readonly r?: Balances; readonly p?: Balances }[];
    readonly transfers?: readonly PackedTransfer[];
    readonly payouts?: readonly { readonly key: string }[];
  };
}

/** What a private row adds to the changes of its event: fields of after-sales, accounts of payouts. */
interface Texts {
  readonly afterSales?: { readonly [id: string]: object };
  readonly accounts?: { readonly [payoutKey: string]: string };
}

/** The hash of an event, over the one before it. */
export const chainHash = (previous: string, { commandId, at, body }: Pick<TrailEvent, 'commandId' | 'at' | 'body'>): string =>
  createHash('sha256').update(`${previous}\n${commandId} ${at}\n${body}`).digest('hex');

const saltedHash = ({ salt, content }: PrivateRow): string =>
  createHash('sha256')
    .update(`${salt}${content ?? ''}`)
    .digest('hex');

function textsIn(row: PrivateRow | undefined): Texts {
  if (row === undefined || row.content === null) return {};
  const { changes = {} } = JSON.parse(row.content) as { readonly changes?: Texts };
  return changes;
}

const named = (account: string, id: string | null): string => (account === 'payable' ? `payable:${id}` : account);

function transfersIn({ transfers = [], afterSales = [] }: Body['changes']): TransferRow[] {
  return transfers.map(([no, phase, of, debit, credit, net, tax, decisionNo, whose]) => {
    const id = typeof whose === 'number' ? (afterSales[whose]?.id ?? null) : whose;
    return [no, phase, of, named(debit, id), named(credit, id), net, tax, decisionNo, id];
  });
}

/** What an after-sale has pending: what it had, with what was reserved and without what was posted or voided. */
function pendingAfter(id: string, before: readonly Pending[], transfers: readonly TransferRow[]): Pending[] {
  const left = before.map((p) => ({ ...p }));
  for (const [no, phase, of, debit, credit, net, tax, , whose] of transfers) {
    if (whose !== id || phase === 'direct') continue;
    if (phase === 'pending') left.push({ no, debit, credit, net, tax });
    const settled = left.find((p) => p.no === of);
    if (settled === undefined) continue;
    settled.net -= net;
    settled.tax -= tax;
  }
  return left.filter((p) => p.net !== 0 || p.tax !== 0);
}

/** What the trail leaves out of a payout: what its key says where it goes to a tender, and what most payouts begin with. */
function leftOut(key: string): object {
  const first = { way: 'tender', account: null, source: null, points: 0, attempt: 1, reference: null };
  const [id = '', no, ...target] = key.split(':');
  if (id.length !== 36 || id.includes('/')) return first;
  const tenderId = target.join(':');
  return { ...first, afterSaleId: id, decisionNo: Number(no), tenderId, capKey: `tender:${tenderId}` };
}

class Replayed {
  state: object = BLANK_STATE;
  readonly afterSales = new Map<string, Record<string, unknown>>();
  readonly caps = new Map<string, number[]>();
  readonly transfers: TransferRow[] = [];
  readonly payouts = new Map<string, unknown>();

  apply({ changes }: Body, { afterSales = {}, accounts = {} }: Texts): void {
    this.state = { ...this.state, ...changes.state };
    const transfers = transfersIn(changes);
    for (const patch of changes.afterSales ?? []) this.#patch({ ...patch, ...afterSales[patch.id] }, transfers);
    for (const { key, l, r, p } of changes.caps ?? []) {
      const cap = this.caps.get(key) ?? Array(9).fill(0);
      for (const [part, deltas] of [l, r, p].entries())
        for (const [i, delta] of deltas?.entries() ?? []) cap[part * 3 + i] = (cap[part * 3 + i] ?? 0) + delta;
      this.caps.set(key, cap);
    }
    this.transfers.push(...transfers);
    for (const payout of changes.payouts ?? []) {
      const account = accounts[payout.key];
      this.payouts.set(payout.key, { ...leftOut(payout.key), ...payout, ...(account === undefined ? {} : { account }) });
    }
  }

  #patch({ chart, pending, ...fields }: Patch, transfers: readonly TransferRow[]): void {
    const before = this.afterSales.get(fields.id) ?? { ...BLANK, chart: { version: 1, value: '', context: BLANK_CHART } };
    const old = before.chart as { readonly version: number; readonly value: unknown; readonly context: object };
    const next = {
      version: chart?.version ?? old.version,
      value: chart?.value ?? old.value,
      context: { ...old.context, ...chart?.context },
    };
    const left =
      pending === undefined
        ? pendingAfter(fields.id, before.pending as readonly Pending[], transfers)
        : pending.map(([no, debit, credit, net, tax]) => ({
            no,
            debit: named(debit, fields.id),
            credit: named(credit, fields.id),
            net,
            tax,
          }));
    this.afterSales.set(fields.id, { ...before, ...fields, pending: left, chart: next });
  }
}

/** Reads a book's whole trail back from the store, follows its chain, applies it, and compares. */
export async function* replayBook(book: AuditedBook, store: WorldStore): AsyncGenerator<Finding> {
  const events = await store.reads.trail(book.key, 0, book.version + 10);
  if (events.length !== book.version) yield found(7, 'trailWhole', `the trail has ${events.length} events, the book is at ${book.version}`);
  const replayed = new Replayed();
  const privates = new Map((await store.reads.privatesOf(book.key)).map((row) => [row.id, row]));
  let previous = '';
  for (const event of events) {
    if (chainHash(previous, event) !== event.hash) yield found(7, 'chain', `the chain breaks at version ${event.version}`);
    previous = event.hash;
    const body = JSON.parse(event.body) as Body;
    const hidden = body.private === undefined ? undefined : privates.get(body.private.id);
    const erased = event.version < book.erasedAt;
    if (hidden !== undefined && (hidden.content === null) !== erased)
      yield found(7, 'erased', `the text ${hidden.id} was ${erased ? 'erased and is there' : 'not erased and is gone'}`);
    if (hidden !== undefined && !erased && saltedHash(hidden) !== hidden.hash)
      yield found(7, 'privateHash', `the text ${hidden.id} is another`);
    if (hidden?.hash !== body.private?.hash) yield found(7, 'privateThere', `the text of version ${event.version} is not there`);
    replayed.apply(body, textsIn(hidden));
  }
  yield* compareRows(book, store, replayed);
}

async function* compareRows(book: AuditedBook, { books, reads }: WorldStore, replayed: Replayed): AsyncGenerator<Finding> {
  const rows = await books.load(book.key);
  if (!isDeepStrictEqual(plain(rows?.state), plain(replayed.state)))
    yield found(7, 'replayState', `the trail gives another state of the book: ${different(plain(rows?.state), plain(replayed.state))}`);
  for (const [id, row] of replayed.afterSales) {
    const stored = await books.findAfterSale(id as AfterSale['id']);
    if (!isDeepStrictEqual(plain(stored?.afterSale), plain(row))) {
      yield found(7, 'replayAfterSale', `the trail gives another after-sale ${id}: ${different(plain(stored?.afterSale), plain(row))}`);
    }
  }
  const caps = new Map(
    (await reads.caps(book.key)).map((cap) => [cap.key, [cap.limit, cap.reserved, cap.posted].flatMap((t) => [t.net, t.tax, t.units])]),
  );
  for (const key of new Set([...caps.keys(), ...replayed.caps.keys()])) {
    const [is, should] = [caps.get(key) ?? Array(9).fill(0), replayed.caps.get(key) ?? Array(9).fill(0)];
    if (!isDeepStrictEqual(is, should)) yield found(7, 'replayCap', `${key} is ${is.join()}, the trail gives ${should.join()}`);
  }
  const owners = [...replayed.afterSales.keys()].map((id) => reads.ledgerOf(id as AfterSale['id']));
  const ledgers = await Promise.all([reads.ledgerOfBook(book.key), ...owners]);
  const transfers = ledgers.flatMap((ledger) => ledger?.transfers ?? []).sort((a, b) => a.no - b.no);
  const flat = transfers.map((t) => [t.no, t.phase, t.of, t.debit, t.credit, t.net, t.tax, t.decisionNo, t.afterSaleId]);
  if (
    !isDeepStrictEqual(
      flat,
      replayed.transfers.map((row) => [...row]),
    )
  )
    yield found(7, 'replayLedger', 'the trail gives another ledger');
  for (const payout of ledgers.flatMap((ledger) => ledger?.payouts ?? [])) {
    if (!isDeepStrictEqual(plain(payout), plain(replayed.payouts.get(payout.key))))
      yield found(7, 'replayPayout', `the trail gives another payout ${payout.key}`);
  }
}

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

function different(a: unknown, b: unknown): string {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return 'one is missing';
  const [x, y] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys({ ...x, ...y })
    .filter((key) => !isDeepStrictEqual(x[key], y[key]))
    .map((key) => `${key} ${JSON.stringify(x[key])?.slice(0, 80)} / ${JSON.stringify(y[key])?.slice(0, 80)}`)
    .join('; ');
}
