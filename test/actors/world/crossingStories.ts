import fc from 'fast-check';
import type { Order } from '../../../src/domain/order.js';
import type { Template } from '../../../src/machines/template.js';
import { orderOf } from '../../domain/orders.js';
import { anyMoves, CROSSING, type Move } from './moves.js';
import { paidWith } from './orders.js';
import { templateWith } from './templates.js';

/** Stories of a few units, in which appeals, verdicts, holds, answers and money moved elsewhere meet again and again. */

export interface Crossing {
  readonly order: Order;
  readonly template: Template;
  readonly stage: 'notShipped' | 'inTransit' | 'delivered';
  readonly moves: readonly Move[];
}

const ORDER = orderOf({
  lines: [
    { unitPrice: 800, unitCost: 300, commissionRate: 50_000, taxRate: 130_000 },
    { unitPrice: 333, unitCost: 100, commissionRate: 33_000, quantity: 2 },
  ],
  promotions: [{ amount: 101, platform: 4000 }],
  freight: { charged: 97 },
});
const PAID = ORDER.tenders.reduce((all, { amount }) => all + amount, 0);
const ORDERS = [ORDER, paidWith(ORDER, ['card', PAID - 500], ['coupon', 301], ['points', 199, 40])];

const fees = (to: 'merchant' | 'platform'): Template['fees'] => [
  { name: 'restocking', types: ['return', 'refund'], faults: ['buyer'], charge: { kind: 'rate', rate: 1000 }, to },
];

const TENDERS: readonly Template['payout']['tenders'][] = [{ order: 'share' }, { order: 'waterfall', kinds: ['points', 'card'] }];

const oneOf = fc.constantFrom;

/** Every way in which money that goes back depends on the template. */
const anyTemplate: fc.Arbitrary<Template> = fc
  .record({
    payWhen: oneOf('inspection' as const, 'receipt' as const, 'carrierScan' as const),
    fees: oneOf([], fees('merchant'), fees('platform')),
    freight: fc.record({ refund: oneOf('never' as const, 'merchantFault' as const, 'lastUnit' as const) }),
    payout: fc.record({
      retries: oneOf(0, 0, 1),
      coupons: oneOf('whole' as const, 'parts' as const, 'never' as const),
      declined: oneOf('person' as const, 'wallet' as const),
      tenders: oneOf(...TENDERS),
    }),
    appeal: fc.record({ rulingThen: oneOf('uphold' as const, 'refund' as const) }),
    repair: fc.record({ fallback: oneOf('refund' as const, 'exchange' as const) }),
  })
  .map((change) => templateWith(change));

/** Stories of every kind. */
export const anyCrossing: fc.Arbitrary<Crossing> = fc.record({
  order: oneOf(...ORDERS),
  template: anyTemplate,
  stage: oneOf('notShipped' as const, 'inTransit' as const, 'delivered' as const, 'delivered' as const),
  moves: anyMoves(20, 60, CROSSING),
});
