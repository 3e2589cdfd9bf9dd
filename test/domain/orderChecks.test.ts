import { describe, expect, it } from 'vitest';
import { lineNo, tenderId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import type { GivenSplitRecord, Order } from '../../src/domain/order.js';
import { splitOrder } from '../../src/domain/split.js';
import { orderOf, splitOf } from './orders.js';

const order = orderOf({
  lines: [{ unitPrice: 1000 }, { unitPrice: 500, quantity: 2 }],
  promotions: [{ amount: 100 }],
  freight: { charged: 300 },
});
const [line, other] = order.lines;
const [promotion] = order.promotions;
const [tender] = order.tenders;
if (line === undefined || other === undefined || promotion === undefined || tender === undefined) throw new Error('the order is not whole');

it.each<[string, Partial<Order>, object]>([
  ['without lines', { lines: [] }, { code: 'request.invalid', path: 'lines' }],
  ['with a line number twice', { lines: [line, { ...other, lineNo: line.lineNo }] }, { code: 'request.invalid', path: 'lines' }],
  ['with a line without units', { lines: [{ ...line, quantity: 0 }] }, { code: 'request.invalid', path: 'lines' }],
  [
    'with a promotion over an unknown line',
    { promotions: [{ ...promotion, lines: [lineNo(7)] }] },
    { code: 'order.lineNotFound', path: 'promotions[0].lines', facts: { lineNo: 7 } },
  ],
  ['with a promotion over a line twice', { promotions: [{ ...promotion, lines: [lineNo(1), lineNo(1)] }] }, { code: 'request.invalid' }],
  ['with a promotion id twice', { promotions: [promotion, promotion] }, { code: 'request.invalid', path: 'promotions[1].id' }],
  [
    'with bearers that do not bear all',
    { promotions: [{ ...promotion, bearers: { merchant: 6000, platform: 3999 } }] },
    { code: 'request.invalid', path: 'promotions[0].bearers' },
  ],
  [
    'with freight discounted below 0',
    { freight: { charged: minor(300), discounted: minor(301), tax: minor(0) } },
    { code: 'order.unbalanced', path: 'freight.discounted', facts: { difference: 1 } },
  ],
  [
    'with more tax in freight than was paid for it',
    { freight: { charged: minor(300), discounted: minor(200), tax: minor(101) } },
    { code: 'order.unbalanced', path: 'freight.tax', facts: { difference: 1 } },
  ],
  [
    'with a tender that is called as a later payment',
    { tenders: [{ ...tender, id: tenderId('later:x') }] },
    { code: 'request.invalid', path: 'tenders[0].id' },
  ],
  ['with a tender id twice', { tenders: [tender, tender] }, { code: 'request.invalid', path: 'tenders[1].id' }],
  [
    'with points that are not counted',
    { tenders: [{ ...tender, kind: 'points' }] },
    { code: 'request.invalid', path: 'tenders[0].points' },
  ],
  ['with a card that counts points', { tenders: [{ ...tender, points: 3 }] }, { code: 'request.invalid', path: 'tenders[0].points' }],
  ['worth more than 2^53', { promotions: [], lines: [{ ...line, unitPrice: minor(2 ** 52), quantity: 3 }] }, { code: 'request.invalid' }],
  [
    'with taxes beyond 2^53',
    { promotions: [], taxMode: 'exclusive', lines: [{ ...line, unitPrice: minor(2 ** 53 - 500), taxRate: 1 }] },
    { code: 'request.invalid' },
  ],
  [
    'paid with more than 2^53',
    { tenders: [tender, { ...tender, id: tenderId('2'), amount: minor(2 ** 53 - 1) }] },
    { code: 'request.invalid' },
  ],
  [
    'paid with a cent too little',
    { tenders: [{ ...tender, amount: minor(2199) }] },
    { code: 'order.unbalanced', path: 'tenders', facts: { paid: 2199, cost: 2200, difference: -1 } },
  ],
  ['paid with a cent too much', { tenders: [{ ...tender, amount: minor(2201) }] }, { code: 'order.unbalanced', facts: { difference: 1 } }],
])('an order %s is refused', (_case, change, refusal) => {
  expect(splitOrder({ ...order, ...change })).toMatchObject(refusal);
});

it('an order may be worth 2^53 - 1', () => {
  const dear = orderOf({ lines: [{ unitPrice: Number.MAX_SAFE_INTEGER, taxRate: 130_000 }] });
  expect(splitOf(dear).total).toEqual({ net: 7_970_972_791_806_187, tax: Number.MAX_SAFE_INTEGER - 7_970_972_791_806_187 });
});

describe("a platform's own split records", () => {
  const record = (from: number, to: number, net: number, discount: number, platformPart = 0, tax = 0): GivenSplitRecord => ({
    lineNo: lineNo(1),
    fromUnit: from,
    toUnit: to,
    net: minor(net),
    tax: minor(tax),
    discounts: discount === 0 ? [] : [{ promotionId: 'promotion-1', amount: minor(discount), platformPart: minor(platformPart) }],
    commission: minor(7),
  });
  const given = orderOf({
    lines: [{ unitPrice: 1000, quantity: 3 }, { unitPrice: 5 }],
    promotions: [{ amount: 100, platform: 5000, lines: [1] }],
  });
  const second = { ...record(1, 1, 5, 0), lineNo: lineNo(2) };
  const split = (...records: readonly GivenSplitRecord[]) => splitOrder({ ...given, splitRecords: [...records, second] });

  it('are taken as they are, though the engine would have shared otherwise', () => {
    expect(split(record(3, 3, 900, 100, 50), record(1, 2, 1000, 0))).toMatchObject({
      runs: [
        { from: 1, to: 2, list: 1000, discounts: [], cost: { net: 1000, tax: 0 }, commission: 7, platformPart: 0 },
        { from: 3, to: 3, list: 1000, cost: { net: 900, tax: 0 }, platformPart: 50 },
        { lineNo: 2, from: 1, to: 1 },
      ],
      total: { net: 2905, tax: 0 },
    });
  });

  it('are joined where neighbours cost the same', () => {
    const outcome = split(record(1, 1, 1000, 0), record(2, 2, 1000, 0), record(3, 3, 900, 100, 50));
    expect(outcome).toMatchObject({ runs: [{ from: 1, to: 2 }, { from: 3, to: 3 }, { lineNo: 2 }] });
  });

  it.each<[string, GivenSplitRecord[], object]>([
    ['leave out the last unit', [record(1, 2, 950, 50, 25)], { path: 'splitRecords', facts: { lineNo: 1, difference: -1 } }],
    ['leave out a unit between', [record(1, 1, 950, 50, 25), record(3, 3, 950, 50, 25)], { facts: { unit: 2, difference: 1 } }],
    [
      'name a unit twice',
      [record(1, 2, 950, 50, 25), record(2, 3, 1000, 0)],
      { path: 'splitRecords[1]', facts: { unit: 3, difference: -1 } },
    ],
    ['name a unit too many', [record(1, 3, 1000, 0), record(4, 4, 900, 100, 50)], { facts: { lineNo: 1, difference: 1 } }],
    ['count backwards', [record(1, 0, 1000, 0), record(1, 3, 1000, 0)], { code: 'split.unbalanced' }],
    [
      'say a unit cost a cent more',
      [record(1, 2, 1000, 0), record(3, 3, 901, 100, 50)],
      { path: 'splitRecords[1]', facts: { fromUnit: 3, difference: 1 } },
    ],
    [
      'give less discount than the promotion',
      [record(1, 2, 1000, 0), record(3, 3, 901, 99, 50)],
      { facts: { promotionId: 'promotion-1', difference: -1 } },
    ],
    [
      'give the platform too little',
      [record(1, 2, 1000, 0), record(3, 3, 900, 100, 49)],
      { facts: { promotionId: 'promotion-1', difference: -1 } },
    ],
    [
      'give the platform more than the discount',
      [record(1, 2, 1000, 0), record(3, 3, 900, 100, 101)],
      { path: 'splitRecords[1].discounts[0]' },
    ],
    ['hold a negative part', [record(1, 2, 1000, 0), record(3, 3, 910, 100, 50, -10)], { path: 'splitRecords[1]' }],
  ])('are refused where they %s', (_case, records, refusal) => {
    expect(split(...records)).toMatchObject({ code: 'split.unbalanced', ...refusal });
  });

  it('are refused where a discount is of a promotion that does not reach the line', () => {
    const discounts = [{ promotionId: 'promotion-1', amount: minor(5), platformPart: minor(0) }];
    const outcome = splitOrder({ ...given, splitRecords: [record(1, 3, 1000, 0), { ...second, net: minor(0), discounts }] });
    expect(outcome).toMatchObject({ code: 'split.unbalanced', facts: { lineNo: 2, difference: 5 } });
  });

  it('are refused where they name an unknown line', () => {
    expect(split({ ...record(1, 1, 1000, 0), lineNo: lineNo(9) })).toMatchObject({ code: 'order.lineNotFound', facts: { lineNo: 9 } });
  });

  it('must hold the tax that the line says, and may hold any where it says none', () => {
    const exclusive = orderOf({ lines: [{ unitPrice: 1000, taxRate: 100_000 }], taxMode: 'exclusive', paid: 1093 });
    const taxed = { ...exclusive, splitRecords: [record(1, 1, 1000, 0, 0, 93)] };
    expect(splitOrder(taxed)).toMatchObject({ total: { net: 1000, tax: 93 } });
    const lines = exclusive.lines.map((each) => ({ ...each, taxAmount: minor(100) }));
    expect(splitOrder({ ...taxed, lines })).toMatchObject({ code: 'split.unbalanced', facts: { lineNo: 1, difference: -7 } });
  });

  it('that add up, but not to what was paid, are refused with the difference', () => {
    const outcome = splitOrder({ ...given, tenders: [], splitRecords: [record(1, 2, 1000, 0), record(3, 3, 900, 100, 50), second] });
    expect(outcome).toMatchObject({ code: 'order.unbalanced', facts: { difference: -2905 } });
  });
});
