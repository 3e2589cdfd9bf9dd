import type { PortionOfUnits } from '../domain/claims.js';
import type { AfterSaleId, Instant, LineNo, RefundId, TenderId } from '../domain/ids.js';
import type { Minor, Money } from '../domain/money.js';
import type { OffsetOfUnits } from '../domain/offsets.js';
import type { Stage } from '../domain/order.js';
import type { UnitRange } from '../domain/selection.js';
import type { TenderShare } from '../domain/tenders.js';
import type { Snapshot } from '../machines/step.js';
import type { AfterSaleType, ClaimKind as AskedKind, Bearer, Fault } from '../machines/words.js';
import type { Address } from './command.js';

/**
 * The rows that a book is made of. A decision names the rows that it changes, whole; the store writes
 * them and nothing else. All are plain JSON values.
 */

export type Portion = PortionOfUnits;
export type { TenderShare };

export type DecisionKind =
  | 'approval'
  | 'offer'
  | 'inspection'
  | 'difference'
  | 'fallback'
  | 'override'
  | 'ruling'
  | 'freight'
  | 'latePayment'
  | 'coupon'
  | 'goodwill'
  | 'advancedFreight'
  /** money that moved outside Redress */
  | 'elsewhere';

/** What was kept of a refund, for whom, and why. */
export interface FeeLine {
  readonly name: string;
  readonly amount: Minor;
  readonly to: Bearer;
}

/** A decision that grants money, numbered within its after-sale from 1. */
export interface Decision {
  readonly no: number;
  readonly kind: DecisionKind;
  readonly at: Instant;
  /** `paid` when every payout of it has succeeded */
  readonly state: 'paying' | 'paid' | 'dropped';
  /** what each unit gets */
  readonly portions: readonly Portion[];
  /** what of the freight goes back */
  readonly freight: Money;
  readonly fees: readonly FeeLine[];
  readonly shares: readonly TenderShare[];
  readonly bearer: Bearer;
  readonly offsets: readonly OffsetOfUnits[];
  /** whether the units of this decision are refunded for good, never to be claimed again */
  readonly ends: boolean;
  /** the units that it ends, also those that give nothing */
  readonly ended: readonly UnitRange[];
}

/** Personal data or free text that stands in a row of its own; the trail holds its salted hash. */
export interface PrivateRow {
  readonly id: string;
  readonly afterSaleId: AfterSaleId | null;
  readonly kind: string;
  readonly salt: string;
  /** JSON; null once erased */
  readonly content: string | null;
  readonly hash: string;
}

/** What is left of a pending transfer: neither posted nor voided. */
export interface PendingTransfer extends Money {
  readonly no: number;
  readonly debit: string;
  readonly credit: string;
}

/** One application, with everything that a decision on it needs. */
export interface AfterSale {
  readonly id: AfterSaleId;
  readonly refundId: RefundId;
  readonly type: AfterSaleType;
  readonly reason: string;
  readonly origin: string;
  readonly stage: Stage;
  readonly fault: Fault;
  readonly bearer: Bearer;
  readonly template: { readonly id: string; readonly version: number };
  readonly chart: Snapshot;
  /** who applied, as `callerOf` writes it without the buyer's id: the role */
  readonly applicant: string;
  readonly appliedAt: Instant;
  readonly updatedAt: Instant;
  /** when the newest payout or goods step ended; null before the first */
  readonly finishedAt: Instant | null;
  /** book version of the last change */
  readonly version: number;

  /** false once it can neither change nor matter to the units: it is no longer loaded with its book */
  readonly live: boolean;
  readonly claim: AskedKind;
  /** what a claim of money asked for; null for a claim of units */
  readonly asked: Minor | null;
  /** what a claim of missing weight asked of each unit, which no other unit makes up for; once its goods come back instead, what it gave for that; empty for any other claim */
  readonly missing: readonly Portion[];
  /** when freight goes back with it: with its own refund, with the last unit of the order, or never */
  readonly freight: 'now' | 'last' | 'never';
  readonly units: readonly UnitRange[];
  readonly quantity: number;
  /** while true its units are in an open after-sale */
  readonly holds: boolean;
  /** reserved and not yet granted, per unit */
  readonly reserved: readonly Portion[];
  readonly reservedShares: readonly TenderShare[];
  readonly pending: readonly PendingTransfer[];
  readonly decisions: readonly Decision[];
  /** later payments of an exchange: what each unit costs more since */
  readonly extra: readonly (Portion & { readonly tenderId: TenderId })[];

  readonly wanted: {
    readonly sku: string;
    /** whether it is the very SKU that the buyer has */
    readonly same: boolean;
    readonly price: Minor | null;
    /** units that the buyer has as this SKU since, where it is another */
    readonly replaced?: readonly UnitRange[];
  } | null;
  /** references of differences that the platform reported as paid */
  readonly payments: readonly string[];
  /** what the buyer has to pay (positive) or gets back (negative) in an exchange */
  readonly difference: Minor;
  readonly offer: { readonly amount: Minor; readonly by: string } | null;
  readonly repairPrice: Minor | null;
  /** units that passed inspection; null before it */
  readonly passed: readonly UnitRange[] | null;
  /** units that what is done now is for, where a verdict or the end of a wait chose them; null: those that passed */
  readonly remedied: readonly UnitRange[] | null;
  readonly sellable: boolean;
  readonly goods: 'none' | 'buyer' | 'underway' | 'merchant' | 'lost' | 'back';
  readonly hold: { readonly at: Instant; readonly byExternal: boolean } | null;
  readonly appeal: { readonly by: string; readonly from: 'rejected' | 'completed' } | null;
  readonly extendedMs: number;
  /** where the goods go back to, as approval named it; null: where the template says */
  readonly returnAddress: Address | null;
  /** latest shipment in each direction */
  readonly shipments: readonly {
    readonly leg: 'return' | 'replacement' | 'repair' | 'back';
    readonly courier: string | null;
    readonly trackingNo: string | null;
  }[];
  /** freight repaid to the buyer who advanced it */
  readonly advancedFreight: Minor;
}

