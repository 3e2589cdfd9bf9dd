import type { DueTimer, Job, NewJob, OutboxEntry } from '../actors/work.js';
import type { Instant } from '../domain/ids.js';

/** What a handler holds while it works: the job's key and the token that claimed it. */
export interface Claim {
  readonly key: string;
  readonly token: string;
}

/**
 * Durable jobs, each done at least once. A claim whose lease has run out is given to the next who asks,
 * so what a late holder reports is ignored (false). Any of them may throw `Unavailable`.
 */
export interface JobQueue {
  /** Queues what is not queued yet, by key; gives how many were new. */
  enqueue(jobs: readonly NewJob[]): Promise<number>;
  /** Claims what is due, oldest first. `token` is unique to this call. Costs by what is due, not by what exists. */
  claim(ask: {
    readonly topics: readonly string[];
    readonly now: Instant;
    readonly limit: number;
    readonly leaseMs: number;
    readonly token: string;
  }): Promise<readonly Job[]>;
  /** Prolongs a lease while work goes on. */
  renew(claim: Claim, leaseUntil: Instant): Promise<boolean>;
  /** The job is done and forgotten. */
  complete(claim: Claim): Promise<boolean>;
  /** The job is tried again from `runAfter` on. */
  retry(claim: Claim, error: string, runAfter: Instant): Promise<boolean>;
  /** The job is given up until a person resumes it. */
  bury(claim: Claim, error: string, now: Instant): Promise<boolean>;
  /** A dead job begins again with its first attempt; false where there is no such dead job. */
  resume(key: string, now: Instant): Promise<boolean>;
}

/** What was committed to happen outside. */
export interface Outbox {
  /** The oldest entries, as far as it is safe to read: none that commits later comes before them. */
  read(limit: number): Promise<readonly OutboxEntry[]>;
  /** Queues the jobs and forgets the entries. May be repeated: jobs are queued by key, a missing entry is no error. */
  relay(positions: readonly number[], jobs: readonly NewJob[]): Promise<void>;
}

/** Deadlines that have come. No lease: a timer command of another visit changes nothing. */
export interface TimerSource {
  dueTimers(now: Instant, limit: number): Promise<readonly DueTimer[]>;
  /** when the next running timer is due; undefined where none runs */
  nextDueAt(): Promise<Instant | undefined>;
}
