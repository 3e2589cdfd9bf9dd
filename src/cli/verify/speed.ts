import { transition } from 'xstate';
import { buildChart } from '../../machines/chart.js';
import { begin } from '../../machines/step.js';
import { shippedTemplates } from '../../redress.js';

/** How fast a verification was beside bare transitions of the charts, each by the time that cores were at work. */
export interface Speed {
  readonly eventsPerSecond: number;
  readonly transitionsPerSecond: number;
  readonly ratio: number;
}

const WARM_UP = 2_000;
const TRANSITIONS = 8_000;

/** Seconds of all cores together that this process has used. */
export function coreSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

/** XState's own `transition()`, again and again: a review that approves a return. */
export function transitionsPerSecond(): number {
  const [template] = shippedTemplates().filter(({ id }) => id === 'merchant-first');
  if (template === undefined) throw new Error('there is no template merchant-first');
  const chart = buildChart('return', template);
  const input = { remedy: 'return', needsStop: false, automatic: false, reviewer: 'merchant', priceNamed: true } as const;
  const { snapshot } = begin(chart, { ...input, pickup: false, goods: 'buyer', difference: 'none' });
  const state = chart.resolveState({ value: snapshot.value as never, context: snapshot.context });
  const many = (count: number) => {
    for (let i = 0; i < count; i += 1) transition(chart, state, { type: 'approve' });
  };
  many(WARM_UP);
  const before = coreSeconds();
  many(TRANSITIONS);
  return TRANSITIONS / (coreSeconds() - before);
}

/** Compares what a verification took with bare transitions before and after it, on the same machine at the same time. */
export function speedOf(events: number, seconds: number, transitions: readonly number[]): Speed {
  const perSecond = transitions.reduce((sum, rate) => sum + rate, 0) / transitions.length;
  const eventsPerSecond = seconds === 0 ? 0 : events / seconds;
  return { eventsPerSecond, transitionsPerSecond: perSecond, ratio: eventsPerSecond / perSecond };
}
