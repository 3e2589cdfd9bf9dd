import { describe, expect, it } from 'vitest';
import { minor, shareAmong } from '../../src/domain/money.js';
import { splitOrder } from '../../src/domain/split.js';
import { orderOf, refusalOf, splitOf, unitsOf } from './orders.js';

const discountsOf = (order: ReturnType<typeof orderOf>, line: number): number[] =>
  unitsOf(splitOf(order), line).map(({ discounts }) => discounts.reduce((total, { amount }) => total + amount, 0));

describe('a promotion over several lines', () => {
  const lines = [{ unitPrice: 4300 }, { unitPrice: 1400, quantity: 3 }];

  it('is shared between the lines first, then between the units of each', () => {
    const order = orderOf({ lines, promotions: [{ amount: 299 }] });
    expect(discountsOf(order, 1)).toEqual([151]);
    expect(discountsOf(order, 2)).toEqual([50, 49, 49]);
  });

  it('is shared by what each line still costs after earlier promotions, in the order given', () => {
    const order = orderOf({
      lines: [{ unitPrice: 1000 }, { unitPrice: 1000 }],
      promotions: [{ amount: 600, lines: [1] }, { amount: 140 }],
    });
    expect(discountsOf(order, 1)).toEqual([640]);
    expect(discountsOf(order, 2)).toEqual([100]);
  });

  it('flows from a line that costs nothing any more to the others in scope', () => {
    const order = orderOf({ lines: [{ unitPrice: 100 }, { unitPrice: 900 }], promotions: [{ amount: 100, lines: [1] }, { amount: 50 }] });
    expect(discountsOf(order, 1)).toEqual([100]);
    expect(discountsOf(order, 2)).toEqual([50]);
  });

  it('is refused where it takes more than its scope costs, with the excess named', () => {
    const refusal = refusalOf(splitOrder(orderOf({ lines, promotions: [{ id: 'all', amount: 8501 }] })));
    expect(refusal).toMatchObject({ code: 'order.unbalanced', path: 'promotions[0].amount', facts: { promotionId: 'all', excess: 1 } });
  });

  it('may take exactly all that its scope costs', () => {
    expect(unitsOf(splitOf(orderOf({ lines, promotions: [{ amount: 8500 }] }))).map(({ cost }) => cost)).toEqual([
      { net: 0, tax: 0 },
      { net: 0, tax: 0 },
      { net: 0, tax: 0 },
      { net: 0, tax: 0 },
    ]);
  });
});

it('gives odd cents of equal units to the earlier ones: 3 x 3500 with 2000 off', () => {
  const order = orderOf({ lines: [{ unitPrice: 3500, quantity: 3 }], promotions: [{ amount: 2000 }] });
  expect(discountsOf(order, 1)).toEqual([667, 667, 666]);
  const records = splitOf(order);
  expect(unitsOf(records).map(({ cost }) => cost.net)).toEqual([2833, 2833, 2834]);
  expect(records.total).toEqual({ net: 8500, tax: 0 });
});

describe('tax', () => {
  it('exclusive, 8.25 %: is computed once for the line after discounts and shared by net', () => {
    const order = orderOf({
      lines: [{ unitPrice: 1999, quantity: 3, taxRate: 82_500 }],
      promotions: [{ amount: 500 }],
      taxMode: 'exclusive',
    });
    const records = splitOf(order);
    expect(records.total).toEqual({ net: 5497, tax: 454 });
    expect(unitsOf(records).map(({ cost }) => [cost.net, cost.tax])).toEqual([
      [1832, 151],
      [1832, 151],
      [1833, 152],
    ]);
  });

  it('inclusive, 13 %: is contained in what was paid', () => {
    const order = orderOf({ lines: [{ unitPrice: 9900, quantity: 2, taxRate: 130_000 }], promotions: [{ amount: 1100 }] });
    const records = splitOf(order);
    expect(records.total).toEqual({ net: 18700 - 2151, tax: 2151 });
    expect(unitsOf(records).map(({ cost }) => [cost.net + cost.tax, cost.tax])).toEqual([
      [9350, 1076],
      [9350, 1075],
    ]);
  });

  it('that the platform charged is kept as it is, whatever the rate says', () => {
    const order = orderOf({ lines: [{ unitPrice: 1000, quantity: 3, taxRate: 82_500, taxAmount: 250 }], taxMode: 'exclusive' });
    expect(unitsOf(splitOf(order)).map(({ cost }) => cost.tax)).toEqual([84, 83, 83]);
  });

  it('is shared equally where the units cost nothing', () => {
    const order = orderOf({ lines: [{ unitPrice: 0, quantity: 3, taxAmount: 10 }], taxMode: 'exclusive' });
    expect(unitsOf(splitOf(order)).map(({ cost }) => cost)).toEqual([
      { net: 0, tax: 4 },
      { net: 0, tax: 3 },
      { net: 0, tax: 3 },
    ]);
  });

  it('contained in less than itself is refused, with the difference', () => {
    const order = orderOf({ lines: [{ unitPrice: 100, taxAmount: 60 }], promotions: [{ amount: 50 }], paid: 50 });
    expect(refusalOf(splitOrder(order))).toMatchObject({ code: 'order.unbalanced', facts: { lineNo: 1, difference: 10 } });
  });
});

