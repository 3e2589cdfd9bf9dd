import { describe, expect, it } from 'vitest';
import type { PartnerEvent } from '../../src/actors/partners.js';
import { Unavailable } from '../../src/actors/unavailable.js';
import { callbacksOf } from '../../src/partners/callbacks.js';
import { PAYOUT_KEY, payout, refusedReply, ScriptedHost } from '../jobs/scripted.js';
import { idOf, keyOf } from '../store/commits.js';

function world() {
  const host = new ScriptedHost();
  const payouts = { findPayout: async (key: string) => (key === PAYOUT_KEY ? { book: keyOf(1), payout: payout() } : undefined) };
  const books = { findBookOf: async (id: string) => (id === idOf(1) ? keyOf(1) : undefined) };
  return { host, sink: callbacksOf('gateway', { host, payouts, books }) };
}
const paid = (more: Partial<Extract<PartnerEvent, { type: 'payout.paid' }>> = {}): PartnerEvent => ({
  ...{ eventId: 'e-1', type: 'payout.paid', payoutKey: PAYOUT_KEY, attempt: 1, reference: 'gw-1' },
  ...more,
});

describe('what a partner tells', () => {
  it.each<[PartnerEvent, object, string]>([
    [paid(), { kind: 'payoutResult', payoutKey: PAYOUT_KEY, attempt: 1, result: { outcome: 'paid', reference: 'gw-1' } }, 'payouts'],
    [
      { eventId: 'e-1', type: 'payout.declined', payoutKey: PAYOUT_KEY, attempt: 2, code: 'closed' },
      { kind: 'payoutResult', payoutKey: PAYOUT_KEY, attempt: 2, result: { outcome: 'declined', code: 'closed' } },
      'payouts',
    ],
    [
      { eventId: 'e-1', type: 'parcel.handedOver', afterSaleId: idOf(1), courier: 'c', trackingNo: 't' },
      { kind: 'afterSale', afterSaleId: idOf(1), command: { type: 'handOver', courier: 'c', trackingNo: 't' } },
      'carriers',
    ],
    [
      { eventId: 'e-1', type: 'parcel.received', afterSaleId: idOf(1) },
      { kind: 'afterSale', afterSaleId: idOf(1), command: { type: 'received' } },
      'carriers',
    ],
    [
      { eventId: 'e-1', type: 'parcel.delivered', afterSaleId: idOf(1) },
      { kind: 'afterSale', afterSaleId: idOf(1), command: { type: 'delivered' } },
      'carriers',
    ],
    [
      { eventId: 'e-1', type: 'parcel.lost', afterSaleId: idOf(1) },
      { kind: 'afterSale', afterSaleId: idOf(1), command: { type: 'lost' } },
      'carriers',
    ],
  ])('goes to its book: %j', async (event, command, part) => {
    const { host, sink } = world();
    expect(await sink.tell(event)).toBeUndefined();
    expect(host.given).toMatchObject([{ envelope: { book: keyOf(1), command }, principal: { role: 'system', part } }]);
  });

  it('is the same command when it is told again, and another under the same id is seen to be another', async () => {
    const { host, sink } = world();
    for (const event of [paid(), paid(), paid({ reference: 'gw-2' }), paid({ eventId: 'e-2' })]) await sink.tell(event);
    const [first, again, altered, other] = host.given.map(({ envelope }) => envelope);
    expect(again).toEqual(first);
    expect(altered?.idempotency?.key).toBe(first?.idempotency?.key);
    expect(altered?.idempotency?.hash).not.toBe(first?.idempotency?.hash);
    expect(altered?.id).not.toBe(first?.id);
    expect(other?.idempotency?.key).not.toBe(first?.idempotency?.key);
  });

  it('of something that is not there is refused', async () => {
    const { host, sink } = world();
    expect(await sink.tell(paid({ payoutKey: 'another' }))).toMatchObject({ code: 'payout.notFound' });
    expect(await sink.tell({ eventId: 'e', type: 'parcel.lost', afterSaleId: idOf(9) })).toMatchObject({ code: 'afterSale.notFound' });
    expect(host.given).toEqual([]);
  });

  it('is to be told again when it cannot be taken now, and not when it is refused', async () => {
    const { host, sink } = world();
    host.replies.push(refusedReply('service.overloaded', 50), refusedReply('payout.contradicted'));
    await expect(sink.tell(paid())).rejects.toThrow(Unavailable);
    expect(await sink.tell(paid())).toMatchObject({ code: 'payout.contradicted' });
  });
});
