import type { ChartSetup } from '../setup.js';
import type { AfterSaleType } from '../words.js';
import { openCommands } from './open.js';

const sendBackClosed = { target: '#afterSale.sendingBack', actions: { type: 'setEndAs', params: { endAs: 'closed' } } } as const;
const fallback = { target: '#afterSale.fallback' } as const;

/** The buyer pays the difference first, where there is one. */
const payment = {
  choosing: {
    always: [{ guard: 'dueFromBuyer', target: 'awaitingPayment' }, { target: 'preparing' }],
  },
  awaitingPayment: {
    on: {
      paid: { target: 'preparing', actions: 'takePayment' },
      outOfStock: fallback,
      // Whoever paid for a new piece that never came has it back with the old one's money: sent back, that would be forgotten.
      refuse: [{ guard: 'paidBefore', ...fallback }, { guard: 'goodsHeld', ...sendBackClosed }, fallback],
    },
    after: { exchangePayment: fallback },
  },
} as const;

const differenceToBuyer = {
  guard: 'dueToBuyer',
  target: '#afterSale.refunding',
  actions: ['setNextByRest', 'setReplaced', { type: 'grant', params: { kind: 'difference' } }],
} as const;

/** A replacement for goods that passed. What was to be repaired is exchanged for the same: there is no difference. */
export function exchanging(chart: ChartSetup, type: AfterSaleType) {
  const priced = type === 'exchange';
  return chart.createStateConfig({
    on: { ...openCommands(chart, type, ['merchant', 'lost']) },
    initial: priced ? 'choosing' : 'preparing',
    states: {
      ...(priced ? payment : {}),
      preparing: {
        on: { ship: { target: 'shipped' }, outOfStock: fallback },
        after: { exchangePrepare: fallback },
      },
      shipped: {
        on: {
          delivered: [
            ...(priced ? [differenceToBuyer] : []),
            { guard: 'rest', target: '#afterSale.sendingBack' },
            { target: '#afterSale.done', actions: 'setReplaced' },
          ],
          lost: fallback,
        },
        after: { exchangeTransit: fallback },
      },
    },
  });
}

/** Goods that passed are mended and come back to the buyer. */
export function repairing(chart: ChartSetup, type: AfterSaleType) {
  return chart.createStateConfig({
    on: { ...openCommands(chart, type, ['merchant']) },
    initial: 'diagnosing',
    states: {
      diagnosing: {
        on: {
          'diagnose.free': { target: 'working' },
          'diagnose.priced': { target: 'awaitingConsent' },
          unrepairable: fallback,
        },
        after: { diagnosis: fallback },
      },
      awaitingConsent: {
        on: { consent: { target: 'working' }, refuse: sendBackClosed },
        after: { consent: sendBackClosed },
      },
      working: {
        on: { repaired: { target: 'shippingBack' }, unrepairable: fallback },
        after: { repairWork: fallback },
      },
      shippingBack: {
        on: {
          ship: { actions: 'record' },
          delivered: [
            { guard: 'rest', target: '#afterSale.sendingBack' },
            { target: '#afterSale.done', actions: { type: 'setGoods', params: { goods: 'back' } } },
          ],
          lost: { target: '#afterSale.fallback', actions: 'setLost' },
        },
        after: { repairTransit: fallback },
      },
    },
  });
}
