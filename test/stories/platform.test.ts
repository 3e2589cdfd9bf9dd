import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OrderView } from '../../src/actors/views.js';
import { orderNo as nameOrder, shopId as nameShop } from '../../src/domain/ids.js';
import { SECRET_WORD } from './caller.js';
import { follow } from './events.js';
import { runningService } from './service.js';
import { yuan } from './sketches.js';
import { tell } from './story.js';

const running = runningService();
const SOFA = { lines: [{ sku: 'sofa', price: 9_000, quantity: 3 }] };

interface ExampleOrder {
  readonly shopId: string;
  readonly orderNo: string;
  readonly platform: string;
}

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly refundId: number;
    readonly state: string;
    readonly type: string;
    readonly orderNo: string;
  }[];
  readonly next: string | null;
}

describe('an import', () => {
  it('takes every example, says so line by line, and again changes nothing', async () => {
    const folder = new URL('../../examples/', import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const read = files.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as ExampleOrder);
    const orders = read.filter(({ platform }) => platform === 'demo');
    const [broken = { shopId: '', orderNo: '', platform: '' }] = orders;
    const lines = [
      ...orders,
      { ...broken, orderNo: 'X-1', tenders: [] },
      { ...broken, platform: 'other', orderNo: 'X-2' },
      { orderNo: 'X-3' },
    ];
    const raw = `${lines.map((line) => JSON.stringify(line)).join('\n')}\nnot JSON\n`;
    const machine = await running().caller({ role: 'platform', id: 'machine', platform: 'demo' });
    const importing = async () => {
      const answer = await machine.send('POST', 'orders/import', { raw, headers: { 'content-type': 'application/x-ndjson' } });
      const results = answer.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { line: number; status: number; version?: number; problem?: { code: string } });
      return results.toSorted((a, b) => a.line - b.line);
    };
    const first = await importing();
    expect(first.slice(0, orders.length).map(({ status }) => status)).toEqual(orders.map(() => 201));
    const refused = first.slice(orders.length).map(({ problem }) => problem?.code);
    expect(refused).toEqual(['order.unbalanced', 'auth.forbidden', 'import.lineInvalid', 'import.lineInvalid']);
    const second = await importing();
    expect(second.slice(0, orders.length).map(({ status, version }) => [status, version])).toEqual(orders.map(() => [200, 1]));
    for (const { shopId, orderNo } of orders) {
      const { body } = await machine.send('GET', `orders/${shopId}/${orderNo}`);
      const order = body as OrderView;
      const tenders = order.tenders.reduce((sum, tender) => sum + tender.amount.amount, 0);
      const parts = order.lines.reduce((sum, line) => sum + line.cost.gross.amount, order.freight.cost.gross.amount);
      expect([orderNo, parts, order.left.amount]).toEqual([orderNo, tenders, tenders]);
      expect(await running().faultsOf({ shopId: nameShop(shopId), orderNo: nameOrder(orderNo) })).toEqual([]);
    }
  });
});

describe('a correction of an order', () => {
  it('is taken while no after-sale rests on its amounts, and facts that were reported stay', async () => {
    const story = await tell(running(), { ...SOFA, stage: 'notShipped' });
    const put = (body: object, headers: Record<string, string> = {}) =>
      story.send('platform', 'PUT', `shops/${story.key.shopId}/orders/${story.key.orderNo}`, { body, headers });
    const line = story.body.lines[0];
    const dearer = {
      ...story.body,
      lines: [{ ...line, unitPrice: yuan(9_100) }],
      tenders: [{ id: 'card', kind: 'card', amount: yuan(27_300) }],
    };
    expect((await put(dearer)).status).toBe(200);
    expect((await story.order()).left).toEqual(yuan(27_300));
    expect((await put({ ...dearer, tenders: [{ id: 'card', kind: 'card', amount: yuan(27_301) }] })).code).toBe('order.unbalanced');
    const refund = await story.apply({ reason: 'shortPicked', evidence: [] }, 'platform');
    await refund.becomes('completed');
    expect((await put(story.body)).code).toBe('order.changed');
    const at = new Date(running().now()).toISOString();
    expect((await story.report('shipped', { lines: [1], at })).status).toBe(200);
    expect((await story.report('stopped', { lines: [1], at })).code).toBe('order.factContradicted');
    expect((await story.report('shipped', { lines: [2], at })).code).toBe('order.lineNotFound');
    expect((await put({ ...dearer, lines: [{ ...line, unitPrice: yuan(9_100) }] })).code).toBe('order.factContradicted');
    const { version } = await story.order();
    expect((await story.report('shipped', { lines: [1], at })).headers.get('etag')).toBe(`"${version}"`);
    expect((await put({ ...dearer, platform: 'other' })).code).toBe('auth.forbidden');
    await story.holds();
  });
});

