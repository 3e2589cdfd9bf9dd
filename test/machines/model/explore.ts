import type { Chart } from '../../../src/machines/chart.js';
import type { ChartEvent, ChartInput } from '../../../src/machines/context.js';
import { describeChart } from '../../../src/machines/draw/describeChart.js';
import { begin, type Snapshot, type Step, statePath, step, type TimerEvent, timerEvent } from '../../../src/machines/step.js';
import type { Template } from '../../../src/machines/template.js';
import type { AfterSaleType } from '../../../src/machines/words.js';
import { alikeKey } from './alike.js';
import { eventsOf } from './events.js';
import { follow, type Ledger, NOTHING_PAID } from './ledger.js';

/** A state that can be reached, and everything that can happen next. */
export interface Visited {
  readonly key: string;
  /** `reviewing.merchant` */
  readonly path: string;
  readonly snapshot: Snapshot;
  readonly ledger: Ledger;
  /** the events that led here first, for messages */
  readonly story: Story | undefined;
  readonly taken: readonly Taken[];
  /** timers that run in this state */
  readonly pending: readonly string[];
}

export interface Story {
  readonly before: Story | undefined;
  readonly event: string;
}

export interface Taken {
  readonly event: ChartEvent | TimerEvent;
  /** the id of the timer that gave the event */
  readonly timer: string | undefined;
  readonly step: Step;
  readonly to: string;
}

export interface Exploration {
  readonly states: ReadonlyMap<string, Visited>;
  /** some of the pairs that were taken as alike although their contexts differ */
  readonly alike: readonly (readonly [Arrival, Arrival])[];
}

/** A state as it was reached. */
export interface Arrival {
  readonly snapshot: Snapshot;
  readonly ledger: Ledger;
}

/** The timers that must run in a state: the deadlines of it and of the states around it, and the hold's. */
export function timersOf(chart: Chart): (snapshot: Snapshot) => string[] {
  const deadlines = describeChart(chart).transitions.filter(({ kind }) => kind === 'deadline');
  return ({ value, context }) => {
    const path = statePath(value);
    const own = deadlines.filter(({ from }) => path === from || path.startsWith(`${from}.`)).map(({ event }) => event);
    return [...new Set([...own, ...(context.held ? ['hold'] : [])])];
  };
}

/** How after-sales of a type may begin under a template. */
export function beginnings(type: AfterSaleType, template: Template): readonly ChartInput[] {
  const inputs: ChartInput[] = [];
  const both = [true, false];
  for (const automatic of template.review.autoApprove === undefined ? [false] : both) {
    for (const needsStop of type === 'refund' ? both : [false]) {
      for (const priceNamed of type === 'exchange' && !automatic ? both : [true]) {
        for (const pickup of type === 'refund' ? [false] : both) {
          const goods = needsStop ? 'none' : 'buyer';
          inputs.push({ remedy: type, automatic, needsStop, priceNamed, pickup, goods, reviewer: template.review.by, difference: 'none' });
        }
      }
    }
  }
  return inputs;
}

/** One in so many pairs is kept: a prime, so that no rhythm of the walk hides the others. */
const ALIKE_STRIDE = 31;

/** Every state that can be reached, breadth first, over all events of the chart and all timers that run and may fire. */
export function explore(chart: Chart, type: AfterSaleType, template: Template): Exploration {
  const eventsIn = eventsByPath(chart, type);
  const timersIn = timersOf(chart);
  const states = new Map<string, Visited>();
  const alike: [Arrival, Arrival][] = [];
  let met = 0;
  const queue: { key: string; arrival: Arrival; story: Story | undefined }[] = [];
  const seen = new Map<string, Arrival>();

  const arrive = (arrival: Arrival, story: Story | undefined): string => {
    const key = alikeKey(arrival.snapshot, arrival.ledger);
    const known = seen.get(key);
    if (known === undefined) {
      seen.set(key, arrival);
      queue.push({ key, arrival, story });
    } else if (!sameContext(known.snapshot, arrival.snapshot)) {
      met += 1;
      if (met % ALIKE_STRIDE === 0) alike.push([known, arrival]);
    }
    return key;
  };

  for (const input of beginnings(type, template)) {
    const first = begin(chart, input);
    arrive({ snapshot: first.snapshot, ledger: follow(NOTHING_PAID, input.goods, '', first) }, undefined);
  }
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { key, arrival, story } = next;
    const { snapshot, ledger } = arrival;
    const pending = timersIn(snapshot);
    const taken: Taken[] = [];
    const take = (event: ChartEvent | TimerEvent, timer: string | undefined) => {
      const after = step(chart, snapshot, event);
      if (after === undefined) return;
      const followed = follow(ledger, snapshot.context.goods, event.type, after);
      const to = arrive({ snapshot: after.snapshot, ledger: followed }, { before: story, event: event.type });
      taken.push({ event, timer, step: after, to });
    };
    for (const event of eventsIn(snapshot)) take(event, undefined);
    // On hold only the end of the hold is due: the other deadlines stand still.
    for (const timer of snapshot.context.held ? pending.filter((id) => id === 'hold') : pending) take(timerEvent(timer), timer);
    states.set(key, { key, path: statePath(snapshot.value), snapshot, ledger, story, taken, pending });
  }
  return { states, alike };
}

/**
 * The events to try in a state. Those that neither it nor a state around it names are refused whatever
 * the context is, so they are tried once for each state and not once for each context.
 */
function eventsByPath(chart: Chart, type: AfterSaleType): (snapshot: Snapshot) => readonly ChartEvent[] {
  const events = Object.values(eventsOf(type)).flat();
  const { transitions } = describeChart(chart);
  const known = new Map<string, readonly ChartEvent[]>();
  return (snapshot) => {
    const path = statePath(snapshot.value);
    const before = known.get(path);
    if (before !== undefined) return before;
    const named = new Set(transitions.filter(({ from }) => path === from || path.startsWith(`${from}.`)).map(({ event }) => event));
    known.set(
      path,
      events.filter((event) => named.has(event.type)),
    );
    return events;
  };
}

function sameContext(a: Snapshot, b: Snapshot): boolean {
  const ours = Object.values(a.context);
  const theirs = Object.values(b.context);
  return ours.every((value, index) => value === theirs[index]);
}

/** The events that led to a state, for messages. */
export function tell(story: Story | undefined): string {
  return story === undefined ? 'at first' : `${tell(story.before)}, ${story.event}`;
}
