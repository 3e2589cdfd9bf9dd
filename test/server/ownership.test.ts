import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopId } from '../../src/domain/ids.js';
import { type Core, openCore } from '../../src/redress.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import type { TokenHolder } from '../../src/server/tokens.js';
import { codeOf, endpointOf, faultsOfAnswer, pathOf, send } from './calls.js';
import { APPLICATION, ORDER_BODY } from './samples.js';
import { HOLDERS, START, type World, world } from './world.js';

/** Role by route by ownership, on the real host and store: what is not the caller's looks as if it were not there. */

const FOREIGN = {
  user: [
    { role: 'user', platform: 'alpha', buyerUid: 'bob' },
    { role: 'user', platform: 'beta', buyerUid: 'ann' },
  ],
  merchant: [{ role: 'merchant', id: 'm1', shops: [shopId('s2'), shopId('S1')] }],
  operations: [],
  platform: [{ role: 'platform', id: 'p1', platform: 'beta' }],
} as const satisfies Record<string, readonly TokenHolder[]>;

const NOT_THERE = new Set(['order.notFound', 'afterSale.notFound']);
const MISSING_ID = 'ffffffff-ffff-4fff-bfff-ffffffffffff';

let core: Core;
let w: World;
let afterSale = '';
let version = 0;

beforeAll(async () => {
  core = await openCore({ dataDirectory: ':memory:', writer: 'inline' }, { wall: () => START, elapsed: () => 0 });
  const { host, books, store, templates, clock } = core;
  w = world({ host, books, reads: store.reads, feed: store.feed, templates, deadLetters: store.jobs, evidence: store.evidence, clock });
  const put = await send(w, endpointOf(w, 'platformPutOrder'));
  expect([put.status, await put.clone().text()]).toEqual([201, expect.stringContaining('"version":1')]);
  const applied = await send(w, endpointOf(w, 'userApply'), { body: { ...APPLICATION, reason: await aReason() } });
  expect(await faultsOfAnswer(endpointOf(w, 'userApply'), applied.clone())).toEqual([]);
  const view = (await applied.json()) as { id: string; version: number };
  expect(applied.status).toBe(201);
  afterSale = view.id;
  version = view.version;
});
afterAll(async () => {
  await core.store.close();
});

/** A reason for a refund of delivered goods, as the order itself tells it. */
async function aReason(): Promise<string> {
  const order = await send(w, endpointOf(w, 'userGetOrder'));
  const { lines } = (await order.json()) as { lines: { allowed: { type: string; reasons: { code: string; evidence: number }[] }[] }[] };
  const reasons = lines[0]?.allowed.find(({ type }) => type === 'refund')?.reasons ?? [];
  return reasons.find(({ evidence }) => evidence === 0)?.code ?? 'none';
}

const pathFor = (endpoint: Endpoint, id: string): string => pathOf(endpoint).replace(/0198c5a0-[0-9a-f-]+/, id);
const { endpoints } = world();
const onObjects = endpoints
  .filter(
    ({ access, path, body }) =>
      access !== 'open' && (/\{(id|orderNo)\}/.test(path) || (body !== undefined && /(quotes|after-sales)$/.test(path))),
  )
  .map((endpoint) => ({ name: endpoint.operationId, endpoint }));
/** An application or a quote names its order in the body. */
const bodyFor = (endpoint: Endpoint): { body?: unknown } => (/(quotes|after-sales)$/.test(endpoint.path) ? { body: APPLICATION } : {});
const foreignOf = (endpoint: Endpoint): readonly TokenHolder[] => (endpoint.access === 'open' ? [] : FOREIGN[endpoint.access]);

describe('an object', () => {
  it.each(onObjects)('of others is not there for $name', async ({ endpoint }) => {
    for (const holder of foreignOf(endpoint)) {
      const own = endpoint.operationId === 'platformPutOrder' ? { body: { ...ORDER_BODY, platform: 'beta' } } : bodyFor(endpoint);
      const response = await send(w, endpoint, { token: await w.token(holder), path: pathFor(endpoint, afterSale), ...own });
      expect([response.status, NOT_THERE.has((await codeOf(response)) ?? '')]).toEqual([404, true]);
      expect(await faultsOfAnswer(endpoint, response.clone())).toEqual([]);
      if (!endpoint.path.includes('{id}')) continue;
      const missing = await send(w, endpoint, { token: await w.token(holder), path: pathFor(endpoint, MISSING_ID), ...own });
      const told = async (answer: Response) => ({ ...((await answer.json()) as object), requestId: '' });
      expect(await told(response)).toEqual(await told(missing));
    }
    const order = await send(w, endpointOf(w, 'operationsGetOrder'));
    expect(((await order.json()) as { version: number }).version).toBe(version);
  });

  it.each(onObjects)('of one’s own is there for $name, and answered as documented', async ({ endpoint }) => {
    const response = await send(w, endpoint, {
      path: pathFor(endpoint, afterSale),
      ...bodyFor(endpoint),
      headers: { 'if-match': '"999"' },
    });
    expect(await faultsOfAnswer(endpoint, response.clone())).toEqual([]);
    if (response.status >= 400) expect(NOT_THERE.has((await codeOf(response)) ?? '')).toBe(false);
  });
});

