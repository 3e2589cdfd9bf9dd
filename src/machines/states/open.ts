import type { ChartSetup } from '../setup.js';
import type { AfterSaleType } from '../words.js';

/** What a ruling or an override may bring about, by the type applied for. */
export const REMEDIES = {
  refund: ['refund', 'return'],
  return: ['refund', 'return'],
  exchange: ['refund', 'return', 'exchange'],
  repair: ['refund', 'return', 'exchange', 'repair'],
} as const satisfies Record<AfterSaleType, readonly AfterSaleType[]>;

const grants = (kind: 'override') => ({ type: 'grant', params: { kind } }) as const;

/** The commands of every open state: notes, longer deadlines, hold and release, override. */
export function openCommands(chart: ChartSetup, type: AfterSaleType) {
  const goods = (remedy: 'return' | 'exchange' | 'repair') => [
    {
      guard: 'overridableForOther' as const,
      target: '#afterSale.returning.inTransit',
      actions: ['drop' as const, { type: 'setRemedy' as const, params: { remedy } }],
    },
    ...(remedy === 'return'
      ? []
      : [
          {
            guard: 'overridableAtMerchant' as const,
            target: '#afterSale.passed',
            actions: ['drop' as const, { type: 'setRemedy' as const, params: { remedy } }],
          },
        ]),
    {
      guard: 'overridableAtBuyer' as const,
      target: '#afterSale.returning.awaitingHandover',
      actions: ['drop' as const, { type: 'setRemedy' as const, params: { remedy } }],
    },
  ];
  const remedies: readonly AfterSaleType[] = REMEDIES[type];
  return chart.createStateConfig({
    on: {
      note: { actions: 'record' },
      extend: { guard: 'notHeld', actions: 'record' },
      repayFreight: { actions: 'record' },
      hold: { guard: 'notHeld', actions: ['setHeld', 'holdTimer'] },
      release: { guard: 'held', actions: ['setReleased', 'stopHoldTimer', 'pay'] },
      holdExpired: { guard: 'held', actions: ['setReleased', 'pay'] },
      'override.upheld': {
        guard: 'overridableToNothing',
        target: '#afterSale.refused',
        actions: ['drop'],
      },
      'override.refund': [
        {
          guard: 'overridableUnderway',
          target: '#afterSale.refunding',
          reenter: true,
          actions: ['drop', { type: 'setEarly', params: { next: 'inTransit' } }, grants('override')],
        },
        {
          guard: 'overridableInspecting',
          target: '#afterSale.refunding',
          reenter: true,
          actions: ['drop', { type: 'setNext', params: { next: 'inspecting' } }, grants('override')],
        },
        {
          guard: 'overridable',
          target: '#afterSale.refunding',
          reenter: true,
          actions: ['drop', 'clearRest', { type: 'setNext', params: { next: 'end' } }, grants('override')],
        },
      ],
      'override.bearer': { guard: 'overridable', actions: ['rebear'] },
      ...(remedies.includes('return') ? { 'override.return': goods('return') } : {}),
      ...(remedies.includes('exchange') ? { 'override.exchange': goods('exchange') } : {}),
      ...(remedies.includes('repair') ? { 'override.repair': goods('repair') } : {}),
    },
  }).on;
}
