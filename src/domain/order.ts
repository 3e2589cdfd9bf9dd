import type { BookKey, Instant, LineNo, TenderId } from './ids.js';
import type { Minor, Money } from './money.js';

/** An ISO 4217 currency with its number of decimals. */
export interface Currency {
  readonly code: string;
  readonly exponent: 0 | 2 | 3;
}

export const ORDER_FLAGS = ['trial', 'virtual'] as const;
export type OrderFlag = (typeof ORDER_FLAGS)[number];

/** Whether list prices contain the tax (inclusive) or the tax comes on top of them (exclusive). */
export type TaxMode = 'inclusive' | 'exclusive';

/** Parts per million: 82500 is 8.25 %. */
export type Ppm = number;
/** Basis points: 4000 is 40 %. */
export type BasisPoints = number;

export interface OrderLine {
  readonly lineNo: LineNo;
  readonly sku: string;
  readonly productId: string;
  readonly name: string;
  readonly category: string;
  readonly promotionType: string;
  /** list price of one unit, before discounts; with tax where the order's tax is inclusive */
  readonly unitPrice: Minor;
  readonly quantity: number;
  /** weight of one unit, for goods sold by weight */
  readonly weightGrams?: number;
  readonly taxRate: Ppm;
  /** what the platform charged for the whole line; kept as it is where given */
  readonly taxAmount?: Minor;
  readonly commissionRate: Ppm;
  /** what one unit cost the merchant */
  readonly unitCost: Minor;
  readonly shippedAt?: Instant;
  readonly deliveredAt?: Instant;
  /** the platform has reported that this line will not be shipped */
  readonly stoppedAt?: Instant;
}

export interface Promotion {
  readonly id: string;
  readonly type: string;
  readonly lines: readonly LineNo[];
  readonly amount: Minor;
  /** who bears it; the two add up to 10000 */
  readonly bearers: { readonly merchant: BasisPoints; readonly platform: BasisPoints };
}

/** What the buyer paid for freight: charged less discounted; `tax` is contained in it (inclusive) or comes on top (exclusive). */
export interface Freight {
  readonly charged: Minor;
  readonly discounted: Minor;
  readonly tax: Minor;
}

export const TENDER_KINDS = ['card', 'wallet', 'points', 'coupon', 'balance'] as const;
export type TenderKind = (typeof TENDER_KINDS)[number];

export interface Tender {
  readonly id: TenderId;
  readonly kind: TenderKind;
  readonly amount: Minor;
  /** how many points were used, for kind points */
  readonly points?: number;
}

/** The forward order, as the platform gave it. Lines stand in the order of their numbers. */
export interface Order extends BookKey {
  readonly platform: string;
  readonly buyerUid: string;
  readonly currency: Currency;
  readonly placedAt: Instant;
  readonly paidAt: Instant;
  readonly flags: readonly OrderFlag[];
  readonly lines: readonly OrderLine[];
  readonly promotions: readonly Promotion[];
  readonly freight: Freight;
  readonly taxMode: TaxMode;
  readonly tenders: readonly Tender[];
  /** a platform's own split records, taken instead of computing them; they must add up */
  readonly splitRecords?: readonly GivenSplitRecord[];
}

/** A split record as a platform sends it: units `fromUnit` to `toUnit` of a line, each of which cost this. */
export interface GivenSplitRecord {
  readonly lineNo: LineNo;
  readonly fromUnit: number;
  readonly toUnit: number;
  readonly net: Minor;
  readonly tax: Minor;
  readonly discounts: readonly { readonly promotionId: string; readonly amount: Minor; readonly platformPart: Minor }[];
  readonly commission: Minor;
}

export type Stage = 'notShipped' | 'inTransit' | 'delivered';

/** How far the goods of a line have come. */
export function stageOf(line: OrderLine): Stage {
  if (line.deliveredAt !== undefined) return 'delivered';
  return line.shippedAt === undefined ? 'notShipped' : 'inTransit';
}

/** The share of a promotion that one unit got, and the platform's part of that share. */
export interface DiscountShare {
  readonly promotionId: string;
  readonly amount: Minor;
  readonly platformPart: Minor;
}

/** What each of the units `from` to `to` (from 1, both included) of a line really cost. */
export interface SplitRun {
  readonly lineNo: LineNo;
  readonly from: number;
  readonly to: number;
  /** list price of the unit */
  readonly list: Minor;
  readonly discounts: readonly DiscountShare[];
  /** what the buyer paid for the unit */
  readonly cost: Money;
  /** commission the platform took for the unit */
  readonly commission: Minor;
  /** the platform's part of all discounts of the unit */
  readonly platformPart: Minor;
}

/** The split records of an order, equal ones as runs, ordered by line and unit; freight is a record of its own. */
export interface SplitRecords {
  readonly runs: readonly SplitRun[];
  readonly freight: Money;
  /** what the order cost: all units and freight */
  readonly total: Money;
}
