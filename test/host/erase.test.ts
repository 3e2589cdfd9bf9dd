import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Erased, eraseBuyer } from '../../src/actors/erasure.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { commandIds, exampleOrder, openWorld, operator, platformOf } from './world.js';

const BUYER = { platform: 'demo', buyerUid: 'Xanthippe' };
const NOW_AT_ONCE = { evenOpen: false, compact: true };

/** Orders of one buyer in a file. */
async function ordersOf(count: number) {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'redress-erase-'));
  onTestFinished(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const world = await openWorld(undefined, openSqliteStore({ dataDirectory, writer: 'inline' }));
  onTestFinished(() => world.store.close());
  const id = commandIds();
  const order = { ...exampleOrder('odd-cents'), ...BUYER };
  for (let number = 1; number <= count; number += 1) {
    const book = { shopId: order.shopId, orderNo: `${order.orderNo}-${number}` as typeof order.orderNo };
    const idempotency = { key: `Xanthippe-${number}`, hash: 'h' };
    await world.host.send({ id: id(), book, command: { kind: 'putOrder', order: { ...order, ...book } }, idempotency }, platformOf(order));
  }
  let named = 0;
  const names = { pseudonym: () => `erased-${++named}`, commandId: id };
  return { ...world, names };
}

it('that breaks off goes on under the same pseudonym, and ends what was left', async () => {
  const { host, store, names } = await ordersOf(3);
  let sent = 0;
  const breaking: typeof host.send = (envelope, principal) => {
    sent += 1;
    return sent === 3 ? Promise.reject(new Error('the power went')) : host.send(envelope, principal);
  };
  await expect(eraseBuyer({ host: { send: breaking }, store: store.erasing, names }, BUYER, NOW_AT_ONCE, operator)).rejects.toThrow(
    'power',
  );
  expect(await store.erasing.booksOf(BUYER)).toHaveLength(1);
  const erased = await eraseBuyer({ host, store: store.erasing, names }, BUYER, NOW_AT_ONCE, operator);
  if (isRefusal(erased)) throw new Error(erased.detail);
  // The answers of those erased before are found by the pseudonym that both runs share.
  expect(erased).toMatchObject({ pseudonym: 'erased-1', orders: 1, answers: 3 } satisfies Partial<Erased>);
  expect(await store.erasing.booksOf({ ...BUYER, buyerUid: 'erased-1' })).toHaveLength(3);
  expect(await store.books.findAnswer('platform/demo/machine', 'Xanthippe-1')).toMatchObject({ caller: 'erased', status: 201 });
  expect(await eraseBuyer({ host, store: store.erasing, names }, BUYER, NOW_AT_ONCE, operator)).toMatchObject({ code: 'buyer.notFound' });
});

it('empties what failed jobs say of the buyer’s orders, and of no others', async () => {
  const { host, store, names } = await ordersOf(1);
  const [{ key } = { key: undefined }] = await store.erasing.booksOf(BUYER);
  const job = (name: string, book: object | undefined) => ({
    key: name,
    topic: 'alarm',
    payload: JSON.parse(JSON.stringify({ book: book ?? null })),
    runAfter: 0 as never,
  });
  await store.jobs.enqueue([job('ours', key), job('another', { shopId: 'shop-9', orderNo: '9' })]);
  const claim = { topics: ['alarm'], now: 1 as never, limit: 9, leaseMs: 9, token: 't' };
  for (const { key: claimed } of await store.jobs.claim(claim)) {
    await store.jobs.bury({ key: claimed, token: 't' }, 'The partner said: Xanthippe', 2 as never);
  }
  await eraseBuyer({ host, store: store.erasing, names }, BUYER, NOW_AT_ONCE, operator);
  const dead = await store.reads.deadLetters({ limit: 9 });
  if (isRefusal(dead)) throw new Error(dead.detail);
  expect(dead.items.map(({ key: name, error }) => [name, error])).toEqual([
    ['another', 'The partner said: Xanthippe'],
    ['ours', ''],
  ]);
});
