import { asCounts, bump, type Counts } from './coverage.js';
import type { Violation } from './judge.js';
import type { Outcome } from './run.js';

/** What one run, or many together, came to: plain JSON. */
export interface Summary {
  readonly seeds: number;
  readonly commands: number;
  readonly done: number;
  /** tasks of the scheduler */
  readonly steps: number;
  readonly virtualMs: number;
  /** the longest time that a run needed to settle once its faults had healed */
  readonly settledWithinMs: number;
  /** time of this machine, over all processes */
  readonly wallMs: number;
  /** the most memory that a process had after a run */
  readonly memoryBytes: number;
  readonly given: Counts;
  readonly refusals: Counts;
  readonly faults: Counts;
  readonly deeds: Counts;
  readonly alarms: Counts;
  readonly promises: Counts;
  readonly states: Counts;
  readonly knownStates: readonly string[];
  readonly transitions: Counts;
  readonly knownTransitions: readonly string[];
  readonly pairs: Counts;
  readonly stores: Counts;
  /** the hash of everything that happened, by seed; of the first runs only, where there are many */
  readonly traces: { readonly [seed: string]: string };
  readonly violations: readonly Broken[];
}

export interface Broken {
  readonly seed: string;
  readonly violation: Violation;
  readonly story: readonly string[];
  readonly replayFile: string | null;
}

/** What a run took of the machine. */
export interface Taken {
  readonly wallMs: number;
  readonly memoryBytes: number;
}

/** What a run came to, in numbers that can be added to those of others. */
export function summaryOf(outcome: Outcome, { wallMs, memoryBytes }: Taken, replayFile: string | null): Summary {
  const { simulation, violation, plan, story } = outcome;
  const { seenings, charts } = simulation;
  const named = (of: 'states' | 'transitions') => [...charts.known.values()].flatMap((known) => known[of]);
  return {
    seeds: 1,
    commands: seenings.sent,
    done: seenings.done,
    steps: outcome.steps,
    virtualMs: outcome.lastedMs,
    settledWithinMs: outcome.settledMs,
    wallMs,
    memoryBytes,
    given: asCounts(seenings.commands),
    refusals: asCounts(seenings.refusals),
    faults: asCounts(simulation.faults.counts),
    deeds: asCounts(outcome.deeds),
    alarms: asCounts(simulation.alarms),
    promises: Object.fromEntries([...simulation.judge.checked].map(([promise, count]) => [`promise ${promise}`, count])),
    states: asCounts(charts.states),
    knownStates: named('states'),
    transitions: asCounts(charts.taken),
    knownTransitions: named('transitions'),
    pairs: asCounts(seenings.pairs),
    stores: { [plan.store]: 1 },
    traces: { [plan.seed]: outcome.traceHash },
    violations: violation === undefined ? [] : [{ seed: plan.seed, violation, story, replayFile }],
  };
}

const SUMS = ['seeds', 'commands', 'done', 'steps', 'virtualMs', 'wallMs'] as const;
const MOSTS = ['settledWithinMs', 'memoryBytes'] as const;
const COUNTS = ['given', 'refusals', 'faults', 'deeds', 'alarms', 'promises', 'states', 'transitions', 'pairs', 'stores'] as const;
const TRACES_KEPT = 100;

const each = <K extends string, V>(names: readonly K[], make: () => V): Record<K, V> =>
  Object.fromEntries(names.map((name) => [name, make()])) as Record<K, V>;

/** Adds up what many runs came to. */
export class Tally {
  readonly #sums = each(SUMS, () => 0);
  readonly #mosts = each(MOSTS, () => 0);
  readonly #counts = each(COUNTS, () => new Map<string, number>());
  readonly #knownStates = new Set<string>();
  readonly #knownTransitions = new Set<string>();
  readonly #traces: Record<string, string> = {};
  readonly #violations: Broken[] = [];

  get seeds(): number {
    return this.#sums.seeds;
  }
  get commands(): number {
    return this.#sums.commands;
  }
  get broken(): number {
    return this.#violations.length;
  }

  add(one: Summary): void {
    for (const name of SUMS) this.#sums[name] += one[name];
    for (const name of MOSTS) this.#mosts[name] = Math.max(this.#mosts[name], one[name]);
    for (const name of COUNTS) for (const [key, count] of Object.entries(one[name])) bump(this.#counts[name], key, count);
    for (const name of one.knownStates) this.#knownStates.add(name);
    for (const name of one.knownTransitions) this.#knownTransitions.add(name);
    if (this.seeds <= TRACES_KEPT) Object.assign(this.#traces, one.traces);
    this.#violations.push(...one.violations);
  }

  /** Everything together, in an order that does not depend on which run ended first. */
  summary(): Summary {
    const counts = Object.fromEntries(COUNTS.map((name) => [name, asCounts(this.#counts[name])])) as Record<
      (typeof COUNTS)[number],
      Counts
    >;
    return {
      ...this.#sums,
      ...this.#mosts,
      ...counts,
      knownStates: [...this.#knownStates].sort(),
      knownTransitions: [...this.#knownTransitions].sort(),
      traces: this.#traces,
      violations: this.#violations,
    };
  }
}
