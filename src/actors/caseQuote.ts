import { addPortions, countOf, type PortionOfUnits, portionsWithin, sumPortions } from '../domain/claims.js';
import { addMoney, gross, least, type Money, minor, money, NO_MONEY, shareAmong, subtractMoney, sum } from '../domain/money.js';
import { sumOffsets } from '../domain/offsets.js';
import { addShares, type TenderShare } from '../domain/tenders.js';
import { lineKeys } from '../domain/unitKey.js';
import { type Piece, piecesOf } from '../domain/units.js';
import type { Bearer } from '../machines/words.js';
import { moneyOf } from './apply.js';
import { cutByGiven, takeable } from './claimed.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Draft } from './draft.js';
import { feesKept } from './fees.js';
import { freightTaken } from './freight.js';
import { isOfHouse } from './principal.js';
import type { AfterSale, Decision, FeeLine } from './rows.js';
import { amountView, moneyView, rangeView, shareView } from './view.js';
import type { CaseQuoteView, QuoteUnitView } from './views.js';

/** What an after-sale refunds: by its decisions, or, while there are none, what it would refund if approved now. */
interface CaseMoney {
  readonly portions: readonly PortionOfUnits[];
  /** what fees have kept of `portions`; empty while nothing is decided */
  readonly kept: readonly PortionOfUnits[];
  readonly fees: readonly FeeLine[];
  readonly freight: Money;
  readonly shares: readonly TenderShare[];
  readonly commission: number;
  readonly subsidy: number;
  readonly cost: number;
}

/** The decisions that give something of units and freight. */
const refunding = (a: AfterSale): Decision[] =>
  a.decisions.filter((d) => d.state !== 'dropped' && d.kind !== 'coupon' && d.kind !== 'latePayment');

/** What was paid too late, or too much, goes back whole, whatever becomes of the refund. */
const lateShares = (a: AfterSale): TenderShare[] =>
  a.decisions.filter((d) => d.kind === 'latePayment' && d.state !== 'dropped').flatMap((d) => d.shares);

function decided(draft: Draft, context: DecisionContext, a: AfterSale): CaseMoney {
  const decisions = refunding(a);
  const offsets = decisions.flatMap((d) => d.offsets);
  const { kept, fees } = withheldBy(draft, context, a);
  return {
    portions: decisions.reduce<PortionOfUnits[]>((all, d) => addPortions(all, d.portions), [...kept]),
    kept,
    fees,
    freight: decisions.reduce<Money>((all, d) => addMoney(all, d.freight), NO_MONEY),
    shares: decisions.reduce<TenderShare[]>((all, d) => addShares(all, d.shares), []),
    commission: sumOffsets(offsets, 'commission'),
    subsidy: sumOffsets(offsets, 'platformPart'),
    cost: sumOffsets(offsets, 'cost'),
  };
}

/** What fees still keep, and of which units: the buyer gets what these refund, less the fees. */
function withheldBy(draft: Draft, context: DecisionContext, a: AfterSale): Pick<CaseMoney, 'fees' | 'kept'> {
  const kept = feesKept(a);
  if (kept === undefined) return { fees: [], kept: [] };
  const units = kept.keeper.ended.flatMap((range) =>
    cutByGiven([range], a.reserved).flatMap((part) =>
      piecesOf(draft.lines(), draft.split.runs, [part]).map((piece) => {
        const own = at(a.reserved, piece.lineNo, piece.from);
        return { ...takeable(piece), standing: subtractMoney(piece.state.standing, own), left: addMoney(piece.left, own) };
      }),
    ),
  );
  // What moved elsewhere for a unit may have given its fee back.
  const amounts = kept.fees.map(({ amount }) => amount);
  const left = minor(units.reduce((all, unit) => all + gross(unit.left) * countOf(unit), 0));
  const amount = least(
    left,
    sum(amounts, (fee) => fee),
  );
  const shares = shareAmong(amount, amounts);
  const fees = kept.fees.map((fee, i) => ({ ...fee, amount: shares[i] ?? fee.amount })).filter((fee) => fee.amount > 0);
  return { fees, kept: amount === 0 ? [] : context.rules.claimAmount(units, amount) };
}

function expected(draft: Draft, context: DecisionContext, a: AfterSale): CaseMoney {
  const now = moneyOf(draft, context, a, templateOf(context, a), freightTaken(draft, a));
  return {
    portions: a.reserved,
    kept: [],
    fees: now.fees,
    freight: a.holds ? now.freight : NO_MONEY,
    shares: a.holds ? now.shares : [],
    commission: sumOffsets(now.offsets, 'commission'),
    subsidy: sumOffsets(now.offsets, 'platformPart'),
    cost: sumOffsets(now.offsets, 'cost'),
  };
}

