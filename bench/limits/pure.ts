import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transition } from 'xstate';
import { isRefusal } from '../../src/domain/refusals.js';
import { splitOrder } from '../../src/domain/split.js';
import { buildChart } from '../../src/machines/chart.js';
import { begin } from '../../src/machines/step.js';
import { templateSchema } from '../../src/machines/template.js';
import { parseOrder } from '../../src/server/wire/toOrder.js';
import type { Measurement } from '../figures.js';
import { ROOT } from '../folders.js';
import { longOrder } from '../orders.js';
import { quantile } from '../quantile.js';

/** What runs without disk or network: XState's own `transition()` on our chart, and the split of an order. */

/** An approval by the merchant, bare: the refund chart of the template that ordinary orders get. */
export function transitions(forMs: number): Measurement {
  const text = readFileSync(join(ROOT, 'templates', 'merchant-first.json'), 'utf8');
  const chart = buildChart('refund', templateSchema.parse(JSON.parse(text)));
  const input = { remedy: 'refund', needsStop: false, automatic: false, reviewer: 'merchant', priceNamed: true } as const;
  const { snapshot } = begin(chart, { ...input, pickup: false, goods: 'buyer', difference: 'none' });
  const state = chart.resolveState({ value: snapshot.value as never, context: snapshot.context });
  const [next] = transition(chart, state, { type: 'approve' });
  if (JSON.stringify(next.value) === JSON.stringify(state.value)) throw new Error('the chart takes no approval');
  return repeated(() => transition(chart, state, { type: 'approve' }), forMs);
}

/** What every unit of an order of ten lines really cost. */
export function splits(forMs: number): Measurement {
  const order = parseOrder(JSON.parse(JSON.stringify(longOrder(Date.now()))));
  if (isRefusal(order) || isRefusal(splitOrder(order))) throw new Error('the order of ten lines is refused');
  return repeated(() => splitOrder(order), forMs);
}

const BATCH = 50;

function repeated(work: () => unknown, forMs: number): Measurement {
  const batch = () => {
    for (let i = 0; i < BATCH; i++) work();
  };
  for (const until = performance.now() + forMs / 4; performance.now() < until; ) batch();
  const took: number[] = [];
  const startedAt = performance.now();
  for (let now = startedAt; now < startedAt + forMs; ) {
    const from = now;
    batch();
    now = performance.now();
    took.push((now - from) / BATCH);
  }
  const sorted = Float64Array.from(took).sort();
  const perSecond = (took.length * BATCH) / ((performance.now() - startedAt) / 1_000);
  return { perSecond, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}
