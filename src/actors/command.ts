import type { AfterSaleId, BookKey, CommandId, Instant, LineNo, TenderId } from '../domain/ids.js';
import type { Minor } from '../domain/money.js';
import type { Order } from '../domain/order.js';
import type { SelectionEntry } from '../domain/selection.js';
import type { AfterSaleType, Bearer } from '../machines/words.js';

/** An amount as callers write it: minor units with their currency. */
export interface Price {
  readonly amount: Minor;
  readonly currency: string;
}

/** A photo, video or document: uploaded before (by id), or linked; both by SHA-256 of the content (hex). */
export type Evidence =
  | { readonly kind: EvidenceKind; readonly evidenceId: string; readonly sha256: string }
  | { readonly kind: EvidenceKind; readonly url: string; readonly sha256: string };
export const EVIDENCE_KINDS = ['photo', 'video', 'document'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export interface Contact {
  readonly name?: string;
  readonly phone?: string;
  readonly email?: string;
}

export interface Address {
  readonly name: string;
  readonly phone?: string;
  readonly country: string;
  readonly region?: string;
  readonly city: string;
  readonly street: string;
  readonly postalCode?: string;
}

/** How the goods come back. */
export type WayBack =
  | { readonly kind: 'pickup'; readonly address: Address; readonly from: Instant; readonly to: Instant }
  | { readonly kind: 'courier'; readonly courier?: string; readonly trackingNo?: string }
  | { readonly kind: 'counter'; readonly counter?: string };

/** What is asked of the selected units: all that is left of them, an amount of money, or the price of missing weight. */
export type ClaimAsked = { readonly kind: 'unit' } | { readonly kind: 'money'; readonly amount: Price } | { readonly kind: 'weight' };

/** What an applicant, and a quote, says of the case. */
export interface Application {
  readonly type: AfterSaleType;
  readonly reason: string;
  readonly claim: ClaimAsked;
  readonly selection: readonly SelectionEntry[];
  readonly remark?: string;
  readonly evidence: readonly Evidence[];
  readonly contact?: Contact;
  readonly wayBack?: WayBack;
  /** the SKU wanted in an exchange */
  readonly wanted?: { readonly sku: string };
  /** the refund that a quote promised; the application is refused where it would be another */
  readonly quoted?: Price;
  /** where the case comes from: `own`, or the name of a marketplace */
  readonly origin: string;
}

/** What a ruling or an override decides. */
export type Verdict =
  /** the decision so far stands; for an override: the buyer gets nothing */
  | { readonly outcome: 'upheld' }
  /** money without further goods; all that is left of the units, or `amount` of it */
  | { readonly outcome: 'refund'; readonly amount?: Price; readonly bearer?: Bearer }
  | { readonly outcome: 'return' | 'repair'; readonly bearer?: Bearer }
  /** `price`: of the SKU wanted, where it is another; needed unless it was named before */
  | { readonly outcome: 'exchange'; readonly price?: Price; readonly bearer?: Bearer }
  /** nothing moves to or from the buyer, but another carries the cost */
  | { readonly outcome: 'bearer'; readonly bearer: Bearer };

/** A command that one after-sale takes. Its `type` is the word in the path; the chart says when it is allowed. */
export type AfterSaleCommand =
  | { readonly type: 'approve'; readonly returnAddress?: Address; readonly price?: Price; readonly remark?: string }
  | { readonly type: 'reject'; readonly remark: string }
  | { readonly type: 'escalate'; readonly remark?: string }
  /** `amount`: part of the money, goods kept; `price`: the new price of an exchange */
  | { readonly type: 'offer'; readonly amount?: Price; readonly price?: Price; readonly remark?: string }
  | { readonly type: 'askEvidence'; readonly remark: string }
  | { readonly type: 'accept' }
  | { readonly type: 'decline'; readonly remark?: string }
  | { readonly type: 'provide'; readonly evidence: readonly Evidence[]; readonly remark?: string }
  | { readonly type: 'withdraw'; readonly remark?: string }
  | { readonly type: 'handOver'; readonly courier?: string; readonly trackingNo?: string }
  | { readonly type: 'reschedule'; readonly from: Instant; readonly to: Instant }
  | { readonly type: 'received'; readonly remark?: string }
  | { readonly type: 'lost'; readonly remark?: string }
  | {
      readonly type: 'inspect';
      readonly result: 'all' | 'part' | 'none';
      /** the units that passed, for `part` */
      readonly passed?: readonly SelectionEntry[];
      /** whether what passed can be sold again; decides the cost offset */
      readonly sellable: boolean;
      readonly bearer?: Bearer;
      readonly remark?: string;
    }
  | { readonly type: 'retry' }
  | { readonly type: 'anotherWay'; readonly way: 'wallet' | 'account'; readonly account?: string }
  | { readonly type: 'paidByHand'; readonly reference: string }
  | { readonly type: 'ship'; readonly courier?: string; readonly trackingNo?: string }
  | { readonly type: 'outOfStock' }
  | { readonly type: 'paid'; readonly amount: Price; readonly reference: string }
  | { readonly type: 'refuse'; readonly remark?: string }
  | { readonly type: 'delivered' }
  | { readonly type: 'diagnose'; readonly price?: Price; readonly remark?: string }
  | { readonly type: 'consent' }
  | { readonly type: 'repaired' }
  | { readonly type: 'unrepairable'; readonly remark?: string }
  | { readonly type: 'appeal'; readonly remark: string; readonly evidence: readonly Evidence[] }
  | { readonly type: 'rule'; readonly verdict: Verdict; readonly remark: string }
  | { readonly type: 'override'; readonly verdict: Verdict; readonly remark: string; readonly returnAddress?: Address }
  | { readonly type: 'note'; readonly text: string; readonly visibility: 'all' | 'internal' }
  | { readonly type: 'extend'; readonly byMs: number; readonly remark?: string }
  | { readonly type: 'hold'; readonly remark: string }
  | { readonly type: 'release' }
  /** operations repay return freight that the buyer advanced, on proof */
  | {
      readonly type: 'repayFreight';
      readonly amount: Price;
      readonly evidence: readonly Evidence[];
      readonly to: 'wallet' | 'account';
      readonly account?: string;
    };

export type AfterSaleCommandType = AfterSaleCommand['type'];

/** What the platform reports of the forward order. */
export type OrderReport =
  | { readonly type: 'shipped' | 'delivered' | 'stopped'; readonly lines: readonly LineNo[]; readonly at: Instant }
  /** money that went back outside Redress; see EXAMPLES 13 */
  | {
      readonly type: 'movedElsewhere';
      readonly reference: string;
      readonly amount: Price;
      /** the tender it went back to, also a later payment for an exchange; shared over all tenders where it is not known */
      readonly tenderId?: TenderId;
      /** the payout it stands for, where the platform knows: one that is still to be paid is settled by it, wholly or in part */
      readonly payoutKey?: string;
      /** the units it was for; shared over units and freight by what is left of each where it is not known */
      readonly units?: { readonly claim: 'unit' | 'money'; readonly selection: readonly SelectionEntry[] };
    };

/** What a gateway has said of one attempt of a payout. `unknown`: neither paid nor declined for sure. */
export type PayoutOutcome =
  | { readonly outcome: 'paid'; readonly reference: string }
  /** `told`: by a callback, which may be false; it counts as unknown until a question has confirmed it */
  | { readonly outcome: 'declined'; readonly code: string; readonly told?: true }
  | { readonly outcome: 'unknown' };

/** Everything that can happen to a book. */
export type BookCommand =
  | { readonly kind: 'putOrder'; readonly order: Order }
  | { readonly kind: 'apply'; readonly application: Application }
  | { readonly kind: 'afterSale'; readonly afterSaleId: AfterSaleId; readonly command: AfterSaleCommand }
  | { readonly kind: 'report'; readonly report: OrderReport }
  | {
      readonly kind: 'goodwill';
      readonly amount: Price;
      readonly to: 'wallet' | 'points' | 'account';
      readonly points?: number;
      readonly account?: string;
      readonly remark: string;
    }
  | { readonly kind: 'payoutResult'; readonly payoutKey: string; readonly attempt: number; readonly result: PayoutOutcome }
  /** the poller has asked as often as the template allows and still knows nothing */
  | { readonly kind: 'payoutStuck'; readonly payoutKey: string; readonly attempt: number }
  /** a person about a payout that no after-sale waits for (goodwill, late payments) */
  | {
      readonly kind: 'payout';
      readonly payoutKey: string;
      readonly command: Extract<AfterSaleCommand, { type: 'retry' | 'anotherWay' | 'paidByHand' }>;
    }
  /** operations erase what the book says of its buyer, who is called by the pseudonym since; `evenOpen`: also while an after-sale is open */
  | { readonly kind: 'erase'; readonly pseudonym: string; readonly evenOpen: boolean }
  | { readonly kind: 'timer'; readonly afterSaleId: AfterSaleId; readonly timerId: string; readonly visit: number };

/** A command on its way to the book that it is for. */
export interface Envelope {
  readonly id: CommandId;
  readonly book: BookKey;
  readonly command: BookCommand;
  /** the version the caller has seen (If-Match) */
  readonly ifVersion?: number;
  /** present on every command that came with an idempotency key */
  readonly idempotency?: { readonly key: string; readonly hash: string };
}
