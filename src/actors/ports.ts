import type { AfterSaleId, BookKey, CommandId, Instant } from '../domain/ids.js';
import type { Order, SplitRecords } from '../domain/order.js';
import type { Refusal } from '../domain/refusals.js';
import type { Template } from '../machines/template.js';
import type { AfterSale, BookState, Cap, CapChange, Payout, PrivateRow, TimerRow, Transfer } from './rows.js';

/** The rows of one book, as the store gives them: of its after-sales those that are `live`. */
export interface BookRows {
  readonly version: number;
  /** hash of the newest audit event of the book */
  readonly chain: string;
  readonly order: Order;
  readonly split: SplitRecords;
  readonly state: BookState;
  readonly afterSales: readonly AfterSale[];
  readonly caps: readonly Cap[];
  readonly payouts: readonly Payout[];
  readonly timers: readonly TimerRow[];
}

/** What a decision writes: whole rows, and deltas for caps. Plain JSON; it is the body of the audit event. */
export interface Changes {
  /** given when the order is new or corrected */
  readonly order?: Order;
  readonly split?: SplitRecords;
  readonly state?: BookState;
  readonly afterSales: readonly AfterSale[];
  readonly caps: readonly CapChange[];
  readonly transfers: readonly Transfer[];
  readonly payouts: readonly Payout[];
  /** every text and account of the book is blank from now on, also those of after-sales that are not loaded, and its private rows are empty */
  readonly erase?: true;
  readonly timers: { readonly set: readonly TimerRow[]; readonly cleared: readonly Pick<TimerRow, 'afterSaleId' | 'timerId'>[] };
}

/** What must happen outside, at least once. `key` is stable: deciding or relaying again gives the same. */
export type Effect =
  | {
      readonly topic: 'payout';
      readonly key: string;
      readonly payoutKey: string;
      readonly attempt: number;
      readonly ask: boolean;
      readonly delayMs: number;
      readonly askEveryMs: number;
      readonly asks: number;
    }
  | { readonly topic: 'pickup'; readonly key: string; readonly afterSaleId: AfterSaleId }
  | {
      readonly topic: 'alarm';
      readonly key: string;
      readonly alarm: string;
      readonly afterSaleId: AfterSaleId | null;
      readonly detail: string;
    };

/** What was decided, as the trail keeps it. `body` is canonical JSON of command, actor, changes and versions. */
export interface AuditEvent {
  readonly commandId: CommandId;
  readonly at: Instant;
  /** type of the command, for lists */
  readonly type: string;
  readonly afterSaleId: AfterSaleId | null;
  readonly body: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** The kept answer to an idempotency key. */
export interface KeptAnswer {
  readonly caller: string;
  readonly key: string;
  /** hash over method, path and parsed body */
  readonly hash: string;
  readonly status: number;
  /** JSON body of the answer */
  readonly body: string;
  /** book version the answer shows, for the ETag; null for a refusal */
  readonly version: number | null;
  readonly at: Instant;
}

/** One transaction: all of it is kept, or nothing. */
export interface Commit {
  readonly book: BookKey;
  /** the version that was decided on, whose event is the audit's `previousHash`; 0 creates the book */
  readonly expectedVersion: number;
  /** null: only an answer is kept (a refusal) */
  readonly write: {
    readonly changes: Changes;
    readonly audit: AuditEvent;
    readonly outbox: readonly Effect[];
    readonly privates: readonly PrivateRow[];
  } | null;
  readonly answer: KeptAnswer | null;
}

export type CommitOutcome =
  /** on disk; `position` is the global number of the audit event (0 where none was written) */
  | { readonly outcome: 'committed'; readonly position: number }
  /** another writer was first: load and decide again */
  | { readonly outcome: 'stale' }
  /** the caller's key has an answer already (perhaps to another request: compare hashes) */
  | { readonly outcome: 'answered'; readonly answer: KeptAnswer }
  /** a cap's CHECK constraint said no: nothing of this commit was kept */
  | { readonly outcome: 'capExceeded'; readonly detail: string }
  /** nothing was kept; the same commit may be tried again later */
  | { readonly outcome: 'failed'; readonly retryAfterMs: number; readonly detail: string }
  /** the connection was lost while committing; ask `findAnswer` */
  | { readonly outcome: 'unknown'; readonly detail: string };

/** Where books live, as the actor host needs it. */
export interface BookStore {
  load(key: BookKey): Promise<BookRows | undefined>;
  /** the newest version of a book and its event, to see whether a book in memory is still the newest; costs by one row */
  newest(key: BookKey): Promise<{ readonly version: number; readonly chain: string } | undefined>;
  /** Commits of many books may be grouped; each stands or falls alone. Resolves once on disk. */
  commit(commit: Commit): Promise<CommitOutcome>;
  findAnswer(caller: string, key: string): Promise<KeptAnswer | undefined>;
  /** the book of an after-sale, also of one that has ended */
  findBookOf(afterSaleId: AfterSaleId): Promise<BookKey | undefined>;
  /** one after-sale, also one that has ended */
  findAfterSale(afterSaleId: AfterSaleId): Promise<{ readonly book: BookKey; readonly afterSale: AfterSale } | undefined>;
}

/** The published templates. */
export interface TemplateSource {
  /** all current versions; a decision picks from them */
  published(): Promise<readonly Template[]>;
  version(id: string, version: number): Promise<Template | undefined>;
}

/** Time, and the randomness that salts hashes. */
export interface Clock {
  now(): Instant;
}
export interface Entropy {
  /** 16 random bytes in hex */
  salt(): string;
}

/** What the host answers with. */
export type Reply =
  | {
      readonly kind: 'done';
      readonly version: number;
      readonly position: number;
      readonly status: number;
      readonly body: string;
      readonly replayed: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly status: number;
      readonly body: string;
      readonly replayed: boolean;
      readonly retryAfterMs?: number;
    };

/** What became of an order that was put. No event is written for one that was there already, as it is. */
export function outcomeOfPut({ status, position }: Extract<Reply, { kind: 'done' }>): 'new' | 'changed' | 'unchanged' {
  if (status === 201) return 'new';
  return position === 0 ? 'unchanged' : 'changed';
}
