import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/domain/order.js';
import type { AfterSaleType } from '../../src/machines/words.js';
import { scaled } from '../scale.js';
import { anyMoves, happen, type Move, settleAll } from './world/randomMoves.js';
import { anyPaidOrder } from './world/randomOrders.js';
import { isOpen } from './world/reckoning.js';
import { type Scenario, scenario } from './world/scenario.js';
import { trailAgrees } from './world/statePromises.js';
import { type TemplateChange, templateWith } from './world/templates.js';

const fees = [
  {
    name: 'restocking',
    types: ['return' as const],
    faults: ['buyer' as const],
    charge: { kind: 'rate' as const, rate: 1000 },
    to: 'merchant' as const,
  },
  {
    name: 'pickup',
    types: ['return' as const],
    faults: ['buyer' as const],
    charge: { kind: 'fixed' as const, amounts: [{ amount: 150, currency: 'CNY' }] },
    to: 'platform' as const,
  },
];

const CHANGES: readonly TemplateChange[] = [
  {},
  { freight: { refund: 'lastUnit' } },
  { freight: { refund: 'merchantFault' }, fees, payWhen: 'receipt' },
  { freight: { refund: 'lastUnit' }, payWhen: 'carrierScan', payout: { coupons: 'whole', declined: 'wallet' } },
  { fees, payout: { coupons: 'never', tenders: { order: 'waterfall', kinds: ['points', 'card', 'wallet', 'coupon', 'balance'] } } },
  {
    repair: { fallback: 'exchange' },
    review: { by: 'operations', autoApprove: { amounts: [{ amount: 200, currency: 'CNY' }] } },
    appeal: { rulingThen: 'refund' },
  },
  { freight: { refund: 'lastUnit' }, returning: { inspection: false }, payout: { coupons: 'whole', retries: 0 } },
];

interface Story {
  readonly order: Order;
  readonly change: TemplateChange;
  readonly stage: 'notShipped' | 'inTransit' | 'delivered';
  readonly focus: AfterSaleType;
  readonly moves: readonly Move[];
}

const anyStory: fc.Arbitrary<Story> = fc.record({
  order: anyPaidOrder,
  change: fc.constantFrom(...CHANGES),
  stage: fc.constantFrom('notShipped' as const, 'inTransit' as const, 'delivered' as const, 'delivered' as const),
  focus: fc.constantFrom('refund' as const, 'return' as const, 'exchange' as const, 'repair' as const),
  moves: anyMoves(20, 80),
});

function tell({ order, change, stage, focus, moves }: Story): Scenario {
  const s = scenario(order, { templates: [templateWith(change)], stage, trailEvery: 10 });
  for (const move of moves) happen(s, move, focus);
  return s;
}

describe('every promise after each step of random stories', () => {
  it('holds, and when everything has been answered nothing is left open or reserved', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        const s = tell(story);
        settleAll(s);
        expect(trailAgrees(s.history)).toEqual([]);
        expect([...s.history.afterSales.values()].filter(isOpen)).toEqual([]);
        for (const cap of s.history.caps.values()) expect(cap.reserved, cap.key).toEqual({ net: 0, tax: 0, units: 0 });
      }),
      { numRuns: scaled(200) },
    );
  });
});
