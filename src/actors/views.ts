import type { AfterSaleId, BookKey } from '../domain/ids.js';
import type { Json, Refusal } from '../domain/refusals.js';
import type { Application, Envelope } from './command.js';
import type { Reply } from './ports.js';
import type { Principal } from './principal.js';

/**
 * What callers see: plain JSON in the wire's form (amounts with their currency, times in RFC 3339).
 * The server declares the very same shapes as OpenAPI schemas.
 */

export interface AmountView {
  readonly amount: number;
  readonly currency: string;
}
/** net and tax of an amount */
export interface MoneyView {
  readonly net: AmountView;
  readonly tax: AmountView;
  readonly gross: AmountView;
}

export interface UnitRangeView {
  readonly lineNo: number;
  readonly from: number;
  readonly to: number;
  readonly sku: string;
  readonly promotionType: string;
}

export interface TenderShareView {
  readonly tenderId: string;
  readonly kind: string;
  readonly amount: AmountView;
  /** only for points: how many go back */
  readonly points?: number;
}

/** A unit's share of a promotion, with a minus. */
export interface DiscountView {
  readonly promotionId: string;
  readonly type: string;
  readonly amount: AmountView;
  /** not for buyers */
  readonly platformPart?: AmountView;
}

export interface QuoteUnitView extends UnitRangeView {
  readonly splitKey: string;
  /** all amounts are per unit */
  readonly listPrice: AmountView;
  readonly discounts: readonly DiscountView[];
  readonly cost: MoneyView;
  /** what later payments of exchanges added to the cost */
  readonly laterPayments: AmountView;
  /** refunded or reserved before */
  readonly earlier: MoneyView;
  readonly left: MoneyView;
  readonly refund: MoneyView;
  /** what fees have kept of that; it stays refundable to an appeal. Told of decided after-sales of which fees kept something */
  readonly kept?: MoneyView;
}

/** What a selection would refund, with its derivation. */
export interface QuoteView {
  readonly shopId: string;
  readonly orderNo: string;
  readonly version: number;
  readonly type: string;
  readonly reason: string;
  readonly claim: string;
  readonly stage: string;
  readonly fault: string;
  readonly bearer: string;
  readonly template: { readonly id: string; readonly version: number };
  readonly quantity: number;
  readonly units: readonly QuoteUnitView[];
  /** sum over the units, before fees */
  readonly goods: MoneyView;
  /** what is kept, with a minus */
  readonly fees: readonly { readonly name: string; readonly amount: AmountView; readonly to: string }[];
  /** what of the freight goes back with it, and the rule that says so */
  readonly freight: { readonly rule: string; readonly amount: AmountView };
  /** what the application will still have to give; it changes no amount */
  readonly needs: readonly string[];
  /** goods less fees plus freight: what the buyer gets */
  readonly refund: AmountView;
  readonly tenders: readonly TenderShareView[];
  /** who carries the refund; this and what follows is between the house and its partners, not for buyers */
  readonly bearers?: readonly { readonly bearer: string; readonly amount: AmountView }[];
  /** goes back to the platform from the merchant */
  readonly subsidyBack?: AmountView;
  /** goes back to the merchant */
  readonly commissionOffset?: AmountView;
  readonly costOffset?: AmountView;
}

/** Why an after-sale refunds what it does. `expected`: nothing is decided yet; if it were approved now. Amounts of units are per unit. */
export interface CaseQuoteView {
  readonly basis: 'expected' | 'decided';
  /** `earlier` and `left` leave out what this after-sale itself takes */
  readonly units: readonly QuoteUnitView[];
  readonly goods: MoneyView;
  readonly fees: readonly { readonly name: string; readonly amount: AmountView; readonly to: string }[];
  readonly freight: AmountView;
  /** paid for an exchange too late, or too much; left out where nothing was */
  readonly latePayments?: AmountView;
  readonly refund: AmountView;
  readonly tenders: readonly TenderShareView[];
  readonly bearers?: readonly { readonly bearer: string; readonly amount: AmountView }[];
  readonly subsidyBack?: AmountView;
  readonly commissionOffset?: AmountView;
  readonly costOffset?: AmountView;
}

export interface DecisionView {
  readonly no: number;
  readonly kind: string;
  readonly at: string;
  readonly state: string;
  readonly amount: AmountView;
  readonly freight: AmountView;
  readonly fees: readonly { readonly name: string; readonly amount: AmountView; readonly to: string }[];
  readonly tenders: readonly TenderShareView[];
  readonly bearer: string;
}

