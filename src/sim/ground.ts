import type { Commit, CommitOutcome } from '../actors/ports.js';
import { type Instant, instant } from '../domain/ids.js';
import type { Faults } from './faults.js';
import type { Latency, Owner, Scheduler } from './schedule.js';
import type { WorldStore } from './store/memoryStore.js';
import type { Trace } from './trace.js';

/** True time at the beginning of every simulation. */
export const BEGIN_MS = Date.UTC(2026, 0, 5, 8);

/** What every part of a simulation stands on. */
export interface Ground {
  readonly scheduler: Scheduler;
  readonly latency: Latency;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly store: WorldStore;
  /** hears what the store has kept or refused, in its order */
  readonly onCommit: (commit: Commit, outcome: CommitOutcome, at: Instant) => void;
}

/** True time: that of nobody's clock. */
export const trueNow = ({ scheduler }: Pick<Ground, 'scheduler'>): Instant => instant(BEGIN_MS + Math.floor(scheduler.nowUs / 1000));

/** What is nobody's in particular: store, lock service, gateway. It never crashes. */
export const OUTSIDE: Owner = { name: 'outside', alive: true };
