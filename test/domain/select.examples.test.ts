import { describe, expect, it } from 'vitest';
import { type LineNo, lineNo } from '../../src/domain/ids.js';
import type { Order } from '../../src/domain/order.js';
import { selectUnits } from '../../src/domain/select.js';
import type { Availability, AvailabilityRun, SelectionEntry } from '../../src/domain/selection.js';
import type { SelectionPurpose } from '../../src/domain/selectionAsked.js';
import { orderOf, refusalOf } from './orders.js';

const milk = { sku: 'milk', promotionType: '1205' };
const bundle = orderOf({
  lines: [
    { ...milk, unitPrice: 600, quantity: 2 },
    { ...milk, unitPrice: 450 },
  ],
});

type Taken = Readonly<Record<number, readonly AvailabilityRun[]>>;

const availabilityOf = (order: Order, taken: Taken = {}): Availability =>
  new Map<LineNo, readonly AvailabilityRun[]>(
    order.lines.map((line) => [line.lineNo, taken[line.lineNo] ?? [{ from: 1, to: line.quantity, state: 'free' }]]),
  );

const select = (order: Order, entries: readonly SelectionEntry[], taken: Taken = {}, purpose: SelectionPurpose = 'units') =>
  selectUnits({ order, availability: availabilityOf(order, taken), entries, purpose });

const range = (line: number, from: number, to = from) => ({ lineNo: line, from, to });
const firstHeld: Taken = {
  1: [
    { from: 1, to: 1, state: 'held' },
    { from: 2, to: 2, state: 'free' },
  ],
};

describe('a bundle with the same SKU at two prices', () => {
  it.each<[string, SelectionEntry[], Taken, unknown[]]>([
    ['the key with the price names num 1 and 2', [{ ...milk, price: 600, quantity: 2 }], {}, [range(1, 1, 2)]],
    ['one of them is the lowest num that is free', [{ ...milk, price: 600, quantity: 1 }], {}, [range(1, 1)]],
    ['also when num 1 is held', [{ ...milk, price: 600, quantity: 1 }], firstHeld, [range(1, 2)]],
    ['the short key does when all units are asked for', [{ ...milk, quantity: 3 }], {}, [range(1, 1, 2), range(2, 1)]],
    ['the short key does when all free units are asked for', [{ ...milk, quantity: 2 }], firstHeld, [range(1, 2), range(2, 1)]],
    [
      'two entries of one are a request for two',
      [
        { ...milk, price: 600, quantity: 1 },
        { ...milk, price: 600, quantity: 1 },
      ],
      {},
      [range(1, 1, 2)],
    ],
    [
      'keys of several precisions are added together, and ask for all',
      [
        { ...milk, quantity: 1 },
        { ...milk, price: 600, quantity: 2 },
      ],
      {},
      [range(1, 1, 2), range(2, 1)],
    ],
    [
      'a unit named by number is taken first, wherever it stands',
      [
        { ...milk, price: 600, quantity: 1 },
        { lineNo: lineNo(1), units: [1] },
      ],
      {},
      [range(1, 1, 2)],
    ],
  ])('%s', (_case, entries, taken, ranges) => {
    expect(select(bundle, entries, taken)).toMatchObject({ ranges });
  });

  it('the short key is ambiguous, and the candidates are named', () => {
    expect(refusalOf(select(bundle, [{ ...milk, quantity: 1 }], firstHeld))).toMatchObject({
      code: 'split.ambiguous',
      path: 'selection[0]',
      facts: {
        key: 'milk_1205',
        candidates: [
          { key: 'milk_1205_600', price: 600, lines: [1], free: 1 },
          { key: 'milk_1205_450', price: 450, lines: [2], free: 1 },
        ],
      },
    });
  });
});

describe('likeness', () => {
  it('two lines with the same price, weight and promotions are one key, though a remainder cent differs', () => {
    const order = orderOf({
      lines: [
        { ...milk, unitPrice: 600 },
        { ...milk, unitPrice: 600 },
      ],
      promotions: [{ amount: 1 }],
    });
    expect(select(order, [{ ...milk, quantity: 1 }])).toMatchObject({ ranges: [range(1, 1)] });
  });

  it('at one price but different weights the weight must be named', () => {
    const order = orderOf({
      lines: [
        { ...milk, unitPrice: 600, weightGrams: 500 },
        { ...milk, unitPrice: 600, weightGrams: 900 },
      ],
    });
    const refusal = refusalOf(select(order, [{ ...milk, price: 600, quantity: 1 }]));
    expect(refusal).toMatchObject({ code: 'split.ambiguous', facts: { candidates: [{ weightGrams: 500 }, { weightGrams: 900 }] } });
    expect(select(order, [{ ...milk, price: 600, weightGrams: 900, quantity: 1 }])).toMatchObject({ ranges: [range(2, 1)] });
  });

  it('where only the promotions in scope differ, the candidates are lines', () => {
    const order = orderOf({
      lines: [
        { ...milk, unitPrice: 600 },
        { ...milk, unitPrice: 600 },
      ],
      promotions: [{ amount: 100, lines: [1] }],
    });
    const refusal = refusalOf(select(order, [{ ...milk, price: 600, quantity: 1 }]));
    expect(refusal.facts?.candidates).toMatchObject([
      { lines: [1], free: 1 },
      { lines: [2], free: 1 },
    ]);
    expect(select(order, [{ lineNo: lineNo(2), quantity: 1 }])).toMatchObject({ ranges: [range(2, 1)] });
  });
});

