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
  /** does one thing that is due at a time; never rejects but for faults of the run */
  readonly act: (dueAt: number) => Promise<void>;
}

/** More than so many on their way are not sent: the schedule cannot be kept, and the report says so. */
const MOST_UNDER_WAY = 50_000;
const NO_RATE_PAUSE_MS = 50;

export async function runLoop(loop: Loop, pace: Pace): Promise<void> {
  if (pace.kind === 'closed') await closedLoop(loop, pace.connections);
  else await openLoop(loop, pace.rateAt);
}

/** Arrivals of a Poisson process, as of many people who know nothing of each other. */
async function openLoop({ time, chance, meter, until, stopped, act }: Loop, rateAt: (seconds: number) => number): Promise<void> {
  const begun = time.now();
  const underWay = new Set<Promise<void>>();
  const faults: unknown[] = [];
  for (let dueAt = begun; !stopped() && faults.length === 0; ) {
    const rate = rateAt((dueAt - begun) / 1_000);
    dueAt += rate <= 0 ? NO_RATE_PAUSE_MS : (-Math.log(1 - chance.real()) / rate) * 1_000;
    if (dueAt >= until) break;
    const wait = dueAt - time.now();
    if (wait > 0) await time.pause(wait);
    if (rate <= 0) continue;
    meter.due(dueAt);
    if (underWay.size >= MOST_UNDER_WAY) {
      meter.dropped += 1;
      continue;
    }
    const acting: Promise<void> = act(dueAt)
      .catch((fault: unknown) => {
        faults.push(fault);
      })
      .finally(() => underWay.delete(acting));
    underWay.add(acting);
  }
  await Promise.all(underWay);
  if (faults.length > 0) throw faults[0];
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
