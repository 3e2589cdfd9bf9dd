import type { AfterSale, Decision } from '../../actors/rows.js';
import { type AuditedBook, roomOf, stateOf } from './book.js';
import { endedOf, placeOf, unitNames } from './claims.js';
import { type Finding, found, type Step } from './finding.js';
import { costHeld, isGivenBack } from './held.js';
import { grossOf } from './numbers.js';

/** What an exchange for a cheaper piece gives back, and one for a dearer piece takes (promise 4, EXAMPLES 12). */

/** No unit gets back more than its new piece costs less than the one that the buyer has. */
export function* differencesAsNamed({ book, write, before }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const known = new Set(before.afterSales.get(a.id)?.decisions.map(({ no }) => no));
    for (const d of a.decisions) if (isGivenBack(d) && !known.has(d.no)) yield* asNamed(book, a, d);
  }
}

function* asNamed(book: AuditedBook, a: AfterSale, d: Decision): Generator<Finding> {
  const price = a.wanted?.price ?? null;
  const name = `decision ${d.no} of after-sale ${a.refundId}`;
  if (price === null) {
    yield found(4, 'difference', `${name} gives a difference, and no price was named`);
    return;
  }
  const gives = d.portions.reduce((sum, p) => sum + grossOf(p) * (p.to - p.from + 1), 0);
  if (a.difference + gives !== 0) yield found(4, 'difference', `${name} gives ${gives}, and ${a.difference} is told`);
  for (const p of d.portions) {
    for (let unit = p.from; unit <= p.to; unit += 1) {
      const cheaper = Math.max(0, costHeld(book, { id: a.id, no: d.no }, p.lineNo, unit) - price);
      if (grossOf(p) > cheaper)
        yield found(4, 'difference', `${name} gives ${grossOf(p)} for unit ${p.lineNo}.${unit}, whose new piece costs ${cheaper} less`);
    }
  }
}

/** Only an exchange for what the buyer has is one for the same SKU, which has no difference. */
export function* sameAsHeld({ book, write, before, envelope, remedies }: Step): Generator<Finding> {
  const delivers = envelope?.command.kind === 'afterSale' && envelope.command.command.type === 'delivered';
  for (const a of write.changes.afterSales) {
    const old = before.afterSales.get(a.id);
    if (a.wanted === null) continue;
    if (old === undefined) {
      const held = a.units.flatMap(unitNames).map((name) => book.skus.get(name) ?? boughtAs(book, name));
      const same = held.every((sku) => sku === a.wanted?.sku);
      if (a.wanted.same !== same)
        yield found(4, 'sameSku', `after-sale ${a.refundId} takes ${held.join()} and ${a.wanted.sku} for the ${same ? 'other' : 'same'}`);
    } else if (delivers && stateOf(old) === 'exchanging.shipped') {
      for (const name of remedies.under(old, 'exchanging')) if (!isGone(book, name)) book.skus.set(name, a.wanted.sku);
    }
  }
}

const boughtAs = (book: AuditedBook, name: string): string | undefined =>
  book.order.lines.find(({ lineNo }) => name.startsWith(`${lineNo}.`))?.sku;

/** Nobody replaces a piece by one of another SKU before its price was named. */
export function* pricesNamed({ write }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const replaces = a.chart.context.remedy === 'exchange' && /^(returning|exchanging)\./.test(stateOf(a));
    if (replaces && a.wanted?.same === false && a.wanted.price === null) {
      yield found(4, 'priceNamed', `after-sale ${a.refundId} is ${stateOf(a)} for ${a.wanted.sku}, which has no price`);
    }
  }
}

/** What is said to be due is what the new pieces cost more than those that they replace, at the time at which it is said. */
export function* differencesAsDue({ book, write, before, remedies }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const old = before.afterSales.get(a.id);
    const price = a.wanted?.price ?? null;
    if (old === undefined || price === null || a.difference <= 0 || a.difference === old.difference || a.extra.length > old.extra.length)
      continue;
    const due = dearerBy(book, dueFor(remedies, old, a), price).reduce((sum, { dearer }) => sum + dearer, 0);
    if (a.difference !== due) yield found(4, 'difference', `after-sale ${a.refundId} says that ${a.difference} is due, which is ${due}`);
  }
}

/** The pieces of which a difference is told: of an inspection those that passed, of goods at the merchant what is dealt with. */
const dueFor = (remedies: Step['remedies'], old: AfterSale, a: AfterSale): string[] =>
  remedies.under(a, stateOf(old) === 'returning.inspecting' ? 'exchanging' : roomOf(old));

/** How much more the new piece costs than each that the exchange replaces. */
function dearerBy(book: AuditedBook, names: readonly string[], price: number, paid: AfterSale['extra'] = []) {
  return names.flatMap((name) => {
    if (isGone(book, name)) return [];
    const [line, unit] = placeOf(name);
    const got = paid.filter((p) => p.lineNo === line && p.from <= unit && unit <= p.to).reduce((sum, p) => sum + grossOf(p), 0);
    return [{ name, got, dearer: price - (costHeld(book, undefined, line, unit) - got) }];
  });
}

/**
 * A payment is taken as far as the new pieces cost more than those that the exchange still replaces: units may be
 * gone since it was said what is due. No unit takes more of it than its own.
 */
export function* paymentsAsDue({ book, write, before, remedies }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const old = before.afterSales.get(a.id);
    const paid = a.extra.slice(old?.extra.length ?? 0);
    const price = a.wanted?.price ?? null;
    if (paid.length === 0 || price === null) continue;
    let due = 0;
    for (const { name, got, dearer } of dearerBy(book, remedies.under(a, 'exchanging'), price, paid)) {
      if (got > Math.max(0, dearer))
        yield found(4, 'payment', `unit ${name} takes ${got} of a payment, its new piece costs ${dearer} more`);
      due += dearer;
    }
    const sum = paid.reduce((all, p) => all + grossOf(p), 0);
    const most = Math.min(due, old?.difference ?? 0);
    if (sum !== most) yield found(4, 'payment', `after-sale ${a.refundId} takes a payment of ${sum}, ${most} is due`);
  }
}

/** Nobody gets the old piece back, and nothing else, who has paid for a new one that never came. */
export function* paymentsNotKept({ book, write, before }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const old = before.afterSales.get(a.id);
    if (old === undefined || stateOf(old) !== 'sendingBack.shipped' || stateOf(a) !== 'closed') continue;
    const names = a.extra.flatMap(unitNames).filter((name) => book.skus.get(name) !== a.wanted?.sku && !isGone(book, name));
    if (names.length > 0) yield found(4, 'paymentKept', `after-sale ${a.refundId} keeps what was paid for a new piece of ${names.join()}`);
  }
}

/** What was refunded for good is not replaced any more. */
const isGone = (book: AuditedBook, name: string): boolean => endedOf(book, name) > 0;
