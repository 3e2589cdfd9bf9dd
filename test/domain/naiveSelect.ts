import type { Order, OrderLine } from '../../src/domain/order.js';
import type { Availability, SelectionEntry } from '../../src/domain/selection.js';

/** A selection with every unit by itself, written from the meaning of the words; it shares no code with the engine. */
interface Unit {
  readonly line: OrderLine;
  readonly unit: number;
  readonly state: string;
  taken: boolean;
}

const scopeOf = (order: Order, line: OrderLine): string =>
  order.promotions
    .filter(({ lines }) => lines.includes(line.lineNo))
    .map(({ id }) => id)
    .join();

function isNamed(entry: SelectionEntry, { line, unit }: Unit): boolean {
  if ('units' in entry) return entry.lineNo === line.lineNo && entry.units.includes(unit);
  if ('lineNo' in entry) return entry.lineNo === line.lineNo;
  const { sku, promotionType, price = line.unitPrice, weightGrams = line.weightGrams } = entry;
  return sku === line.sku && promotionType === line.promotionType && price === line.unitPrice && weightGrams === line.weightGrams;
}

const wanted = (entry: SelectionEntry): number => ('units' in entry ? entry.units.length : entry.quantity);

/** The narrower an entry, the earlier it takes. */
function breadth(entry: SelectionEntry): number {
  if ('units' in entry) return 0;
  if ('lineNo' in entry) return 1;
  return entry.weightGrams !== undefined ? 2 : entry.price !== undefined ? 3 : 4;
}

/** The units taken as `line/unit`, or the code of the refusal. */
export function selectUnitByUnit(order: Order, availability: Availability, entries: readonly SelectionEntry[]): string[] | string {
  const units: Unit[] = order.lines.flatMap((line) =>
    Array.from({ length: line.quantity }, (_, i) => {
      const run = availability.get(line.lineNo)?.find(({ from, to }) => from <= i + 1 && i + 1 <= to);
      return { line, unit: i + 1, state: run?.state ?? 'ended', taken: false };
    }),
  );
  for (const entry of entries.toSorted((a, b) => breadth(a) - breadth(b))) {
    const code = takeOne(order, units, entries, entry);
    if (code !== undefined) return code;
  }
  return units.filter(({ taken }) => taken).map(({ line, unit }) => `${line.lineNo}/${unit}`);
}

function takeOne(order: Order, units: readonly Unit[], entries: readonly SelectionEntry[], entry: SelectionEntry): string | undefined {
  const named = units.filter((unit) => isNamed(entry, unit));
  if ('lineNo' in entry && !order.lines.some(({ lineNo }) => lineNo === entry.lineNo)) return 'order.lineNotFound';
  if ('units' in entry) {
    if (named.length < entry.units.length) return 'split.notFound';
    for (const unit of named) {
      const times = entries.filter((other) => 'units' in other && isNamed(other, unit)).length;
      if (times > 1) return 'selection.repeated';
      if (unit.state !== 'free') return 'selection.claimed';
      unit.taken = true;
    }
    return undefined;
  }
  if (named.length === 0) return 'split.notFound';
  const free = named.filter(({ state }) => state === 'free');
  // What lies within these units, whoever asks for it, is asked of them.
  const within = entries.filter((other) => {
    const others = units.filter((unit) => isNamed(other, unit));
    const narrower = breadth(other) < breadth(entry) || (breadth(other) === breadth(entry) && sameUnits(others, named));
    return narrower && others.length > 0 && others.every((unit) => named.includes(unit));
  });
  const asked = within.reduce((total, other) => total + wanted(other), 0);
  if (asked > free.length) return 'selection.tooMany';
  const likeness = new Set(named.map(({ line }) => `${line.unitPrice}/${line.weightGrams}/${scopeOf(order, line)}`));
  if ('sku' in entry && likeness.size > 1 && asked < free.length) return 'split.ambiguous';
  for (const unit of free.filter(({ taken }) => !taken).slice(0, entry.quantity)) unit.taken = true;
  return undefined;
}

const sameUnits = (a: readonly Unit[], b: readonly Unit[]): boolean => a.length === b.length && a.every((unit) => b.includes(unit));
