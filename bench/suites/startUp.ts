import type { Bench } from '../bench.js';
import { copyOf, datasetOf } from '../dataset.js';
import { medianOf } from '../figures.js';
import { valueRow } from '../rows.js';
import { startService } from '../service.js';
import { FEW, MANY, ordersText } from './sizes.js';
import type { Results, Seen, Suite } from './suite.js';

/** From the start of the process to its first answer, with few and with many orders in the file. */

const STARTS = 5;

export const startUp: Suite = {
  name: 'startUp',
  cells: (quick) => [{ name: 'startUp', once: true, measure: (bench) => measure(bench, quick ? [FEW] : [FEW, MANY]) }],
  rows: (results) => {
    const few = row(results, FEW);
    if (!results.has(nameOf(MANY))) return [few];
    return [few, row(results, MANY, { name: rowName(FEW), value: results.value(nameOf(FEW)) })];
  },
};

const nameOf = (orders: number): string => `startUp/${orders}`;
const rowName = (orders: number): string => `start-up with ${ordersText(orders)}`;

function row(results: Results, orders: number, limit?: { readonly name: string; readonly value: number }) {
  const measured = { value: results.value(nameOf(orders)), unit: 'ms', runs: STARTS } as const;
  return valueRow(rowName(orders), measured, limit, limit === undefined ? undefined : { atMost: 1.2 });
}

/** The sizes take turns, so that what disturbs the machine falls on both. */
async function measure(bench: Bench, sizes: readonly number[]): Promise<Seen> {
  const copies: { readonly orders: number; readonly directory: string; readonly took: number[] }[] = [];
  for (const orders of sizes) {
    copies.push({ orders, directory: copyOf(await datasetOf(orders, bench.tell), `startUp-${orders}`), took: [] });
  }
  for (let start = 0; start <= STARTS; start++) {
    for (const { directory, took } of copies) {
      const ms = await startOnce(directory);
      // The first start of a copy makes the secrets; it is left out.
      if (start > 0) took.push(ms);
    }
  }
  return Object.fromEntries(copies.map(({ orders, took }) => [nameOf(orders), medianOf(took)]));
}

async function startOnce(directory: string): Promise<number> {
  const startedAt = performance.now();
  const service = await startService(directory, { profile: false });
  try {
    const ready = await fetch(`http://127.0.0.1:${service.port}/readyz`);
    if (ready.status !== 200) throw new Error(`the service is not ready: ${ready.status}`);
    return performance.now() - startedAt;
  } finally {
    await service.stop();
  }
}
