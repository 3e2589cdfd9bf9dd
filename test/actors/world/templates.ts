import { type Template, templateSchema } from '../../../src/machines/template.js';
import { CLAIM_KINDS, STAGES } from '../../../src/machines/words.js';

const CNY = (amount: number) => [{ amount, currency: 'CNY' }];

const reason = (code: string, fault: 'merchant' | 'buyer' | 'carrier' | 'platform', bearer: 'merchant' | 'platform' | 'carrier') => ({
  code,
  title: code,
  types: ['refund', 'return', 'exchange', 'repair'] as const,
  stages: [...STAGES],
  claims: [...CLAIM_KINDS],
  fault,
  bearer,
  evidence: 0,
});

/** A template that offers everything to everybody; a case changes the part that it is about. */
const EVERYTHING = {
  id: 'everything',
  version: 1,
  name: 'Everything',
  scope: {},
  offers: {
    notShipped: ['refund'],
    inTransit: ['refund', 'return', 'exchange', 'repair'],
    delivered: ['refund', 'return', 'exchange', 'repair'],
  },
  reasons: [
    reason('unwanted', 'buyer', 'merchant'),
    reason('faulty', 'merchant', 'merchant'),
    reason('damaged', 'carrier', 'carrier'),
    reason('mistaken', 'platform', 'platform'),
    { ...reason('proven', 'merchant', 'merchant'), evidence: 1 },
  ],
  eligibility: { window: '30d', refusedFlags: ['trial'] },
  review: {
    by: 'merchant',
    merchant: { deadline: '48h', then: 'escalate' },
    operations: { deadline: '72h', then: 'reject' },
    offerDeadline: '24h',
    evidenceDeadline: '36h',
  },
  stopping: { deadline: '12h' },
  returning: {
    handOver: '7d',
    pickup: '2d',
    transit: '10d',
    inspection: true,
    inspectDeadline: '5d',
    inspectThen: 'pass',
    lostBorneBy: 'carrier',
    returnAddress: 'Somewhere',
  },
  payWhen: 'inspection',
  payout: {
    retries: 2,
    backoff: '10m',
    asks: 3,
    askEvery: '1m',
    manualAlarm: '24h',
    declined: 'person',
    tenders: { order: 'share' },
    coupons: 'parts',
  },
  exchange: { prepare: '4d', payment: '3d', transit: '8d' },
  repair: { diagnose: '4d', consent: '3d', work: '14d', transit: '8d', fallback: 'refund' },
  sendBack: { prepare: '4d', transit: '8d' },
  freight: { refund: 'never', advanced: CNY(2000) },
  fees: [],
  appeal: { window: '15d', evidence: '3d', ruling: '5d', rulingThen: 'uphold' },
  limits: { afterSales: 1000, offers: 3, evidenceRequests: 2, evidence: 5, extend: '10d', hold: '20d', goodwill: CNY(5000) },
};

/** What a case changes of the template that offers everything; sections are merged, all else replaced. */
export type TemplateChange = {
  readonly [K in keyof Template]?: Template[K] extends readonly unknown[] ? Template[K] : Partial<Template[K]>;
};

/** A template that is valid, with the settings that a case is about. */
export function templateWith(change: TemplateChange = {}): Template {
  const merged = Object.fromEntries(
    Object.entries({ ...EVERYTHING, ...change }).map(([key, value]) => {
      const before = Object.entries(EVERYTHING).find(([name]) => name === key)?.[1];
      const sections = typeof value === 'object' && value !== null && !Array.isArray(value) && typeof before === 'object';
      return [key, sections ? { ...before, ...value } : value];
    }),
  );
  return templateSchema.parse(merged);
}
