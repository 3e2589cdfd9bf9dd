import type { Desk } from '../desk.js';
import type { Pace } from '../drive/loops.js';
import type { Mix, Stage } from '../stage.js';

/** What a load is asked for; what is not said follows from the scenario. */
export interface Wishes {
  /** arrivals a second */
  readonly rate?: number;
  /** clients that wait for their answers, in place of a rate */
  readonly connections?: number;
  readonly seconds?: number;
  readonly orders?: number;
  readonly skew?: number;
  readonly mix?: Mix;
  /** deadlines of a storm */
  readonly timers?: number;
}

/** What a load is done with. */
export interface Settings {
  readonly rate: number;
  readonly connections: number | undefined;
  readonly seconds: number;
  readonly orders: number;
  readonly skew: number;
  readonly mix: Mix;
  readonly timers: number;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** what happens, and what to look at in the report */
  readonly help: string;
  /** whether it needs a service with `--sandbox`, whose clock and gateway it moves */
  readonly needsSandbox: boolean;
  /** whether deadlines are set, as many as are wished for */
  readonly setsTimers: boolean;
  readonly defaults: Pick<Settings, 'rate' | 'seconds' | 'orders' | 'skew'>;
  play(stage: Stage, settings: Settings, desk: Desk): Promise<void>;
}

export const EVERYBODY: Mix = [
  ['user', 45],
  ['merchant', 30],
  ['operations', 10],
  ['platform', 15],
];

const TIMERS = 100_000;

/** A scenario’s settings: what was wished for, else its own. */
export const settingsOf = ({ defaults }: Pick<Scenario, 'defaults'>, wishes: Wishes): Settings => ({
  rate: wishes.rate ?? defaults.rate,
  connections: wishes.connections,
  seconds: wishes.seconds ?? defaults.seconds,
  orders: wishes.orders ?? defaults.orders,
  skew: wishes.skew ?? defaults.skew,
  mix: wishes.mix ?? EVERYBODY,
  timers: wishes.timers ?? TIMERS,
});

/**
 * The pace of a phase.
 * @param part of the full rate, by the share of the phase that has gone by
 */
export function paceOf({ connections, rate }: Settings, seconds: number, part: (share: number) => number = () => 1): Pace {
  if (connections === undefined) return { kind: 'open', rateAt: (gone) => rate * part(Math.min(1, gone / seconds)) };
  const most = Math.max(part(0), part(1));
  return { kind: 'closed', connections: Math.max(1, Math.round(connections * most)) };
}
