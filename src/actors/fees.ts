import { portionsWithin, sumPortions } from '../domain/claims.js';
import { gross, least, type Minor, minus, shareAmong, sum, ZERO } from '../domain/money.js';
import type { Bearer } from '../machines/words.js';
import type { AfterSale, Decision } from './rows.js';

/** A part of a fee that a later decision gives back: from who had got it, to who had carried it. */
export interface FeeBack {
  readonly from: Bearer;
  readonly to: Bearer;
  readonly amount: Minor;
}

/**
 * What a decision gives back of fees that an earlier one kept (EXAMPLES 9): whatever it gives of the units that had paid
 * them, shared by what is still kept of each fee.
 */
export function feesBack(a: AfterSale, d: Decision): FeeBack[] {
  const paid = a.decisions.filter((other) => other.no <= d.no && (other.state === 'paid' || other.no === d.no));
  const keeper = paid.find(({ fees }) => fees.length > 0);
  if (keeper === undefined || keeper.no === d.no) return [];
  let kept = keeper.fees.map(({ amount }) => amount);
  let back: readonly Minor[] = [];
  for (const later of paid) {
    if (later.no <= keeper.no) continue;
    const given = gross(sumPortions(portionsWithin(later.portions, keeper.ended)));
    back = shareAmong(
      least(
        given,
        sum(kept, (amount) => amount),
      ),
      kept,
    );
    kept = kept.map((amount, i) => minus(amount, back[i] ?? ZERO));
  }
  return keeper.fees.flatMap((fee, i) => {
    const amount = back[i] ?? ZERO;
    return amount === 0 ? [] : [{ from: fee.to, to: keeper.bearer, amount }];
  });
}
