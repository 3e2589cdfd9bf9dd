import { z } from '@hono/zod-openapi';
import { outsideOf } from '../../actors/payoutDue.js';
import type { ListedAfterSale, OrderRecord, PayoutRecord } from '../../actors/reads.js';
import type { Payout, Transfer } from '../../actors/rows.js';
import { isFullRefund, refundedBy } from '../../actors/view.js';
import type { DeadJob } from '../../actors/work.js';
import { endOf, statePath } from '../../machines/step.js';
import { payoutStateWord, phaseWord, stateWord, statusWord, stepWord, typeWord, wayWord } from './closedWords.js';
import { amountView } from './views.js';
import { anyJson, shown, shownTime, uuid } from './words.js';

/** What lists show: less than the object itself, and nothing that depends on who asks. */

const inCurrency = (currency: string) => (amount: number) => ({ amount, currency });

export const listedAfterSale = z
  .object({
    id: uuid,
    refundId: z.int(),
    shopId: z.string(),
    orderNo: z.string(),
    type: typeWord,
    reason: z.string(),
    origin: z.string(),
    state: stateWord,
    status: statusWord,
    stepStatus: stepWord,
    applyTime: shownTime,
    updateTime: shownTime,
    finishTime: shownTime.nullable(),
    quantity: z.int(),
    refundAmount: amountView,
    isFullRefund: z.boolean(),
    version: z.int(),
  })
  .openapi('ListedAfterSale');

/** An after-sale in a list. `refundAmount` is what the after-sale itself shows. */
export function listAfterSale({ book, currency, orderCap, afterSale }: ListedAfterSale): z.output<typeof listedAfterSale> {
  const { id, refundId, type, reason, origin, quantity, version } = afterSale;
  const state = statePath(afterSale.chart.value);
  const end = endOf(afterSale.chart.value);
  const [, step = ''] = state.split('.');
  return {
    id,
    refundId,
    shopId: book.shopId,
    orderNo: book.orderNo,
    type,
    reason,
    origin,
    state,
    status: end ?? 'open',
    stepStatus: step,
    applyTime: shown(afterSale.appliedAt),
    updateTime: shown(afterSale.updatedAt),
    finishTime: afterSale.finishedAt === null || end === undefined ? null : shown(afterSale.finishedAt),
    quantity,
    refundAmount: inCurrency(currency)(refundedBy(afterSale.decisions)),
    isFullRefund: isFullRefund(orderCap ?? undefined, afterSale.decisions),
    version,
  };
}

export const listedOrder = z
  .object({
    shopId: z.string(),
    orderNo: z.string(),
    platform: z.string(),
    currency: z.string(),
    placedAt: shownTime,
    paidAt: shownTime,
    paid: amountView,
    refunded: amountView,
    reserved: amountView,
    openAfterSales: z.int(),
    version: z.int(),
  })
  .openapi('ListedOrder');

/** An order in a list. Its cap row knows what was paid, refunded and is reserved. */
export function listOrder({ book, version, order, caps, openAfterSales }: OrderRecord): z.output<typeof listedOrder> {
  const amount = inCurrency(order.currency.code);
  const cap = caps.find(({ key }) => key === 'order');
  return {
    ...{ shopId: book.shopId, orderNo: book.orderNo, platform: order.platform, currency: order.currency.code },
    placedAt: shown(order.placedAt),
    paidAt: shown(order.paidAt),
    paid: amount(cap === undefined ? 0 : cap.limit.net + cap.limit.tax),
    refunded: amount(cap === undefined ? 0 : cap.posted.net + cap.posted.tax),
    reserved: amount(cap === undefined ? 0 : cap.reserved.net + cap.reserved.tax),
    openAfterSales,
    version,
  };
}

export const payoutView = z
  .object({
    key: z.string(),
    decisionNo: z.int(),
    tenderId: z.string().nullable(),
    way: wayWord,
    amount: amountView,
    points: z.int(),
    /** what of the amount moved outside Redress: later attempts pay the rest */
    outside: amountView,
    state: payoutStateWord,
    attempt: z.int(),
    reference: z.string().nullable(),
    updatedAt: shownTime,
  })
  .openapi('Payout');

/** A payout without the account it goes to. */
export function viewPayout(payout: Payout): z.output<typeof payoutView> {
  const { key, decisionNo, tenderId, way, points, state, attempt, reference } = payout;
  const amount = inCurrency(payout.currency)(payout.amount);
  const outside = inCurrency(payout.currency)(outsideOf(payout));
  return { key, decisionNo, tenderId, way, amount, points, outside, state, attempt, reference, updatedAt: shown(payout.updatedAt) };
}

export const payoutInDoubt = payoutView
  .extend({ shopId: z.string(), orderNo: z.string(), afterSaleId: z.string().nullable() })
  .openapi('PayoutInDoubt');

/** A payout with what it belongs to. */
export const viewPayoutInDoubt = ({ book, payout }: PayoutRecord): z.output<typeof payoutInDoubt> => ({
  ...viewPayout(payout),
  shopId: book.shopId,
  orderNo: book.orderNo,
  afterSaleId: payout.afterSaleId,
});

export const transferView = z
  .object({
    no: z.int(),
    decisionNo: z.int().nullable(),
    phase: phaseWord,
    of: z.int().nullable(),
    debit: z.string(),
    credit: z.string(),
    net: amountView,
    tax: amountView,
  })
  .openapi('Transfer');

/** A movement of the ledger, in the currency of the order. */
export function viewTransfer(transfer: Transfer, currency: string): z.output<typeof transferView> {
  const amount = inCurrency(currency);
  const { no, decisionNo, phase, of, debit, credit } = transfer;
  return { no, decisionNo, phase, of, debit, credit, net: amount(transfer.net), tax: amount(transfer.tax) };
}

/** Accounts that hold what the buyer paid and gets; the others are between merchant, platform and carrier. */
const BUYERS_ACCOUNT = /^(line:|freight|later:|payable:|tender:)/;

/** Whether a movement is between accounts of what the buyer paid and gets. */
export const concernsBuyer = ({ debit, credit }: Transfer): boolean => BUYERS_ACCOUNT.test(debit) && BUYERS_ACCOUNT.test(credit);

export const deadLetterView = z
  .object({ key: z.string(), topic: z.string(), attempts: z.int(), error: z.string(), diedAt: shownTime, payload: anyJson })
  .openapi('DeadLetter');

/** A job that was given up. */
export const viewDeadLetter = ({ key, topic, attempts, error, diedAt, payload }: DeadJob) => ({
  ...{ key, topic, attempts, error, payload },
  diedAt: shown(diedAt),
});
