import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryPoint } from '../../src/actors/principal.js';
import { shopId } from '../../src/domain/ids.js';
import { type Core, openCore } from '../../src/redress.js';
import type { TokenHolder } from '../../src/server/tokens.js';
import { codeOf, endpointOf, rightBody, type Sending, send } from '../server/calls.js';
import { APPLICATION, ORDER_BODY } from '../server/samples.js';
import { HOLDERS, START, type World, world } from '../server/world.js';
import { jsonBodyOf, named, OPERATIONS, type Operation, resolved } from './document.js';

/**
 * Every operation of the document by everybody whom its objects are not for, on the real host and store. What an
 * operation is about is told from its document; one that fits in no kind fails here until somebody has thought of it.
 */

const STRANGERS = {
  user: [
    { role: 'user', platform: 'alpha', buyerUid: 'bob' },
    { role: 'user', platform: 'beta', buyerUid: 'ann' },
    { role: 'user', platform: 'alpha', buyerUid: 'Ann' },
    { role: 'user', platform: 'alpha', buyerUid: 'ann ' },
    { role: 'user', platform: 'alpha', buyerUid: '\uff41nn' },
    { role: 'user', platform: 'alpha', buyerUid: 'alpha/ann' },
  ],
  merchant: [
    { role: 'merchant', id: 'm1', shops: [shopId('s2'), shopId('S1')] },
    { role: 'merchant', id: 'm1', shops: [shopId('s1 '), shopId('s1:'), shopId('*'), shopId('%')] },
    { role: 'merchant', id: 's1', shops: [shopId('alpha')] },
  ],
  operations: [],
  platform: [
    { role: 'platform', id: 'p1', platform: 'beta' },
    { role: 'platform', id: 'alpha', platform: 'ALPHA' },
  ],
} as const satisfies Record<EntryPoint, readonly TokenHolder[]>;

const MISSING_ID = 'ffffffff-ffff-4fff-bfff-ffffffffffff';

/** What an operation is about, told from its document. */
type Kind = 'open' | 'signed' | 'house' | 'afterSale' | 'order' | 'orderInBody' | 'evidence' | 'list' | 'stream' | 'upload' | 'lines';

function kindOf(operation: Operation): Kind | undefined {
  const { access, path, responses, body } = operation;
  if (access === 'open' || access === 'signed') return access;
  if (access === 'operations') return 'house';
  if (path.includes('{id}')) return 'afterSale';
  if (path.includes('{orderNo}') && path.includes('{shopId}')) return 'order';
  if (path.includes('{evidenceId}')) return 'evidence';
  const fields = resolved(jsonBodyOf(operation) ?? {}).properties ?? {};
  if ('shopId' in fields && 'orderNo' in fields) return 'orderInBody';
  if (Object.keys(body).includes('application/x-ndjson')) return 'lines';
  if (path.endsWith('/evidence') && Object.keys(body).includes('image/png')) return 'upload';
  const answer = responses['200']?.content ?? {};
  if ('text/event-stream' in answer) return 'stream';
  return 'items' in (resolved(answer['application/json']?.schema ?? {}).properties ?? {}) ? 'list' : undefined;
}
const ofKind = (...kinds: readonly Kind[]) => named(OPERATIONS.filter((operation) => kinds.includes(kindOf(operation) ?? 'open')));

let core: Core;
let w: World;
let afterSale = '';
let evidenceId = '';
let foreignCase = '';

/** Everything that is kept of the one order, to see that it has not changed. */
const trace = async (): Promise<string> => {
  const order = await send(w, endpointOf(w, 'operationsGetOrder'));
  const one = await send(w, endpointOf(w, 'operationsGetAfterSale'), { path: `/v1/operations/after-sales/${afterSale}` });
  const lists = await Promise.all(
    ['Orders', 'AfterSales', 'PayoutsInDoubt'].map(async (list) => (await send(w, endpointOf(w, `operationsList${list}`))).text()),
  );
  return [await order.text(), await one.text(), ...lists].join('\n');
};

