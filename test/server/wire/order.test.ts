import { describe, expect, it } from 'vitest';
import { orderNo, shopId } from '../../../src/domain/ids.js';
import { isRefusal } from '../../../src/domain/refusals.js';
import { parseOrder } from '../../../src/server/wire/toOrder.js';

const amount = (value: number, currency = 'CNY') => ({ amount: value, currency });

const line = {
  lineNo: 2,
  sku: 'milk',
  productId: 'P-milk',
  name: 'Milk 🥛 1 l',
  category: 'dairy',
  promotionType: '1205',
  unitPrice: amount(600),
  quantity: 2,
  taxRate: '0.0825',
  taxAmount: amount(90),
  commissionRate: '0.05',
  unitCost: amount(400),
  shippedAt: '2026-02-25T16:40:00+08:00',
  deliveredAt: '2026-02-27T10:05:00+08:00',
};
const order = {
  shopId: 'shop-1',
  orderNo: 'O-1',
  platform: 'demo',
  buyerUid: 'buyer-1',
  currency: 'CNY',
  placedAt: '2026-02-24T09:12:00+08:00',
  paidAt: '2026-02-24T01:13:30Z',
  flags: ['virtual', 'trial'],
  lines: [line, { ...line, lineNo: 1, weightGrams: 500 }],
  promotions: [{ id: 'p', type: 'order', lines: [2, 1], amount: amount(100), bearers: { merchant: 6000, platform: 4000 } }],
  freight: { charged: amount(300), discounted: amount(100), tax: amount(0) },
  taxMode: 'inclusive',
  tenders: [
    { id: 'card', kind: 'card', amount: amount(2000) },
    { id: 'points', kind: 'points', amount: amount(500), points: 50 },
  ],
};

/** The order with one field replaced; `lines.0.quantity` names a field within. */
function changed(path: string, value: unknown): unknown {
  // Not structuredClone: it keeps two lines sharing the amounts that they share here.
  const copy: unknown = JSON.parse(JSON.stringify(order));
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const holder = steps.reduce<unknown>((at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined), copy);
  if (typeof holder !== 'object' || holder === null) throw new Error(`there is no ${path}`);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, value);
  return copy;
}

it('becomes an order of the domain: minor units, parts per million, times in UTC, lines by number', () => {
  expect(parseOrder(order)).toEqual({
    shopId: 'shop-1',
    orderNo: 'O-1',
    platform: 'demo',
    buyerUid: 'buyer-1',
    currency: { code: 'CNY', exponent: 2 },
    placedAt: Date.UTC(2026, 1, 24, 1, 12),
    paidAt: Date.UTC(2026, 1, 24, 1, 13, 30),
    flags: ['trial', 'virtual'],
    lines: [1, 2].map((lineNo) => ({
      lineNo,
      sku: 'milk',
      productId: 'P-milk',
      name: 'Milk 🥛 1 l',
      category: 'dairy',
      promotionType: '1205',
      unitPrice: 600,
      quantity: 2,
      ...(lineNo === 1 ? { weightGrams: 500 } : {}),
      taxRate: 82_500,
      taxAmount: 90,
      commissionRate: 50_000,
      unitCost: 400,
      shippedAt: Date.UTC(2026, 1, 25, 8, 40),
      deliveredAt: Date.UTC(2026, 1, 27, 2, 5),
    })),
    promotions: [{ id: 'p', type: 'order', lines: [1, 2], amount: 100, bearers: { merchant: 6000, platform: 4000 } }],
    freight: { charged: 300, discounted: 100, tax: 0 },
    taxMode: 'inclusive',
    tenders: [
      { id: 'card', kind: 'card', amount: 2000 },
      { id: 'points', kind: 'points', amount: 500, points: 50 },
    ],
  });
});

it.each(['flags', 'promotions', 'freight'])('may leave out %s', (field) => {
  expect(isRefusal(parseOrder(changed(field, undefined)))).toBe(false);
});

