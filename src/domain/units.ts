import type { AfterSaleId, LineNo, TenderId } from './ids.js';
import { addMoney, gross, type Minor, type Money, minor, money, most, NO_MONEY, subtractMoney, ZERO } from './money.js';
import type { SplitRun } from './order.js';
import type { AvailabilityRun, UnitRange } from './selection.js';

/** How one unit stands: what was taken of it, and who holds it. Equal neighbours are kept as one run. */
export interface UnitState {
  /** the open after-sale that holds it */
  readonly holder: AfterSaleId | null;
  /** whether that claim is one of the whole unit */
  readonly heldWhole: boolean;
  /** the completed or rejected after-sale that may still be appealed for it */
  readonly window: AfterSaleId | null;
  /** how many decisions have refunded it for good */
  readonly ended: number;
  /** reserved, granted or paid */
  readonly standing: Money;
  /** paid */
  readonly posted: Money;
  /** what later payments of exchanges added to its cost */
  readonly extra: Money;
  /** the tenders of these payments, in an order that does not depend on how they came */
  readonly later: readonly TenderId[];
  /** of what the buyer got: what the merchant bore, and what went back to and fro for it (EXAMPLES 10) */
  readonly borne: Minor;
  readonly commission: Minor;
  readonly platformPart: Minor;
  readonly costOffset: Minor;
}

export interface UnitRun {
  readonly from: number;
  readonly to: number;
  readonly state: UnitState;
}

/** The units of one line. `covered` counts those held whole or ended, `ended` those refunded for good. */
export interface LineUnits {
  readonly lineNo: LineNo;
  readonly quantity: number;
  readonly runs: readonly UnitRun[];
  /** the units that may be claimed, kept beside the runs so that a selection need not walk through all of them */
  readonly free: readonly AvailabilityRun[];
  readonly covered: number;
  readonly ended: number;
}

const UNTOUCHED: UnitState = {
  holder: null,
  heldWhole: false,
  window: null,
  ended: 0,
  standing: NO_MONEY,
  posted: NO_MONEY,
  extra: NO_MONEY,
  later: [],
  borne: ZERO,
  commission: ZERO,
  platformPart: ZERO,
  costOffset: ZERO,
};

/** A line of which no unit was ever claimed: one run, all free. */
export function untouchedLine(lineNo: LineNo, quantity: number): LineUnits {
  const free = [{ from: 1, to: quantity, state: 'free' as const }];
  return { lineNo, quantity, runs: [{ from: 1, to: quantity, state: UNTOUCHED }], free, covered: 0, ended: 0 };
}

const sameMoney = (a: Money, b: Money): boolean => a === b || (a.net === b.net && a.tax === b.tax);

function sameState(a: UnitState, b: UnitState): boolean {
  return (
    a === b ||
    (a.holder === b.holder &&
      a.heldWhole === b.heldWhole &&
      a.window === b.window &&
      a.ended === b.ended &&
      sameMoney(a.standing, b.standing) &&
      sameMoney(a.posted, b.posted) &&
      sameMoney(a.extra, b.extra) &&
      a.later.length === b.later.length &&
      a.later.every((id, i) => id === b.later[i]) &&
      a.borne === b.borne &&
      a.commission === b.commission &&
      a.platformPart === b.platformPart &&
      a.costOffset === b.costOffset)
  );
}

const isCovered = (state: UnitState): boolean => state.ended > 0 || (state.holder !== null && state.heldWhole);

const isFree = (state: UnitState): boolean => state.ended === 0 && state.holder === null;

