import type { ChartSetup } from '../setup.js';
import type { AfterSaleType } from '../words.js';
import { openCommands } from './open.js';

/** Money goes to the buyer: tried, tried again, and at last by a person. */
export function refunding(chart: ChartSetup, type: AfterSaleType) {
  return chart.createStateConfig({
    entry: 'beginPayment',
    exit: 'endPayment',
    on: {
      ...openCommands(chart, type, ['none', 'buyer', 'early', 'merchant', 'lost']),
      // Declined payouts wait for their turn or for a person: the end of a hold sends none of them.
      release: { guard: 'held', actions: ['setReleased', 'stopHoldTimer'] },
      holdExpired: { guard: 'held', actions: ['setReleased'] },
      'payout.done': [
        { guard: 'nextInTransit', target: '#afterSale.returning.inTransit' },
        { guard: 'nextInspecting', target: '#afterSale.returning.arrived' },
        { guard: 'nextSendBack', target: '#afterSale.sendingBack' },
        { target: '#afterSale.done' },
      ],
      // Goods paid for at the carrier's scan may arrive, or get lost, while the money is still on its way.
      received: {
        guard: 'nextInTransit',
        actions: [
          { type: 'setGoods', params: { goods: 'merchant' } },
          { type: 'setNext', params: { next: 'inspecting' } },
        ],
      },
      lost: {
        guard: 'nextInTransit',
        actions: [{ type: 'setGoods', params: { goods: 'lost' } }, { type: 'setNext', params: { next: 'end' } }, 'bearLoss', 'settleEarly'],
      },
      'payout.paid': { actions: 'countPayouts' },
      'payout.unknown': { actions: 'countPayouts' },
      'payout.declined': { actions: 'countPayouts' },
      'payout.stuck': { actions: 'countPayouts' },
    },
    initial: 'paying',
    states: {
      paying: {
        entry: ['pay', 'setBegun'],
        on: {
          release: { guard: 'held', actions: ['setReleased', 'stopHoldTimer', 'pay', 'setBegun'] },
          holdExpired: { guard: 'held', actions: ['setReleased', 'pay', 'setBegun'] },
          'payout.declined': [
            { guard: 'retriesLeft', target: 'retrying', actions: ['countPayouts', 'countDecline'] },
            { guard: 'walletNext', target: 'paying', reenter: true, actions: ['countPayouts', 'countDecline', 'toWallet'] },
            { target: 'manual', actions: 'countPayouts' },
          ],
          'payout.stuck': { target: 'manual', actions: 'countPayouts' },
        },
      },
      retrying: {
        on: { 'payout.stuck': { target: 'manual', actions: 'countPayouts' } },
        after: { backoff: { target: 'paying' } },
      },
      manual: {
        entry: { type: 'alarm', params: { alarm: 'payout.manual' } },
        on: {
          // What came due on hold (freight, a whole coupon, a late payment) waits for no person.
          release: { guard: 'held', actions: ['setReleased', 'stopHoldTimer', 'sendWaiting', 'setBegun'] },
          holdExpired: { guard: 'held', actions: ['setReleased', 'sendWaiting', 'setBegun'] },
          retry: { target: 'paying' },
          anotherWay: { guard: 'someDeclined', target: 'paying', actions: 'record' },
          paidByHand: { guard: 'someDeclined', actions: 'payByHand' },
        },
        after: { manualAlarm: { target: 'manual', reenter: true } },
      },
    },
  });
}
