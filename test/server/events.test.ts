import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChangeNotice } from '../../src/actors/reads.js';
import { afterSaleId, instant, orderNo, shopId } from '../../src/domain/ids.js';
import { type ClientOptions, EventClient } from '../../src/server/events/client.js';
import { codeOf, endpointOf, send } from './calls.js';
import { AFTER_SALE_ID } from './samples.js';
import { HOLDERS, START, type World, world } from './world.js';

const change = (position: number, more: Partial<ChangeNotice> = {}): ChangeNotice => ({
  position,
  at: instant(START),
  type: 'apply',
  book: { shopId: shopId('s1'), orderNo: orderNo('o1') },
  platform: 'alpha',
  buyerUid: 'ann',
  version: position,
  afterSaleId: afterSaleId(AFTER_SALE_ID),
  afterSales: [{ id: afterSaleId(AFTER_SALE_ID), state: 'reviewing.merchant' }],
  internal: false,
  ...more,
});

/** Reads a stream piece by piece. */
function reading(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? undefined : decoder.decode(value);
    },
    leave: () => reader.cancel(),
  };
}
const idsOf = (text: string | undefined): number[] => [...(text ?? '').matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

async function follow(w: World, headers: { readonly [name: string]: string } = {}, role: keyof typeof HOLDERS = 'user') {
  const response = await send(w, endpointOf(w, `${role}Events`), { headers });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  if (response.body === null) throw new Error('no stream');
  const stream = reading(response.body);
  expect(await stream.next()).toBe('retry: 2000\n: connected\n\n');
  return stream;
}

const OTHERS: readonly ChangeNotice[] = [
  change(1, { buyerUid: 'bob' }),
  change(2, { platform: 'beta' }),
  change(3, { book: { shopId: shopId('s2'), orderNo: orderNo('o1') } }),
];

describe('a stream of events', () => {
  it('tells each change with its commit position, once it is on disk', async () => {
    const w = world();
    const stream = await follow(w);
    w.publish(change(5));
    const text = await stream.next();
    expect(text).toBe(
      `id: 5\nevent: changed\ndata: ${JSON.stringify({
        position: 5,
        at: '2026-03-01T12:00:00.000Z',
        type: 'apply',
        shopId: 's1',
        orderNo: 'o1',
        version: 5,
        afterSaleId: AFTER_SALE_ID,
        state: 'reviewing.merchant',
        afterSales: [{ id: AFTER_SALE_ID, state: 'reviewing.merchant' }],
      })}\n\n`,
    );
    expect(text).not.toContain('ann');
  });

  it.each([
    ['user', [3, 4]],
    ['merchant', [1, 2, 4]],
    ['operations', [1, 2, 3, 4]],
    ['platform', [1, 3, 4]],
  ] as const)('shows %s only what it may see, live and missed', async (role, seen) => {
    const live = world();
    const followed = await follow(live, {}, role);
    for (const other of OTHERS) live.publish(other);
    const missed = world({ changes: [...OTHERS, change(4)] });
    const caughtUp = await follow(missed, { 'last-event-id': '0' }, role);
    expect(idsOf(await caughtUp.next())).toEqual(seen);
    const first = await followed.next();
    live.publish(change(4));
    const both = [...idsOf(first), ...(idsOf(first).includes(4) ? [] : idsOf(await followed.next()))];
    expect(both).toEqual(seen);
  });

  it('keeps from buyers that something was noted for others', async () => {
    const notes = [change(1, { type: 'note', internal: true, afterSales: [] }), change(2, { type: 'note', afterSales: [] })];
    for (const [role, seen] of [
      ['user', [2]],
      ['merchant', [1, 2]],
    ] as const) {
      const w = world({ changes: notes });
      expect(idsOf(await (await follow(w, { 'last-event-id': '0' }, role)).next())).toEqual(seen);
    }
  });

  it('begins after the last event that the client has seen', async () => {
    const w = world({ changes: [change(1), change(2), change(3)] });
    const stream = await follow(w, { 'last-event-id': '1' });
    expect(idsOf(await stream.next())).toEqual([2, 3]);
  });

  it('refuses an id that is none', async () => {
    const w = world();
    const response = await send(w, endpointOf(w, 'userEvents'), { headers: { 'last-event-id': 'abc' } });
    expect([response.status, await codeOf(response)]).toEqual([400, 'request.invalid']);
  });

  it('is one of a bounded number', async () => {
    const w = world({ limits: { eventStreams: 1 } });
    const stream = await follow(w);
    const refused = await send(w, endpointOf(w, 'userEvents'));
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'service.overloaded']);
    await stream.leave();
    await (await follow(w)).leave();
  });

  it('ends when the service stops, and none begins after that', async () => {
    const w = world();
    const stream = await follow(w);
    w.stopAccepting();
    expect(await stream.next()).toBeUndefined();
    expect(await codeOf(await send(w, endpointOf(w, 'userEvents')))).toBe('service.overloaded');
    expect((await w.app.request('/readyz')).status).toBe(503);
  });

  it('has no body for HEAD and takes no place', async () => {
    const w = world({ limits: { eventStreams: 1 } });
    const head = await send(w, endpointOf(w, 'userEvents'), { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, null]);
    await (await follow(w)).leave();
  });
});

