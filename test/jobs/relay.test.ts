import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Effect } from '../../src/actors/ports.js';
import { CATALOG } from '../../src/jobs/catalog.js';
import { jobsOf } from '../../src/jobs/effects.js';
import { relaySweep } from '../../src/jobs/handlers/relay.js';
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite/open.js';
import { at, commitOf, idOf, keyOf, NOON, newBook } from '../store/commits.js';

const PAY: Effect = {
  ...{ topic: 'payout', key: `${idOf(1)}:1:card:2`, payoutKey: `${idOf(1)}:1:card`, attempt: 2, ask: false },
  ...{ delayMs: 90_000, askEveryMs: 60_000, asks: 5 },
};
const PICKUP: Effect = { topic: 'pickup', key: `pickup:${idOf(1)}:2`, afterSaleId: idOf(1) };
const ALARM: Effect = { topic: 'alarm', key: `alarm:${idOf(1)}:2:x`, alarm: 'payout.unknown', afterSaleId: null, detail: 'attempt 2' };

let store: SqliteStore;
beforeEach(async () => {
  store = openSqliteStore({ dataDirectory: ':memory:', writer: 'inline' });
  await store.books.commit(newBook(keyOf(1)));
});
afterEach(() => store.close());

let version = 1;
beforeEach(() => {
  version = 1;
});
const wanting = (...outbox: readonly Effect[]) => {
  version += 1;
  return store.books.commit(commitOf(keyOf(1), version, 'note', { outbox }));
};
const claimAll = () =>
  store.jobs.claim({ topics: ['payout', 'pickup', 'alarm'], now: at(9_999), limit: 1_000, leaseMs: 1, token: `token-${version}` });
const relay = (outbox = store.outbox) => {
  const topics: string[][] = [];
  const sweep = relaySweep({ outbox, clock: { now: () => at(0) }, relayed: (fresh) => topics.push([...fresh]) });
  return { step: sweep.step, topics };
};

it('makes a job of each effect that asks for work, with what its handler needs', async () => {
  await wanting(PAY, PICKUP, ALARM);
  const { step, topics } = relay();
  expect(await step()).toBeUndefined();
  expect(topics).toEqual([['payout', 'pickup', 'alarm']]);
  expect(await store.outbox.read(10)).toEqual([]);
  const jobs = await claimAll();
  expect(jobs.map(({ key, topic, runAfter }) => [key, topic, runAfter - NOON])).toEqual(
    expect.arrayContaining([
      [`payout:${idOf(1)}:1:card:2`, 'payout', 90_000],
      [`pickup:${idOf(1)}:2`, 'pickup', 0],
      [`alarm:${idOf(1)}:2:x`, 'alarm', 0],
    ]),
  );
  for (const { topic, payload } of jobs) {
    const schema = Object.entries(CATALOG).find(([name]) => name === topic)?.[1].payload;
    expect(schema?.safeParse(payload).success).toBe(true);
  }
});

it('relays a commit once, however often and by however many it is read', async () => {
  await wanting(PAY, ALARM);
  const entries = await store.outbox.read(10);
  const stale = { ...store.outbox, read: async () => entries };
  await Promise.all([relay().step(), relay(stale).step(), relay(stale).step()]);
  expect(await claimAll()).toHaveLength(2);
  expect(entries.flatMap(jobsOf)).toEqual(entries.flatMap(jobsOf));
});

it('is given nothing by a commit that wants nothing outside', async () => {
  await wanting();
  expect(await store.outbox.read(10)).toEqual([]);
});

it('asks for another turn at once while there may be more', async () => {
  for (let number = 0; number < 501; number += 1) await wanting(ALARM);
  const { step } = relay();
  expect(await step()).toBe(at(0));
  expect(await step()).toBeUndefined();
  expect(await store.outbox.read(10)).toEqual([]);
});
