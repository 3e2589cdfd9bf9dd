import type { ChartContext, ChartEvent, ChartEventType } from '../../../src/machines/context.js';
import type { AfterSaleType } from '../../../src/machines/words.js';

type Differences = readonly ChartContext['difference'][];

/** Two payouts of one decision, in the mixtures that their answers come in. */
const NOTHING = { declined: 0, unknown: 0, begun: 0 };
const ONE_DECLINED = { declined: 1, unknown: 0, begun: 0 };
const DECLINED_AND_BEGUN = { declined: 1, unknown: 0, begun: 1 };
const DECLINED_AND_UNKNOWN = { declined: 1, unknown: 1, begun: 1 };
const ONE_UNKNOWN = { declined: 0, unknown: 1, begun: 1 };
const ONE_BEGUN = { declined: 0, unknown: 0, begun: 1 };

/** Every event of the charts with every payload that matters. Total: a new event does not compile until it is here. */
export function eventsOf(type: AfterSaleType): Readonly<Record<ChartEventType, readonly ChartEvent[]>> {
  const differences: Differences = type === 'exchange' ? ['none', 'fromBuyer', 'toBuyer'] : [];
  return {
    approve: [{ type: 'approve' }, ...differences.map((difference) => ({ type: 'approve' as const, difference }))],
    accept: [{ type: 'accept' }, ...differences.map((difference) => ({ type: 'accept' as const, difference }))],
    reject: [{ type: 'reject' }],
    escalate: [{ type: 'escalate' }],
    askEvidence: [{ type: 'askEvidence' }],
    decline: [{ type: 'decline' }],
    provide: [{ type: 'provide' }],
    withdraw: [{ type: 'withdraw' }],
    'offer.money': [{ type: 'offer.money' }],
    'offer.price': [{ type: 'offer.price' }],
    stopped: [{ type: 'stopped' }],
    shipped: [{ type: 'shipped' }],
    handOver: [{ type: 'handOver' }],
    scanned: [{ type: 'scanned' }],
    reschedule: [{ type: 'reschedule' }],
    received: [{ type: 'received' }],
    lost: [{ type: 'lost' }],
    'inspect.all': [{ type: 'inspect.all' }, ...differences.map((difference) => ({ type: 'inspect.all' as const, difference }))],
    'inspect.part': [{ type: 'inspect.part' }, ...differences.map((difference) => ({ type: 'inspect.part' as const, difference }))],
    'inspect.none': [{ type: 'inspect.none' }],
    'payout.done': [{ type: 'payout.done', ...NOTHING }],
    'payout.paid': [ONE_BEGUN, ONE_DECLINED].map((counts) => ({ type: 'payout.paid', ...counts })),
    'payout.declined': [ONE_DECLINED, DECLINED_AND_BEGUN, DECLINED_AND_UNKNOWN].map((counts) => ({ type: 'payout.declined', ...counts })),
    'payout.unknown': [ONE_UNKNOWN, DECLINED_AND_UNKNOWN].map((counts) => ({ type: 'payout.unknown', ...counts })),
    'payout.stuck': [ONE_UNKNOWN, DECLINED_AND_UNKNOWN].map((counts) => ({ type: 'payout.stuck', ...counts })),
    retry: [{ type: 'retry' }],
    anotherWay: [{ type: 'anotherWay' }],
    paidByHand: [{ type: 'paidByHand' }],
    ship: [{ type: 'ship' }],
    paid: [{ type: 'paid' }],
    refuse: [{ type: 'refuse' }, ...(type === 'exchange' ? [{ type: 'refuse' as const, paid: true }] : [])],
    outOfStock: [{ type: 'outOfStock' }],
    delivered: [{ type: 'delivered' }],
    'diagnose.free': [{ type: 'diagnose.free' }],
    'diagnose.priced': [{ type: 'diagnose.priced' }],
    consent: [{ type: 'consent' }],
    repaired: [{ type: 'repaired' }],
    unrepairable: [{ type: 'unrepairable' }],
    appeal: (['user', 'merchant'] as const).flatMap((by) => [true, false].map((reserves) => ({ type: 'appeal' as const, by, reserves }))),
    'rule.upheld': [{ type: 'rule.upheld' }],
    'rule.refund': [{ type: 'rule.refund' }],
    'rule.return': [{ type: 'rule.return' }],
    'rule.exchange': [{ type: 'rule.exchange' }],
    'rule.repair': [{ type: 'rule.repair' }],
    'rule.bearer': [{ type: 'rule.bearer' }],
    'override.upheld': [{ type: 'override.upheld' }],
    'override.refund': [{ type: 'override.refund' }],
    'override.return': [{ type: 'override.return' }],
    'override.exchange': [{ type: 'override.exchange' }],
    'override.repair': [{ type: 'override.repair' }],
    'override.bearer': [{ type: 'override.bearer' }],
    note: [{ type: 'note' }],
    extend: [{ type: 'extend' }],
    hold: [{ type: 'hold' }],
    release: [{ type: 'release' }],
    holdExpired: [],
    repayFreight: [{ type: 'repayFreight' }],
    superseded: [{ type: 'superseded' }],
  };
}
