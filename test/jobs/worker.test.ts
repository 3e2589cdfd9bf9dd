import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../src/actors/unavailable.js';
import type { Job } from '../../src/actors/work.js';
import { backoffMs, CATALOG } from '../../src/jobs/catalog.js';
import { again, DONE, type Outcome } from '../../src/jobs/work.js';
import { topicWorker } from '../../src/jobs/worker.js';
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite/open.js';
import { Alarms, countedTokens, Log } from './scripted.js';
import { settle, VirtualTime } from './virtualTime.js';

const { attempts, leaseMs, atOnce } = CATALOG.pickup;

let store: SqliteStore;
let time: VirtualTime;
let alarms: Alarms;
let log: Log;
beforeEach(() => {
  store = openSqliteStore({ dataDirectory: ':memory:', writer: 'inline' });
  time = new VirtualTime();
  alarms = new Alarms();
  log = new Log();
});
afterEach(() => store.close());

const enqueue = (...keys: readonly string[]) =>
  store.jobs.enqueue(keys.map((key) => ({ key, topic: 'pickup', payload: {}, runAfter: time.clock.now() })));

function workerOf(run: (job: Job) => Promise<Outcome>, jobs = store.jobs, name = 'worker') {
  const parts = { jobs, alarms, log, clock: time.clock, sleeper: time.sleeper, tokens: countedTokens(name) };
  const freed: number[] = [];
  const worker = topicWorker(parts, { topic: 'pickup', run }, () => freed.push(time.clock.now()));
  return {
    worker,
    freed,
    /** looks as often as there is something to begin */
    look: async () => {
      for (let next = await worker.step(); next !== undefined && next <= time.clock.now(); next = await worker.step()) await settle();
      await settle();
    },
  };
}

const dead = async () => {
  const page = await store.reads.deadLetters({ limit: 10 });
  return 'items' in page ? page.items : [];
};
const never = (): Promise<Outcome> => new Promise(() => undefined);

