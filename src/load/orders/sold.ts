/** What was sold, as the load made it up and the platform tells it. All amounts are whole minor units of the order's currency. */

export type Stage = 'notShipped' | 'inTransit' | 'delivered';
export type TaxMode = 'inclusive' | 'exclusive';

export interface SoldLine {
  readonly lineNo: number;
  readonly sku: string;
  readonly category: string;
  readonly promotionType: string;
  /** list price of one unit, with the tax in it where the order's tax is inclusive */
  readonly unitPrice: number;
  readonly quantity: number;
  /** parts per million */
  readonly taxRate: number;
  /** what was charged for the whole line, where the platform says so */
  readonly taxAmount?: number;
  /** parts per million */
  readonly commissionRate: number;
  readonly unitCost: number;
}

export interface SoldPromotion {
  readonly id: string;
  readonly lines: readonly number[];
  readonly amount: number;
  /** basis points that the platform bears; the merchant bears the rest */
  readonly platformPart: number;
}

export interface SoldTender {
  readonly id: string;
  readonly kind: 'card' | 'wallet' | 'points' | 'balance';
  readonly amount: number;
  readonly points?: number;
}

export interface Basket {
  readonly currency: string;
  readonly taxMode: TaxMode;
  readonly lines: readonly SoldLine[];
  readonly promotions: readonly SoldPromotion[];
  readonly freight: { readonly charged: number; readonly discounted: number; readonly tax: number };
}

/** What one unit, or the freight, cost the buyer. */
export interface Cost {
  readonly net: number;
  readonly tax: number;
}

/** What everything cost by the load's own arithmetic. */
export interface Priced {
  /** by line in the order's order, then by unit: the first stands for unit 1 */
  readonly units: readonly (readonly Cost[])[];
  readonly freight: Cost;
  /** net and tax of everything */
  readonly total: number;
}

export interface Sold extends Basket {
  readonly shopId: string;
  readonly orderNo: string;
  readonly platform: string;
  readonly buyerUid: string;
  readonly stage: Stage;
  readonly tenders: readonly SoldTender[];
  readonly cost: Priced;
}

const HOUR_MS = 3_600_000;
const time = (at: number): string => new Date(at).toISOString();
/** 82500 parts per million as the wire has it: `0.0825`. */
const rateText = (ppm: number): string => String(ppm / 1_000_000);

/**
 * The order as it is put: placed two days ago and, where it was, shipped and delivered since.
 * @param now epoch milliseconds
 */
export function bodyOf(sold: Sold, now: number): object {
  const price = (amount: number) => ({ amount, currency: sold.currency });
  const { platform, buyerUid, currency, stage, taxMode, freight } = sold;
  const way = {
    ...(stage === 'notShipped' ? {} : { shippedAt: time(now - 30 * HOUR_MS) }),
    ...(stage === 'delivered' ? { deliveredAt: time(now - 24 * HOUR_MS) } : {}),
  };
  return {
    ...{ platform, buyerUid, currency, taxMode },
    placedAt: time(now - 48 * HOUR_MS),
    paidAt: time(now - 48 * HOUR_MS),
    flags: [],
    lines: sold.lines.map(
      ({ lineNo, sku, category, promotionType, unitPrice, quantity, taxRate, taxAmount, commissionRate, unitCost }) => ({
        ...{ lineNo, sku, productId: `product-${sku}`, name: `The ${sku}`, category, promotionType, quantity },
        unitPrice: price(unitPrice),
        taxRate: rateText(taxRate),
        ...(taxAmount === undefined ? {} : { taxAmount: price(taxAmount) }),
        commissionRate: rateText(commissionRate),
        unitCost: price(unitCost),
        ...way,
      }),
    ),
    promotions: sold.promotions.map(({ id, lines, amount, platformPart }) => ({
      ...{ id, type: 'order', lines, amount: price(amount) },
      bearers: { merchant: 10_000 - platformPart, platform: platformPart },
    })),
    freight: { charged: price(freight.charged), discounted: price(freight.discounted), tax: price(freight.tax) },
    tenders: sold.tenders.map((tender) => ({ ...tender, amount: price(tender.amount) })),
  };
}
