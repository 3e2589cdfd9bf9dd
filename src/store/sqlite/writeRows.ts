import type { PrivateRow, TimerRow } from '../../actors/rows.js';
import type { AfterSaleRow, OrderRow } from './commitRows.js';
import type { Connection } from './connection.js';
import type { NumberOf } from './writeLedger.js';

export interface RowWriter {
  /** writes an after-sale whole and gives its number */
  afterSale(book: number, shopId: string, row: AfterSaleRow): number;
  numberOf(afterSaleId: string): number;
  order(book: number, row: OrderRow): void;
  timers(set: readonly TimerRow[], cleared: readonly Pick<TimerRow, 'afterSaleId' | 'timerId'>[], numberOf: NumberOf): void;
  privates(book: number, rows: readonly PrivateRow[], numberOf: NumberOf): void;
}

/** Writes the rows of a book that are no ledger: after-sales, order content, timers and private texts. */
export function rowWriter(connection: Connection): RowWriter {
  const putAfterSale = connection
    .prepare<unknown[], number>(
      `INSERT INTO after_sale (id, book_id, platform, shop_id, refund_id, type, state, open, live, applied_at, version, data)
       VALUES (?, ?, (SELECT platform FROM book WHERE book.id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, open = excluded.open, live = excluded.live,
         version = excluded.version, data = excluded.data WHERE book_id = excluded.book_id
       RETURNING no`,
    )
    .pluck();
  const findNumber = connection.prepare<[string], number>('SELECT no FROM after_sale WHERE id = ?').pluck();
  const putOrder = connection.prepare(
    `INSERT INTO order_content (book_id, content, split) VALUES (?, ?, ?)
     ON CONFLICT (book_id) DO UPDATE SET content = excluded.content, split = excluded.split`,
  );
  const correctBook = connection.prepare('UPDATE book SET platform = ?, buyer_uid = ? WHERE id = ? AND (platform <> ? OR buyer_uid <> ?)');
  const clearTimer = connection.prepare('DELETE FROM timer WHERE after_sale = ? AND timer_id = ?');
  const setTimer = connection.prepare(
    `INSERT INTO timer (after_sale, timer_id, visit, due_at, suspended_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (after_sale, timer_id) DO UPDATE SET visit = excluded.visit, due_at = excluded.due_at, suspended_ms = excluded.suspended_ms`,
  );
  const addPrivate = connection.prepare(
    'INSERT INTO private_text (id, book_id, after_sale, kind, salt, content, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );

  return {
    afterSale: (book, shopId, row) => {
      const { id, refundId, type, state, open, live, appliedAt, version, data } = row;
      const no = putAfterSale.get(id, book, book, shopId, refundId, type, state, open, live, appliedAt, version, data);
      if (no === undefined) throw new Error(`after-sale ${id} belongs to another order`);
      return no;
    },
    numberOf: (afterSaleId) => {
      const no = findNumber.get(afterSaleId);
      if (no === undefined) throw new Error(`there is no after-sale ${afterSaleId}`);
      return no;
    },
    order: (book, { platform, buyerUid, content, split }) => {
      putOrder.run(book, content, split);
      correctBook.run(platform, buyerUid, book, platform, buyerUid);
    },
    timers: (set, cleared, numberOf) => {
      for (const { afterSaleId, timerId } of cleared) clearTimer.run(numberOf(afterSaleId), timerId);
      for (const { afterSaleId, timerId, visit, dueAt, suspendedMs } of set) {
        setTimer.run(numberOf(afterSaleId), timerId, visit, dueAt, suspendedMs);
      }
    },
    privates: (book, rows, numberOf) => {
      for (const { id, afterSaleId, kind, salt, content, hash } of rows) {
        addPrivate.run(id, book, numberOf(afterSaleId), kind, salt, content, hash);
      }
    },
  };
}