/** The key of a cap row: `order`, `freight`, `goodwill`, `line:1`, `tender:card-1`. */
export type CapKey = string;

/** Three balances that a cap keeps at once: for a line net, tax and pieces; for a tender its amount as net and its points as units. */
export interface Triple {
  readonly net: number;
  readonly tax: number;
  readonly units: number;
}

/** A limit that the database itself keeps: 0 <= reserved, 0 <= posted, reserved + posted <= limit, each for net, tax and units. */
export interface Cap {
  readonly key: CapKey;
  readonly limit: Triple;
  readonly reserved: Triple;
  readonly posted: Triple;
}

/** A change of one cap row by deltas; the database adds them and checks. A row that is not there yet begins with zeros. */
export interface CapChange {
  readonly key: CapKey;
  readonly limit: Triple;
  readonly reserved: Triple;
  readonly posted: Triple;
}

/**
 * One movement of the double-entry ledger. Accounts: `line:N`, `freight`, `later:TENDER` (what the
 * buyer paid), `payable:AFTERSALE` (what is owed to the buyer), `tender:ID` (what went back),
 * `merchant`, `platform`, `carrier` (who carries it), `goodwill`, `excess`, `sales`, `commission`.
 * `pending` reserves; `post` and `void` settle a part of a pending one, named by `of`; `direct` moves at once.
 */
export interface Transfer {
  /** number within the book, from 1 */
  readonly no: number;
  readonly afterSaleId: AfterSaleId | null;
  readonly decisionNo: number | null;
  readonly phase: 'pending' | 'post' | 'void' | 'direct';
  /** the pending transfer that a `post` or `void` settles */
  readonly of: number | null;
  readonly debit: string;
  readonly credit: string;
  readonly net: Minor;
  readonly tax: Minor;
}

/** Money on its way to the buyer: one row per decision and tender (or named account). */
export interface Payout {
  /** `<afterSaleId or book>:<decisionNo>:<tenderId or kind of account>`; the gateway sees it as its idempotency key, with the attempt */
  readonly key: string;
  readonly afterSaleId: AfterSaleId | null;
  readonly decisionNo: number;
  readonly tenderId: TenderId | null;
  /** the means it goes to: back to the tender, or another way after a decline; `hand`: not by its newest attempt, but from outside, or by one that had been declined */
  readonly way: 'tender' | 'wallet' | 'points' | 'account' | 'hand';
  readonly account: string | null;
  /** the cap row that it is posted to, and for money of the book the account that gives it */
  readonly capKey: string;
  readonly source: string | null;
  /** the pending transfer that it settles, for money of the book; an after-sale keeps its own list */
  readonly pendingNo?: number;
  readonly amount: Minor;
  readonly points: number;
  /** parts of the amount that moved outside Redress, each after the attempt that was the newest then: later attempts pay the rest */
  readonly outside?: readonly { readonly after: number; readonly amount: Minor }[];
  readonly currency: string;
  /**
   * waiting: not to be sent yet (hold, retry pending) · begun: an attempt was made or is about to be ·
   * unknown · declined: confirmed · held: share of a coupon that waits for its whole · paid
   */
  readonly state: 'waiting' | 'begun' | 'unknown' | 'declined' | 'held' | 'paid' | 'dropped';
  /** from 1; rises only after the attempt before was declined for sure */
  readonly attempt: number;
  readonly reference: string | null;
  readonly updatedAt: Instant;
}

/** A durable deadline. `visit` tells this stay in the state from an earlier one. */
export interface TimerRow {
  readonly afterSaleId: AfterSaleId;
  /** XState's id of the delayed event, which is the same at every visit */
  readonly timerId: string;
  readonly visit: number;
  readonly dueAt: Instant;
  /** what was left when it was put on hold; null while it runs */
  readonly suspendedMs: number | null;
}

/** The one text of a deadline, for maps. */
export const timerKey = (afterSaleId: AfterSaleId, timerId: string): string => `${afterSaleId}/${timerId}`;

/** Rows of the book itself that are not lists. */
export interface BookState {
  /** last number given to an after-sale, a transfer, a decision of the book, a timer visit */
  readonly lastRefundId: number;
  readonly lastTransfer: number;
  readonly lastDecision: number;
  readonly lastVisit: number;
  /** freight that is reserved for whichever open after-sale becomes the last one */
  readonly freightReserved: Money;
  readonly freightShares: readonly TenderShare[];
  readonly freightPending: readonly PendingTransfer[];
  /** lines whose facts changed: when shipped, delivered, stopped */
  readonly facts: readonly {
    readonly lineNo: LineNo;
    readonly shippedAt: Instant | null;
    readonly deliveredAt: Instant | null;
    readonly stoppedAt: Instant | null;
  }[];
  /** shares of coupons that wait for their whole, per tender */
  readonly couponsHeld: { readonly [tenderId: string]: Minor };
  /** money that moved elsewhere: references already posted */
  readonly movedReferences: readonly string[];
  /** the name that stands for the buyer since personal data were erased */
  readonly pseudonym?: string;
}