export interface AfterSaleView {
  readonly id: string;
  readonly refundId: number;
  readonly shopId: string;
  readonly orderNo: string;
  readonly type: string;
  readonly reason: string;
  readonly origin: string;
  readonly claim: string;
  readonly stage: string;
  readonly fault: string;
  readonly bearer: string;
  readonly template: { readonly id: string; readonly version: number };
  /** the chart's state, dotted: `reviewing.merchant` */
  readonly state: string;
  /** `open`, or the state that ended it: `completed`, `rejected`, `settled`, `closed`, `cancelled` */
  readonly status: string;
  /** the step within an open after-sale: `merchant` of `reviewing.merchant`; empty where there is none */
  readonly stepStatus: string;
  readonly applyTime: string;
  readonly updateTime: string;
  /** when the last payout or goods step ended; null while it is open, and where there was neither */
  readonly finishTime: string | null;
  readonly quantity: number;
  readonly units: readonly UnitRangeView[];
  /** paid out so far by decisions that are paid on every tender, freight included */
  readonly refundAmount: AmountView;
  /** still reserved, or granted and not yet paid */
  readonly reservedAmount: AmountView;
  readonly costOffset?: AmountView;
  readonly commissionOffset?: AmountView;
  /** it gave money back and nothing of the order is left to refund */
  readonly isFullRefund: boolean;
  /** `onHold`, `appealed`, `ruled`, `fallback`, `payoutUnknown`, `paidEarly`, `automatic` */
  readonly flags: readonly string[];
  readonly wanted: { readonly sku: string; readonly price: AmountView | null } | null;
  /** due from the buyer (positive) or to the buyer (negative) */
  readonly difference: AmountView;
  readonly offer: { readonly amount: AmountView; readonly by: string } | null;
  readonly repairPrice: AmountView | null;
  /** where the goods are: `none`, `buyer`, `underway`, `merchant`, `back` */
  readonly goods: string;
  /** where the goods go back to; null until they may */
  readonly returnAddress: string | null;
  readonly passed: readonly UnitRangeView[] | null;
  readonly shipments: readonly { readonly leg: string; readonly courier: string | null; readonly trackingNo: string | null }[];
  readonly decisions: readonly DecisionView[];
  readonly deadlines: readonly { readonly name: string; readonly at: string | null; readonly suspendedMs: number | null }[];
  /** commands that the caller may give now */
  readonly allowedCommands: readonly string[];
  /** version of the book after the last change of this after-sale */
  readonly version: number;
}

/** Money beyond the caps, and every payout of the book itself. */
export interface GoodwillView {
  readonly limit: AmountView;
  readonly given: AmountView;
  readonly left: AmountView;
  readonly payouts: readonly {
    readonly key: string;
    /** the cap that it is posted to: `goodwill`, or that of advanced return freight */
    readonly from: string;
    readonly way: string;
    readonly amount: AmountView;
    readonly points: number;
    readonly state: string;
    readonly updatedAt: string;
  }[];
}

/** One order with what is free and left of it. */
export interface OrderView {
  readonly shopId: string;
  readonly orderNo: string;
  readonly platform: string;
  readonly currency: string;
  readonly version: number;
  readonly placedAt: string;
  readonly paidAt: string;
  readonly flags: readonly string[];
  readonly taxMode: string;
  readonly paid: MoneyView;
  readonly refunded: AmountView;
  readonly reserved: AmountView;
  readonly left: AmountView;
  readonly freight: { readonly cost: MoneyView; readonly left: MoneyView };
  /** those of the order, then differences that were paid for exchanges later */
  readonly tenders: readonly (TenderShareView & { readonly left: AmountView })[];
  readonly lines: readonly OrderLineView[];
  /** live after-sales, newest first */
  /** for operations alone */
  readonly goodwill?: GoodwillView;
  readonly afterSales: readonly AfterSaleView[];
}

export interface OrderLineView {
  readonly lineNo: number;
  readonly sku: string;
  readonly productId: string;
  readonly name: string;
  readonly category: string;
  readonly promotionType: string;
  /** list price */
  readonly unitPrice: AmountView;
  /** decimal text: `0.13` is 13 % */
  readonly taxRate: string;
  readonly quantity: number;
  readonly stage: string;
  readonly cost: MoneyView;
  /** runs of units in the same situation */
  readonly units: readonly {
    readonly from: number;
    readonly to: number;
    readonly splitKey: string;
    readonly discounts: readonly DiscountView[];
    readonly state: 'free' | 'held' | 'ended';
    readonly cost: MoneyView;
    readonly left: MoneyView;
    readonly afterSaleId: string | null;
  }[];
  /** what may be applied for now: by type, the reasons with the claims and evidence they take */
  readonly allowed: readonly {
    readonly type: string;
    readonly reasons: readonly {
      readonly code: string;
      readonly title: string;
      readonly claims: readonly string[];
      readonly evidence: number;
    }[];
  }[];
}

/** Quotes, as the host gives them. */
export type QuoteReply = QuoteView | Refusal;

/** What routes and jobs call. Everything is asynchronous; nothing throws but for bugs and lost connections. */
export interface Host {
  send(envelope: Envelope, principal: Principal): Promise<Reply>;
  quote(book: BookKey, application: Application, principal: Principal): Promise<QuoteView | Refusal>;
  order(book: BookKey, principal: Principal): Promise<OrderView | Refusal>;
  afterSale(id: AfterSaleId, principal: Principal): Promise<AfterSaleView | Refusal>;
  /** an after-sale with the derivation of its money */
  explain(id: AfterSaleId, principal: Principal): Promise<{ readonly view: AfterSaleView; readonly quote: CaseQuoteView } | Refusal>;
}

/** Body of the answer to a command that goes to no single after-sale. */
export type PlainReply = { readonly [key: string]: Json };
