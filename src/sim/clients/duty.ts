import type { AfterSaleCommand, Envelope } from '../../actors/command.js';
import type { Principal } from '../../actors/principal.js';
import type { AfterSale } from '../../actors/rows.js';
import { hashOf } from '../random.js';
import { type Seen, type SeenBook, stateOf } from '../world/seen.js';
import { requestOf } from './requests.js';

const DUTY: Principal = { role: 'operations', id: 'on-duty' };

/**
 * The persons that promise 10 counts on: they act on every payment that waits for somebody. What they do
 * follows from what they see, without any draw, so that a replay needs no record of it.
 */
export function dutyCalls(seen: Seen, round: number): readonly { readonly envelope: Envelope; readonly principal: Principal }[] {
  const calls: Envelope[] = [];
  for (const book of seen.books.values()) {
    for (const a of book.afterSales.values()) {
      if (stateOf(a) !== 'refunding.manual') continue;
      calls.push(
        give(book, a, hashOf(`${a.id} ${round}`) % 3 === 0 ? { type: 'paidByHand', reference: `duty-${round}` } : { type: 'retry' }, round),
      );
    }
    for (const payout of book.payouts.values()) {
      if (payout.state !== 'declined') continue;
      const key = `duty/${round}/${payout.key}`;
      calls.push(requestOf(book.key, key, { kind: 'payout', payoutKey: payout.key, command: { type: 'retry' } }, DUTY));
    }
  }
  return calls.map((envelope) => ({ envelope, principal: DUTY }));
}

function give(book: SeenBook, a: AfterSale, command: AfterSaleCommand, round: number): Envelope {
  return requestOf(book.key, `duty/${round}/${a.id}`, { kind: 'afterSale', afterSaleId: a.id, command }, DUTY);
}
