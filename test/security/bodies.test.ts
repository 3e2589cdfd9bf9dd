import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { createShares, createSlots } from '../../src/server/edge/slots.js';
import { codeOf, endpointOf, send } from '../server/calls.js';
import { done, HOLDERS, type World, world } from '../server/world.js';
import { named, OPERATIONS } from './document.js';
import { answerIn, servedWorlds } from './served.js';

/** Bodies that are more than they seem, and bodies that never come. */

const shared = world();
const taking = OPERATIONS.filter(({ body }) => Object.keys(body).length > 0);
const BOMB = Buffer.alloc(10_000_000, '[');
const ENCODINGS = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'GZIP', 'identity, gzip', 'gzip, gzip', 'unknown'];

describe('a compressed body', () => {
  it.each(named(taking))('is refused by $name, whatever it is compressed with, before it is read', async ({ operation }) => {
    const endpoint = endpointOf(shared, operation.operationId);
    for (const encoding of ENCODINGS) {
      const headers = { 'content-encoding': encoding };
      const response = await send(shared, endpoint, { headers });
      expect([encoding, response.status, await codeOf(response)]).toEqual([encoding, 415, 'request.unsupportedType']);
    }
    expect([shared.sent, shared.asked]).toEqual([[], []]);
  });

  it.each([
    ['gzip', gzipSync(BOMB)],
    ['deflate', deflateSync(BOMB)],
    ['br', brotliCompressSync(BOMB)],
  ])('of ten megabytes in a few kilobytes of %s stays as small as it came', async (encoding, bomb) => {
    expect(bomb.byteLength).toBeLessThan(20_000);
    const w = world();
    const raw = new Uint8Array(bomb);
    const said = await send(w, endpointOf(w, 'userApply'), { raw, headers: { 'content-encoding': encoding } });
    expect(await codeOf(said)).toBe('request.unsupportedType');
    const unsaid = await send(w, endpointOf(w, 'userApply'), { raw });
    expect(await codeOf(unsaid)).toBe('request.invalid');
    const kept = await send(w, endpointOf(w, 'userUploadEvidence'), { raw, headers: { 'content-type': 'image/png' } });
    expect(await kept.json()).toMatchObject({ size: bomb.byteLength });
  });

  it('that is not compressed after all is taken', async () => {
    const w = world();
    expect((await send(w, endpointOf(w, 'userApply'), { headers: { 'content-encoding': 'identity' } })).status).toBe(201);
  });
});

const serving = servedWorlds();
const head = (method: string, path: string, lines: readonly string[]): string =>
  [`${method} ${path} HTTP/1.1`, 'Host: a', ...lines, '', ''].join('\r\n');
const asBuyer = async (w: World, buyerUid = 'ann') => `Authorization: Bearer ${await w.token({ ...HOLDERS.user, buyerUid })}`;
const JSON_OF = (length: number): readonly string[] => [
  'Content-Type: application/json',
  'Idempotency-Key: k',
  `Content-Length: ${length}`,
];
const CALLBACK = '/v1/platform/callbacks/gateway';

