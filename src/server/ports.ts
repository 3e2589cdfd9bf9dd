import type { KeptAnswer } from '../actors/ports.js';
import type {
  AfterSaleFilter,
  AfterSaleRecord,
  ChangeNotice,
  ChangesSince,
  EvidenceFile,
  Ledger,
  OrderFilter,
  OrderRecord,
  Page,
  PageRequest,
  PayoutRecord,
  Timeline,
  WorkCounts,
} from '../actors/reads.js';
import type { DeadJob } from '../actors/work.js';
import type { AfterSaleId, BookKey, Instant } from '../domain/ids.js';
import type { Refusal } from '../domain/refusals.js';
import type { Template } from '../machines/template.js';

/** What the routes need beside the host: lists, feeds and desks. They may throw `Unavailable`. */

/** Reads that need no book in memory. They never stall writes; lists are newest first. */
export interface ReadModels {
  findBookOf(afterSaleId: AfterSaleId): Promise<BookKey | undefined>;
  findBookOfPayout(payoutKey: string): Promise<BookKey | undefined>;
  afterSales(filter: AfterSaleFilter, page: PageRequest): Promise<Page<AfterSaleRecord>>;
  orders(filter: OrderFilter, page: PageRequest): Promise<Page<OrderRecord>>;
  /** events after a position, oldest first */
  timeline(afterSaleId: AfterSaleId, after: number, limit: number): Promise<Timeline>;
  ledger(afterSaleId: AfterSaleId): Promise<Ledger>;
  payoutsInDoubt(page: PageRequest): Promise<Page<PayoutRecord>>;
  deadJobs(page: PageRequest): Promise<Page<DeadJob>>;
  changesSince(position: number, limit: number): Promise<ChangesSince>;
  workCounts(): Promise<WorkCounts>;
}

/** Calls each listener after a commit is on disk, in the order of positions. Returns how to stop. */
export interface CommitFeed {
  subscribe(listener: (change: ChangeNotice) => void): () => void;
}

/** Answers to writes that go to no book, kept as the host keeps its own. */
export interface KeptAnswers {
  find(caller: string, key: string): Promise<KeptAnswer | undefined>;
  /** keeps it, unless the key has an answer already: that one is given back then */
  keep(answer: KeptAnswer): Promise<KeptAnswer | undefined>;
}

/** Published templates. `publish` refuses ties, contradictions and another content under a published version. */
export interface TemplateDesk {
  published(): Promise<readonly Template[]>;
  publish(template: Template): Promise<Refusal | undefined>;
}

/** Puts a dead job back to work; false where there is none of that key. */
export interface DeadLetterDesk {
  resume(key: string): Promise<boolean>;
}

/** The sandbox's clock. */
export interface SandboxClock {
  /** moves it forward and gives the new time */
  forward(milliseconds: number): Promise<Instant>;
}

/** Uploaded evidence. Putting the same id again changes nothing. */
export interface EvidenceStore {
  put(file: EvidenceFile, content: Uint8Array): Promise<void>;
  find(id: string): Promise<EvidenceFile | undefined>;
  content(id: string): Promise<Uint8Array | undefined>;
}

/** Whether the service can take work now, part by part. */
export interface Readiness {
  check(): Promise<{ readonly [part: string]: boolean }>;
}
