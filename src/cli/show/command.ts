import { Command } from 'commander';
import { openSqliteStore } from '../../store/sqlite/open.js';
import { dataOption, type SettingOptions, settingsOf } from '../settings.js';
import type { Terminal } from '../terminal.js';
import { bookText } from './bookText.js';
import { findBook, readWhole, type WholeBook } from './read.js';
import { timelineOf } from './storyText.js';

interface ShowOptions extends SettingOptions {
  readonly json?: boolean;
}

const HELP = `
Reads the data directly, and works while a service runs on it.

Examples:
  redress show E-1005
  redress show shop-1 E-1005 --json | less`;

/** `redress show`: everything that is kept of one order. */
export function showCommand(terminal: Terminal): Command {
  return new Command('show')
    .description('show one order: book, timeline, caps, ledger and deadlines')
    .argument('<shop or order>', 'number of the order, or its shop where the order follows')
    .argument('[order]', 'number of the order')
    .option('--json', 'the rows as JSON, amounts in minor units')
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action((first: string, second: string | undefined, options: ShowOptions) => showOrder(terminal, first, second, options));
}

async function showOrder(terminal: Terminal, first: string, second: string | undefined, options: ShowOptions): Promise<void> {
  const config = settingsOf(terminal, options);
  const store = openSqliteStore({ dataDirectory: config.data, writer: 'inline', readOnly: true });
  try {
    const key = await findBook(store, second ?? first, second === undefined ? undefined : first);
    const whole = await readWhole(store, key);
    // A sandbox's clock is not known here; its newest event is, and deadlines are measured from there.
    const now = Math.max(Date.now(), await store.reads.newestInstant());
    if (options.json === true) terminal.out(JSON.stringify(asJson(whole), null, 2));
    else for (const line of bookText(whole, now, terminal.style)) terminal.out(line);
  } finally {
    await store.close();
  }
}

/** The rows under the names that the code knows them by. */
function asJson({ key, rows, afterSales, transfers, payouts, trail }: WholeBook) {
  const { version, chain, order, split, state, caps, timers } = rows;
  return { ...key, version, chain, order, split, state, caps, afterSales, timers, payouts, transfers, timeline: timelineOf(trail) };
}
