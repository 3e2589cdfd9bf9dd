import { toldBy } from '../../actors/auditBody.js';
import { type ChangeNotice, type ChangesSince, COUNT_LIMIT, type Timeline, type TrailEvent } from '../../actors/reads.js';
import type { PrivateRow } from '../../actors/rows.js';
import { type AfterSaleId, type CommandId, instant, orderNo, shopId } from '../../domain/ids.js';
import type { Connection } from './connection.js';

/** So many of the newest events are told again to who comes back after a pause. */
export const LIVE_EVENTS_KEPT = 100_000;

interface EventColumns {
  readonly position: number;
  readonly version: number;
  readonly command_id: CommandId;
  readonly at: number;
  readonly type: string;
  readonly after_sale_id: AfterSaleId | null;
  readonly body: string;
  readonly hash: string;
}

const EVENT_COLUMNS = `e.position, e.version, e.command_id, e.at, e.type,
  (SELECT id FROM after_sale WHERE after_sale.no = e.after_sale) AS after_sale_id, e.body, e.hash`;

type PrivateColumns = Omit<PrivateRow, 'afterSaleId'> & { readonly after_sale_id: AfterSaleId | null };

interface NoticeColumns {
  readonly position: number;
  readonly at: number;
  readonly type: string;
  readonly shop_id: string;
  readonly order_no: string;
  readonly platform: string;
  readonly buyer_uid: string;
  readonly version: number;
  readonly after_sale_id: AfterSaleId | null;
  readonly body: string;
}

export interface TrailReads {
  timeline(afterSale: number, after: number, limit: number): Timeline;
  /** events of a book, oldest first, from a version on */
  ofBook(book: number, afterVersion: number, limit: number): TrailEvent[];
  /** personal data and free text of a book and all its after-sales, by the event that names them */
  privatesOf(book: number): PrivateRow[];
  changesSince(position: number, limit: number): ChangesSince;
  newestPosition(): number;
  newestInstant(): number;
}

export function trailReads(connection: Connection): TrailReads {
  const ofAfterSale = connection.prepare<[number, number, number, number, number], EventColumns>(
    `SELECT ${EVENT_COLUMNS} FROM event e WHERE e.after_sale = ? AND e.position > ?
     UNION ALL
     SELECT ${EVENT_COLUMNS} FROM event_also o JOIN event e ON e.position = o.position
     WHERE o.after_sale = ? AND o.position > ?
     ORDER BY position LIMIT ?`,
  );
  const ofBook = connection.prepare<[number, number, number], EventColumns>(
    `SELECT ${EVENT_COLUMNS} FROM event e WHERE e.book_id = ? AND e.version > ? ORDER BY e.version LIMIT ?`,
  );
  const privateColumns = 'p.id, a.id AS after_sale_id, p.kind, p.salt, p.content, p.hash';
  const privates = connection.prepare<[number, number], PrivateColumns>(
    `SELECT ${privateColumns} FROM private_text p JOIN after_sale a ON a.no = p.after_sale WHERE p.after_sale = ? ORDER BY p.no LIMIT ?`,
  );
  const privatesOfBook = [
    `SELECT ${privateColumns} FROM after_sale a JOIN private_text p ON p.after_sale = a.no WHERE a.book_id = ?`,
    'SELECT id, NULL AS after_sale_id, kind, salt, content, hash FROM private_text WHERE book_id = ? AND after_sale IS NULL',
  ].map((sql) => connection.prepare<[number], PrivateColumns>(sql));
  const notices = connection.prepare<[number, number], NoticeColumns>(
    `SELECT e.position, e.at, e.type, b.shop_id, b.order_no, b.platform, b.buyer_uid, e.version, e.body, a.id AS after_sale_id
     FROM event e JOIN book b ON b.id = e.book_id LEFT JOIN after_sale a ON a.no = e.after_sale
     WHERE e.position > ? ORDER BY e.position LIMIT ?`,
  );
  const newest = connection.prepare<[], { readonly position: number; readonly at: number }>(
    'SELECT position, at FROM event ORDER BY position DESC LIMIT 1',
  );

  return {
    timeline: (afterSale, after, limit) => {
      const events = ofAfterSale.all(afterSale, after, afterSale, after, limit + 1).map(readEvent);
      const shown = events.slice(0, limit);
      return {
        events: shown,
        privates: privates.all(afterSale, COUNT_LIMIT).map(readPrivate),
        next: events.length > limit ? (shown.at(-1)?.position ?? null) : null,
      };
    },
    ofBook: (book, afterVersion, limit) => ofBook.all(book, afterVersion, limit).map(readEvent),
    privatesOf: (book) => privatesOfBook.flatMap((rows) => rows.all(book)).map(readPrivate),
    changesSince: (position, limit) => {
      const last = newest.get()?.position ?? 0;
      if (position > last || position < last - LIVE_EVENTS_KEPT) return { kind: 'reset', newest: last };
      const events = notices.all(position, limit).map(readNotice);
      // There is one writer, so nothing can still come before what was read.
      return { kind: 'events', events, safeUpTo: events.length < limit ? last : (events.at(-1)?.position ?? last) };
    },
    newestPosition: () => newest.get()?.position ?? 0,
    newestInstant: () => newest.get()?.at ?? 0,
  };
}

function readEvent(row: EventColumns): TrailEvent {
  return {
    position: row.position,
    version: row.version,
    commandId: row.command_id,
    at: instant(row.at),
    type: row.type,
    afterSaleId: row.after_sale_id,
    body: row.body,
    hash: row.hash,
  };
}

const readPrivate = ({ after_sale_id, ...rest }: PrivateColumns): PrivateRow => ({ ...rest, afterSaleId: after_sale_id });

function readNotice(row: NoticeColumns): ChangeNotice {
  const { afterSales, internal } = toldBy(row.body);
  return {
    position: row.position,
    at: instant(row.at),
    type: row.type,
    book: { shopId: shopId(row.shop_id), orderNo: orderNo(row.order_no) },
    platform: row.platform,
    buyerUid: row.buyer_uid,
    version: row.version,
    afterSaleId: row.after_sale_id,
    afterSales,
    internal,
  };
}
