import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BookStore } from '../../src/actors/ports.js';
import type { Job, NewJob } from '../../src/actors/work.js';
import type { Instant } from '../../src/domain/ids.js';
import type { JobQueue, Outbox, TimerSource } from '../../src/jobs/ports.js';
import { applyTo, at, commitOf, idOf, keyOf, newBook } from './commits.js';

export interface WorkUnderTest {
  readonly books: BookStore;
  readonly jobs: JobQueue;
  readonly outbox: Outbox;
  readonly timers: TimerSource;
  close(): Promise<void>;
}

const job = (key: string, minutes = 0, topic = 'payout'): NewJob => ({ key, topic, payload: { of: key }, runAfter: at(minutes) });
const keys = (jobs: readonly Job[]): string[] => jobs.map(({ key }) => key);

/** What every job queue, outbox and source of timers must do. `make` gives an empty one. */
export function describeWork(name: string, make: () => Promise<WorkUnderTest>): void {
  let store: WorkUnderTest;
  beforeEach(async () => {
    store = await make();
  });
  afterEach(() => store.close());

  const claim = (token: string, now: Instant, more: Partial<Parameters<JobQueue['claim']>[0]> = {}) =>
    store.jobs.claim({ topics: ['payout'], now, limit: 10, leaseMs: 60_000, token, ...more });

  describe(`${name} queues jobs`, () => {
    it('gives what is due, oldest first, and nothing twice while its lease lasts', async () => {
      expect(await store.jobs.enqueue([job('late', 5), job('first', 1), job('second', 2)])).toBe(3);
      expect(await claim('a', at(0))).toEqual([]);
      expect(await claim('a', at(2))).toEqual([
        { ...job('first', 1), attempt: 1, leaseUntil: at(3) },
        { ...job('second', 2), attempt: 1, leaseUntil: at(3) },
      ]);
      expect(await claim('b', at(2))).toEqual([]);
      expect(keys(await claim('b', at(5)))).toEqual(['first', 'second', 'late']);
    });

    it('keeps a key once, and takes it again when the job is done', async () => {
      expect(await store.jobs.enqueue([job('a'), job('a', 3)])).toBe(1);
      expect(await store.jobs.enqueue([job('a'), job('b')])).toBe(1);
      await claim('t', at(0));
      expect(await store.jobs.complete({ key: 'a', token: 't' })).toBe(true);
      expect(await store.jobs.enqueue([job('a')])).toBe(1);
    });

    it('gives no more than the limit, and only of the topics asked for', async () => {
      await store.jobs.enqueue([job('p1', 0), job('p2', 1), job('w1', 0, 'webhook'), job('x1', 0, 'search')]);
      expect(keys(await claim('t', at(9), { limit: 1 }))).toEqual(['p1']);
      expect(keys(await claim('u', at(9), { topics: ['webhook', 'payout'] })).sort()).toEqual(['p2', 'w1']);
    });

    it('of many who ask at once gives each job to one', async () => {
      await store.jobs.enqueue(Array.from({ length: 50 }, (_, number) => job(`job-${number}`)));
      const given = await Promise.all(Array.from({ length: 20 }, (_, number) => claim(`worker-${number}`, at(1), { limit: 5 })));
      expect(new Set(given.flatMap(keys)).size).toBe(50);
      expect(given.flat()).toHaveLength(50);
    });

    it('hands a job on when its lease has run out, and then ignores the late holder', async () => {
      await store.jobs.enqueue([job('a')]);
      await claim('slow', at(0));
      expect(await claim('next', at(1))).toMatchObject([{ key: 'a', attempt: 2 }]);
      const late = { key: 'a', token: 'slow' };
      expect(await store.jobs.complete(late)).toBe(false);
      expect(await store.jobs.retry(late, 'late', at(1))).toBe(false);
      expect(await store.jobs.bury(late, 'late', at(1))).toBe(false);
      expect(await store.jobs.renew(late, at(9))).toBe(false);
      expect(await store.jobs.complete({ key: 'a', token: 'next' })).toBe(true);
    });

    it('says when the next job of a topic is due or its lease ends, dead ones left out', async () => {
      expect(await store.jobs.nextDueAt('payout')).toBeUndefined();
      await store.jobs.enqueue([job('a', 3), job('b', 7), job('w', 1, 'webhook')]);
      expect(await store.jobs.nextDueAt('payout')).toBe(at(3));
      await claim('t', at(3), { leaseMs: 300_000 });
      expect(await store.jobs.nextDueAt('payout')).toBe(at(7));
      await store.jobs.renew({ key: 'a', token: 't' }, at(5));
      expect(await store.jobs.nextDueAt('payout')).toBe(at(5));
      await store.jobs.bury({ key: 'a', token: 't' }, 'no use', at(4));
      expect(await store.jobs.nextDueAt('payout')).toBe(at(7));
    });

    it('prolongs a lease', async () => {
      await store.jobs.enqueue([job('a')]);
      await claim('t', at(0));
      expect(await store.jobs.renew({ key: 'a', token: 't' }, at(10))).toBe(true);
      expect(await claim('u', at(9))).toEqual([]);
      expect(keys(await claim('u', at(10)))).toEqual(['a']);
    });

    it('tries again from the time that the handler names', async () => {
      await store.jobs.enqueue([job('a')]);
      await claim('t', at(0));
      expect(await store.jobs.retry({ key: 'a', token: 't' }, 'timeout', at(7))).toBe(true);
      expect(await claim('u', at(6))).toEqual([]);
      expect(await claim('u', at(7))).toMatchObject([{ key: 'a', attempt: 2, runAfter: at(7) }]);
    });

    it('gives a buried job to nobody until it is resumed', async () => {
      await store.jobs.enqueue([job('a')]);
      await claim('t', at(0));
      expect(await store.jobs.bury({ key: 'a', token: 't' }, 'no use', at(1))).toBe(true);
      expect(await claim('u', at(999))).toEqual([]);
      expect(await store.jobs.enqueue([job('a')])).toBe(0);
      expect(await store.jobs.resume('a', at(1_000))).toBe(true);
      expect(await store.jobs.resume('a', at(1_000))).toBe(false);
      expect(await claim('u', at(1_000))).toMatchObject([{ key: 'a', attempt: 1 }]);
    });
  });

  describe(`${name} keeps an outbox`, () => {
    it('gives what commits wanted, in the order of their commits, and nothing of a commit that was refused', async () => {
      const stale = applyTo(keyOf(1), 9, 7);
      for (const commit of [newBook(keyOf(1)), applyTo(keyOf(1), 1, 2), stale, newBook(keyOf(2)), applyTo(keyOf(2), 2, 2)])
        await store.books.commit(commit);
      const entries = await store.outbox.read(10);
      expect(entries).toMatchObject([
        { book: keyOf(1), version: 2, effects: [{ topic: 'pickup', afterSaleId: idOf(1) }] },
        { book: keyOf(2), version: 2, effects: [{ topic: 'pickup', afterSaleId: idOf(2) }] },
      ]);
      expect(entries[0]?.position).toBeLessThan(entries[1]?.position ?? 0);
      expect(await store.outbox.read(1)).toEqual(entries.slice(0, 1));
    });

    it('relays once, however often it is told to', async () => {
      for (const commit of [newBook(keyOf(1)), applyTo(keyOf(1), 1, 2)]) await store.books.commit(commit);
      const positions = (await store.outbox.read(10)).map(({ position }) => position);
      await store.outbox.relay(positions, [job('a'), job('b')]);
      await store.outbox.relay(positions, [job('a'), job('b')]);
      expect(await store.outbox.read(10)).toEqual([]);
      expect(keys(await claim('t', at(0)))).toEqual(['a', 'b']);
    });

    it('never forgets an entry that came after it was read', async () => {
      for (const commit of [newBook(keyOf(1)), applyTo(keyOf(1), 1, 2)]) await store.books.commit(commit);
      const positions = (await store.outbox.read(10)).map(({ position }) => position);
      await store.outbox.relay(positions, []);
      await store.books.commit(commitOf(keyOf(1), 3, 'note', { outbox: [{ topic: 'pickup', key: 'k', afterSaleId: idOf(1) }] }));
      await store.outbox.relay(positions, []);
      expect(await store.outbox.read(10)).toMatchObject([{ version: 3 }]);
    });
  });

  describe(`${name} knows the timers that are due`, () => {
    it('oldest first, without those on hold, and again until they are cleared', async () => {
      const timer = (number: number, minutes: number, suspendedMs: number | null) => ({
        ...{ afterSaleId: idOf(number), timerId: 't', visit: 3, dueAt: at(minutes), suspendedMs },
      });
      expect(await store.timers.nextDueAt()).toBeUndefined();
      await store.books.commit(newBook(keyOf(1)));
      const timers = [timer(1, 30, null), timer(2, 10, null), timer(3, 5, 1_000), timer(4, 60, null)];
      for (const [index, set] of timers.entries()) {
        await store.books.commit(
          applyTo(keyOf(1), index + 1, index + 2, {}, { changes: { caps: [], timers: { set: [set], cleared: [] } } }),
        );
      }
      const due = { book: keyOf(1), timerId: 't', visit: 3 };
      expect(await store.timers.nextDueAt()).toBe(at(10));
      expect(await store.timers.dueTimers(at(9), 10)).toEqual([]);
      const both = [
        { ...due, afterSaleId: idOf(2), dueAt: at(10) },
        { ...due, afterSaleId: idOf(1), dueAt: at(30) },
      ];
      expect(await store.timers.dueTimers(at(30), 10)).toEqual(both);
      expect(await store.timers.dueTimers(at(30), 1)).toEqual(both.slice(0, 1));
      await store.books.commit(
        commitOf(keyOf(1), 6, 'timer', { changes: { timers: { set: [], cleared: [{ afterSaleId: idOf(2), timerId: 't' }] } } }),
      );
      expect(await store.timers.dueTimers(at(30), 10)).toEqual(both.slice(1));
    });
  });
}
