import type { Clock } from '../../actors/ports.js';
import { type Instant, instant } from '../../domain/ids.js';
import type { AlarmSink } from '../ports.js';
import type { Sweep } from '../work.js';

/** The clocks are compared so often. */
const EVERY_MS = 10_000;
/** So much further apart than they were known to be is a jump; what a time server corrects in passing is less. */
export const JUMP_MS = 10_000;

export interface ClockWatchParts {
  readonly clock: Clock;
  /** how far the wall clock is ahead of the service's own time, in milliseconds */
  readonly drift: () => number;
  readonly alarms: Pick<AlarmSink, 'raise'>;
}

/**
 * Raises an alarm when the wall clock has jumped, or when the service began with one that is behind what it has
 * already committed. Nothing else follows: deadlines and records go by the service's own time until it is started anew.
 */
export function clockWatch({ clock, drift, alarms }: ClockWatchParts): Sweep {
  let known = 0;
  return {
    name: 'clock',
    step: async (): Promise<Instant> => {
      const apart = drift();
      const at = clock.now();
      if (Math.abs(apart - known) >= JUMP_MS) {
        await alarms.raise({
          key: `clock/${at}`,
          name: 'clock.jumped',
          book: null,
          afterSaleId: null,
          detail: `The wall clock is ${words(apart)} the service's time. Deadlines go by the service's time; once the wall clock is right, a restart takes it over, but never to before the newest commit.`,
          at,
        });
        known = apart;
      }
      return instant(at + EVERY_MS);
    },
  };
}

const words = (apart: number): string => `${Math.round(Math.abs(apart) / 1_000)} s ${apart < 0 ? 'behind' : 'ahead of'}`;
