import type { Job, NewJob } from '../../actors/work.js';
import { instant } from '../../domain/ids.js';
import type { Json } from '../../domain/refusals.js';
import type { Connection } from './connection.js';

export interface ClaimAsk {
  readonly topics: readonly string[];
  readonly now: number;
  readonly limit: number;
  readonly leaseMs: number;
  readonly token: string;
}

/** What the holder of a lease reports. */
export type LeaseReport = { readonly key: string; readonly token: string } & (
  | { readonly step: 'renew'; readonly until: number }
  | { readonly step: 'complete' }
  | { readonly step: 'retry'; readonly error: string; readonly runAfter: number }
  | { readonly step: 'bury'; readonly error: string; readonly now: number }
);

interface JobRow {
  readonly key: string;
  readonly topic: string;
  readonly payload: string;
  readonly run_after: number;
  readonly attempts: number;
  readonly due_at: number;
}

const PAST = "UPDATE job SET state = 'ready', token = NULL";

/** Writes to jobs and outbox, each a member of a group of its own. */
export function workWriter(connection: Connection) {
  const enqueueOne = connection.prepare(
    "INSERT INTO job (key, topic, payload, state, due_at, attempts, run_after) VALUES (?, ?, ?, 'ready', ?, 0, ?) ON CONFLICT (key) DO NOTHING",
  );
  // A lease that has run out is due like a job that is ready, so both are found by one index.
  const claimSome = connection.prepare<unknown[], JobRow>(
    `UPDATE job SET state = 'leased', token = ?, due_at = ?, attempts = attempts + 1
     WHERE id IN (SELECT id FROM job WHERE topic = ? AND state <> 'dead' AND due_at <= ? ORDER BY due_at LIMIT ?)
     RETURNING key, topic, payload, run_after, attempts, due_at`,
  );
  const held = "WHERE key = ? AND token = ? AND state = 'leased'";
  const renew = connection.prepare(`UPDATE job SET due_at = ? ${held}`);
  const complete = connection.prepare(`DELETE FROM job ${held}`);
  const retry = connection.prepare(`${PAST}, error = ?, due_at = ?, run_after = ? ${held}`);
  const bury = connection.prepare(`UPDATE job SET state = 'dead', token = NULL, error = ?, due_at = ? ${held}`);
  const resume = connection.prepare(`${PAST}, due_at = ?, run_after = ?, attempts = 0 WHERE key = ? AND state = 'dead'`);
  const forget = connection.prepare('DELETE FROM outbox WHERE position = ?');

  function enqueue(jobs: readonly NewJob[]): number {
    let added = 0;
    for (const { key, topic, payload, runAfter } of jobs) {
      added += enqueueOne.run(key, topic, JSON.stringify(payload), runAfter, runAfter).changes;
    }
    return added;
  }

  function claim({ topics, now, limit, leaseMs, token }: ClaimAsk): Job[] {
    const claimed: JobRow[] = [];
    for (const topic of topics) {
      const left = limit - claimed.length;
      if (left > 0) claimed.push(...claimSome.all(token, now + leaseMs, topic, now, left));
    }
    return claimed.sort((a, b) => a.run_after - b.run_after).map(readJob);
  }

  function report(lease: LeaseReport): boolean {
    const { key, token } = lease;
    switch (lease.step) {
      case 'renew':
        return renew.run(lease.until, key, token).changes === 1;
      case 'complete':
        return complete.run(key, token).changes === 1;
      case 'retry':
        return retry.run(lease.error, lease.runAfter, lease.runAfter, key, token).changes === 1;
      case 'bury':
        return bury.run(lease.error, lease.now, key, token).changes === 1;
    }
  }

  return {
    enqueueJobs: enqueue,
    claimJobs: claim,
    reportLease: report,
    resumeJob: ({ key, now }: { readonly key: string; readonly now: number }): boolean => resume.run(now, now, key).changes === 1,
    relay: ({ positions, jobs }: { readonly positions: readonly number[]; readonly jobs: readonly NewJob[] }): number => {
      const added = enqueue(jobs);
      for (const position of positions) forget.run(position);
      return added;
    },
  };
}

function readJob({ key, topic, payload, run_after, attempts, due_at }: JobRow): Job {
  return {
    key,
    topic,
    payload: JSON.parse(payload) as Json,
    runAfter: instant(run_after),
    attempt: attempts,
    leaseUntil: instant(due_at),
  };
}
