import type { Bench } from '../bench.js';
import { copyOf, datasetOf } from '../dataset.js';
import { medianOf } from '../figures.js';
import { valueRow } from '../rows.js';
import { startService } from '../service.js';
import { FEW, MANY, ordersText } from './sizes.js';
import type { Cell, Results, Seen, Suite } from './suite.js';

/** From the start of the process to its first answer, with few and with many orders in the file. */

const STARTS = 5;

export const startUp: Suite = {
  name: 'startUp',
  cells: (quick) => (quick ? [cell(FEW)] : [cell(FEW), cell(MANY)]),
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

const cell = (orders: number): Cell => ({ name: nameOf(orders), once: true, measure: (bench) => measure(bench, orders) });

async function measure(bench: Bench, orders: number): Promise<Seen> {
  const directory = copyOf(await datasetOf(orders, bench.tell), 'startUp');
  const took: number[] = [];
  // The first start of a copy makes the secrets; it is left out.
  for (let start = 0; start <= STARTS; start++) {
    const startedAt = performance.now();
    const service = await startService(directory, { profile: false });
    const ready = await fetch(`http://127.0.0.1:${service.port}/readyz`);
    if (ready.status !== 200) throw new Error(`the service is not ready: ${ready.status}`);
    if (start > 0) took.push(performance.now() - startedAt);
    await service.stop();
  }
  return { [nameOf(orders)]: medianOf(took) };
}
