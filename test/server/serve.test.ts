import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../src/server/log.js';
import { type Listening, type ListenSettings, serve } from '../../src/server/serve.js';
import { APPLICATION } from './samples.js';
import { done, HOLDERS, type World, world } from './world.js';

const SETTINGS: ListenSettings = {
  host: '127.0.0.1',
  port: 0,
  connectionLimit: 100,
  headersTimeoutMs: 1_000,
  headersLimitBytes: 4_096,
  keepAliveTimeoutMs: 5_000,
  shutdownTimeoutMs: 5_000,
};
let open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.map((listening) => listening.close()));
  open = [];
});

async function served(w: World, settings: Partial<ListenSettings> = {}): Promise<Listening> {
  const listening = await serve(w, { ...SETTINGS, ...settings }, createLog('silent'));
  open.push(listening);
  return listening;
}

/** Sends bytes as they are and gives all that comes back until the other side hangs up. */
function bytes(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let back = '';
    socket.on('data', (data: Buffer) => {
      back += data.toString('utf8');
    });
    socket.on('close', () => resolve(back));
    socket.on('error', reject);
  });
}

async function applying(w: World, listening: Listening, body: string | ReadableStream = JSON.stringify(APPLICATION)): Promise<Response> {
  return fetch(`${listening.url}/v1/user/after-sales`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await w.token(HOLDERS.user)}`, 'content-type': 'application/json', 'idempotency-key': 'k' },
    body,
    duplex: 'half',
  } as RequestInit);
}

describe('over the wire', () => {
  it('an application is answered as it is without one', async () => {
    const w = world();
    const response = await applying(w, await served(w));
    expect([response.status, response.headers.get('etag'), response.headers.get('location')]).toEqual([
      201,
      '"7"',
      '/v1/user/after-sales/0198c5a0-7c1e-7000-8000-000000000001',
    ]);
    expect(w.sent).toHaveLength(1);
  });

  it('a body in pieces is taken, and refused once it is too large', async () => {
    const w = world();
    const listening = await served(w);
    const pieces = (texts: readonly string[]) =>
      new ReadableStream({
        start(controller) {
          for (const text of texts) controller.enqueue(new TextEncoder().encode(text));
          controller.close();
        },
      });
    const text = JSON.stringify(APPLICATION);
    expect((await applying(w, listening, pieces([text.slice(0, 10), text.slice(10)]))).status).toBe(201);
    expect((await applying(w, listening, pieces(Array.from({ length: 30 }, () => 'x'.repeat(1_000))))).status).toBe(413);
  });

  it('answers a probe in HTTP/1.0, which names no host', async () => {
    const { port } = await served(world());
    const answer = await bytes(port, 'GET /healthz HTTP/1.0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toContain('"status":"ok"');
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'request.invalid'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400, 'request.invalid'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'request.invalid',
    ],
    ['headers that are too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(5_000)}\r\n\r\n`, 431, 'request.headersTooLarge'],
    ['a host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400, 'request.invalid'],
    ['a backslash in the path', 'GET /v1\\..\\x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400, 'request.invalid'],
    ['dots in the path', 'GET /v1/user/../../healthz2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404, 'request.notFound'],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400, 'request.invalid'],
  ])('%s is answered with a problem', async (_, text, status, code) => {
    const { port } = await served(world());
    const answer = await bytes(port, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('headers that never end are given up', async () => {
    const { port } = await served(world(), { headersTimeoutMs: 100 });
    const answer = await bytes(port, 'GET / HTTP/1.1\r\nHost: a\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it('connections beyond the limit are closed', async () => {
    const { port } = await served(world(), { connectionLimit: 1 });
    const first = connect(port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    first.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => first.once('data', resolve));
    expect(await bytes(port, '')).toBe('');
    first.destroy();
  });

  it('events come as they happen, and end when the service stops', async () => {
    const w = world();
    const listening = await served(w);
    const response = await fetch(`${listening.url}/v1/user/events`, {
      headers: { authorization: `Bearer ${await w.token(HOLDERS.user)}` },
    });
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
    await reader.read();
    const end = reader.read();
    const closed = listening.close();
    expect((await end).done).toBe(true);
    await closed;
  });

  it('a client of events that leaves gives its place back', async () => {
    const w = world({ limits: { eventStreams: 1 } });
    const listening = await served(w);
    const authorization = `Bearer ${await w.token(HOLDERS.user)}`;
    const follow = (signal: AbortSignal) => fetch(`${listening.url}/v1/user/events`, { headers: { authorization }, signal });
    const leaving = new AbortController();
    expect((await follow(leaving.signal)).status).toBe(200);
    leaving.abort();
    const staying = new AbortController();
    await vi.waitUntil(async () => (await follow(staying.signal)).status === 200);
    staying.abort();
  });

  it('an import answers while it is still being sent', async () => {
    const w = world();
    const listening = await served(w);
    const token = await w.token(HOLDERS.platform);
    const sending = request(`${listening.url}/v1/platform/orders/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    });
    const answered = new Promise<string>((resolve) => {
      sending.on('response', (response) => {
        let text = '';
        response.on('data', (data: Buffer) => {
          text += data.toString('utf8');
          if (text.split('\n').length === 3) sending.end();
        });
        response.on('end', () => resolve(text));
      });
    });
    sending.write('{}\n{}\n{}\n{}\n');
    expect((await answered).trim().split('\n')).toHaveLength(4);
  });
});

describe('stopping', () => {
  it('answers what is under way, takes nothing new and then ends', async () => {
    const w = world();
    let release: () => void = () => undefined;
    w.replyWith(async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return done({ version: 7 });
    });
    const listening = await served(w);
    const held = applying(w, listening);
    await vi.waitUntil(() => w.sent.length === 1);
    const closed = listening.close();
    await expect(fetch(`${listening.url}/healthz`)).rejects.toThrow();
    release();
    expect((await held).status).toBe(200);
    await closed;
  });

  it('cuts what takes too long', async () => {
    const w = world();
    w.replyWith(() => new Promise(() => undefined));
    const listening = await served(w, { shutdownTimeoutMs: 50 });
    const held = applying(w, listening).then(
      () => 'answered',
      () => 'cut',
    );
    await vi.waitUntil(() => w.sent.length === 1);
    await listening.close();
    expect(await held).toBe('cut');
  });
});
