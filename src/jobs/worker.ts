import type { Clock } from '../actors/ports.js';
import { Unavailable } from '../actors/unavailable.js';
import type { Job } from '../actors/work.js';
import { type Instant, instant } from '../domain/ids.js';
import { backoffMs, CATALOG } from './catalog.js';
import type { AlarmSink, Claim, JobLog, JobQueue, Sleeper, TokenSource } from './ports.js';
import type { Handler, Sweep } from './work.js';

export interface WorkerParts {
  readonly jobs: JobQueue;
  readonly alarms: AlarmSink;
  readonly clock: Clock;
  readonly sleeper: Sleeper;
  readonly tokens: TokenSource;
  readonly log: JobLog;
}

/** Claims and runs the jobs of one topic, so many at once as the catalog says. */
export interface Worker extends Sweep {
  /** jobs under way */
  busy(): number;
  /** Resolves once none is under way. */
  idle(): Promise<void>;
}

/**
 * `freed` is called whenever a job has ended and another may take its place. A job that is not over when
 * its lease ends is left to itself: another run begins, and what the late one reports is ignored.
 */
export function topicWorker(parts: WorkerParts, handler: Handler, freed: () => void): Worker {
  const { jobs, clock, sleeper, tokens } = parts;
  const { topic } = handler;
  const { atOnce, leaseMs } = CATALOG[topic];
  const waiting = new Set<() => void>();
  let busy = 0;

  function begin(job: Job, token: string): void {
    busy += 1;
    const lease = sleeper.sleep(job.leaseUntil);
    void Promise.race([runJob(parts, handler, job, token), lease.over]).then(() => {
      busy -= 1;
      lease.wake();
      if (busy === 0) for (const tell of waiting) tell();
      freed();
    });
  }

  return {
    name: topic,
    busy: () => busy,
    idle: () => (busy === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.add(resolve))),
    step: async () => {
      if (busy >= atOnce) return undefined;
      // Claiming is a write; looking first keeps an idle service from writing.
      const due = await jobs.nextDueAt(topic);
      const now = clock.now();
      if (due === undefined || due > now) return due;
      const token = tokens.next();
      for (const job of await jobs.claim({ topics: [topic], now, limit: atOnce - busy, leaseMs, token })) begin(job, token);
      return now;
    },
  };
}

/** Runs one job and reports what became of it. Never rejects: what cannot be reported is found when the lease has run out. */
async function runJob(parts: WorkerParts, handler: Handler, job: Job, token: string): Promise<void> {
  const { key, topic, attempt } = job;
  try {
    const claim = { key, token };
    const said = await attemptJob(handler, job);
    if (said.kind === 'done') await parts.jobs.complete(claim);
    else if (said.kind === 'again') await parts.jobs.retry(claim, said.why, said.at);
    else return await fail(parts, job, claim, CATALOG[handler.topic].attempts, said.error);
    parts.log.tell(said.kind === 'done' ? { kind: 'done', topic, key, attempt, note: said.note } : { ...said, topic, key, attempt });
  } catch (error) {
    parts.log.tell({ kind: 'unreported', topic, key, error });
  }
}

async function attemptJob(handler: Handler, job: Job) {
  try {
    return await handler.run(job);
  } catch (error) {
    return { kind: 'failed' as const, error };
  }
}

/** What will pass by itself is tried until it has passed; what fails for other reasons is given up after a while, and a person is told. */
async function fail(parts: WorkerParts, job: Job, claim: Claim, attempts: number, error: unknown): Promise<void> {
  const { jobs, clock, log, alarms } = parts;
  const { key, topic, attempt } = job;
  const passing = error instanceof Unavailable;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (passing || attempt < attempts) {
    const waitMs = Math.max(backoffMs(attempt), passing ? error.retryAfterMs : 0);
    const at: Instant = instant(clock.now() + waitMs);
    await jobs.retry(claim, text, at);
    log.tell({ kind: 'failed', topic, key, attempt, at, error });
    return;
  }
  const at = clock.now();
  if (!(await jobs.bury(claim, text, at))) return;
  log.tell({ kind: 'dead', topic, key, attempt, error });
  await alarms.raise({ key: `alarm:dead:${key}:${at}`, name: 'job.dead', book: null, afterSaleId: null, detail: `${key}: ${text}`, at });
}
