import { Command, InvalidArgumentError, Option } from 'commander';
import { ENTRIES, type Entry } from '../../load/people.js';
import { SCENARIOS } from '../../load/scenarios/all.js';
import type { Mix } from '../../load/stage.js';
import { durationSchema, milliseconds } from '../../machines/duration.js';
import { dataOption, type SettingOptions } from '../settings.js';
import type { Terminal } from '../terminal.js';

const HELP = `
Scenarios (--scenarios tells more of each):
${SCENARIOS.map(({ name, title, needsSandbox }) => `  ${name.padEnd(16)} ${title}${needsSandbox ? ' (needs --sandbox)' : ''}`).join('\n')}

The load puts orders of its own through the platform's entry point, drives all four entry points at them, and then
reads everything back: what each unit cost by its own arithmetic, every cap, every payout, every acknowledged command.
It needs a token of each role (--token, four times), or the secret of the data directory that the service runs on.
Do not aim it at a service with real partners: it refunds, and the refunds are paid.

Exit codes: 0 every promise held · 1 a promise was broken, the service did not come back, or a report could not be
            written in the end, after all was printed · 2 wrong usage, also a file that cannot be written; nothing was tried

Examples:
  redress load --start                                   a service of its own, thirty seconds of an ordinary day
  redress load --start --scenario sale-day --rate 800 --html sale.html
  redress load --start --crash-at 10s                    kill the service ten seconds into the load, and start it again
  redress load --url http://127.0.0.1:7337 --data ./data --scenario hot-order --connections 64
  redress load --start --scenario deadline-storm --timers 10000`;

/** What `redress load` was asked for. */
export interface LoadOptions extends SettingOptions {
  readonly url?: string;
  readonly token: readonly string[];
  readonly start?: boolean;
  readonly crashAt?: number;
  readonly scenario: string;
  readonly scenarios?: boolean;
  readonly rate?: number;
  readonly connections?: number;
  readonly duration?: number;
  readonly orders?: number;
  readonly skew?: number;
  readonly mix?: Mix;
  readonly timers?: number;
  readonly seed: number;
  readonly keys: number;
  readonly sockets: number;
  readonly patience: number;
  readonly json?: string;
  readonly html?: string;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0');
  return value;
};
const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
};
const skewOf = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || value > 5) throw new InvalidArgumentError('expected a number from 0 to 5');
  return value;
};
/** A duration such as `90s` or `5m`, in milliseconds. */
const duration = (text: string): number => {
  const read = durationSchema.safeParse(text);
  if (!read.success || milliseconds(read.data) <= 0) throw new InvalidArgumentError('expected a duration such as 30s, 5m or 1h');
  return milliseconds(read.data);
};
const isEntry = (text: string): text is Entry => ENTRIES.some((entry) => entry === text);
/** Shares such as `user=50,merchant=30`; entry points that are not named take no part. */
const mixOf = (text: string): Mix =>
  text.split(',').map((part) => {
    const [name = '', share = ''] = part.split('=');
    const value = Number(share);
    if (!isEntry(name) || share === '' || !Number.isFinite(value) || value < 0 || value > 1_000_000)
      throw new InvalidArgumentError(`expected shares of ${ENTRIES.join(', ')} such as user=50,merchant=30`);
    return [name, value] as const;
  });

/** `redress load`: a running service under load over HTTP, and its promises checked from outside. */
export function loadCommand(terminal: Terminal): Command {
  return new Command('load')
    .description('load a running service over HTTP from all entry points, and check its promises from outside')
    .addOption(new Option('--scenario <name>', 'what happens').choices(SCENARIOS.map(({ name }) => name)).default('steady'))
    .option('--scenarios', 'tell of every scenario, and do nothing')
    .option('--url <url>', 'the service (the address of the settings where nothing is said)')
    .option('--token <token>', 'a token; one of each role', (token: string, all: readonly string[]) => [...all, token], [])
    .addOption(dataOption())
    .option('--start', 'start a sandbox service of its own on fresh data, and remove it afterwards')
    .option('--crash-at <duration>', 'with --start: kill the service that long after the load has begun, and start it again', duration)
    .option('--rate <number>', 'arrivals a second, whatever becomes of those before (open loop)', positive)
    .option('--connections <number>', 'clients that wait for their answers, in place of a rate (closed loop)', whole)
    .option('--duration <duration>', 'how long the load lasts', duration)
    .option('--orders <number>', 'orders that are put before it begins', whole)
    .option('--skew <number>', 'how much the first orders are preferred; 0: all alike', skewOf)
    .option('--mix <shares>', 'shares of the entry points, such as user=50,merchant=30', mixOf)
    .option('--timers <number>', 'deadlines, with --scenario deadline-storm', whole)
    .option('--seed <number>', 'what is chosen follows from it', whole, 1)
    .option('--keys <number>', 'keys that are sent once more at the end', whole, 2_000)
    .option('--sockets <number>', 'connections that are open at once', whole, 256)
    .addOption(
      new Option('--patience <duration>', 'how long a service that is away is waited for').argParser(duration).default(60_000, '60s'),
    )
    .option('--json <file>', 'write the report as JSON')
    .option('--html <file>', 'write the report as one page that needs nothing else')
    .addHelpText('after', HELP)
    .action(async (options: LoadOptions) => {
      // Loaded only where it is wanted: the other commands need not wait for it.
      const { perform } = await import('./perform.js');
      return perform(terminal, options);
    });
}
