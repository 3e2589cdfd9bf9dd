import { contradictionsOf } from '../../machines/contradictions.js';
import { type Template, templateSchema } from '../../machines/template.js';
import { AFTER_SALE_TYPES, BEARERS, STAGES } from '../../machines/words.js';
import type { Random } from '../random.js';

const SHORT = ['10m', '45m', '3h'] as const;
const LONG = ['6h', '20h', '2d', '4d'] as const;
const CURRENCY_CODES = ['CNY', 'USD', 'JPY', 'KWD'] as const;

const amounts = (amount: number) => CURRENCY_CODES.map((currency) => ({ amount, currency }));
const ALL = [...AFTER_SALE_TYPES];
const reason = (
  code: string,
  fault: 'merchant' | 'buyer' | 'carrier' | 'platform',
  bearer: 'merchant' | 'platform' | 'carrier',
  evidence = 0,
) => ({
  ...{ code, title: code, types: ALL, stages: [...STAGES], fault, bearer, evidence },
  claims: ['unit', 'money', 'weight'] as ('unit' | 'money' | 'weight')[],
});

/** Reasons that every template of a simulation knows. */
export const REASONS = ['unwanted', 'faulty', 'damaged', 'mistaken', 'proven'] as const;

function draw(random: Random, id: string, scope: Template['scope']): unknown {
  const short = () => random.pick(SHORT);
  const long = () => random.pick(LONG);
  return {
    ...{ id, version: 1, name: `Template ${id}`, scope },
    offers: { notShipped: ['refund'], inTransit: ['refund', 'return'], delivered: ALL },
    reasons: [
      reason('unwanted', 'buyer', 'merchant'),
      reason('faulty', 'merchant', 'merchant'),
      reason('damaged', 'carrier', 'carrier'),
      reason('mistaken', 'platform', 'platform'),
      reason('proven', 'merchant', 'merchant', 1),
    ],
    eligibility: { window: random.pick(['3d', '30d']), refusedFlags: ['trial'] },
    review: {
      by: random.pick(['merchant', 'merchant', 'operations']),
      merchant: { deadline: long(), then: random.pick(['approve', 'escalate']) },
      operations: { deadline: long(), then: random.pick(['approve', 'reject']) },
      offerDeadline: long(),
      evidenceDeadline: long(),
      ...(random.chance(1, 2) ? { autoApprove: { amounts: amounts(random.spread(100, 5_000)) } } : {}),
    },
    stopping: { deadline: long() },
    returning: {
      ...{ handOver: long(), pickup: long(), transit: long(), inspection: random.chance(3, 4), inspectDeadline: long() },
      ...{ inspectThen: random.pick(['pass', 'fail']), lostBorneBy: random.pick(BEARERS), returnAddress: 'Somewhere' },
    },
    payWhen: random.pick(['inspection', 'inspection', 'receipt', 'carrierScan']),
    payout: {
      ...{ retries: random.below(4), backoff: short(), asks: random.between(1, 4), askEvery: short(), manualAlarm: long() },
      declined: random.pick(['person', 'wallet']),
      tenders: random.chance(2, 3)
        ? { order: 'share' }
        : { order: 'waterfall', kinds: random.shuffled(['card', 'wallet', 'points', 'coupon', 'balance']).slice(0, random.between(1, 5)) },
      coupons: random.pick(['parts', 'whole', 'never']),
    },
    exchange: { prepare: long(), payment: long(), transit: long() },
    repair: { diagnose: long(), consent: long(), work: long(), transit: long(), fallback: random.pick(['exchange', 'refund']) },
    sendBack: { prepare: long(), transit: long() },
    freight: { refund: random.pick(['never', 'merchantFault', 'lastUnit']), advanced: amounts(random.spread(100, 3_000)) },
    fees: drawFees(random),
    appeal: { window: long(), evidence: short(), ruling: long(), rulingThen: random.pick(['uphold', 'refund']) },
    limits: {
      ...{ afterSales: random.pick([12, 500]), offers: random.between(1, 3), evidenceRequests: random.below(3), evidence: 3 },
      ...{ extend: long(), hold: long(), goodwill: amounts(random.spread(500, 5_000)) },
    },
  };
}

function drawFees(random: Random): unknown[] {
  const restocking = { charge: { kind: 'rate', rate: random.pick([500, 1_000, 3_333]) }, to: random.pick(BEARERS) };
  const freight = { charge: { kind: 'fixed', amounts: amounts(random.spread(10, 1_000)) }, to: random.pick(BEARERS) };
  const fees = [
    { name: 'restocking', types: random.pick([['return'], ['return', 'exchange', 'repair']]), faults: ['buyer'], ...restocking },
    { name: 'returnFreight', types: random.pick([['return', 'refund'], ALL]), faults: ['buyer', 'carrier'], ...freight },
  ];
  return fees.filter(() => random.chance(1, 2));
}

/** The templates of one run: a general one, and more specific ones with other settings. */
export function drawTemplates(random: Random): Template[] {
  const scopes: readonly (readonly [string, Template['scope']])[] = [
    ['general', {}],
    ['fresh', { category: 'fresh' }],
    ['electronics', { category: 'electronics' }],
    ['marketplace', { platform: 'marketplace' }],
  ];
  return scopes.map(([id, scope]) => {
    const template = templateSchema.parse(draw(random.fork(id), id, scope));
    const [fault] = contradictionsOf(template);
    if (fault !== undefined) throw new Error(`template ${id} contradicts itself: ${fault.path} ${fault.detail}`);
    return template;
  });
}

/** The next version of a template, with settings of its own. */
export function nextVersion(random: Random, template: Template): Template {
  const drawn = templateSchema.parse(draw(random, template.id, template.scope));
  return { ...drawn, version: template.version + 1 };
}
