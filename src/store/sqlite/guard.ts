import { asUnavailable, type Failure } from './failure.js';
import type { MemberResult } from './group.js';
import { demandOver, type Write, type Writer } from './writer.js';

/** What a guard is told by and tells to. */
export interface GuardParts {
  /** milliseconds that never go back */
  readonly elapsed: () => number;
  /** called when writing begins to fail, with why, and with nothing once it works again */
  readonly tell: (trouble: Failure | undefined) => void;
}

export interface GuardedWriter extends Writer {
  /** The file looks damaged: nothing is written until a look at all of it has said otherwise. */
  suspect(failure: Failure): void;
  /** why the last write could not be done; nothing where it could */
  trouble(): Failure | undefined;
}

const LOST: Failure = { reason: 'lost', detail: 'Whether the last write is on disk is not known.', retryAfterMs: 1_000 };
/** The next look at the whole file waits so long, and so many times as long as the last one took. */
const REST_MS = 1_000;
const REST_TIMES = 9;

/**
 * Knows whether writing works, and turns writes away while the file is known to be damaged: what is written to a
 * file that contradicts itself may destroy what is still whole. The file is looked through from time to time, when
 * somebody wants to write, so that writing goes on once it was mended in place.
 */
export function guardedWriter(writer: Writer, { elapsed, tell }: GuardParts): GuardedWriter {
  let trouble: Failure | undefined;
  let damage: Failure | undefined;
  let isLooking = false;
  let restUntil = 0;

  function becomes(now: Failure | undefined): void {
    const changes = now?.reason !== trouble?.reason;
    trouble = now;
    if (changes) tell(now);
  }

  function note(result: MemberResult<unknown>): MemberResult<unknown> {
    if (result.kind === 'failed' && result.reason === 'damaged') damage = result;
    if (result.kind === 'done') becomes(undefined);
    else if (result.kind === 'unknown') becomes(LOST);
    else if (result.kind === 'failed' && result.reason !== 'overloaded' && result.reason !== 'closed') becomes(result);
    return result;
  }

  async function look(): Promise<void> {
    isLooking = true;
    const begun = elapsed();
    const result = await writer.write('look', null);
    restUntil = elapsed() + REST_MS + REST_TIMES * (elapsed() - begun);
    isLooking = false;
    if (result.kind !== 'done') return;
    damage = undefined;
    note(result);
  }

  const write: Write = (name, argument) => {
    if (damage === undefined) return writer.write(name, argument).then(note);
    if (!isLooking && elapsed() >= restUntil) void look();
    return Promise.resolve({ kind: 'failed', ...damage });
  };

  return {
    ...writer,
    write,
    demand: demandOver(write),
    compact: () => (damage === undefined ? writer.compact() : Promise.reject(asUnavailable(damage))),
    trouble: () => trouble,
    suspect: (failure) => {
      damage = failure;
      becomes(failure);
    },
  };
}
