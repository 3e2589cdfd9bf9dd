import { describe, expect, it } from 'vitest';
import { refuse } from '../../src/domain/refusals.js';
import { codeOf, endpointOf, send } from './calls.js';
import { APPLICATION } from './samples.js';
import { done, HOLDERS, type World, world } from './world.js';

const applied = async (w: World, raw: string, headers: { readonly [name: string]: string } = {}) => {
  await send(w, endpointOf(w, 'userApply'), { raw, headers: { 'idempotency-key': 'k1', ...headers } });
  return w.sent.at(-1)?.envelope;
};

describe('the hash of a request', () => {
  const text = JSON.stringify(APPLICATION);
  const reordered = JSON.stringify(Object.fromEntries(Object.entries(APPLICATION).reverse()), null, 2);

  it.each([
    ['the same text', text, true],
    ['other spaces and another order of names', reordered, true],
    ['a number written otherwise', text.replace('"quantity":1', '"quantity":1.0e0'), true],
    ['a default that is written out', text.replace('{', '{"evidence":[],'), false],
    ['another quantity', text.replace('"quantity":1', '"quantity":2'), false],
  ])('of %s is the same: %s', async (_, other, same) => {
    const w = world();
    const first = await applied(w, text);
    const second = await applied(w, other);
    expect(first?.idempotency?.key).toBe('k1');
    expect(second?.idempotency?.hash === first?.idempotency?.hash).toBe(same);
    expect(second?.id === first?.id).toBe(same);
  });

  it('differs between paths', async () => {
    const w = world();
    await send(w, endpointOf(w, 'merchantDelivered'), { body: {}, headers: { 'idempotency-key': 'k1' } });
    await send(w, endpointOf(w, 'merchantOutOfStock'), { body: {}, headers: { 'idempotency-key': 'k1' } });
    const [first, second] = w.sent.map(({ envelope }) => envelope.idempotency?.hash);
    expect(first).not.toBe(second);
  });
});

describe('the id of a command', () => {
  it('is a UUID that differs between callers with the same key', async () => {
    const w = world();
    const endpoint = endpointOf(w, 'userApply');
    const bob = await w.token({ role: 'user', platform: 'alpha', buyerUid: 'bob' });
    await send(w, endpoint, { headers: { 'idempotency-key': 'k1' } });
    await send(w, endpoint, { headers: { 'idempotency-key': 'k1' }, token: bob });
    const [ann, other] = w.sent.map(({ envelope }) => envelope.id);
    expect(ann).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(other).not.toBe(ann);
  });

  it('is drawn at random where there is no key', async () => {
    const w = world();
    const endpoint = endpointOf(w, 'platformPutOrder');
    await send(w, endpoint);
    await send(w, endpoint);
    const [first, second] = w.sent.map(({ envelope }) => envelope);
    expect(first?.idempotency).toBeUndefined();
    expect(first?.id).not.toBe(second?.id);
  });
});

describe('what the host replies', () => {
  it.each([
    ['success', done({ version: 8 }, 200, 8), 200, { etag: '"8"', 'idempotency-replayed': null }],
    ['a replayed success', { ...done({ version: 8 }, 200, 8), replayed: true }, 200, { etag: '"8"', 'idempotency-replayed': 'true' }],
    [
      'a replayed refusal',
      { kind: 'refused', refusal: refuse('command.onHold', 'On hold.'), status: 409, body: '', replayed: true } as const,
      409,
      { etag: null, 'idempotency-replayed': 'true' },
    ],
    [
      'a refusal that invites a retry',
      {
        kind: 'refused',
        refusal: refuse('service.unavailable', 'Full.'),
        status: 503,
        body: '',
        replayed: false,
        retryAfterMs: 1_200,
      } as const,
      503,
      { 'retry-after': '2', 'idempotency-replayed': null },
    ],
    [
      'a stale version',
      {
        kind: 'refused',
        refusal: refuse('version.stale', 'Old.', { facts: { version: 9 } }),
        status: 412,
        body: '',
        replayed: false,
      } as const,
      412,
      { etag: null },
    ],
  ])('as %s reaches the caller with its headers', async (_, reply, status, headers) => {
    const w = world();
    w.replyWith(() => reply);
    const response = await send(w, endpointOf(w, 'userWithdraw'), { body: {} });
    expect(response.status).toBe(status);
    for (const [name, value] of Object.entries(headers)) expect([name, response.headers.get(name)]).toEqual([name, value]);
    if (reply.kind === 'refused') expect(await codeOf(response)).toBe(reply.refusal.code);
  });

  it('as a fault becomes a 500 that tells nothing, and a line in the log that finds it', async () => {
    const w = world();
    w.replyWith(() => {
      throw new Error('the secret recipe of Ann');
    });
    const response = await send(w, endpointOf(w, 'userWithdraw'), { body: {}, headers: { 'x-request-id': 'find-me' } });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).toContain('service.failed');
    expect(text + w.log()).not.toContain('secret recipe');
    expect(w.log()).toContain('find-me');
  });
});

describe('a write that goes to no book', () => {
  const resume = (w: World, key: string, body: object, token?: string) =>
    send(w, endpointOf(w, 'operationsResumeDeadLetter'), {
      headers: { 'idempotency-key': key },
      body,
      ...(token === undefined ? {} : { token }),
    });

  it('is answered again from what was kept', async () => {
    const w = world();
    const first = await resume(w, 'k', { key: 'dead' });
    const second = await resume(w, 'k', { key: 'dead' });
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([200, null]);
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(await second.text()).toBe(await first.text());
  });

  it('keeps its refusals, too', async () => {
    const w = world();
    const first = await resume(w, 'k', { key: 'alive' });
    const second = await resume(w, 'k', { key: 'alive' });
    expect([await codeOf(first), await codeOf(second), second.headers.get('idempotency-replayed')]).toEqual([
      'job.notFound',
      'job.notFound',
      'true',
    ]);
  });

  it('refuses the same key with other input', async () => {
    const w = world();
    await resume(w, 'k', { key: 'dead' });
    const response = await resume(w, 'k', { key: 'other' });
    expect([response.status, await codeOf(response)]).toEqual([422, 'idempotency.reused']);
  });

  it('keeps the keys of callers apart', async () => {
    const w = world();
    await resume(w, 'k', { key: 'dead' });
    const response = await resume(w, 'k', { key: 'alive' }, await w.token({ ...HOLDERS.operations, id: 'o2' }));
    expect(await codeOf(response)).toBe('job.notFound');
  });
});
