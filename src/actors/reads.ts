import type { AfterSaleId, BookKey, CommandId, Instant, ShopId } from '../domain/ids.js';
import type { Order } from '../domain/order.js';
import type { AfterSaleType } from '../machines/words.js';
import type { Told } from './auditBody.js';
import type { AfterSale, Cap, Payout, PrivateRow, TimerRow, Transfer } from './rows.js';

/** The rows that lists, timelines and live events are made of. */

/** A part of a list, newest first. `next` is the opaque cursor of the part after it; null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

export interface Buyer {
  readonly platform: string;
  readonly buyerUid: string;
}

/** What is left out does not filter; what is given must all hold. */
export interface OrderFilter {
  readonly shops?: readonly ShopId[];
  readonly buyer?: Buyer;
  readonly platform?: string;
  readonly orderNo?: string;
}

export interface AfterSaleFilter extends OrderFilter {
  /** dotted states: `reviewing.merchant` */
  readonly states?: readonly string[];
  readonly type?: AfterSaleType;
  readonly appliedFrom?: Instant;
  readonly appliedBefore?: Instant;
}

/** An after-sale with what is needed to show it. */
export interface AfterSaleRecord {
  readonly book: BookKey;
  /** the book's newest version; the after-sale carries that of its own last change */
  readonly bookVersion: number;
  readonly order: Order;
  /** the cap row `order`: whether anything is left to refund */
  readonly orderCap: Cap | null;
  readonly afterSale: AfterSale;
  readonly timers: readonly TimerRow[];
  readonly payouts: readonly Payout[];
}

/** An after-sale as lists show it: without what only itself shows, so that a list need not read whole orders. */
export interface ListedAfterSale extends Pick<AfterSaleRecord, 'book' | 'orderCap' | 'afterSale'> {
  /** code of the order's currency */
  readonly currency: string;
}

export interface OrderRecord {
  readonly book: BookKey;
  readonly version: number;
  readonly order: Order;
  readonly caps: readonly Cap[];
  readonly openAfterSales: number;
}

/** One audit event, as timelines and verification read it. */
export interface TrailEvent {
  readonly position: number;
  readonly version: number;
  readonly commandId: CommandId;
  readonly at: Instant;
  readonly type: string;
  readonly afterSaleId: AfterSaleId | null;
  /** canonical JSON, as it was hashed */
  readonly body: string;
  readonly hash: string;
}

/** The newest events of an after-sale before a position, oldest of them first. */
export interface Timeline {
  readonly events: readonly TrailEvent[];
  /** the texts that these events name by id, and those of the application */
  readonly privates: readonly PrivateRow[];
  /** the dotted state that the first of the events found; null before the application */
  readonly stateBefore: string | null;
  /** position before which older events stand; null where there are none */
  readonly next: number | null;
}

/** A change, as live events tell of it. */
export interface ChangeNotice {
  readonly position: number;
  readonly at: Instant;
  readonly type: string;
  readonly book: BookKey;
  readonly platform: string;
  readonly buyerUid: string;
  readonly version: number;
  /** the after-sale that it is about */
  readonly afterSaleId: AfterSaleId | null;
  /** every after-sale that it changed, with the state that it reached; null where it stayed in its state */
  readonly afterSales: Told['afterSales'];
  /** not for buyers */
  readonly internal: boolean;
}

export type ChangesSince =
  /** everything up to `safeUpTo` is in `events` or was before; later ones may still be committing */
  | { readonly kind: 'events'; readonly events: readonly ChangeNotice[]; readonly safeUpTo: number }
  /** the position is older than what is kept for live events: begin again at `newest` */
  | { readonly kind: 'reset'; readonly newest: number };

export interface PayoutRecord {
  readonly book: BookKey;
  readonly payout: Payout;
}

export interface Ledger {
  readonly transfers: readonly Transfer[];
  readonly payouts: readonly Payout[];
}

/** How much is waiting. Counts stop at `COUNT_LIMIT`, so that asking never costs more. */
export interface WorkCounts {
  readonly outbox: number;
  /** due, waiting for their time, or at work */
  readonly jobsQueued: number;
  readonly jobsDead: number;
  readonly timersOverdue: number;
  readonly payoutsInDoubt: number;
}
export const COUNT_LIMIT = 10_000;

/** An uploaded photo, video or document. */
export interface EvidenceFile {
  readonly id: string;
  /** who uploaded it, as `callerOf` writes it */
  readonly caller: string;
  readonly kind: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly size: number;
  readonly at: Instant;
}
