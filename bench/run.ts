import { Bench } from './bench.js';
import { figureOf, type Measurement, medianOf } from './figures.js';
import type { Captured } from './limits/captured.js';
import type { Options } from './options.js';
import type { Row } from './rows.js';
import { SUITES } from './suites/all.js';
import type { Cell, Results, Suite } from './suites/suite.js';

export interface Outcome {
  readonly rows: readonly Row[];
  /** what the commands wrote, row by row */
  readonly written: Captured['rows'];
}

/** Measures what the options ask for, and gives the figures. */
export async function run(options: Options, tell: (line: string) => void): Promise<Outcome> {
  const suites = SUITES.filter(({ name, long }) =>
    options.only.length === 0 ? !(options.quick && long === true) : options.only.includes(name),
  );
  const bench = await Bench.prepare(options, tell);
  try {
    const results = await measured(bench, cellsOf(suites, options.quick));
    for (const { what, count, first } of bench.wrong) tell(`${what}: ${count} answers were not what was asked for, such as\n${first}`);
    return { rows: suites.flatMap((suite) => suite.rows(results)), written: bench.captured.rows };
  } finally {
    await bench.end();
  }
}

/** Cells that several suites ask for are measured once in each round. */
function cellsOf(suites: readonly Suite[], quick: boolean): Cell[] {
  const cells = new Map<string, Cell>();
  for (const suite of suites) for (const cell of suite.cells(quick)) cells.set(cell.name, cell);
  return [...cells.values()];
}

/** A quick run begins with nothing new after this time; its first round is whole in any case. */
const QUICK_SECONDS = 40;

/** Every round measures everything once, so that what disturbs the machine for a while falls on limits and product alike. */
async function measured(bench: Bench, cells: readonly Cell[]): Promise<Results> {
  const { runs, quick } = bench.options;
  const all = new Map<string, (Measurement | number)[]>();
  for (let round = 1; round <= runs; round++) {
    for (const cell of cells) {
      if (round > 1 && (cell.once === true || (quick && process.uptime() > QUICK_SECONDS))) continue;
      for (const [name, one] of Object.entries(await cell.measure(bench))) all.set(name, [...(all.get(name) ?? []), one]);
    }
    bench.tell(`round ${round} of ${runs} is over after ${Math.round(process.uptime())} s`);
  }
  return resultsOf(all);
}

function resultsOf(all: ReadonlyMap<string, readonly (Measurement | number)[]>): Results {
  const named = (name: string) => {
    const seen = all.get(name);
    if (seen === undefined) throw new Error(`nothing is called ${name} among what was measured`);
    return seen;
  };
  return {
    has: (name) => all.has(name),
    figure: (name) => figureOf(named(name).filter((one) => typeof one !== 'number')),
    value: (name) => medianOf(named(name).filter((one) => typeof one === 'number')),
  };
}
