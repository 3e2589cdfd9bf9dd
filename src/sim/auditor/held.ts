import type { Decision } from '../../actors/rows.js';
import type { AuditedBook, Unit } from './book.js';
import { type Amount, grossOf } from './numbers.js';

/** What a unit has cost, what is left of that, and what the piece costs that the buyer has since it was exchanged (EXAMPLES 12). */

/** All that was paid for a unit, then and later. */
export const costOf = ({ price, extraNet, extraTax }: Unit): Amount => ({ net: price.net + extraNet, tax: price.tax + extraTax });

/** What of it is neither posted nor reserved. */
export function leftOf(unit: Unit): Amount {
  const cost = costOf(unit);
  return { net: Math.max(0, cost.net - unit.standingNet), tax: Math.max(0, cost.tax - unit.standingTax) };
}

/** Whether a decision gives a difference back. */
export const isGivenBack = (d: Decision): boolean => d.kind === 'difference' && d.state !== 'dropped';

/** What the buyer's piece has cost: what was paid for it, then and later, less the differences that went back since (before `d`). */
export function costHeld(
  book: AuditedBook,
  before: { readonly id: string; readonly no: number } | undefined,
  lineNo: number,
  unit: number,
): number {
  const own = book.lines.get(lineNo)?.[unit - 1];
  if (own === undefined) return 0;
  let cost = grossOf(costOf(own));
  for (const other of book.afterSales.values()) {
    for (const earlier of other.decisions) {
      if (!isGivenBack(earlier) || (before !== undefined && other.id === before.id && earlier.no >= before.no)) continue;
      for (const p of earlier.portions) if (p.lineNo === lineNo && p.from <= unit && unit <= p.to) cost -= grossOf(p);
    }
  }
  return cost;
}
