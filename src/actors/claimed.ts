import { addPortions, type PortionOfUnits, type Takeable } from '../domain/claims.js';
import { gross, type Minor, minor } from '../domain/money.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import type { SelectedRange } from '../domain/selection.js';
import { intersectRanges, type Piece, piecesOf, sumPieces, withoutRanges } from '../domain/units.js';
import { lineOf } from './book.js';
import type { Application, Price } from './command.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';

/** What an application asks of each unit, in money. */

/** An amount in the order's currency, or why it is none. */
export function inCurrency(draft: Draft, price: Price, path: string): Minor | Refusal {
  if (price.currency === draft.order.currency.code) return price.amount;
  return refuse('order.currencyMixed', `The order is in ${draft.order.currency.code}, the amount in ${price.currency}.`, {
    path: `${path}.currency`,
    facts: { expected: draft.order.currency.code, given: price.currency },
  });
}

/** What may be taken of units that are alike. */
export const takeable = (piece: Piece): Takeable => ({
  lineNo: piece.lineNo,
  from: piece.from,
  to: piece.to,
  cost: piece.cost,
  standing: piece.state.standing,
  left: piece.left,
});

/** What each unit may get: all that is left of it, its share of an amount, or the price of its missing weight. */
export function claimPortions(
  draft: Draft,
  context: DecisionContext,
  application: Pick<Application, 'claim'>,
  ranges: readonly SelectedRange[],
  pieces: readonly Piece[],
): PortionOfUnits[] | Refusal {
  const left = sumPieces(pieces, (piece) => gross(piece.left));
  const { claim } = application;
  if (claim.kind === 'unit') return context.rules.claimWhole(pieces.map(takeable));
  if (claim.kind === 'money') {
    const amount = inCurrency(draft, claim.amount, 'claim.amount');
    if (isRefusal(amount)) return amount;
    if (amount < 1) return refuse('amount.missing', 'A claim of money asks for more than 0.', { path: 'claim.amount.amount' });
    if (amount > left) return exceeds(amount, left, 'claim.amount.amount');
    return context.rules.claimAmount(pieces.map(takeable), amount).filter((p) => p.net !== 0 || p.tax !== 0);
  }
  return missingWeightPortions(draft, context, ranges);
}

const exceeds = (asked: number, left: number, path: string): Refusal =>
  refuse('amount.exceedsCost', `${asked} is asked for, ${left} is left of what the units cost.`, { path, facts: { asked, left } });

function missingWeightPortions(draft: Draft, context: DecisionContext, ranges: readonly SelectedRange[]): PortionOfUnits[] | Refusal {
  const portions: PortionOfUnits[] = [];
  const given = weightGiven(draft);
  for (const range of cutByBoth(ranges, given, differencesGiven(draft))) {
    for (const piece of piecesOf(draft.lines(), draft.split.runs, [range])) {
      const line = lineOf(draft.order, piece.lineNo);
      const cost = minor(gross(piece.cost) - range.difference);
      const missing = context.rules.missingWeight(cost, line.weightGrams ?? 0, range.actualGrams ?? 0);
      if (isRefusal(missing)) return missing;
      const amount = minor(Math.max(0, missing - range.weighed));
      if (amount > gross(piece.left)) return exceeds(amount, gross(piece.left), 'selection');
      if (amount === 0) continue;
      const units: Takeable[] = [takeable(piece)];
      portions.push(...context.rules.claimAmount(units, minor(amount * piece.count)));
    }
  }
  return portions.length === 0 ? nothingMissing(draft, ranges, given) : portions;
}

/** The lowest free units are taken where only a quantity is named, and may be those that were weighed before. */
function nothingMissing(draft: Draft, ranges: readonly SelectedRange[], given: readonly PortionOfUnits[]): Refusal {
  const weighed = given.some((p) => intersectRanges(ranges, [p]).length > 0);
  if (!weighed) return refuse('amount.nothingLeft', 'The missing weight comes to nothing.', { path: 'selection' });
  const others = [...new Set(ranges.map(({ lineNo }) => lineNo))].flatMap((lineNo) => {
    const free = draft.line(lineNo).runs.filter(({ state }) => state.holder === null && state.ended === 0);
    const unweighed = withoutRanges(
      free.map(({ from, to }) => ({ lineNo, from, to })),
      given,
    );
    return unweighed.map(({ from, to }) => ({ lineNo, from, to }));
  });
  const taken = ranges.map(({ lineNo, from, to }) => ({ lineNo, from, to }));
  const [next] = others;
  const hint = next === undefined ? '' : ` For another piece name its number: { "lineNo": ${next.lineNo}, "units": [${next.from}] }.`;
  return refuse('amount.nothingLeft', `What these pieces lack was refunded before.${hint}`, {
    path: 'selection',
    facts: { taken, others },
  });
}

/** What each unit has got for missing weight already: the same weight told again gives nothing more. */
function weightGiven(draft: Draft): PortionOfUnits[] {
  const given: PortionOfUnits[] = [];
  for (const a of draft.afterSales()) {
    if (a.claim !== 'weight') given.push(...a.missing);
    else given.push(...a.reserved, ...a.decisions.filter((d) => d.state !== 'dropped').flatMap((d) => d.portions));
  }
  return addPortions([], given);
}

/** What went back for units that were exchanged for cheaper pieces: they cost so much less since (EXAMPLES 12). */
export function differencesGiven(draft: Draft): PortionOfUnits[] {
  const given = [...draft.afterSales()].flatMap((a) =>
    a.decisions.filter((d) => d.kind === 'difference' && d.state !== 'dropped').flatMap((d) => d.portions),
  );
  return addPortions([], given);
}

/** Ranges of which each unit has got the same for missing weight, and the same as the difference of an exchange. */
function cutByBoth(ranges: readonly SelectedRange[], weights: readonly PortionOfUnits[], differences: readonly PortionOfUnits[]) {
  return cutByGiven(ranges, weights).flatMap(({ given: weighed, ...part }) =>
    cutByGiven([part], differences).map(({ given: difference, ...range }) => ({ ...range, weighed, difference })),
  );
}

/** Ranges cut where units have been given different amounts before, each with what one unit of it got. */
export function cutByGiven(
  ranges: readonly SelectedRange[],
  given: readonly PortionOfUnits[],
): (SelectedRange & { readonly given: number })[] {
  return ranges.flatMap((range) => {
    const weighed = range.actualGrams === undefined ? {} : { actualGrams: range.actualGrams };
    const before = given.flatMap((p) => intersectRanges([range], [p]).map((part) => ({ ...part, ...weighed, given: gross(p) })));
    return [...before, ...withoutRanges([range], given).map((part) => ({ ...part, ...weighed, given: 0 }))];
  });
}
