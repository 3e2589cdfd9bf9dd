import { currencyOf } from '../../domain/currency.js';
import type { BookKey } from '../../domain/ids.js';
import { ZERO } from '../../domain/money.js';
import type { Freight, GivenSplitRecord, Order, OrderLine, Promotion, Tender } from '../../domain/order.js';
import { checkOrder } from '../../domain/orderChecks.js';
import { isRefusal, type Refusal, refuse } from '../../domain/refusals.js';
import { faultsOf } from '../edge/faults.js';
import { refuseOtherCurrency } from './mixedCurrency.js';
import { importedOrder, ORDER_LIMITS, orderBody, type ParsedOrder } from './order.js';

/**
 * Parses JSON as an order. With `book` (from a path) the body may leave out shop and number; without, it must
 * name them. Refuses with `request.invalid` and every field at fault, with `order.currencyUnknown`,
 * with `order.currencyMixed` and the path, and as `checkOrder` does. Whether it adds up is for `splitOrder`.
 */
export function parseOrder(json: unknown, book?: BookKey): Order | Refusal {
  const parsed = (book === undefined ? importedOrder : orderBody).safeParse(json);
  if (parsed.success) return toOrder(parsed.data, book);
  const errors = faultsOf(parsed.error);
  const [first = { path: '', message: 'The order is not valid.' }] = errors;
  const where = first.path === '' ? {} : { path: first.path };
  return refuse('request.invalid', first.message, { ...where, facts: { errors: errors.map((error) => ({ ...error })) } });
}

/** An order of the domain from a parsed body. Refuses as `parseOrder`. */
export function toOrder(parsed: ParsedOrder, book?: BookKey): Order | Refusal {
  const key = keyOf(parsed, book);
  if (isRefusal(key)) return key;
  const currency = currencyOf(parsed.currency);
  if (isRefusal(currency)) return { ...currency, path: 'currency' };
  const fault = refuseOtherCurrency(parsed, currency.code) ?? checkTimes(parsed) ?? checkReach(parsed);
  if (fault !== undefined) return fault;
  const order: Mutable<Order> = {
    shopId: key.shopId,
    orderNo: key.orderNo,
    platform: parsed.platform,
    buyerUid: parsed.buyerUid,
    currency,
    placedAt: parsed.placedAt,
    paidAt: parsed.paidAt,
    flags: [...new Set(parsed.flags)].sort(),
    lines: parsed.lines.map(lineOf).sort((a, b) => a.lineNo - b.lineNo),
    promotions: parsed.promotions.map(promotionOf),
    freight: freightOf(parsed.freight),
    taxMode: parsed.taxMode,
    tenders: parsed.tenders.map(tenderOf),
  };
  if (parsed.splitRecords !== undefined) order.splitRecords = parsed.splitRecords.map(recordOf);
  return checkOrder(order) ?? order;
}

function keyOf(parsed: ParsedOrder, book: BookKey | undefined): BookKey | Refusal {
  const shop = parsed.shopId ?? book?.shopId;
  const number = parsed.orderNo ?? book?.orderNo;
  if (shop === undefined) return refuse('request.invalid', 'The order names its shop.', { path: 'shopId' });
  if (number === undefined) return refuse('request.invalid', 'The order names its number.', { path: 'orderNo' });
  if (book !== undefined && shop !== book.shopId) {
    return refuse('request.invalid', 'The shop is another than in the path.', { path: 'shopId' });
  }
  if (book !== undefined && number !== book.orderNo) {
    return refuse('request.invalid', 'The order number is another than in the path.', { path: 'orderNo' });
  }
  return { shopId: shop, orderNo: number };
}

