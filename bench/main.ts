import { mkdirSync, writeFileSync } from 'node:fs';
import { Bench, resultsFile } from './bench.js';
import { forgetCopies } from './dataset.js';
import { figureOf, type Measurement, type Row } from './figures.js';
import { RESULTS } from './folders.js';
import { HELP, type Options, readOptions } from './options.js';
import { apply } from './suites/apply.js';
import type { Cell, Figures, Suite } from './suites/suite.js';
import { tableOf } from './table.js';

const SUITES: readonly Suite[] = [apply];
const NAMES = SUITES.map(({ name }) => name);

const tell = (line: string): void => {
  process.stderr.write(`bench: ${line}\n`);
};

/** Cells that several suites ask for are measured once in each round. */
function cellsOf(suites: readonly Suite[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const suite of suites) for (const cell of suite.cells) cells.set(cell.name, cell);
  return [...cells.values()];
}

/** Every round measures everything once, so that what disturbs the machine for a while falls on limits and product alike. */
async function measured(bench: Bench, cells: readonly Cell[]): Promise<Figures> {
  const all = new Map<string, Measurement[]>();
  for (let round = 1; round <= bench.options.runs; round++) {
    for (const cell of cells) {
      for (const [name, one] of Object.entries(await cell.measure(bench))) all.set(name, [...(all.get(name) ?? []), one]);
    }
    tell(`round ${round} of ${bench.options.runs} is over`);
  }
  return (name) => {
    const measurements = all.get(name);
    if (measurements === undefined) throw new Error(`nothing is called ${name} among what was measured`);
    return figureOf(measurements);
  };
}

async function run(options: Options): Promise<readonly Row[]> {
  const suites = SUITES.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const bench = await Bench.prepare(options, tell);
  try {
    await bench.warmUp();
    const figures = await measured(bench, cellsOf(suites));
    for (const { what, count, first } of bench.wrong) tell(`${what}: ${count} answers were not what was asked for, such as\n${first}`);
    return suites.flatMap((suite) => suite.rows(figures));
  } finally {
    await bench.end();
    forgetCopies();
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), NAMES);
  if (options.help) {
    process.stdout.write(`${HELP.replace('SUITES', NAMES.join(', '))}\n`);
    return;
  }
  const rows = await run(options);
  const folder = options.out ?? RESULTS;
  mkdirSync(folder, { recursive: true });
  writeFileSync(resultsFile(folder), `${JSON.stringify(rows, null, 2)}\n`);
  process.stdout.write(`${tableOf(rows)}\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 2;
}
