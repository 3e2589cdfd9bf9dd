import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order, SplitRecords } from '../../src/domain/order.js';
import { splitOrder } from '../../src/domain/split.js';
import { scaled } from '../scale.js';
import { splitUnitByUnit } from './naiveSplit.js';
import { anyOrder, orderOf, splitOf, unitsOf } from './orders.js';

const runs = { numRuns: scaled(1000) };
const total = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);
const paidFor = (units: ReturnType<typeof unitsOf>): number => total(units.map(({ cost }) => cost.net + cost.tax));

/** `value * part / whole`, half up, in bigint alone. */
const halfUp = (value: number, part: number, whole: number): number =>
  Number((2n * BigInt(value) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)));

function expectLinesToAddUp(order: Order, records: SplitRecords): void {
  for (const line of order.lines) {
    const units = unitsOf(records, line.lineNo);
    expect(units.map(({ unit }) => unit)).toEqual(Array.from({ length: line.quantity }, (_, i) => i + 1));
    const before = line.unitPrice * line.quantity - total(units.flatMap(({ discounts }) => discounts.map(({ amount }) => amount)));
    const tax = total(units.map(({ cost }) => cost.tax));
    const whole = order.taxMode === 'inclusive' ? 1_000_000 + line.taxRate : 1_000_000;
    expect(tax).toBe(line.taxAmount ?? halfUp(before, line.taxRate, whole));
    expect(paidFor(units)).toBe(order.taxMode === 'inclusive' ? before : before + tax);
    expect(total(units.map(({ commission }) => commission))).toBe(halfUp(paidFor(units), line.commissionRate, 1_000_000));
  }
}

function expectPromotionsToAddUp(order: Order, records: SplitRecords): void {
  for (const promotion of order.promotions) {
    const shares = unitsOf(records).flatMap(({ discounts }) => discounts.filter(({ promotionId }) => promotionId === promotion.id));
    expect(total(shares.map(({ amount }) => amount))).toBe(promotion.amount);
    expect(total(shares.map(({ platformPart }) => platformPart))).toBe(halfUp(promotion.amount, promotion.bearers.platform, 10_000));
  }
}

describe('the split records of any order', () => {
  it('add up to each line, promotion, tax, commission and platform part, and to what was paid', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const records = splitOf(order);
        expectLinesToAddUp(order, records);
        expectPromotionsToAddUp(order, records);
        const freight = records.freight.net + records.freight.tax;
        expect(paidFor(unitsOf(records)) + freight).toBe(total(order.tenders.map(({ amount }) => amount)));
      }),
      runs,
    );
  });

  it('make no unit negative and no platform part larger than its discount', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        for (const { cost, commission, discounts } of splitOf(order).runs) {
          expect(Math.min(cost.net, cost.tax, commission)).toBeGreaterThanOrEqual(0);
          for (const { amount, platformPart } of discounts) {
            expect(amount).toBeGreaterThan(0);
            expect(platformPart).toBeGreaterThanOrEqual(0);
            expect(platformPart).toBeLessThanOrEqual(amount);
          }
        }
      }),
      runs,
    );
  });

  it('are the same as when every unit is taken by itself', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const units = unitsOf(splitOf(order)).map(({ from: _from, to: _to, ...unit }) => unit);
        expect(units).toEqual(splitUnitByUnit(order));
      }),
      runs,
    );
  });

  it('hold no two neighbouring runs that could be one', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const all = splitOf(order).runs.map(({ from: _from, to: _to, ...run }) => JSON.stringify(run));
        for (const [index, run] of all.entries()) expect(run).not.toBe(all[index + 1]);
      }),
      runs,
    );
  });
});

it.each([10_000, 1_000_000])('a line of %i pieces under three promotions stays a handful of runs', (quantity) => {
  const lines = [
    { unitPrice: 1999, quantity, taxRate: 82_500, commissionRate: 31_000 },
    { unitPrice: 777, quantity: 7 },
  ];
  const promotions = [
    { amount: 123_457, platform: 3333 },
    { amount: 98_765, lines: [1], platform: 5000 },
    { amount: 7_777, lines: [1, 2] },
  ];
  const order = orderOf({ lines, promotions, taxMode: 'exclusive' });
  const records = splitOf(order);
  expectPromotionTotals(order, records);
  expect(records.runs.length).toBeLessThanOrEqual(20);
});

function expectPromotionTotals(order: Order, { runs: all }: SplitRecords): void {
  for (const { id, amount } of order.promotions) {
    const shared = all.flatMap(({ discounts, from, to }) =>
      discounts.filter(({ promotionId }) => promotionId === id).map((discount) => discount.amount * (to - from + 1)),
    );
    expect(total(shared)).toBe(amount);
  }
}

it('is exact where products pass 2^53', () => {
  const price = 4_000_000_000_000_001;
  const order = orderOf({
    lines: [
      { unitPrice: price, taxRate: 130_000, commissionRate: 50_000 },
      { unitPrice: price - 2, taxRate: 130_000 },
    ],
    promotions: [{ amount: 3_000_000_000_000_001, platform: 3333 }],
  });
  const records = splitOf(order);
  expectLinesToAddUp(order, records);
  expectPromotionsToAddUp(order, records);
});

it('the same order gives the same records', () => {
  fc.assert(
    fc.property(anyOrder, (order) => {
      expect(splitOrder(structuredClone(order))).toEqual(splitOrder(order));
    }),
    { numRuns: scaled(100) },
  );
});