/** Explains every minor unit of one after-sale. */
export function caseQuote(draft: Draft, context: DecisionContext, a: AfterSale): CaseQuoteView {
  const { order } = draft;
  const late = lateShares(a);
  const basis = a.decisions.some((d) => d.state !== 'dropped' && d.kind !== 'latePayment') ? 'decided' : 'expected';
  const m = basis === 'decided' ? decided(draft, context, a) : expected(draft, context, a);
  const own = a.decisions.filter((d) => d.state !== 'dropped').reduce((all, d) => addPortions(all, d.portions), [...a.reserved]);
  const keys = new Map(lineKeys(order).map((key) => [key.lineNo, key.text]));
  const amount = (value: number) => amountView(order, value);
  const ofHouse = isOfHouse(context.principal);
  const refund = sum(m.shares, (share) => share.amount);
  const paidLate = sum(late, (share) => share.amount);
  return {
    basis,
    units: piecesOf(draft.lines(), draft.split.runs, a.units).flatMap((piece) =>
      unitViews(draft, piece, { own, given: m.portions, kept: m.kept, splitKey: keys.get(piece.lineNo) ?? '', ofHouse }),
    ),
    goods: moneyView(order, sumPortions(m.portions)),
    fees: m.fees.map((fee) => ({ name: fee.name, amount: amount(-fee.amount), to: fee.to })),
    freight: amount(gross(m.freight)),
    ...(paidLate === 0 ? {} : { latePayments: amount(paidLate) }),
    refund: amount(refund + paidLate),
    tenders: [...m.shares, ...late].map((share) => shareView(order, share)),
    ...(ofHouse
      ? {
          bearers: (basis === 'decided' ? borneBy(a) : [{ bearer: a.bearer, sum: refund }]).map((b) => ({
            bearer: b.bearer,
            amount: amount(b.sum),
          })),
          subsidyBack: amount(m.subsidy),
          commissionOffset: amount(m.commission),
          costOffset: amount(m.cost),
        }
      : {}),
  };
}

/** Who carries what was decided: a ruling may name another for its own part. Nobody bears a late payment, which was the buyer's own. */
function borneBy(a: AfterSale): { readonly bearer: Bearer; readonly sum: number }[] {
  const sums = new Map<Bearer, number>();
  for (const d of refunding(a)) {
    const bearer = d.state === 'paid' ? d.bearer : a.bearer;
    sums.set(bearer, (sums.get(bearer) ?? 0) + gross(addMoney(sumPortions(d.portions), d.freight)));
  }
  if (sums.size === 0) sums.set(a.bearer, 0);
  return [...sums].map(([bearer, total]) => ({ bearer, sum: total }));
}

function at(portions: readonly PortionOfUnits[], lineNo: Piece['lineNo'], unit: number): Money {
  return portions
    .filter((p) => p.lineNo === lineNo && p.from <= unit && unit <= p.to)
    .reduce<Money>((all, p) => addMoney(all, p), NO_MONEY);
}

function unitViews(
  draft: Draft,
  piece: Piece,
  more: {
    readonly own: readonly PortionOfUnits[];
    readonly given: readonly PortionOfUnits[];
    readonly kept: readonly PortionOfUnits[];
    readonly splitKey: string;
    readonly ofHouse: boolean;
  },
): QuoteUnitView[] {
  const { order } = draft;
  const range = [{ lineNo: piece.lineNo, from: piece.from, to: piece.to }];
  const inside = [...portionsWithin(more.own, range), ...portionsWithin(more.given, range), ...portionsWithin(more.kept, range)];
  const cuts = [...new Set([piece.from, piece.to + 1, ...inside.flatMap((p) => [p.from, p.to + 1])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, i) => {
    const earlier = subtractMoney(piece.state.standing, at(more.own, piece.lineNo, from));
    const before = money(Math.max(0, earlier.net), Math.max(0, earlier.tax));
    return {
      ...rangeView(order, { lineNo: piece.lineNo, from, to: (cuts[i + 1] ?? from + 1) - 1 }),
      splitKey: more.splitKey,
      listPrice: amountView(order, piece.record.list),
      discounts: piece.record.discounts.map((d) => ({
        promotionId: d.promotionId,
        type: order.promotions.find((promotion) => promotion.id === d.promotionId)?.type ?? '',
        amount: amountView(order, -d.amount),
        ...(more.ofHouse ? { platformPart: amountView(order, d.platformPart) } : {}),
      })),
      cost: moneyView(order, piece.record.cost),
      laterPayments: amountView(order, minor(gross(piece.state.extra))),
      earlier: moneyView(order, before),
      left: moneyView(order, subtractMoney(piece.cost, before)),
      refund: moneyView(order, at(more.given, piece.lineNo, from)),
      ...(more.kept.length === 0 ? {} : { kept: moneyView(order, at(more.kept, piece.lineNo, from)) }),
    };
  });
}
