import { type PackedAfterSale, unpackAfterSale } from '../../actors/compact.js';
import type { AfterSaleRecord, Ledger, OrderRecord } from '../../actors/reads.js';
import { type BookKey, orderNo, shopId } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import type { Connection } from './connection.js';
import { type PartReads, partReads } from './partReads.js';

/** Reads what lists show, one record by its number. */
export interface RecordReads {
  readonly parts: PartReads;
  afterSale(no: number): AfterSaleRecord | undefined;
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

/** Reads of what lists and pages show of one after-sale or order. */
export function recordReads(connection: Connection): RecordReads {
  const parts = partReads(connection);
  const columns = 'b.id, b.shop_id, b.order_no, b.version, o.content';
  const afterSale = connection.prepare<[number], BookColumns & { readonly data: string }>(
    `SELECT ${columns}, a.data FROM after_sale a JOIN book b ON b.id = a.book_id JOIN order_content o ON o.book_id = b.id WHERE a.no = ?`,
  );
  const order = connection.prepare<[number], BookColumns>(
    `SELECT ${columns} FROM book b JOIN order_content o ON o.book_id = b.id WHERE b.id = ?`,
  );
  const open = connection.prepare<[number], number>('SELECT count(*) FROM after_sale WHERE book_id = ? AND live = 1 AND open = 1').pluck();
  const numberOf = connection.prepare<[string], number>('SELECT no FROM after_sale WHERE id = ?').pluck();
  const bookNumber = connection.prepare<[string, string], number>('SELECT id FROM book WHERE order_no = ? AND shop_id = ?').pluck();

  const keyOf = (row: BookColumns): BookKey => ({ shopId: shopId(row.shop_id), orderNo: orderNo(row.order_no) });

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
