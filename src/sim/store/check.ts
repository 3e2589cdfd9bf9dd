import type { Commit } from '../../actors/ports.js';
import { type BookTable, bookId, type Tables } from './tables.js';

/** What no rule may ever write: a bug of the caller, which every store rejects. */

function whole(...values: readonly number[]): void {
  for (const value of values) if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number below 2^53`);
}

/** Checks a commit before anything is written. Throws for what contradicts the schema. */
export function checkCommit({ write, answer, expectedVersion }: Commit): void {
  whole(expectedVersion);
  if (answer !== null) whole(answer.status, answer.at, answer.version ?? 0);
  if (write === null) return;
  const { changes, audit } = write;
  if (expectedVersion === 0 && (changes.order === undefined || changes.split === undefined || changes.state === undefined)) {
    throw new TypeError('a new book needs its order, split records and state');
  }
  if ((changes.order === undefined) !== (changes.split === undefined)) throw new TypeError('order and split records change together');
  whole(audit.at);
  for (const { refundId, appliedAt, version } of changes.afterSales) whole(refundId, appliedAt, version);
  for (const { limit, reserved, posted } of changes.caps) {
    for (const { net, tax, units } of [limit, reserved, posted]) whole(net, tax, units);
  }
  for (const { no, decisionNo, of, net, tax, phase } of changes.transfers) {
    whole(no, decisionNo ?? 0, of ?? 0, net, tax);
    if ((of !== null) !== (phase === 'post' || phase === 'void')) throw new TypeError(`transfer ${no} settles what it should not`);
  }
  for (const { decisionNo, amount, points, attempt, updatedAt } of changes.payouts) whole(decisionNo, amount, points, attempt, updatedAt);
  for (const { visit, dueAt, suspendedMs } of changes.timers.set) whole(visit, dueAt, suspendedMs ?? 0);
}

/** Checks that all that a commit names is of its own book. */
export function checkNames(tables: Tables, book: BookTable | undefined, commit: Commit): void {
  const { write } = commit;
  if (write === null) return;
  const { changes, audit, privates } = write;
  const made = new Set<string>(changes.afterSales.map(({ id }) => id));
  const numbers = new Map([...(book?.afterSales.values() ?? [])].map(({ row }) => [row.refundId, row.id]));
  for (const { id, refundId } of changes.afterSales) {
    const owner = tables.owners.get(id);
    if (owner !== undefined && owner !== book) throw new Error(`after-sale ${id} belongs to another order`);
    const other = numbers.get(refundId);
    if (other !== undefined && other !== id) throw new Error(`refund number ${refundId} of ${bookId(commit.book)} is given twice`);
  }
  const named = [
    audit.afterSaleId,
    ...changes.transfers.map((row) => row.afterSaleId),
    ...changes.payouts.map((row) => row.afterSaleId),
    ...changes.timers.set.map((row) => row.afterSaleId),
    ...privates.map((row) => row.afterSaleId),
  ];
  for (const id of named) {
    if (id !== null && !made.has(id) && !tables.owners.has(id)) throw new Error(`there is no after-sale ${id}`);
  }
}
