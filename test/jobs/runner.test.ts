import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BookStore } from '../../src/actors/ports.js';
import { Unavailable } from '../../src/actors/unavailable.js';
import type { NewJob } from '../../src/actors/work.js';
import { bellFor, type CommitBell } from '../../src/jobs/embedded/commitBell.js';
import { RUNNER_LIMITS, type Runner, type RunnerParts, startRunner } from '../../src/jobs/embedded/runner.js';
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite/open.js';
import { applyTo, commitOf, idOf, keyOf, newBook } from '../store/commits.js';
import { Alarms, countedTokens, DONE_REPLY, Log, ScriptedHost } from './scripted.js';
import { settle, VirtualTime } from './virtualTime.js';

const HOUR = 3_600_000;

let store: SqliteStore;
let books: BookStore;
let bell: CommitBell;
let time: VirtualTime;
let alarms: Alarms;
let log: Log;
let host: ScriptedHost;
let runners: Runner[];
beforeEach(async () => {
  store = openSqliteStore({ dataDirectory: ':memory:', writer: 'inline' });
  ({ books, bell } = bellFor(store.books));
  time = new VirtualTime();
  [alarms, log, host, runners] = [new Alarms(), new Log(), new ScriptedHost(), []];
  await books.commit(newBook(keyOf(1)));
});
afterEach(async () => {
  for (const runner of runners) void runner.stop();
  await time.pass(60_000);
  await store.close();
});

function run(more: Partial<RunnerParts> = {}): Runner {
  const runner = startRunner({
    host,
    jobs: store.jobs,
    outbox: store.outbox,
    timers: store.timers,
    payouts: store.reads,
    afterSales: books,
    gateway: { pay: () => new Promise(() => undefined), ask: async () => ({ outcome: 'pending' }) },
    carrier: { requestPickup: async () => ({ shipmentNo: 'S-1' }) },
    appointments: { appointmentOf: async () => ({ address: null, time: null }) },
    alarms,
    log,
    clock: time.clock,
    sleeper: time.sleeper,
    tokens: countedTokens(`runner-${runners.length}`),
    bell,
    sweeps: [],
    limits: { ...RUNNER_LIMITS, pollMs: HOUR },
    ...more,
  });
  runners.push(runner);
  return runner;
}

const alarming = (version: number) =>
  commitOf(keyOf(1), version, 'note', {
    outbox: [{ topic: 'alarm', key: `alarm:${version}`, alarm: `alarm-${version}`, afterSaleId: null, detail: '' }],
  });
const alarmJob = (key: string, inMs: number): NewJob => ({
  ...{ key, topic: 'alarm', runAfter: time.after(inMs) },
  payload: { name: key, book: { ...keyOf(1) }, afterSaleId: null, detail: '', at: time.clock.now() },
});
/** how often a method of the store is called */
function counting<T extends object>(parts: T, counts: Map<string, number>): T {
  return new Proxy(parts, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
        return Reflect.apply(value, target, args);
      };
    },
  });
}

