import type { Clock } from '../actors/ports.js';
import { type Instant, instant } from '../domain/ids.js';
import type { SandboxClock } from './ports.js';

/** Where time comes from. Nothing else in the service reads a clock of the machine. */
export interface MachineTime {
  /** epoch milliseconds; may jump */
  wall(): number;
  /** milliseconds that never go back */
  elapsed(): number;
}

export const machineTime: MachineTime = { wall: () => Date.now(), elapsed: () => performance.now() };

export interface ServiceClock extends Clock, SandboxClock {
  /**
   * How far the wall clock is ahead of the service's time, in milliseconds: 0 until it jumps, but where it was behind
   * the newest commit at the start. What the sandbox has moved does not count.
   */
  drift(): number;
}

/**
 * The service's time: the wall clock at the start plus what has gone by since, so that a clock that is
 * set back or forward neither fires deadlines early nor loses them. After a restart the wall clock
 * counts again, but never earlier than the newest commit.
 */
export function serviceClock(time: MachineTime, newestCommit: Instant): ServiceClock {
  const begin = Math.max(time.wall(), newestCommit);
  const origin = time.elapsed();
  let moved = 0;
  const now = (): Instant => instant(Math.floor(begin + moved + time.elapsed() - origin));
  return {
    now,
    drift: () => time.wall() - begin - (time.elapsed() - origin),
    forward: async (milliseconds) => {
      moved += milliseconds;
      return now();
    },
  };
}
