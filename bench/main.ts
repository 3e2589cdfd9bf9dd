import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESULTS } from './folders.js';
import { describeMachine } from './machine.js';
import { HELP, type Options, readOptions } from './options.js';
import { profileLines } from './profile.js';
import { writeReadme } from './readme.js';
import { run } from './run.js';
import { PROFILES } from './service.js';
import { SUITES } from './suites/all.js';
import { textOf } from './table.js';

const NAMES = SUITES.map(({ name }) => name);

const tell = (line: string): void => {
  process.stderr.write(`bench: ${line}\n`);
};

async function main(options: Options): Promise<void> {
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
  process.stdout.write(`${textOf(machine, outcome)}\n`);
  if (options.profile) process.stdout.write(`${profileLines(PROFILES).join('\n')}\n`);
  if (isWhole(options)) writeReadme(textOf(machine, outcome));
}

/** Only a run of everything at full length is worth keeping. */
const isWhole = ({ quick, only, profile, shortened }: Options): boolean => !quick && only.length === 0 && !profile && !shortened;

/** The options, or undefined where a word of the command line is none of ours and was complained of. */
function readWords(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2), NAMES);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

const options = readWords();
if (options !== undefined) await main(options);