beforeAll(async () => {
  core = await openCore({ dataDirectory: ':memory:', writer: 'inline' }, { wall: () => START, elapsed: () => 0 });
  const { host, books, store, templates, clock } = core;
  w = world({ host, books, reads: store.reads, feed: store.feed, templates, deadLetters: store.jobs, evidence: store.evidence, clock });
  expect((await send(w, endpointOf(w, 'platformPutOrder'))).status).toBe(201);
  const uploaded = await send(w, endpointOf(w, 'userUploadEvidence'));
  const { evidenceId: id, sha256, kind } = (await uploaded.json()) as { evidenceId: string; sha256: string; kind: string };
  evidenceId = id;
  const piece = { kind, evidenceId: id, sha256 };
  const applied = await send(w, endpointOf(w, 'userApply'), { body: { ...APPLICATION, reason: 'missing', evidence: [piece] } });
  expect([applied.status, await applied.clone().text()]).toEqual([201, expect.any(String)]);
  afterSale = ((await applied.json()) as { id: string }).id;
  foreignCase = await caseOfBob();
});
afterAll(() => core.store.close());

/** Bob has an order and an after-sale of his own at another shop of the same platform. */
async function caseOfBob(): Promise<string> {
  const endpoint = endpointOf(w, 'platformPutOrder');
  const put = await send(w, endpoint, { path: '/v1/platform/shops/s2/orders/o2', body: { ...ORDER_BODY, buyerUid: 'bob' } });
  expect(put.status).toBe(201);
  const body = { ...APPLICATION, shopId: 's2', orderNo: 'o2', reason: 'notWanted' };
  const order = { lines: [] as { allowed: { reasons: { code: string; evidence: number }[] }[] }[] };
  const shown = await send(w, endpointOf(w, 'operationsGetOrder'), { path: '/v1/operations/orders/s2/o2' });
  Object.assign(order, await shown.json());
  const reason = order.lines[0]?.allowed[0]?.reasons.find(({ evidence }) => evidence === 0)?.code;
  const token = await w.token(STRANGERS.user[0]);
  const applied = await send(w, endpointOf(w, 'userApply'), { token, body: { ...body, reason } });
  expect([applied.status, await applied.clone().text()]).toEqual([201, expect.any(String)]);
  return ((await applied.json()) as { id: string }).id;
}

const withoutRequestId = async (response: Response): Promise<unknown> => {
  const { requestId: _, ...rest } = (await response.json()) as { readonly requestId?: string };
  return [response.status, rest];
};

/** The path of an operation with the objects named. */
const pathWith = ({ path }: Operation, names: { readonly [name: string]: string }): string =>
  path.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => names[name] ?? name);

/** A right body, of the caller's own platform where an order names one. */
function bodyBy(operation: Operation, holder: TokenHolder): Sending {
  const right = rightBody(endpointOf(w, operation.operationId));
  if (operation.operationId !== 'platformPutOrder' || holder.role !== 'platform')
    return right.body === undefined ? {} : { raw: right.body };
  return { body: { ...ORDER_BODY, platform: holder.platform } };
}

