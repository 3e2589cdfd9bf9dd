import type { PrivateRow } from '../../../actors/rows.js';
import type { Connection } from '../connection.js';
import {
  AFTER_SALE,
  BOOK,
  CAP,
  EVENT_ALSO,
  ORDER_CONTENT,
  PAYOUT,
  PRIVATE_TEXT,
  type Row,
  TIMER,
  type ToldColumns,
  TRANSFER,
} from './tables.js';

export interface StoredEvent {
  readonly version: number;
  readonly position: number;
  readonly at: number;
  readonly type: string;
  readonly commandId: string;
  /** number of the after-sale that it names */
  readonly afterSale: number | null;
  readonly body: string;
  readonly hash: string;
}

/** Every row of one order, as of one moment; each as `tables.ts` orders its columns. */
export interface StoredBook {
  readonly number: number;
  readonly book: Row[];
  readonly content: Row[];
  readonly afterSales: Row[];
  readonly caps: Row[];
  readonly transfers: Row[];
  readonly payouts: Row[];
  readonly timers: Row[];
  readonly also: Row[];
  readonly privates: PrivateRow[];
  /** the same rows without salt and content */
  readonly privateRows: Row[];
  /** the oldest events */
  readonly events: StoredEvent[];
  /** version of the newest event at that moment; 0 where there is none */
  lastVersion: number;
}

/** Events read at once: what one order holds in memory stays bounded, whatever its history. */
export const EVENTS_AT_ONCE = 500;

const EVENT_COLUMNS = 'version, position, at, type, command_id, after_sale, body, hash';

/** As many columns as the widest table has; which table a row is of stands behind them. */
const WIDTH = 13;

/** A part of the one statement that reads an order. */
function part(number: number, columns: string, count: number, from: string): string {
  return `SELECT ${[columns, ...Array(WIDTH - count).fill('NULL'), number].join(', ')} FROM ${from}`;
}

const told = (number: number, { table, columns }: ToldColumns, where: string, join = ''): string =>
  part(number, columns.map((column) => `t.${column}`).join(', '), columns.length, `${join} ${table} t ${where}`);

/** Rows that belong to an after-sale of the order, and those that belong to none. */
function parts(number: number, columns: ToldColumns): string[] {
  const joined = told(number, columns, 'ON t.after_sale = a.no WHERE a.book_id = @book', 'after_sale a JOIN');
  return [joined, told(number, columns, 'WHERE t.book_id = @book AND t.after_sale IS NULL')];
}

const PRIVATE: ToldColumns = { ...PRIVATE_TEXT, columns: [...PRIVATE_TEXT.columns, 'salt', 'content'] };

/** One statement, so that an order is read from one snapshot that ends with it. */
const READ = [
  told(0, BOOK, 'WHERE t.id = @book'),
  told(1, ORDER_CONTENT, 'WHERE t.book_id = @book'),
  told(2, AFTER_SALE, 'WHERE t.book_id = @book'),
  told(3, CAP, 'WHERE t.book_id = @book'),
  ...parts(4, TRANSFER),
  ...parts(5, PAYOUT),
  told(6, TIMER, 'ON t.after_sale = a.no WHERE a.book_id = @book', 'after_sale a JOIN'),
  told(7, EVENT_ALSO, 'ON t.after_sale = a.no WHERE a.book_id = @book', 'after_sale a JOIN'),
  ...parts(8, PRIVATE),
  part(9, '*', 8, `(SELECT ${EVENT_COLUMNS} FROM event WHERE book_id = @book ORDER BY version LIMIT ${EVENTS_AT_ONCE})`),
  part(10, 'coalesce(max(version), 0)', 1, 'event WHERE book_id = @book'),
].join(' UNION ALL ');

/** What belongs to an after-sale whose own row is gone. */
const LOST = [4, 5, 6, 7, 8]
  .map((number, i) => told(number, [TRANSFER, PAYOUT, TIMER, EVENT_ALSO, PRIVATE][i] ?? PRIVATE, 'WHERE t.after_sale = @afterSale'))
  .join(' UNION ALL ');

export interface StoredReads {
  /** Reads an order from one short snapshot; `book` is empty where there are rows of an order that is not there. */
  book(number: number): StoredBook;
  /** the events after a version and up to another, so many at once; they never change, so each part may have a snapshot of its own */
  events(number: number, after: number, last: number): StoredEvent[];
}

/** Reads of every row of a book, as they are stored. */
export function storedReads(connection: Connection): StoredReads {
  const read = connection.prepare<{ readonly book: number }, Row>(READ).raw();
  const lost = connection.prepare<{ readonly afterSale: number }, Row>(LOST).raw();
  const isThere = connection.prepare<[number], number>('SELECT 1 FROM after_sale WHERE no = ?').pluck();
  const events = connection
    .prepare<[number, number, number, number], Row>(
      `SELECT ${EVENT_COLUMNS} FROM event WHERE book_id = ? AND version > ? AND version <= ? ORDER BY version LIMIT ?`,
    )
    .raw();

  /** Events name the after-sales of the order also where their own rows are gone. */
  function takeLost(stored: StoredBook): void {
    const numbers = new Set(stored.afterSales.map(([, no]) => no));
    for (const { afterSale } of stored.events) {
      if (afterSale === null || numbers.has(afterSale)) continue;
      numbers.add(afterSale);
      if (isThere.get(afterSale) === undefined) for (const row of lost.all({ afterSale })) take(stored, row);
    }
  }

  return {
    book: (number) => {
      const stored = nothingOf(number);
      for (const row of read.all({ book: number })) take(stored, row);
      takeLost(stored);
      return stored;
    },
    events: (number, after, last) => events.all(number, after, last, EVENTS_AT_ONCE).map(eventOf),
  };
}

function nothingOf(number: number): StoredBook {
  return {
    number,
    book: [],
    content: [],
    afterSales: [],
    caps: [],
    transfers: [],
    payouts: [],
    timers: [],
    also: [],
    privates: [],
    privateRows: [],
    events: [],
    lastVersion: 0,
  };
}

/** Where rows go as they are, by the number of their part. */
const AS_THEY_ARE = ['book', 'content', 'afterSales', 'caps', 'transfers', 'payouts', 'timers', 'also'] as const;

/** Sorts a row of the one statement to those of its table. */
function take(stored: StoredBook, row: Row): void {
  const number = Number(row[WIDTH]);
  const list = AS_THEY_ARE[number];
  if (list !== undefined) {
    stored[list].push(row);
    return;
  }
  switch (number) {
    case 8:
      stored.privateRows.push(row);
      stored.privates.push(privateOf(row));
      break;
    case 9:
      stored.events.push(eventOf(row));
      break;
    default:
      stored.lastVersion = Number(row[0]);
  }
}

function privateOf([id, , , kind, hash, salt, content]: Row): PrivateRow {
  return {
    id: String(id),
    afterSaleId: null,
    kind: String(kind),
    salt: String(salt),
    content: content === null ? null : String(content),
    hash: String(hash),
  };
}

function eventOf([version, position, at, type, commandId, afterSale, body, hash]: Row): StoredEvent {
  return {
    version: Number(version),
    position: Number(position),
    at: Number(at),
    type: String(type),
    commandId: String(commandId),
    afterSale: afterSale === null || afterSale === undefined ? null : Number(afterSale),
    body: String(body),
    hash: String(hash),
  };
}
