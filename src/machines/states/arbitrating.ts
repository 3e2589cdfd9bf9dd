import type { ChartSetup } from '../setup.js';
import type { AfterSaleType } from '../words.js';
import { openCommands, REMEDIES } from './open.js';

const upheld = [
  { guard: 'appealFromCompleted', target: '#afterSale.settled', actions: 'setRuled' },
  { target: '#afterSale.closed', actions: 'setRuled' },
] as const;

/** An appeal by user or merchant, decided for good. */
export function arbitrating(chart: ChartSetup, type: AfterSaleType) {
  const toGoods = (remedy: 'return' | 'exchange' | 'repair') => ({
    [`rule.${remedy}` as const]: {
      guard: 'goodsAtBuyer' as const,
      target: '#afterSale.returning.awaitingHandover',
      actions: ['setRuled' as const, { type: 'setRemedy' as const, params: { remedy } }],
    },
    [`override.${remedy}` as const]: {
      guard: 'overridableAtBuyer' as const,
      target: '#afterSale.returning.awaitingHandover',
      actions: ['drop' as const, 'setRuled' as const, { type: 'setRemedy' as const, params: { remedy } }],
    },
  });
  const refund = {
    target: '#afterSale.refunding',
    actions: ['setRuled' as const, { type: 'grant' as const, params: { kind: 'ruling' as const } }],
  };
  const remedies: readonly AfterSaleType[] = REMEDIES[type];
  return chart.createStateConfig({
    on: {
      ...openCommands(chart, type, ['none']),
      // An override here is a ruling: as final, and with the same ways on.
      'override.upheld': { guard: 'overridable', target: '#afterSale.upheld', actions: 'setRuled' },
      'override.bearer': { guard: 'overridable', target: '#afterSale.upheld', actions: ['rebear', 'setRuled'] },
      'override.refund': {
        guard: 'overridable',
        target: '#afterSale.refunding',
        actions: ['drop', 'setRuled', { type: 'grant', params: { kind: 'override' } }],
      },
      withdraw: { guard: 'appealedByUser', target: '#afterSale.upheld', actions: 'setRuled' },
      'rule.upheld': [...upheld],
      'rule.bearer': upheld.map((transition) => ({ ...transition, actions: ['rebear' as const, 'setRuled' as const] })),
      'rule.refund': refund,
      ...(remedies.includes('return') ? toGoods('return') : {}),
      ...(remedies.includes('exchange') ? toGoods('exchange') : {}),
      ...(remedies.includes('repair') ? toGoods('repair') : {}),
    },
    initial: 'evidence',
    states: {
      evidence: {
        on: { provide: { actions: 'record' } },
        after: { appealEvidence: { target: 'ruling' } },
      },
      ruling: {
        after: { ruling: [{ guard: 'rulingDeadlineRefunds', ...refund }, ...upheld] },
      },
    },
  });
}