describe('the runner', () => {
  it('does what a commit wants as soon as it is on disk', async () => {
    run();
    await time.pass(RUNNER_LIMITS.restMs);
    await books.commit(alarming(2));
    await settle();
    expect(alarms.names).toEqual(['alarm-2']);
  });

  it('does at its start what was left from before', async () => {
    await books.commit(alarming(2));
    await store.jobs.enqueue([alarmJob('left', 0)]);
    run();
    await time.pass(RUNNER_LIMITS.restMs);
    expect(alarms.names.sort()).toEqual(['alarm-2', 'left']);
  });

  it('finds by looking now and then what other processes have brought', async () => {
    run();
    await time.pass(1_000);
    await store.books.commit(alarming(2));
    await time.pass(HOUR - 2_000);
    expect(alarms.names).toEqual([]);
    await time.pass(2_000);
    expect(alarms.names).toEqual(['alarm-2']);
  });

  it('sleeps until the next job is due, and neither reads nor writes meanwhile', async () => {
    const counts = new Map<string, number>();
    await store.jobs.enqueue([alarmJob('in-a-while', 30 * 60_000)]);
    run({ jobs: counting(store.jobs, counts), outbox: counting(store.outbox, counts), timers: counting(store.timers, counts) });
    await time.pass(1_000);
    counts.clear();
    await time.pass(29 * 60_000);
    expect([...counts]).toEqual([]);
    await time.pass(60_000);
    expect(alarms.names).toEqual(['in-a-while']);
  });

  it('takes a deadline when it comes, also one that was set after the runner fell asleep', async () => {
    run();
    await time.pass(1_000);
    const timer = { afterSaleId: idOf(1), timerId: 't', visit: 2, dueAt: time.after(5_000), suspendedMs: null };
    await books.commit(applyTo(keyOf(1), 1, 2, {}, { changes: { timers: { set: [timer], cleared: [] } } }));
    await time.pass(4_999);
    expect(host.given).toEqual([]);
    host.replies.push(async () => {
      await books.commit(commitOf(keyOf(1), 3, 'timer', { changes: { timers: { set: [], cleared: [timer] } } }));
      return DONE_REPLY;
    });
    await time.pass(1);
    expect(host.given.map(({ envelope }) => envelope.command)).toMatchObject([{ kind: 'timer', timerId: 't', visit: 2 }]);
    expect(await store.timers.nextDueAt()).toBeUndefined();
  });

  it('looks anew when it is told that the clock was moved', async () => {
    await store.jobs.enqueue([alarmJob('tomorrow', 24 * HOUR)]);
    const moved = { ms: 0 };
    const runner = run({ clock: { now: () => time.after(moved.ms) } });
    await time.pass(1_000);
    moved.ms = 24 * HOUR;
    const settled = runner.settled();
    await time.pass(RUNNER_LIMITS.restMs);
    await settled;
    expect(alarms.names).toEqual(['tomorrow']);
  });

  it('is settled only when everything that follows from what is due is over', async () => {
    await books.commit(alarming(2));
    let release = (): void => undefined;
    const slow = {
      raise: async (alarm: Parameters<Alarms['raise']>[0]) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        await alarms.raise(alarm);
      },
    };
    const runner = run({ alarms: slow });
    let settled = false;
    const over = runner.settled().then(() => {
      settled = true;
    });
    await time.pass(1_000);
    expect(settled).toBe(false);
    release();
    await time.pass(RUNNER_LIMITS.restMs);
    await over;
    expect(alarms.names).toEqual(['alarm-2']);
  });

  it('relays commits that follow one another closely together', async () => {
    const counts = new Map<string, number>();
    run({ outbox: counting(store.outbox, counts) });
    await time.pass(1_000);
    counts.clear();
    for (let version = 2; version <= 50; version += 1) {
      await books.commit(alarming(version));
      await settle();
    }
    await time.pass(RUNNER_LIMITS.restMs);
    expect(alarms.names).toHaveLength(49);
    expect(counts.get('relay')).toBe(2);
  });

  it('goes on when the store is back, and leaves it alone as long as it asks for', async () => {
    let reads = 0;
    const broken = {
      ...store.outbox,
      read: async (limit: number) => {
        reads += 1;
        if (reads <= 2) throw new Unavailable('diskFull', 'no room', 5_000);
        return store.outbox.read(limit);
      },
    };
    run({ outbox: broken });
    await books.commit(alarming(2));
    await time.pass(4_999);
    expect(reads).toBe(1);
    await time.pass(10_000);
    expect(alarms.names).toEqual(['alarm-2']);
    expect(log.of('sweepFailed').map(({ name }) => name)).toEqual(['relay', 'relay']);
  });

  it('runs other sweeps when they want to', async () => {
    const turns: number[] = [];
    const begun = time.clock.now();
    const step = async () => {
      turns.push(time.clock.now() - begun);
      return time.after(600_000);
    };
    run({ sweeps: [{ name: 'sweeping', step }] });
    await time.pass(1_500_000);
    expect(turns).toEqual([0, 600_000, 1_200_000]);
  });

  it('does no harm beside another one', async () => {
    run();
    run();
    for (let version = 2; version <= 30; version += 1) await books.commit(alarming(version));
    await time.pass(1_000);
    expect(alarms.names.sort()).toEqual(Array.from({ length: 29 }, (_, index) => `alarm-${index + 2}`).sort());
  });
});

describe('a runner that stops', () => {
  it('takes nothing more, and waits for what is under way', async () => {
    const ends: (() => void)[] = [];
    const slow = {
      raise: (alarm: Parameters<Alarms['raise']>[0]) => new Promise<void>((resolve) => ends.push(resolve)).then(() => alarms.raise(alarm)),
    };
    const runner = run({ alarms: slow });
    await store.jobs.enqueue([alarmJob('under-way', 0)]);
    runner.wake();
    await settle();
    let stopped = false;
    const over = runner.stop().then(() => {
      stopped = true;
    });
    await store.jobs.enqueue([alarmJob('too-late', 0)]);
    await books.commit(alarming(2));
    await time.pass(5_000);
    expect({ stopped, begun: ends.length }).toEqual({ stopped: false, begun: 1 });
    ends[0]?.();
    await settle();
    await over;
    expect(alarms.names).toEqual(['under-way']);
    await time.pass(2 * HOUR);
    expect(alarms.names).toEqual(['under-way']);
  });

  it('waits no longer than it may; what was not over is left to the next one', async () => {
    const stuck = run({ alarms: { raise: () => new Promise(() => undefined) } });
    await store.jobs.enqueue([alarmJob('left-behind', 0)]);
    stuck.wake();
    await settle();
    let stopped = false;
    void stuck.stop().then(() => {
      stopped = true;
    });
    await time.pass(RUNNER_LIMITS.drainMs);
    expect(stopped).toBe(true);
    run();
    await time.pass(60_000);
    expect(alarms.names).toEqual(['left-behind']);
  });
});
