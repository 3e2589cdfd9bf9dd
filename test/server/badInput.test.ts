import { describe, expect, it } from 'vitest';
import { codeOf, endpointOf, type Sending, send } from './calls.js';
import { AFTER_SALE_ID, APPLICATION } from './samples.js';
import { world } from './world.js';

const apply = async (change: Sending) => {
  const w = world();
  const response = await send(w, endpointOf(w, 'userApply'), change);
  const problem = (await response.clone().json()) as { path?: string; errors?: { path: string; message: string; expected?: string }[] };
  return { w, response, problem };
};
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const raw = (extra: string): string => `${JSON.stringify(APPLICATION).slice(0, -1)},${extra}}`;
const entry = (change: object) => ({ ...APPLICATION, selection: [{ sku: 'milk', promotionType: '1205', quantity: 1, ...change }] });

describe('a body', () => {
  it.each([
    ['nothing at all', { raw: '' }, 400, 'request.invalid'],
    ['not JSON', { raw: '{' }, 400, 'request.invalid'],
    ['JSON and then more', { raw: '{} {}' }, 400, 'request.invalid'],
    ['a list', { raw: '[]' }, 400, 'request.invalid'],
    ['null', { raw: 'null' }, 400, 'request.invalid'],
    ['a number', { raw: '1' }, 400, 'request.invalid'],
    ['nested too deeply', { raw: raw(`"remark":${nested(40)}`) }, 400, 'request.invalid'],
    ['nested far too deeply', { raw: nested(5_000) }, 400, 'request.invalid'],
    ['with a name twice', { raw: raw('"reason":"other"') }, 400, 'request.invalid'],
    ['with __proto__', { raw: raw('"__proto__":{"role":"operations"}') }, 400, 'request.invalid'],
    ['with __proto__ in disguise', { raw: raw('"\\u005f_proto__":{}') }, 400, 'request.invalid'],
    ['with a constructor', { raw: raw('"constructor":{"prototype":{}}') }, 400, 'request.invalid'],
    ['of bytes that are not UTF-8', { raw: new Uint8Array([0x7b, 0xff, 0x7d]) }, 400, 'request.invalid'],
    ['with half a surrogate pair', { raw: raw('"remark":"\\ud800"') }, 400, 'request.invalid'],
    ['of text', { headers: { 'content-type': 'text/plain' } }, 415, 'request.unsupportedType'],
    ['of a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'request.unsupportedType'],
    ['of another JSON', { headers: { 'content-type': 'application/vnd.api+json' } }, 415, 'request.unsupportedType'],
    ['in another charset', { headers: { 'content-type': 'application/json; charset=utf-16' } }, 415, 'request.unsupportedType'],
    ['that is compressed', { headers: { 'content-encoding': 'gzip' } }, 415, 'request.unsupportedType'],
    ['that is too large', { raw: raw(`"remark":"${'a'.repeat(20_000)}"`) }, 413, 'request.tooLarge'],
    ['said to be too large', { headers: { 'content-length': '20001' } }, 413, 'request.tooLarge'],
  ] as const)('of %s is refused, and nothing is sent on', async (_, change, status, code) => {
    const { w, response } = await apply(change);
    expect([response.status, await codeOf(response), response.headers.get('content-type')]).toEqual([
      status,
      code,
      'application/problem+json',
    ]);
    expect(w.sent).toEqual([]);
  });

  it('with a charset that is UTF-8 is taken', async () => {
    const { response } = await apply({ headers: { 'content-type': 'Application/JSON; Charset="utf-8"' } });
    expect(response.status).toBe(201);
  });

  it('that stops coming is refused when its time is over', async () => {
    const w = world();
    const never = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array([123])) }, { highWaterMark: 0 });
    const stuck = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) });
    const endpoint = endpointOf(w, 'userApply');
    const token = await w.token({ role: 'user', platform: 'alpha', buyerUid: 'ann' });
    const post = (body: ReadableStream) =>
      w.app.request(
        new Request('http://localhost/v1/user/after-sales', {
          method: endpoint.method.toUpperCase(),
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'k' },
          body,
          duplex: 'half',
        } as RequestInit),
      );
    expect(await codeOf(await post(stuck))).toBe('request.timeout');
    expect(await codeOf(await post(never))).toBe('request.tooLarge');
  });
});