describe('lists', () => {
  const lists = endpoints.filter(({ operationId }) => /List(Orders|AfterSales)$/.test(operationId));
  it.each(lists.map((endpoint) => ({ name: endpoint.operationId, endpoint })))(
    '$name shows what is the caller’s, and nothing else',
    async ({ endpoint }) => {
      const itemsFor = async (token: string | undefined, query = '') => {
        const response = await send(w, endpoint, { ...(token === undefined ? {} : { token }), path: `${endpoint.path}${query}` });
        expect(await faultsOfAnswer(endpoint, response.clone())).toEqual([]);
        return ((await response.json()) as { items: unknown[] }).items.length;
      };
      expect(await itemsFor(undefined)).toBe(1);
      expect(await itemsFor(undefined, '?shop=s1&order=o1')).toBe(1);
      expect(await itemsFor(undefined, '?shop=s2')).toBe(0);
      for (const holder of foreignOf(endpoint)) {
        for (const query of ['', '?shop=s1', '?order=o1']) expect(await itemsFor(await w.token(holder), query)).toBe(0);
      }
    },
  );

  it('filter after-sales by state, type and time', async () => {
    const endpoint = endpointOf(w, 'userListAfterSales');
    const count = async (query: string) => {
      const response = await send(w, endpoint, { path: `${endpoint.path}?${query}` });
      return ((await response.json()) as { items: unknown[] }).items.length;
    };
    const { items } = (await (await send(w, endpoint)).json()) as { items: { state: string; applyTime: string }[] };
    const [listed] = items;
    expect(await count(`state=${listed?.state}`)).toBe(1);
    expect(await count(`state=settled,${listed?.state}`)).toBe(1);
    expect(await count('state=settled')).toBe(0);
    expect(await count('type=refund')).toBe(1);
    expect(await count('type=repair')).toBe(0);
    expect(await count(`appliedFrom=${listed?.applyTime}`)).toBe(1);
    expect(await count(`appliedTo=${listed?.applyTime}`)).toBe(0);
  });

  it('refuse a cursor of another list', async () => {
    const response = await send(w, endpointOf(w, 'userListOrders'), { path: '/v1/user/orders?cursor=YWZ0ZXJTYWxlczox' });
    expect([response.status, await codeOf(response)]).toEqual([400, 'request.invalid']);
  });
});

describe('one after-sale', () => {
  it.each(['user', 'merchant', 'operations', 'platform'] as const)('shows %s its timeline and transfers', async (role) => {
    const endpoint = endpointOf(w, `${role}GetAfterSale`);
    const response = await send(w, endpoint, { path: `/v1/${role}/after-sales/${afterSale}` });
    expect(await faultsOfAnswer(endpoint, response.clone())).toEqual([]);
    const view = (await response.json()) as {
      timeline: { type: string; by: string; state: string }[];
      timelineNext: number | null;
      transfers: { credit: string; debit: string }[];
      state: string;
    };
    expect(view.timeline.map(({ type, by, state }) => [type, by, state])).toEqual([['apply', HOLDERS.user.role, view.state]]);
    expect(view.timelineNext).toBeNull();
    const before = await send(w, endpoint, { path: `/v1/${role}/after-sales/${afterSale}?timelineBefore=1` });
    expect(await before.json()).toMatchObject({ state: view.state, timeline: [], timelineNext: null });
    expect(view.transfers.length).toBeGreaterThan(0);
  });
});

describe('an entity tag', () => {
  it('of an after-sale is the version of its order, also where another after-sale changed it since', async () => {
    const other = await send(w, endpointOf(w, 'userApply'), { body: { ...APPLICATION, reason: await aReason() } });
    expect(other.status).toBe(201);
    const read = await send(w, endpointOf(w, 'userGetAfterSale'), { path: `/v1/user/after-sales/${afterSale}` });
    const tag = read.headers.get('etag') ?? '';
    expect(tag).toBe(other.headers.get('etag'));
    const note = (ifMatch: string) =>
      send(w, endpointOf(w, 'userNote'), {
        path: `/v1/user/after-sales/${afterSale}/note`,
        headers: { 'if-match': ifMatch },
        body: { text: 'I wait.' },
      });
    expect((await note(tag)).status).toBe(200);
    expect((await note(tag)).status).toBe(412);
  });
});
