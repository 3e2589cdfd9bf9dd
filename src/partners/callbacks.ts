import { hash } from 'node:crypto';
import { v5 } from 'uuid';
import type { BookCommand, Envelope } from '../actors/command.js';
import type { PartnerEvent } from '../actors/partners.js';
import type { BookStore, Reply } from '../actors/ports.js';
import type { PayoutRecord } from '../actors/reads.js';
import { Unavailable } from '../actors/unavailable.js';
import type { Host } from '../actors/views.js';
import { type BookKey, commandId } from '../domain/ids.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import type { CallbackSink } from './ports.js';

export interface CallbackParts {
  readonly host: Pick<Host, 'send'>;
  readonly payouts: { findPayout(key: string): Promise<PayoutRecord | undefined> };
  readonly books: Pick<BookStore, 'findBookOf'>;
}

/** Names the ids of commands that come from partners of this process. */
const CALLBACKS = '6f0e3d1c-7d3c-5f3e-b1a5-2f2f6f3b8d10';

/**
 * Gives the events of a partner that lives in this process to their books. As with signed callbacks over
 * HTTP an event counts once, however often it is told, and one id never stands for two events.
 */
export function callbacksOf(partner: string, parts: CallbackParts): CallbackSink {
  return {
    tell: async (event) => {
      const found = await bookOf(parts, event);
      if (isRefusal(found)) return found;
      const idempotency = { key: `${partner}/${event.eventId}`, hash: hash('sha256', JSON.stringify(event)) };
      const id = commandId(v5(`${partner} ${idempotency.hash}`, CALLBACKS));
      const part = 'payoutKey' in event ? 'payouts' : 'carriers';
      const envelope: Envelope = { id, book: found, command: commandOf(event), idempotency };
      return refusalIn(await parts.host.send(envelope, { role: 'system', part }));
    },
  };
}

async function bookOf({ payouts, books }: CallbackParts, event: PartnerEvent): Promise<BookKey | Refusal> {
  if ('payoutKey' in event) {
    const found = await payouts.findPayout(event.payoutKey);
    return found?.book ?? refuse('payout.notFound', 'There is no payout of this key.', { path: 'payoutKey' });
  }
  return (await books.findBookOf(event.afterSaleId)) ?? refuse('afterSale.notFound', 'There is no after-sale of this id.');
}

function commandOf(event: PartnerEvent): BookCommand {
  switch (event.type) {
    case 'payout.paid': {
      const { payoutKey, attempt, reference } = event;
      return { kind: 'payoutResult', payoutKey, attempt, result: { outcome: 'paid', reference } };
    }
    case 'payout.declined': {
      const { payoutKey, attempt, code } = event;
      return { kind: 'payoutResult', payoutKey, attempt, result: { outcome: 'declined', code, told: true } };
    }
    case 'parcel.handedOver': {
      const { eventId: _, type: __, afterSaleId, ...parcel } = event;
      return { kind: 'afterSale', afterSaleId, command: { type: 'handOver', ...parcel } };
    }
    case 'parcel.received':
      return { kind: 'afterSale', afterSaleId: event.afterSaleId, command: { type: 'received' } };
    case 'parcel.delivered':
      return { kind: 'afterSale', afterSaleId: event.afterSaleId, command: { type: 'delivered' } };
    case 'parcel.lost':
      return { kind: 'afterSale', afterSaleId: event.afterSaleId, command: { type: 'lost' } };
  }
}

function refusalIn(reply: Reply): Refusal | undefined {
  if (reply.kind === 'done') return undefined;
  if (reply.status === 503 || reply.status === 429) throw new Unavailable('overloaded', reply.refusal.detail, reply.retryAfterMs ?? 1_000);
  return reply.refusal;
}
