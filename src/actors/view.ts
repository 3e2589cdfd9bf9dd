import { gross, type Minor, type Money, minor } from '../domain/money.js';
import { sumOffsets } from '../domain/offsets.js';
import type { DiscountShare, Order } from '../domain/order.js';
import type { UnitRange } from '../domain/selection.js';
import type { TenderShare } from '../domain/tenders.js';
import { endOf, statePath } from '../machines/step.js';
import { allowedCommands } from './allowed.js';
import { lineOf } from './book.js';
import { type DecisionContext, templateOf } from './context.js';
import { isOfHouse, type Principal } from './principal.js';
import type { AfterSale, Cap, Decision, Payout, TimerRow } from './rows.js';
import type { AfterSaleView, AmountView, DecisionView, DiscountView, MoneyView, TenderShareView, UnitRangeView } from './views.js';

/** Rows as callers see them. */

/** An instant (UTC epoch milliseconds) in RFC 3339. */
export const time = (at: number): string => new Date(at).toISOString();

/** Minor units with the currency of the order. */
export const amountView = (order: Order, amount: number): AmountView => ({ amount, currency: order.currency.code });

/** Net, tax and both, with the currency of the order. */
export const moneyView = (order: Order, m: Money): MoneyView => ({
  net: amountView(order, m.net),
  tax: amountView(order, m.tax),
  gross: amountView(order, gross(m)),
});

/** Units with what names their line. */
export function rangeView(order: Order, range: UnitRange): UnitRangeView {
  const line = lineOf(order, range.lineNo);
  return { lineNo: range.lineNo, from: range.from, to: range.to, sku: line.sku, promotionType: line.promotionType };
}

/** What goes back to one tender; a tender that is not the order’s is a later payment of an exchange. */
export function shareView(order: Order, share: TenderShare): TenderShareView {
  const tender = order.tenders.find((candidate) => candidate.id === share.tenderId);
  return {
    tenderId: share.tenderId,
    kind: tender?.kind ?? 'later',
    amount: amountView(order, share.amount),
    ...(share.points > 0 ? { points: share.points } : {}),
  };
}

/** What one unit's share of each promotion is, with a minus; who bears it is for the house. */
export const discountViews = (order: Order, discounts: readonly DiscountShare[], ofHouse: boolean): DiscountView[] =>
  discounts.map((d) => ({
    promotionId: d.promotionId,
    type: order.promotions.find((promotion) => promotion.id === d.promotionId)?.type ?? '',
    amount: amountView(order, -d.amount),
    ...(ofHouse ? { platformPart: amountView(order, d.platformPart) } : {}),
  }));

const sharesTotal = (shares: readonly TenderShare[]): Minor => minor(shares.reduce((all, share) => all + share.amount, 0));

/** What was refunded: by the decisions that are paid on every tender, as it is posted. */
export const refundedBy = (decisions: readonly Decision[]): Minor =>
  minor(decisions.reduce((all, d) => (d.state === 'paid' && d.kind !== 'coupon' ? all + sharesTotal(d.shares) : all), 0));

/** Whether an after-sale gave money back and nothing of its order is left to refund. */
export const isFullRefund = (orderCap: Cap | undefined, decisions: readonly Decision[]): boolean =>
  orderCap !== undefined &&
  orderCap.posted.net === orderCap.limit.net &&
  orderCap.posted.tax === orderCap.limit.tax &&
  refundedBy(decisions) > 0;

function decisionView(order: Order, d: Decision): DecisionView {
  return {
    no: d.no,
    kind: d.kind,
    at: time(d.at),
    state: d.state,
    amount: amountView(order, sharesTotal(d.shares)),
    freight: amountView(order, gross(d.freight)),
    fees: d.fees.map((fee) => ({ name: fee.name, amount: amountView(order, -fee.amount), to: fee.to })),
    tenders: d.shares.map((share) => shareView(order, share)),
    bearer: d.bearer,
  };
}

/** What the view of an after-sale is made of, from a draft or from stored rows. */
export interface AfterSaleParts {
  readonly order: Order;
  readonly orderCap: Cap | undefined;
  readonly afterSale: AfterSale;
  readonly timers: readonly TimerRow[];
  readonly payouts: readonly Payout[];
}

const OPEN_FLAGS = {
  onHold: (a: AfterSale) => a.hold !== null,
  appealed: (a: AfterSale) => a.appeal !== null,
  ruled: (a: AfterSale) => a.chart.context.ruled,
  fallback: (a: AfterSale) => a.decisions.some((d) => d.kind === 'fallback' && d.state !== 'dropped'),
  paidEarly: (a: AfterSale) => a.chart.context.early,
  automatic: (a: AfterSale) => a.chart.context.automatic,
} as const satisfies Record<string, (a: AfterSale) => boolean>;

