import { Command, InvalidArgumentError, Option } from 'commander';
import { jobsOf } from '../cli/jobs.js';
import type { Terminal } from '../cli/terminal.js';
import { judgeOptions } from './asked.js';
import { readsAsRange, seedsOf } from './seeds.js';

const HELP = `
Every run draws its hosts, orders, people and faults from its seed, in virtual time: the same seed is the same run.
What breaks a promise is shrunk and written to a file that --replay runs again.

Exit codes: 0 every promise held; every saboteur was found, and held where its backup was in place; the replay of a
              saboteur, which shows the violation that it is there for
            1 a promise was broken, or a saboteur was not found
            2 wrong usage, a file that is not what it should be or cannot be written; nothing was tried

Examples:
  redress sim                              100 runs
  redress sim --seed 7                     one run, with what it is made of
  redress sim --seeds 1..1000 --jobs 2     a thousand, in two processes
  redress sim --commands 10000000 --jobs 2 --json soak.json
                                           the soak: as many runs as that takes; Ctrl-C ends it in good order
  redress sim --saboteurs                  take each guard away, and see the damage found
  redress sim --replay redress-sim-7.json --step`;

/** What `redress sim` was asked for. */
export interface SimOptions {
  readonly seed?: string;
  readonly seeds?: readonly string[];
  readonly commands?: number;
  readonly jobs: number;
  readonly store?: 'memory' | 'sqlite';
  readonly json?: string;
  readonly continue?: string;
  readonly report?: string;
  readonly out: string;
  readonly replay?: string;
  readonly step?: boolean;
  readonly saboteur?: string;
  readonly saboteurs?: boolean;
  readonly speed?: boolean;
  readonly coverage?: boolean;
}

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
};

const seeds = (text: string): readonly string[] => {
  const named = seedsOf(text);
  if (named === undefined) throw new InvalidArgumentError('expected seeds like 7, 1..1000 or a,b,c');
  return named;
};

const oneSeed = (text: string): string => {
  if (text === '' || readsAsRange(text)) throw new InvalidArgumentError('expected one seed; --seeds takes several, like 1..1000 or a,b,c');
  return text;
};

/** `redress sim`: the shipped core under simulated load, faults and time, every promise checked by a second model. */
export function simCommand(terminal: Terminal): Command {
  return new Command('sim')
    .description('run the core under simulated load, faults and time, with every promise checked step by step')
    .option('--seed <seed>', 'one run, told at length', oneSeed)
    .option('--seeds <range>', 'runs with these seeds: 1..1000, or a,b,c', seeds)
    .option('--commands <count>', 'go on with further seeds until so many commands were given', whole)
    .option('--jobs <count>', 'processes beside each other, at most one for each core', jobsOf, 1)
    .addOption(new Option('--store <kind>', 'what keeps the books (drawn by the seed where it is not given)').choices(['memory', 'sqlite']))
    .option('--json <file>', 'write what was done and seen as JSON, now and then and at the end')
    .option('--continue <file>', 'go on after the runs that such a file tells of, and count them in')
    .option('--report <file>', 'print such a file as a page, and run nothing')
    .option('--out <directory>', 'where replays of broken promises are written', '.')
    .option('--replay <file>', 'run a replay again')
    .option('--step', 'with --replay: stop at each command')
    .option('--saboteur <name>', 'take one guard away and see the damage found')
    .option('--saboteurs', 'take each guard away in turn')
    .option('--speed', 'measure commands a second, with the auditor and without, beside bare chart transitions')
    .option('--coverage', 'list everything that was never seen')
    .addHelpText('after', HELP)
    .action(async (options: SimOptions, command: Command) => {
      judgeOptions(givenOf(options, command));
      // Loaded only where it is wanted: the other commands need not wait for it.
      const { perform } = await import('./perform.js');
      return perform(terminal, options);
    });
}

/** The options that stand on the command line: what has a default is not given by it. */
const givenOf = (options: SimOptions, command: Command): readonly (keyof SimOptions)[] =>
  (Object.keys(options) as (keyof SimOptions)[]).filter((name) => command.getOptionValueSource(name) === 'cli');
