import type { Bench } from '../bench.js';
import { copyOf, datasetOf } from '../dataset.js';
import { medianOf } from '../figures.js';
import { RANDOM_COMMANDS } from '../load/randomCommands.js';
import { valueRow } from '../rows.js';
import { startService, voicesFor } from '../service.js';
import { FEW, MANY, ordersText } from './sizes.js';
import type { Seen, Suite } from './suite.js';

/** Resident memory after the same random commands, with few and with many orders in the file. */
export const memory: Suite = {
  name: 'memory',
  long: true,
  cells: () => [{ name: 'memory', once: true, measure }],
  rows: (results) => {
    const few = results.value(nameOf(FEW));
    const measured = (value: number) => ({ value, unit: 'MB', connections: 64 }) as const;
    return [
      valueRow(rowName(FEW), measured(few)),
      valueRow(rowName(MANY), measured(results.value(nameOf(MANY))), { name: rowName(FEW), value: few }, { atMost: 1.2 }),
    ];
  },
};

const COMMANDS = RANDOM_COMMANDS.toLocaleString('en');
const nameOf = (orders: number): string => `memory/${orders}`;
const rowName = (orders: number): string => `memory after ${COMMANDS} commands with ${ordersText(orders)}`;

/** The sizes take turns: what a collector of garbage has left over differs from run to run. */
async function measure(bench: Bench): Promise<Seen> {
  const found = new Map([FEW, MANY].map((orders) => [orders, [] as number[]]));
  for (let run = 0; run < bench.options.runs; run++) {
    for (const [orders, megabytes] of found) megabytes.push(await once(bench, orders));
  }
  return Object.fromEntries([...found].map(([orders, megabytes]) => [nameOf(orders), medianOf(megabytes)]));
}

const MEGABYTE = 1_048_576;
const FOREVER_MS = 3_600_000;

async function once(bench: Bench, orders: number): Promise<number> {
  const directory = copyOf(await datasetOf(orders, bench.tell), 'memory');
  await bench.stand.stop();
  await bench.load.ask({ kind: 'voices', voices: await voicesFor(directory) });
  const service = await startService(directory, { profile: false });
  try {
    // The same orders, whatever else is in the file.
    const play = bench.playOf('random', { from: 0, to: FEW });
    const window = { connections: 64, warmMs: 0, windowMs: FOREVER_MS };
    const { measured } = await bench.load.ask({ kind: 'load', real: true, port: service.port, play, ...window });
    if (measured === undefined || measured.wrong > 0) throw new Error(`a random command went wrong: ${measured?.firstWrong}`);
    return service.memory() / MEGABYTE;
  } finally {
    await service.stop();
  }
}