const PAYOUT_UNKNOWN = 'payoutUnknown';
/** Every flag that an after-sale can show. */
export const AFTER_SALE_FLAGS: readonly string[] = [...Object.keys(OPEN_FLAGS), PAYOUT_UNKNOWN];

function flagsOf(a: AfterSale, payouts: readonly Payout[]): string[] {
  const flags: string[] = Object.entries(OPEN_FLAGS).flatMap(([name, holds]) => (holds(a) ? [name] : []));
  if (payouts.some((payout) => payout.state === 'unknown')) flags.push(PAYOUT_UNKNOWN);
  return flags;
}

/** One after-sale as a caller sees it. */
export function afterSaleView(
  parts: AfterSaleParts,
  context: Pick<DecisionContext, 'charts' | 'templates'>,
  principal: Principal,
): AfterSaleView {
  const { order, orderCap, afterSale: a, payouts } = parts;
  const state = statePath(a.chart.value);
  const end = endOf(a.chart.value);
  const paid = a.decisions.filter((d) => d.state === 'paid' && d.kind !== 'coupon');
  const paying = a.decisions.filter((d) => d.state === 'paying' && d.kind !== 'coupon');
  const offsets = paid.flatMap((d) => d.offsets);
  const total = (decisions: readonly Decision[]) => decisions.reduce((all, d) => all + sharesTotal(d.shares), 0);
  return {
    id: a.id,
    refundId: a.refundId,
    shopId: order.shopId,
    orderNo: order.orderNo,
    type: a.type,
    reason: a.reason,
    origin: a.origin,
    claim: a.claim,
    stage: a.stage,
    fault: a.fault,
    bearer: a.bearer,
    template: { id: a.template.id, version: a.template.version },
    state,
    status: end ?? 'open',
    stepStatus: state.includes('.') ? state.slice(state.indexOf('.') + 1) : '',
    applyTime: time(a.appliedAt),
    updateTime: time(a.updatedAt),
    finishTime: a.finishedAt === null || end === undefined ? null : time(a.finishedAt),
    quantity: a.quantity,
    units: a.units.map((range) => rangeView(order, range)),
    refundAmount: amountView(order, refundedBy(a.decisions)),
    reservedAmount: amountView(order, sharesTotal(a.reservedShares) + total(paying)),
    ...(isOfHouse(principal)
      ? {
          costOffset: amountView(order, sumOffsets(offsets, 'cost')),
          commissionOffset: amountView(order, sumOffsets(offsets, 'commission')),
        }
      : {}),
    isFullRefund: isFullRefund(orderCap, a.decisions),
    flags: flagsOf(a, payouts),
    wanted: a.wanted === null ? null : { sku: a.wanted.sku, price: a.wanted.price === null ? null : amountView(order, a.wanted.price) },
    difference: amountView(order, a.difference),
    offer: offerView(order, a),
    repairPrice: a.repairPrice === null ? null : amountView(order, a.repairPrice),
    goods: a.goods,
    returnAddress: returnAddressOf(a, context),
    passed: a.passed === null ? null : a.passed.map((range) => rangeView(order, range)),
    shipments: a.shipments,
    decisions: a.decisions.filter((d) => d.state !== 'dropped').map((d) => decisionView(order, d)),
    deadlines: parts.timers.map((timer) => ({
      name: deadlineName(timer.timerId),
      at: timer.suspendedMs === null ? time(timer.dueAt) : null,
      suspendedMs: timer.suspendedMs,
    })),
    allowedCommands: allowedCommands(context, principal, a, parts.timers),
    version: a.version,
  };
}

/** The offer that waits for the buyer; one that was answered, or ran out, is none. */
function offerView(order: Order, a: AfterSale): AfterSaleView['offer'] {
  if (a.offer === null || a.chart.context.offerKind === 'none') return null;
  return { amount: amountView(order, a.offer.amount), by: a.offer.by };
}

/** The address that approval named, or else the template's; nothing while goods need not go anywhere. */
function returnAddressOf(a: AfterSale, context: Pick<DecisionContext, 'templates'>): string | null {
  const state = statePath(a.chart.value);
  if (a.origin === 'elsewhere' || !state.startsWith('returning.')) return null;
  if (a.returnAddress === null) return templateOf(context, a).returning.returnAddress;
  const { name, street, postalCode, city, region, country, phone } = a.returnAddress;
  return [name, street, postalCode, city, region, country, phone].filter((part) => part !== undefined).join(', ');
}

/** `xstate.after.merchantReview.afterSale.reviewing.merchant` is the deadline `merchantReview`. */
export function deadlineName(timerId: string): string {
  const [, , name] = timerId.split('.');
  return timerId.startsWith('xstate.after.') && name !== undefined ? name : timerId;
}
