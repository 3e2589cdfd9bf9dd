import type { AfterSale, Decision } from '../../actors/rows.js';
import type { AuditedBook } from './book.js';
import { type Finding, found, type Step } from './finding.js';
import { grossOf } from './numbers.js';

/** What an exchange for a cheaper piece gives back (promise 4, EXAMPLES 12). */

const given = (d: Decision): boolean => d.kind === 'difference' && d.state !== 'dropped';

/** No unit gets back more than its new piece costs less than the one that the buyer has. */
export function* differencesAsNamed({ book, write, before }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const known = new Set(before.afterSales.get(a.id)?.decisions.map(({ no }) => no));
    for (const d of a.decisions) if (given(d) && !known.has(d.no)) yield* asNamed(book, a, d);
  }
}

function* asNamed(book: AuditedBook, a: AfterSale, d: Decision): Generator<Finding> {
  const price = a.wanted?.price ?? null;
  const name = `decision ${d.no} of after-sale ${a.refundId}`;
  if (price === null) {
    yield found(4, 'difference', `${name} gives a difference, and no price was named`);
    return;
  }
  for (const p of d.portions) {
    for (let unit = p.from; unit <= p.to; unit += 1) {
      const cheaper = Math.max(0, costOf(book, a, d, p.lineNo, unit) - price);
      if (grossOf(p) > cheaper)
        yield found(4, 'difference', `${name} gives ${grossOf(p)} for unit ${p.lineNo}.${unit}, whose new piece costs ${cheaper} less`);
    }
  }
}

/** What the buyer's piece has cost: what was paid for it, then and later, less the differences that went back since. */
function costOf(book: AuditedBook, a: AfterSale, d: Decision, lineNo: number, unit: number): number {
  const own = book.lines.get(lineNo)?.[unit - 1];
  if (own === undefined) return 0;
  let cost = grossOf(own.price) + own.extraNet + own.extraTax;
  for (const other of book.afterSales.values()) {
    for (const earlier of other.decisions) {
      if (!given(earlier) || (other.id === a.id && earlier.no >= d.no)) continue;
      for (const p of earlier.portions) if (p.lineNo === lineNo && p.from <= unit && unit <= p.to) cost -= grossOf(p);
    }
  }
  return cost;
}
