import { type PortionOfUnits, sumPortions } from '../domain/claims.js';
import { addMoney, gross, type Minor, ZERO } from '../domain/money.js';
import { type OffsetOfUnits, sumOffsets } from '../domain/offsets.js';
import { stageOf } from '../domain/order.js';
import type { UnitRange } from '../domain/selection.js';
import { intersectRanges, piecesOf, withoutRanges } from '../domain/units.js';
import type { Bearer } from '../machines/words.js';
import { lineOf } from './book.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';
import { feesBack } from './fees.js';
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

/** Units whose goods the merchant has not given away so far. */
export const neverLeft = (draft: Draft, units: readonly UnitRange[]): UnitRange[] =>
  units.filter((range) => stageOf(lineOf(draft.order, range.lineNo)) === 'notShipped');

/** Units of an after-sale whose goods the merchant has back, sellable, or never gave away. */
export function goodsBack(draft: Draft, a: AfterSale): readonly UnitRange[] {
  // They may have been shipped since it was applied for, though nobody waited for them to be stopped any more.
  if (a.goods === 'none') return neverLeft(draft, a.units);
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

/** One movement between those who carry a decision. */
interface Carried {
  readonly debit: string;
  readonly credit: string;
  readonly amount: Minor;
}

/**
 * Who carries what the buyer got. A fee that was kept is owed by who carries the refund, and given back by who had got it
 * once the buyer gets it after all.
 */
function carriedFor(a: AfterSale, d: Decision): Carried[] {
  if (d.kind === 'coupon' || d.kind === 'latePayment') return [];
  return [
    { debit: d.bearer, credit: 'sales', amount: gross(addMoney(sumPortions(d.portions), d.freight)) },
    { debit: 'merchant', credit: 'platform', amount: sumOffsets(d.offsets, 'platformPart') },
    { debit: 'commission', credit: 'merchant', amount: sumOffsets(d.offsets, 'commission') },
    ...d.fees.map(({ to, amount }) => ({ debit: d.bearer, credit: to, amount })),
    ...feesBack(a, d).map(({ from, to, amount }) => ({ debit: from, credit: to, amount })),
  ].filter(({ debit, credit, amount }) => debit !== credit && amount !== 0);
}

function writeCarried(draft: Draft, a: AfterSale, d: Decision, carried: readonly Carried[]): void {
  for (const { debit, credit, amount } of carried) {
    draft.transfer({ afterSaleId: a.id, decisionNo: d.no, phase: 'direct', of: null, debit, credit, net: amount, tax: ZERO });
  }
}

/** Writes who carries what the buyer got by a decision. */
export function bearTransfers(draft: Draft, a: AfterSale, d: Decision): void {
  writeCarried(draft, a, d, carriedFor(a, d));
}

/** Another bearer carries what was paid: the old transfers are turned round and made anew. The buyer keeps all. */
export function rebear(draft: Draft, context: DecisionContext, a: AfterSale, bearer: Bearer): AfterSale {
  return bearAnew(draft, context, { ...a, bearer }, (d) => d.offsets.filter((offset) => offset.cost > 0));
}

/** Goods that were paid for early were looked at: that sets bearer and cost offset, never the money. */
export function settleEarly(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  return bearAnew(draft, context, a, (d) => {
    const known = d.offsets.filter((offset) => offset.cost > 0);
    return [...known, ...withoutRanges(goodsBack(draft, a), known)];
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
    const [before, after] = [carriedFor(a, d), carriedFor(row, next)];
    if (!sameCarried(before, after)) {
      writeCarried(
        draft,
        a,
        d,
        before.map(({ debit, credit, amount }) => ({ debit: credit, credit: debit, amount })),
      );
      writeCarried(draft, a, d, after);
    }
    row = replace(next);
  }
  return row;
}

const sameCarried = (one: readonly Carried[], other: readonly Carried[]): boolean =>
  one.length === other.length &&
  one.every(({ debit, credit, amount }, i) => {
    const same = other[i];
    return same?.debit === debit && same.credit === credit && same.amount === amount;
  });
