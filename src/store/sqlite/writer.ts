import type { Compacted } from '../../actors/erasure.js';
import { Unavailable } from '../../actors/unavailable.js';
import { asUnavailable, type Failure } from './failure.js';
import type { MemberResult } from './group.js';
import type { Argument, Result, WriteName, WriteRequest } from './writes.js';

/** Where groups are written: in this thread or in one of its own. */
export interface WriterBackend {
  /** Never rejects: a backend that dies answers `unknown` for what it was given. */
  run(requests: readonly WriteRequest[]): Promise<readonly MemberResult<unknown>[]>;
  /** Rewrites the file without what was deleted, and cuts the log to nothing. */
  compact(): Promise<MemberResult<Compacted>>;
  close(): Promise<void>;
  /** Resolves when no more is to be expected for the next group without waiting; at once where it is left out. */
  gathered?(): Promise<void>;
}

/** Resolves once on disk, or once it is known not to be. */
export type Write = <N extends WriteName>(name: N, argument: Argument<N>) => Promise<MemberResult<unknown>>;

export type Demand = <N extends WriteName>(name: N, argument: Argument<N>) => Promise<Result<N>>;

/** The one way to write to a store. */
export interface Writer {
  readonly write: Write;
  /** The same for all but commits: what could not be done is thrown as `Unavailable`. */
  readonly demand: Demand;
  /** The same between two groups; what comes meanwhile waits. */
  compact(): Promise<Compacted>;
  /** Writes what is waiting; what comes later is turned away. */
  drain(): Promise<void>;
  /** Drains, and lets go of the file. */
  close(): Promise<void>;
}

export interface WriterLimits {
  /** members of one transaction at most: more would delay the first of them */
  readonly groupSize: number;
  /** whole groups that are handed over while another is being written, so that the writer need not wait for this thread */
  readonly ahead: number;
  /** writes that may wait; those beyond are turned away */
  readonly waiting: number;
}

export const WRITER_LIMITS: WriterLimits = { groupSize: 128, ahead: 1, waiting: 8_192 };

const OVERLOADED: Failure = { reason: 'overloaded', detail: 'too many writes are waiting', retryAfterMs: 1_000 };
const CLOSED: Failure = { reason: 'closed', detail: 'the store is closing', retryAfterMs: 5_000 };

interface Waiting {
  readonly request: WriteRequest;
  readonly answer: (result: MemberResult<unknown>) => void;
}

/**
 * Groups what waits: the next group goes out as soon as the one before is on disk, with all that came meanwhile. A group
 * that is full goes out before, since waiting would not make it larger.
 */
export function groupingWriter(backend: WriterBackend, limits: WriterLimits = WRITER_LIMITS): Writer {
  const queue: Waiting[] = [];
  const compactions: ((result: MemberResult<Compacted>) => void)[] = [];
  let draining: Promise<void> | undefined;
  let closed = false;
  let underWay = 0;
  /** lets what waits for a group to end, or to be full, look again */
  let wake = (): void => undefined;

  const full = (): boolean => queue.length >= limits.groupSize;
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });

  async function send(group: readonly Waiting[]): Promise<void> {
    underWay += 1;
    const results = await backend.run(group.map(({ request }) => request));
    underWay -= 1;
    group.forEach(({ answer }, index) => {
      answer(results[index] ?? { kind: 'unknown', detail: 'the writer gave no answer' });
    });
    wake();
  }

  async function drain(): Promise<void> {
    await Promise.resolve();
    while (queue.length > 0 || compactions.length > 0 || underWay > 0) {
      const idle = underWay === 0;
      if (!idle && !(full() && underWay <= limits.ahead && compactions.length === 0)) {
        await change();
        continue;
      }
      if (idle && backend.gathered !== undefined) await backend.gathered();
      const compacted = compactions.shift();
      if (compacted === undefined) void send(queue.splice(0, limits.groupSize));
      else compacted(await backend.compact());
    }
    draining = undefined;
  }

  const write: Write = (name, argument) => {
    if (closed) return Promise.resolve({ kind: 'failed', ...CLOSED });
    if (queue.length >= limits.waiting) return Promise.resolve({ kind: 'failed', ...OVERLOADED });
    return new Promise((answer) => {
      queue.push({ request: { name, argument }, answer });
      draining ??= drain();
      if (full()) wake();
    });
  };

  return {
    write,
    demand: demandOver(write),
    compact: async () => {
      if (closed) throw asUnavailable(CLOSED);
      const compacted = new Promise<MemberResult<Compacted>>((answer) => compactions.push(answer));
      draining ??= drain();
      return demanded(await compacted);
    },
    drain: async () => {
      closed = true;
      await draining;
    },
    close: async () => {
      closed = true;
      await draining;
      await backend.close();
    },
  };
}

export const demandOver =
  (write: Write): Demand =>
  async <N extends WriteName>(name: N, argument: Argument<N>) =>
    demanded(await write(name, argument)) as Result<N>;

/** What was done; throws where it was not, or is not known to be. */
function demanded<T>(result: MemberResult<T>): T {
  switch (result.kind) {
    case 'done':
      return result.value;
    case 'failed':
      throw asUnavailable(result);
    case 'unknown':
      throw new Unavailable('lost', result.detail, 1_000);
    case 'broken':
      throw new Error(`a write could not be done: ${result.detail}`);
  }
}