function checkTimes({ placedAt, paidAt, lines }: ParsedOrder): Refusal | undefined {
  if (paidAt < placedAt) return refuse('request.invalid', 'An order is not paid before it is placed.', { path: 'paidAt' });
  for (const [index, { shippedAt, deliveredAt, stoppedAt }] of lines.entries()) {
    if (shippedAt !== undefined && deliveredAt !== undefined && deliveredAt < shippedAt) {
      return refuse('request.invalid', 'A line is not delivered before it is shipped.', { path: `lines[${index}].deliveredAt` });
    }
    if (stoppedAt !== undefined && (shippedAt ?? deliveredAt) !== undefined) {
      return refuse('request.invalid', 'A line that was shipped was not stopped.', { path: `lines[${index}].stoppedAt` });
    }
  }
  return undefined;
}

/** Each promotion may cut the runs of each line once more, so their reach bounds what is stored of an order. */
function checkReach({ promotions }: ParsedOrder): Refusal | undefined {
  const reached = new Map<number, number>();
  let reach = 0;
  for (const [index, { lines }] of promotions.entries()) {
    const path = `promotions[${index}].lines`;
    reach += lines.length;
    if (reach > ORDER_LIMITS.promotionReach) {
      return refuse('request.invalid', `The promotions reach more than ${ORDER_LIMITS.promotionReach} lines in all.`, { path });
    }
    for (const line of lines) {
      const count = (reached.get(line) ?? 0) + 1;
      if (count > ORDER_LIMITS.promotionsOfLine) {
        return refuse('request.invalid', `More than ${ORDER_LIMITS.promotionsOfLine} promotions reach line ${line}.`, { path });
      }
      reached.set(line, count);
    }
  }
  return undefined;
}

type Parsed<K extends keyof ParsedOrder> = NonNullable<ParsedOrder[K]>;
type ParsedItem<K extends 'lines' | 'promotions' | 'tenders' | 'splitRecords'> = Parsed<K>[number];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Written field by field: copying with rest and spread takes longer than all other parts of an import together. */
function lineOf(line: ParsedItem<'lines'>): OrderLine {
  const order: Mutable<OrderLine> = {
    lineNo: line.lineNo,
    sku: line.sku,
    productId: line.productId,
    name: line.name,
    category: line.category,
    promotionType: line.promotionType,
    unitPrice: line.unitPrice.amount,
    quantity: line.quantity,
    taxRate: line.taxRate,
    commissionRate: line.commissionRate,
    unitCost: line.unitCost.amount,
  };
  if (line.weightGrams !== undefined) order.weightGrams = line.weightGrams;
  if (line.taxAmount !== undefined) order.taxAmount = line.taxAmount.amount;
  if (line.shippedAt !== undefined) order.shippedAt = line.shippedAt;
  if (line.deliveredAt !== undefined) order.deliveredAt = line.deliveredAt;
  if (line.stoppedAt !== undefined) order.stoppedAt = line.stoppedAt;
  return order;
}

/** The lines in scope are kept in their order, so that the same promotion is always written the same. */
const promotionOf = ({ id, type, lines, amount, bearers }: ParsedItem<'promotions'>): Promotion => ({
  id,
  type,
  lines: lines.toSorted((a, b) => a - b),
  amount: amount.amount,
  bearers,
});

const freightOf = (freight: ParsedOrder['freight']): Freight =>
  freight === undefined
    ? { charged: ZERO, discounted: ZERO, tax: ZERO }
    : { charged: freight.charged.amount, discounted: freight.discounted.amount, tax: freight.tax.amount };

const tenderOf = ({ id, kind, amount, points }: ParsedItem<'tenders'>): Tender =>
  points === undefined ? { id, kind, amount: amount.amount } : { id, kind, amount: amount.amount, points };

const recordOf = ({ lineNo, fromUnit, toUnit, net, tax, discounts, commission }: ParsedItem<'splitRecords'>): GivenSplitRecord => ({
  lineNo,
  fromUnit,
  toUnit,
  net: net.amount,
  tax: tax.amount,
  discounts: discounts.map(({ promotionId, amount, platformPart }) => ({
    promotionId,
    amount: amount.amount,
    platformPart: platformPart.amount,
  })),
  commission: commission.amount,
});
