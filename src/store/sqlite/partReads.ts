import type { Cap, Payout, TimerRow, Transfer } from '../../actors/rows.js';
import type { Connection } from './connection.js';
import {
  type CapColumns,
  readCap,
  readPayout,
  readTimer,
  readTransfer,
  type TimerColumns,
  TRANSFER_COLUMNS,
  type TransferColumns,
} from './readRows.js';

/** The parts that books and lists are read from, each found by the number of its book or after-sale. */
export interface PartReads {
  caps(book: number): Cap[];
  cap(book: number, key: string): Cap | null;
  timers(afterSale: number): TimerRow[];
  payouts(afterSale: number): Payout[];
  transfers(afterSale: number): Transfer[];
  /** those that belong to no after-sale */
  transfersOfBook(book: number): Transfer[];
  payoutsOfBook(book: number): Payout[];
}

/** Reads of what belongs to an after-sale or a book: caps, deadlines, payouts, transfers. */
export function partReads(connection: Connection): PartReads {
  const caps = connection.prepare<[number], CapColumns>('SELECT * FROM cap WHERE book_id = ?');
  const cap = connection.prepare<[number, string], CapColumns>('SELECT * FROM cap WHERE book_id = ? AND key = ?');
  const timers = connection.prepare<[number], TimerColumns>(
    `SELECT a.id AS after_sale_id, t.timer_id, t.visit, t.due_at, t.suspended_ms
     FROM timer t JOIN after_sale a ON a.no = t.after_sale WHERE t.after_sale = ?`,
  );
  const payouts = connection.prepare<[number], string>('SELECT data FROM payout WHERE after_sale = ? ORDER BY id').pluck();
  const transfers = connection.prepare<[number], TransferColumns>(
    `SELECT ${TRANSFER_COLUMNS} FROM transfer t WHERE t.after_sale = ? ORDER BY t.id`,
  );
  const transfersOfBook = connection.prepare<[number], TransferColumns>(
    `SELECT ${TRANSFER_COLUMNS} FROM transfer t WHERE t.book_id = ? AND t.after_sale IS NULL ORDER BY t.id`,
  );
  const payoutsOfBook = connection
    .prepare<[number], string>('SELECT data FROM payout WHERE book_id = ? AND after_sale IS NULL ORDER BY id')
    .pluck();

  return {
    caps: (book) => caps.all(book).map(readCap),
    cap: (book, key) => {
      const row = cap.get(book, key);
      return row === undefined ? null : readCap(row);
    },
    timers: (afterSale) => timers.all(afterSale).map(readTimer),
    payouts: (afterSale) => payouts.all(afterSale).map(readPayout),
    transfers: (afterSale) => transfers.all(afterSale).map(readTransfer),
    transfersOfBook: (book) => transfersOfBook.all(book).map(readTransfer),
    payoutsOfBook: (book) => payoutsOfBook.all(book).map(readPayout),
  };
}
