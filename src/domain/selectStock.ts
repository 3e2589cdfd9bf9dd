import type { OrderLine } from './order.js';
import type { Refusal } from './refusals.js';
import type { AvailabilityRun, SelectedRange } from './selection.js';
import type { Ask } from './selectionAsked.js';
import { countOf, lowest, type Span, without } from './spans.js';
import { checkWeight } from './weight.js';

/** The units of a line while a selection takes some of them. */
export interface LineStock {
  readonly line: OrderLine;
  readonly runs: readonly AvailabilityRun[];
  /** how many were free before the selection took any */
  readonly freeAtFirst: number;
  free: readonly Span[];
  takenCount: number;
  readonly taken: SelectedRange[];
}

/** The units of a line before a selection takes any; those free are known from `runs`. */
export function stockOf(line: OrderLine, runs: readonly AvailabilityRun[]): LineStock {
  const free = runs.filter(({ state }) => state === 'free');
  return { line, runs, freeAtFirst: countOf(free), free, takenCount: 0, taken: [] };
}

/** Takes free units. Refuses with `selection.weightInvalid` grams that the goods of this line cannot have. */
export function take(stock: LineStock, spans: readonly Span[], actualGrams: number | undefined, path: string): Refusal | undefined {
  const { lineNo, weightGrams } = stock.line;
  if (actualGrams !== undefined) {
    const fault = checkWeight(weightGrams, actualGrams);
    if (fault !== undefined) return { ...fault, path: `${path}.actualGrams` };
  }
  const weighed = actualGrams === undefined ? {} : { actualGrams };
  for (const { from, to } of spans) stock.taken.push({ lineNo, from, to, ...weighed });
  stock.free = without(stock.free, spans);
  stock.takenCount += countOf(spans);
  return undefined;
}

/**
 * Takes the lowest free units of several lines, which hold enough; the lightest first where asks differ in
 * their grams, so that the order of entries does not matter.
 */
export function takeLowest(stocks: readonly LineStock[], asks: readonly Ask[]): Refusal | undefined {
  for (const { quantity, actualGrams, path } of asks.toSorted((a, b) => (a.actualGrams ?? 0) - (b.actualGrams ?? 0))) {
    let left = quantity;
    for (const stock of stocks) {
      const spans = lowest(stock.free, left);
      if (spans.length === 0) continue;
      const fault = take(stock, spans, actualGrams, path);
      if (fault !== undefined) return fault;
      left -= countOf(spans);
    }
  }
  return undefined;
}
