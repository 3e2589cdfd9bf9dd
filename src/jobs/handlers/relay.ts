import type { Clock } from '../../actors/ports.js';
import { jobsOf } from '../effects.js';
import type { Outbox } from '../ports.js';
import type { Sweep } from '../work.js';

/** Entries that are relayed in one transaction. */
const AT_ONCE = 500;

/**
 * Turns what commits want to happen outside into jobs, and forgets it, in one transaction. Two relays at
 * once do no harm: a job that was done in between is done again, which changes nothing.
 * `relayed` is called with the topics that have new jobs.
 */
export function relaySweep(parts: {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly relayed: (topics: ReadonlySet<string>) => void;
}): Sweep {
  const { outbox, clock, relayed } = parts;
  return {
    name: 'relay',
    step: async () => {
      const entries = await outbox.read(AT_ONCE);
      if (entries.length === 0) return undefined;
      const jobs = entries.flatMap(jobsOf);
      await outbox.relay(
        entries.map(({ position }) => position),
        jobs,
      );
      if (jobs.length > 0) relayed(new Set(jobs.map(({ topic }) => topic)));
      return entries.length === AT_ONCE ? clock.now() : undefined;
    },
  };
}
