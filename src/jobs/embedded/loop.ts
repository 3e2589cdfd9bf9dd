import type { Clock } from '../../actors/ports.js';
import { Unavailable } from '../../actors/unavailable.js';
import { type Instant, instant } from '../../domain/ids.js';
import { backoffMs } from '../catalog.js';
import type { JobLog, Sleeper } from '../ports.js';
import type { Sweep } from '../work.js';

export interface LoopParts {
  readonly clock: Clock;
  readonly sleeper: Sleeper;
  readonly log: JobLog;
  /** it looks at least this often, for the sake of work that other processes bring */
  readonly pollMs: number;
  /** rest between two rounds that it was woken for, so that many calls make one round */
  readonly restMs: number;
  /** called whenever it falls asleep */
  readonly slept: () => void;
}

export interface Loop {
  /** There may be work: look at once. */
  wake(): void;
  /** nothing is due, and nobody has called */
  asleep(): boolean;
  /** Ends after the round that is under way. */
  stop(): Promise<void>;
}

/** Drives a sweep: round after round while there is work, asleep until the next is due or somebody calls. */
export function startLoop(sweep: Sweep, parts: LoopParts): Loop {
  const { clock, sleeper, pollMs, restMs } = parts;
  let stopping = false;
  let woken = false;
  let sleep: { wake(): void; readonly wakeable: boolean } | undefined;
  let failures = 0;

  async function sleepUntil(until: Instant, wakeable: boolean): Promise<void> {
    const begun = sleeper.sleep(until);
    sleep = { wake: begun.wake, wakeable };
    if (wakeable) parts.slept();
    await begun.over;
    sleep = undefined;
  }

  /** One round; gives when the next is wanted, and until when nobody may call for it. */
  async function round(): Promise<{ readonly next: Instant | undefined; readonly restUntil: Instant }> {
    const begunAt = clock.now();
    try {
      const next = await sweep.step();
      failures = 0;
      return { next, restUntil: instant(begunAt + restMs) };
    } catch (error) {
      failures += 1;
      const waitMs = Math.max(backoffMs(failures), error instanceof Unavailable ? error.retryAfterMs : 0);
      const at = instant(clock.now() + waitMs);
      parts.log.tell({ kind: 'sweepFailed', name: sweep.name, at, error });
      return { next: at, restUntil: at };
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      woken = false;
      const { next, restUntil } = await round();
      const now = clock.now();
      if (stopping || (next !== undefined && next <= now)) continue;
      if (!woken) await sleepUntil(instant(Math.min(next ?? Number.POSITIVE_INFINITY, now + pollMs)), true);
      if (woken && !stopping && restUntil > clock.now()) await sleepUntil(restUntil, false);
    }
  }

  const over = run();
  return {
    wake: () => {
      woken = true;
      if (sleep?.wakeable === true) sleep.wake();
    },
    asleep: () => sleep?.wakeable === true && !woken,
    stop: () => {
      stopping = true;
      sleep?.wake();
      return over;
    },
  };
}
