import { countOf, type PortionOfUnits, sumPortions } from '../domain/claims.js';
import type { AfterSaleId } from '../domain/ids.js';
import { gross, least, type Minor, minor, money, type Share, shareAmong, shareByWeight, shareHalfUp, ZERO } from '../domain/money.js';
import { type Refusal, refuse } from '../domain/refusals.js';
import type { UnitRange } from '../domain/selection.js';
import { intersectRanges, type Piece, piecesOf, sumPieces, withoutRanges } from '../domain/units.js';
import type { ChartContext } from '../machines/context.js';
import type { Bearer } from '../machines/words.js';
import { remediedUnits } from './atStake.js';
import { lineOf, NOTHING, tenderCapKey } from './book.js';
import { cutByGiven, differencesGiven } from './claimed.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';
import { decideGrant, grantReserved } from './grants.js';
import { grantOf, laterTender, payable, reserve } from './ledger.js';
import { payNewest } from './payments.js';
import type { AfterSale } from './rows.js';
import type { Rules } from './rules.js';

/** The difference of an exchange, and the payment of it (EXAMPLES 12). */

interface Different extends Piece {
  /** by how much the new piece costs more than the one that the buyer has; below 0 where it costs less */
  readonly more: number;
  /** what the exchange reserves of the unit and has not granted */
  readonly reserved: number;
}

/** Units cut where different amounts went back for cheaper pieces before. */
function cutByDifference(draft: Draft, ranges: readonly UnitRange[]) {
  return cutByGiven(ranges, differencesGiven(draft)).sort((x, y) => x.lineNo - y.lineNo || x.from - y.from);
}

/** Units that were not refunded for good, here or elsewhere: of an exchange, those that get a new piece. */
export const unitsLeft = (draft: Draft, ranges: readonly UnitRange[]): UnitRange[] =>
  piecesOf(draft.lines(), draft.split.runs, ranges)
    .filter(({ state }) => state.ended === 0)
    .map(({ lineNo, from, to }) => ({ lineNo, from, to }));

/** Units of an exchange, alike ones together, with what the new piece costs more or less. */
function differences(draft: Draft, a: AfterSale, ranges: readonly UnitRange[], price: Minor): Different[] {
  return cutByDifference(draft, unitsLeft(draft, ranges)).flatMap((range) =>
    cutByGiven([range], a.reserved)
      .sort((x, y) => x.from - y.from)
      .flatMap((part) =>
        piecesOf(draft.lines(), draft.split.runs, [part]).map((piece) => ({
          ...piece,
          more: price - (gross(piece.cost) - range.given),
          reserved: part.given,
        })),
      ),
  );
}

/** What goes back for each of these pieces at most: how much cheaper the new one is, as far as that is left of the unit. */
const cheaperBy = ({ more, reserved, left }: Different): number => Math.min(Math.max(0, -more), reserved + gross(left));

/**
 * What the buyer has to pay (positive) or gets back (negative): the new price less what the old units
 * cost, as earlier exchanges have left that; what goes back is at most what is left of them, this after-sale's own reservation included.
 */
export function differenceOf(draft: Draft, a: AfterSale, ranges: readonly UnitRange[]): Minor {
  const price = a.wanted?.price ?? null;
  if (price === null || a.wanted?.same === true) return ZERO;
  const pieces = differences(draft, a, ranges, price);
  const total = sumPieces(pieces, (piece) => piece.more);
  return total >= 0 ? total : minor(-Math.min(-total, sumPieces(pieces, cheaperBy)));
}

/**
 * Grants a difference to the buyer, `most` in all: of what is reserved, shared by how much cheaper the new piece is
 * than each old one, so that every unit keeps what its new piece costs.
 */
export function grantDifference(draft: Draft, context: DecisionContext, a: AfterSale, most: Minor, bearer: Bearer): AfterSale {
  const portions = differencePortions(draft, context.rules, a, most);
  // Money that moved elsewhere since it was named may have left less of it.
  const told = { ...a, difference: minor(-gross(sumPortions(portions))) };
  return grantReserved(draft, context, told, { kind: 'difference', portions, fees: [], bearer, ended: [] });
}

function differencePortions(draft: Draft, rules: Rules, a: AfterSale, most: Minor): PortionOfUnits[] {
  const pieces = differences(draft, a, remediedUnits(a), a.wanted?.price ?? ZERO);
  const takeable = (piece: Different): Minor => minor(Math.min(cheaperBy(piece), piece.reserved));
  const weights = pieces.map((piece) => ({ weight: takeable(piece), count: piece.count }));
  const shares = shareByWeight(least(most, sumPieces(pieces, takeable)), weights);
  return pieces.flatMap((piece, i) => {
    const share = shares[i];
    if (share === undefined) return [];
    const parts = partsOf(piece, share);
    return parts.flatMap(({ range, amount }) => grantOf(draft, rules, a, [range], minor(amount * countOf(range))));
  });
}

/** The units of a piece that get a minor unit more than the others, and these. */
function partsOf({ lineNo, from, count }: Piece, { each, extra }: Share): { readonly range: UnitRange; readonly amount: number }[] {
  const cut = from + extra;
  const parts = [
    { range: { lineNo, from, to: cut - 1 }, amount: each + 1 },
    { range: { lineNo, from: cut, to: from + count - 1 }, amount: each },
  ];
  return parts.filter(({ range, amount }) => range.from <= range.to && amount > 0);
}