describe('a worker', () => {
  it('forgets what is done, and says when the next job is due', async () => {
    const seen: string[] = [];
    const { worker, look } = workerOf(async (job) => {
      seen.push(job.key);
      return DONE;
    });
    expect(await worker.step()).toBeUndefined();
    await enqueue('a', 'b');
    await store.jobs.enqueue([{ key: 'later', topic: 'pickup', payload: {}, runAfter: time.after(5_000) }]);
    await look();
    expect(seen.sort()).toEqual(['a', 'b']);
    expect(await worker.step()).toBe(time.after(5_000));
    expect(log.of('done').map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('runs no more at once than the catalog says, and takes the next when one has ended', async () => {
    const ends: ((outcome: Outcome) => void)[] = [];
    const { worker, look, freed } = workerOf(() => new Promise((resolve) => ends.push(resolve)));
    await enqueue(...Array.from({ length: atOnce + 3 }, (_, number) => `job-${number}`));
    await look();
    expect(worker.busy()).toBe(atOnce);
    expect(await worker.step()).toBeUndefined();
    for (const end of ends.splice(0, 2)) end(DONE);
    await settle();
    expect(freed).toHaveLength(2);
    await look();
    expect(worker.busy()).toBe(atOnce);
    expect(ends).toHaveLength(atOnce);
  });

  it('writes nothing while nothing is due', async () => {
    let claims = 0;
    const counted: typeof store.jobs = {
      ...store.jobs,
      claim: (ask) => {
        claims += 1;
        return store.jobs.claim(ask);
      },
    };
    const { worker } = workerOf(async () => DONE, counted);
    for (let look = 0; look < 5; look += 1) await worker.step();
    expect(claims).toBe(0);
  });

  it('runs a job again at the time that its handler names', async () => {
    const runs: number[] = [];
    const { worker, look } = workerOf(async (job) => {
      runs.push(job.attempt);
      return job.attempt < 3 ? again(time.after(7_000), 'not yet') : DONE;
    });
    await enqueue('a');
    for (let round = 0; round < 3; round += 1) {
      await look();
      const next = await worker.step();
      expect(next).toBe(round < 2 ? time.after(7_000) : undefined);
      await time.pass(7_000);
    }
    expect(runs).toEqual([1, 2, 3]);
  });

  it('gives a job whose holder has vanished to the next when its lease has run out', async () => {
    const runs: number[] = [];
    const { worker, look, freed } = workerOf((job) => {
      runs.push(job.attempt);
      return job.attempt === 1 ? never() : Promise.resolve(DONE);
    });
    await enqueue('a');
    await look();
    await time.pass(leaseMs - 1);
    await look();
    expect(runs).toEqual([1]);
    await time.pass(1);
    expect(worker.busy()).toBe(0);
    expect(freed).toHaveLength(1);
    await look();
    expect(runs).toEqual([1, 2]);
    expect(await store.jobs.nextDueAt('pickup')).toBeUndefined();
  });

  it('ignores the end of a run whose lease has gone to another', async () => {
    const ends: ((outcome: Outcome) => void)[] = [];
    const { look } = workerOf(() => new Promise((resolve) => ends.push(resolve)));
    await enqueue('a');
    await look();
    await time.pass(leaseMs);
    await look();
    ends[0]?.(DONE);
    await settle();
    expect(await store.jobs.nextDueAt('pickup')).toBe(time.after(leaseMs));
    ends[1]?.(DONE);
    await settle();
    expect(await store.jobs.nextDueAt('pickup')).toBeUndefined();
  });

  it('tries what fails less and less often, then leaves a dead letter and tells a person, who can resume it', async () => {
    const failedAt: number[] = [];
    let broken = true;
    const { look } = workerOf(async () => {
      if (!broken) return DONE;
      failedAt.push(time.clock.now());
      throw new Error('no such bridge');
    });
    await enqueue('a');
    for (let run = 1; run <= attempts; run += 1) {
      await look();
      expect(failedAt).toHaveLength(run);
      await time.pass(backoffMs(run));
    }
    const waits = failedAt.slice(1).map((moment, index) => moment - (failedAt[index] ?? 0));
    expect(waits).toEqual(Array.from({ length: attempts - 1 }, (_, index) => backoffMs(index + 1)));
    expect(await dead()).toMatchObject([{ key: 'a', attempts, error: 'Error: no such bridge' }]);
    expect(alarms.raised).toMatchObject([{ name: 'job.dead', detail: 'a: Error: no such bridge' }]);
    await time.pass(86_400_000);
    await look();
    expect(failedAt).toHaveLength(attempts);

    broken = false;
    expect(await store.jobs.resume('a', time.clock.now())).toBe(true);
    await look();
    expect(await dead()).toEqual([]);
    expect(log.of('done')).toHaveLength(1);
  });

  it('never gives up what only has to wait until something is back', async () => {
    let runs = 0;
    const { look } = workerOf(async () => {
      runs += 1;
      if (runs <= 3 * attempts) throw new Unavailable('diskFull', 'no room', 400_000);
      return DONE;
    });
    await enqueue('a');
    for (let round = 0; round <= 3 * attempts; round += 1) {
      await look();
      await time.pass(400_000);
    }
    expect(runs).toBe(3 * attempts + 1);
    expect(await dead()).toEqual([]);
    expect(log.of('failed').map(({ at }, index, all) => index > 0 && at - (all[index - 1]?.at ?? 0))).not.toContain(0);
  });

  it('does a job again whose end could not be written', async () => {
    let lost = true;
    const runs: number[] = [];
    const forgetful: typeof store.jobs = {
      ...store.jobs,
      complete: async (claim) => {
        if (!lost) return store.jobs.complete(claim);
        lost = false;
        throw new Unavailable('lost', 'the connection is gone', 1);
      },
    };
    const { look } = workerOf(async (job) => {
      runs.push(job.attempt);
      return DONE;
    }, forgetful);
    await enqueue('a');
    await look();
    expect(log.of('unreported')).toHaveLength(1);
    await time.pass(leaseMs);
    await look();
    expect(runs).toEqual([1, 2]);
    expect(await store.jobs.nextDueAt('pickup')).toBeUndefined();
  });

  it('shares the work with another one of the same store without doing any of it twice', async () => {
    const seen: string[] = [];
    const run = async (job: Job) => {
      seen.push(job.key);
      return DONE;
    };
    const one = workerOf(run);
    const other = workerOf(run, store.jobs, 'other');
    const keys = Array.from({ length: 40 }, (_, number) => `job-${number}`);
    await enqueue(...keys);
    await Promise.all([one.look(), other.look(), one.look(), other.look()]);
    expect(seen.sort()).toEqual(keys.sort());
  });
});
