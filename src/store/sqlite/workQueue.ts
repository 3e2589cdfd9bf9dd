import type { NewJob } from '../../actors/work.js';
import { type Instant, instant } from '../../domain/ids.js';
import type { Connection } from './connection.js';
import { reading } from './failure.js';
import { jobReads, outboxReads, timerReads } from './workReads.js';
import type { Writer } from './writer.js';
import type { ClaimAsk } from './writeWork.js';

interface Claim {
  readonly key: string;
  readonly token: string;
}

/** The jobs' `JobQueue` port. To claim is to write, so that two who ask never get the same job. */
export function sqliteJobs(connection: Connection, writer: Writer) {
  const nextDue = jobReads(connection);
  return {
    enqueue: (jobs: readonly NewJob[]) => writer.demand('enqueueJobs', jobs),
    claim: (ask: ClaimAsk) => writer.demand('claimJobs', ask),
    nextDueAt: async (topic: string) => {
      const next = reading(connection, () => nextDue(topic));
      return next === undefined ? undefined : instant(next);
    },
    renew: ({ key, token }: Claim, until: Instant) => writer.demand('reportLease', { step: 'renew', key, token, until }),
    complete: ({ key, token }: Claim) => writer.demand('reportLease', { step: 'complete', key, token }),
    retry: ({ key, token }: Claim, error: string, runAfter: Instant) =>
      writer.demand('reportLease', { step: 'retry', key, token, error, runAfter }),
    bury: ({ key, token }: Claim, error: string, now: Instant) => writer.demand('reportLease', { step: 'bury', key, token, error, now }),
    resume: (key: string, now: Instant) => writer.demand('resumeJob', { key, now }),
  };
}

/** The jobs' `Outbox` port. Entries become jobs and are forgotten in one transaction. */
export function sqliteOutbox(connection: Connection, writer: Writer) {
  const oldest = outboxReads(connection);
  return {
    read: async (limit: number) => reading(connection, () => oldest(limit)),
    relay: async (positions: readonly number[], jobs: readonly NewJob[]): Promise<void> => {
      await writer.demand('relay', { positions, jobs });
    },
  };
}

/** The jobs' `TimerSource` port. */
export function sqliteTimers(connection: Connection) {
  const timers = timerReads(connection);
  return {
    dueTimers: async (now: Instant, limit: number) => reading(connection, () => timers.due(now, limit)),
    nextDueAt: async () => {
      const next = reading(connection, timers.next);
      return next === undefined ? undefined : instant(next);
    },
  };
}
