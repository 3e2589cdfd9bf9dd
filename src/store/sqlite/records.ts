import { type PackedAfterSale, unpackAfterSale } from '../../actors/compact.js';
import type { AfterSaleRecord, Ledger, ListedAfterSale, OrderRecord } from '../../actors/reads.js';
import { type BookKey, orderNo, shopId } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import type { Connection } from './connection.js';
import { type PartReads, partReads } from './partReads.js';
import { type CapColumns, readCap } from './readRows.js';

/** Reads what lists show, one record by its number. */
export interface RecordReads {
  readonly parts: PartReads;
  afterSale(no: number): AfterSaleRecord | undefined;
  listed(no: number): ListedAfterSale | undefined;
  numberOf(afterSaleId: string): number | undefined;
  order(book: number): OrderRecord | undefined;
  bookNumber(key: BookKey): number | undefined;
  ledger(no: number): Ledger;
  /** what belongs to the book and none of its after-sales */
  bookLedger(book: number): Ledger;
}

interface BookColumns {
  readonly id: number;
  readonly shop_id: string;
  readonly order_no: string;
  readonly version: number;
  readonly content: string;
}

type ListedColumns = Pick<BookColumns, 'shop_id' | 'order_no'> &
  (CapColumns | { readonly [column in keyof CapColumns]: null }) & { readonly currency: string; readonly data: string };

/** Reads of what lists and pages show of one after-sale or order. */
export function recordReads(connection: Connection): RecordReads {
  const parts = partReads(connection);
  const columns = 'b.id, b.shop_id, b.order_no, b.version, o.content';
  const afterSale = connection.prepare<[number], BookColumns & { readonly data: string }>(
    `SELECT ${columns}, a.data FROM after_sale a JOIN book b ON b.id = a.book_id JOIN order_content o ON o.book_id = b.id WHERE a.no = ?`,
  );
  const listed = connection.prepare<[number], ListedColumns>(
    `SELECT b.shop_id, b.order_no, o.content ->> '$.currency.code' AS currency, a.data, c.*
     FROM after_sale a JOIN book b ON b.id = a.book_id JOIN order_content o ON o.book_id = b.id
     LEFT JOIN cap c ON c.book_id = b.id AND c.key = 'order' WHERE a.no = ?`,
  );
  const order = connection.prepare<[number], BookColumns>(
    `SELECT ${columns} FROM book b JOIN order_content o ON o.book_id = b.id WHERE b.id = ?`,
  );
  const open = connection.prepare<[number], number>('SELECT count(*) FROM after_sale WHERE book_id = ? AND live = 1 AND open = 1').pluck();
  const numberOf = connection.prepare<[string], number>('SELECT no FROM after_sale WHERE id = ?').pluck();
  const bookNumber = connection.prepare<[string, string], number>('SELECT id FROM book WHERE order_no = ? AND shop_id = ?').pluck();

  const keyOf = (row: Pick<BookColumns, 'shop_id' | 'order_no'>): BookKey => ({
    shopId: shopId(row.shop_id),
    orderNo: orderNo(row.order_no),
  });

  return {
    parts,
    afterSale: (no) => {
      const row = afterSale.get(no);
      if (row === undefined) return undefined;
      return {
        book: keyOf(row),
        bookVersion: row.version,
        order: JSON.parse(row.content) as Order,
        orderCap: parts.cap(row.id, 'order'),
        afterSale: unpackAfterSale(JSON.parse(row.data) as PackedAfterSale),
        timers: parts.timers(no),
        payouts: parts.payouts(no),
      };
    },
    listed: (no) => {
      const row = listed.get(no);
      if (row === undefined) return undefined;
      return {
        book: keyOf(row),
        currency: row.currency,
        orderCap: row.key === null ? null : readCap(row),
        afterSale: unpackAfterSale(JSON.parse(row.data) as PackedAfterSale),
      };
    },
    numberOf: (afterSaleId) => numberOf.get(afterSaleId),
    order: (book) => {
      const row = order.get(book);
      if (row === undefined) return undefined;
      return {
        book: keyOf(row),
        version: row.version,
        order: JSON.parse(row.content) as Order,
        caps: parts.caps(book),
        openAfterSales: open.get(book) ?? 0,
      };
    },
    bookNumber: (key) => bookNumber.get(key.orderNo, key.shopId),
    ledger: (no) => ({ transfers: parts.transfers(no), payouts: parts.payouts(no) }),
    bookLedger: (book) => ({ transfers: parts.transfersOfBook(book), payouts: parts.payoutsOfBook(book) }),
  };
}