describe('every operation', () => {
  it.each(named(OPERATIONS))('$name is of a kind whose owners are known', ({ operation }) => {
    expect(kindOf(operation)).toBeDefined();
  });

  it.each(ofKind('afterSale', 'order'))('$name answers strangers as if there were nothing, and changes nothing', async ({ operation }) => {
    const endpoint = endpointOf(w, operation.operationId);
    const before = await trace();
    for (const holder of STRANGERS[operation.access as EntryPoint]) {
      const token = await w.token(holder);
      const ask = (names: { readonly [name: string]: string }, headers: { readonly [name: string]: string }) =>
        send(w, endpoint, { token, headers, path: pathWith(operation, { evidenceId, ...names }), ...bodyBy(operation, holder) });
      for (const headers of [{}, { 'if-match': '"1"' }, { 'if-match': '"999"' }]) {
        const there = await withoutRequestId(await ask({ id: afterSale, shopId: 's1', orderNo: 'o1' }, headers));
        if (operation.operationId === 'platformPutOrder') {
          // One that is not there may be put by whoever says it is theirs.
          expect(there).toMatchObject([404, { code: 'order.notFound' }]);
          continue;
        }
        const missing = await withoutRequestId(await ask({ id: MISSING_ID, shopId: 's1', orderNo: 'o9' }, headers));
        expect([holder, there]).toEqual([holder, missing]);
      }
    }
    expect(await trace()).toBe(before);
  });

  it.each(ofKind('orderInBody'))('$name of a stranger’s order finds none, and changes nothing', async ({ operation }) => {
    const endpoint = endpointOf(w, operation.operationId);
    const before = await trace();
    for (const holder of STRANGERS[operation.access as EntryPoint]) {
      const token = await w.token(holder);
      const ask = async (orderNo: string) => withoutRequestId(await send(w, endpoint, { token, body: { ...APPLICATION, orderNo } }));
      const there = await ask('o1');
      expect(there).toMatchObject([404, { code: 'order.notFound' }]);
      expect(there).toEqual(await ask('o9'));
    }
    expect(await trace()).toBe(before);
  });

  it.each(ofKind('evidence'))('$name gives strangers nothing of what others uploaded', async ({ operation }) => {
    const endpoint = endpointOf(w, operation.operationId);
    for (const holder of STRANGERS[operation.access as EntryPoint]) {
      const token = await w.token(holder);
      const ask = async (id: string) => withoutRequestId(await send(w, endpoint, { token, path: pathWith(operation, { evidenceId: id }) }));
      expect(await ask(evidenceId)).toEqual(await ask(MISSING_ID));
    }
  });

  it.each(ofKind('list'))('$name lists strangers nothing, also by a filter or a cursor of somebody else', async ({ operation }) => {
    const endpoint = endpointOf(w, operation.operationId);
    const whole = await send(w, endpointOf(w, `operations${operation.operationId.replace(/^[a-z]+/, '')}`), {
      path: `${operation.path.replace(/^\/v1\/[a-z]+/, '/v1/operations')}?limit=1`,
    });
    const { next } = (await whole.json()) as { next: string | null };
    expect(next).not.toBeNull();
    for (const holder of STRANGERS[operation.access as EntryPoint]) {
      const token = await w.token(holder);
      for (const query of ['', '?shop=s1', '?order=o1', '?shop=s1&order=o1', `?cursor=${next}`, `?cursor=${next}&shop=s1`]) {
        const response = await send(w, endpoint, { token, path: `${operation.path}${query}` });
        const text = await response.text();
        expect([response.status, text.includes(afterSale), text.includes('"o1"')]).toEqual([200, false, false]);
      }
    }
  });

  it.each(ofKind('upload'))('$name gives the same content of another caller another name', async ({ operation }) => {
    const endpoint = endpointOf(w, operation.operationId);
    for (const holder of STRANGERS[operation.access as EntryPoint]) {
      const response = await send(w, endpoint, { token: await w.token(holder) });
      expect(((await response.json()) as { evidenceId: string }).evidenceId).not.toBe(evidenceId);
    }
  });

  it.each(ofKind('lines'))('$name takes no line of another platform, and no order that another has', async ({ operation }) => {
    const before = await trace();
    const line = (order: object) => `${JSON.stringify({ shopId: 's1', orderNo: 'o1', ...ORDER_BODY, ...order })}\n`;
    const token = await w.token(STRANGERS.platform[0]);
    const raw = line({}) + line({ platform: 'beta' }) + line({ platform: 'beta', buyerUid: 'bob' });
    const response = await send(w, endpointOf(w, operation.operationId), { token, raw });
    const results = (await response.text()).trim().split('\n');
    const codes = results.map((text) => (JSON.parse(text) as { problem: { code: string } }).problem.code);
    expect(codes).toEqual(['auth.forbidden', 'order.notFound', 'order.notFound']);
    expect(await trace()).toBe(before);
  });
});

