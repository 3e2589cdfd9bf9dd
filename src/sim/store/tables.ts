import type { Effect, KeptAnswer } from '../../actors/ports.js';
import type { TrailEvent } from '../../actors/reads.js';
import type { AfterSale, BookState, Cap, Payout, PrivateRow, TimerRow, Transfer } from '../../actors/rows.js';
import type { Job } from '../../actors/work.js';
import type { BookKey, Instant } from '../../domain/ids.js';
import type { Order, SplitRecords } from '../../domain/order.js';

/** What is on the simulated disk. Only what a commit has written is here; nothing of it is in a host. */

export interface BookTable {
  readonly key: BookKey;
  readonly no: number;
  version: number;
  chain: string;
  state: BookState;
  order: Order;
  split: SplitRecords;
  readonly afterSales: Map<string, AfterSaleEntry>;
  readonly caps: Map<string, Cap>;
  readonly transfers: Transfer[];
  readonly payouts: Map<string, Payout>;
  readonly trail: TrailEvent[];
  readonly privates: PrivateRow[];
}

export interface AfterSaleEntry {
  /** growing, over all books */
  readonly no: number;
  row: AfterSale;
  /** the row as it was read back, once it was */
  reread: AfterSale | undefined;
}

export interface TimerEntry {
  readonly book: BookTable;
  readonly no: number;
  readonly row: TimerRow;
}

export interface JobEntry {
  readonly id: number;
  readonly key: string;
  readonly topic: string;
  readonly payload: Job['payload'];
  state: 'ready' | 'leased' | 'dead';
  dueAt: number;
  runAfter: number;
  attempts: number;
  token: string | null;
  error: string | null;
}

export interface OutboxRow {
  readonly position: number;
  readonly book: BookTable;
  readonly version: number;
  readonly at: Instant;
  readonly effects: readonly Effect[];
}

export interface AnswerEntry {
  readonly answer: KeptAnswer;
  readonly book: BookTable | undefined;
}

/** Everything that the simulated disk holds. */
export class Tables {
  readonly books = new Map<string, BookTable>();
  readonly owners = new Map<string, BookTable>();
  readonly answers = new Map<string, AnswerEntry>();
  readonly timers = new Map<string, TimerEntry>();
  readonly payouts = new Map<string, BookTable>();
  readonly jobs = new Map<string, JobEntry>();
  readonly outbox = new Map<number, OutboxRow>();
  /** none was given before this instant: looking for those to forget costs nothing until there can be one */
  oldestAnswer = Number.POSITIVE_INFINITY;
  lastPosition = 0;
  lastBook = 0;
  lastAfterSale = 0;
}

/** No text of one book, caller or key may be taken for another's. */
export const bookId = (key: BookKey): string => JSON.stringify([key.orderNo, key.shopId]);
/** The key of a kept answer. */
export const answerId = (caller: string, key: string): string => JSON.stringify([caller, key]);
/** The key of a deadline. */
export const timerId = (afterSaleId: string, name: string): string => `${afterSaleId}/${name}`;
