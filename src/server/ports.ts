import type { BookStore, Clock } from '../actors/ports.js';
import type {
  AfterSaleFilter,
  AfterSaleRecord,
  ChangeNotice,
  ChangesSince,
  EvidenceFile,
  Ledger,
  ListedAfterSale,
  OrderFilter,
  OrderRecord,
  Page,
  PageRequest,
  PayoutRecord,
  Timeline,
  TrailEvent,
  WorkCounts,
} from '../actors/reads.js';
import type { Payout } from '../actors/rows.js';
import type { DeadJob } from '../actors/work.js';
import type { AfterSaleId, Instant } from '../domain/ids.js';
import type { Refusal } from '../domain/refusals.js';
import type { Template } from '../machines/template.js';

/** What the routes need beside the host: lists, feeds and desks. They may throw `Unavailable`. */

/** Reads that need no book in memory. They never stall writes. A cursor that is not theirs is refused. */
export interface ReadModels {
  listAfterSales(filter: AfterSaleFilter, page: PageRequest): Promise<Page<ListedAfterSale> | Refusal>;
  afterSale(id: AfterSaleId): Promise<AfterSaleRecord | undefined>;
  listOrders(filter: OrderFilter, page: PageRequest): Promise<Page<OrderRecord> | Refusal>;
  /** the newest events before a position, or of all */
  timeline(id: AfterSaleId, before: number | null, limit: number): Promise<Timeline | undefined>;
  /** events of an after-sale whose texts name an upload */
  namingEvidence(id: AfterSaleId, evidenceId: string): Promise<readonly TrailEvent[]>;
  ledgerOf(id: AfterSaleId): Promise<Ledger | undefined>;
  findPayout(key: string): Promise<PayoutRecord | undefined>;
  payoutsInDoubt(states: readonly Payout['state'][], page: PageRequest): Promise<Page<PayoutRecord> | Refusal>;
  deadLetters(page: PageRequest): Promise<Page<DeadJob> | Refusal>;
  changesSince(position: number, limit: number): Promise<ChangesSince>;
  newestPosition(): Promise<number>;
  counts(now: Instant): Promise<WorkCounts>;
}

/** Finds the book that a command by after-sale is for. */
export type BookFinder = Pick<BookStore, 'findBookOf'>;

/** Calls each listener after a commit is on disk, in the order of positions. Returns how to stop. */
export interface CommitFeed {
  subscribe(listener: (change: ChangeNotice) => void): () => void;
}

/** Published templates; `publish` is false where the version is published with another content. */
export interface TemplatePublisher {
  published(): Promise<readonly Template[]>;
  publish(template: Template, at: Instant): Promise<boolean>;
}

/** Puts a dead job back to work; false where there is none of that key. */
export interface DeadLetterDesk {
  resume(key: string, now: Instant): Promise<boolean>;
}

/** The sandbox's clock. */
export interface SandboxClock extends Clock {
  /** moves it forward and gives the new time */
  forward(milliseconds: number): Promise<Instant>;
}

/** The sandbox's simulated gateway. */
export interface SandboxGateway {
  /** cuts it off, or lets it answer again */
  answers(doesAnswer: boolean): void;
}

/** Uploaded evidence. Putting the same id again changes nothing. */
export interface EvidenceStore {
  find(id: string): Promise<EvidenceFile | undefined>;
  read(id: string): Promise<{ readonly file: EvidenceFile; readonly bytes: Uint8Array } | undefined>;
  put(file: EvidenceFile, bytes: Uint8Array): Promise<void>;
}

/** Whether the service can take work now, part by part. */
export interface Readiness {
  check(): Promise<{ readonly [part: string]: boolean }>;
}