it.each<[string, unknown, object]>([
  ['unknown', 1, { path: 'unknown' }],
  ['lines.0.unknown', 1, { path: 'lines[0].unknown' }],
  ['lines', [], { path: 'lines' }],
  ['lines', Array.from({ length: 501 }, (_, i) => ({ ...line, lineNo: i + 1 })), { path: 'lines' }],
  ['lines.0.quantity', 0, { path: 'lines[0].quantity' }],
  ['lines.0.quantity', 1.5, { path: 'lines[0].quantity' }],
  ['lines.0.quantity', 1_000_001, { path: 'lines[0].quantity' }],
  ['lines.0.quantity', '2', { path: 'lines[0].quantity' }],
  ['lines.0.lineNo', 1, { path: 'lines' }],
  ['lines.0.unitPrice.amount', -1, { path: 'lines[0].unitPrice.amount' }],
  ['lines.0.unitPrice.amount', 0.5, { path: 'lines[0].unitPrice.amount' }],
  ['lines.0.unitPrice.amount', 2 ** 53, { path: 'lines[0].unitPrice.amount' }],
  ['lines.0.unitPrice.amount', 2 ** 53 - 1, {}],
  ['lines.0.sku', 'mi\u0000lk', { path: 'lines[0].sku' }],
  ['lines.0.sku', 'mi\ud800lk', { path: 'lines[0].sku' }],
  ['lines.0.sku', '', { path: 'lines[0].sku' }],
  ['lines.0.taxRate', 0.0825, { path: 'lines[0].taxRate' }],
  ['lines.0.taxRate', '0.0825001', { path: 'lines[0].taxRate' }],
  ['lines.0.taxRate', '-0.1', { path: 'lines[0].taxRate' }],
  ['lines.0.taxRate', '1e-2', { path: 'lines[0].taxRate' }],
  ['lines.0.taxRate', '10.000001', { path: 'lines[0].taxRate' }],
  ['lines.0.commissionRate', '1.01', { path: 'lines[0].commissionRate' }],
  ['lines.0.deliveredAt', '2026-02-24T10:05:00+08:00', { path: 'lines[0].deliveredAt' }],
  ['lines.0.stoppedAt', '2026-02-25T10:05:00+08:00', { path: 'lines[0].stoppedAt' }],
  ['lines.0.shippedAt', '2026-02-25T10:05:00', { path: 'lines[0].shippedAt' }],
  ['lines.0.shippedAt', '2026-02-30T10:05:00Z', { path: 'lines[0].shippedAt' }],
  ['lines.0.shippedAt', 1_772_000_000_000, { path: 'lines[0].shippedAt' }],
  ['paidAt', '2026-02-24T09:11:59+08:00', { path: 'paidAt' }],
  ['shopId', 'x'.repeat(129), { path: 'shopId' }],
  ['orderNo', 'O\n1', { path: 'orderNo' }],
  ['orderNo', undefined, { path: 'orderNo' }],
  ['currency', 'cny', { path: 'currency' }],
  ['flags', ['vip'], { path: 'flags[0]' }],
  ['taxMode', 'none', { path: 'taxMode' }],
  ['promotions.0.lines', [], { path: 'promotions[0].lines' }],
  ['promotions.0.lines', [1, 1], { path: 'promotions[0].lines' }],
  ['promotions.0.bearers.platform', 4001, { path: 'promotions[0].bearers' }],
  ['promotions.0.bearers.platform', -1, { path: 'promotions[0].bearers.platform' }],
  ['tenders.0.kind', 'cash', { path: 'tenders[0].kind' }],
  ['tenders.1.id', 'card', { path: 'tenders[1].id' }],
  ['tenders.1.points', undefined, { path: 'tenders[1].points' }],
  ['tenders', Array.from({ length: 21 }, (_, i) => ({ id: `t${i}`, kind: 'card', amount: amount(1) })), { path: 'tenders' }],
])('with %s = %j it is refused', (path, value, refusal) => {
  expect(parseOrder(changed(path, value))).toMatchObject({ code: 'request.invalid', ...refusal });
});

it.each([null, undefined, 1, 'order', [], {}])('%j is no order', (json) => {
  expect(parseOrder(json)).toMatchObject({ code: 'request.invalid' });
});

