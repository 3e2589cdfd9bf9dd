import { describe, expect, it } from 'vitest';
import { HOLDERS, type World, world } from '../server/world.js';
import { faultsOfStray, operationFor } from './contract.js';
import { OPERATIONS } from './document.js';
import { answerIn, servedWorlds } from './served.js';

/** A path leads to the one operation that it names, by the one reading that everybody has of it, or nowhere. */

const serving = servedWorlds();
const ID = '0198c5a0-7c1e-7000-8000-000000000001';

async function ask(w: World, method: string, target: string, lines: readonly string[] = []): Promise<ReturnType<typeof answerIn>> {
  const { bytes } = await serving(w);
  const token = await w.token(HOLDERS.user);
  const head = [
    `${method} ${target} HTTP/1.1`,
    'Host: redress.example',
    'Connection: close',
    `Authorization: Bearer ${token}`,
    ...lines,
    '',
    '',
  ];
  return answerIn(await bytes(head.join('\r\n')));
}

describe('a path that is not quite one', () => {
  it.each([
    ...[
      '/v1/user/../operations/orders',
      '/v1/user/%2e%2e/operations/orders',
      '/v1/user/.%2e/operations/orders',
      '/v1/user/..;/operations/orders',
    ],
    ...[
      '/v1/user%2f..%2foperations/orders',
      '/v1/user/..%2foperations/orders',
      '/v1/user/..%5coperations/orders',
      '/v1/user\\..\\operations\\orders',
    ],
    ...[
      '//v1/operations/orders',
      '/v1//operations/orders',
      '/./v1/operations/orders',
      '/v1/operations/orders/',
      '/v1/operations/orders/.',
      '/V1/OPERATIONS/ORDERS',
    ],
    ...[
      '/v1/operations/orders;a=b',
      '/v1/operations/orders%00',
      '/v1/operations/orders%20',
      '/v1/operations/orders.json',
      '/v1/operations%2forders',
    ],
    ...[
      '/v1/operations/%6frders',
      '/v1/%6fperations/orders',
      '/%76%31/operations/orders',
      '/v1/operations/orders%3f',
      '/v1/operations/orders%23',
      '/v1/ope%72ations/orders',
    ],
    ...[
      '/v1/%u006fperations/orders',
      '/v1/operations/%c0%ae%c0%ae/orders',
      '/v1/op\u0435rations/orders',
      '/v1/operations/orders%ff',
      '/v1/operations/%252e%252e/orders',
    ],
    ...[
      'http://evil.example/v1/operations/orders',
      'http://redress.example@evil.example/v1/operations/orders',
      '/v1/operations/orders#/v1/user/orders',
    ],
  ])('%s gives a buyer nothing of operations', async (target) => {
    const w = world();
    const answer = await ask(w, 'GET', Buffer.from(target, 'utf8').toString('latin1'));
    expect([target, answer?.status ?? 0]).toEqual([target, expect.any(Number)]);
    expect([400, 403, 404]).toContain(answer?.status);
    if (answer !== undefined) expect(faultsOfStray(answer)).toEqual([]);
    expect(w.asked).toEqual([]);
  });

  it.each([
    ['a slash', 'a%2Fb', 'a/b'],
    ['dots', '..%2F..%2Fx', '../../x'],
    ['a per cent', '%25', '%'],
    ['a per cent and more', '%252e', '%2e'],
    ['a plus', 'a+b', 'a+b'],
    ['a question mark', 'a%3Fb', 'a?b'],
    ['a number sign', 'a%23b', 'a#b'],
    ['a colon', 'a:b', 'a:b'],
    ['a quote', "'%20OR%20'1'='1", "' OR '1'='1"],
    ['a star', '*', '*'],
    ['another script', '%E8%AE%A2%E5%8D%95', '订单'],
  ])('names an order with %s as it is written, once decoded and no more', async (_, written, meant) => {
    const w = world();
    const answer = await ask(w, 'GET', `/v1/user/orders/s1/${written}`);
    expect(answer?.status).toBe(200);
    expect(w.asked).toEqual([{ what: 'order', with: { book: { shopId: 's1', orderNo: meant }, principal: HOLDERS.user } }]);
  });

  it.each(['%00', '%0a', '%e2%80%8b', '%e2%80%ae', '%ff', '%c0%af', '%', '%zz', '%ed%a0%80', 'x'.repeat(129)])(
    'names no order by %s',
    async (written) => {
      const w = world();
      const answer = await ask(w, 'GET', `/v1/user/orders/s1/${written}`);
      expect(answer?.status).toBe(400);
      expect(w.asked).toEqual([]);
    },
  );

  it.each(['..', '../../etc/passwd', '%2e%2e%2f', `${ID}/..`, `${ID}%00`, ID.toUpperCase().replace('0', 'O'), `{${ID}}`, `${ID}\\`, '*'])(
    'names no after-sale by %s',
    async (written) => {
      const w = world();
      const answer = await ask(w, 'GET', `/v1/user/after-sales/${written}`);
      expect([400, 404]).toContain(answer?.status);
      expect(w.asked).toEqual([]);
    },
  );
});

describe('another way to say what is wanted', () => {
  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])('%s changes no method', async (name) => {
    const w = world();
    const answer = await ask(w, 'GET', '/v1/user/orders', [`${name}: DELETE`]);
    expect(answer?.status).toBe(200);
  });

  it.each(['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Path', 'X-Forwarded-Prefix', 'Destination'])(
    '%s changes no path',
    async (name) => {
      const w = world();
      expect((await ask(w, 'GET', '/v1/user/orders', [`${name}: /v1/operations/orders`]))?.status).toBe(200);
      expect(w.asked.map(({ what }) => what)).toEqual(['listOrders']);
    },
  );

  it.each(['Forwarded: host=evil.example', 'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: ftp'])(
    '%s is in no link',
    async (line) => {
      const w = world({ reads: { ...world().parts.reads, listOrders: async () => ({ items: [], next: 'bmV4dA' }) } });
      expect((await ask(w, 'GET', '/v1/user/orders', [line]))?.headers.link).toBe('</v1/user/orders?cursor=bmV4dA>; rel="next"');
    },
  );

  it.each(['TRACE', 'OPTIONS', 'CONNECT', 'PATCH', 'DELETE', 'PROPFIND', 'get', 'QUERY'])('the method %s does nothing', async (method) => {
    const w = world();
    const answer = await ask(w, method, '/v1/user/orders');
    if (method === 'CONNECT') expect(answer).toBeUndefined();
    else expect([400, 404, 405]).toContain(answer?.status);
    expect(answer?.text ?? '').not.toContain('Bearer');
    expect(w.asked).toEqual([]);
  });

  it('HEAD asks for the same token as GET, and gets no body', async () => {
    const closed = OPERATIONS.filter(({ method, access }) => method === 'GET' && access !== 'open');
    const w = world();
    for (const { path, access } of closed) {
      const concrete = path.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => (name === 'shopId' || name === 'orderNo' ? 'x' : ID));
      expect(operationFor('GET', concrete)?.path).toBe(path);
      const without = await w.app.request(concrete, { method: 'HEAD' });
      const token = await w.token(access === 'user' ? HOLDERS.operations : HOLDERS.user);
      const foreign = await w.app.request(concrete, { method: 'HEAD', headers: { authorization: `Bearer ${token}` } });
      expect([path, without.status, foreign.status, await without.text()]).toEqual([path, 401, 403, '']);
    }
    expect(w.asked).toEqual([]);
  });
});