/** Who pays a difference, as the chart reads it: above 0 the buyer. */
export const differenceWord = (difference: Minor): ChartContext['difference'] =>
  difference > 0 ? 'fromBuyer' : difference < 0 ? 'toBuyer' : 'none';

/**
 * Takes the payment of a difference: a tender of its own for each unit, and what the unit costs rises
 * by it, split into net and tax at the line's rate. It is reserved with the rest for the fallback.
 */
export function takePayment(draft: Draft, a: AfterSale, reference: string): AfterSale {
  const units = differences(draft, a, remediedUnits(a), a.wanted?.price ?? ZERO).flatMap(({ lineNo, from, count, more }) =>
    Array.from({ length: count }, (_, i) => ({ lineNo, unit: from + i, more })),
  );
  const amounts = shareAmong(
    a.difference,
    units.map((unit) => Math.max(0, unit.more)),
  );
  const extra: AfterSale['extra'][number][] = [];
  const portions: PortionOfUnits[] = [];
  for (const [i, unit] of units.entries()) {
    const amount = amounts[i] ?? ZERO;
    if (amount === 0) continue;
    const rate = lineOf(draft.order, unit.lineNo).taxRate;
    const tax = shareHalfUp(amount, rate, 1_000_000 + rate);
    const id = laterTender(a.id, unit.lineNo, unit.unit);
    const portion = { lineNo: unit.lineNo, from: unit.unit, to: unit.unit, ...money(amount - tax, tax) };
    const raise = { net: portion.net, tax: portion.tax, units: 0 };
    draft.moveCap({ key: `line:${unit.lineNo}`, limit: raise, reserved: NOTHING, posted: NOTHING });
    draft.moveCap({ key: 'order', limit: raise, reserved: NOTHING, posted: NOTHING });
    draft.moveCap({ key: tenderCapKey(id), limit: { net: amount, tax: 0, units: 0 }, reserved: NOTHING, posted: NOTHING });
    extra.push({ ...portion, tenderId: id });
    const last = portions.at(-1);
    const joins = last?.lineNo === unit.lineNo && last.to === unit.unit - 1 && last.net === portion.net && last.tax === portion.tax;
    if (last !== undefined && joins) portions[portions.length - 1] = { ...last, to: unit.unit };
    else portions.push(portion);
  }
  // All at once: a line of thousands of pieces is not written anew for each of them.
  const row = draft.put({ ...a, payments: [...a.payments, reference], extra: [...a.extra, ...extra] });
  const shares = extra.map(({ tenderId, net, tax }) => ({ tenderId, amount: minor(net + tax), points: 0 }));
  return draft.put(reserve(draft, row, portions, shares));
}

/** A payment that came after the wait had ended, or what is too much of one, is refunded whole, as a decision of its own. */
export function refundLatePayment(draft: Draft, context: DecisionContext, a: AfterSale, amount: Minor, reference: string): AfterSale {
  const id = laterTender(`${a.id}:late` as AfterSaleId, a.decisions.length, 0);
  draft.moveCap({
    key: tenderCapKey(id),
    limit: { net: amount, tax: 0, units: 0 },
    reserved: { net: amount, tax: 0, units: 0 },
    posted: NOTHING,
  });
  const moves = [
    { debit: id, credit: payable(a.id), net: amount, tax: ZERO },
    { debit: payable(a.id), credit: tenderCapKey(id), net: amount, tax: ZERO },
  ];
  const pending = moves.map((move) => ({
    no: draft.transfer({ ...move, afterSaleId: a.id, decisionNo: null, phase: 'pending', of: null }),
    ...move,
  }));
  const payments = a.payments.includes(reference) ? a.payments : [...a.payments, reference];
  const row = draft.put(
    decideGrant(
      draft,
      context,
      { ...a, payments, pending: [...a.pending, ...pending] },
      {
        kind: 'latePayment',
        portions: [],
        freight: money(0, 0),
        shares: [{ tenderId: id, amount, points: 0 }],
        fees: [],
        bearer: a.bearer,
        ended: [],
      },
    ),
  );
  payNewest(draft, context, row);
  return row;
}

/**
 * Whether an amount may have been paid while nobody waits for it: at most what the new pieces cost more than the old ones
 * did without their later payments, since it may be one of these that is reported once more.
 */
export function judgeLatePayment(draft: Draft, a: AfterSale, amount: Minor): Refusal | undefined {
  const price = a.wanted?.price ?? 0;
  const most = cutByDifference(draft, a.units).reduce((all, range) => {
    const pieces = piecesOf(draft.lines(), draft.split.runs, [range]);
    return all + sumPieces(pieces, ({ record }) => Math.max(0, price - (gross(record.cost) - range.given)));
  }, 0);
  if (amount >= 1 && amount <= most) return undefined;
  return refuse('difference.amountMismatch', `At most ${most} can have been paid, ${amount} was reported.`, {
    path: 'amount.amount',
    facts: { due: most, reported: amount },
  });
}

/** Whether an amount is just the difference that is due. */
export function judgePayment(a: AfterSale, amount: Minor): Refusal | undefined {
  if (amount === a.difference) return undefined;
  return refuse('difference.amountMismatch', `${a.difference} is due, ${amount} was reported.`, {
    path: 'amount.amount',
    facts: { due: a.difference, reported: amount },
  });
}

/** Whether the buyer has paid for a new piece that did not come: a verdict may have named another price since. */
export function hasPaid(draft: Draft, a: AfterSale): boolean {
  const awaited = withoutRanges(unitsLeft(draft, remediedUnits(a)), a.wanted?.replaced ?? []);
  return intersectRanges(awaited, a.extra).length > 0;
}
