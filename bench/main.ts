import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESULTS } from './folders.js';
import { describeMachine } from './machine.js';
import { HELP, type Options, readOptions } from './options.js';
import { writeReadme } from './readme.js';
import { run } from './run.js';
import { PROFILES } from './service.js';
import { SUITES } from './suites/all.js';
import { tableOf, writtenTable } from './table.js';

const NAMES = SUITES.map(({ name }) => name);

const tell = (line: string): void => {
  process.stderr.write(`bench: ${line}\n`);
};

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), NAMES);
  if (options.help) {
    process.stdout.write(`${HELP.replace('SUITES', NAMES.join(', '))}\n`);
    return;
  }
  if (options.profile) rmSync(PROFILES, { recursive: true, force: true });
  const machine = describeMachine();
  const outcome = await run(options, tell);
  const folder = options.out ?? RESULTS;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(outcome.rows, null, 2)}\n`);
  process.stdout.write(`${machine.join('\n')}\n\n${tableOf(outcome.rows)}\n\n${writtenTable(outcome.written)}\n`);
  if (options.profile) tellProfiles();
  if (isWhole(options)) writeReadme(machine, outcome);
}

/** Only a run of everything at full length is worth keeping. */
const isWhole = ({ quick, only, profile, shortened }: Options): boolean => !quick && only.length === 0 && !profile && !shortened;

function tellProfiles(): void {
  const names = readdirSync(PROFILES).sort();
  tell(`profiles, one per thread and start:\n${names.map((name) => `  ${join(PROFILES, name)}`).join('\n')}`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 2;
}
