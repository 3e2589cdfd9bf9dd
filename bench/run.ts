import { Bench } from './bench.js';
import { figureOf, type Measurement, medianOf } from './figures.js';
import type { Captured } from './limits/captured.js';
import type { Options } from './options.js';
import type { Row } from './rows.js';
import { SUITES } from './suites/all.js';
import type { Cell, Results, Suite } from './suites/suite.js';
import { written } from './suites/written.js';

export interface Outcome {
  readonly rows: readonly Row[];
  /** what the commands wrote, row by row, where that was asked for */
  readonly written: Captured['rows'] | undefined;
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
    const whole = suites.filter((suite) => suite.cells(options.quick).every(({ name }) => results.measured.has(name)));
    for (const { name } of suites) if (!whole.some((suite) => suite.name === name)) tell(`no time was left for ${name}`);
    const rows = whole.flatMap((suite) => suite.rows(results));
    return { rows, written: whole.includes(written) ? bench.captured.rows : undefined };
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

/** A quick run begins with nothing, and with no further round, that would end later than this. */
const QUICK_SECONDS = 46;

/** Every round measures everything once, so that what disturbs the machine for a while falls on limits and product alike. */
async function measured(bench: Bench, cells: readonly Cell[]): Promise<Results & { readonly measured: ReadonlySet<string> }> {
  const { runs, quick } = bench.options;
  const all = new Map<string, (Measurement | number)[]>();
  const done = new Set<string>();
  // A million orders come last: making and copying them would disturb all that is measured afterwards.
  const onceIn = quick ? 1 : runs;
  for (let round = 1, longest = 0; round <= runs; round++) {
    const startedAt = process.uptime();
    if (quick && startedAt + longest > QUICK_SECONDS) break;
    for (const cell of cells) {
      if ((round !== onceIn && cell.once === true) || (quick && process.uptime() > QUICK_SECONDS)) continue;
      for (const [name, one] of Object.entries(await cell.measure(bench))) all.set(name, [...(all.get(name) ?? []), one]);
      done.add(cell.name);
    }
    longest = Math.max(longest, process.uptime() - startedAt);
    bench.tell(`round ${round} of ${runs} is over after ${Math.round(process.uptime())} s`);
  }
  return { ...resultsOf(all), measured: done };
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
