import { randomUUID } from 'node:crypto';
import type { Clock } from '../../actors/ports.js';
import type { Instant } from '../../domain/ids.js';
import type { Sleeper, TokenSource } from '../ports.js';

/** The longest that a timer of the machine can be set for. */
const LONGEST_MS = 2 ** 31 - 1;

/** Waits with timers of the machine. What sleeps when the service's clock is moved has to be woken. */
export function machineSleeper(clock: Clock): Sleeper {
  return {
    sleep(until: Instant) {
      let timer: NodeJS.Timeout | undefined;
      let wake = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        const wait = (): void => {
          const left = until - clock.now();
          if (left <= 0) resolve();
          else timer = setTimeout(wait, Math.min(left, LONGEST_MS));
        };
        wait();
      });
      return { over, wake };
    },
  };
}

export const randomTokens: TokenSource = { next: () => randomUUID() };
