import { getInitialMicrosteps, getMicrosteps } from 'xstate';
import type { Chart } from '../machines/chart.js';
import { ChartBook } from '../machines/chartBook.js';
import type { ChartEvent, ChartInput } from '../machines/context.js';
import { type ChartGraph, type ChartTransition, describeChart } from '../machines/draw/describeChart.js';
import { type StateValue, statePath } from '../machines/step.js';
import type { Template } from '../machines/template.js';
import type { AfterSaleType } from '../machines/words.js';

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

/** Looking closely costs more than the step itself, so only the first of a kind is looked at, and some later ones. */
const NOW_AND_THEN = 16;

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
  readonly states = new Map<string, number>();
  readonly #watched = new Map<string, Chart>();
  readonly #seen = new Map<string, number>();

  override of(type: AfterSaleType, template: Template): Chart {
    const key = `${type}/${template.id}/${template.version}`;
    let chart = this.#watched.get(key);
    if (chart === undefined) {
      chart = this.#watch(type, super.of(type, template));
      this.#watched.set(key, chart);
    }
    return chart;
  }

  #watch(type: AfterSaleType, chart: Chart): Chart {
    const graph = describeChart(chart);
    const names = namesOf(graph);
    if (!this.known.has(type)) this.known.set(type, { states: restsOf(graph), transitions: [...names.values()] });
    const transition: Chart['transition'] = (snapshot, event, scope) => {
      const next = chart.transition(snapshot, event, scope);
      const [from, to] = [statePath(snapshot.value as StateValue), statePath(next.value as StateValue)];
      this.#note(`${type}: ${to}`);
      if (this.#look(`${type}|${from}|${event.type}|${to}`)) {
        const direct = directly(chart, snapshot, event);
        const choices = choicesOf(chart, getMicrosteps(chart, snapshot as never, event as never));
        this.#take(type, names, [...direct, ...choices]);
      }
      return next;
    };
    const getInitialSnapshot: Chart['getInitialSnapshot'] = (scope, input) => {
      const first = chart.getInitialSnapshot(scope, input);
      const to = statePath(first.value as StateValue);
      this.#note(`${type}: ${to}`);
      if (this.#look(`${type}||${to}`)) this.#take(type, names, choicesOf(chart, getInitialMicrosteps(chart, input as ChartInput)));
      return first;
    };
    return Object.assign(Object.create(chart) as Chart, { transition, getInitialSnapshot });
  }

  #note(state: string): void {
    this.states.set(state, (this.states.get(state) ?? 0) + 1);
  }

  #look(step: string): boolean {
    const count = (this.#seen.get(step) ?? 0) + 1;
    this.#seen.set(step, count);
    return count === 1 || count % NOW_AND_THEN === 0;
  }

  #take(type: AfterSaleType, names: ReadonlyMap<string, string>, keys: readonly string[]): void {
    for (const key of keys) {
      const name = `${type}: ${names.get(key) ?? key}`;
      this.taken.set(name, (this.taken.get(name) ?? 0) + 1);
    }
  }
}

function directly(chart: Chart, snapshot: Parameters<Chart['transition']>[0], event: ChartEvent): string[] {
  return chart.getTransitionData(snapshot, event).map((transition) => {
    const alternatives = transition.source.transitions.get(transition.eventType) ?? [];
    return `${transition.source.path.join('.')}|${transition.eventType}|${alternatives.indexOf(transition)}`;
  });
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
