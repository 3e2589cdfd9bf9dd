import { transition } from 'xstate';
import { buildChart } from './chart.js';
import type { ChartEvent } from './context.js';
import { begin, step } from './step.js';
import type { Template } from './template.js';

/** What ordinarily happens to a return, from the merchant's approval until its money has arrived. */
const EVENTS = [
  { type: 'approve' },
  { type: 'handOver' },
  { type: 'received' },
  { type: 'payout.paid', declined: 0, unknown: 0, begun: 1 },
  { type: 'payout.done', declined: 0, unknown: 0, begun: 1 },
] as const satisfies readonly ChartEvent[];

/**
 * XState's own `transition()` of our chart, bare: what commands a second are held against. Each call of the function
 * takes one step of an ordinary return, one after the other and again from the beginning.
 * @param template one whose money goes out on receipt; another throws
 */
export function bareTransitions(template: Template): () => void {
  const chart = buildChart('return', template);
  const input = { remedy: 'return', needsStop: false, automatic: false, reviewer: 'merchant', priceNamed: true } as const;
  let { snapshot } = begin(chart, { ...input, pickup: false, goods: 'buyer', difference: 'none' });
  const steps = EVENTS.map((event) => {
    const state = chart.resolveState({ value: snapshot.value as never, context: snapshot.context });
    const next = step(chart, snapshot, event);
    if (next === undefined) throw new Error(`${JSON.stringify(snapshot.value)} takes no ${event.type}`);
    snapshot = next.snapshot;
    return { state, event };
  });
  let count = 0;
  return () => {
    const taken = steps[count % steps.length];
    count += 1;
    if (taken !== undefined) transition(chart, taken.state, taken.event);
  };
}
