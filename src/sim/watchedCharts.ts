import { getInitialMicrosteps, getMicrosteps } from 'xstate';
import type { Chart } from '../machines/chart.js';
import { ChartBook } from '../machines/chartBook.js';
import type { ChartEvent, ChartInput } from '../machines/context.js';
import { type ChartGraph, type ChartTransition, describeChart } from '../machines/draw/describeChart.js';
import { type Snapshot, type Step, statePath, type TimerEvent } from '../machines/step.js';
import type { Template } from '../machines/template.js';
import type { AfterSaleType } from '../machines/words.js';
import { bump } from './coverage.js';

/** A transition by a name that says what it is: `reviewing.offered accept[moneyOffered] -> refunding`. */
function nameOf({ from, to, event, guard, deadline, kind }: ChartTransition): string {
  const cause = kind === 'choice' ? 'choice' : deadline === null ? event : `after ${deadline.name}`;
  return `${from} ${cause}${guard === null ? '' : `[${guard}]`} -> ${to ?? 'stays'}`;
}

/** Every transition of a chart by its place: state, event, and which of the event's ways it is. */
function namesOf({ transitions }: ChartGraph): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const transition of transitions) {
    const group = `${transition.from}|${transition.event}`;
    const index = counts.get(group) ?? 0;
    counts.set(group, index + 1);
    names.set(`${group}|${index}`, nameOf(transition));
  }
  return names;
}

const restsOf = ({ states }: ChartGraph): string[] =>
  states.filter(({ kind }) => kind !== 'compound' && kind !== 'choice').map(({ path }) => path);

/** What there is in the charts of one type. */
export interface Known {
  /** where an after-sale can rest */
  readonly states: readonly string[];
  readonly transitions: readonly string[];
}

/** The shipped charts, each step of which is noted: which transitions were taken, which states were reached. */
export class WatchedCharts extends ChartBook {
  /** `type: transition` */
  readonly taken = new Map<string, number>();
  /** everything there is, by type */
  readonly known = new Map<AfterSaleType, Known>();
  /** `type: state` */
  readonly states = new Map<string, number>();
  readonly #begun = new Map<string, readonly string[]>();
  readonly #names = new Map<AfterSaleType, ReadonlyMap<string, string>>();
  /** what was taken with a step; a book of charts gives the same one again for the same question */
  readonly #looked = new WeakMap<Step, readonly string[]>();

  override begin(type: AfterSaleType, template: Template, input: ChartInput): Step {
    const first = super.begin(type, template, input);
    this.#note(type, first, () => {
      // What is chosen at first depends on nothing else.
      const key = `${type} ${JSON.stringify(input)}`;
      const known = this.#begun.get(key);
      if (known !== undefined) return known;
      const chart = this.of(type, template);
      const names = choicesOf(chart, getInitialMicrosteps(chart, input)).map((choice) => this.#nameOf(type, chart, choice));
      this.#begun.set(key, names);
      return names;
    });
    return first;
  }

  override step(type: AfterSaleType, template: Template, snapshot: Snapshot, event: ChartEvent | TimerEvent): Step | undefined {
    const next = super.step(type, template, snapshot, event);
    if (next === undefined) return undefined;
    this.#note(type, next, () => {
      const chart = this.of(type, template);
      const before = chart.resolveState({ value: snapshot.value as never, context: snapshot.context });
      const { keys, ends } = directly(chart, before, event as ChartEvent);
      // Microsteps cost more than the step itself, and there are none where it ends in its own target.
      const passes = ends !== undefined && ends !== statePath(next.snapshot.value);
      const choices = passes ? choicesOf(chart, getMicrosteps(chart, before, event as ChartEvent)) : [];
      return [...keys, ...choices].map((key) => this.#nameOf(type, chart, key));
    });
    return next;
  }

  #note(type: AfterSaleType, step: Step, look: () => readonly string[]): void {
    let names = this.#looked.get(step);
    if (names === undefined) {
      names = look();
      this.#looked.set(step, names);
    }
    bump(this.states, `${type}: ${statePath(step.snapshot.value)}`);
    for (const name of names) bump(this.taken, name);
  }

  /** Names are the same under every template: these set guards and delays, and no ways. */
  #nameOf(type: AfterSaleType, chart: Chart, key: string): string {
    let names = this.#names.get(type);
    if (names === undefined) {
      const graph = describeChart(chart);
      names = namesOf(graph);
      this.#names.set(type, names);
      const named = (all: readonly string[]): string[] => all.map((name) => `${type}: ${name}`);
      this.known.set(type, { states: named(restsOf(graph)), transitions: named([...names.values()]) });
    }
    return `${type}: ${names.get(key) ?? key}`;
  }
}

/** The transitions that an event takes, and the state that their target is entered by; undefined where nothing is entered. */
function directly(
  chart: Chart,
  snapshot: Parameters<Chart['transition']>[0],
  event: ChartEvent,
): { readonly keys: readonly string[]; readonly ends: string | undefined } {
  let ends: string | undefined;
  const keys = chart.getTransitionData(snapshot, event).map((transition) => {
    const alternatives = transition.source.transitions.get(transition.eventType) ?? [];
    let node = transition.target?.[0];
    while (node?.type === 'compound') node = node.initial.target[0];
    ends = node?.path.join('.');
    return `${transition.source.path.join('.')}|${transition.eventType}|${alternatives.indexOf(transition)}`;
  });
  return { keys, ends };
}

function choicesOf(chart: Chart, microsteps: ReturnType<typeof getInitialMicrosteps<Chart>>): string[] {
  return microsteps.slice(0, -1).flatMap(([passed]) => {
    const leaf = passed._nodes.find((node) => (node.always?.length ?? 0) > 0);
    const chosen = leaf?.always?.findIndex(({ guard }) => guard === undefined || holds(chart, guard, passed.context));
    return leaf === undefined || chosen === undefined ? [] : [`${leaf.path.join('.')}||${chosen}`];
  });
}

function holds(chart: Chart, guard: unknown, context: unknown): boolean {
  const named = typeof guard === 'string' ? chart.implementations.guards[guard] : undefined;
  if (typeof named !== 'function') throw new TypeError('a choice is guarded by a name');
  return Boolean(named({ context } as never, undefined as never));
}
