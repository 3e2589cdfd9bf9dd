import type { Decision } from '../../actors/rows.js';
import type { AuditedBook } from './book.js';
import { grossOf } from './numbers.js';

/** What the piece that the buyer has costs since it was exchanged (EXAMPLES 12). */

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
  let cost = grossOf(own.price) + own.extraNet + own.extraTax;
  for (const other of book.afterSales.values()) {
    for (const earlier of other.decisions) {
      if (!isGivenBack(earlier) || (before !== undefined && other.id === before.id && earlier.no >= before.no)) continue;
      for (const p of earlier.portions) if (p.lineNo === lineNo && p.from <= unit && unit <= p.to) cost -= grossOf(p);
    }
  }
  return cost;
}
