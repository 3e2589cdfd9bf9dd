import { initialContext } from './context.js';
import { chartSetup } from './setup.js';
import { arbitrating } from './states/arbitrating.js';
import { refunding } from './states/refunding.js';
import { exchanging, repairing } from './states/remedies.js';
import { returning, sendingBack } from './states/returning.js';
import { reviewing, stopping } from './states/reviewing.js';
import type { Template } from './template.js';
import type { AfterSaleType } from './words.js';

/** Rises when a state is renamed or removed; see `migrations.ts`. */
export const CHART_VERSION = 1;

/** The chart of one after-sale type under one template. States that a type never reaches are left out. */
export function buildChart(type: AfterSaleType, template: Template) {
  const chart = chartSetup(template);
  const goodsType = type !== 'refund';
  const withExchange = type === 'exchange' || type === 'repair';
  const fallbackRefund = {
    target: 'refunding',
    actions: ['setNextByRest' as const, { type: 'grant' as const, params: { kind: 'fallback' as const } }],
  };
  return chart.createMachine({
    id: 'afterSale',
    context: ({ input }) => initialContext(input),
    initial: 'applied',
    states: {
      applied: {
        always: [
          { guard: 'automatic', target: 'approved' },
          { guard: 'operationsReview', target: 'reviewing.operations' },
          { target: 'reviewing.merchant' },
        ],
      },
      reviewing: reviewing(chart, type),
      approved: {
        always: goodsType
          ? [{ guard: 'pickup', target: 'returning.pickupScheduled' }, { target: 'returning.awaitingHandover' }]
          : [
              { guard: 'needsStop', target: 'stopping' },
              {
                target: 'refunding',
                actions: [
                  { type: 'setNext', params: { next: 'end' } },
                  { type: 'grant', params: { kind: 'approval' } },
                ],
              },
            ],
      },
      ...(goodsType ? {} : { stopping: stopping(chart, type) }),
      returning: returning(chart, type),
      passed: {
        always: [
          { guard: 'early', target: 'done', actions: 'settleEarly' },
          ...(withExchange ? [{ guard: 'exchanges' as const, target: 'exchanging' }] : []),
          ...(type === 'repair'
            ? [
                { guard: 'lostRepair' as const, target: 'fallback' },
                { guard: 'repairs' as const, target: 'repairing' },
              ]
            : []),
          { target: 'refunding', actions: ['setNextByRest', { type: 'grant', params: { kind: 'inspection' } }] },
        ],
      },
      refunding: refunding(chart, type),
      ...(withExchange
        ? {
            exchanging: exchanging(chart, type),
            fallback: {
              always: [
                ...(type === 'repair'
                  ? [
                      {
                        guard: 'repairFallsBackToExchange' as const,
                        target: 'exchanging',
                        actions: { type: 'setRemedy' as const, params: { remedy: 'exchange' as const } },
                      },
                    ]
                  : []),
                fallbackRefund,
              ],
            },
          }
        : {}),
      ...(type === 'repair' ? { repairing: repairing(chart, type) } : {}),
      sendingBack: sendingBack(chart, type),
      arbitrating: arbitrating(chart, type),
      refused: { always: [{ guard: 'ruled', target: 'closed' }, { target: 'rejected' }] },
      upheld: { always: [{ guard: 'appealFromCompleted', target: 'settled' }, { target: 'closed' }] },
      done: { always: [{ guard: 'ruled', target: 'settled' }, { target: 'completed' }] },
      rejected: {
        entry: ['end', 'setReleased', 'stopHoldTimer'],
        on: {
          appeal: { target: 'arbitrating', actions: [{ type: 'setAppeal', params: { from: 'rejected' } }, 'reserve'] },
          superseded: { target: 'closed' },
        },
        after: { appealWindow: { target: 'closed' } },
      },
      completed: {
        entry: ['end', 'setReleased', 'stopHoldTimer'],
        on: {
          appeal: { target: 'arbitrating', actions: [{ type: 'setAppeal', params: { from: 'completed' } }, 'reserve'] },
          superseded: { target: 'settled' },
        },
        after: { appealWindow: { target: 'settled' } },
      },
      settled: { type: 'final', entry: ['end', 'setReleased', 'stopHoldTimer'] },
      closed: { type: 'final', entry: ['end', 'setReleased', 'stopHoldTimer'] },
      cancelled: { type: 'final', entry: ['end', 'setReleased', 'stopHoldTimer'] },
    },
  });
}

export type Chart = ReturnType<typeof buildChart>;
