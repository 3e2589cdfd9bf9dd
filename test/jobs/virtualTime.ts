import { type Instant, instant } from '../../src/domain/ids.js';
import type { Sleeper } from '../../src/jobs/ports.js';
import type { Pause } from '../../src/partners/ports.js';

/** Lets everything go on that can go on without time passing. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

interface Asleep {
  readonly until: Instant;
  readonly number: number;
  readonly wake: () => void;
}

/** A clock that moves only when it is told to, from one sleeper to the next; those of the same instant in the order they lay down. */
export class VirtualTime {
  #count = 0;
  readonly #asleep = new Set<Asleep>();
  readonly #time: { now: Instant };

  constructor(time: { now: Instant } = { now: instant(Date.UTC(2026, 5, 15, 12)) }) {
    this.#time = time;
  }

  readonly clock = { now: (): Instant => this.#time.now };

  readonly sleeper: Sleeper = {
    sleep: (until) => {
      let wake = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        const asleep: Asleep = { until, number: this.#count++, wake: resolve };
        this.#asleep.add(asleep);
        wake = () => {
          this.#asleep.delete(asleep);
          resolve();
        };
      });
      return { over, wake };
    },
  };

  readonly pause: Pause = (milliseconds) => (milliseconds <= 0 ? Promise.resolve() : this.sleeper.sleep(this.after(milliseconds)).over);

  after(milliseconds: number): Instant {
    return instant(this.clock.now() + milliseconds);
  }

  /** Lets so much time pass. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.after(milliseconds);
    await settle();
    for (let next = this.#next(); next !== undefined && next.until <= end; next = this.#next()) {
      if (next.until > this.clock.now()) this.#time.now = next.until;
      this.#asleep.delete(next);
      next.wake();
      await settle();
    }
    this.#time.now = end;
  }

  #next(): Asleep | undefined {
    let first: Asleep | undefined;
    for (const asleep of this.#asleep) {
      if (first === undefined || asleep.until < first.until || (asleep.until === first.until && asleep.number < first.number))
        first = asleep;
    }
    return first;
  }
}
