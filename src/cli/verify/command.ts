import { closeSync, openSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { type BookKey, orderNo, shopId } from '../../domain/ids.js';
import { failureOf } from '../../store/sqlite/failure.js';
import type { Verifier } from '../../store/sqlite/verify/verifier.js';
import { CliFailure, EXIT } from '../failure.js';
import { jobsOf } from '../jobs.js';
import { dataOption, type SettingOptions, settingsOf } from '../settings.js';
import type { Terminal } from '../terminal.js';
import { progressOn } from './progress.js';
import { reportJson, reportText, type Verification } from './report.js';
import { openForVerifying, verifyAll } from './run.js';
import { coreSeconds, type Speed, speedOf, transitionsPerSecond } from './speed.js';
import { addBook, nothingYet, type Tally } from './tally.js';

interface VerifyOptions extends SettingOptions {
  readonly order?: string;
  readonly json?: string;
  readonly jobs: string;
  readonly speed?: boolean;
}

const HELP = `
Replays the audit trail of each order from nothing: events of today's charts and rules are decided again, older
ones applied, as are those of which a text is erased. What comes out is compared with the stored rows: order,
after-sales, caps, transfers, payouts, deadlines, events, the chain of their hashes, and private texts with theirs.
Kept answers, the outbox, waiting jobs and uploads, of which the trail does not tell, are only read through: JSON
must be JSON, and an upload must have the SHA-256 that it came with.

It only reads, and works while a service runs on the data: each order is read in one short moment.

Exit codes: 0 everything is as the trail says · 1 there is no such order · 2 wrong usage · 3 the data cannot be read
            5 something is not as the trail says, and was named

Examples:
  redress verify --data ./data
  redress verify --order shop-1/E-1005
  redress verify --json report.json --jobs 4`;

/** `redress verify`: whether what is kept is what was decided. */
export function verifyCommand(terminal: Terminal): Command {
  return new Command('verify')
    .description('replay every audit trail, and compare what comes out with the stored rows')
    .option('--order <shop/order>', 'only this order')
    .option('--json <file>', 'write the report as JSON, too')
    .option('--jobs <number>', 'orders verified beside each other, each on a core of its own', '1')
    .option('--speed', 'measure it beside bare transitions of the charts')
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action((options: VerifyOptions) => verify(terminal, options));
}

async function verify(terminal: Terminal, options: VerifyOptions): Promise<void> {
  const jobs = jobsOf(options.jobs);
  const config = settingsOf(terminal, options);
  const opened = openForVerifying(config.data);
  const report = options.json === undefined ? undefined : openReport(options.json);
  try {
    const key = options.order === undefined ? undefined : findOrder(opened.verifier, options.order);
    const startedAt = Date.now();
    const progress = progressOn(terminal, () => Date.now() - startedAt);
    const run = (): Promise<Tally> =>
      key === undefined
        ? verifyAll(opened, { dataDirectory: config.data, jobs }, progress)
        : Promise.resolve(verifyOne(opened.verifier, key));
    const { tally, speed } = await measured(run, options.speed === true);
    terminal.progress('');
    const verification: Verification = { data: config.data, order: options.order ?? null, tally, startedAt, endedAt: Date.now(), speed };
    // Told before it is written: a full disk does not hide what was found.
    for (const line of reportText(verification, terminal.style)) terminal.out(line);
    const unwritten = report === undefined ? undefined : faultOfWriting(report, reportJson(verification));
    if (unwritten !== undefined) terminal.err(`redress: --json: ${options.json} cannot be written: ${unwritten}`);
    if (tally.differences > 0) throw new CliFailure('The data is not what the trail says.', EXIT.differs);
    if (unwritten !== undefined) throw new CliFailure('Everything is as the trail says, and the report is missing.', EXIT.usage);
  } catch (error) {
    const failure = failureOf(error);
    throw failure === undefined ? error : new CliFailure(`The data cannot be read: ${failure.detail}`, EXIT.data);
  } finally {
    if (report !== undefined) closeSync(report);
    opened.close();
  }
}

async function measured(run: () => Promise<Tally>, wanted: boolean): Promise<{ tally: Tally; speed: Speed | null }> {
  if (!wanted) return { tally: await run(), speed: null };
  const before = transitionsPerSecond();
  const begun = coreSeconds();
  const tally = await run();
  const seconds = coreSeconds() - begun;
  return { tally, speed: speedOf(tally.events, seconds, [before, transitionsPerSecond()]) };
}

function verifyOne(verifier: Verifier, key: BookKey): Tally {
  const tally = nothingYet();
  const number = verifier.find(key);
  if (number !== undefined) addBook(tally, verifier.book(number, Number.MAX_SAFE_INTEGER));
  return tally;
}

/** Both names may hold slashes: the one that divides them is where there is such an order. */
function findOrder(verifier: Verifier, text: string): BookKey {
  for (let slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1)) {
    const key = { shopId: shopId(text.slice(0, slash)), orderNo: orderNo(text.slice(slash + 1)) };
    if (verifier.find(key) !== undefined) return key;
  }
  if (!text.includes('/')) throw new CliFailure('--order: expected the shop, a slash and the order, as in shop-1/E-1005.', EXIT.usage);
  throw new CliFailure(`There is no order ${text} in this data.`);
}

/** Opened before the work begins: after hours it would be late to find that it cannot be written. */
function openReport(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw new CliFailure(`--json: ${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, EXIT.usage);
  }
}

function faultOfWriting(report: number, text: string): string | undefined {
  try {
    writeFileSync(report, text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
