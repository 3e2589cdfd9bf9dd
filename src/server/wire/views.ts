import { z } from '@hono/zod-openapi';
import type {
  AfterSaleView,
  AmountView,
  CaseQuoteView,
  DecisionView,
  MoneyView,
  OrderView,
  QuoteView,
  TenderShareView,
  UnitRangeView,
} from '../../actors/views.js';
import {
  bearerWord,
  claimWord,
  commandWord,
  decisionStateWord,
  decisionWord,
  faultWord,
  flagWord,
  freightRuleWord,
  goodsWord,
  legWord,
  needWord,
  orderFlagWord,
  payoutStateWord,
  roleWord,
  stageWord,
  stateWord,
  statusWord,
  stepWord,
  taxModeWord,
  tenderWord,
  typeWord,
  wayWord,
} from './closedWords.js';
import type { Loose } from './loose.js';
import { shownTime, uuid } from './words.js';

/** The shapes of `src/actors/views.ts` as schemas: they document the answers, and tests hold answers against them. */

export const amountView = z.object({ amount: z.int(), currency: z.string() }).openapi('Amount', {
  description: 'Whole minor units of the currency',
  example: { amount: 1234, currency: 'CNY' },
}) satisfies z.ZodType<AmountView>;

export const moneyView = z
  .object({ net: amountView, tax: amountView, gross: amountView })
  .openapi('Money', { description: 'An amount with the tax in it' }) satisfies z.ZodType<MoneyView>;

const unitRange = {
  lineNo: z.int(),
  from: z.int(),
  to: z.int(),
  sku: z.string(),
  promotionType: z.string(),
};
export const unitRangeView = z
  .object(unitRange)
  .openapi('UnitRange', { description: 'Units `from` to `to` of a line, both included, from 1' }) satisfies z.ZodType<UnitRangeView>;

const tenderShare = { tenderId: z.string(), kind: tenderWord, amount: amountView, points: z.int().optional() };
export const tenderShareView = z.object(tenderShare).openapi('TenderShare') satisfies z.ZodType<Loose<TenderShareView>>;

const template = z.object({ id: z.string(), version: z.int() }).openapi('TemplateVersion');
const fee = z
  .object({ name: z.string(), amount: amountView, to: bearerWord })
  .openapi('Fee', { description: 'What is kept of a refund, with a minus' });

const discountView = z
  .object({ promotionId: z.string(), type: z.string(), amount: amountView, platformPart: amountView.optional() })
  .openapi('DiscountShare', { description: 'A unit’s share of a promotion' });

const quoteUnitView = z
  .object({
    ...unitRange,
    splitKey: z.string(),
    listPrice: amountView,
    discounts: z.array(discountView),
    cost: moneyView,
    laterPayments: amountView,
    earlier: moneyView,
    left: moneyView,
    refund: moneyView,
    kept: moneyView.optional(),
  })
  .openapi('QuoteUnit', { description: 'All amounts are per unit' });

const notForBuyers = { description: 'Between merchant, platform and carrier: not shown to buyers' };
const ofHouse = {
  bearers: z
    .array(z.object({ bearer: bearerWord, amount: amountView }))
    .optional()
    .openapi(notForBuyers),
  subsidyBack: amountView.optional().openapi(notForBuyers),
  commissionOffset: amountView.optional().openapi(notForBuyers),
  costOffset: amountView.optional().openapi(notForBuyers),
};

export const quoteView = z
  .object({
    shopId: z.string(),
    orderNo: z.string(),
    version: z.int(),
    type: typeWord,
    reason: z.string(),
    claim: claimWord,
    stage: stageWord,
    fault: faultWord,
    bearer: bearerWord,
    template,
    quantity: z.int(),
    units: z.array(quoteUnitView),
    goods: moneyView,
    fees: z.array(fee),
    needs: z.array(needWord).openapi({ description: 'What the application will still have to give; it changes no amount' }),
    freight: z.object({ rule: freightRuleWord, amount: amountView }),
    refund: amountView,
    tenders: z.array(tenderShareView),
    ...ofHouse,
  })
  .openapi('Quote') satisfies z.ZodType<Loose<QuoteView>>;

/** Why an after-sale refunds what it does. */
export const caseQuoteView = z
  .object({
    basis: z.enum(['expected', 'decided']).openapi({ description: '`expected`: nothing is decided yet; if it were approved now' }),
    units: z.array(quoteUnitView),
    goods: moneyView,
    fees: z.array(fee),
    freight: amountView,
    latePayments: amountView.optional(),
    refund: amountView,
    tenders: z.array(tenderShareView),
    ...ofHouse,
  })
  .openapi('CaseQuote') satisfies z.ZodType<Loose<CaseQuoteView>>;

