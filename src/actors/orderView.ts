import { gross, minor, money, subtractMoney } from '../domain/money.js';
import { type OrderLine, type Ppm, stageOf } from '../domain/order.js';
import { isRefusal } from '../domain/refusals.js';
import { lineKeys } from '../domain/unitKey.js';
import { type Piece, piecesOf } from '../domain/units.js';
import { chooseTemplate } from '../machines/chooseTemplate.js';
import { AFTER_SALE_TYPES, type AfterSaleType, type ClaimKind } from '../machines/words.js';
import { judgeEligibility } from './assess.js';
import { type BookView, balanceOf, tenderCapKey } from './book.js';
import type { DecisionContext } from './context.js';
import { goodwillView } from './goodwill.js';
import { isOfHouse } from './principal.js';
import type { Cap } from './rows.js';
import { afterSaleView, amountView, discountViews, moneyView, shareView, time } from './view.js';
import type { OrderLineView, OrderView } from './views.js';

const leftOf = (cap: Cap | undefined) =>
  cap === undefined
    ? money(0, 0)
    : money(cap.limit.net - cap.reserved.net - cap.posted.net, cap.limit.tax - cap.reserved.tax - cap.posted.tax);

const sumOf = (triple: { net: number; tax: number } | undefined) => minor((triple?.net ?? 0) + (triple?.tax ?? 0));

/** How many live after-sales an order shows; the list gives them all. */
const AFTER_SALES_SHOWN = 100;

/** One order with what is free and left of it, and what may be applied for. */
export function orderView(book: BookView, context: DecisionContext): OrderView {
  const { order } = book;
  const cap = book.cap('order');
  const afterSales = [...book.afterSales()].sort((a, b) => b.refundId - a.refundId).slice(0, AFTER_SALES_SHOWN);
  return {
    shopId: order.shopId,
    orderNo: order.orderNo,
    platform: order.platform,
    currency: order.currency.code,
    version: book.version,
    placedAt: time(order.placedAt),
    paidAt: time(order.paidAt),
    flags: order.flags,
    taxMode: order.taxMode,
    paid: moneyView(order, book.split.total),
    refunded: amountView(order, sumOf(cap?.posted)),
    reserved: amountView(order, sumOf(cap?.reserved)),
    left: amountView(order, gross(leftOf(cap))),
    freight: { cost: moneyView(order, book.split.freight), left: moneyView(order, leftOf(book.cap('freight'))) },
    tenders: tendersOf(book),
    lines: linesOf(book, context),
    ...(context.principal.role === 'operations' ? { goodwill: goodwillView(book, context) } : {}),
    afterSales: afterSales.map((afterSale) =>
      afterSaleView(
        { order, orderCap: cap, afterSale, timers: book.timersOf(afterSale.id), payouts: book.payoutsOf(afterSale.id) },
        context,
        context.principal,
      ),
    ),
  };
}

/** The means of payment of the order, then differences that were paid for exchanges since: together they have what is left. */
function tendersOf(book: BookView): OrderView['tenders'] {
  const { order } = book;
  const paid = order.tenders.map((tender) => ({
    tenderId: tender.id,
    kind: tender.kind,
    amount: amountView(order, tender.amount),
    ...(tender.points === undefined ? {} : { points: tender.points }),
    left: amountView(order, tender.amount - balanceOf(book, tender).taken),
  }));
  const later = new Set([...book.lines().values()].flatMap(({ runs }) => runs.flatMap(({ state }) => state.later)));
  const since = [...later].map((id) => {
    const cap = book.cap(tenderCapKey(id));
    return { ...shareView(order, { tenderId: id, amount: sumOf(cap?.limit), points: 0 }), left: amountView(order, gross(leftOf(cap))) };
  });
  return [...paid, ...since];
}

/** `0.0825` of 82500 parts per million: a millionth is the least that is written without an exponent. */
const rateText = (rate: Ppm): string => String(rate / 1_000_000);

function linesOf(book: BookView, context: DecisionContext): OrderLineView[] {
  const keys = new Map(lineKeys(book.order).map((key) => [key.lineNo, key.text]));
  return book.order.lines.map((line) => {
    const cap = book.cap(`line:${line.lineNo}`);
    const pieces = piecesOf(book.lines(), book.split.runs, [{ lineNo: line.lineNo, from: 1, to: line.quantity }]);
    return {
      lineNo: line.lineNo,
      sku: line.sku,
      productId: line.productId,
      name: line.name,
      category: line.category,
      promotionType: line.promotionType,
      unitPrice: amountView(book.order, line.unitPrice),
      taxRate: rateText(line.taxRate),
      quantity: line.quantity,
      stage: stageOf(line),
      cost: moneyView(book.order, money(cap?.limit.net ?? 0, cap?.limit.tax ?? 0)),
      units: pieces.map((piece) => ({
        from: piece.from,
        to: piece.to,
        splitKey: keys.get(line.lineNo) ?? '',
        discounts: discountViews(book.order, piece.record.discounts, isOfHouse(context.principal)),
        state: piece.state.ended > 0 ? 'ended' : piece.state.holder !== null ? 'held' : 'free',
        cost: moneyView(book.order, piece.cost),
        left: moneyView(book.order, subtractMoney(piece.cost, piece.state.standing)),
        afterSaleId: piece.state.holder,
      })),
      allowed: allowedFor(book, context, line, pieces.filter(isFree)),
    };
  });
}

const isFree = ({ state }: Piece): boolean => state.ended === 0 && state.holder === null;

/** What may be applied for with the units that are free: by type, the reasons of the template that would be chosen. */
function allowedFor(book: BookView, context: DecisionContext, line: OrderLine, free: readonly Piece[]): OrderLineView['allowed'] {
  if (free.length === 0) return [];
  const stage = stageOf(line);
  const { order } = book;
  const worth = free.some((piece) => gross(piece.left) > 0);
  const takes = (type: AfterSaleType, claim: ClaimKind): boolean => {
    if (claim === 'unit') return type !== 'refund' || worth || free.some((piece) => gross(piece.cost) === 0);
    return type === 'refund' && worth && (claim === 'money' || line.weightGrams !== undefined);
  };
  return AFTER_SALE_TYPES.flatMap((type) => {
    const template = chooseTemplate(context.published, {
      platform: order.platform,
      shopId: order.shopId,
      category: line.category,
      type,
      stage,
    });
    if (isRefusal(template) || !template.offers[stage].includes(type)) return [];
    if (judgeEligibility(book, context, template, stage, [line]) !== undefined) return [];
    const reasons = template.reasons
      .filter((reason) => reason.types.includes(type) && reason.stages.includes(stage))
      .map(({ code, title, claims, evidence }) => ({ code, title, claims: claims.filter((claim) => takes(type, claim)), evidence }))
      .filter(({ claims }) => claims.length > 0);
    return reasons.length === 0 ? [] : [{ type, reasons }];
  });
}
