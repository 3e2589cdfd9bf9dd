import { describe, expect, it, vi } from 'vitest';
import { Unavailable } from '../../src/actors/unavailable.js';
import { createRateLimit } from '../../src/server/edge/rateLimit.js';
import { codeOf, endpointOf, send } from './calls.js';
import { done, HOLDERS, world } from './world.js';

describe('requests in flight', () => {
  it('beyond the limit are refused before their bodies are read, and places become free again', async () => {
    const w = world({ limits: { inFlightLimit: 2 } });
    const endpoint = endpointOf(w, 'userWithdraw');
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    w.replyWith(async () => {
      await gate;
      return done({ version: 1 });
    });
    const held = [send(w, endpoint, { body: {} }), send(w, endpoint, { body: {} })];
    await vi.waitUntil(() => w.sent.length === 2);
    expect(w.inFlight()).toBe(2);
    const body = new ReadableStream({ pull: () => Promise.reject(new Error('the body was read')) }, { highWaterMark: 0 });
    const request = new Request('http://localhost/v1/user/after-sales', { method: 'POST', body, duplex: 'half' } as RequestInit);
    const refused = await w.app.request(request);
    expect([refused.status, await codeOf(refused), refused.headers.get('retry-after')]).toEqual([503, 'service.overloaded', '1']);
    expect((await w.app.request('/healthz')).status).toBe(200);
    release();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    expect(w.inFlight()).toBe(0);
    expect((await send(w, endpoint, { body: {} })).status).toBe(200);
  });

  it('leave their place whatever becomes of them', async () => {
    const w = world({ limits: { inFlightLimit: 1 } });
    const endpoint = endpointOf(w, 'userWithdraw');
    w.replyWith(() => Promise.reject(new Error('a fault')));
    expect((await send(w, endpoint, { body: {} })).status).toBe(500);
    expect((await send(w, endpoint, { raw: '{' })).status).toBe(400);
    expect((await send(w, endpoint, { token: undefined })).status).toBe(401);
    expect(w.inFlight()).toBe(0);
  });
});

describe('a store that cannot work now', () => {
  it.each([
    ['overloaded', 'service.overloaded'],
    ['diskFull', 'service.unavailable'],
    ['lost', 'service.outcomeUnknown'],
  ] as const)('because it is %s invites a retry', async (reason, code) => {
    const w = world();
    w.replyWith(() => Promise.reject(new Unavailable(reason, 'no', 3_000)));
    const response = await send(w, endpointOf(w, 'userWithdraw'), { body: {} });
    expect([response.status, await codeOf(response), response.headers.get('retry-after')]).toEqual([503, code, '3']);
  });
});

describe('the rate of a caller', () => {
  it('lets a burst through, then one request for each part of time', async () => {
    let now = 0;
    const limit = createRateLimit(10, () => now);
    const rate = { perSecond: 10, burst: 3 };
    expect([1, 2, 3].map(() => limit.take('ann', rate))).toEqual([0, 0, 0]);
    expect(limit.take('ann', rate)).toBe(100);
    now += 99;
    expect(limit.take('ann', rate)).toBe(1);
    now += 1;
    expect(limit.take('ann', rate)).toBe(0);
    now += 1_000_000;
    expect([1, 2, 3, 4].map(() => limit.take('ann', rate) > 0)).toEqual([false, false, false, true]);
  });

  it('is kept for so many callers only, and forgetting locks nobody out', () => {
    const limit = createRateLimit(2, () => 0);
    const rate = { perSecond: 1, burst: 1 };
    expect(['a', 'b', 'c', 'a'].map((caller) => limit.take(caller, rate))).toEqual([0, 0, 0, 0]);
    expect(limit.take('a', rate)).toBe(1_000);
  });

  it('is the caller’s own, and says when to come again', async () => {
    const one = { perSecond: 1, burst: 1 };
    const w = world({ limits: { rates: { user: one, merchant: one, operations: one, platform: one } } });
    const endpoint = endpointOf(w, 'userListOrders');
    expect((await send(w, endpoint)).status).toBe(200);
    const refused = await send(w, endpoint);
    expect([refused.status, await codeOf(refused), refused.headers.get('retry-after')]).toEqual([429, 'request.rateLimited', '1']);
    const bob = await w.token({ ...HOLDERS.user, buyerUid: 'bob' });
    expect((await send(w, endpoint, { token: bob })).status).toBe(200);
    w.moveWallClock(1_000);
    expect((await send(w, endpoint)).status).toBe(200);
  });

  it('holds for strangers, whatever tokens they try', async () => {
    const w = world({ limits: { strangers: { perSecond: 1, burst: 2 } } });
    const endpoint = endpointOf(w, 'userListOrders');
    const codes = [];
    for (const token of ['a.b.c', 'd.e.f', 'g.h.i']) codes.push(await codeOf(await send(w, endpoint, { token })));
    expect(codes).toEqual(['auth.invalid', 'auth.invalid', 'request.rateLimited']);
    expect((await send(w, endpoint)).status).toBe(200);
  });
});
