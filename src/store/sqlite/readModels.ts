import type { AfterSaleFilter, ChangesSince, OrderFilter, PageRequest } from '../../actors/reads.js';
import type { Payout } from '../../actors/rows.js';
import { type AfterSaleId, type BookKey, type Instant, instant } from '../../domain/ids.js';
import { afterSaleList } from './afterSaleList.js';
import type { Connection } from './connection.js';
import { reading } from './failure.js';
import { orderList } from './orderList.js';
import { recordReads } from './records.js';
import { snapshotOf } from './snapshot.js';
import { trailReads } from './trail.js';
import { countReads, deadLetterReads, payoutReads } from './workReads.js';

/** Lists, timelines and counts, each answer from one short snapshot. What it offers is the server's `ReadModels` port. */
export function sqliteReads(connection: Connection) {
  const snapshot = snapshotOf(connection);
  const read = async <T>(run: () => T): Promise<T> => reading(connection, () => snapshot(run));
  const records = recordReads(connection);
  const trail = trailReads(connection);
  const afterSales = afterSaleList(connection, records.listed);
  const orders = orderList(connection, records.order);
  const payouts = payoutReads(connection);
  const deadLetters = deadLetterReads(connection);
  const counts = countReads(connection);

  const ofAfterSale = <T>(id: AfterSaleId, of: (no: number) => T): Promise<T | undefined> =>
    read(() => {
      const no = records.numberOf(id);
      return no === undefined ? undefined : of(no);
    });
  const ofBook = <T>(key: BookKey, of: (book: number) => T): Promise<T | undefined> =>
    read(() => {
      const book = records.bookNumber(key);
      return book === undefined ? undefined : of(book);
    });

  return {
    listAfterSales: (filter: AfterSaleFilter, page: PageRequest) => read(() => afterSales(filter, page)),
    afterSale: (id: AfterSaleId) => ofAfterSale(id, records.afterSale),
    listOrders: (filter: OrderFilter, page: PageRequest) => read(() => orders(filter, page)),
    order: (key: BookKey) => ofBook(key, records.order),
    timeline: (id: AfterSaleId, before: number | null, limit: number) => ofAfterSale(id, (no) => trail.timeline(no, before, limit)),
    namingEvidence: async (id: AfterSaleId, evidenceId: string) => (await ofAfterSale(id, (no) => trail.naming(no, evidenceId))) ?? [],
    ledgerOf: (id: AfterSaleId) => ofAfterSale(id, records.ledger),
    /** freight that is reserved for the last one, goodwill: what belongs to none of a book's after-sales */
    ledgerOfBook: (key: BookKey) => ofBook(key, records.bookLedger),
    caps: async (key: BookKey) => (await ofBook(key, records.parts.caps)) ?? [],
    /** the trail of a book from after a version on, oldest first */
    trail: async (key: BookKey, afterVersion: number, limit: number) =>
      (await ofBook(key, (book) => trail.ofBook(book, afterVersion, limit))) ?? [],
    /** the private rows of a book, which the events of its trail name */
    privatesOf: async (key: BookKey) => (await ofBook(key, trail.privatesOf)) ?? [],
    findPayout: (key: string) => read(() => payouts.find(key)),
    payoutsInDoubt: (states: readonly Payout['state'][], page: PageRequest) => read(() => payouts.inDoubt(states, page)),
    deadLetters: (page: PageRequest) => read(() => deadLetters(page)),
    changesSince: (position: number, limit: number): Promise<ChangesSince> => read(() => trail.changesSince(position, limit)),
    newestPosition: () => read(trail.newestPosition),
    newestInstant: () => read(() => instant(trail.newestInstant())),
    counts: (now: Instant) => read(() => counts(now)),
  };
}
