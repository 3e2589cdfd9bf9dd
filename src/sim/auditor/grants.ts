import type { AfterSale, Decision } from '../../actors/rows.js';
import type { Template } from '../../machines/template.js';
import { isOpen, roomOf } from './book.js';
import { placeOf, unitNames } from './claims.js';
import { type Finding, found, type Step } from './finding.js';
import { type Amount, halfUp, type Range, sumOf, within } from './numbers.js';

/** What applications reserve and decisions grant (promises 1, 4 and 5). */

const nameOf = (a: AfterSale): string => `after-sale ${a.refundId}`;
const isElsewhere = (a: AfterSale): boolean => a.decisions.some((d) => d.kind === 'elsewhere');

/** A new application takes just the units that it names, what is left of them, and shares it between tenders as it should. */
export function* claimsAsExpected({ write, before }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const claim = before.claims.get(a.id);
    if (claim === undefined) continue;
    for (const fault of claim.faults) yield found(2, 'selection', `${nameOf(a)}: ${fault}`);
    if (!isOpen(a)) continue;
    if (claim.units !== undefined) yield* unitsAsExpected(a, claim.units);
    if (claim.shares !== undefined && a.decisions.length === 0) yield* sharesAsExpected(a, claim.shares);
  }
}

function* unitsAsExpected(a: AfterSale, expected: ReadonlyMap<string, Amount>): Generator<Finding> {
  const claimed = perUnit(a);
  for (const [name, { net, tax }] of expected) {
    const got = claimed.get(name) ?? { net: 0, tax: 0 };
    if (got.net !== net || got.tax !== tax) {
      yield found(5, 'claim', `${nameOf(a)} claims ${got.net}+${got.tax} of unit ${name}, it should be ${net}+${tax}`);
    }
  }
}

function* sharesAsExpected(a: AfterSale, expected: ReadonlyMap<string, { amount: number; points: number }>): Generator<Finding> {
  for (const tender of new Set([...expected.keys(), ...a.reservedShares.map((share) => String(share.tenderId))])) {
    const share = a.reservedShares.find(({ tenderId }) => tenderId === tender);
    const should = expected.get(tender) ?? { amount: 0, points: 0 };
    if ((share?.amount ?? 0) !== should.amount || (share?.points ?? 0) !== should.points) {
      yield found(
        3,
        'tenderShare',
        `${nameOf(a)} takes ${share?.amount}/${share?.points} of ${tender}, it should be ${should.amount}/${should.points}`,
      );
    }
  }
}

/** What an after-sale claims of each unit, reserved or granted. */
function perUnit(a: AfterSale): Map<string, Amount> {
  const units = new Map<string, Amount>();
  const add = (p: Range & Amount): void => {
    for (const name of unitNames(p)) {
      const before = units.get(name) ?? { net: 0, tax: 0 };
      units.set(name, { net: before.net + p.net, tax: before.tax + p.tax });
    }
  };
  for (const p of a.reserved) add(p);
  for (const d of a.decisions) if (d.state !== 'dropped') for (const p of d.portions) add(p);
  return units;
}

/** EXAMPLES 6: no unit gives more for its missing weight than that came to, however often it is reserved. */
export function* weightAsTold({ write, book }: Pick<Step, 'write' | 'book'>): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    if (a.claim !== 'weight') continue;
    for (const range of a.units) {
      for (const [i, { weighed, lacks }] of book.units(range).entries()) {
        if (weighed > lacks)
          yield found(
            5,
            'weight',
            `${nameOf(a)} makes it ${weighed} for what unit ${range.lineNo}.${range.from + i} lacks, which is ${lacks}`,
          );
      }
    }
  }
}

/** Commands that reserve or void by themselves; with all others money only moves from reserved to granted. */
const RESERVES_OR_VOIDS = new Set(['apply', 'appeal', 'rule', 'override', 'paid', 'release', 'hold', 'movedElsewhere', 'putOrder']);

/** Granting neither makes nor loses a cent: what a decision takes, the reservation gives. */
export function* grantsConserve({ write, before }: Step): Generator<Finding> {
  if (RESERVES_OR_VOIDS.has(write.audit.type)) return;
  for (const a of write.changes.afterSales) {
    const old = before.afterSales.get(a.id);
    if (old === undefined || !isOpen(old) || !isOpen(a) || old.hold !== null || a.hold !== null) continue;
    const [was, is] = [perUnit(old), perUnit(a)];
    for (const name of new Set([...was.keys(), ...is.keys()])) {
      const [from, to] = [was.get(name) ?? { net: 0, tax: 0 }, is.get(name) ?? { net: 0, tax: 0 }];
      if (from.net !== to.net || from.tax !== to.tax) {
        yield found(5, 'grantConserves', `${nameOf(a)} claimed ${from.net}+${from.tax} of unit ${name}, now ${to.net}+${to.tax}`);
      }
    }
  }
}

