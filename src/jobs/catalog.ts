import { z } from 'zod';
import { afterSaleId, instant, orderNo, shopId } from '../domain/ids.js';

/** Every kind of job: what it carries, how many run at once, how long one may take, how often one may fail. */

const bookKey = z.strictObject({ shopId: z.string().transform(shopId), orderNo: z.string().transform(orderNo) });
const caseId = z.string().transform(afterSaleId);

const payout = z.strictObject({
  payoutKey: z.string(),
  attempt: z.int().min(1),
  /** only asks what became of an attempt whose outcome is not known */
  ask: z.boolean(),
  askEveryMs: z.int().min(1),
  /** how often is asked before a person is told */
  asks: z.int().min(1),
});
export type PayoutJob = z.output<typeof payout>;

const pickup = z.strictObject({ book: bookKey, afterSaleId: caseId });
export type PickupJob = z.output<typeof pickup>;

const alarm = z.strictObject({
  name: z.string(),
  book: bookKey,
  afterSaleId: caseId.nullable(),
  detail: z.string(),
  at: z.number().transform(instant),
});
export type AlarmJob = z.output<typeof alarm>;

export const CATALOG = {
  // A partner's call has to be over well within the lease: else a second one is made beside it.
  payout: { payload: payout, atOnce: 64, leaseMs: 60_000, attempts: 12 },
  pickup: { payload: pickup, atOnce: 16, leaseMs: 60_000, attempts: 12 },
  alarm: { payload: alarm, atOnce: 8, leaseMs: 30_000, attempts: 12 },
} as const;

export type Topic = keyof typeof CATALOG;
export const TOPICS: readonly Topic[] = ['payout', 'pickup', 'alarm'];

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 300_000;

/** How long to wait after the nth failure, from 1: twice as long each time, up to five minutes. */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 30), LONGEST_BACKOFF_MS);
}