describe('evidence', () => {
  const piece = (id: string) => ({ kind: 'photo', evidenceId: id, sha256: 'a'.repeat(64) });

  it('that others uploaded cannot be named with an after-sale of one’s own, nor read through it', async () => {
    const token = await w.token(STRANGERS.user[0]);
    const known = await core.store.evidence.find(evidenceId);
    const named = { ...piece(evidenceId), sha256: known?.sha256 };
    const body = { ...APPLICATION, shopId: 's2', orderNo: 'o2', reason: 'missing', evidence: [named] };
    expect(await codeOf(await send(w, endpointOf(w, 'userApply'), { token, body }))).toBe('evidence.notFound');
    const provide = { token, path: `/v1/user/after-sales/${foreignCase}/provide`, body: { evidence: [named] } };
    expect(['evidence.notFound', 'command.notAllowed']).toContain(await codeOf(await send(w, endpointOf(w, 'userProvide'), provide)));
    const path = `/v1/user/after-sales/${foreignCase}/evidence/${evidenceId}`;
    expect(await codeOf(await send(w, endpointOf(w, 'userDownloadEvidenceOfAfterSale'), { token, path }))).toBe('evidence.notThere');
  });

  it('is not opened by a note that only looks as if it named it', async () => {
    const token = await w.token(STRANGERS.user[0]);
    const text = `"evidenceId":"${evidenceId}" {"evidenceId":"${evidenceId}"} \\"evidenceId\\":\\"${evidenceId}\\"`;
    const note = await send(w, endpointOf(w, 'userNote'), { token, path: `/v1/user/after-sales/${foreignCase}/note`, body: { text } });
    expect(note.status).toBe(200);
    const path = `/v1/user/after-sales/${foreignCase}/evidence/${evidenceId}`;
    expect(await codeOf(await send(w, endpointOf(w, 'userDownloadEvidenceOfAfterSale'), { token, path }))).toBe('evidence.notThere');
  });

  it('is seen by those who may see its after-sale, and through no other', async () => {
    const statuses = [];
    for (const role of ['user', 'merchant', 'operations', 'platform'] as const) {
      const endpoint = endpointOf(w, `${role}DownloadEvidenceOfAfterSale`);
      statuses.push((await send(w, endpoint, { path: `/v1/${role}/after-sales/${afterSale}/evidence/${evidenceId}` })).status);
    }
    const other = endpointOf(w, 'operationsDownloadEvidenceOfAfterSale');
    statuses.push((await send(w, other, { path: `/v1/operations/after-sales/${foreignCase}/evidence/${evidenceId}` })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 404]);
  });
});

describe('an idempotency key', () => {
  it('is its caller’s own: the answer of one is given to nobody else', async () => {
    const headers = { 'idempotency-key': 'shared' };
    const endpoint = endpointOf(w, 'userNote');
    const path = `/v1/user/after-sales/${afterSale}/note`;
    const own = await send(w, endpoint, { headers, path, body: { text: 'mine' } });
    expect([own.status, own.headers.get('idempotency-replayed')]).toEqual([200, null]);
    for (const holder of STRANGERS.user) {
      const response = await send(w, endpoint, { token: await w.token(holder), headers, path, body: { text: 'mine' } });
      expect([response.status, response.headers.get('idempotency-replayed')]).toEqual([404, null]);
    }
    const again = await send(w, endpoint, { headers, path, body: { text: 'mine' } });
    expect([again.headers.get('idempotency-replayed'), await again.text()]).toEqual(['true', await own.text()]);
  });

  it.each([
    [{ role: 'user', platform: 'alpha', buyerUid: 'x' }, HOLDERS.platform],
    [{ role: 'platform', platform: 'alpha', id: 'ann' }, HOLDERS.user],
    [{ role: 'merchant', id: 'alpha/ann', shops: [shopId('s9')] }, HOLDERS.user],
  ] as const)('of %j is none of another role’s, however it is called', async (holder, other) => {
    const headers = { 'idempotency-key': `by ${holder.role}`.replace(' ', '-') };
    const upload = async (by: TokenHolder) =>
      send(w, endpointOf(w, `${by.role}UploadEvidence`), { token: await w.token(by), headers, raw: `of ${by.role}` });
    const [first, second] = [await upload(holder), await upload(other)];
    expect([first.status, second.status, second.headers.get('idempotency-replayed')]).toEqual([201, 201, null]);
  });
});
