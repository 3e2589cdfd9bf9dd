import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineNo } from '../../src/domain/ids.js';
import { gross, minor } from '../../src/domain/money.js';
import type { Order } from '../../src/domain/order.js';
import { splitOrder } from '../../src/domain/split.js';
import { orderOf, refusalOf, splitOf } from '../domain/orders.js';
import { scaled } from '../scale.js';
import { anyGivenOrder, anyGivenOrderPaid, changedBy } from './world/givenSplits.js';
import { some } from './world/orders.js';
import { anyParts, everythingIsBack, refundTheRest, takePart } from './world/partByPart.js';
import { type Scenario, scenario } from './world/scenario.js';
import { templateWith } from './world/templates.js';

/** Split records of a platform's own (promise 5): whatever they say of units, the whole goes back exactly. */

const LAST = templateWith({ freight: { refund: 'lastUnit' } });

/** What the records say of all units together. */
function said({ splitRecords = [] }: Order) {
  let [commission, platformPart] = [0, 0];
  for (const record of splitRecords) {
    const count = record.toUnit - record.fromUnit + 1;
    commission += record.commission * count;
    platformPart += record.discounts.reduce((all, discount) => all + discount.platformPart, 0) * count;
  }
  return { commission, platformPart };
}

function everythingWentTheOtherWay(s: Scenario, order: Order): void {
  everythingIsBack(s);
  const { commission, platformPart } = said(order);
  expect(s.moved('commission', 'merchant')).toBe(commission);
  expect(s.moved('merchant', 'platform')).toBe(platformPart);
  expect(s.moved('merchant', 'sales')).toBe(gross(splitOf(order).total));
}

describe('records that a platform gave', () => {
  it('are refunded in any parts and then the rest: net, tax, commission, platform’s part, freight and points', () => {
    fc.assert(
      fc.property(anyGivenOrderPaid, anyParts, (order, parts) => {
        const s = scenario(order, { templates: [LAST], trailEvery: 20 });
        for (const part of parts) takePart(s, part);
        refundTheRest(s);
        everythingWentTheOtherWay(s, order);
      }),
      { numRuns: scaled(80) },
    );
  });

  it('are refused with just the difference that they have', () => {
    fc.assert(
      fc.property(anyGivenOrder, fc.nat(99), fc.integer({ min: 1, max: 50 }), (order, record, by) => {
        for (const [what, other, difference] of changedBy(order, record, by)) {
          expect(refusalOf(splitOrder(other)), what).toMatchObject({ code: 'split.unbalanced', facts: { difference } });
        }
      }),
      { numRuns: scaled(100) },
    );
  });

  it('say the same in whatever order they stand', () => {
    fc.assert(
      fc.property(anyGivenOrder, (order) => {
        const turned = { ...order, splitRecords: [...(order.splitRecords ?? [])].reverse() };
        expect(splitOf(turned)).toEqual(splitOf(order));
      }),
      { numRuns: scaled(50) },
    );
  });

  it('of 10,000 pieces go back exactly, in eleven parts', () => {
    const each = { lineNo: lineNo(1), discounts: [], commission: minor(101) };
    const order: Order = {
      ...orderOf({ lines: [{ unitPrice: 100, quantity: 10_000, unitCost: 3 }], paid: 1_000_000 }),
      splitRecords: [
        { ...each, fromUnit: 1, toUnit: 3_333, net: minor(100), tax: minor(0) },
        { ...each, fromUnit: 3_334, toUnit: 3_334, net: minor(0), tax: minor(100) },
        { ...each, fromUnit: 3_335, toUnit: 10_000, net: minor(93), tax: minor(7), commission: minor(0) },
      ],
    };
    const s = scenario(order, { templates: [LAST], trailEvery: 50 });
    for (let part = 0; part < 10; part += 1)
      s.apply({ selection: some(1, 777), claim: part % 2 === 0 ? 'unit' : 40_001 }, 'platform').paid();
    refundTheRest(s);
    everythingWentTheOtherWay(s, order);
  });
});
