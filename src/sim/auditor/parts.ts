import type { AfterSale, Decision } from '../../actors/rows.js';
import type { Template } from '../../machines/template.js';
import { type AuditedBook, roomOf } from './book.js';
import { claimOf, placeOf, pour, unitNamed, unitNames } from './claims.js';
import { type Finding, found, type Step } from './finding.js';
import { type Amount, grossOf, halfUp, largestRemainder, type Range, sumOf } from './numbers.js';

/** How a grant of a part is shared between units, tax and tenders (promise 5, EXAMPLES 5 and 7). */

const KINDS: ReadonlySet<Decision['kind']> = new Set(['approval', 'offer', 'inspection', 'fallback', 'override', 'ruling']);
const NOTHING: Amount = { net: 0, tax: 0 };

/** A part of what is reserved is shared by what is reserved of each unit, its tax cumulatively, and by what is reserved on each tender. */
export function* partsAsShared({ book, write, before, envelope, remedies, templateOf }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const old = before.afterSales.get(a.id);
    const fresh = a.decisions.filter((d) => KINDS.has(d.kind) && old?.decisions.every(({ no }) => no !== d.no) !== false);
    const [d] = fresh;
    if (d === undefined || fresh.length > 1 || d.state === 'dropped') continue;
    const undone = a.decisions.filter(
      (was) => was.state === 'dropped' && old?.decisions.some((o) => o.no === was.no && o.state !== 'dropped'),
    );
    // What money that moved elsewhere undid is granted anew for the same units.
    const report = envelope?.command.kind === 'report' && envelope.command.report.type === 'movedElsewhere';
    const anew = report && undone.length > 0 ? perUnit(undone.flatMap(({ portions }) => portions)).keys() : undefined;
    // A verdict shares its amount among the pieces that it is about.
    const about = d.kind === 'override' && old !== undefined ? remedies.under(old, roomOf(old)) : undefined;
    const units = anew ?? about;
    yield* unitsAsShared(book, a, d, units);
    const template = templateOf(a);
    if (template !== undefined) yield* tendersAsShared(book, a, d, template);
  }
}

function* unitsAsShared(book: AuditedBook, a: AfterSale, d: Decision, anew: Iterable<string> | undefined): Generator<Finding> {
  const granted = perUnit(d.portions);
  const rest = perUnit(a.reserved);
  const scope = new Set(d.ends ? d.ended.flatMap(unitNames) : (anew ?? [...granted.keys(), ...rest.keys()]));
  const pools = [...scope].map((name) => [name, plus(granted.get(name) ?? NOTHING, rest.get(name) ?? NOTHING)] as const);
  pools.sort(([one], [other]) => place(one) - place(other));
  const shares = largestRemainder(
    sumOf(d.portions),
    pools.map(([, pool]) => grossOf(pool)),
  );
  for (const [i, [name, pool]] of pools.entries()) {
    const stands = unitNamed(book, name);
    if (stands === undefined) continue;
    const should = claimOf(stands, shares[i] ?? 0, pool);
    const is = granted.get(name) ?? NOTHING;
    if (is.net !== should.net || is.tax !== should.tax) {
      const whose = `decision ${d.no} (${d.kind}) of after-sale ${a.refundId}`;
      yield found(5, 'part', `${whose} gives ${is.net}+${is.tax} of unit ${name}, it should be ${should.net}+${should.tax}`);
    }
  }
}

function* tendersAsShared(book: AuditedBook, a: AfterSale, d: Decision, template: Template): Generator<Finding> {
  const isLater = ({ tenderId }: { readonly tenderId: string }): boolean => tenderId.startsWith('later:');
  // Later payments of units come first and belong to one unit each; their order is another matter.
  if (d.shares.some(isLater) || a.reservedShares.some(isLater)) return;
  const { tenders } = book.order;
  const pools = tenders.map(({ id }) => {
    const own = [...d.shares, ...a.reservedShares].filter(({ tenderId }) => tenderId === id);
    return own.reduce((sum, { amount, points }) => ({ amount: sum.amount + amount, points: sum.points + points }), {
      amount: 0,
      points: 0,
    });
  });
  const lefts = pools.map(({ amount }) => amount);
  const given = sumOf(d.portions);
  const { tenders: way } = template.payout;
  const shares = way.order === 'share' ? largestRemainder(given, lefts) : pour(given, tenders, lefts, way.kinds);
  for (const [i, { id, amount: all, points: count = 0 }] of tenders.entries()) {
    const pool = pools[i] ?? { amount: 0, points: 0 };
    const part = shares[i] ?? 0;
    const taken = book.told.get(`tender:${id}`);
    const others = (what: 0 | 2, own: number): number => (taken?.reserved[what] ?? 0) + (taken?.posted[what] ?? 0) - own;
    const target = count === 0 ? 0 : halfUp(count, others(0, pool.amount) + part, all) - others(2, pool.points);
    const some = part === 0 ? 0 : Math.min(Math.max(target, 0), pool.points);
    const points = part === pool.amount ? pool.points : some;
    const is = d.shares.find(({ tenderId }) => tenderId === id);
    if ((is?.amount ?? 0) !== part || (is?.points ?? 0) !== points) {
      const whose = `decision ${d.no} (${d.kind}) of after-sale ${a.refundId}`;
      yield found(3, 'partShare', `${whose} gives ${is?.amount ?? 0}/${is?.points ?? 0} of ${id}, it should be ${part}/${points}`);
    }
  }
}

const plus = (a: Amount, b: Amount): Amount => ({ net: a.net + b.net, tax: a.tax + b.tax });

/** Lines and their units in order. */
const place = (name: string): number => {
  const [lineNo, unit] = placeOf(name);
  return lineNo * 1e9 + unit;
};

function perUnit(portions: readonly (Range & Amount)[]): Map<string, Amount> {
  const units = new Map<string, Amount>();
  for (const p of portions) for (const name of unitNames(p)) units.set(name, plus(units.get(name) ?? NOTHING, p));
  return units;
}
