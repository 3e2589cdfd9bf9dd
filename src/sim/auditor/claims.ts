import type { Application } from '../../actors/command.js';
import type { AfterSale } from '../../actors/rows.js';
import type { Tender } from '../../domain/order.js';
import type { SelectionEntry } from '../../domain/selection.js';
import type { Template } from '../../machines/template.js';
import type { AuditedBook, Unit } from './book.js';
import { costHeld, costOf, leftOf } from './held.js';
import { type Amount, grossOf, halfUp, largestRemainder, type Range } from './numbers.js';

/** What an application must come to, reckoned from EXAMPLES 4 to 7 on the book as it was before. */
export interface ExpectedClaim {
  readonly faults: readonly string[];
  /** what each selected unit must get, by `line.unit`; undefined where EXAMPLES do not fix it */
  readonly units: ReadonlyMap<string, Amount> | undefined;
  /** what each tender must give of it */
  readonly shares: ReadonlyMap<string, { readonly amount: number; readonly points: number }> | undefined;
}

/** The units of a range, each by a name of its own. */
export const unitNames = ({ lineNo, from, to }: Range): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${lineNo}.${from + i}`);

/** Where the unit of such a name stands. */
export function placeOf(name: string): readonly [lineNo: number, unit: number] {
  const [lineNo = 0, unit = 0] = name.split('.').map(Number);
  return [lineNo, unit];
}

/** The unit of such a name; undefined where the order has none. */
export function unitNamed(book: AuditedBook, name: string): Unit | undefined {
  const [lineNo, unit] = placeOf(name);
  return book.lines.get(lineNo)?.[unit - 1];
}

/** How often the unit of such a name was refunded for good, here or elsewhere. */
export const endedOf = (book: AuditedBook, name: string): number => unitNamed(book, name)?.ended ?? 0;

/** What a claim may reserve of each unit, by the second model. */
export function expectClaim(
  book: AuditedBook,
  row: AfterSale,
  application: Application | undefined,
  template: Template | undefined,
): ExpectedClaim {
  const faults = [...freeFaults(book, row), ...(application === undefined ? [] : selectionFaults(book, row, application.selection))];
  if (application === undefined) return { faults, units: undefined, shares: undefined };
  const units = expectUnits(book, row, application);
  const amount = units === undefined ? undefined : [...units.values()].reduce((sum, unit) => sum + grossOf(unit), 0);
  const shares = amount === undefined || template === undefined ? undefined : expectShares(book, amount, template);
  return { faults, units, shares };
}

/** Every selected unit was free: in no open after-sale, and never refunded for good. */
function* freeFaults(book: AuditedBook, row: AfterSale): Generator<string> {
  const seen = new Set<string>();
  for (const range of row.units) {
    const units = book.units(range);
    if (units.length !== range.to - range.from + 1) yield `line ${range.lineNo} has no units ${range.from} to ${range.to}`;
    for (const [i, unit] of units.entries()) {
      const name = `${range.lineNo}.${range.from + i}`;
      if (seen.has(name)) yield `unit ${name} is named twice`;
      seen.add(name);
      if (unit.ended > 0) yield `unit ${name} was refunded for good and is claimed again`;
      if (unit.holders > 0) yield `unit ${name} is in another open after-sale`;
    }
  }
}

/** The units are those that the request names: as many as all entries together, and of each entry's own kind. */
function* selectionFaults(book: AuditedBook, row: AfterSale, entries: readonly SelectionEntry[]): Generator<string> {
  const asked = entries.reduce((sum, entry) => sum + ('units' in entry ? entry.units.length : entry.quantity), 0);
  const taken = row.units.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  if (asked !== taken || row.quantity !== asked) yield `${asked} units were asked for, ${taken} were taken`;
  for (const entry of entries) {
    const matching = row.units.flatMap((range) => unitNames(range).filter((name) => isNamed(book, entry, name)));
    const wanted = 'units' in entry ? entry.units.length : entry.quantity;
    if (matching.length < wanted) yield `${JSON.stringify(entry)} names ${wanted} units, only ${matching.length} such were taken`;
  }
  for (const name of row.units.flatMap(unitNames)) {
    if (!entries.some((entry) => isNamed(book, entry, name))) yield `unit ${name} was taken and never asked for`;
  }
}

function isNamed(book: AuditedBook, entry: SelectionEntry, name: string): boolean {
  const [lineNo, unit] = placeOf(name);
  const line = book.order.lines.find((candidate) => candidate.lineNo === lineNo);
  if (line === undefined) return false;
  if ('lineNo' in entry) return entry.lineNo === lineNo && (!('units' in entry) || entry.units.includes(unit));
  return (
    entry.sku === line.sku &&
    entry.promotionType === line.promotionType &&
    (entry.price === undefined || entry.price === line.unitPrice) &&
    (entry.weightGrams === undefined || entry.weightGrams === line.weightGrams)
  );
}

function expectUnits(book: AuditedBook, row: AfterSale, { claim, selection }: Application): ReadonlyMap<string, Amount> | undefined {
  const units = row.units.flatMap((range) => book.units(range).map((unit, i) => [`${range.lineNo}.${range.from + i}`, unit] as const));
  switch (claim.kind) {
    case 'unit':
      return new Map(units.map(([name, unit]) => [name, leftOf(unit)]));
    case 'money': {
      const weights = units.map(([, unit]) => grossOf(leftOf(unit)));
      const shares = largestRemainder(claim.amount.amount, weights);
      return new Map(units.map(([name, unit], i) => [name, claimOf(unit, shares[i] ?? 0)]));
    }
    case 'weight':
      return expectWeights(book, units, selection);
  }
}

/**
 * EXAMPLES 5: tax goes cumulatively, half up, of what stands, within what is left of tax and net. `own`: what stands of the
 * unit as the very reservation that the amount is taken of.
 */
export function claimOf(unit: Unit, amount: number, own?: Amount): Amount {
  const left = own ?? leftOf(unit);
  if (amount === grossOf(left)) return left;
  const cost = costOf(unit);
  const whole = grossOf(cost);
  const standing = { net: unit.standingNet - (own?.net ?? 0), tax: unit.standingTax - (own?.tax ?? 0) };
  const target = whole === 0 ? 0 : halfUp(cost.tax, grossOf(standing) + amount, whole);
  const tax = Math.min(Math.max(target - standing.tax, 0, amount - left.net), amount, left.tax);
  return { net: amount - tax, tax };
}

/** EXAMPLES 6, where one entry alone says what the units of a line weigh. */
function expectWeights(
  book: AuditedBook,
  units: readonly (readonly [string, Unit])[],
  entries: readonly SelectionEntry[],
): ReadonlyMap<string, Amount> | undefined {
  const expected = new Map<string, Amount>();
  for (const [name, unit] of units) {
    const saying = entries.filter((entry) => isNamed(book, entry, name));
    const [first] = saying;
    const [lineNo, no] = placeOf(name);
    const line = book.order.lines.find((candidate) => candidate.lineNo === lineNo);
    if (saying.length !== 1 || first?.actualGrams === undefined || line?.weightGrams === undefined) return undefined;
    const missing = halfUp(costHeld(book, undefined, lineNo, no), line.weightGrams - first.actualGrams, line.weightGrams);
    // The same weight told again gives nothing more.
    expected.set(name, claimOf(unit, Math.max(0, missing - unit.weighed)));
  }
  return expected;
}

/** EXAMPLES 7: by what is neither posted nor reserved on each tender, or one kind after the other. */
function expectShares(book: AuditedBook, amount: number, template: Template): ExpectedClaim['shares'] {
  // Later payments of units come first and belong to one unit each; their order is another matter.
  if ([...book.told.keys()].some((key) => key.startsWith('tender:later:'))) return undefined;
  const { tenders } = book.order;
  const balances = tenders.map(({ id }) => book.told.get(`tender:${id}`));
  const takenOf = (i: number, what: 0 | 2): number => (balances[i]?.reserved[what] ?? 0) + (balances[i]?.posted[what] ?? 0);
  const left = tenders.map((tender, i) => tender.amount - takenOf(i, 0));
  const amounts =
    template.payout.tenders.order === 'share' ? largestRemainder(amount, left) : pour(amount, tenders, left, template.payout.tenders.kinds);
  return new Map(
    tenders.flatMap((tender, i) => {
      const part = amounts[i] ?? 0;
      if (part === 0) return [];
      const all = tender.points ?? 0;
      const target = all === 0 ? 0 : halfUp(all, takenOf(i, 0) + part, tender.amount);
      const points = Math.min(Math.max(target - takenOf(i, 2), 0), all - takenOf(i, 2));
      return [[String(tender.id), { amount: part, points }] as const];
    }),
  );
}

/** An amount poured over tenders, one kind after the other as the template names them. */
export function pour(amount: number, tenders: readonly Tender[], left: readonly number[], kinds: readonly Tender['kind'][]): number[] {
  const rank = (i: number): number => {
    const place = kinds.indexOf(tenders[i]?.kind ?? 'card');
    return place < 0 ? kinds.length : place;
  };
  const given = tenders.map(() => 0);
  let rest = amount;
  for (const i of tenders.map((_, at) => at).sort((a, b) => rank(a) - rank(b) || a - b)) {
    const part = Math.min(rest, left[i] ?? 0);
    given[i] = part;
    rest -= part;
  }
  return given;
}
