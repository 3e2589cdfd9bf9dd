import { claimAmount, claimWhole } from '../domain/claims.js';
import { shareByWeight } from '../domain/money.js';
import { offsetsOf } from '../domain/offsets.js';
import { selectUnits } from '../domain/select.js';
import { splitOrder } from '../domain/split.js';
import { shareReserved, shareTenders } from '../domain/tenders.js';
import { missingWeight } from '../domain/weight.js';
import { capHolds } from './book.js';
import type { PayoutOutcome } from './command.js';
import type { Payout, TimerRow } from './rows.js';

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
  /** a timer of an earlier visit, or one that does not run, is late */
  timerIsCurrent: (timer: TimerRow | undefined, visit: number): timer is TimerRow =>
    timer !== undefined && timer.visit === visit && timer.suspendedMs === null,
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
  /** whether the units of an exchange stay held until it ends */
  holdsUntilEnd: () => true,
  /** freight goes back at most once */
  freightLeft: (left: { readonly net: number; readonly tax: number }) => left.net + left.tax > 0,
};

export type Rules = typeof RULES;
