import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/domain/refusals.js';
import { splitOrder } from '../../src/domain/split.js';
import { priced, shares } from '../../src/load/orders/cost.js';
import { drawOrder, ORDINARY } from '../../src/load/orders/draw.js';
import { type Basket, bodyOf, type SoldLine } from '../../src/load/orders/sold.js';
import { parseOrder } from '../../src/server/wire/toOrder.js';
import { scaled } from '../scale.js';

const line = (lineNo: number, unitPrice: number, quantity: number, more: Partial<SoldLine> = {}): SoldLine => ({
  ...{
    lineNo,
    sku: `s-${lineNo}`,
    category: 'home',
    promotionType: 'none',
    unitPrice,
    quantity,
    taxRate: 0,
    commissionRate: 0,
    unitCost: 0,
  },
  ...more,
});
const basket = (
  lines: readonly SoldLine[],
  off: readonly [amount: number, lines: readonly number[]][],
  more: Partial<Basket> = {},
): Basket => ({
  ...{ currency: 'CNY', taxMode: 'inclusive', lines, freight: { charged: 0, discounted: 0, tax: 0 } },
  promotions: off.map(([amount, scope], index) => ({ id: `off-${index}`, lines: scope, amount, platformPart: 0 })),
  ...more,
});

/** The first three of EXAMPLES, and what no weight does. */
const EXAMPLES = [
  {
    case: 'a promotion over two lines',
    of: basket([line(1, 4_300, 1), line(2, 1_400, 3)], [[299, [1, 2]]]),
    net: [[4_149], [1_350, 1_351, 1_351]],
    tax: [[0], [0, 0, 0]],
  },
  { case: 'equal units and odd cents', of: basket([line(1, 3_500, 3)], [[2_000, [1]]]), net: [[2_833, 2_833, 2_834]], tax: [[0, 0, 0]] },
  {
    case: 'tax on top of the price',
    of: basket([line(1, 1_999, 3, { taxRate: 82_500 })], [[500, [1]]], { taxMode: 'exclusive' }),
    net: [[1_832, 1_832, 1_833]],
    tax: [[151, 151, 152]],
  },
  {
    case: 'tax in the price',
    of: basket([line(1, 9_900, 2, { taxRate: 130_000 })], [[1_100, [1]]]),
    net: [[8_274, 8_275]],
    tax: [[1_076, 1_075]],
  },
  {
    case: 'tax that was charged for what cost nothing',
    of: basket([line(1, 0, 3, { taxAmount: 4 })], [], { taxMode: 'exclusive' }),
    net: [[0, 0, 0]],
    tax: [[2, 1, 1]],
  },
];

describe('the arithmetic of a load', () => {
  it.each(EXAMPLES)('gives $case as it is fixed by example', ({ of, net, tax }) => {
    const { units } = priced(of);
    expect(units.map((costs) => costs.map((cost) => cost.net))).toEqual(net);
    expect(units.map((costs) => costs.map((cost) => cost.tax))).toEqual(tax);
  });

  it.each([
    { amount: 10n, weights: [1n, 1n, 1n], gives: [4n, 3n, 3n] },
    { amount: 10n, weights: [0n, 2n, 1n], gives: [0n, 7n, 3n] },
    { amount: 5n, weights: [0n, 0n], gives: [3n, 2n] },
    { amount: 0n, weights: [3n, 4n], gives: [0n, 0n] },
  ])('shares $amount by $weights', ({ amount, weights, gives }) => {
    expect(shares(amount, weights)).toEqual(gives);
  });

  it('and that of the service know nothing of each other, and agree on every unit of many orders', () => {
    for (let seed = 1; seed <= scaled(400); seed += 1) {
      const sold = drawOrder(seed, 0, { shopId: 'shop-1', orderNo: `A-${seed}`, platform: 'load', buyerUid: 'ann' }, ORDINARY);
      const order = parseOrder({ shopId: sold.shopId, orderNo: sold.orderNo, ...bodyOf(sold, Date.UTC(2026, 2, 1)) });
      if (isRefusal(order)) throw new Error(`order ${seed} is refused: ${order.detail}`);
      const records = splitOrder(order);
      if (isRefusal(records)) throw new Error(`order ${seed} does not split: ${records.detail}`);
      const units = sold.lines.map(({ lineNo }) =>
        records.runs
          .filter((run) => run.lineNo === lineNo)
          .flatMap(({ from, to, cost }) => Array.from({ length: to - from + 1 }, () => ({ net: cost.net, tax: cost.tax }))),
      );
      expect({ seed, units }).toEqual({ seed, units: sold.cost.units });
      expect(records.freight).toEqual(sold.cost.freight);
    }
  });
});
