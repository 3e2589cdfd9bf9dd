import fc from 'fast-check';
import { currencyOf } from '../../src/domain/currency.js';
import { instant, lineNo, orderNo, shopId, tenderId } from '../../src/domain/ids.js';
import { gross, minor } from '../../src/domain/money.js';
import type { Freight, Order, OrderLine, Promotion, SplitRecords, TaxMode } from '../../src/domain/order.js';
import { isRefusal, type Refusal } from '../../src/domain/refusals.js';
import { splitOrder } from '../../src/domain/split.js';

export type LineGiven = Partial<Omit<OrderLine, 'lineNo' | 'unitPrice' | 'taxAmount' | 'unitCost'>> & {
  readonly lineNo?: number;
  readonly unitPrice: number;
  readonly taxAmount?: number;
  readonly unitCost?: number;
};
export type PromotionGiven = {
  readonly id?: string;
  readonly amount: number;
  readonly lines?: readonly number[];
  readonly platform?: number;
};

export interface OrderGiven {
  readonly lines: readonly LineGiven[];
  readonly promotions?: readonly PromotionGiven[];
  readonly freight?: { readonly charged: number; readonly discounted?: number; readonly tax?: number };
  readonly taxMode?: TaxMode;
  readonly currency?: string;
  /** what the tenders pay; without it exactly what the order costs */
  readonly paid?: number;
}

/** An order from the numbers that a case is about; all else is ordinary. It is paid by one card. */
export function orderOf(given: OrderGiven): Order {
  const currency = currencyOf(given.currency ?? 'CNY');
  if (isRefusal(currency)) throw new Error(currency.detail);
  const order: Order = {
    shopId: shopId('shop-1'),
    orderNo: orderNo('O-1'),
    platform: 'demo',
    buyerUid: 'buyer-1',
    currency,
    placedAt: instant(0),
    paidAt: instant(0),
    flags: [],
    lines: given.lines.map(lineOf),
    promotions: (given.promotions ?? []).map((promotion, index) => promotionOf(promotion, index, given.lines.length)),
    freight: freightOf(given.freight),
    taxMode: given.taxMode ?? 'inclusive',
    tenders: [],
  };
  return { ...order, tenders: [{ id: tenderId('card'), kind: 'card', amount: minor(given.paid ?? costOf(order)) }] };
}

function lineOf({ taxAmount, ...line }: LineGiven, index: number): OrderLine {
  return {
    sku: `sku-${index + 1}`,
    productId: `product-${index + 1}`,
    name: 'goods',
    category: 'general',
    promotionType: 'none',
    quantity: 1,
    taxRate: 0,
    commissionRate: 0,
    ...line,
    ...(taxAmount === undefined ? {} : { taxAmount: minor(taxAmount) }),
    lineNo: lineNo(line.lineNo ?? index + 1),
    unitPrice: minor(line.unitPrice),
    unitCost: minor(line.unitCost ?? 0),
  };
}

function promotionOf({ id, amount, lines, platform = 0 }: PromotionGiven, index: number, lineCount: number): Promotion {
  return {
    id: id ?? `promotion-${index + 1}`,
    type: 'order',
    lines: (lines ?? Array.from({ length: lineCount }, (_, i) => i + 1)).map(lineNo),
    amount: minor(amount),
    bearers: { merchant: 10_000 - platform, platform },
  };
}

const freightOf = (given: OrderGiven['freight']): Freight => ({
  charged: minor(given?.charged ?? 0),
  discounted: minor(given?.discounted ?? 0),
  tax: minor(given?.tax ?? 0),
});

/** What the order costs, as the refusal of an order without tenders names it. */
function costOf(order: Order): number {
  const outcome = splitOrder(order);
  if (!isRefusal(outcome)) return gross(outcome.total);
  const cost = outcome.facts?.cost;
  return typeof cost === 'number' ? cost : 0;
}

/** The split records of an order that is expected to have some. */
export function splitOf(order: Order): SplitRecords {
  const outcome = splitOrder(order);
  if (isRefusal(outcome)) throw new Error(`${outcome.code}: ${outcome.detail}`);
  return outcome;
}

export function refusalOf(outcome: unknown): Refusal {
  if (!isRefusal(outcome)) throw new Error(`no refusal: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** One split record per unit, for tables. */
export function unitsOf(records: SplitRecords, line?: number) {
  return records.runs
    .filter((run) => line === undefined || run.lineNo === line)
    .flatMap((run) => Array.from({ length: run.to - run.from + 1 }, (_, i) => ({ ...run, unit: run.from + i })));
}

/** Orders of every shape: few small lines with odd cents, several promotions over some of them, both kinds of tax. */
export const anyOrder: fc.Arbitrary<Order> = fc
  .record({
    lines: fc.array(
      fc.record({
        unitPrice: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 100_000 })),
        quantity: fc.integer({ min: 1, max: 9 }),
        taxRate: fc.constantFrom(0, 82_500, 130_000, 999_999),
        commissionRate: fc.constantFrom(0, 50_000, 123_456),
        taxShare: fc.option(fc.integer({ min: 0, max: 100 })),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    promotions: fc.array(
      fc.record({
        percent: fc.integer({ min: 0, max: 100 }),
        scope: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
        platform: fc.constantFrom(0, 3_333, 5_000, 10_000),
      }),
      { maxLength: 4 },
    ),
    freight: fc.record({ charged: fc.integer({ min: 0, max: 2_000 }), percent: fc.integer({ min: 0, max: 100 }) }),
    taxMode: fc.constantFrom<TaxMode>('inclusive', 'exclusive'),
  })
  .map(({ lines, promotions, freight, taxMode }) => {
    const left = lines.map(({ unitPrice, quantity }) => unitPrice * quantity);
    const fitting = promotions.map(({ percent, scope, platform }) => {
      const indexes = [...new Set(scope.map((i) => i % lines.length))].sort((a, b) => a - b);
      const share = Math.min(...indexes.map((i) => left[i] ?? 0));
      const amount = Math.floor((share * percent) / 100);
      // Taking all of it from each line keeps the next ones within what any sharing leaves.
      for (const i of indexes) left[i] = (left[i] ?? 0) - amount;
      return { amount, lines: indexes.map((i) => i + 1), platform };
    });
    return orderOf({
      lines: lines.map(({ taxShare, ...line }, i) => ({
        ...line,
        ...(taxShare === null ? {} : { taxAmount: Math.floor(((left[i] ?? 0) * taxShare) / 200) }),
      })),
      promotions: fitting,
      freight: {
        charged: freight.charged,
        discounted: Math.floor((freight.charged * freight.percent) / 100),
        tax: Math.floor((freight.charged * (100 - freight.percent)) / 300),
      },
      taxMode,
    });
  });
