import { describe, expect, it } from 'vitest';
import { LOG_LEVELS } from '../../src/server/log.js';
import { endpointOf, send } from '../server/calls.js';
import { APPLICATION } from '../server/samples.js';
import { done, HOLDERS, type World, world } from '../server/world.js';
import { faultsOfStray } from './contract.js';
import { named, OPERATIONS } from './document.js';
import { answerIn, servedWorlds } from './served.js';

/** Nothing that somebody sends becomes a header, a second answer, or a line of the log. */

const serving = servedWorlds();
const BREAK = '\r\nx-injected: yes\r\n\r\nHTTP/1.1 200 OK\r\n';
const ENCODED = [
  '%0d%0ax-injected:%20yes',
  '%0ax-injected:%20yes',
  '%0d%0a%0d%0a<html>',
  '%c4%8d%c4%8ax-injected:%20yes',
  '\u560a\u560dx-injected',
  '%E5%98%8A%E5%98%8Dx-injected:%20yes',
];
const request = (method: string, path: string, lines: readonly string[], body = ''): string =>
  [`${method} ${path} HTTP/1.1`, 'Host: a', 'Connection: close', ...lines, '', body].join('\r\n');

async function authorized(w: World): Promise<string> {
  return `Authorization: Bearer ${await w.token(HOLDERS.user)}`;
}

/** The header lines of every answer within bytes that came back. */
const headersOf = (bytes: string): string[] => bytes.split('\r\n\r\n').filter((part) => part.startsWith('HTTP/1.1 '));

