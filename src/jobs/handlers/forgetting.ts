import type { Clock } from '../../actors/ports.js';
import { type Instant, instant } from '../../domain/ids.js';
import type { Sweep } from '../work.js';

const DAY_MS = 86_400_000;
/** A caller's key is good for 30 days; one more, so that no clock's fault makes it less. */
const KEPT_MS = 31 * DAY_MS;
const EVERY_MS = 3_600_000;

/** Forgets kept answers once they are old enough. `forgetAnswers` keeps those of orders with an open after-sale. */
export function forgettingSweep(parts: { readonly forgetAnswers: (before: Instant) => Promise<number>; readonly clock: Clock }): Sweep {
  let nextAt: Instant | undefined;
  return {
    name: 'forgetting',
    step: async () => {
      const now = parts.clock.now();
      // The first turn waits: a service that starts has better things to do.
      if (nextAt === undefined || now < nextAt) {
        nextAt ??= instant(now + EVERY_MS);
        return nextAt;
      }
      await parts.forgetAnswers(instant(now - KEPT_MS));
      nextAt = instant(now + EVERY_MS);
      return nextAt;
    },
  };
}
