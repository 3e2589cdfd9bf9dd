import { describe, expect, it } from 'vitest';
import { orderNo, shopId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import { sign } from '../../src/server/edge/signatures.js';
import { codeOf, endpointOf, faultsOfAnswer, send } from './calls.js';
import { AFTER_SALE_ID } from './samples.js';
import { START, world } from './world.js';

const SECRETS = { gateway: 'the secret of the gateway, long enough', carrier: 'the secret of the carrier, long enough' };
const PAID = { eventId: 'e1', type: 'payout.paid', payoutKey: 'p1', attempt: 2, reference: 'gw-1' };
const RECEIVED = { eventId: 'e2', type: 'parcel.received', afterSaleId: AFTER_SALE_ID };
const BOOK_OF_PAYOUT = { shopId: shopId('s9'), orderNo: orderNo('o9') };

function partnersWorld() {
  const base = world();
  return world({
    reads: {
      ...base.parts.reads,
      findPayout: async (key) =>
        key === 'p1'
          ? {
              book: BOOK_OF_PAYOUT,
              payout: {
                ...{
                  key,
                  afterSaleId: null,
                  decisionNo: 1,
                  tenderId: null,
                  way: 'wallet',
                  account: null,
                  capKey: 'goodwill',
                  source: null,
                },
                ...{
                  amount: minor(1),
                  points: 0,
                  currency: 'CNY',
                  state: 'begun',
                  attempt: 2,
                  reference: null,
                  updatedAt: base.parts.clock.now(),
                },
              },
            }
          : undefined,
    },
  });
}

async function called(
  body: object | string,
  change: { partner?: string; secret?: string; at?: number; header?: string } = {},
  w = partnersWorld(),
) {
  const partner = change.partner ?? 'gateway';
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const secret = change.secret ?? (partner === 'carrier' ? SECRETS.carrier : SECRETS.gateway);
  const header = change.header ?? sign(secret, new TextEncoder().encode(raw), change.at ?? START);
  const endpoint = endpointOf(w, 'platformCallback');
  const response = await send(w, endpoint, { raw, path: `/v1/platform/callbacks/${partner}`, headers: { 'redress-signature': header } });
  expect(await faultsOfAnswer(endpoint, response.clone())).toEqual([]);
  return { w, response };
}

describe('a callback', () => {
  it('of a gateway becomes the result of the payout’s attempt, once per event of the partner', async () => {
    const { w, response } = await called(PAID);
    expect(response.status).toBe(200);
    expect(w.sent).toEqual([
      {
        principal: { role: 'system', part: 'payouts' },
        envelope: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          book: BOOK_OF_PAYOUT,
          idempotency: { key: 'gateway/e1', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
          command: { kind: 'payoutResult', payoutKey: 'p1', attempt: 2, result: { outcome: 'paid', reference: 'gw-1' } },
        },
      },
    ]);
    await called(JSON.stringify(PAID, null, 1), { at: START + 1_000 }, w);
    expect(w.sent[1]?.envelope).toEqual(w.sent[0]?.envelope);
  });

  it('of a decline says why', async () => {
    const { w } = await called({ eventId: 'e3', type: 'payout.declined', payoutKey: 'p1', attempt: 1, code: 'closed' });
    expect(w.sent[0]?.envelope.command).toMatchObject({ kind: 'payoutResult', result: { outcome: 'declined', code: 'closed' } });
  });

  it.each([
    ['parcel.handedOver', { courier: 'SF', trackingNo: '1' }, { type: 'handOver', courier: 'SF', trackingNo: '1' }],
    ['parcel.received', {}, { type: 'received' }],
    ['parcel.delivered', {}, { type: 'delivered' }],
    ['parcel.lost', {}, { type: 'lost' }],
  ])('of a carrier: %s', async (type, more, command) => {
    const { w } = await called({ ...RECEIVED, type, ...more }, { partner: 'carrier' });
    expect(w.sent[0]).toMatchObject({
      principal: { role: 'system', part: 'carriers' },
      envelope: { command: { kind: 'afterSale', afterSaleId: AFTER_SALE_ID, command } },
    });
  });

  it.each([
    ['without a signature', PAID, { header: '' }, 'callback.invalid'],
    ['signed with another secret', PAID, { secret: 'not the secret of anybody, but long' }, 'callback.invalid'],
    ['signed by nobody known', PAID, { partner: 'stranger' }, 'callback.invalid'],
    ['of a name that objects have', PAID, { partner: 'constructor' }, 'callback.invalid'],
    ['signed for another body', PAID, { header: sign(SECRETS.gateway, new TextEncoder().encode('{}'), START) }, 'callback.invalid'],
    ['that is old', PAID, { at: START - 301_000 }, 'callback.invalid'],
    ['from the future', PAID, { at: START + 301_000 }, 'callback.invalid'],
    ['of a gateway about parcels', RECEIVED, {}, 'command.notYours'],
    ['of a carrier about payouts', PAID, { partner: 'carrier' }, 'command.notYours'],
    ['about no payout that is there', { ...PAID, payoutKey: 'p2' }, {}, 'payout.notFound'],
    [
      'about no after-sale that is there',
      { ...RECEIVED, afterSaleId: `ffffffff${AFTER_SALE_ID.slice(8)}` },
      { partner: 'carrier' },
      'afterSale.notFound',
    ],
    ['of no known type', { ...PAID, type: 'payout.maybe' }, {}, 'request.invalid'],
    ['with more than it should have', { ...PAID, role: 'operations' }, {}, 'request.invalid'],
    ['that is no JSON', 'paid!', {}, 'request.invalid'],
  ] as const)('%s is refused', async (_, body, change, code) => {
    const { w, response } = await called(body, change);
    expect(await codeOf(response)).toBe(code);
    expect(w.sent).toEqual([]);
  });

  it.each([-300_000, 300_000])('that is off by %d ms is taken', async (off) => {
    expect((await called(PAID, { at: START + off })).response.status).toBe(200);
  });
});