export const decisionView = z
  .object({
    no: z.int(),
    kind: decisionWord,
    at: shownTime,
    state: decisionStateWord,
    amount: amountView,
    freight: amountView,
    fees: z.array(fee),
    tenders: z.array(tenderShareView),
    bearer: bearerWord,
  })
  .openapi('Decision') satisfies z.ZodType<Loose<DecisionView>>;

export const afterSaleView = z
  .object({
    id: uuid,
    refundId: z.int(),
    shopId: z.string(),
    orderNo: z.string(),
    type: typeWord,
    reason: z.string(),
    origin: z.string(),
    claim: claimWord,
    stage: stageWord,
    fault: faultWord,
    bearer: bearerWord,
    template,
    state: stateWord,
    status: statusWord,
    stepStatus: stepWord,
    applyTime: shownTime,
    updateTime: shownTime,
    finishTime: shownTime.nullable(),
    quantity: z.int(),
    units: z.array(unitRangeView),
    refundAmount: amountView,
    reservedAmount: amountView,
    costOffset: ofHouse.costOffset,
    commissionOffset: ofHouse.commissionOffset,
    isFullRefund: z.boolean(),
    flags: z.array(flagWord),
    wanted: z.object({ sku: z.string(), price: amountView.nullable() }).nullable(),
    difference: amountView,
    offer: z.object({ amount: amountView, by: roleWord }).nullable(),
    repairPrice: amountView.nullable(),
    goods: goodsWord,
    returnAddress: z.string().nullable(),
    passed: z.array(unitRangeView).nullable(),
    shipments: z.array(z.object({ leg: legWord, courier: z.string().nullable(), trackingNo: z.string().nullable() })),
    decisions: z.array(decisionView),
    deadlines: z.array(
      z.object({
        name: z.string().openapi({ description: 'The wait that it ends, as the chart and docs/templates.md name it' }),
        at: shownTime.nullable(),
        suspendedMs: z.int().nullable(),
      }),
    ),
    allowedCommands: z.array(commandWord),
    version: z.int(),
  })
  .openapi('AfterSale') satisfies z.ZodType<Loose<AfterSaleView>>;

const orderLine = z
  .object({
    lineNo: z.int(),
    sku: z.string(),
    productId: z.string(),
    name: z.string(),
    category: z.string(),
    promotionType: z.string(),
    unitPrice: amountView,
    taxRate: z.string().openapi({ example: '0.13' }),
    quantity: z.int(),
    stage: stageWord,
    cost: moneyView,
    units: z.array(
      z.object({
        from: z.int(),
        to: z.int(),
        splitKey: z.string(),
        discounts: z.array(discountView),
        state: z.enum(['free', 'held', 'ended']),
        cost: moneyView,
        left: moneyView,
        afterSaleId: z.string().nullable(),
      }),
    ),
    allowed: z.array(
      z.object({
        type: typeWord,
        reasons: z.array(z.object({ code: z.string(), title: z.string(), claims: z.array(claimWord), evidence: z.int() })),
      }),
    ),
  })
  .openapi('OrderLineView');

const goodwillView = z
  .object({
    limit: amountView,
    given: amountView,
    left: amountView,
    payouts: z.array(
      z.object({
        key: z.string(),
        from: z.string(),
        way: wayWord,
        amount: amountView,
        points: z.int(),
        state: payoutStateWord,
        updatedAt: shownTime,
      }),
    ),
  })
  .openapi('Goodwill', { description: 'For operations alone: money beyond the caps, and every payout of the book itself' });

export const orderView = z
  .object({
    shopId: z.string(),
    orderNo: z.string(),
    platform: z.string(),
    currency: z.string(),
    version: z.int(),
    placedAt: shownTime,
    paidAt: shownTime,
    flags: z.array(orderFlagWord),
    taxMode: taxModeWord,
    paid: moneyView,
    refunded: amountView,
    reserved: amountView,
    left: amountView,
    freight: z.object({ cost: moneyView, left: moneyView }),
    tenders: z.array(z.object({ ...tenderShare, left: amountView })),
    lines: z.array(orderLine),
    goodwill: goodwillView.optional(),
    afterSales: z.array(afterSaleView).openapi({
      description: 'Those that can still change or hold units, newest first, at most 100; the list `after-sales?order=` gives all',
    }),
  })
  .openapi('OrderView') satisfies z.ZodType<Loose<OrderView>>;
