import fc from 'fast-check';
import type { Order } from '../../../src/domain/order.js';
import type { AfterSaleType } from '../../../src/machines/words.js';
import { anyGivenOrderPaid } from './givenSplits.js';
import { happen } from './happen.js';
import { anyAppeals, anyMoves, type Move } from './moves.js';
import { anyPaidOrder } from './randomOrders.js';
import { type Scenario, scenario } from './scenario.js';
import { type TemplateChange, templateWith } from './templates.js';

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

/** A story that begins with an order under a template, about one type of after-sale above all. */
export interface Story {
  readonly order: Order;
  readonly change: TemplateChange;
  /** the second version of the template, and after how many moves it is published */
  readonly next: TemplateChange;
  readonly nextAfter: number;
  readonly stage: 'notShipped' | 'inTransit' | 'delivered';
  readonly focus: AfterSaleType;
  readonly moves: readonly Move[];
}

/** Stories under any of these templates. */
export const anyStoryUnder = (changes: readonly TemplateChange[]): fc.Arbitrary<Story> =>
  fc.record({
    order: fc.oneof({ weight: 3, arbitrary: anyPaidOrder }, { weight: 1, arbitrary: anyGivenOrderPaid }),
    change: fc.constantFrom(...changes),
    next: fc.constantFrom(...changes),
    nextAfter: fc.integer({ min: 0, max: 60 }),
    stage: fc.constantFrom('notShipped' as const, 'inTransit' as const, 'delivered' as const, 'delivered' as const),
    focus: fc.constantFrom('refund' as const, 'return' as const, 'exchange' as const, 'repair' as const),
    moves: fc.oneof(anyMoves(20, 80), anyAppeals(20, 80)),
  });

/** Stories of every kind. */
export const anyStory = anyStoryUnder(CHANGES);

/** The book with which a story begins. */
export const begun = ({ order, change, stage }: Story): Scenario =>
  scenario(order, { templates: [templateWith(change)], stage, trailEvery: 10 });

/** Lets the next thing of a story happen. */
export function goOn(s: Scenario, story: Story, index: number): void {
  if (index === story.nextAfter) s.publish(templateWith({ ...story.next, version: 2 }));
  const move = story.moves[index];
  if (move !== undefined) happen(s, move, story.focus);
}
