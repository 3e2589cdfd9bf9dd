import type { DueTimer, Job, OutboxEntry } from '../../actors/work.js';
import type { JobQueue, Outbox, TimerSource } from '../../jobs/ports.js';
import { type Call, type Caller, type CallNames, callPort } from './calls.js';

const REMEMBERED = 16;

const call = (port: string, reads: boolean): Call => ({ port, of: port, fails: 'queue.fails', reads });

function reordered<T>(items: readonly T[], caller: Caller, occasion: string): T[] {
  const { faults } = caller.ground;
  if (items.length < 2 || !faults.happens('queue.reordered', occasion)) return [...items];
  return items
    .map((item, i) => [item, faults.draw(`${occasion} ${i}`, 1_000_000)] as const)
    .sort((a, b) => a[1] - b[1])
    .map(([item]) => item);
}

/** The jobs' queue over a weak transport: messages come twice, late, out of order, or not until their lease has run out. */
export function weakQueue(caller: Caller, names: CallNames): JobQueue {
  const { store, faults } = caller.ground;
  const seen: Job[] = [];
  const claim = async (ask: Parameters<JobQueue['claim']>[0]): Promise<readonly Job[]> => {
    const topic = ask.topics.join();
    const claimed = await callPort(caller, names, call(`claim ${topic}`, false), () => store.jobs.claim(ask));
    const occasion = claimed[0]?.key;
    if (occasion === undefined) return claimed;
    const named = `${occasion} ${claimed[0]?.attempt}`;
    // The claim stands, but nobody hears of it: another one follows once the lease has run out.
    if (faults.happens('queue.lost', named)) return [];
    const again = seen.filter((job) => ask.topics.includes(job.topic)).slice(-1);
    for (const job of claimed) {
      seen.push(job);
      if (seen.length > REMEMBERED) seen.shift();
    }
    const duplicated = again.length > 0 && faults.happens('queue.duplicate', named) ? [...claimed, ...again] : claimed;
    return reordered(duplicated, caller, named);
  };
  return {
    enqueue: (jobs) => callPort(caller, names, call('enqueue', false), () => store.jobs.enqueue(jobs)),
    claim,
    nextDueAt: async (topic) => {
      const next = await callPort(caller, names, call(`due ${topic}`, true), () => store.jobs.nextDueAt(topic));
      return next !== undefined && faults.happens('queue.late', `${topic} ${next}`) ? undefined : next;
    },
    renew: (claimed, until) => callPort(caller, names, call('renew', false), () => store.jobs.renew(claimed, until)),
    complete: (claimed) => callPort(caller, names, call('complete', false), () => store.jobs.complete(claimed)),
    retry: (claimed, error, at) => callPort(caller, names, call('retry', false), () => store.jobs.retry(claimed, error, at)),
    bury: (claimed, error, now) => callPort(caller, names, call('bury', false), () => store.jobs.bury(claimed, error, now)),
    resume: (key, now) => callPort(caller, names, call('resume', false), () => store.jobs.resume(key, now)),
  };
}

/** The outbox; what was relayed already may be read once more. */
export function weakOutbox(caller: Caller, names: CallNames): Outbox {
  const { store, faults } = caller.ground;
  let before: readonly OutboxEntry[] = [];
  return {
    read: async (limit) => {
      const read = await callPort(caller, names, call('outbox', true), () => store.outbox.read(limit));
      const again = before;
      if (read.length > 0) before = read;
      const first = again[0];
      return read.length === 0 && first !== undefined && faults.happens('outbox.again', `${first.position}`) ? again : read;
    },
    relay: (positions, jobs) => callPort(caller, names, call('relay', false), () => store.outbox.relay(positions, jobs)),
  };
}

/** Deadlines; those that were read before may come again, long after they were taken. */
export function weakTimers(caller: Caller, names: CallNames): TimerSource {
  const { store, faults } = caller.ground;
  const seen: DueTimer[] = [];
  return {
    dueTimers: async (now, limit) => {
      const due = await callPort(caller, names, call('timers', true), () => store.timers.dueTimers(now, limit));
      const first = due[0];
      if (first === undefined) return due;
      const occasion = `${first.afterSaleId} ${first.timerId} ${first.visit}`;
      const again = faults.happens('timers.again', occasion) ? [...seen] : [];
      for (const timer of due) {
        seen.push(timer);
        if (seen.length > REMEMBERED) seen.shift();
      }
      return reordered([...again, ...due], caller, occasion);
    },
    nextDueAt: () => callPort(caller, names, call('timer due', true), () => store.timers.nextDueAt()),
  };
}