describe('who bears it', () => {
  it('a unit of 1000 with 200 off, 40 % borne by the platform, 5 % commission', () => {
    const order = orderOf({ lines: [{ unitPrice: 1000, commissionRate: 50_000 }], promotions: [{ amount: 200, platform: 4000 }] });
    expect(unitsOf(splitOf(order))).toMatchObject([{ cost: { net: 800, tax: 0 }, platformPart: 80, commission: 40 }]);
  });

  it('the platform part is computed once and shared by discount: 100 off three units at 5000 basis points', () => {
    const order = orderOf({ lines: [{ unitPrice: 500, quantity: 3 }], promotions: [{ amount: 100, platform: 5000 }] });
    expect(discountsOf(order, 1)).toEqual([34, 33, 33]);
    expect(unitsOf(splitOf(order)).map(({ platformPart }) => platformPart)).toEqual([17, 17, 16]);
  });

  it('the platform part is shared over the units of all lines, not line by line', () => {
    const order = orderOf({
      lines: [{ unitPrice: 500 }, { unitPrice: 500 }, { unitPrice: 500 }],
      promotions: [{ amount: 3, platform: 5000 }],
    });
    expect(unitsOf(splitOf(order)).map(({ platformPart }) => platformPart)).toEqual([1, 1, 0]);
  });

  it('commission is on what the buyer paid for the line, tax in, freight out', () => {
    const order = orderOf({
      lines: [{ unitPrice: 1000, quantity: 3, taxRate: 100_000, commissionRate: 50_000 }],
      freight: { charged: 900, tax: 90 },
      taxMode: 'exclusive',
    });
    expect(unitsOf(splitOf(order)).map(({ commission }) => commission)).toEqual([55, 55, 55]);
    const odd = orderOf({ lines: [{ unitPrice: 999, quantity: 3, commissionRate: 50_000 }] });
    expect(unitsOf(splitOf(odd)).map(({ commission }) => commission)).toEqual([50, 50, 50]);
  });
});

it.each([
  ['JPY', 100, [34, 33, 33]],
  ['KWD', 1000, [334, 333, 333]],
])('%s %i over three units is %j', (currency, amount, shares) => {
  expect(shareAmong(minor(amount), [1, 1, 1])).toEqual(shares);
  const order = orderOf({ currency, lines: [{ unitPrice: amount, quantity: 3 }], promotions: [{ amount }] });
  expect(discountsOf(order, 1)).toEqual(shares);
});

it.each([
  ['inclusive', { charged: 1000, discounted: 200, tax: 92 }, { net: 708, tax: 92 }],
  ['exclusive', { charged: 1000, discounted: 200, tax: 92 }, { net: 800, tax: 92 }],
  ['inclusive', { charged: 600, discounted: 600 }, { net: 0, tax: 0 }],
] as const)('freight is a record of its own: %s %j costs %j', (taxMode, freight, cost) => {
  expect(splitOf(orderOf({ lines: [{ unitPrice: 1 }], freight, taxMode })).freight).toEqual(cost);
});