const heldAndEnded: Taken = {
  1: [
    { from: 1, to: 1, state: 'held' },
    { from: 2, to: 2, state: 'ended' },
  ],
};

it.each<[string, SelectionEntry[], Taken, object]>([
  ['nothing', [], {}, { code: 'selection.empty' }],
  ['no unit number', [{ lineNo: lineNo(1), units: [] }], {}, { code: 'selection.empty', path: 'selection[0].units' }],
  ['a quantity of 0', [{ ...milk, quantity: 0 }], {}, { code: 'request.invalid', path: 'selection[0].quantity' }],
  ['half a unit', [{ lineNo: lineNo(1), quantity: 0.5 }], {}, { code: 'request.invalid' }],
  ['unit 0', [{ lineNo: lineNo(1), units: [0] }], {}, { code: 'request.invalid', path: 'selection[0].units[0]' }],
  ['a weight without a price', [{ ...milk, weightGrams: 500, quantity: 1 }], {}, { code: 'request.invalid', path: 'selection[0].price' }],
  ['an unknown line', [{ lineNo: lineNo(9), quantity: 1 }], {}, { code: 'order.lineNotFound', path: 'selection[0].lineNo' }],
  ['a unit beyond the line', [{ lineNo: lineNo(1), units: [3] }], {}, { code: 'split.notFound', facts: { unit: 3, quantity: 2 } }],
  [
    'an unknown key',
    [{ sku: 'tea', promotionType: '1205', quantity: 1 }],
    {},
    { code: 'split.notFound', facts: { key: 'tea_1205', keys: ['milk_1205_600', 'milk_1205_450'] } },
  ],
  [
    'a unit twice',
    [
      { lineNo: lineNo(1), units: [2] },
      { lineNo: lineNo(1), units: [1, 2] },
    ],
    {},
    { code: 'selection.repeated', facts: { unit: 2 } },
  ],
  [
    'a held unit',
    [{ lineNo: lineNo(1), units: [1] }],
    heldAndEnded,
    { code: 'selection.claimed', facts: { state: 'held', units: [{ from: 1, to: 1 }] } },
  ],
  ['a refunded unit', [{ lineNo: lineNo(1), units: [2] }], heldAndEnded, { code: 'selection.claimed', facts: { state: 'ended' } }],
  ['more than the line has', [{ lineNo: lineNo(1), quantity: 3 }], {}, { code: 'selection.tooMany', facts: { asked: 3, free: 2 } }],
  [
    'more than is free, over two entries',
    [
      { ...milk, price: 600, quantity: 1 },
      { ...milk, price: 600, quantity: 1 },
    ],
    firstHeld,
    { code: 'selection.tooMany', facts: { key: 'milk_1205_600', asked: 2, free: 1 } },
  ],
  [
    'more than is free, over a line and a key',
    [
      { ...milk, quantity: 2 },
      { lineNo: lineNo(1), quantity: 2 },
    ],
    {},
    { code: 'selection.tooMany', facts: { key: 'milk_1205', asked: 4, free: 3 } },
  ],
  ['grams where none are wanted', [{ lineNo: lineNo(1), quantity: 1, actualGrams: 1 }], {}, { code: 'selection.weightInvalid' }],
])('refuses %s', (_case, entries, taken, refusal) => {
  expect(select(bundle, entries, taken)).toMatchObject(refusal);
});

describe('missing weight', () => {
  const fish = { sku: 'fish', promotionType: 'none' };
  const order = orderOf({ lines: [{ ...fish, unitPrice: 1990, quantity: 4, weightGrams: 500 }, { unitPrice: 100 }] });
  const weigh = (entries: readonly SelectionEntry[]) => select(order, entries, {}, 'weight');

  it('keeps the grams of each range; the lightest gets the lowest num in whatever order they come', () => {
    const [heavy, light] = [
      { ...fish, quantity: 1, actualGrams: 450 },
      { ...fish, quantity: 2, actualGrams: 430 },
    ];
    const expected = {
      quantity: 3,
      ranges: [
        { ...range(1, 1, 2), actualGrams: 430 },
        { ...range(1, 3), actualGrams: 450 },
      ],
    };
    expect(weigh([heavy, light])).toEqual(expected);
    expect(weigh([light, heavy])).toEqual(expected);
  });

  it.each<[string, SelectionEntry]>([
    ['without the grams', { ...fish, quantity: 1 }],
    ['with all that was sold', { ...fish, quantity: 1, actualGrams: 500 }],
    ['below 0', { ...fish, quantity: 1, actualGrams: -1 }],
    ['with half a gram', { ...fish, quantity: 1, actualGrams: 1.5 }],
    ['of goods without a weight', { lineNo: lineNo(2), units: [1], actualGrams: 1 }],
  ])('is refused %s', (_case, entry) => {
    expect(weigh([entry])).toMatchObject({ code: 'selection.weightInvalid', path: 'selection[0].actualGrams' });
  });
});

it('a line of 10,000 pieces is selected from in ranges', () => {
  const order = orderOf({ lines: [{ ...milk, unitPrice: 1, quantity: 10_000 }] });
  const every = Array.from({ length: 5000 }, (_, i) => 2 * i + 1);
  const outcome = select(order, [
    { lineNo: lineNo(1), units: every },
    { ...milk, quantity: 4999 },
  ]);
  expect(outcome).toEqual({ quantity: 9999, ranges: [{ lineNo: 1, from: 1, to: 9999 }] });
});
