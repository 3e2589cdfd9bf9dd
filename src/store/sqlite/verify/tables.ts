import { type PackedAfterSale, unpackAfterSale } from '../../../actors/compact.js';
import { type PackedPayout, unpackPayout } from '../../../actors/compactPayout.js';
import type { ToldTable } from '../../../actors/replay/finding.js';

/** A row of a table, in the order of the columns that are named here. */
export type Row = readonly (string | number | null)[];

/** A table that the trail tells of, and the columns of it that are compared. */
export interface ToldColumns {
  readonly table: ToldTable;
  readonly columns: readonly string[];
  /** columns that hold JSON, of which the order of keys does not matter, and what is read from it */
  readonly json: { readonly [column: string]: (json: unknown) => unknown };
  /** what a row is called among those of its order */
  name(row: Row): string;
}

const asItIs = (json: unknown): unknown => json;
const first = (row: Row): string => String(row[0]);

export const BOOK: ToldColumns = {
  table: 'book',
  columns: ['shop_id', 'order_no', 'platform', 'buyer_uid', 'version', 'chain', 'state'],
  json: { state: asItIs },
  name: () => 'the order',
};
export const ORDER_CONTENT: ToldColumns = {
  table: 'order_content',
  columns: ['content', 'split'],
  json: { content: asItIs, split: asItIs },
  name: () => 'the order',
};
export const AFTER_SALE: ToldColumns = {
  table: 'after_sale',
  columns: [
    ...['id', 'no', 'book_id', 'platform', 'shop_id', 'refund_id', 'type', 'state', 'open', 'live'],
    ...['applied_at', 'version', 'data'],
  ],
  // Of what an after-sale has as all have it in the beginning, each may be written down or left out.
  json: { data: (json) => unpackAfterSale(json as PackedAfterSale) },
  name: first,
};
export const CAP: ToldColumns = {
  table: 'cap',
  columns: ['key', ...['limit', 'reserved', 'posted'].flatMap((part) => ['net', 'tax', 'units'].map((kind) => `${part}_${kind}`))],
  json: {},
  name: first,
};
export const TRANSFER: ToldColumns = {
  table: 'transfer',
  columns: ['no', 'book_id', 'after_sale', 'decision_no', 'phase', 'settles', 'debit', 'credit', 'net', 'tax'],
  json: {},
  name: first,
};
export const PAYOUT: ToldColumns = {
  table: 'payout',
  columns: ['key', 'book_id', 'after_sale', 'state', 'amount', 'updated_at', 'data'],
  json: { data: (json) => unpackPayout(json as PackedPayout) },
  name: first,
};
export const TIMER: ToldColumns = {
  table: 'timer',
  columns: ['timer_id', 'after_sale', 'visit', 'due_at', 'suspended_ms'],
  json: {},
  name: ([timerId, afterSale]) => `${timerId} of after-sale ${afterSale}`,
};
export const EVENT_ALSO: ToldColumns = {
  table: 'event_also',
  columns: ['after_sale', 'position'],
  json: {},
  name: ([afterSale, position]) => `after-sale ${afterSale} at position ${position}`,
};
/** Salt and content are not compared: the hash is made of them. */
export const PRIVATE_TEXT: ToldColumns = {
  table: 'private_text',
  columns: ['id', 'book_id', 'after_sale', 'kind', 'hash'],
  json: {},
  name: first,
};
