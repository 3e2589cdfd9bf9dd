import type { Chance } from '../chance.js';
import type { Meter } from '../measure/meter.js';
import type { Time } from '../service/time.js';

/** How requests come: on their own schedule, or each after the answer to the one before. */
export type Pace =
  /** so many arrive a second, whatever becomes of those before; `rateAt` is asked with the seconds gone by of the phase */
  | { readonly kind: 'open'; readonly rateAt: (seconds: number) => number }
  /** so many clients, each of which waits for its answer */
  | { readonly kind: 'closed'; readonly connections: number };

export interface Loop {
  readonly time: Time;
  readonly chance: Chance;
  readonly meter: Meter;
  /** milliseconds of the load's time */
  readonly until: number;
  /** whether to end before its time */
  readonly stopped: () => boolean;
  /** does one thing that is due at a time; rejects only where the run cannot go on */
  readonly act: (dueAt: number) => Promise<void>;
  /** what is on its way: the next phase comes when it is due, whatever is still to be answered of this one */
  readonly underWay: UnderWay;
}

/** Requests that nobody waits for yet. */
export class UnderWay {
  readonly #acts = new Set<Promise<void>>();
  #fault: { readonly error: unknown } | undefined;

  get count(): number {
    return this.#acts.size;
  }

  /** Throws what went wrong with one of them. */
  judge(): void {
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  add(act: Promise<void>): void {
    const kept: Promise<void> = act
      .catch((error: unknown) => {
        this.#fault ??= { error };
      })
      .finally(() => this.#acts.delete(kept));
    this.#acts.add(kept);
  }

  /** Waits for all of them. Throws what went wrong. */
  async over(): Promise<void> {
    while (this.#acts.size > 0) await Promise.all(this.#acts);
    this.judge();
  }
}

/** More than so many on their way are not sent: the schedule cannot be kept, and the report says so. */
const MOST_UNDER_WAY = 50_000;
const NO_RATE_PAUSE_MS = 50;

/** Drives until the pace has ended: arrivals that are due (open), or one after another on each connection (closed). */
export async function runLoop(loop: Loop, pace: Pace): Promise<void> {
  if (pace.kind === 'closed') await closedLoop(loop, pace.connections);
  else await openLoop(loop, pace.rateAt);
}

/** Arrivals of a Poisson process, as of many people who know nothing of each other. */
async function openLoop({ time, chance, meter, until, stopped, act, underWay }: Loop, rateAt: (seconds: number) => number): Promise<void> {
  const begun = time.now();
  for (let dueAt = begun; !stopped(); underWay.judge()) {
    const rate = rateAt((dueAt - begun) / 1_000);
    dueAt += rate <= 0 ? NO_RATE_PAUSE_MS : (-Math.log(1 - chance.real()) / rate) * 1_000;
    await reach(time, Math.min(dueAt, until));
    if (dueAt >= until) break;
    if (rate <= 0) continue;
    meter.due(dueAt);
    if (underWay.count >= MOST_UNDER_WAY) meter.dropped += 1;
    else underWay.add(act(dueAt));
  }
}

/** A timer may end a little early; what is sent before it is due would seem quicker than it was. */
async function reach(time: Time, at: number): Promise<void> {
  for (let wait = at - time.now(); wait > 0; wait = at - time.now()) await time.pause(Math.ceil(wait));
}

async function closedLoop({ time, meter, until, stopped, act }: Loop, connections: number): Promise<void> {
  const client = async (): Promise<void> => {
    while (!stopped() && time.now() < until) {
      meter.due(time.now());
      await act(time.now());
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
}