describe('a field', () => {
  it.each([
    ['missing', { ...APPLICATION, reason: undefined }, 'reason', 'string'],
    ['of the wrong type', { ...APPLICATION, shopId: 5 }, 'shopId', 'string'],
    ['with a control character', { ...APPLICATION, shopId: 's\u0007' }, 'shopId', 'no control or formatting characters'],
    ['with a zero-width character', { ...APPLICATION, shopId: 's\u200b1' }, 'shopId', 'no control or formatting characters'],
    ['with a line break in a name', { ...APPLICATION, orderNo: 'o\n1' }, 'orderNo', 'no control or formatting characters'],
    ['too long', { ...APPLICATION, shopId: 's'.repeat(129) }, 'shopId', 'at most 128'],
    ['of no known word', { ...APPLICATION, type: 'gift' }, 'type', 'refund, return, exchange, repair'],
    ['that is 0', entry({ quantity: 0 }), 'selection[0].quantity', 'at least 1'],
    ['that is negative', entry({ quantity: -1 }), 'selection[0].quantity', 'at least 1'],
    ['that is a fraction', entry({ quantity: 1.5 }), 'selection[0].quantity', 'int'],
    ['that is a number as text', entry({ quantity: '1' }), 'selection[0].quantity', 'number'],
    ['unknown within a list', entry({ quantitty: 1 }), 'selection[0].quantitty', undefined],
    ['of a negative amount', { ...APPLICATION, quoted: { amount: -1, currency: 'CNY' } }, 'quoted.amount', 'at least 0'],
    ['of an amount with a fraction', { ...APPLICATION, quoted: { amount: 0.5, currency: 'CNY' } }, 'quoted.amount', 'int'],
    [
      'of a currency that is none',
      { ...APPLICATION, quoted: { amount: 1, currency: 'yuan' } },
      'quoted.currency',
      'three capital letters of ISO 4217',
    ],
    ['of a claim of no kind', { ...APPLICATION, claim: { kind: 'all' } }, 'claim.kind', undefined],
    [
      'of a link that is not https',
      { ...APPLICATION, evidence: [{ kind: 'photo', url: 'http://a.b/c', sha256: 'a'.repeat(64) }] },
      'evidence[0].url',
      'url',
    ],
    [
      'of a script as a link',
      { ...APPLICATION, evidence: [{ kind: 'photo', url: 'javascript:alert(1)', sha256: 'a'.repeat(64) }] },
      'evidence[0].url',
      'url',
    ],
    [
      'of a time that is none',
      { ...APPLICATION, wayBack: { kind: 'pickup', address: {}, from: 'noon', to: 'later' } },
      'wayBack.from',
      'datetime',
    ],
    ['that only the house may give', { ...APPLICATION, origin: 'market' }, 'origin', undefined],
  ] as const)('%s is named with what was expected', async (_, body, path, expected) => {
    const { w, response, problem } = await apply({ body });
    expect(response.status).toBe(400);
    const fault = problem.errors?.find((error) => error.path === path);
    expect(fault).toMatchObject(expected === undefined ? { path } : { path, expected });
    expect(w.sent).toEqual([]);
  });

  it.each(['1e400', '9007199254740993', '-9007199254740993'])(
    'of the number %s, which would not be read exactly, is refused',
    async (number) => {
      const { response, problem } = await apply({ raw: raw(`"quoted":{"amount":${number},"currency":"CNY"}`) });
      expect([response.status, problem.path]).toEqual([400, 'quoted.amount']);
    },
  );

  it.each([
    ['url', { evidence: [{ kind: 'photo', url: 'http://a.b/c', sha256: 'a'.repeat(64) }] }, 'begins with https://'],
    ['from', { wayBack: { kind: 'pickup', address: {}, from: '2026-03-01', to: '2026-03-02' } }, 'with its offset'],
    ['phone', { contact: { phone: '12' } }, '3 to 40 digits'],
  ])('%s says in words what would be taken', async (field, change, words) => {
    const { problem } = await apply({ body: { ...APPLICATION, ...change } });
    expect(problem.errors?.find(({ path }) => path.endsWith(field))?.message).toContain(words);
  });

  it('at fault a hundred times is not named a hundred times', async () => {
    const { problem } = await apply({ body: { ...APPLICATION, selection: Array.from({ length: 100 }, () => ({ quantity: 0 })) } });
    expect(problem.errors).toHaveLength(20);
  });
});

