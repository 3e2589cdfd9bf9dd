import type { TemplateSource } from '../actors/ports.js';
import type {
  AfterSaleFilter,
  AfterSaleRecord,
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
import type { Cap, Payout } from '../actors/rows.js';
import type { DeadJob } from '../actors/work.js';
import type { AfterSaleId, BookKey, Instant } from '../domain/ids.js';
import type { Refusal } from '../domain/refusals.js';
import type { Template } from '../machines/template.js';

/**
 * What routes read besides the books themselves. Every answer is bounded and found by index; each call
 * is a short read of its own. A cursor that is none of ours is refused with `request.invalid`.
 * Any of them may throw `Unavailable`.
 */
export interface ReadModels {
  listAfterSales(filter: AfterSaleFilter, page: PageRequest): Promise<Page<AfterSaleRecord> | Refusal>;
  afterSale(id: AfterSaleId): Promise<AfterSaleRecord | undefined>;
  listOrders(filter: OrderFilter, page: PageRequest): Promise<Page<OrderRecord> | Refusal>;
  order(book: BookKey): Promise<OrderRecord | undefined>;
  /** events of an after-sale from `after` (a position, 0 for the beginning) on, oldest first */
  timeline(id: AfterSaleId, after: number, limit: number): Promise<Timeline | undefined>;
  ledgerOf(id: AfterSaleId): Promise<Ledger | undefined>;
  caps(book: BookKey): Promise<readonly Cap[]>;
  /** the book that a payout key belongs to, for callbacks */
  findPayout(key: string): Promise<PayoutRecord | undefined>;
  /** payouts in one of these states, longest unchanged first */
  payoutsInDoubt(states: readonly Payout['state'][], page: PageRequest): Promise<Page<PayoutRecord> | Refusal>;
  deadLetters(page: PageRequest): Promise<Page<DeadJob> | Refusal>;
  changesSince(position: number, limit: number): Promise<ChangesSince>;
  newestPosition(): Promise<number>;
  /** time of the newest commit; 0 where there is none */
  newestInstant(): Promise<Instant>;
  counts(now: Instant): Promise<WorkCounts>;
}

/** Publishing templates. Whether two scopes tie is judged before, by a pure rule. */
export interface TemplatePublisher extends TemplateSource {
  /** Keeps a version for good; false when this id and version are kept already with other content. */
  publish(template: Template, at: Instant): Promise<boolean>;
}

/** Uploaded evidence. Limits of size and kind are the caller's. */
export interface EvidenceStore {
  /** Keeps a file; the same id again changes nothing. */
  put(file: EvidenceFile, bytes: Uint8Array): Promise<void>;
  /** what is known of a file, without its content */
  find(id: string): Promise<EvidenceFile | undefined>;
  read(id: string): Promise<{ readonly file: EvidenceFile; readonly bytes: Uint8Array } | undefined>;
  remove(id: string): Promise<void>;
}
