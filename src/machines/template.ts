import { z } from 'zod';
import { durationSchema } from './duration.js';
import { AFTER_SALE_TYPES, BEARERS, CLAIM_KINDS, FAULTS, STAGES } from './words.js';

const word = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'expected letters, digits, _ or -, beginning with a letter');
const amount = z.strictObject({
  amount: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  currency: z.string().regex(/^[A-Z]{3}$/),
});

/** Why somebody may apply, and what follows from it. */
const reasonSchema = z.strictObject({
  code: word,
  title: z.string().min(1).max(200),
  types: z.array(z.enum(AFTER_SALE_TYPES)).min(1),
  stages: z.array(z.enum(STAGES)).min(1),
  /** `weight` is missing weight; `money` an allowance with the goods kept; `unit` all that is left */
  claims: z.array(z.enum(CLAIM_KINDS)).min(1),
  fault: z.enum(FAULTS),
  bearer: z.enum(BEARERS),
  /** pieces of evidence needed to apply */
  evidence: z.number().int().min(0).max(20),
});
export type Reason = z.infer<typeof reasonSchema>;

/** A named line with a minus (EXAMPLES 9). `rate` is in basis points of what the units refund. */
const feeSchema = z.strictObject({
  name: word,
  types: z.array(z.enum(AFTER_SALE_TYPES)).min(1),
  /** taken only where the fault is one of these */
  faults: z.array(z.enum(FAULTS)).min(1),
  charge: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('fixed'), amounts: z.array(amount).min(1) }),
    z.strictObject({ kind: z.literal('rate'), rate: z.number().int().min(1).max(10_000) }),
  ]),
  to: z.enum(BEARERS),
});
export type Fee = z.infer<typeof feeSchema>;

/**
 * The flow settings of an after-sale, as data. The most specific published scope wins; an after-sale
 * keeps the version that it began with.
 */
export const templateSchema = z.strictObject({
  id: word,
  version: z.number().int().min(1),
  name: z.string().min(1).max(200),
  /** what it is for; what is left out matches everything. Specificity counts in this order: shop, platform, category, type, stage */
  scope: z.strictObject({
    platform: z.string().min(1).max(128).optional(),
    shopId: z.string().min(1).max(128).optional(),
    category: z.string().min(1).max(128).optional(),
    type: z.enum(AFTER_SALE_TYPES).optional(),
    stage: z.enum(STAGES).optional(),
  }),
  /** types offered, by the stage of the goods */
  offers: z.strictObject({
    notShipped: z.array(z.enum(AFTER_SALE_TYPES)),
    inTransit: z.array(z.enum(AFTER_SALE_TYPES)),
    delivered: z.array(z.enum(AFTER_SALE_TYPES)),
  }),
  reasons: z.array(reasonSchema).min(1),
  eligibility: z.strictObject({
    /** time to apply since delivery */
    window: durationSchema,
    /** orders with one of these flags are excluded */
    refusedFlags: z.array(z.enum(['trial', 'virtual'])),
  }),
  review: z.strictObject({
    by: z.enum(['merchant', 'operations']),
    merchant: z.strictObject({ deadline: durationSchema, then: z.enum(['approve', 'escalate']) }),
    operations: z.strictObject({ deadline: durationSchema, then: z.enum(['approve', 'reject']) }),
    offerDeadline: durationSchema,
    evidenceDeadline: durationSchema,
    /** refunds of at most one of these amounts are approved at once */
    autoApprove: z.strictObject({ amounts: z.array(amount), reasons: z.array(word).optional() }).optional(),
  }),
  stopping: z.strictObject({ deadline: durationSchema }),
  returning: z.strictObject({
    handOver: durationSchema,
    pickup: durationSchema,
    /** a parcel without news for so long counts as lost */
    transit: durationSchema,
    inspection: z.boolean(),
    inspectDeadline: durationSchema,
    inspectThen: z.enum(['pass', 'fail']),
    /** who bears goods lost on the way back */
    lostBorneBy: z.enum(BEARERS),
    /** where goods are sent to when nobody names another address */
    returnAddress: z.string().min(1).max(500),
  }),
  payWhen: z.enum(['inspection', 'receipt', 'carrierScan']),
  payout: z.strictObject({
    /** attempts after a confirmed decline before a person is asked */
    retries: z.number().int().min(0).max(20),
    /** wait before a retry; doubles each time */
    backoff: durationSchema,
    /** how often an unknown payout is asked for before a person is told */
    asks: z.number().int().min(1).max(100),
    askEvery: durationSchema,
    /** repeats the alarm while a person is waited for */
    manualAlarm: durationSchema,
    /** the way of a tender that declined as often as allowed */
    declined: z.enum(['person', 'wallet']),
    /** `share`: by what is still refundable on each; `waterfall`: kinds in this order */
    tenders: z.discriminatedUnion('order', [
      z.strictObject({ order: z.literal('share') }),
      z.strictObject({ order: z.literal('waterfall'), kinds: z.array(z.enum(['card', 'wallet', 'points', 'coupon', 'balance'])).min(1) }),
    ]),
    /** coupons come back in parts, only as a whole, or never */
    coupons: z.enum(['parts', 'whole', 'never']),
  }),
  exchange: z.strictObject({
    prepare: durationSchema,
    payment: durationSchema,
    /** a replacement without news for so long counts as lost */
    transit: durationSchema,
  }),
  repair: z.strictObject({
    diagnose: durationSchema,
    consent: durationSchema,
    work: durationSchema,
    transit: durationSchema,
    fallback: z.enum(['exchange', 'refund']),
  }),
  sendBack: z.strictObject({ prepare: durationSchema, transit: durationSchema }),
  freight: z.strictObject({
    refund: z.enum(['never', 'merchantFault', 'lastUnit']),
    /** return freight that the buyer advanced is repaid up to this, on proof */
    advanced: z.array(amount),
  }),
  fees: z.array(feeSchema),
  appeal: z.strictObject({
    /** how long a completed or rejected after-sale may be appealed */
    window: durationSchema,
    evidence: durationSchema,
    ruling: durationSchema,
    rulingThen: z.enum(['uphold', 'refund']),
  }),
  limits: z.strictObject({
    /** after-sales of one order, ended ones too */
    afterSales: z.number().int().min(1).max(1_000_000),
    offers: z.number().int().min(0).max(20),
    evidenceRequests: z.number().int().min(0).max(20),
    evidence: z.number().int().min(1).max(50),
    /** all extensions of one after-sale together */
    extend: durationSchema,
    hold: durationSchema,
    /** goodwill of one order */
    goodwill: z.array(amount),
  }),
});

/** See `templateSchema`. */
export type Template = z.infer<typeof templateSchema>;