/** Index of the last run that begins at the unit or before it; 0 where none does. */
function findRun(runs: readonly { readonly from: number }[], unit: number): number {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const run = runs[middle];
    if (run !== undefined && run.from <= unit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Changes the state of the units `from` to `to`. The line itself is left as it was. */
export function changeUnits(line: LineUnits, from: number, to: number, change: (state: UnitState) => UnitState): LineUnits {
  if (from < 1 || to > line.quantity || from > to) throw new RangeError(`line ${line.lineNo} has no units ${from} to ${to}`);
  const first = findRun(line.runs, from);
  const middle: UnitRun[] = [];
  let covered = line.covered;
  let ended = line.ended;
  let { free } = line;
  const push = (run: UnitRun) => {
    const last = middle.at(-1);
    if (last !== undefined && sameState(last.state, run.state)) middle[middle.length - 1] = { ...last, to: run.to };
    else middle.push(run);
  };
  let index = Math.max(0, first - 1);
  const begin = index;
  for (; index < line.runs.length; index++) {
    const run = line.runs[index];
    if (run === undefined) break;
    if (run.from > to) {
      push(run);
      index++;
      break;
    }
    if (run.to < from) {
      push(run);
      continue;
    }
    const a = Math.max(run.from, from);
    const b = Math.min(run.to, to);
    if (run.from < a) push({ from: run.from, to: a - 1, state: run.state });
    const state = change(run.state);
    covered += (Number(isCovered(state)) - Number(isCovered(run.state))) * (b - a + 1);
    ended += (Number(state.ended > 0) - Number(run.state.ended > 0)) * (b - a + 1);
    if (isFree(state) !== isFree(run.state)) free = changeFree(free, a, b, isFree(state));
    push({ from: a, to: b, state });
    if (run.to > b) push({ from: b + 1, to: run.to, state: run.state });
  }
  const runs = line.runs.slice();
  runs.splice(begin, index - begin, ...middle);
  return { lineNo: line.lineNo, quantity: line.quantity, runs, free, covered, ended };
}

/** The free units after `from` to `to` became free, or were taken; before they were all otherwise. */
function changeFree(free: readonly AvailabilityRun[], from: number, to: number, nowFree: boolean): readonly AvailabilityRun[] {
  const next = free.slice();
  const index = findRun(free, from);
  const run = free[index];
  if (!nowFree) {
    if (run === undefined) return next;
    const rest: AvailabilityRun[] = [];
    if (run.from < from) rest.push({ ...run, to: from - 1 });
    if (run.to > to) rest.push({ ...run, from: to + 1 });
    next.splice(index, 1, ...rest);
    return next;
  }
  const place = run !== undefined && run.from < from ? index + 1 : index;
  const before = free[place - 1];
  const after = free[place];
  const joinsBefore = before !== undefined && before.to === from - 1;
  const joinsAfter = after !== undefined && after.from === to + 1;
  const joined: AvailabilityRun = { from: joinsBefore ? before.from : from, to: joinsAfter ? after.to : to, state: 'free' };
  next.splice(joinsBefore ? place - 1 : place, Number(joinsBefore) + Number(joinsAfter), joined);
  return next;
}

/** The runs that lie within a range, cut to it. */
export function unitsIn(line: LineUnits, from: number, to: number): UnitRun[] {
  const found: UnitRun[] = [];
  for (let index = findRun(line.runs, from); index < line.runs.length; index++) {
    const run = line.runs[index];
    if (run === undefined || run.from > to) break;
    found.push({ from: Math.max(run.from, from), to: Math.min(run.to, to), state: run.state });
  }
  return found;
}

/** Units that are alike in all that matters to money: same split record, same standing. All amounts are per unit. */
export interface Piece extends UnitRange {
  readonly count: number;
  readonly record: SplitRun;
  readonly state: UnitState;
  /** what each unit cost, later payments included */
  readonly cost: Money;
  /** what is left of that: neither reserved nor granted nor paid */
  readonly left: Money;
}

/** Cuts ranges into pieces. `records` are the split records of the order, ordered by line and unit. */
export function piecesOf(lines: ReadonlyMap<LineNo, LineUnits>, records: readonly SplitRun[], ranges: readonly UnitRange[]): Piece[] {
  const pieces: Piece[] = [];
  for (const range of ranges) {
    const line = lines.get(range.lineNo);
    if (line === undefined) throw new RangeError(`the order has no line ${range.lineNo}`);
    for (const run of unitsIn(line, range.from, range.to)) {
      for (const record of records) {
        if (record.lineNo !== range.lineNo || record.to < run.from || record.from > run.to) continue;
        const from = Math.max(record.from, run.from);
        const to = Math.min(record.to, run.to);
        const cost = addMoney(record.cost, run.state.extra);
        const left = subtractMoney(cost, run.state.standing);
        pieces.push({
          lineNo: range.lineNo,
          from,
          to,
          count: to - from + 1,
          record,
          state: run.state,
          cost,
          left: money(most(left.net, ZERO), most(left.tax, ZERO)),
        });
      }
    }
  }
  return pieces;
}

/** How many units ranges name. */
export const countUnits = (ranges: readonly UnitRange[]): number => ranges.reduce((all, r) => all + r.to - r.from + 1, 0);

/** Sum over pieces of an amount per unit. */
export const sumPieces = <P extends Piece>(pieces: readonly P[], of: (piece: P) => number): Minor =>
  minor(pieces.reduce((all, piece) => all + of(piece) * piece.count, 0));

/** What is left of each unit of a piece, tax included. */
export const grossLeft = (piece: Piece): Minor => gross(piece.left);

/** The part of `ranges` that `taken` does not cover. Both are disjoint. */
export function withoutRanges(ranges: readonly UnitRange[], taken: readonly UnitRange[]): UnitRange[] {
  let left = [...ranges];
  for (const t of taken) {
    left = left.flatMap((range) => {
      if (range.lineNo !== t.lineNo || t.to < range.from || t.from > range.to) return [range];
      const parts = [
        { ...range, to: t.from - 1 },
        { ...range, from: t.to + 1 },
      ];
      return parts.filter((part) => part.from <= part.to);
    });
  }
  return left;
}

/** The part of `ranges` that `within` covers as well. Both are sorted and disjoint. */
export function intersectRanges(ranges: readonly UnitRange[], within: readonly UnitRange[]): UnitRange[] {
  const result: UnitRange[] = [];
  for (const a of ranges) {
    for (const b of within) {
      if (a.lineNo !== b.lineNo) continue;
      const from = Math.max(a.from, b.from);
      const to = Math.min(a.to, b.to);
      if (from <= to) result.push({ lineNo: a.lineNo, from, to });
    }
  }
  return result;
}
