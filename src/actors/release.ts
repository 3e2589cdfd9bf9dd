import { addPortions, type PortionOfUnits, portionsWithin, sumPortions } from '../domain/claims.js';
import { addMoney, gross, type Minor, minor } from '../domain/money.js';
import type { UnitRange } from '../domain/selection.js';
import { piecesOf } from '../domain/units.js';
import { cutByGiven, takeable } from './claimed.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Draft } from './draft.js';
import { reserve, sharesFor } from './ledger.js';
import type { AfterSale, Portion } from './rows.js';

/** What is reserved a second time: by an appeal, or after money that moved elsewhere had taken the reservation. */

/** What of its units an after-sale may still ask for: all that is left, or what a claim of money did not get yet. */
export function portionsLeft(draft: Draft, context: DecisionContext, a: AfterSale): Portion[] {
  const units = piecesOf(draft.lines(), draft.split.runs, a.units).map(takeable);
  if (a.claim === 'unit') return context.rules.claimWhole(units).filter((p) => p.net !== 0 || p.tax !== 0);
  const granted = a.decisions.filter((d) => d.state !== 'dropped').flatMap((d) => d.portions);
  if (a.missing.length > 0) return weightLeft(draft, context, a.missing, [...granted, ...a.reserved]);
  const taken = gross(addMoney(sumPortions(granted), sumPortions(a.reserved)));
  const left = units.reduce((all, u) => all + gross(u.left) * (u.to - u.from + 1), 0);
  const amount = minor(Math.max(0, Math.min((a.asked ?? 0) - taken, left)));
  return amount === 0 ? [] : context.rules.claimAmount(units, amount).filter((p) => p.net !== 0 || p.tax !== 0);
}

/** What each unit lacks and did not get: as much of it as the unit has left (EXAMPLES 6). */
function weightLeft(draft: Draft, context: DecisionContext, missing: readonly Portion[], taken: readonly PortionOfUnits[]): Portion[] {
  const given = addPortions([], taken);
  return missing.flatMap((asked) =>
    cutByGiven([asked], given).flatMap((range) =>
      piecesOf(draft.lines(), draft.split.runs, [range]).flatMap((piece) => {
        const amount = Math.min(Math.max(0, gross(asked) - range.given), gross(piece.left));
        return amount === 0 ? [] : context.rules.claimAmount([takeable(piece)], minor(amount * piece.count));
      }),
    ),
  );
}

/** What of units an after-sale can grant: what it reserves, and on a hold by money that moved elsewhere what its end reserves again. */
export function grantable(draft: Draft, context: DecisionContext, a: AfterSale, within: readonly UnitRange[] | null = null): Minor {
  const portions = a.hold?.byExternal === true ? addPortions(a.reserved, portionsLeft(draft, context, a)) : a.reserved;
  return gross(sumPortions(within === null ? portions : portionsWithin(portions, within)));
}

/** Reserves what is left of the units of an after-sale besides what it reserves already. */
export function reserveLeft(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  const portions = portionsLeft(draft, context, a);
  if (portions.length === 0) return a;
  const shares = sharesFor(draft, context.rules, portions, templateOf(context, a).payout.tenders);
  return draft.put(reserve(draft, a, portions, shares));
}