describe('time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends the stream with its token', async () => {
    const w = world();
    const response = await send(w, endpointOf(w, 'userEvents'), { token: await w.token(HOLDERS.user, 60_000) });
    const stream = reading(response.body ?? new ReadableStream());
    await stream.next();
    w.moveWallClock(60_000);
    const end = stream.next();
    vi.advanceTimersByTime(60_000);
    expect(await end).toBeUndefined();
  });

  it('without events is filled with comments that keep the connection', async () => {
    const w = world();
    const stream = await follow(w);
    vi.advanceTimersByTime(1_000);
    expect(await stream.next()).toBe(':\n\n');
    w.publish(change(1));
    expect(idsOf(await stream.next())).toEqual([1]);
  });
});

describe('one client', () => {
  const client = (options: Partial<ClientOptions>) => {
    const ends = vi.fn();
    const cut = vi.fn();
    const made = new EventClient({
      principal: HOLDERS.operations,
      after: undefined,
      buffer: 2,
      changesSince: async () => ({ kind: 'events', events: [], safeUpTo: 0 }),
      newestPosition: async () => 0,
      cut,
      onEnd: ends,
      onFault: () => undefined,
      ...options,
    });
    return {
      made,
      ends,
      cut,
      stream: reading(made.stream),
      tell: (position: number) => made.tell(change(position), () => `id: ${position}\n\n`),
    };
  };

  it('that does not keep up is cut, and nothing waits for it any more', async () => {
    const { stream, tell, cut, ends } = client({});
    await stream.next();
    for (const position of [1, 2, 3, 4]) tell(position);
    expect(cut).toHaveBeenCalledTimes(1);
    expect(ends).toHaveBeenCalledTimes(1);
  });

  it('that keeps up is not cut, however much there is', async () => {
    const { stream, tell, cut } = client({});
    await stream.next();
    for (let position = 1; position <= 50; position++) {
      tell(position);
      expect(idsOf(await stream.next())).toEqual([position]);
    }
    expect(cut).not.toHaveBeenCalled();
  });

  it('is told once of what comes while its backlog is read', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { stream, tell } = client({
      after: 0,
      buffer: 10,
      changesSince: async (position) => {
        await gate;
        return { kind: 'events', events: [1, 2, 3].filter((at) => at > position).map((at) => change(at)), safeUpTo: 3 };
      },
    });
    await stream.next();
    for (const position of [2, 3, 4]) tell(position);
    release();
    expect(idsOf(await stream.next())).toEqual([1, 2, 3]);
    expect(idsOf(await stream.next())).toEqual([4]);
  });

  it('misses nothing where more comes during its backlog than may wait', async () => {
    const onDisk: number[] = [1];
    let pages = 0;
    const { stream, tell, cut } = client({
      after: 0,
      changesSince: async (position) => {
        pages += 1;
        const events = onDisk.filter((at) => at > position).map((at) => change(at));
        if (pages === 1) {
          for (const at of [2, 3, 4, 5]) {
            onDisk.push(at);
            tell(at);
          }
        }
        return { kind: 'events', events, safeUpTo: onDisk.at(-1) ?? 0 };
      },
    });
    await stream.next();
    const seen: number[] = [];
    while (seen.length < 5) seen.push(...idsOf(await stream.next()));
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(cut).not.toHaveBeenCalled();
  });

  it.each([
    ['is no longer kept', { kind: 'reset', newest: 90 } as const, 90],
    ['never was', { kind: 'events', events: [], safeUpTo: 3 } as const, 3],
  ])('whose last event %s is told so once, and goes on from the newest', async (_, since, newest) => {
    const { stream, tell } = client({ after: 50, changesSince: async () => since, newestPosition: async () => 3 });
    await stream.next();
    expect(await stream.next()).toBe(`id: ${newest}\nevent: reset\ndata: {"position":${newest}}\n\n`);
    tell(newest);
    tell(newest + 1);
    expect(idsOf(await stream.next())).toEqual([newest + 1]);
  });

  it('is cut where its backlog cannot be read', async () => {
    const fault = vi.fn();
    const { stream, cut } = client({ after: 0, changesSince: () => Promise.reject(new Error('gone')), onFault: fault });
    await stream.next();
    void stream.next();
    await vi.waitUntil(() => cut.mock.calls.length === 1);
    expect(fault).toHaveBeenCalledTimes(1);
  });
});
