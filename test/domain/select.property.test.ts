import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineNo } from '../../src/domain/ids.js';
import type { Order } from '../../src/domain/order.js';
import { isRefusal, type Refusal } from '../../src/domain/refusals.js';
import { selectUnits } from '../../src/domain/select.js';
import type { Availability, AvailabilityRun, Claimability, Selected, SelectionEntry } from '../../src/domain/selection.js';
import { scaled } from '../scale.js';
import { selectUnitByUnit } from './naiveSelect.js';
import { orderOf } from './orders.js';

interface Case {
  readonly order: Order;
  readonly availability: Availability;
  readonly entries: readonly SelectionEntry[];
}

const anyLine = fc.record(
  {
    sku: fc.constantFrom('milk', 'tea'),
    promotionType: fc.constantFrom('none', '1205'),
    unitPrice: fc.constantFrom(450, 600),
    quantity: fc.integer({ min: 1, max: 5 }),
    weightGrams: fc.constantFrom(500, 1000),
    states: fc.array(fc.constantFrom<Claimability>('free', 'free', 'free', 'held', 'ended'), { minLength: 5, maxLength: 5 }),
  },
  { requiredKeys: ['sku', 'promotionType', 'unitPrice', 'quantity', 'states'] },
);

const anyQuantity = fc.integer({ min: 1, max: 4 });
const anyEntry: fc.Arbitrary<SelectionEntry> = fc.oneof(
  fc.record(
    {
      sku: fc.constantFrom('milk', 'tea'),
      promotionType: fc.constantFrom('none', '1205'),
      price: fc.constantFrom(450, 600),
      quantity: anyQuantity,
    },
    { requiredKeys: ['sku', 'promotionType', 'quantity'] },
  ),
  fc.record({
    sku: fc.constantFrom('milk', 'tea'),
    promotionType: fc.constantFrom('none', '1205'),
    price: fc.constantFrom(450, 600),
    weightGrams: fc.constantFrom(500, 1000),
    quantity: anyQuantity,
  }),
  fc.record({ lineNo: fc.integer({ min: 1, max: 4 }).map(lineNo), quantity: anyQuantity }),
  fc.record({
    lineNo: fc.integer({ min: 1, max: 4 }).map(lineNo),
    units: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
  }),
);

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    lines: fc.array(anyLine, { minLength: 1, maxLength: 4 }),
    scoped: fc.boolean(),
    entries: fc.array(anyEntry, { minLength: 1, maxLength: 5 }),
  })
  .map(({ lines, scoped, entries }) => ({
    order: orderOf({ lines: lines.map(({ states: _, ...line }) => line), promotions: scoped ? [{ amount: 100, lines: [1] }] : [] }),
    availability: new Map(lines.map(({ states, quantity }, i) => [lineNo(i + 1), runsOf(states.slice(0, quantity))])),
    entries,
  }));

/** One run per unit, so that neighbours are not joined already. */
const runsOf = (states: readonly Claimability[]): AvailabilityRun[] => states.map((state, i) => ({ from: i + 1, to: i + 1, state }));

const select = ({ order, availability, entries }: Case): Selected | Refusal =>
  selectUnits({ order, availability, entries, purpose: 'units' });

const unitsOf = ({ ranges }: Selected): string[] =>
  ranges.flatMap(({ lineNo: line, from, to }) => Array.from({ length: to - from + 1 }, (_, i) => `${line}/${from + i}`));

const runs = { numRuns: scaled(3000) };

it('takes what taking unit by unit takes, and refuses what it refuses', () => {
  let taken = 0;
  fc.assert(
    fc.property(anyCase, (given) => {
      const outcome = select(given);
      const expected = selectUnitByUnit(given.order, given.availability, given.entries);
      if (!isRefusal(outcome)) taken += 1;
      // Which of several faults is named first may differ.
      expect(isRefusal(outcome)).toBe(typeof expected === 'string');
      if (!isRefusal(outcome)) expect(unitsOf(outcome)).toEqual(expected);
      else if (given.entries.length === 1) expect(outcome.code).toBe(expected);
    }),
    runs,
  );
  expect(taken).toBeGreaterThan(0);
});

it('takes the same whatever the order of entries and however they are divided', () => {
  const divided = fc.tuple(anyCase, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 5, maxLength: 5 }), fc.infiniteStream(fc.nat()));
  fc.assert(
    fc.property(divided, ([given, cuts, stream]) => {
      const parts = given.entries.flatMap((entry, i) => divide(entry, cuts[i] ?? 1));
      const shuffled = parts.map((entry) => ({ entry, at: stream.next().value ?? 0 })).sort((a, b) => a.at - b.at);
      const whole = select(given);
      const other = select({ ...given, entries: shuffled.map(({ entry }) => entry) });
      expect(isRefusal(other)).toBe(isRefusal(whole));
      if (!isRefusal(whole)) expect(other).toEqual(whole);
    }),
    runs,
  );
});

/** The entry as two, the first of which asks for at most `cut`. */
function divide(entry: SelectionEntry, cut: number): SelectionEntry[] {
  if ('units' in entry) {
    const [first, rest] = [entry.units.slice(0, cut), entry.units.slice(cut)];
    return rest.length === 0
      ? [entry]
      : [
          { ...entry, units: first },
          { ...entry, units: rest },
        ];
  }
  if (entry.quantity <= cut) return [entry];
  return [
    { ...entry, quantity: cut },
    { ...entry, quantity: entry.quantity - cut },
  ];
}

it('takes only free units, each once', () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const outcome = select(given);
      if (isRefusal(outcome)) return;
      const units = unitsOf(outcome);
      expect(new Set(units).size).toBe(outcome.quantity);
      for (const unit of units) {
        const [line, no] = unit.split('/').map(Number);
        expect(given.availability.get(lineNo(line ?? 0))?.[(no ?? 0) - 1]?.state).toBe('free');
      }
    }),
    runs,
  );
});
