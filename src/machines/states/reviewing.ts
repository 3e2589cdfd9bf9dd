import type { ChartSetup } from '../setup.js';
import type { AfterSaleType } from '../words.js';
import { openCommands } from './open.js';

/** Review by the merchant or by operations, with counter-offers and requests for evidence. */
export function reviewing(chart: ChartSetup, type: AfterSaleType) {
  const decide = {
    approve: { target: '#afterSale.approved', actions: 'setApproved' as const },
    reject: { target: '#afterSale.refused' },
    'offer.money': {
      guard: 'offersLeft' as const,
      target: 'offered',
      actions: { type: 'setOffer' as const, params: { kind: 'money' as const } },
    },
    ...(type === 'exchange'
      ? {
          'offer.price': {
            guard: 'offersLeft' as const,
            target: 'offered',
            actions: { type: 'setOffer' as const, params: { kind: 'price' as const } },
          },
        }
      : {}),
    askEvidence: { guard: 'evidenceRequestsLeft' as const, target: 'awaitingEvidence', actions: 'countEvidenceRequest' as const },
  };
  const back = [{ guard: 'operationsReview' as const, target: 'operations' }, { target: 'merchant' }];
  const backFromOffer = back.map((transition) => ({ ...transition, actions: 'clearOffer' as const }));
  return chart.createStateConfig({
    on: { ...openCommands(chart, type, ['none', 'buyer']), withdraw: { target: '#afterSale.cancelled' } },
    initial: 'merchant',
    states: {
      merchant: {
        on: {
          ...decide,
          escalate: { target: 'operations' },
        },
        after: {
          merchantReview: [{ guard: 'merchantDeadlineApproves', target: '#afterSale.approved' }, { target: 'operations' }],
        },
      },
      operations: {
        entry: { type: 'setReviewer', params: { reviewer: 'operations' } },
        on: decide,
        after: {
          operationsReview: [{ guard: 'operationsDeadlineApproves', target: '#afterSale.approved' }, { target: '#afterSale.refused' }],
        },
      },
      offered: {
        on: {
          accept: [
            {
              guard: 'moneyOffered',
              target: '#afterSale.refunding',
              actions: ['clearOffer', { type: 'setNext', params: { next: 'end' } }, { type: 'grant', params: { kind: 'offer' } }],
            },
            ...(type === 'exchange' ? [{ target: '#afterSale.approved', actions: 'setAccepted' as const }] : []),
          ],
          decline: backFromOffer,
        },
        after: { offer: backFromOffer },
      },
      awaitingEvidence: {
        on: { provide: back },
        after: { evidence: back },
      },
    },
  });
}

/** Goods not yet shipped: money goes only after the platform reports that it stopped them. */
export function stopping(chart: ChartSetup, type: AfterSaleType) {
  return chart.createStateConfig({
    on: {
      ...openCommands(chart, type, ['none']),
      stopped: {
        target: '#afterSale.refunding',
        actions: ['setStopped', { type: 'setNext', params: { next: 'end' } }, { type: 'grant', params: { kind: 'approval' } }],
      },
      shipped: { target: '#afterSale.reviewing.operations', actions: ['setAfterStop', { type: 'setGoods', params: { goods: 'buyer' } }] },
    },
    after: { stop: { target: '#afterSale.reviewing.operations', actions: 'setAfterStop' } },
  });
}