it('names every field at fault', () => {
  const broken = { ...order, taxMode: 'none', platform: 5 };
  expect(parseOrder(broken)).toMatchObject({ facts: { errors: [{ path: 'platform' }, { path: 'taxMode' }] } });
});

it.each(['__proto__', 'constructor'])('refuses a field called %s', (field) => {
  const text = JSON.stringify(order).replace('"platform"', `"${field}":{"polluted":true},"platform"`);
  expect(parseOrder(JSON.parse(text))).toMatchObject({ code: 'request.invalid', path: field });
});

it.each<[string, unknown]>([
  ['lines.1.taxAmount.currency', 'lines[1].taxAmount'],
  ['promotions.0.amount.currency', 'promotions[0].amount'],
  ['freight.discounted.currency', 'freight.discounted'],
  ['tenders.1.amount.currency', 'tenders[1].amount'],
])('with %s in dollars it is refused', (path, at) => {
  expect(parseOrder(changed(path, 'USD'))).toMatchObject({
    code: 'order.currencyMixed',
    path: at,
    facts: { expected: 'CNY', given: 'USD' },
  });
});

it.each(['XXX', 'CLF', 'ZZZ'])('in %s it is refused', (currency) => {
  expect(parseOrder(changed('currency', currency))).toMatchObject({ code: 'order.currencyUnknown', path: 'currency' });
});

it('is refused where a promotion names an unknown line', () => {
  expect(parseOrder(changed('promotions.0.lines', [1, 3]))).toMatchObject({ code: 'order.lineNotFound', path: 'promotions[0].lines' });
});

describe('promotions', () => {
  const promotions = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ ...order.promotions[0], id: `p${i}`, amount: amount(1) }));
  const lines = (count: number) => Array.from({ length: count }, (_, i) => ({ ...line, lineNo: i + 1 }));

  it('may be 32 on one line, and no more', () => {
    expect(isRefusal(parseOrder(changed('promotions', promotions(32))))).toBe(false);
    expect(parseOrder(changed('promotions', promotions(33)))).toMatchObject({ code: 'request.invalid', path: 'promotions[32].lines' });
  });

  it('may reach 5000 lines in all, and no more', () => {
    const all = { ...order, lines: lines(500) };
    const reach = (count: number) => promotions(count).map((promotion) => ({ ...promotion, lines: all.lines.map(({ lineNo }) => lineNo) }));
    expect(isRefusal(parseOrder({ ...all, promotions: reach(10) }))).toBe(false);
    expect(parseOrder({ ...all, promotions: reach(11) })).toMatchObject({ code: 'request.invalid', path: 'promotions[10].lines' });
  });
});

describe('shop and number', () => {
  const { shopId: _shop, orderNo: _number, ...body } = order;
  const book = { shopId: shopId('shop-1'), orderNo: orderNo('O-1') };

  it('come from the path where the body leaves them out', () => {
    expect(parseOrder(body, book)).toEqual(parseOrder(order));
  });

  it('may be repeated in the body', () => {
    expect(parseOrder(order, book)).toEqual(parseOrder(order));
  });

  it.each(['shopId', 'orderNo'])('are refused where %s is another than in the path', (field) => {
    expect(parseOrder({ ...order, [field]: 'other' }, book)).toMatchObject({ code: 'request.invalid', path: field });
  });

  it('are demanded where there is no path', () => {
    expect(parseOrder(body)).toMatchObject({ code: 'request.invalid' });
  });
});

it('takes split records of the platform', () => {
  const record = { lineNo: 1, fromUnit: 1, toUnit: 2, net: amount(500), tax: amount(45), discounts: [], commission: amount(3) };
  const discounts = [{ promotionId: 'p', amount: amount(55), platformPart: amount(22) }];
  expect(parseOrder({ ...order, splitRecords: [{ ...record, discounts }] })).toMatchObject({
    splitRecords: [{ lineNo: 1, net: 500, tax: 45, discounts: [{ promotionId: 'p', amount: 55, platformPart: 22 }], commission: 3 }],
  });
  expect(parseOrder({ ...order, splitRecords: [{ ...record, fromUnit: 0 }] })).toMatchObject({ path: 'splitRecords[0].fromUnit' });
});
