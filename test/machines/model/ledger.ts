import type { ChartContext } from '../../../src/machines/context.js';
import type { Step } from '../../../src/machines/step.js';

/** What has become of the money for the goods, told from the effects of the chart alone. */
export interface Ledger {
  /** a decision grants money that is not paid yet */
  readonly granted: boolean;
  /** money was paid since the goods last left the buyer */
  readonly paid: boolean;
}

export const NOTHING_PAID: Ledger = { granted: false, paid: false };

const away = (goods: ChartContext['goods']): boolean => goods === 'underway' || goods === 'merchant';

/** Follows one step. */
export function follow(before: Ledger, goodsBefore: ChartContext['goods'], event: string, taken: Step): Ledger {
  let { granted, paid } = before;
  if (!away(goodsBefore) && away(taken.snapshot.context.goods)) paid = false;
  if (event === 'payout.done') {
    paid ||= granted;
    granted = false;
  }
  for (const effect of taken.effects) {
    if (effect.type === 'drop') granted = false;
    if (effect.type === 'grant') granted = true;
  }
  return { granted, paid };
}
