import { bareTransitions } from '../../machines/ordinaryLife.js';
import { shippedTemplate } from '../../store/shippedTemplates.js';

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

/** XState's own `transition()`, again and again: the steps of an ordinary return. */
export function transitionsPerSecond(): number {
  const transition = bareTransitions(shippedTemplate('merchant-first'));
  const many = (count: number) => {
    for (let i = 0; i < count; i += 1) transition();
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
