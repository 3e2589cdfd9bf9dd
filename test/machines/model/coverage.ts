import { getInitialMicrosteps, getMicrosteps } from 'xstate';
import type { Chart } from '../../../src/machines/chart.js';
import type { ChartEvent } from '../../../src/machines/context.js';
import { type ChartTransition, describeChart } from '../../../src/machines/draw/describeChart.js';
import { type Snapshot, statePath, type TimerEvent } from '../../../src/machines/step.js';
import type { Template } from '../../../src/machines/template.js';
import type { AfterSaleType } from '../../../src/machines/words.js';
import { beginnings, type Exploration } from './explore.js';

/** Every transition of a chart by a name that says what it is: `reviewing.offered accept[moneyOffered] -> refunding`. */
export function transitionNames(chart: Chart): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const transition of describeChart(chart).transitions) {
    const group = `${transition.from}|${transition.event}`;
    const index = counts.get(group) ?? 0;
    counts.set(group, index + 1);
    names.set(`${group}|${index}`, nameOf(transition));
  }
  return names;
}

export function nameOf({ from, to, event, guard, deadline, kind }: ChartTransition): string {
  const cause = kind === 'choice' ? 'choice' : deadline === null ? event : `after ${deadline.name}`;
  return `${from} ${cause}${guard === null ? '' : `[${guard}]`} -> ${to ?? 'stays'}`;
}

/** Which transitions, by the keys of `transitionNames`, an exploration took: those of events, and the choices behind them. */
export function transitionsTaken(chart: Chart, exploration: Exploration): Set<string> {
  const taken = new Set<string>();
  const seen = new Set<string>();
  const sole = soleTransitions(chart);
  for (const state of exploration.states.values()) {
    for (const { event, step } of state.taken) {
      const only = sole(state.path, event.type);
      const direct = only === undefined ? directly(chart, state.snapshot, event) : [only];
      for (const key of direct) taken.add(key);
      const way = `${direct.join()}>${statePath(step.snapshot.value)}`;
      if (seen.has(way)) continue;
      seen.add(way);
      for (const key of choicesBehind(chart, state.snapshot, event)) taken.add(key);
    }
  }
  return taken;
}

/** The one transition of a state for an event, where there is no other, so that it need not be asked which one was taken. */
function soleTransitions(chart: Chart): (path: string, event: string) => string | undefined {
  const { transitions } = describeChart(chart);
  const known = new Map<string, string | undefined>();
  return (path, event) => {
    const key = `${path} ${event}`;
    if (!known.has(key)) {
      const able = transitions.filter((other) => other.event === event && (path === other.from || path.startsWith(`${other.from}.`)));
      known.set(key, able.length === 1 && able[0] !== undefined ? `${able[0].from}|${event}|0` : undefined);
    }
    return known.get(key);
  };
}

function hydrate(chart: Chart, { value, context }: Snapshot) {
  return chart.resolveState({ value: value as never, context });
}

function directly(chart: Chart, snapshot: Snapshot, event: ChartEvent | TimerEvent): string[] {
  return chart.getTransitionData(hydrate(chart, snapshot), event as ChartEvent).map((transition) => {
    const alternatives = transition.source.transitions.get(transition.eventType) ?? [];
    return `${transition.source.path.join('.')}|${transition.eventType}|${alternatives.indexOf(transition)}`;
  });
}

function choicesBehind(chart: Chart, snapshot: Snapshot, event: ChartEvent | TimerEvent): string[] {
  return choicesOf(chart, getMicrosteps(chart, hydrate(chart, snapshot) as never, event as never));
}

/** The choices by which after-sales enter their chart. */
export function choicesAtFirst(chart: Chart, type: AfterSaleType, template: Template): string[] {
  return beginnings(type, template).flatMap((input) => choicesOf(chart, getInitialMicrosteps(chart, input)));
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
