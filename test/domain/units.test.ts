import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterSaleId, lineNo } from '../../src/domain/ids.js';
import { money } from '../../src/domain/money.js';
import { changeUnits, type LineUnits, unitsIn, untouchedLine } from '../../src/domain/units.js';
import { scaled } from '../scale.js';

const LINE = lineNo(1);
const holder = afterSaleId('a');

const change = fc.record({
  from: fc.integer({ min: 1, max: 30 }),
  length: fc.integer({ min: 1, max: 12 }),
  what: fc.constantFrom('hold', 'free', 'end', 'reserve'),
});

/** The same changes on a line kept unit by unit. */
function naive(quantity: number) {
  const units = Array.from({ length: quantity }, () => ({ held: false, ended: 0, net: 0 }));
  return units;
}

function play(changes: readonly { from: number; length: number; what: string }[]): { line: LineUnits; units: ReturnType<typeof naive> } {
  let line = untouchedLine(LINE, 30);
  const units = naive(30);
  for (const { from, length, what } of changes) {
    const to = Math.min(30, from + length - 1);
    line = changeUnits(line, from, to, (state) => {
      if (what === 'hold') return { ...state, holder, heldWhole: true };
      if (what === 'free') return { ...state, holder: null, heldWhole: false };
      if (what === 'end') return { ...state, ended: state.ended + 1 };
      return { ...state, standing: money(state.standing.net + 1, 0) };
    });
    for (const unit of units.slice(from - 1, to)) {
      if (what === 'hold') unit.held = true;
      else if (what === 'free') unit.held = false;
      else if (what === 'end') unit.ended += 1;
      else unit.net += 1;
    }
  }
  return { line, units };
}

describe('the units of a line, kept as runs', () => {
  it('say of each unit what a line kept unit by unit says, with the shortest runs', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const { line, units } = play(changes);
        const spread = line.runs.flatMap((run) =>
          Array.from({ length: run.to - run.from + 1 }, () => ({
            held: run.state.holder !== null,
            ended: run.state.ended,
            net: run.state.standing.net,
          })),
        );
        expect(spread).toEqual(units);
        expect(line.covered).toBe(units.filter((unit) => unit.held || unit.ended > 0).length);
        expect(line.ended).toBe(units.filter((unit) => unit.ended > 0).length);
        for (const [i, run] of line.runs.entries()) expect(run.state).not.toEqual(line.runs[i + 1]?.state);
      }),
      { numRuns: scaled(300) },
    );
  });

  it('keep the free ones beside the runs, joined where they touch', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const { line, units } = play(changes);
        const free = line.free.flatMap((run) => Array.from({ length: run.to - run.from + 1 }, (_, i) => run.from + i));
        expect(free).toEqual(units.flatMap((unit, i) => (!unit.held && unit.ended === 0 ? [i + 1] : [])));
        for (const [i, run] of line.free.entries()) expect(line.free[i + 1]?.from).not.toBe(run.to + 1);
      }),
      { numRuns: scaled(300) },
    );
  });

  it('cut runs to a range', () => {
    const line = changeUnits(untouchedLine(LINE, 10), 4, 6, (state) => ({ ...state, holder }));
    expect(unitsIn(line, 5, 8).map(({ from, to }) => [from, to])).toEqual([
      [5, 6],
      [7, 8],
    ]);
  });
});
