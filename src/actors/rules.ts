import { claimAmount, claimWhole } from '../domain/claims.js';
import { type Money, money, shareByWeight } from '../domain/money.js';
import { offsetsOf } from '../domain/offsets.js';
import { selectUnits } from '../domain/select.js';
import { splitOrder } from '../domain/split.js';
import { shareReserved, shareTenders } from '../domain/tenders.js';
import { missingWeight } from '../domain/weight.js';
import { capHolds } from './book.js';
import type { PayoutOutcome } from './command.js';
import type { AfterSale, Cap, Payout, TimerRow } from './rows.js';

/**
 * The rules that decisions rest on, as one record, so that a simulation can take one away and see
 * what it was good for. Production always uses `RULES`.
 */
export const RULES = {
  /** what each unit of an order really cost */
  splitOrder,
  selectUnits,
  claimWhole,
  claimAmount,
  missingWeight,
  shareByWeight,
  shareTenders,
  shareReserved,
  offsetsOf,
  capHolds,
  /** one payout per decision and tender, whatever is repeated */
  payoutKey: (owner: string, decisionNo: number, target: string): string => `${owner}:${decisionNo}:${target}`,
  /** a timer of an earlier visit, one that does not run, or one that is not due yet changes nothing */
  timerCounts: (timer: TimerRow | undefined, visit: number, now: number): boolean =>
    timer !== undefined && timer.visit === visit && timer.suspendedMs === null && timer.dueAt <= now,
  /** whether a gateway's word changes a payout: never one that was paid, never that of another attempt but a payment */
  resultCounts: (payout: Payout, attempt: number, outcome: PayoutOutcome['outcome']): boolean =>
    payout.state !== 'paid' &&
    payout.state !== 'dropped' &&
    (outcome === 'paid' || (attempt === payout.attempt && payout.state !== 'declined')),
  /** a new attempt is made only after the one before was declined for sure */
  mayTryAgain: (payout: Payout): boolean => payout.state === 'declined',
  /** a fee is taken once per after-sale */
  feesTaken: (decisions: readonly { readonly fees: readonly unknown[] }[]): boolean => decisions.some((d) => d.fees.length > 0),
  /** whether what an after-sale still reserves is given back when it ends */
  voidsOnEnd: () => true,
  /** whether the units of an after-sale stay held, in whatever state it is, until it ends */
  holdsUntilEnd: (_: Pick<AfterSale, 'chart'>): boolean => true,
  /** freight goes back at most once */
  freightLeft: (left: { readonly net: number; readonly tax: number }) => left.net + left.tax > 0,
  /** what of the freight is neither reserved nor paid */
  freightUntaken: ({ limit, reserved, posted }: Cap): Money =>
    money(limit.net - reserved.net - posted.net, limit.tax - reserved.tax - posted.tax),
  /** goodwill stays within the limit of its order */
  goodwillFits: (amount: number, most: number): boolean => amount <= most,
  /** money that moved elsewhere counts once by its reference */
  movedCounts: (known: readonly string[], reference: string): boolean => !known.includes(reference),
};

export type Rules = typeof RULES;
