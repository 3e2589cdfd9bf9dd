import type { AfterSale, Decision } from '../../actors/rows.js';
import type { Template } from '../../machines/template.js';
import type { AuditedBook } from './book.js';
import { endedOf, unitNames } from './claims.js';
import { type Finding, found, type Step } from './finding.js';

/** When freight goes back (promise 4, EXAMPLES 8): as the template of the after-sale says, and then in the very same commit. */

/** Freight goes only where it is due, and where it is due it goes. */
export function* freightAsDue({ book, write, before, templateOf }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const template = templateOf(a);
    if (template === undefined) continue;
    const old = before.afterSales.get(a.id);
    const fresh = a.decisions.filter((d) => !old?.decisions.some(({ no }) => no === d.no));
    const posted = a.decisions.filter((d) => d.state === 'paid' && old?.decisions.find(({ no }) => no === d.no)?.state !== 'paid');
    const due = isDue(book, a, template, fresh, posted, endedBeside(write, before));
    for (const d of fresh) {
      // What is granted anew because money moved elsewhere was due before.
      if (d.kind !== 'freight' || a.decisions.some((was) => was.kind === 'freight' && was.no < d.no)) continue;
      if (!due) yield found(4, 'freight', `after-sale ${a.refundId} is granted freight that is not due by ${template.freight.refund}`);
    }
    const left = ungranted(book);
    if (due && left > 0) yield found(4, 'freight', `after-sale ${a.refundId} leaves ${left} of freight, due by ${template.freight.refund}`);
  }
}

/** How often money that moved elsewhere ends a unit in this very commit, after what it settles. */
function endedBeside(write: Step['write'], before: Step['before']): (name: string) => number {
  const rows = write.changes.afterSales.filter(({ id }) => !before.afterSales.has(id));
  const names = rows.flatMap(({ decisions }) => decisions.flatMap((d) => (d.kind === 'elsewhere' ? d.ended.flatMap(unitNames) : [])));
  return (name) => names.filter((other) => other === name).length;
}

function isDue(
  book: AuditedBook,
  a: AfterSale,
  template: Template,
  fresh: readonly Decision[],
  posted: readonly Decision[],
  beside: (name: string) => number,
): boolean {
  const endedBy = (name: string): number => endedOf(book, name) - beside(name);
  switch (template.freight.refund) {
    case 'never':
      return false;
    case 'merchantFault':
      return a.fault === 'merchant' && fresh.some((d) => d.ends);
    case 'lastUnit':
      // The unit that was the last one is refunded for good by this posting and by no other. What moved elsewhere owes no freight.
      return (
        posted.some((d) => d.ended.flatMap(unitNames).some((name) => endedBy(name) === 1)) &&
        [...book.lines].every(([line, units]) => units.every((_, i) => endedBy(`${line}.${i + 1}`) > 0))
      );
  }
}

/** What of the freight is neither paid nor granted, reserved or not. */
function ungranted(book: AuditedBook): number {
  const freight = book.told.get('freight');
  const sum = (amounts: readonly number[] | undefined): number => (amounts?.[0] ?? 0) + (amounts?.[1] ?? 0);
  const waiting = book.state?.freightReserved;
  return sum(freight?.limit) - sum(freight?.posted) - sum(freight?.reserved) + (waiting === undefined ? 0 : waiting.net + waiting.tax);
}
