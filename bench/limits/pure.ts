import { isRefusal } from '../../src/domain/refusals.js';
import { splitOrder } from '../../src/domain/split.js';
import { bareTransitions } from '../../src/machines/ordinaryLife.js';
import { parseOrder } from '../../src/server/wire/toOrder.js';
import { shippedTemplate } from '../../src/store/shippedTemplates.js';
import type { Measurement } from '../figures.js';
import { longOrder } from '../orders.js';
import { quantile } from '../quantile.js';

/** What runs without disk or network: XState's own `transition()` on our chart, and the split of an order. */

/** The steps of an ordinary return, bare: under the template that ordinary orders get. */
export const transitions = (forMs: number): Measurement => repeated(bareTransitions(shippedTemplate('merchant-first')), forMs);

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
