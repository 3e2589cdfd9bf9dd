import { type PackedAfterSale, unpackAfterSale } from '../../actors/compact.js';
import type { BookRows, BookStore, KeptAnswer } from '../../actors/ports.js';
import type { BookState, Payout } from '../../actors/rows.js';
import { SEALED, sealedKey } from '../../actors/sealed.js';
import { type BookKey, orderNo, shopId } from '../../domain/ids.js';
import type { Order, SplitRecords } from '../../domain/order.js';
import type { Connection } from './connection.js';
import { type CapColumns, readCap, readPayout, readTimer, type TimerColumns } from './readRows.js';
import { snapshotOf } from './snapshot.js';
import { KEPT_ANSWER } from './writeCommit.js';

/** The reading half of a `BookStore`, synchronous on one connection. */
export interface BookReads {
  load(key: BookKey): BookRows | undefined;
  newest(key: BookKey): { readonly version: number; readonly chain: string } | undefined;
  findAnswer(caller: string, key: string): KeptAnswer | undefined;
  findBookOf(afterSaleId: string): BookKey | undefined;
  findAfterSale(afterSaleId: string): Awaited<ReturnType<BookStore['findAfterSale']>>;
}

interface BookColumns {
  readonly id: number;
  readonly version: number;
  readonly chain: string;
  readonly state: string;
  readonly content: string;
  readonly split: string;
}

interface OwnedColumns {
  readonly shop_id: string;
  readonly order_no: string;
  readonly data: string;
}

/** Says that there are sealed answers, and that this is none of the others. */
interface SealedAnswers {
  readonly key: null;
}

/** Reads that load a book, find its kept answers, and find a book by one of its after-sales. */
export function bookReads(connection: Connection): BookReads {
  const snapshot = snapshotOf(connection);
  const findBook = connection.prepare<[string, string], BookColumns>(
    `SELECT b.id, b.version, b.chain, b.state, o.content, o.split
     FROM book b JOIN order_content o ON o.book_id = b.id WHERE b.order_no = ? AND b.shop_id = ?`,
  );
  const newest = connection.prepare<[string, string], { readonly version: number; readonly chain: string }>(
    'SELECT version, chain FROM book WHERE order_no = ? AND shop_id = ?',
  );
  const live = connection.prepare<[number], string>('SELECT data FROM after_sale WHERE book_id = ? AND live = 1 ORDER BY no').pluck();
  const caps = connection.prepare<[number], CapColumns>('SELECT * FROM cap WHERE book_id = ?');
  const timers = connection.prepare<[number], TimerColumns>(
    `SELECT a.id AS after_sale_id, t.timer_id, t.visit, t.due_at, t.suspended_ms
     FROM after_sale a JOIN timer t ON t.after_sale = a.no WHERE a.book_id = ? AND a.live = 1`,
  );
  const payouts = payoutReads(connection);
  const answer = connection.prepare<[string, string], KeptAnswer>(KEPT_ANSWER);
  // A new command finds neither in one step: most stores hold none that is sealed, and need not hash its key.
  const answerOrSealed = connection.prepare<[string, string], KeptAnswer | SealedAnswers>(
    `${KEPT_ANSWER} UNION ALL SELECT '${SEALED}', NULL, NULL, NULL, NULL, NULL, NULL
     WHERE EXISTS (SELECT 1 FROM answer WHERE caller = '${SEALED}')`,
  );
  const owner = connection.prepare<[string], OwnedColumns>(
    `SELECT b.shop_id, b.order_no, a.data FROM after_sale a JOIN book b ON b.id = a.book_id WHERE a.id = ?`,
  );

  function read(columns: BookColumns): BookRows {
    const { id, version, chain } = columns;
    const state = JSON.parse(columns.state) as BookState;
    // Every row of these has a number that the book gave out; most books that are loaded have given none yet.
    const untouched = state.lastRefundId === 0 && state.lastDecision === 0 && state.lastTransfer === 0;
    return {
      version,
      chain,
      order: JSON.parse(columns.content) as Order,
      split: JSON.parse(columns.split) as SplitRecords,
      state,
      afterSales: untouched ? [] : live.all(id).map((data) => unpackAfterSale(JSON.parse(data) as PackedAfterSale)),
      caps: caps.all(id).map(readCap),
      payouts: untouched ? [] : payouts(id),
      timers: untouched ? [] : timers.all(id).map(readTimer),
    };
  }

  const keyOf = (row: OwnedColumns): BookKey => ({ shopId: shopId(row.shop_id), orderNo: orderNo(row.order_no) });

  return {
    load: (key) =>
      snapshot(() => {
        const book = findBook.get(key.orderNo, key.shopId);
        return book === undefined ? undefined : read(book);
      }),
    newest: (key) => newest.get(key.orderNo, key.shopId),
    findAnswer: (caller, key) => {
      const kept = answerOrSealed.get(caller, key);
      return kept?.key === null ? answer.get(SEALED, sealedKey({ caller, key })) : kept;
    },
    findBookOf: (afterSaleId) => {
      const row = owner.get(afterSaleId);
      return row === undefined ? undefined : keyOf(row);
    },
    findAfterSale: (afterSaleId) => {
      const row = owner.get(afterSaleId);
      return row === undefined ? undefined : { book: keyOf(row), afterSale: unpackAfterSale(JSON.parse(row.data) as PackedAfterSale) };
    },
  };
}

/** Payouts of live after-sales and of the book itself, and those still open of ended ones. */
function payoutReads(connection: Connection): (book: number) => Payout[] {
  const columns = 'p.id, p.data';
  const reads = [
    `SELECT ${columns} FROM after_sale a JOIN payout p ON p.after_sale = a.no WHERE a.book_id = ? AND a.live = 1`,
    `SELECT ${columns} FROM payout p WHERE p.book_id = ? AND p.after_sale IS NULL`,
    `SELECT ${columns} FROM payout p WHERE p.book_id = ? AND p.state NOT IN ('paid', 'dropped')`,
  ].map((sql) => connection.prepare<[number], { readonly id: number; readonly data: string }>(sql));
  return (book) => {
    const found = new Map(reads.flatMap((read) => read.all(book)).map(({ id, data }) => [id, data]));
    return [...found].sort(([a], [b]) => a - b).map(([, data]) => readPayout(data));
  };
}
