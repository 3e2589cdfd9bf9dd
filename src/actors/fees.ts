import { portionsWithin, sumPortions } from '../domain/claims.js';
import { gross, least, type Minor, minus, shareAmong, sum, ZERO } from '../domain/money.js';
import type { Bearer } from '../machines/words.js';
import type { AfterSale, Decision, FeeLine } from './rows.js';

/** Fees that are kept of a refund, and given back by a later decision (EXAMPLES 9). */

/** A part of a fee that a later decision gives back: from who had got it, to who had carried it. */
export interface FeeBack {
  readonly from: Bearer;
  readonly to: Bearer;
  readonly amount: Minor;
}

interface Kept {
  readonly keeper: Decision;
  /** of each fee: what was kept before the last decision, and after it */
  readonly before: readonly Minor[];
  readonly after: readonly Minor[];
}

/** Whatever later decisions give of the units that had paid fees comes out of these, by what is still kept of each. */
function keptAfter(decisions: readonly Decision[]): Kept | undefined {
  const keeper = decisions.find(({ fees }) => fees.length > 0);
  if (keeper === undefined) return undefined;
  let after = keeper.fees.map(({ amount }) => amount);
  let before = after;
  for (const later of decisions) {
    if (later.no <= keeper.no) continue;
    const given = gross(sumPortions(portionsWithin(later.portions, keeper.ended)));
    const kept = after;
    const back = shareAmong(
      least(
        given,
        sum(kept, (amount) => amount),
      ),
      kept,
    );
    before = kept;
    after = kept.map((amount, i) => minus(amount, back[i] ?? ZERO));
  }
  return { keeper, before, after };
}

/** What a decision gives back of fees that an earlier one kept. */
export function feesBack(a: AfterSale, d: Decision): FeeBack[] {
  const kept = keptAfter(a.decisions.filter((other) => other.no <= d.no && (other.state === 'paid' || other.no === d.no)));
  if (kept === undefined) return [];
  const { keeper, before, after } = kept;
  return keeper.fees.flatMap((fee, i) => {
    const amount = minus(before[i] ?? ZERO, after[i] ?? ZERO);
    return amount === 0 ? [] : [{ from: fee.to, to: keeper.bearer, amount }];
  });
}

/** What is still kept of an after-sale's fees, by all that is decided, and the decision that keeps it. */
export function feesKept(a: AfterSale): { readonly keeper: Decision; readonly fees: readonly FeeLine[] } | undefined {
  const kept = keptAfter(a.decisions.filter((d) => d.state !== 'dropped'));
  if (kept === undefined) return undefined;
  const fees = kept.keeper.fees.map((fee, i) => ({ ...fee, amount: kept.after[i] ?? ZERO }));
  return { keeper: kept.keeper, fees: fees.filter(({ amount }) => amount > 0) };
}
