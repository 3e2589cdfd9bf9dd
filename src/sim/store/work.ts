import type { DueTimer, Job, NewJob, OutboxEntry } from '../../actors/work.js';
import { type Instant, instant } from '../../domain/ids.js';
import type { Claim, JobQueue } from '../../jobs/ports.js';
import type { JobEntry, Tables } from './tables.js';

/** Jobs, outbox and deadlines over tables. Everything answers at once. */

const jobOf = (entry: JobEntry): Job => ({
  key: entry.key,
  topic: entry.topic,
  payload: entry.payload,
  runAfter: instant(entry.runAfter),
  attempt: entry.attempts,
  leaseUntil: instant(entry.dueAt),
});

/** Jobs with leases, in memory. */
export function jobTable({ jobs }: Tables) {
  const held = ({ key, token }: Claim): JobEntry | undefined => {
    const entry = jobs.get(key);
    return entry?.state === 'leased' && entry.token === token ? entry : undefined;
  };
  const change = (claim: Claim, by: (entry: JobEntry) => void): boolean => {
    const entry = held(claim);
    if (entry !== undefined) by(entry);
    return entry !== undefined;
  };
  const lastId = (): number => {
    let last = 0;
    for (const { id } of jobs.values()) if (id > last) last = id;
    return last;
  };
  const enqueue = (added: readonly NewJob[]): number => {
    let count = 0;
    for (const { key, topic, payload, runAfter } of added) {
      if (jobs.has(key)) continue;
      const rest = { state: 'ready' as const, dueAt: runAfter, runAfter, attempts: 0, token: null, error: null };
      jobs.set(key, { id: lastId() + 1, key, topic, payload, ...rest });
      count += 1;
    }
    return count;
  };
  const claimTopic = (topic: string, ask: Parameters<JobQueue['claim']>[0], limit: number): JobEntry[] => {
    const due = [...jobs.values()]
      .filter((entry) => entry.topic === topic && entry.state !== 'dead' && entry.dueAt <= ask.now)
      .sort((a, b) => a.dueAt - b.dueAt || a.id - b.id)
      .slice(0, limit)
      .sort((a, b) => a.id - b.id);
    for (const entry of due) {
      entry.state = 'leased';
      entry.token = ask.token;
      entry.dueAt = ask.now + ask.leaseMs;
      entry.attempts += 1;
    }
    return due;
  };
  return {
    enqueue,
    claim: (ask: Parameters<JobQueue['claim']>[0]): Job[] => {
      const claimed: JobEntry[] = [];
      for (const topic of ask.topics) claimed.push(...claimTopic(topic, ask, ask.limit - claimed.length));
      return claimed.sort((a, b) => a.runAfter - b.runAfter).map(jobOf);
    },
    nextDueAt: (topic: string): Instant | undefined => {
      let next: number | undefined;
      for (const entry of jobs.values()) {
        if (entry.topic === topic && entry.state !== 'dead' && (next === undefined || entry.dueAt < next)) next = entry.dueAt;
      }
      return next === undefined ? undefined : instant(next);
    },
    renew: (claim: Claim, until: Instant): boolean => change(claim, (entry) => Object.assign(entry, { dueAt: until })),
    complete: (claim: Claim): boolean => change(claim, (entry) => jobs.delete(entry.key)),
    retry: (claim: Claim, error: string, runAfter: Instant): boolean =>
      change(claim, (entry) => Object.assign(entry, { state: 'ready', token: null, error, dueAt: runAfter, runAfter })),
    bury: (claim: Claim, error: string, now: Instant): boolean =>
      change(claim, (entry) => Object.assign(entry, { state: 'dead', token: null, error, dueAt: now })),
    resume: (key: string, now: Instant): boolean => {
      const entry = jobs.get(key);
      if (entry?.state !== 'dead') return false;
      Object.assign(entry, { state: 'ready', token: null, dueAt: now, runAfter: now, attempts: 0 });
      return true;
    },
  };
}

/** The outbox, in memory. */
export function outboxTable(tables: Tables) {
  const { enqueue } = jobTable(tables);
  return {
    read: (limit: number): OutboxEntry[] => {
      const entries: OutboxEntry[] = [];
      for (const { position, book, version, at, effects } of tables.outbox.values()) {
        if (entries.length === limit) break;
        entries.push({ position, book: book.key, version, at, effects });
      }
      return entries;
    },
    relay: (positions: readonly number[], jobs: readonly NewJob[]): void => {
      enqueue(jobs);
      for (const position of positions) tables.outbox.delete(position);
    },
  };
}

/** Deadlines, in memory. */
export function timerTable({ timers }: Tables) {
  return {
    dueTimers: (now: Instant, limit: number): DueTimer[] =>
      [...timers.values()]
        .filter(({ row }) => row.suspendedMs === null && row.dueAt <= now)
        .sort((a, b) => a.row.dueAt - b.row.dueAt || a.no - b.no || (a.row.timerId < b.row.timerId ? -1 : 1))
        .slice(0, limit)
        .map(({ book, row }) => ({
          book: book.key,
          afterSaleId: row.afterSaleId,
          timerId: row.timerId,
          visit: row.visit,
          dueAt: row.dueAt,
        })),
    nextDueAt: (): Instant | undefined => {
      let next: number | undefined;
      for (const { row } of timers.values()) {
        if (row.suspendedMs === null && (next === undefined || row.dueAt < next)) next = row.dueAt;
      }
      return next === undefined ? undefined : instant(next);
    },
  };
}