describe('lists', () => {
  it('are told in parts, newest first, by state, type, order and time, each to those who may see it', async () => {
    const story = await tell(running(), SOFA);
    const first = await story.apply({ reason: 'missing' });
    const between = new Date(running().now() + 1).toISOString();
    await story.passes('1s');
    const second = await story.apply({ reason: 'defective' });
    const third = await story.apply({ type: 'return', reason: 'wrongSize', wayBack: { kind: 'courier' } });
    await first.give('merchant', 'reject', { remark: 'No.' });
    const list = async (query: string, by: 'user' | 'merchant' = 'user') => {
      const { body } = await story.send(by, 'GET', `after-sales?order=${story.key.orderNo}${query}`);
      return body as Listed;
    };
    expect((await list('')).items.map(({ id }) => id)).toEqual([third.id, second.id, first.id]);
    expect((await list('&state=reviewing.merchant&type=refund')).items.map(({ id }) => id)).toEqual([second.id]);
    expect((await list('&state=rejected,completed', 'merchant')).items.map(({ id }) => id)).toEqual([first.id]);
    expect((await list(`&appliedFrom=${between}`)).items).toHaveLength(2);
    expect((await list(`&appliedTo=${between}`)).items).toHaveLength(1);
    const part = await list('&limit=2');
    const rest = await list(`&limit=2&cursor=${part.next}`);
    expect([part, rest].map(({ items, next }) => [items.length, next === null])).toEqual([
      [2, false],
      [1, true],
    ]);
    const stranger = await tell(running(), SOFA);
    expect((await stranger.send('user', 'GET', `after-sales?order=${story.key.orderNo}`)).body).toEqual({ items: [], next: null });
    expect((await stranger.send('user', 'GET', `orders/${story.key.shopId}/${story.key.orderNo}`)).code).toBe('order.notFound');
    expect((await story.send('user', 'GET', 'orders')).body).toMatchObject({
      items: [{ orderNo: story.key.orderNo, openAfterSales: 2, reserved: yuan(18_000) }],
    });
    await story.holds();
  });
});

describe('live events', () => {
  it('tell each caller what changed of theirs, in order and once, also to those who come back', async () => {
    const story = await tell(running(), SOFA);
    const other = await tell(running(), SOFA);
    const mine = await follow(story.callers.user);
    const all = await follow(story.callers.operations);
    const refund = await story.apply({ reason: 'missing' });
    await other.apply({ reason: 'missing' });
    await refund.give('merchant', 'approve');
    const seen = await mine.until(({ data }) => data.state === 'completed');
    expect(seen.map(({ event, data }) => [event, data.type, data.afterSaleId])).toEqual([
      ['changed', 'apply', refund.id],
      ['changed', 'approve', refund.id],
      ['changed', 'payoutResult', refund.id],
    ]);
    const house = await all.until(({ data }) => data.type === 'payoutResult');
    expect(house.map(({ id }) => id)).toEqual(house.map(({ id }) => id).toSorted((a, b) => a - b));
    expect(house.filter(({ data }) => data.orderNo === other.key.orderNo)).toHaveLength(1);
    await mine.close();

    await refund.give('merchant', 'appeal', { remark: 'No.' });
    await refund.give('operations', 'note', { text: SECRET_WORD, visibility: 'internal' });
    const back = await follow(story.callers.user, seen[0]?.id ?? 0);
    await refund.give('operations', 'rule', { verdict: { outcome: 'upheld' }, remark: 'Yes.' });
    const missed = await back.until(({ data }) => data.type === 'rule');
    expect(missed.map(({ data }) => data.type)).toEqual(['approve', 'payoutResult', 'appeal', 'rule']);
    expect(mine.text() + back.text()).not.toContain(SECRET_WORD);
    // What an event tells is what it was, however late it is read.
    expect(missed.map(({ data }) => data.state)).toEqual(['refunding.paying', 'completed', 'arbitrating.evidence', 'settled']);
    const reset = await follow(story.callers.user, 1_000_000);
    expect((await reset.until(() => true))[0]?.event).toBe('reset');
    for (const stream of [all, back, reset]) await stream.close();
    await story.holds();
  });
});
