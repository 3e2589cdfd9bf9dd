import { importInto } from '../../src/cli/import/local.js';
import { runCli } from '../../src/cli/run.js';
import { PLAIN } from '../../src/cli/terminal.js';
import { openCore } from '../../src/redress.js';
import type { Ended } from './redress.js';

/** Runs one command in this process, which takes a fraction of the time that one of its own takes to start. */
export async function here(words: readonly string[]): Promise<Ended> {
  const said = { out: '', err: '' };
  const status = await runCli(words, {
    environment: {},
    watched: false,
    progressShown: false,
    style: PLAIN,
    out: (line) => {
      said.out += `${line}\n`;
    },
    err: (line) => {
      said.err += `${line}\n`;
    },
    progress: () => undefined,
    stdin: () => new Blob([]).stream(),
    stopAsked: () => new Promise(() => undefined),
  });
  return { status, ...said };
}

/** Puts orders into data that nobody has open; `redress import` writes in a thread, which runs compiled code only. */
export async function putOrders(dataDirectory: string, orders: readonly object[]): Promise<void> {
  const core = await openCore({ dataDirectory, writer: 'inline' });
  async function* lines() {
    for (const [index, order] of orders.entries()) yield { number: index + 1, text: JSON.stringify(order) };
  }
  for await (const { outcome } of importInto(core, lines(), 10)) if (outcome !== 'new') throw new Error(`an order is ${outcome}`);
  await core.store.close();
}
