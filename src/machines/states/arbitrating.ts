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
    guard: 'goodsAtBuyer' as const,
    target: '#afterSale.returning.awaitingHandover',
    actions: ['setRuled' as const, { type: 'setRemedy' as const, params: { remedy } }],
  });
  const refund = {
    target: '#afterSale.refunding',
    actions: ['setRuled' as const, { type: 'grant' as const, params: { kind: 'ruling' as const } }],
  };
  const remedies: readonly AfterSaleType[] = REMEDIES[type];
  return chart.createStateConfig({
    on: {
      ...openCommands(chart, type),
      'override.upheld': { guard: 'overridable', ...upheld[1], target: '#afterSale.upheld' },
      withdraw: { guard: 'appealedByUser', target: '#afterSale.upheld', actions: 'setRuled' },
      'rule.upheld': [...upheld],
      'rule.bearer': upheld.map((transition) => ({ ...transition, actions: ['rebear' as const, 'setRuled' as const] })),
      'rule.refund': refund,
      ...(remedies.includes('return') ? { 'rule.return': toGoods('return') } : {}),
      ...(remedies.includes('exchange') ? { 'rule.exchange': toGoods('exchange') } : {}),
      ...(remedies.includes('repair') ? { 'rule.repair': toGoods('repair') } : {}),
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
