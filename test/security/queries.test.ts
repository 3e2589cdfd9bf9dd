import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AfterSaleFilter } from '../../src/actors/reads.js';
import { orderNo, shopId } from '../../src/domain/ids.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { type Core, openCore } from '../../src/redress.js';
import { endpointOf, send } from '../server/calls.js';
import { APPLICATION } from '../server/samples.js';
import { START, world } from '../server/world.js';

/** Text that would be a piece of a query elsewhere is a value to the store, wherever it arrives. */

const HOSTILE = [
  ...[
    "' OR '1'='1",
    "'; DROP TABLE book; --",
    '" OR ""="',
    ') OR 1=1 --',
    "x' UNION SELECT * FROM meta --",
    '%',
    '_',
    '*',
    '\\',
    '?',
    ':a',
    '@a',
    '$a',
    '?1',
  ],
  ...['NULL', '0', '\u0000', "a'||'b", "o1' COLLATE NOCASE --"],
];

let core: Core;

beforeAll(async () => {
  core = await openCore({ dataDirectory: ':memory:', writer: 'inline' }, { wall: () => START, elapsed: () => 0 });
  const { host, books, store, templates, clock } = core;
  const w = world({
    host,
    books,
    reads: store.reads,
    feed: store.feed,
    templates,
    deadLetters: store.jobs,
    evidence: store.evidence,
    clock,
  });
  expect((await send(w, endpointOf(w, 'platformPutOrder'))).status).toBe(201);
  const applied = await send(w, endpointOf(w, 'operationsApply'), { body: { ...APPLICATION, reason: 'missing' } });
  expect([applied.status, await applied.text()]).toEqual([201, expect.any(String)]);
});
afterAll(() => core.store.close());

const FILTERS: { readonly [field: string]: (value: string) => AfterSaleFilter } = {
  shops: (value) => ({ shops: [shopId(value), shopId(value)] }),
  platform: (value) => ({ platform: value }),
  'the platform of a buyer': (value) => ({ buyer: { platform: value, buyerUid: 'ann' } }),
  'a buyer': (value) => ({ buyer: { platform: 'alpha', buyerUid: value } }),
  'an order number': (value) => ({ orderNo: value }),
};

describe('a hostile text', () => {
  it.each(Object.entries(FILTERS))('in %s is a value, and finds nothing', async (_, filterOf) => {
    const { reads } = core.store;
    const found = [];
    for (const text of HOSTILE) {
      const pages = [await reads.listOrders(filterOf(text), { limit: 10 }), await reads.listAfterSales(filterOf(text), { limit: 10 })];
      for (const page of pages) if (isRefusal(page) || page.items.length > 0 || page.next !== null) found.push(text);
    }
    expect(found).toEqual([]);
  });

  it.each(['states', 'type'] as const)('in %s is a value, and finds nothing', async (field) => {
    const found = [];
    for (const text of HOSTILE) {
      const filter = { [field]: field === 'states' ? [text, text] : text } as AfterSaleFilter;
      const page = await core.store.reads.listAfterSales(filter, { limit: 10 });
      if (isRefusal(page) || page.items.length > 0) found.push(text);
    }
    expect(found).toEqual([]);
  });

  it('as a cursor is none that a list gave', async () => {
    for (const text of HOSTILE.filter((one) => !/^\d/.test(one))) {
      for (const cursor of [text, Buffer.from(text).toString('base64url'), Buffer.from(`afterSales:${text}`).toString('base64url')]) {
        expect(isRefusal(await core.store.reads.listAfterSales({}, { limit: 10, cursor }))).toBe(true);
      }
    }
  });

  it('as the name of an object names none, and all that is there is still there', async () => {
    const { reads, evidence, jobs } = core.store;
    for (const text of HOSTILE) {
      expect(await reads.findPayout(text)).toBeUndefined();
      expect(await evidence.find(text)).toBeUndefined();
      expect(await jobs.resume(text, core.clock.now())).toBe(false);
      expect(await core.books.load({ shopId: shopId(text), orderNo: orderNo('o1') })).toBeUndefined();
      expect(await core.books.load({ shopId: shopId('s1'), orderNo: orderNo(text) })).toBeUndefined();
      expect(await core.books.findAnswer('user/alpha/ann', text)).toBeUndefined();
    }
    const [orders, afterSales] = [await reads.listOrders({}, { limit: 10 }), await reads.listAfterSales({}, { limit: 10 })];
    expect([orders, afterSales]).toMatchObject([{ items: [{}] }, { items: [{}] }]);
  });
});
