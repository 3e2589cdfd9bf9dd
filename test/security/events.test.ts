import { beforeAll, describe, expect, it } from 'vitest';
import { ENTRY_POINTS } from '../../src/actors/principal.js';
import { shopId } from '../../src/domain/ids.js';
import { mintToken, type TokenHolder } from '../../src/server/tokens.js';
import { codeOf, endpointOf, send } from '../server/calls.js';
import { HOLDERS, SECRET, START, world } from '../server/world.js';
import { runningService } from '../stories/service.js';
import { type Story, tell } from '../stories/story.js';

/** Live events go to those who may see what changed, as long as they may, and to nobody else. */

describe('a stream of events', () => {
  it.each(ENTRY_POINTS)('of %s is opened by no other role, and by nobody without a token', async (entry) => {
    const w = world();
    const endpoint = endpointOf(w, `${entry}Events`);
    expect((await send(w, endpoint, { token: undefined })).status).toBe(401);
    for (const role of ENTRY_POINTS.filter((other) => other !== entry)) {
      const response = await send(w, endpoint, { token: await w.token(HOLDERS[role]) });
      expect([role, response.status]).toEqual([role, 403]);
    }
    const expired = await mintToken(SECRET, HOLDERS[entry], { now: START - 2_000, lifetimeMs: 1_000 });
    expect((await send(w, endpoint, { token: expired })).status).toBe(401);
  });

  it('is one of few that a caller has, and their leaving makes room', async () => {
    const w = world({ limits: { eventStreams: 10, eventStreamsOfCaller: 2 } });
    const endpoint = endpointOf(w, 'userEvents');
    const [first, second, third] = [await send(w, endpoint), await send(w, endpoint), await send(w, endpoint)];
    expect([first.status, second.status, third.status, await codeOf(third)]).toEqual([200, 200, 429, 'request.rateLimited']);
    const bob = await w.token({ ...HOLDERS.user, buyerUid: 'bob' });
    expect((await send(w, endpoint, { token: bob })).status).toBe(200);
    await first.body?.cancel();
    expect((await send(w, endpoint)).status).toBe(200);
    w.stopAccepting();
  });
});

const running = runningService();
let mine: Story;
let theirs: Story;

/** Follows for a while: everything that came until a change of the caller's own order, which is made last. */
async function heardBy(holder: TokenHolder, from: string | undefined, last: () => Promise<string>): Promise<string> {
  const { token } = await running().caller(holder);
  const leaving = new AbortController();
  const response = await fetch(`${running().url}/v1/${holder.role}/events`, {
    headers: { authorization: `Bearer ${token}`, ...(from === undefined ? {} : { 'last-event-id': from }) },
    signal: leaving.signal,
  });
  expect(response.status).toBe(200);
  let heard = '';
  const decoder = new TextDecoder();
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
  heard += decoder.decode((await reader.read()).value);
  const end = await last();
  while (!heard.includes(end)) {
    const { done, value } = await reader.read();
    if (done) break;
    heard += decoder.decode(value, { stream: true });
  }
  leaving.abort();
  return heard;
}

beforeAll(async () => {
  mine = await tell(running(), { shopId: 'shop-mine', platform: 'demo', lines: [{ sku: 'milk', price: 600, quantity: 40 }] });
  theirs = await tell(running(), { shopId: 'shop-theirs', platform: 'other', lines: [{ sku: 'secret-sku', price: 600, quantity: 40 }] });
  await theirs.apply({ reason: 'missing' });
});

describe('what is told', () => {
  const holders = (): readonly TokenHolder[] => [
    { role: 'user', platform: mine.body.platform, buyerUid: mine.body.buyerUid },
    { role: 'merchant', id: 'm', shops: [shopId('shop-mine')] },
    { role: 'platform', id: 'machine', platform: 'demo' },
  ];

  it.each([
    ['live', undefined],
    ['from the beginning on', '0'],
    ['from somewhere between', '2'],
    ['from a position of the future', '999999'],
  ])('%s is what the caller may see, and names nothing else', async (_, from) => {
    for (const holder of holders()) {
      const heard = await heardBy(holder, from, async () => {
        const foreign = await theirs.apply({ reason: 'missing' });
        await foreign.give('merchant', 'escalate');
        const own = await mine.apply({ reason: 'missing' });
        const { id } = own;
        await own.give('user', 'withdraw');
        return `"${id}"`;
      });
      expect([
        holder.role,
        heard.includes('shop-theirs'),
        heard.includes(theirs.key.orderNo),
        heard.includes(theirs.body.buyerUid),
      ]).toEqual([holder.role, false, false, false]);
      expect(heard).toContain('shop-mine');
      expect(heard).not.toMatch(/"(?:buyerUid|remark|amount|reason)"/);
    }
  });
});