/** Every decision grants what its kind says, less its fees, and its tenders give just that. */
export function* grantsAsDecided(step: Step): Generator<Finding> {
  const { write, before, templateOf } = step;
  for (const a of write.changes.afterSales) {
    const old = before.afterSales.get(a.id);
    for (const d of a.decisions) {
      if (old?.decisions.some(({ no }) => no === d.no) === true) continue;
      yield* sharesMakeGrant(a, d);
      if (old !== undefined && old.hold === null && !isElsewhere(a)) yield* amountAsDecided(step, old, a, d);
      const template = templateOf(a);
      if (template !== undefined) yield* feesAsAgreed(step, a, d, template);
    }
    if (a.decisions.filter((d) => d.state !== 'dropped' && d.fees.length > 0).length > 1) {
      yield found(4, 'feesOnce', `${nameOf(a)} takes its fees twice`);
    }
  }
}

function* sharesMakeGrant(a: AfterSale, d: Decision): Generator<Finding> {
  if (d.kind === 'coupon' || d.kind === 'latePayment') return;
  const units = sumOf(d.portions) + d.freight.net + d.freight.tax;
  const shares = d.shares.reduce((sum, share) => sum + share.amount, 0);
  if (units !== shares) yield found(4, 'sharesMakeGrant', `decision ${d.no} of ${nameOf(a)} grants ${units}, its tenders give ${shares}`);
}

function* amountAsDecided({ envelope, remedies }: Step, old: AfterSale, a: AfterSale, d: Decision): Generator<Finding> {
  const granted = sumOf(d.portions);
  const fees = d.fees.reduce((sum, fee) => sum + fee.amount, 0);
  const dropped = a.decisions
    .filter((now) => now.state === 'dropped' && old.decisions.some((was) => was.no === now.no && was.state === 'paying'))
    .reduce((sum, now) => sum + sumOf(now.portions), 0);
  const all = sumOf(old.reserved) + dropped;
  const wrong = (should: number) =>
    found(4, 'grantAmount', `decision ${d.no} (${d.kind}) of ${nameOf(a)} grants ${granted} less ${fees} of fees, it should be ${should}`);
  if (d.kind === 'offer') {
    const should = Math.min(old.offer?.amount ?? 0, all);
    if (granted !== should) yield wrong(should);
  } else if (d.kind === 'approval') {
    if (granted + fees !== all) yield wrong(all);
  } else if (d.kind === 'inspection' && a.passed !== null) {
    const passed = sumOf(within(old.reserved, a.passed));
    if (granted + fees !== passed) yield wrong(passed);
  } else if (d.kind === 'ruling' || d.kind === 'override') {
    const said =
      envelope?.command.kind === 'afterSale' && 'verdict' in envelope.command.command ? envelope.command.command.verdict : undefined;
    // Goods that were dealt with already (replaced, paid) leave only the rest to decide about.
    const room = roomOf(old);
    const stake = d.kind === 'override' && remedies.under(old, room);
    const rest = sumOf(stake === false ? old.reserved : within(old.reserved, stake.map(rangeOf))) + dropped;
    const should = said?.outcome === 'refund' && said.amount !== undefined ? Math.min(said.amount.amount, rest) : rest;
    if (granted !== should) yield wrong(should);
  } else if (granted > all) yield wrong(all);
}

function rangeOf(name: string): Range {
  const [lineNo, unit] = placeOf(name);
  return { lineNo, from: unit, to: unit };
}

/** EXAMPLES 9: named fees once, of a claim of whole units, taking at most what the refund gives. */
function* feesAsAgreed({ book }: Step, a: AfterSale, d: Decision, template: Template): Generator<Finding> {
  const earlier = a.decisions.some((other) => other.no < d.no && other.state !== 'dropped' && other.fees.length > 0);
  // What is granted anew because money moved elsewhere keeps the fee that was decided before.
  if (d.fees.length > 0 && a.decisions.some((other) => other.no < d.no && other.state === 'dropped' && other.kind === d.kind)) return;
  const takes = (d.kind === 'approval' || d.kind === 'inspection') && a.claim === 'unit' && a.goods !== 'lost' && !earlier;
  const goods = sumOf(d.portions) + d.fees.reduce((sum, fee) => sum + fee.amount, 0);
  let left = goods;
  const should = takes
    ? template.fees.flatMap((fee) => {
        if (!fee.types.includes(a.type) || !fee.faults.includes(a.fault)) return [];
        const { charge } = fee;
        const asked =
          charge.kind === 'rate'
            ? halfUp(goods, charge.rate, 10_000)
            : (charge.amounts.find((one) => one.currency === book.order.currency.code)?.amount ?? 0);
        const amount = Math.min(asked, left);
        left -= amount;
        return amount === 0 ? [] : [`${fee.name} ${amount} ${fee.to}`];
      })
    : [];
  const taken = d.fees.map((fee) => `${fee.name} ${fee.amount} ${fee.to}`);
  if (taken.join() !== should.join()) {
    yield found(4, 'fees', `decision ${d.no} (${d.kind}) of ${nameOf(a)} takes fees [${taken.join()}], they should be [${should.join()}]`);
  }
}