describe('a body that does not come', () => {
  it('is answered when its time is over, and its connection is closed', async () => {
    const w = world();
    const { bytes } = await serving(w);
    const answer = await bytes(`${head('POST', '/v1/user/after-sales', [await asBuyer(w), ...JSON_OF(100)])}{`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request.timeout"');
    expect(w.inFlight()).toBe(0);
  });

  it.each([
    ['POST', '/v1/user/after-sales', 401],
    ['POST', '/nowhere', 404],
    ['GET', '/healthz', 200],
    ['HEAD', '/healthz', 200],
    ['GET', '/v1/user/orders', 401],
    ['DELETE', '/v1/user/orders', 405],
  ])('is not waited for where nobody asked for it: %s %s', async (method, path, status) => {
    const { bytes } = await serving(world(), { keepAliveTimeoutMs: 600_000 });
    expect(await bytes(head(method, path, JSON_OF(1_000_000_000)))).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('of strangers who say that they are a gateway takes no place of those who have a token', async () => {
    const w = world({ limits: { inFlightLimit: 16, bodyTimeoutMs: 60_000 } });
    const { open, bytes } = await serving(w);
    const slow = Array.from({ length: 40 }, () => open(head('POST', CALLBACK, JSON_OF(100))));
    // Half of the eight places that callbacks have beside the others may be held by one address; the others are refused at once.
    await vi.waitUntil(() => w.inFlight() === 4);
    const refused = answerIn(await bytes(head('POST', CALLBACK, [...JSON_OF(100), 'Connection: close'])));
    expect([refused?.status, refused?.headers['retry-after']]).toEqual([503, '1']);
    expect(w.inFlight()).toBe(4);
    const orders = await bytes(head('GET', '/v1/user/orders', [await asBuyer(w), 'Connection: close']));
    expect(orders).toMatch(/^HTTP\/1\.1 200 /);
    for (const { socket } of slow) socket.destroy();
    await vi.waitUntil(() => w.inFlight() === 0);
  });

  it('of one buyer takes no more places than that buyer’s rate, and none of another’s', async () => {
    const one = { perSecond: 2, burst: 1_000 };
    const w = world({ limits: { bodyTimeoutMs: 60_000, rates: { user: one, merchant: one, operations: one, platform: one } } });
    const { open, bytes } = await serving(w);
    const slowly = head('POST', '/v1/user/after-sales', [await asBuyer(w), ...JSON_OF(100)]);
    const slow = Array.from({ length: 2 }, () => open(slowly));
    await vi.waitUntil(() => w.inFlight() === 2);
    const orders = async (buyerUid: string) => bytes(head('GET', '/v1/user/orders', [await asBuyer(w, buyerUid), 'Connection: close']));
    const refused = answerIn(await orders('ann'));
    expect([refused?.status, refused?.headers['retry-after']]).toEqual([429, '1']);
    expect(await orders('bob')).toMatch(/^HTTP\/1\.1 200 /);
    for (const { socket } of slow) socket.destroy();
    await vi.waitUntil(() => w.inFlight() === 0);
    expect(await orders('ann')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('of an import ends it with the lines that came', async () => {
    const w = world({ limits: { imports: 1 } });
    const { open, bytes } = await serving(w);
    const lines = [`Authorization: Bearer ${await w.token(HOLDERS.platform)}`, 'Content-Type: application/x-ndjson'];
    const importing = head('POST', '/v1/platform/orders/import', [...lines, 'Transfer-Encoding: chunked']);
    const slow = open(`${importing}3\r\n{}\n\r\n`);
    await slow.until(/^HTTP\/1\.1 200 /);
    expect(await bytes(`${importing}0\r\n\r\n`.replace('Host', 'Connection: close\r\nHost'))).toMatch(/^HTTP\/1\.1 503 /);
    expect(await slow.ended).toContain('"line":1');
    const next = await bytes(`${importing}3\r\n{}\n\r\n0\r\n\r\n`.replace('Host', 'Connection: close\r\nHost'));
    expect(next).toMatch(/^HTTP\/1\.1 200 /);
    expect(next).toContain('"line":1');
  });
});

describe('an answer that is not read', () => {
  it('is given up, and holds neither its place nor its memory any longer', async () => {
    const bytes = new Uint8Array(20_000_000);
    const base = world();
    const file = {
      id: 'e',
      caller: 'user/alpha/ann',
      kind: 'video',
      mediaType: 'video/mp4',
      sha256: '',
      size: bytes.byteLength,
      at: base.parts.clock.now(),
    };
    const evidence = { ...base.parts.evidence, find: async () => file, read: async () => ({ file, bytes }) };
    const w = world({ evidence, limits: { downloads: 1 } });
    const { open, url } = await serving(w, { keepAliveTimeoutMs: 300 });
    const path = '/v1/user/evidence/0198c5a0-7c1e-7000-8000-000000000001';
    const authorization = await asBuyer(w);
    const download = () => fetch(`${url}${path}`, { headers: { authorization: authorization.slice('Authorization: '.length) } });
    const idle = open(head('GET', path, [authorization]));
    await idle.until(/^HTTP\/1\.1 200 /);
    idle.socket.pause();
    expect(await codeOf(await download())).toBe('request.rateLimited');
    await vi.waitUntil(async () => (await download()).status === 200, { timeout: 20_000 });
  });

  it('because it is still being made is waited for, longer than a connection may be idle', async () => {
    const w = world();
    const { open, bytes } = await serving(w, { keepAliveTimeoutMs: 50 });
    let release: () => void = () => undefined;
    const made = new Promise<void>((resolve) => {
      release = resolve;
    });
    w.replyWith(async () => {
      await made;
      return done({ version: 7 });
    });
    const path = '/v1/user/after-sales/0198c5a0-7c1e-7000-8000-000000000001/withdraw';
    const waiting = open(`${head('POST', path, [await asBuyer(w), ...JSON_OF(2)])}{}`);
    await vi.waitUntil(() => w.sent.length === 1);
    // Two connections come, have nothing to say and are closed, one after the other, while the first waits.
    for (let idle = 0; idle < 2; idle += 1) expect(await bytes(head('GET', '/healthz', []))).toMatch(/^HTTP\/1\.1 200 /);
    release();
    expect(await waiting.until(/\}$/)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('of evidence is not held for HEAD, nor where there is none', async () => {
    const w = world({ limits: { downloads: 1 } });
    const put = await send(w, endpointOf(w, 'userUploadEvidence'));
    const { evidenceId } = (await put.json()) as { evidenceId: string };
    const endpoint = endpointOf(w, 'userDownloadEvidence');
    const get = (method: string, id: string) => send(w, endpoint, { method, path: `/v1/user/evidence/${id}` });
    const statuses = [];
    for (let round = 0; round < 3; round += 1) {
      statuses.push((await get('HEAD', evidenceId)).status);
      statuses.push((await get('GET', 'e1000000-0000-4000-8000-000000000002')).status);
      const whole = await get('GET', evidenceId);
      statuses.push(whole.status, await whole.text());
      const left = await get('GET', evidenceId);
      await left.body?.cancel();
    }
    expect(statuses).toEqual(Array.from({ length: 3 }, () => [200, 404, 200, 'content']).flat());
  });
});

describe('evidence', () => {
  it('fills the disk no faster than its caller may', async () => {
    const w = world({ limits: { uploads: { perSecond: 1, burst: 20 } } });
    const upload = async (size: number) => {
      const raw = new Uint8Array(size).fill(w.log().length);
      return send(w, endpointOf(w, 'userUploadEvidence'), { raw, headers: { 'content-type': 'image/png' } });
    };
    expect((await upload(9_500)).status).toBe(201);
    expect((await upload(9_500)).status).toBe(201);
    const refused = await upload(1_001);
    expect([refused.status, await codeOf(refused), refused.headers.get('retry-after')]).toEqual([429, 'request.rateLimited', '2']);
    w.moveWallClock(2_000);
    expect((await upload(1_001)).status).toBe(201);
  });
});

describe('what strangers ask for', () => {
  it.each(['/metrics', '/docs', '/openapi.json'])('%s is theirs at the rate of strangers', async (path) => {
    const w = world({ limits: { strangers: { perSecond: 1, burst: 1 } } });
    const operation = OPERATIONS.find((one) => one.path === path);
    expect(operation?.responses['429']).toBeDefined();
    expect([(await w.app.request(path)).status, (await w.app.request(path)).status]).toEqual([200, 429]);
    for (let probe = 0; probe < 5; probe += 1) expect((await w.app.request('/healthz')).status).toBe(200);
    for (let probe = 0; probe < 5; probe += 1) expect((await w.app.request('/readyz')).status).toBe(200);
  });
});

describe('places', () => {
  it('of one caller are counted by themselves, and forgotten when the last is left', () => {
    const shares = createShares();
    expect([1, 2, 3].map(() => shares.enter('ann', 2))).toEqual([true, true, false]);
    expect(shares.enter('bob', 2)).toBe(true);
    shares.leave('ann');
    expect([shares.enter('ann', 2), shares.enter('ann', 2)]).toEqual([true, false]);
    for (const caller of ['ann', 'ann', 'ann', 'bob']) shares.leave(caller);
    expect([1, 2, 3].map(() => shares.enter('ann', 2))).toEqual([true, true, false]);
  });

  it('are as many as they are', () => {
    const slots = createSlots(1);
    expect([slots.limit, slots.enter(), slots.enter(), slots.taken]).toEqual([1, true, false, 1]);
  });
});
