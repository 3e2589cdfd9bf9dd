import type { AfterSaleCommandType } from '../../actors/command.js';
import type { EntryPoint, Principal } from '../../actors/principal.js';
import { type ShopId, shopId } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import type { Random } from '../random.js';

/** Who has uploaded evidence. */
export const UPLOADERS: readonly string[] = [
  ...['demo', 'marketplace'].flatMap((platform) => [0, 1, 2].map((buyer) => `user/${platform}/buyer-${buyer}`)),
  ...['operator-0', 'operator-1'].map((id) => `operations/${id}`),
];

/** Who acts at an order, and who only thinks that they may. */
export function principalOf(role: EntryPoint, order: Order, random: Random): Principal {
  const stranger = random.chance(1, 60);
  switch (role) {
    case 'user':
      return { role, platform: order.platform, buyerUid: stranger ? 'somebody-else' : order.buyerUid };
    case 'merchant': {
      const shops: ShopId[] = stranger ? [shopId('another-shop')] : [order.shopId];
      return { role, id: `clerk-${random.below(2)}/${order.shopId}`, shops };
    }
    case 'operations':
      return { role, id: `operator-${random.below(2)}` };
    case 'platform':
      return { role, id: `machine-${order.platform}`, platform: stranger ? 'another-platform' : order.platform };
  }
}

type Plausible = readonly (readonly [EntryPoint, AfterSaleCommandType, number])[];

const RETURN_WAY: Plausible = [
  ['merchant', 'received', 3],
  ['platform', 'received', 2],
  ['merchant', 'lost', 1],
  ['platform', 'lost', 1],
];
const AT_REVIEW: Plausible = [['user', 'withdraw', 1]];

/** What people would do in each state, and how likely. Other commands come now and then all the same. */
export const PLAUSIBLE: { readonly [state: string]: Plausible } = {
  'reviewing.merchant': [
    ...AT_REVIEW,
    ['merchant', 'approve', 6],
    ['merchant', 'reject', 2],
    ['merchant', 'offer', 3],
    ['merchant', 'askEvidence', 1],
    ['merchant', 'escalate', 1],
  ],
  'reviewing.operations': [
    ...AT_REVIEW,
    ['operations', 'approve', 6],
    ['operations', 'reject', 2],
    ['operations', 'offer', 2],
    ['operations', 'askEvidence', 1],
  ],
  'reviewing.offered': [...AT_REVIEW, ['user', 'accept', 5], ['user', 'decline', 2]],
  'reviewing.awaitingEvidence': [...AT_REVIEW, ['user', 'provide', 5], ['merchant', 'provide', 1]],
  'returning.awaitingHandover': [
    ...RETURN_WAY,
    ['user', 'handOver', 6],
    ['user', 'reschedule', 2],
    ['user', 'withdraw', 1],
    ['platform', 'handOver', 2],
  ],
  'returning.pickupScheduled': [
    ...RETURN_WAY,
    ['user', 'handOver', 3],
    ['user', 'reschedule', 2],
    ['user', 'withdraw', 1],
    ['operations', 'reschedule', 1],
  ],
  'returning.inTransit': [
    ...RETURN_WAY,
    ...RETURN_WAY,
    ['platform', 'handOver', 2],
    ['operations', 'received', 1],
    ['operations', 'override', 3],
  ],
  'returning.inspecting': [
    ['merchant', 'inspect', 8],
    ['operations', 'inspect', 1],
    ['operations', 'override', 2],
  ],
  'refunding.paying': [
    ['operations', 'override', 3],
    ['operations', 'hold', 1],
    ['operations', 'release', 1],
    ['merchant', 'received', 1],
    ['platform', 'lost', 1],
  ],
  'refunding.retrying': [
    ['operations', 'hold', 1],
    ['operations', 'release', 1],
    ['platform', 'received', 1],
    ['merchant', 'lost', 1],
  ],
  'refunding.manual': [
    ['operations', 'retry', 3],
    ['operations', 'anotherWay', 2],
    ['operations', 'paidByHand', 2],
    ['operations', 'hold', 1],
    ['operations', 'release', 1],
  ],
  'exchanging.awaitingPayment': [
    ['platform', 'paid', 6],
    ['user', 'refuse', 2],
    ['merchant', 'outOfStock', 1],
  ],
  'exchanging.preparing': [
    ['merchant', 'ship', 6],
    ['merchant', 'outOfStock', 1],
    ['operations', 'override', 2],
    ['platform', 'ship', 1],
    ['platform', 'paid', 1],
  ],
  'exchanging.shipped': [
    ['platform', 'delivered', 5],
    ['merchant', 'delivered', 1],
    ['platform', 'lost', 1],
    ['platform', 'paid', 1],
  ],
  'repairing.diagnosing': [
    ['merchant', 'diagnose', 6],
    ['merchant', 'unrepairable', 1],
  ],
  'repairing.awaitingConsent': [
    ['user', 'consent', 4],
    ['user', 'refuse', 2],
  ],
  'repairing.working': [
    ['merchant', 'repaired', 5],
    ['merchant', 'unrepairable', 1],
  ],
  'repairing.shippingBack': [
    ['merchant', 'ship', 2],
    ['platform', 'delivered', 4],
    ['platform', 'lost', 1],
  ],
  'sendingBack.preparing': [
    ['merchant', 'ship', 5],
    ['operations', 'override', 1],
    ['operations', 'hold', 1],
  ],
  'sendingBack.shipped': [
    ['platform', 'delivered', 4],
    ['platform', 'lost', 1],
    ['merchant', 'lost', 1],
  ],
  rejected: [['user', 'appeal', 3]],
  completed: [
    ['user', 'appeal', 2],
    ['merchant', 'appeal', 1],
    ['platform', 'paid', 1],
  ],
  'arbitrating.evidence': [
    ['operations', 'rule', 4],
    ['user', 'provide', 1],
    ['merchant', 'provide', 1],
    ['user', 'withdraw', 1],
  ],
  'arbitrating.ruling': [
    ['operations', 'rule', 6],
    ['user', 'withdraw', 1],
  ],
};

/** What may come in every open state. */
export const ANYTIME: Plausible = [
  ['user', 'note', 2],
  ['merchant', 'note', 1],
  ['operations', 'note', 1],
  ['operations', 'extend', 2],
  ['operations', 'hold', 3],
  ['operations', 'release', 3],
  ['operations', 'override', 4],
  ['operations', 'repayFreight', 2],
];