describe('an answer over the wire', () => {
  it.each([
    ['a request id', [`X-Request-Id: a${BREAK}`]],
    ['a request id that ends a line alone', ['X-Request-Id: a\nx-injected: yes']],
    ['a key', [`Idempotency-Key: a${BREAK}`]],
    ['a name of a header', ['x-a\r\nx-injected: yes', 'x-b: c']],
    ['a line that goes on', ['x-a: b', ' x-injected: yes']],
    ['two lengths', ['Content-Length: 0', 'Content-Length: 5']],
    ['a length in words', ['Content-Length: five']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['chunks of another kind', ['Transfer-Encoding: xchunked']],
    ['chunks twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']],
    ['another protocol', ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA']],
  ])('to %s is one, without what was sent along', async (_, lines) => {
    const w = world();
    const { bytes } = await serving(w);
    const back = await bytes(
      request('POST', '/v1/user/quotes', [await authorized(w), ...lines], 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'),
    );
    const heads = headersOf(back);
    expect(heads.length).toBeGreaterThan(0);
    for (const head of heads) expect(head.toLowerCase()).not.toContain('\r\nx-injected');
    const answer = answerIn(back.split('\r\nHTTP/1.1 ')[0] ?? '');
    if (answer !== undefined && answer.status >= 400) expect(faultsOfStray(answer)).toEqual([]);
    expect(w.sent).toEqual([]);
  });

  it.each(ENCODED)('to %s in path, query and headers holds it in none of its headers', async (text) => {
    const w = world({
      reads: { ...world().parts.reads, listOrders: async () => ({ items: [], next: 'bmV4dA' }) },
    });
    const { bytes } = await serving(w);
    const auth = await authorized(w);
    const safe = Buffer.from(text, 'utf8').toString('latin1');
    const asked = [
      request('GET', `/v1/user/orders?order=${encodeURI(text)}`, [auth]),
      request('GET', `/v1/user/orders?shop=${encodeURI(text)}&limit=1`, [auth]),
      request('GET', `/v1/user/after-sales/${encodeURI(text)}`, [auth]),
      request('GET', `/v1/user/${encodeURI(text)}`, [auth, `X-Request-Id: ${safe}`]),
      request('GET', '/healthz', [`X-Request-Id: ${safe}`, `Accept: ${safe}`, `Last-Event-ID: ${safe}`]),
    ];
    for (const one of asked) {
      const back = await bytes(one);
      const [head = ''] = back.split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1\.1 \d{3} /);
      for (const line of head.split('\r\n').slice(1)) expect(line.toLowerCase()).not.toMatch(/^x-injected|<html>/);
      expect(headersOf(back)).toHaveLength(1);
    }
  });

  it('carries nothing of the caller in the headers that it makes', async () => {
    const w = world({ reads: { ...world().parts.reads, listOrders: async () => ({ items: [], next: 'bmV4dA' }) } });
    const odd = `a>; rel="x", <https://evil.example>; rel="next`;
    const listed = await send(w, endpointOf(w, 'userListOrders'), { path: `/v1/user/orders?order=${encodeURIComponent(odd)}` });
    expect(listed.headers.get('link')).toMatch(/^<\/v1\/user\/orders\?[^<>" ]*cursor=bmV4dA>; rel="next"$/);
    const view = { id: '"><script>', version: 1 };
    w.replyWith(() => done(view, 201));
    const applied = await send(w, endpointOf(w, 'userApply'));
    expect(applied.headers.get('location')).toBeNull();
  });
});

/** Reads an answer to its end; a stream of events has none. */
const ended = (response: Response): Promise<unknown> =>
  response.headers.get('content-type') === 'text/event-stream' ? (response.body?.cancel() ?? Promise.resolve()) : response.text();

const shared = world();

describe('the log', () => {
  const HOSTILE = [
    '\n{"level":"error","message":"injected"}',
    '\r\n{"level":"error"}',
    '","level":"error","x":"',
    '\u2028\u2029',
    '\u001b[2J\u001b[31m',
    '%s %d %j %o',
    '\0',
  ];

  it.each(named(OPERATIONS))('of $name has one line for a request, of fields that it knows, whatever was sent', async ({ operation }) => {
    const w = shared;
    const from = w.log().length;
    const endpoint = endpointOf(w, operation.operationId);
    for (const text of HOSTILE) {
      const asHeader = text.replaceAll(/[^\x20-\x7e]/g, ' ');
      const raw = Object.keys(operation.body).length === 0 ? {} : { raw: `{"a":${JSON.stringify(text)}}` };
      await ended(await send(w, endpoint, { ...raw, headers: { 'x-request-id': asHeader } }));
      const path = `${operation.path.replaceAll(/\{[^{}]+\}/g, encodeURIComponent(text))}?a=${encodeURIComponent(text)}`;
      await ended(await send(w, endpoint, { path, headers: { 'user-agent': asHeader, referer: asHeader } }));
    }
    w.replyWith(() => Promise.reject(new Error(HOSTILE.join(''))));
    await ended(await send(w, endpoint));
    w.replyWith(() => done({ version: 7 }));
    for (const line of w.log().slice(from).trim().split('\n')) {
      const entry = JSON.parse(line) as { readonly [name: string]: unknown };
      expect(LOG_LEVELS).toContain(entry.level);
      expect(Object.keys(entry).filter((name) => !KNOWN.has(name))).toEqual([]);
      expect(line).not.toMatch(/injected|\u2028|\\u001b|%j/);
    }
  });
});

const KNOWN: ReadonlySet<string> = new Set([
  'level',
  'time',
  'message',
  'requestId',
  'operation',
  'status',
  'code',
  'milliseconds',
  'error',
  'reason',
]);

describe('a value in a body', () => {
  it('stays a value: what would be markup, a query or a template elsewhere comes back as it was given', async () => {
    const w = world();
    const remark = `<img src=x onerror=alert(1)> {{7*7}} \${7*7} '; DROP TABLE book; -- \\" /* */`;
    await send(w, endpointOf(w, 'userApply'), { body: { ...APPLICATION, remark } });
    const [{ envelope } = { envelope: undefined }] = w.sent;
    expect(envelope?.command).toMatchObject({ application: { remark } });
    const refused = await send(w, endpointOf(w, 'userApply'), { body: { ...APPLICATION, [remark]: 1 } });
    expect([refused.headers.get('content-type'), refused.headers.get('x-content-type-options')]).toEqual([
      'application/problem+json',
      'nosniff',
    ]);
  });
});
