import type { AfterSaleId, BookKey, TenderId } from '../domain/ids.js';
import type { Minor } from '../domain/money.js';
import type { Appointment } from './appointment.js';
import type { PayoutOutcome } from './command.js';
import type { Payout } from './rows.js';

/** What is said between the service and its partners. Plain JSON: a partner may be another process. */

/** One attempt of a payout. A gateway that gets the same key and attempt again pays no second time. */
export interface PayRequest {
  readonly key: string;
  readonly attempt: number;
  readonly amount: Minor;
  readonly currency: string;
  readonly way: Exclude<Payout['way'], 'hand'>;
  /** the tender it goes back to; null for money that goes back to none */
  readonly tenderId: TenderId | null;
  readonly account: string | null;
  /** how many points go back; 0 for everything else */
  readonly points: number;
}

/** Something definitive, which a gateway never takes back (and when it does, that is an alarm). */
export type Settled = Exclude<PayoutOutcome, { outcome: 'unknown' }>;

/** `accepted`: it will be settled; a callback or a question tells how. */
export type PayAnswer = Settled | { readonly outcome: 'accepted' };

/** `notFound`: the gateway never saw this attempt. */
export type AskAnswer = Settled | { readonly outcome: 'pending' | 'notFound' };

/** Goods that wait to be collected. The same key gives the same shipment, however often it is asked for. */
export interface PickupRequest extends Appointment {
  readonly key: string;
  readonly book: BookKey;
  readonly afterSaleId: AfterSaleId;
}

export interface PickupAnswer {
  readonly shipmentNo: string;
}

/** What partners tell by themselves. An event counts once, however often it is told. */
export type PartnerEvent = { readonly eventId: string } & (
  | { readonly type: 'payout.paid'; readonly payoutKey: string; readonly attempt: number; readonly reference: string }
  | { readonly type: 'payout.declined'; readonly payoutKey: string; readonly attempt: number; readonly code: string }
  | {
      readonly type: 'parcel.handedOver';
      readonly afterSaleId: AfterSaleId;
      readonly courier?: string;
      readonly trackingNo?: string;
    }
  | { readonly type: 'parcel.received' | 'parcel.delivered' | 'parcel.lost'; readonly afterSaleId: AfterSaleId }
);
