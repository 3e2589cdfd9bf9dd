import { parseArgs } from 'node:util';

/** How long and on how much is measured. */
export interface Options {
  readonly quick: boolean;
  /** names of suites; empty for all */
  readonly only: readonly string[];
  readonly profile: boolean;
  readonly help: boolean;
  /** one measurement, in milliseconds, and how many of them */
  readonly windowMs: number;
  readonly runs: number;
  /** ordinary orders in the data that most is measured on */
  readonly orders: number;
  /** whether length, number or size of the measurements was given */
  readonly shortened: boolean;
  /** where the results go */
  readonly out: string | undefined;
}

export const HELP = `npm run bench -- [--quick] [--only NAME] [--profile] [--seconds N] [--runs N] [--orders N] [--out DIRECTORY]

  --quick          shorter runs and no million orders; ends within 50 seconds
  --only NAME      only this suite, with its limits; may be repeated: SUITES
  --profile        runs the service with --cpu-prof; shows its hottest functions, and where the profiles are
  --seconds N      length of one measurement
  --runs N         measurements of each figure; the table shows their median and spread
  --orders N       orders in the data that is measured on
  --out DIRECTORY  where latest.json goes instead of bench/results

bench/README.md tells how to read the table.`;

/** Throws a TypeError with a sentence where a word of the command line is none of ours. */
export function readOptions(words: readonly string[], suites: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      runs: { type: 'string' },
      orders: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const unknown = values.only.filter((name) => !suites.includes(name));
  if (unknown.length > 0) throw new TypeError(`There is no suite ${unknown.join(', ')}; there are ${suites.join(', ')}.`);
  const { quick } = values;
  return {
    quick,
    only: values.only,
    profile: values.profile,
    help: values.help,
    windowMs: 1_000 * positive('--seconds', values.seconds, quick ? 0.16 : 2),
    runs: Math.ceil(positive('--runs', values.runs, 3)),
    orders: Math.ceil(positive('--orders', values.orders, quick ? 10_000 : 100_000)),
    shortened: [values.seconds, values.runs, values.orders].some((given) => given !== undefined),
    out: values.out,
  };
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!(Number.isFinite(value) && value > 0)) throw new TypeError(`${name} takes a positive number, not ${text}.`);
  return value;
}
