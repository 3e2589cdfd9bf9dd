import type { BookKey } from '../domain/ids.js';
import type { ChartBook } from '../machines/chartBook.js';
import type { BookStore, Clock, Entropy, TemplateSource } from './ports.js';
import type { Rules } from './rules.js';

/** Lets rivals in other processes wait their turn. Correctness never rests on it (the version check holds). */
export interface OrderLock {
  /** Waits for the book's turn; gives how to end it. */
  acquire(book: BookKey): Promise<() => Promise<void>>;
}

/** Uploaded evidence, as far as decisions need it. */
export interface EvidenceSource {
  /** `caller`: who uploaded it, as `callerOf` writes it */
  find(id: string): Promise<{ readonly sha256: string; readonly caller: string } | undefined>;
}

/** How many there may be of what; units stand in the names. */
export interface HostLimits {
  /** books kept in memory while nobody uses them */
  readonly cachedBooks: number;
  /** commands that may wait for one book */
  readonly mailbox: number;
  /** decisions of one book that may be on their way to the disk at once */
  readonly inFlight: number;
  /** how often a command is decided again after losing a race */
  readonly attempts: number;
}

export const HOST_LIMITS: HostLimits = { cachedBooks: 10_000, mailbox: 1_000, inFlight: 64, attempts: 20 };

/** Everything that the actor host is wired with. */
export interface HostParts {
  readonly store: BookStore;
  readonly templates: TemplateSource;
  readonly evidence: EvidenceSource;
  readonly lock: OrderLock;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly rules: Rules;
  readonly charts: ChartBook;
  readonly limits: HostLimits;
}
