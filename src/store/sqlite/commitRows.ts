import { packAfterSale } from '../../actors/compact.js';
import { packPayout } from '../../actors/compactPayout.js';
import type { Commit, KeptAnswer } from '../../actors/ports.js';
import type { AfterSale, CapChange, Payout, PrivateRow, TimerRow, Transfer } from '../../actors/rows.js';
import { endOf, statePath } from '../../machines/step.js';

/**
 * A commit as the writer binds it: what is kept as JSON is text already, and every number has been
 * found whole. Made where the commit comes from, so that the writer's thread spends its time writing.
 */
export interface CommitRows {
  readonly shopId: string;
  readonly orderNo: string;
  readonly expectedVersion: number;
  readonly write: WriteRows | null;
  readonly answer: KeptAnswer | null;
}

export interface WriteRows {
  readonly commandId: string;
  readonly at: number;
  readonly type: string;
  readonly afterSaleId: string | null;
  readonly body: string;
  /** the chain that was decided on: a version alone may have come to hold another event */
  readonly previousHash: string;
  readonly hash: string;
  readonly state: string | null;
  readonly order: OrderRow | null;
  readonly afterSales: readonly AfterSaleRow[];
  readonly caps: readonly CapChange[];
  readonly transfers: readonly Transfer[];
  readonly payouts: readonly PayoutRow[];
  readonly timersSet: readonly TimerRow[];
  readonly timersCleared: readonly Pick<TimerRow, 'afterSaleId' | 'timerId'>[];
  readonly privates: readonly PrivateRow[];
  readonly effects: string | null;
  /** every text of the book is emptied */
  readonly erase: boolean;
}

export interface OrderRow {
  readonly platform: string;
  readonly buyerUid: string;
  readonly content: string;
  readonly split: string;
}

export interface AfterSaleRow {
  readonly id: string;
  readonly refundId: number;
  readonly type: string;
  readonly state: string;
  readonly open: 0 | 1;
  readonly live: 0 | 1;
  readonly appliedAt: number;
  readonly version: number;
  readonly data: string;
}

export interface PayoutRow {
  readonly key: string;
  readonly afterSaleId: string | null;
  readonly state: string;
  readonly amount: number;
  readonly updatedAt: number;
  readonly data: string;
}

/** Lays a commit out as rows. Throws where a number is no safe integer or a new book has no order: those are bugs. */
export function commitRows(commit: Commit): CommitRows {
  const { book, expectedVersion, write, answer } = commit;
  whole(expectedVersion);
  if (answer !== null) wholes(answer.status, answer.at, answer.version ?? 0);
  return { shopId: book.shopId, orderNo: book.orderNo, expectedVersion, write: write === null ? null : writeRows(commit, write), answer };
}

function writeRows(commit: Commit, write: NonNullable<Commit['write']>): WriteRows {
  const { changes, audit, outbox, privates } = write;
  if (commit.expectedVersion === 0 && (changes.order === undefined || changes.split === undefined || changes.state === undefined)) {
    throw new TypeError('a new book needs its order, split records and state');
  }
  checkNumbers(write);
  return {
    commandId: audit.commandId,
    at: audit.at,
    type: audit.type,
    afterSaleId: audit.afterSaleId,
    body: audit.body,
    previousHash: audit.previousHash,
    hash: audit.hash,
    state: changes.state === undefined ? null : JSON.stringify(changes.state),
    order: orderRow(changes),
    afterSales: changes.afterSales.map(afterSaleRow),
    caps: changes.caps,
    transfers: changes.transfers,
    payouts: changes.payouts.map(payoutRow),
    timersSet: changes.timers.set,
    timersCleared: changes.timers.cleared,
    privates,
    effects: outbox.length === 0 ? null : JSON.stringify(outbox),
    erase: changes.erase === true,
  };
}

function orderRow({ order, split }: NonNullable<Commit['write']>['changes']): OrderRow | null {
  if (order === undefined && split === undefined) return null;
  if (order === undefined || split === undefined) throw new TypeError('order and split records change together');
  return { platform: order.platform, buyerUid: order.buyerUid, content: JSON.stringify(order), split: JSON.stringify(split) };
}

/** An after-sale as its row is bound. */
export function afterSaleRow(afterSale: AfterSale): AfterSaleRow {
  const { value } = afterSale.chart;
  return {
    id: afterSale.id,
    refundId: afterSale.refundId,
    type: afterSale.type,
    state: statePath(value),
    open: endOf(value) === undefined ? 1 : 0,
    live: afterSale.live ? 1 : 0,
    appliedAt: afterSale.appliedAt,
    version: afterSale.version,
    data: JSON.stringify(packAfterSale(afterSale)),
  };
}

/** A payout as its row is bound. */
export function payoutRow(payout: Payout): PayoutRow {
  const { key, afterSaleId, state, amount, updatedAt } = payout;
  return { key, afterSaleId, state, amount, updatedAt, data: JSON.stringify(packPayout(payout)) };
}

/** SQLite would round what is beyond 2^53 in silence, and refuse a fraction only when it is too late to tell whose it was. */
function checkNumbers({ changes, audit }: NonNullable<Commit['write']>): void {
  whole(audit.at);
  for (const { refundId, appliedAt, version } of changes.afterSales) wholes(refundId, appliedAt, version);
  for (const { limit, reserved, posted } of changes.caps) {
    for (const { net, tax, units } of [limit, reserved, posted]) wholes(net, tax, units);
  }
  for (const { no, decisionNo, of, net, tax } of changes.transfers) wholes(no, decisionNo ?? 0, of ?? 0, net, tax);
  for (const { decisionNo, amount, points, attempt, updatedAt } of changes.payouts) wholes(decisionNo, amount, points, attempt, updatedAt);
  for (const { visit, dueAt, suspendedMs } of changes.timers.set) wholes(visit, dueAt, suspendedMs ?? 0);
}

function wholes(...values: readonly number[]): void {
  for (const value of values) whole(value);
}

function whole(value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number below 2^53`);
}
