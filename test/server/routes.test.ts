import { describe, expect, it } from 'vitest';
import { COMMANDS_OF } from '../../src/actors/authorize.js';
import { ENTRY_POINTS } from '../../src/actors/principal.js';
import { COMMAND_BODIES } from '../../src/server/wire/commands.js';
import { codeOf, endpointOf, faultsOfAnswer, pathOf, send } from './calls.js';
import { AFTER_SALE_ID } from './samples.js';
import { HOLDERS, newKey, world } from './world.js';

const { endpoints } = world();
const closed = endpoints.filter(({ access }) => access !== 'open');
const named = (of: typeof endpoints) => of.map((endpoint) => ({ name: endpoint.operationId, endpoint }));

describe('every operation', () => {
  it.each(named(endpoints))('$name answers a right request as its document says', async ({ endpoint }) => {
    const response = await send(world(), endpoint);
    expect(await faultsOfAnswer(endpoint, response)).toEqual([]);
    expect(response.status).toBeLessThan(500);
  });

  it.each(named(closed))('$name asks for a token', async ({ endpoint }) => {
    const w = world();
    const response = await send(w, endpoint, { token: undefined });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await codeOf(response)).toBe('auth.missing');
    expect(w.sent).toEqual([]);
  });

  it.each(named(closed))('$name refuses the tokens of every other role', async ({ endpoint }) => {
    const w = world();
    for (const role of ENTRY_POINTS.filter((other) => other !== endpoint.access)) {
      const response = await send(w, endpoint, { token: await w.token(HOLDERS[role]) });
      expect([role, response.status, await codeOf(response)]).toEqual([role, 403, 'auth.forbidden']);
    }
    expect(w.sent).toEqual([]);
  });

  it.each(named(endpoints.filter(({ keyed }) => keyed)))('$name asks for an idempotency key', async ({ endpoint }) => {
    const w = world();
    const response = await w.app.request(pathOf(endpoint), {
      method: endpoint.method.toUpperCase(),
      headers: {
        authorization: `Bearer ${await w.token(HOLDERS[endpoint.access === 'open' ? 'user' : endpoint.access])}`,
        'content-type': 'application/json',
      },
      body: '{}',
    });
    expect(await codeOf(response)).toBe('idempotency.missing');
    expect(w.sent).toEqual([]);
  });

  it.each(named(endpoints.filter(({ takes }) => takes.kind === 'json')))(
    '$name refuses fields that it does not know',
    async ({ endpoint }) => {
      const w = world();
      const response = await send(w, endpoint, { body: { notAField: 1 } });
      expect(response.status).toBe(400);
      const problem = (await response.json()) as { code: string; errors: { path: string }[] };
      expect(problem.code).toBe('request.invalid');
      expect(problem.errors.map(({ path }) => path)).toContain('notAField');
      expect(w.sent).toEqual([]);
    },
  );

  it.each(named(endpoints))('$name says which methods its path takes', async ({ endpoint }) => {
    const response = await send(world(), endpoint, { method: 'DELETE', raw: '' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')?.split(', ')).toContain(endpoint.method.toUpperCase());
    expect(await codeOf(response)).toBe('request.methodNotAllowed');
  });
});

describe('commands', () => {
  it.each(ENTRY_POINTS)('stand under %s exactly as the table of rights says', (entry) => {
    const prefix = `/v1/${entry}/after-sales/{id}/`;
    const words = endpoints
      .filter(({ path, method }) => path.startsWith(prefix) && method === 'post')
      .map(({ path }) => path.slice(prefix.length));
    expect(words.sort()).toEqual([...COMMANDS_OF[entry]].sort());
  });

  it.each(ENTRY_POINTS)('of others are refused under %s, whatever the after-sale', async (entry) => {
    const w = world();
    const own: readonly string[] = COMMANDS_OF[entry];
    const foreign = Object.keys(COMMAND_BODIES).filter((word) => !own.includes(word));
    const token = await w.token(HOLDERS[entry]);
    for (const word of foreign) {
      const response = await w.app.request(`/v1/${entry}/after-sales/${AFTER_SALE_ID}/${word}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': newKey() },
      });
      expect([word, response.status, await codeOf(response)]).toEqual([word, 403, 'command.notYours']);
    }
    expect(w.sent).toEqual([]);
  });

  it('reach the host with the word of the path, the caller and the version seen', async () => {
    const w = world();
    const endpoint = endpointOf(w, 'operationsExtend');
    await send(w, endpoint, { headers: { 'if-match': '"6"' }, body: { by: '24h', remark: 'More time.' } });
    expect(w.sent).toHaveLength(1);
    expect(w.sent[0]?.principal).toEqual({ role: 'operations', id: 'o1' });
    expect(w.sent[0]?.envelope).toMatchObject({
      ifVersion: 6,
      book: { shopId: 's1', orderNo: 'o1' },
      command: { kind: 'afterSale', afterSaleId: AFTER_SALE_ID, command: { type: 'extend', byMs: 86_400_000, remark: 'More time.' } },
    });
  });

  it('to an after-sale that is not there are refused', async () => {
    const w = world();
    const response = await send(w, endpointOf(w, 'userWithdraw'), {
      path: '/v1/user/after-sales/ffffffff-0000-4000-8000-000000000000/withdraw',
    });
    expect([response.status, await codeOf(response)]).toEqual([404, 'afterSale.notFound']);
  });
});

describe('paths', () => {
  it.each([
    '/',
    '/v1',
    '/v1/nobody/after-sales',
    '/v1/user/after-sales/',
    '/v2/user/quotes',
    '/v1/user/after-sales/x/fly',
    '/docs/',
    '/%00',
  ])('%s is not there, and says so as a problem', async (path) => {
    const response = await world().app.request(path, { method: 'GET' });
    expect([response.status, response.headers.get('content-type'), await codeOf(response)]).toEqual([
      404,
      'application/problem+json',
      'request.notFound',
    ]);
  });
});
