import { type Minor, minor, minus, shareHalfUp, sum } from '../domain/money.js';
import type { TenderShare } from '../domain/tenders.js';
import type { Payout } from './rows.js';

/** Payouts of which a part moved outside Redress (EXAMPLES 13): what they still have to pay. */

export type Due = Pick<TenderShare, 'amount' | 'points'>;

/** What an attempt of a payout pays: its amount less what had moved outside for it before. */
export function dueAt(payout: Pick<Payout, 'amount' | 'points' | 'outside'>, attempt: number): Due {
  const before = (payout.outside ?? []).filter(({ after }) => after < attempt);
  const outside = sum(before, (part) => part.amount);
  if (outside === 0) return { amount: payout.amount, points: payout.points };
  return { amount: minus(payout.amount, outside), points: payout.points - shareHalfUp(minor(payout.points), outside, payout.amount) };
}

/** Whether a part moved outside after an attempt was made: sent once more, that attempt would pay the part again. */
export const isOutdated = ({ outside }: Pick<Payout, 'outside'>, attempt: number): boolean =>
  (outside ?? []).some(({ after }) => after >= attempt);

/** What is left to pay of it. */
export const restOf = (payout: Pick<Payout, 'amount' | 'points' | 'outside'>): Due => dueAt(payout, Number.POSITIVE_INFINITY);

/** What of it moved outside. */
export const outsideOf = (payout: Pick<Payout, 'amount' | 'points' | 'outside'>): Minor => minus(payout.amount, restOf(payout).amount);

/** Whether nothing of it can have gone out: only then what it pays may be taken back. */
export const isUntouched = ({ state, outside }: Pick<Payout, 'state' | 'outside'>): boolean =>
  (state === 'waiting' || state === 'held') && outside === undefined;
