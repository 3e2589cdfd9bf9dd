import { Command } from 'commander';
import { openCore } from '../../redress.js';
import { CliFailure, EXIT } from '../failure.js';
import { dataOption, type SettingOptions, settingsOf } from '../settings.js';
import type { Terminal } from '../terminal.js';
import { importInto } from './local.js';
import { tellResults } from './result.js';
import { openSource, ordersIn } from './source.js';
import { importThrough } from './through.js';

interface ImportOptions extends SettingOptions {
  readonly url?: string;
  readonly token?: string;
  readonly verbose?: boolean;
}

const HELP = `
FILE holds one order per line (NDJSON), or is one JSON document with an order or a list of orders; - reads
what is piped in. The same order again changes nothing, so an import that broke off can be repeated. Each
line stands or falls alone; the exit code is 1 where any was refused.

Examples:
  redress import examples/odd-cents.json --data ./data
  node examples/generate.mjs --count 1000 --seed 7 | redress import -
  redress import orders.ndjson --url http://127.0.0.1:7337 \\
    --token "$(redress token --role platform --id oms-1 --platform demo)"`;

/** `redress import`: orders into a data directory, or through a running service. */
export function importCommand(terminal: Terminal): Command {
  return new Command('import')
    .description('import orders, into data that no service has open or through a running service')
    .argument('<file>', 'NDJSON or JSON file, or - for what is piped in')
    .option('--url <url>', 'address of a running service to import through')
    .option('--token <token>', 'token of role platform for that service')
    .option('--verbose', 'tell of every line on a terminal, too')
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action((file: string, options: ImportOptions) => importOrders(terminal, file, options));
}

async function importOrders(terminal: Terminal, file: string, options: ImportOptions): Promise<void> {
  const { url, token } = options;
  if ((url === undefined) !== (token === undefined)) throw new CliFailure('--url and --token belong together.', EXIT.usage);
  if (url !== undefined && options.data !== undefined) throw new CliFailure('Give --url or --data, not both.', EXIT.usage);
  if (url !== undefined && !(/^https?:/.test(url) && URL.canParse(url)))
    throw new CliFailure(`${url} is no address of a service.`, EXIT.usage);
  const config = settingsOf(terminal, options);
  const lines = ordersIn(await openSource(terminal, file), config.importLineLimitBytes);
  const tell = (results: Parameters<typeof tellResults>[1]) => tellResults(terminal, results, options.verbose === true);
  if (url !== undefined && token !== undefined) return demandAll(await tell(importThrough(url, token, lines)));
  const core = await openCore({ dataDirectory: config.data, writer: 'thread' });
  try {
    demandAll(await tell(importInto(core, lines, config.importWindow)));
  } finally {
    await core.store.close();
  }
}

function demandAll({ refused }: { readonly refused: number }): void {
  if (refused > 0) throw new CliFailure(`${refused} ${refused === 1 ? 'order was' : 'orders were'} refused, as said above.`);
}
