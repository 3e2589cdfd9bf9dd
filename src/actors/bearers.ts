import { type PortionOfUnits, sumPortions } from '../domain/claims.js';
import { addMoney, gross, type Minor, ZERO } from '../domain/money.js';
import { type OffsetOfUnits, sumOffsets } from '../domain/offsets.js';
import type { UnitRange } from '../domain/selection.js';
import { intersectRanges, piecesOf, withoutRanges } from '../domain/units.js';
import type { Bearer } from '../machines/words.js';
import { lineOf } from './book.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';
import type { AfterSale, Decision } from './rows.js';

/** Who carries what the buyer got, and what moves between merchant and platform for it (EXAMPLES 10). */

/** What a decision gives, as far as bearers are concerned. */
interface Borne {
  readonly portions: readonly PortionOfUnits[];
  /** units refunded for good, also those that give nothing */
  readonly ended: readonly UnitRange[];
  readonly bearer: Bearer;
  /** units whose goods the merchant has back, sellable, or never gave away */
  readonly back: readonly UnitRange[];
}

/** Units of an after-sale whose goods the merchant has back, sellable, or never gave away. */
export function goodsBack(a: AfterSale): readonly UnitRange[] {
  if (a.goods === 'none') return a.units;
  return a.goods === 'merchant' && a.sellable ? (a.passed ?? []) : [];
}

/** What goes to and fro for what units give; units that cost nothing give 0 and are refunded whole with it. */
export function offsetsFor(draft: Draft, context: DecisionContext, given: Borne): OffsetOfUnits[] {
  const nothing = withoutRanges(given.ended, given.portions).map((range) => ({ ...range, net: ZERO, tax: ZERO }));
  const portions = [...given.portions, ...nothing];
  const back = intersectRanges(given.ended, given.back);
  const offsets = (ranges: readonly UnitRange[], unitCost: (range: UnitRange) => Minor) =>
    context.rules.offsetsOf(piecesOf(draft.lines(), draft.split.runs, ranges), portions, given.bearer === 'merchant', unitCost);
  return [
    ...offsets(intersectRanges(portions, back), (range) => lineOf(draft.order, range.lineNo).unitCost),
    ...offsets(withoutRanges(portions, back), () => ZERO),
  ];
}

/** Who carries what the buyer got: by `sign` 1 now, by -1 not any more. A fee that was kept is owed by who carries the refund. */
export function bearTransfers(draft: Draft, a: AfterSale, d: Decision, sign: 1 | -1): void {
  const move = (debit: string, credit: string, amount: Minor) => {
    const [from, to] = sign === 1 ? [debit, credit] : [credit, debit];
    draft.transfer({ afterSaleId: a.id, decisionNo: d.no, phase: 'direct', of: null, debit: from, credit: to, net: amount, tax: ZERO });
  };
  if (d.kind === 'coupon' || d.kind === 'latePayment') return;
  move(d.bearer, 'sales', gross(addMoney(sumPortions(d.portions), d.freight)));
  move('merchant', 'platform', sumOffsets(d.offsets, 'platformPart'));
  move('commission', 'merchant', sumOffsets(d.offsets, 'commission'));
  for (const fee of d.fees) if (fee.to !== d.bearer) move(d.bearer, fee.to, fee.amount);
}

/** Another bearer carries what was paid: the old transfers are turned round and made anew. The buyer keeps all. */
export function rebear(draft: Draft, context: DecisionContext, a: AfterSale, bearer: Bearer): AfterSale {
  return bearAnew(draft, context, { ...a, bearer }, (d) => d.offsets.filter((offset) => offset.cost > 0));
}

/** Goods that were paid for early were looked at: that sets bearer and cost offset, never the money. */
export function settleEarly(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  return bearAnew(draft, context, a, (d) => {
    const known = d.offsets.filter((offset) => offset.cost > 0);
    return [...known, ...withoutRanges(goodsBack(a), known)];
  });
}

/** Reckons what was paid by the bearer of the after-sale, one decision after the other. */
function bearAnew(draft: Draft, context: DecisionContext, a: AfterSale, backOf: (d: Decision) => readonly UnitRange[]): AfterSale {
  let row = a;
  const replace = (d: Decision) => draft.put({ ...row, decisions: row.decisions.map((other) => (other.no === d.no ? d : other)) });
  for (const d of a.decisions) {
    if (d.state !== 'paid' || d.kind === 'coupon' || d.kind === 'latePayment') continue;
    const back = backOf(d);
    row = replace({ ...d, offsets: [] });
    const next = { ...d, bearer: a.bearer, offsets: offsetsFor(draft, context, { ...d, bearer: a.bearer, back }) };
    if (next.bearer !== d.bearer || !sameTransfers(d, next)) {
      bearTransfers(draft, a, d, -1);
      bearTransfers(draft, a, next, 1);
    }
    row = replace(next);
  }
  return row;
}

const sameTransfers = (a: Decision, b: Decision): boolean =>
  (['platformPart', 'commission'] as const).every((kind) => sumOffsets(a.offsets, kind) === sumOffsets(b.offsets, kind));
