import { grouped } from './grouping.js';
import type { LineNo } from './ids.js';
import type { Order } from './order.js';
import { isRefusal, type Refusal, refuse } from './refusals.js';
import { takeByKey } from './selectByKey.js';
import type { Availability, Selected, SelectedRange, SelectionEntry } from './selection.js';
import { type Ask, addTogether, type SelectionPurpose, type UnitAsk } from './selectionAsked.js';
import { type LineStock, stockOf, take, takeLowest } from './selectStock.js';
import { countOf, type Span, spansOf, without } from './spans.js';

/** What `selectUnits` is given. */
export interface SelectionGiven {
  readonly order: Order;
  readonly availability: Availability;
  readonly entries: readonly SelectionEntry[];
  readonly purpose: SelectionPurpose;
  /** where the entries stand in the request; `selection` where nothing else is said */
  readonly path?: string;
}

/**
 * Finds the units that a selection names (EXAMPLES 4). Entries are added together first: units named by
 * number are taken, then quantities by line, then keys, the most precise first, each the lowest `num` that
 * is free; so neither the order of entries nor splitting one changes what is taken.
 *
 * Refuses with `selection.empty`, `request.invalid`, `selection.weightInvalid`, `order.lineNotFound`,
 * `split.notFound` (the keys of the order as facts), `split.ambiguous` (the candidates as facts),
 * `selection.repeated`, `selection.claimed` (which units) and `selection.tooMany` (asked and free).
 */
export function selectUnits({ order, availability, entries, purpose, path = 'selection' }: SelectionGiven): Selected | Refusal {
  const asked = addTogether(entries, purpose, path);
  if (isRefusal(asked)) return asked;
  const stock = new Map(order.lines.map((line) => [line.lineNo, stockOf(line, availability.get(line.lineNo) ?? [])]));
  for (const [lineNo, asks] of asked.units) {
    const fault = takeByNumber(stock.get(lineNo), lineNo, asks);
    if (fault !== undefined) return fault;
  }
  for (const [lineNo, asks] of asked.lines) {
    const fault = takeByLine(stock.get(lineNo), lineNo, asks);
    if (fault !== undefined) return fault;
  }
  for (const keyAsked of asked.keys) {
    const fault = takeByKey(order, [...stock.values()], keyAsked);
    if (fault !== undefined) return fault;
  }
  const ranges = [...stock.values()].flatMap(({ taken }) => joinRanges(taken));
  return { ranges, quantity: countOf(ranges) };
}

const lineNotFound = (lineNo: LineNo, path: string): Refusal =>
  refuse('order.lineNotFound', `The order has no line ${lineNo}.`, { path: `${path}.lineNo`, facts: { lineNo } });

/** Takes the units that entries name by their numbers. */
function takeByNumber(stock: LineStock | undefined, lineNo: LineNo, asks: readonly UnitAsk[]): Refusal | undefined {
  const path = asks[0]?.path ?? '';
  if (stock === undefined) return lineNotFound(lineNo, path);
  const sorted = asks.toSorted((a, b) => a.unit - b.unit);
  for (const [index, { unit, path: place }] of sorted.entries()) {
    if (unit > stock.line.quantity) {
      const detail = `Line ${lineNo} has ${stock.line.quantity} units, ${unit} is not one of them.`;
      return refuse('split.notFound', detail, { path: `${place}.units`, facts: { lineNo, unit, quantity: stock.line.quantity } });
    }
    if (unit !== sorted[index + 1]?.unit) continue;
    const detail = `Unit ${unit} of line ${lineNo} is named twice.`;
    return refuse('selection.repeated', detail, { path: `${place}.units`, facts: { lineNo, unit } });
  }
  const claimed = without(spansOf(sorted.map(({ unit }) => unit)), stock.free);
  if (claimed.length > 0) return alreadyClaimed(stock, claimed, path);
  for (const [grams, same] of grouped(sorted, ({ actualGrams }) => actualGrams)) {
    const fault = take(stock, spansOf(same.map(({ unit }) => unit)), grams, same[0]?.path ?? path);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const MAX_SPANS_NAMED = 20;

function alreadyClaimed({ line, runs }: LineStock, claimed: readonly Span[], path: string): Refusal {
  const first = claimed[0]?.from ?? 0;
  const state = runs.find(({ from, to }) => from <= first && first <= to)?.state ?? 'held';
  const units = claimed.slice(0, MAX_SPANS_NAMED).map(({ from, to }) => ({ from, to }));
  const why = state === 'ended' ? 'refunded for good' : 'in an open after-sale';
  const detail = `Unit ${first} of line ${line.lineNo} is ${why}.`;
  return refuse('selection.claimed', detail, { path: `${path}.units`, facts: { lineNo: line.lineNo, state, units } });
}

/** Takes the lowest free units of a line. */
function takeByLine(stock: LineStock | undefined, lineNo: LineNo, asks: readonly Ask[]): Refusal | undefined {
  const path = asks[0]?.path ?? '';
  if (stock === undefined) return lineNotFound(lineNo, path);
  const asked = stock.takenCount + asks.reduce((total, { quantity }) => total + quantity, 0);
  if (asked > stock.freeAtFirst) {
    const detail = `${asked} units of line ${lineNo} are asked for, ${stock.freeAtFirst} are free.`;
    return refuse('selection.tooMany', detail, { path: `${path}.quantity`, facts: { lineNo, asked, free: stock.freeAtFirst } });
  }
  return takeLowest([stock], asks);
}

/** Joins the taken ranges of one line where they touch and weigh the same. */
function joinRanges(taken: readonly SelectedRange[]): SelectedRange[] {
  const joined: SelectedRange[] = [];
  for (const range of taken.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    const touches = last !== undefined && last.to + 1 === range.from && last.actualGrams === range.actualGrams;
    if (touches) joined[joined.length - 1] = { ...last, to: range.to };
    else joined.push(range);
  }
  return joined;
}
