import type { RefusalCode } from '../domain/refusals.js';
import { asCounts, bump, type Counts } from './coverage.js';
import { FAULTS } from './faults.js';
import type { Violation } from './judge.js';
import type { Outcome } from './run.js';
import { NAMED_CODES, REACHABLE_CODES, whyNever } from './unreachable.js';

/** What one run, or many together, came to: plain JSON. */
export interface Summary {
  readonly seeds: number;
  readonly commands: number;
  readonly done: number;
  readonly steps: number;
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly given: Counts;
  readonly refusals: Counts;
  readonly faults: Counts;
  readonly deeds: Counts;
  readonly alarms: Counts;
  readonly promises: Counts;
  readonly states: Counts;
  readonly transitions: Counts;
  readonly knownTransitions: readonly string[];
  readonly pairs: Counts;
  readonly stores: Counts;
  /** the hash of everything that happened, by seed */
  readonly traces: { readonly [seed: string]: string };
  readonly violations: readonly Broken[];
}

export interface Broken {
  readonly seed: string;
  readonly violation: Violation;
  readonly story: readonly string[];
  readonly replayFile: string | null;
}

export const NOTHING_YET: Summary = {
  ...{ seeds: 0, commands: 0, done: 0, steps: 0, virtualMs: 0, wallMs: 0, given: {}, refusals: {}, faults: {}, deeds: {}, alarms: {} },
  ...{ promises: {}, states: {}, transitions: {}, knownTransitions: [], pairs: {}, stores: {}, traces: {}, violations: [] },
};

export function summaryOf(outcome: Outcome, wallMs: number, replayFile: string | null): Summary {
  const { simulation, violation, plan, story } = outcome;
  const { seenings, charts } = simulation;
  return {
    seeds: 1,
    commands: seenings.sent,
    done: seenings.done,
    steps: outcome.steps,
    virtualMs: outcome.lastedMs,
    wallMs,
    given: asCounts(seenings.commands),
    refusals: asCounts(seenings.refusals),
    faults: asCounts(simulation.faults.counts),
    deeds: asCounts(outcome.deeds),
    alarms: asCounts(simulation.alarms),
    promises: Object.fromEntries([...simulation.judge.checked].map(([promise, count]) => [`promise ${promise}`, count])),
    states: asCounts(charts.states),
    transitions: asCounts(charts.taken),
    knownTransitions: [...charts.known].flatMap(([type, names]) => [...names].map((name) => `${type}: ${name}`)),
    pairs: asCounts(seenings.pairs),
    stores: { [plan.store]: 1 },
    traces: { [plan.seed]: outcome.traceHash },
    violations: violation === undefined ? [] : [{ seed: plan.seed, violation, story, replayFile }],
  };
}

const added = (a: Counts, b: Counts): Counts => {
  const counts = new Map(Object.entries(a));
  for (const [name, count] of Object.entries(b)) bump(counts, name, count);
  return asCounts(counts);
};

/** Both together. */
export function merged(a: Summary, b: Summary): Summary {
  return {
    seeds: a.seeds + b.seeds,
    commands: a.commands + b.commands,
    done: a.done + b.done,
    steps: a.steps + b.steps,
    virtualMs: a.virtualMs + b.virtualMs,
    wallMs: a.wallMs + b.wallMs,
    given: added(a.given, b.given),
    refusals: added(a.refusals, b.refusals),
    faults: added(a.faults, b.faults),
    deeds: added(a.deeds, b.deeds),
    alarms: added(a.alarms, b.alarms),
    promises: added(a.promises, b.promises),
    states: added(a.states, b.states),
    transitions: added(a.transitions, b.transitions),
    knownTransitions: a.knownTransitions.length === 0 ? b.knownTransitions : [...new Set([...a.knownTransitions, ...b.knownTransitions])],
    pairs: added(a.pairs, b.pairs),
    stores: added(a.stores, b.stores),
    traces: { ...a.traces, ...b.traces },
    violations: [...a.violations, ...b.violations],
  };
}

/** What could have been seen and was not. */
export interface Unseen {
  readonly transitions: readonly string[];
  readonly refusals: readonly RefusalCode[];
  readonly faults: readonly string[];
}

export function unseen({ transitions, knownTransitions, refusals, faults }: Summary): Unseen {
  return {
    transitions: knownTransitions.filter((name) => !(name in transitions) && whyNever(name) === undefined),
    refusals: REACHABLE_CODES.filter((code) => !(code in refusals) && !(code in NAMED_CODES)),
    faults: FAULTS.filter((fault) => !(fault in faults)),
  };
}

const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
const kinds = (counts: Counts): number => Object.keys(counts).length;
const grouped = (value: number): string => value.toLocaleString('en');

/** The report for people. */
export function linesOf(summary: Summary): string[] {
  const { commands, done, seeds, faults, promises, transitions, knownTransitions, refusals, states, pairs, violations } = summary;
  const missing = unseen(summary);
  const list = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`never seen: ${names.length} ${what}${names.length > 6 ? '' : ` (${names.join(', ')})`}`];
  const perSecond = Math.round(commands / Math.max(0.001, summary.wallMs / 1000));
  return [
    `${grouped(commands)} commands in ${grouped(seeds)} runs, ${grouped(done)} done, ${grouped(total(refusals))} refused; ${grouped(summary.steps)} steps; ${grouped(perSecond)} commands a second and process`,
    `${grouped(total(faults))} faults of ${kinds(faults)} kinds; ${grouped(total(promises))} checks of ${kinds(promises)} promises`,
    `${knownTransitions.length - missing.transitions.length} of ${knownTransitions.length} transitions, ${kinds(states)} states by type, ${kinds(refusals)} refusal codes, ${kinds(pairs)} pairs of commands racing on one order`,
    ...list('transitions', missing.transitions),
    ...list('refusal codes', missing.refusals),
    ...list('faults', missing.faults),
    violations.length === 0 ? 'every promise held' : `${violations.length} runs broke a promise`,
    ...(kinds(transitions) === 0 ? ['nothing happened at all'] : []),
  ];
}

/** What is said of a broken promise. */
export function linesOfBroken({ seed, violation, story, replayFile }: Broken): string[] {
  const { promise, check, detail, book } = violation;
  return [
    promise === 0 ? `The service failed with a bug (${check})` : `Promise ${promise} is broken (${check})`,
    `  ${detail}`,
    `  seed ${seed}${book === undefined ? '' : `, order ${book.orderNo} of ${book.shopId}`}`,
    ...story.map((line) => `  ${line}`),
    ...(replayFile === null ? [] : [`  again: redress sim --replay ${replayFile} --step`]),
  ];
}
