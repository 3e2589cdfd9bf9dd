import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterSaleId, lineNo } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import {
  changeUnits,
  countUnits,
  intersectRanges,
  type LineUnits,
  type UnitState,
  unitsIn,
  untouchedLine,
  withoutRanges,
} from '../../src/domain/units.js';
import { scaled } from '../scale.js';

const LENGTH = 12;

const CHANGES: readonly ((state: UnitState) => UnitState)[] = [
  (s) => ({ ...s, holder: afterSaleId('a'), heldWhole: true }),
  (s) => ({ ...s, holder: afterSaleId('b'), heldWhole: false }),
  (s) => ({ ...s, holder: null, heldWhole: false }),
  (s) => ({ ...s, ended: s.ended + 1 }),
  (s) => ({ ...s, ended: Math.max(0, s.ended - 1) }),
  (s) => ({ ...s, borne: minor(s.borne + 1) }),
];

const anyChange = fc.record({
  from: fc.integer({ min: 1, max: LENGTH }),
  length: fc.integer({ min: 1, max: LENGTH }),
  which: fc.nat(CHANGES.length - 1),
});

/** Every unit by itself. */
const each = (line: LineUnits): UnitState[] => line.runs.flatMap((run) => Array.from({ length: run.to - run.from + 1 }, () => run.state));

describe('the units of a line, kept as runs', () => {
  it('stand as if each were kept by itself, in as few runs as there can be', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 25, size: 'max' }), (changes) => {
        let line = untouchedLine(lineNo(1), LENGTH);
        const naive = each(line);
        for (const { from, length, which } of changes) {
          const change = CHANGES[which];
          if (change === undefined) continue;
          const to = Math.min(LENGTH, from + length - 1);
          line = changeUnits(line, from, to, change);
          for (let i = from - 1; i < to; i++) {
            const state = naive[i];
            if (state !== undefined) naive[i] = change(state);
          }
          expect(each(line)).toEqual(naive);
          expect(line.ended).toBe(naive.filter((state) => state.ended > 0).length);
          expect(line.covered).toBe(naive.filter((state) => state.ended > 0 || (state.holder !== null && state.heldWhole)).length);
          const free = line.free.flatMap((run) => Array.from({ length: run.to - run.from + 1 }, (_, i) => run.from + i));
          expect(free).toEqual(naive.flatMap((state, i) => (state.ended === 0 && state.holder === null ? [i + 1] : [])));
          for (const [i, run] of line.runs.entries()) expect(run.state).not.toEqual(line.runs[i + 1]?.state);
          expect(countUnits(unitsIn(line, from, to).map((run) => ({ ...run, lineNo: line.lineNo })))).toBe(to - from + 1);
        }
      }),
      { numRuns: scaled(300) },
    );
  });

  it('has no others', () => {
    const line = untouchedLine(lineNo(1), 3);
    for (const [from, to] of [
      [0, 1],
      [1, 4],
      [3, 2],
    ] as const)
      expect(() => changeUnits(line, from, to, (s) => s)).toThrow(RangeError);
  });
});

const anyRanges = fc
  .array(
    fc.record({ line: fc.integer({ min: 1, max: 2 }), from: fc.integer({ min: 1, max: 9 }), length: fc.integer({ min: 1, max: 4 }) }),
    { maxLength: 5 },
  )
  .map((list) => {
    const taken = new Set<string>();
    return list.flatMap(({ line, from, length }) => {
      const range = { lineNo: lineNo(line), from, to: from + length - 1 };
      const names = namesOf([range]);
      if (names.some((name) => taken.has(name))) return [];
      for (const name of names) taken.add(name);
      return [range];
    });
  });

const namesOf = (ranges: readonly { lineNo: number; from: number; to: number }[]): string[] =>
  ranges.flatMap((r) => Array.from({ length: r.to - r.from + 1 }, (_, i) => `${r.lineNo}.${r.from + i}`)).sort();

describe('ranges of units', () => {
  it('are divided by others into what these cover and what they do not', () => {
    fc.assert(
      fc.property(anyRanges, anyRanges, (a, b) => {
        const within = new Set(namesOf(b));
        expect(namesOf(intersectRanges(a, b))).toEqual(namesOf(a).filter((name) => within.has(name)));
        expect(namesOf(withoutRanges(a, b))).toEqual(namesOf(a).filter((name) => !within.has(name)));
      }),
      { numRuns: scaled(300) },
    );
  });
});
