import { toldBy } from '../../actors/auditBody.js';
import type { ChangeNotice, ChangesSince, Timeline, TrailEvent } from '../../actors/reads.js';
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
  timeline(afterSale: number, before: number | null, limit: number): Timeline;
  /** events whose texts name an upload, oldest first */
  naming(afterSale: number, evidenceId: string): TrailEvent[];
  /** events of a book, oldest first, from a version on */
  ofBook(book: number, afterVersion: number, limit: number): TrailEvent[];
  /** personal data and free text of a book and all its after-sales, by the event that names them */
  privatesOf(book: number): PrivateRow[];
  changesSince(position: number, limit: number): ChangesSince;
  newestPosition(): number;
  newestInstant(): number;
}

/** Reads of the trail: timelines, whole trails, and what was committed since a position. */
export function trailReads(connection: Connection): TrailReads {
  const ofAfterSale = (
    columns: string,
    condition: string,
  ) => `SELECT ${columns} FROM event e WHERE e.after_sale = ? AND e.position < ? ${condition}
     UNION ALL
     SELECT ${columns} FROM event_also o JOIN event e ON e.position = o.position
     WHERE o.after_sale = ? AND o.position < ? ${condition}
     ORDER BY position DESC`;
  const newestOf = connection.prepare<[number, number, number, number, number], EventColumns>(`${ofAfterSale(EVENT_COLUMNS, '')} LIMIT ?`);
  // Notes change no state, and there may be any number of them.
  const bodiesOf = connection
    .prepare<[number, number, number, number], string>(ofAfterSale('e.body, e.position', "AND e.type <> 'note'"))
    .pluck();
  const naming = connection.prepare<[number, string], EventColumns>(
    `SELECT ${EVENT_COLUMNS} FROM private_text p JOIN event e ON e.after_sale = p.after_sale AND instr(e.body, '"' || p.id || '"') > 0
     WHERE p.after_sale = ? AND instr(p.content, ?) > 0 ORDER BY e.position`,
  );
  const ofBook = connection.prepare<[number, number, number], EventColumns>(
    `SELECT ${EVENT_COLUMNS} FROM event e WHERE e.book_id = ? AND e.version > ? ORDER BY e.version LIMIT ?`,
  );
  const privateColumns = 'p.id, a.id AS after_sale_id, p.kind, p.salt, p.content, p.hash';
  const privates = connection.prepare<[number, string], PrivateColumns>(
    `SELECT ${privateColumns} FROM private_text p JOIN after_sale a ON a.no = p.after_sale
     WHERE p.after_sale = ? AND (p.kind = 'apply' OR p.id IN (SELECT value FROM json_each(?))) ORDER BY p.no`,
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
  const idOf = connection.prepare<[number], AfterSaleId>('SELECT id FROM after_sale WHERE no = ?').pluck();
  const newest = connection.prepare<[], { readonly position: number; readonly at: number }>(
    'SELECT position, at FROM event ORDER BY position DESC LIMIT 1',
  );

  /** The state that an after-sale was in before a position: that of the newest event before it that says one. */
  function stateBefore(afterSale: number, id: AfterSaleId | undefined, position: number): string | null {
    for (const body of bodiesOf.iterate(afterSale, position, afterSale, position)) {
      const state = toldBy(body).afterSales.find((row) => row.id === id)?.state ?? null;
      if (state !== null) return state;
    }
    return null;
  }

  return {
    timeline: (afterSale, before, limit) => {
      const end = before ?? Number.MAX_SAFE_INTEGER;
      const found = newestOf.all(afterSale, end, afterSale, end, limit + 1).map(readEvent);
      const events = found.slice(0, limit).reverse();
      const next = found.length > limit ? (events[0]?.position ?? null) : null;
      const named = events.flatMap(({ body }) => toldBy(body).privateId ?? []);
      return {
        events,
        privates: privates.all(afterSale, JSON.stringify(named)).map(readPrivate),
        stateBefore: next === null ? null : stateBefore(afterSale, idOf.get(afterSale), next),
        next,
      };
    },
    naming: (afterSale, evidenceId) => naming.all(afterSale, `"evidenceId":"${evidenceId}"`).map(readEvent),
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
