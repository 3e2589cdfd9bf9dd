import type { ChartSetup } from '../setup.js';
import type { AfterSaleType } from '../words.js';
import { openCommands } from './open.js';

const goods = (where: 'underway' | 'merchant' | 'lost') => ({ type: 'setGoods', params: { goods: where } }) as const;
const early = (next: 'inTransit' | 'inspecting' | 'end') => ({ type: 'setEarly', params: { next } }) as const;
const approval = { type: 'grant', params: { kind: 'approval' } } as const;

/** Goods come back: handed over or collected, on their way, inspected. */
export function returning(chart: ChartSetup, type: AfterSaleType) {
  const receivedAtOnce = [
    { guard: 'paysOnReceipt' as const, target: '#afterSale.refunding', actions: [goods('merchant'), early('inspecting'), approval] },
    { target: '#afterSale.returning.arrived', actions: [goods('merchant')] },
  ];
  const received = [{ guard: 'early' as const, target: '#afterSale.returning.arrived', actions: [goods('merchant')] }, ...receivedAtOnce];
  const handOver = { target: 'inTransit', actions: [goods('underway')] };
  // Money goes on the word of whoever has the goods, never on the buyer's own.
  const paidAtScan = {
    guard: 'paysAtScan' as const,
    target: '#afterSale.refunding',
    actions: [goods('underway'), early('inTransit'), approval],
  };
  const scanned = [paidAtScan, handOver];
  const lost = { target: '#afterSale.passed', actions: [goods('lost'), 'bearLoss' as const] };
  return chart.createStateConfig({
    on: { ...openCommands(chart, type, ['buyer', 'underway', 'early', 'merchant']) },
    initial: 'awaitingHandover',
    states: {
      awaitingHandover: {
        on: {
          handOver,
          scanned,
          received: receivedAtOnce,
          reschedule: { target: 'pickupScheduled', actions: 'setPickup' },
          withdraw: { target: '#afterSale.cancelled' },
        },
        after: { handOver: { target: '#afterSale.closed' } },
      },
      pickupScheduled: {
        entry: 'pickup',
        on: {
          handOver,
          scanned,
          received: receivedAtOnce,
          reschedule: { target: 'pickupScheduled', reenter: true },
          withdraw: { target: '#afterSale.cancelled' },
        },
        after: { pickup: { target: 'awaitingHandover' } },
      },
      inTransit: {
        on: { scanned: paidAtScan, received, lost },
        after: { returnTransit: lost },
      },
      arrived: {
        always: [{ guard: 'inspects', target: 'inspecting' }, { target: '#afterSale.passed' }],
      },
      inspecting: {
        on: {
          'inspect.all': { target: '#afterSale.passed', actions: 'setDifference' },
          'inspect.part': [
            { guard: 'early', target: '#afterSale.passed' },
            { target: '#afterSale.passed', actions: ['setDifference', 'setRest'] },
          ],
          'inspect.none': [
            { guard: 'early', target: '#afterSale.passed' },
            { target: '#afterSale.sendingBack', actions: { type: 'setEndAs', params: { endAs: 'rejected' } } },
          ],
        },
        after: {
          inspection: [
            { guard: 'early', target: '#afterSale.passed' },
            { guard: 'inspectionPasses', target: '#afterSale.passed' },
            { target: '#afterSale.sendingBack', actions: { type: 'setEndAs', params: { endAs: 'rejected' } } },
          ],
        },
      },
    },
  });
}

/** Goods return to the buyer: they failed inspection, or the buyer refused what was offered instead. */
export function sendingBack(chart: ChartSetup, type: AfterSaleType) {
  const late = {
    target: '#afterSale.refunding',
    actions: [
      'clearRest' as const,
      { type: 'setNext' as const, params: { next: 'end' as const } },
      { type: 'grant' as const, params: { kind: 'fallback' as const } },
    ],
  };
  return chart.createStateConfig({
    on: { ...openCommands(chart, type, ['merchant']) },
    initial: 'preparing',
    states: {
      preparing: {
        on: { ship: { target: 'shipped' } },
        after: { sendBackPrepare: late },
      },
      shipped: {
        on: {
          delivered: [
            { guard: 'endAsRejected', target: '#afterSale.refused', actions: { type: 'setGoods', params: { goods: 'back' } } },
            ...(type === 'exchange' || type === 'repair'
              ? [
                  {
                    guard: 'endAsClosed' as const,
                    target: '#afterSale.closed',
                    actions: { type: 'setGoods' as const, params: { goods: 'back' as const } },
                  },
                ]
              : []),
            { target: '#afterSale.done', actions: ['clearRest', { type: 'setGoods', params: { goods: 'back' } }] },
          ],
          lost: { ...late, actions: [{ type: 'setGoods' as const, params: { goods: 'lost' as const } }, ...late.actions] },
        },
        after: { sendBackTransit: late },
      },
    },
  });
}
