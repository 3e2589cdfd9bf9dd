/** Names of things. A brand keeps one kind of name from standing where another is meant. */

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

export type ShopId = Branded<string, 'ShopId'>;
export type OrderNo = Branded<string, 'OrderNo'>;
/** The platform's number of a line of the order, from 1. */
export type LineNo = Branded<number, 'LineNo'>;
/** UUID of an after-sale, unique everywhere. */
export type AfterSaleId = Branded<string, 'AfterSaleId'>;
/** The number of an after-sale within its book, from 1. */
export type RefundId = Branded<number, 'RefundId'>;
export type TenderId = Branded<string, 'TenderId'>;
export type CommandId = Branded<string, 'CommandId'>;
/** UTC epoch milliseconds. */
export type Instant = Branded<number, 'Instant'>;

/** A text as the id of a shop. */
export const shopId = (value: string) => value as ShopId;

/** A text as the number of an order. */
export const orderNo = (value: string) => value as OrderNo;

/** A number as that of an order’s line, from 1. */
export const lineNo = (value: number) => value as LineNo;

/** A text, which is a UUID, as the id of an after-sale. */
export const afterSaleId = (value: string) => value as AfterSaleId;

/** A number as that of an after-sale within its book, from 1. */
export const refundId = (value: number) => value as RefundId;

/** A text as the id of a tender. */
export const tenderId = (value: string) => value as TenderId;

/** A text as the id of a command. */
export const commandId = (value: string) => value as CommandId;

/** UTC epoch milliseconds as an instant. */
export const instant = (value: number) => value as Instant;

/** A book is named by shop and order number together; shopId is unique over all platforms. */
export interface BookKey {
  readonly shopId: ShopId;
  readonly orderNo: OrderNo;
}

/** The one text of a book's name, for maps, mailboxes and locks. No two books share one, whatever their ids contain. */
export function bookName(key: BookKey): string {
  // Unescaped, order `a` of shop `b:c` and order `a:b` of shop `c` would be one book.
  return `${key.orderNo}:${key.shopId.replaceAll('%', '%25').replaceAll(':', '%3A')}`;
}