describe('a command’s own rules', () => {
  it.each([
    ['operationsInspect', { result: 'part', sellable: true }, 'passed'],
    ['operationsInspect', { result: 'all', sellable: true, passed: [{ lineNo: 1, quantity: 1 }] }, 'passed'],
    ['userReschedule', { from: '2026-03-02T12:00:00Z', to: '2026-03-02T09:00:00Z' }, 'to'],
    ['operationsAnotherWay', { way: 'account' }, 'account'],
    ['operationsAnotherWay', { way: 'wallet', account: 'x' }, 'account'],
    ['operationsExtend', { by: '24 hours' }, 'by'],
    ['userProvide', { evidence: [] }, 'evidence'],
    ['merchantReject', {}, 'remark'],
    ['userNote', { text: 'for you alone', visibility: 'internal' }, 'visibility'],
    ['operationsRule', { verdict: { outcome: 'maybe' }, remark: 'r' }, 'verdict.outcome'],
    ['operationsGiveGoodwill', { amount: { amount: 1, currency: 'CNY' }, to: 'points', remark: 'r' }, 'points'],
    ['operationsMoveClock', { forward: '-1h' }, 'forward'],
  ] as const)('%s with %j names %s', async (operation, body, path) => {
    const w = world();
    const response = await send(w, endpointOf(w, operation), { body });
    const problem = (await response.json()) as { errors: { path: string }[] };
    expect(response.status).toBe(400);
    expect(problem.errors.map((error) => error.path)).toContain(path);
    expect(w.sent).toEqual([]);
  });
});

describe('paths and queries', () => {
  it.each([
    ['userGetAfterSale', '/v1/user/after-sales/not-an-id'],
    ['userGetOrder', '/v1/user/orders/s1/%07'],
    ['userGetOrder', `/v1/user/orders/${'s'.repeat(200)}/o1`],
    ['userListAfterSales', '/v1/user/after-sales?limit=0'],
    ['userListAfterSales', '/v1/user/after-sales?limit=1e9'],
    ['userListAfterSales', '/v1/user/after-sales?limit=1&limit=2'],
    ['userListAfterSales', '/v1/user/after-sales?cursor=%2e%2e%2f'],
    ['userListAfterSales', '/v1/user/after-sales?state=a.b.c'],
    ['userListAfterSales', '/v1/user/after-sales?type=gift'],
    ['userListAfterSales', '/v1/user/after-sales?appliedFrom=yesterday'],
    ['userListAfterSales', '/v1/user/after-sales?appliedFrom=2026-03-02T00:00:00Z&appliedTo=2026-03-01T00:00:00Z'],
    ['userListAfterSales', '/v1/user/after-sales?buyerUid=bob'],
    ['userListAfterSales', '/v1/user/after-sales?__proto__=x'],
  ])('%s refuses %s', async (operation, path) => {
    const w = world();
    const response = await send(w, endpointOf(w, operation), { path });
    expect([response.status, await codeOf(response)]).toEqual([400, 'request.invalid']);
    expect(w.asked).toEqual([]);
  });

  it.each([
    ['limit=1&limit=2', 'string'],
    ['limit=1e3', 'a whole number'],
    ['limit=0', 'at least 1'],
    ['limit=101', 'at most 100'],
  ])('a list of %s is told what was expected: %s', async (query, expected) => {
    const w = world();
    const response = await send(w, endpointOf(w, 'userListAfterSales'), { path: `/v1/user/after-sales?${query}` });
    expect(((await response.json()) as { errors: object[] }).errors).toMatchObject([
      { path: 'limit', expected: expect.stringContaining(expected) },
    ]);
  });

  it.each(['"x"', '7', 'W/"7"', '"7", "8"', '"-1"', '"99999999999999999"', '""'])('If-Match %s is refused', async (tag) => {
    const { response, problem } = await apply({ headers: { 'if-match': tag } });
    expect([response.status, problem.path]).toEqual([400, 'If-Match']);
  });

  it.each(['two words', 'k'.repeat(201), 'tab\there'])('Idempotency-Key %j is refused', async (key) => {
    const { response, problem } = await apply({ headers: { 'idempotency-key': key } });
    expect([response.status, problem.path]).toEqual([400, 'Idempotency-Key']);
  });

  it('finds an after-sale by an id that is well-formed only', async () => {
    const w = world();
    const response = await send(w, endpointOf(w, 'userGetAfterSale'), { path: `/v1/user/after-sales/${AFTER_SALE_ID}` });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"7"');
  });
});
