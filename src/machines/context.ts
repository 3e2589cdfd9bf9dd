import type { AfterSaleType } from './words.js';

/**
 * What the guards of a chart read. Flat, plain JSON: it is stored in the snapshot and must be enough
 * to say which commands are allowed, because `can()` carries no payload.
 */
export interface ChartContext {
  /** what becomes of goods that passed: at first the type applied for, later what a ruling or fallback says */
  readonly remedy: AfterSaleType;
  /** goods are not shipped yet and the platform must stop them first */
  readonly needsStop: boolean;
  /** approved without a person */
  readonly automatic: boolean;
  readonly reviewer: 'merchant' | 'operations';
  /** the parcel could not be stopped: the deadline at operations rejects */
  readonly afterStop: boolean;
  /** false while an exchange for another SKU has no price: only a person approves then */
  readonly priceNamed: boolean;
  readonly offers: number;
  readonly evidenceRequests: number;
  readonly offerKind: 'none' | 'money' | 'price';
  readonly pickup: boolean;
  /** where the goods are; `lost`: on the way back; `none`: never left the merchant */
  readonly goods: 'none' | 'buyer' | 'underway' | 'merchant' | 'lost' | 'back';
  /** money was paid before inspection */
  readonly early: boolean;
  /** where the money step leads */
  readonly next: 'end' | 'inTransit' | 'inspecting' | 'sendBack';
  /** some goods did not pass and go back to the buyer */
  readonly rest: boolean;
  /** how an after-sale ends once goods are back with the buyer */
  readonly endAs: 'rejected' | 'completed' | 'closed';
  /** an exchange's difference: due from the buyer, due to the buyer, or none */
  readonly difference: 'none' | 'fromBuyer' | 'toBuyer';
  /** confirmed declines of the current decision so far */
  readonly declines: number;
  /** payouts of the current decision: declined for sure, of unknown outcome, begun in any way */
  readonly declined: number;
  readonly unknown: number;
  readonly begun: number;
  readonly appealBy: 'nobody' | 'user' | 'merchant';
  readonly appealFrom: 'rejected' | 'completed';
  /** an appeal has reserved money that a ruling could grant */
  readonly appealReserves: boolean;
  readonly ruled: boolean;
  readonly held: boolean;
}

/** What is known when an after-sale begins. */
export type ChartInput = Pick<ChartContext, 'needsStop' | 'automatic' | 'reviewer' | 'priceNamed' | 'pickup' | 'goods' | 'difference'> & {
  readonly remedy: AfterSaleType;
};

/** The context of a chart that begins: nothing has happened yet but what is given. */
export function initialContext(input: ChartInput): ChartContext {
  // Field by field: copying takes several times as long, and each application does it twice.
  return {
    remedy: input.remedy,
    needsStop: input.needsStop,
    automatic: input.automatic,
    reviewer: input.reviewer,
    priceNamed: input.priceNamed,
    pickup: input.pickup,
    goods: input.goods,
    difference: input.difference,
    afterStop: false,
    offers: 0,
    evidenceRequests: 0,
    offerKind: 'none',
    early: false,
    next: 'end',
    rest: false,
    endAs: 'completed',
    declines: 0,
    declined: 0,
    unknown: 0,
    begun: 0,
    appealBy: 'nobody',
    appealFrom: 'rejected',
    appealReserves: false,
    ruled: false,
    held: false,
  };
}

interface PayoutCounts {
  readonly declined: number;
  readonly unknown: number;
  readonly begun: number;
}

/**
 * The events of the charts. A command with several meanings has one event for each, because the
 * chart must be able to say which of them is allowed (`inspect.part`).
 */
export type ChartEvent =
  | { readonly type: 'approve' | 'accept'; readonly difference?: ChartContext['difference'] }
  | { readonly type: 'reject' | 'escalate' | 'askEvidence' | 'decline' | 'provide' | 'withdraw' }
  | { readonly type: 'offer.money' | 'offer.price' }
  | { readonly type: 'stopped' | 'shipped' }
  | { readonly type: 'handOver' | 'scanned' | 'reschedule' | 'received' | 'lost' }
  | { readonly type: 'inspect.all' | 'inspect.part' | 'inspect.none'; readonly difference?: ChartContext['difference'] }
  | ({ readonly type: 'payout.done' | 'payout.paid' | 'payout.declined' | 'payout.unknown' | 'payout.stuck' } & PayoutCounts)
  | { readonly type: 'retry' | 'anotherWay' | 'paidByHand' }
  | { readonly type: 'ship' | 'paid' | 'outOfStock' | 'delivered' }
  | { readonly type: 'refuse'; readonly paid?: boolean }
  | { readonly type: 'diagnose.free' | 'diagnose.priced' | 'consent' | 'repaired' | 'unrepairable' }
  | { readonly type: 'appeal'; readonly by: 'user' | 'merchant'; readonly reserves: boolean }
  | { readonly type: `rule.${VerdictWord}` | `override.${VerdictWord}`; readonly difference?: ChartContext['difference'] }
  | { readonly type: 'note' | 'extend' | 'hold' | 'release' | 'holdExpired' | 'repayFreight' }
  | { readonly type: 'superseded' };

export type VerdictWord = 'upheld' | 'refund' | 'return' | 'exchange' | 'repair' | 'bearer';
export type ChartEventType = ChartEvent['type'];
