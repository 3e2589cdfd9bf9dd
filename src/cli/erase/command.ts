import { Command } from 'commander';
import type { Erased } from '../../actors/erasure.js';
import type { Buyer } from '../../actors/reads.js';
import { CliFailure, EXIT } from '../failure.js';
import { dataOption, type SettingOptions, settingsOf } from '../settings.js';
import type { Terminal } from '../terminal.js';
import { eraserIn, eraserThrough } from './eraser.js';

interface EraseOptions extends SettingOptions {
  readonly buyer?: string;
  readonly url?: string;
  readonly token?: string;
  readonly evenOpen?: boolean;
  readonly compact: boolean;
  readonly compactOnly?: boolean;
}

const HELP = `
The buyer is called by a random name from then on. Erased are names, contacts, addresses, tracking numbers,
accounts, remarks, notes and uploads, in every order of the buyer and in kept answers; amounts, states and the
audit trail stay. It cannot be undone, and does not reach backups: restore one and erase again.

It is refused while an after-sale of the buyer is open, whose texts somebody still needs (--even-open erases all
the same), and always while money is on its way to a named account. One that broke off is simply repeated.

At the end the database is rewritten, so that no free part of the files holds what was erased; nothing else is
written meanwhile, so a large one may take its time. --no-compact leaves that to a later --compact-only.

Examples:
  redress erase --buyer demo/buyer-1 --data ./data
  redress erase --buyer demo/buyer-1 --url http://127.0.0.1:7337 \\
    --token "$(redress token --role operations --id ops-1)"`;

/** `redress erase`: removes a buyer's personal data, in data that no service has open or through a running service. */
export function eraseCommand(terminal: Terminal): Command {
  return new Command('erase')
    .description('erase a buyer’s personal data and every text that came with their orders')
    .option('--buyer <platform/uid>', 'whom: the platform, a slash, and the buyer’s number there')
    .option('--url <url>', 'address of a running service to erase through')
    .option('--token <token>', 'token of role operations for that service')
    .option('--even-open', 'also while after-sales of the buyer are open')
    .option('--no-compact', 'leave what was erased in free parts of the files for now')
    .option('--compact-only', 'erase nobody; only rewrite the files')
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action((options: EraseOptions) => erase(terminal, options));
}

async function erase(terminal: Terminal, options: EraseOptions): Promise<void> {
  const { url, token } = options;
  if ((url === undefined) !== (token === undefined)) throw new CliFailure('--url and --token belong together.', EXIT.usage);
  if (url !== undefined && options.data !== undefined) throw new CliFailure('Give --url or --data, not both.', EXIT.usage);
  const buyer = buyerOf(options);
  const config = settingsOf(terminal, options);
  const eraser = url !== undefined && token !== undefined ? eraserThrough(url, token) : await eraserIn(config.data);
  try {
    terminal.progress(buyer === undefined ? 'compacting' : 'erasing');
    if (buyer === undefined) tellCompacted(terminal, await eraser.compact());
    else tellErased(terminal, await eraser.erase(buyer, { evenOpen: options.evenOpen === true, compact: options.compact }));
  } finally {
    await eraser.close();
  }
}

function buyerOf({ buyer, compactOnly, compact }: EraseOptions): Buyer | undefined {
  if ((buyer === undefined) !== (compactOnly === true)) throw new CliFailure('Give either --buyer or --compact-only.', EXIT.usage);
  if (buyer === undefined) {
    if (!compact) throw new CliFailure('--no-compact and --compact-only contradict each other.', EXIT.usage);
    return undefined;
  }
  const slash = buyer.indexOf('/');
  if (slash < 1 || slash === buyer.length - 1)
    throw new CliFailure('--buyer: expected the platform, a slash and the buyer’s number, as in demo/buyer-1.', EXIT.usage);
  return { platform: buyer.slice(0, slash), buyerUid: buyer.slice(slash + 1) };
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

function tellErased(terminal: Terminal, { pseudonym, orders, uploads, answers, copies, compacted }: Erased): void {
  terminal.out(`Erased: ${count(orders, 'order')}, ${count(uploads, 'upload')}, ${count(answers, 'kept answer')}.`);
  if (orders > 0) terminal.out(`The buyer is called ${pseudonym} from now on.`);
  for (const copy of copies) terminal.err(`redress: ${copy} was kept before a migration and still holds everything; delete it`);
  if (compacted === null)
    terminal.err('redress: free parts of the files still hold what was erased, until they are compacted (--compact-only)');
  else tellCompacted(terminal, compacted);
}

function tellCompacted(terminal: Terminal, { bytesBefore, bytesAfter, logCut }: NonNullable<Erased['compacted']>): void {
  terminal.out(`Rewritten: the database had ${bytesBefore} bytes and has ${bytesAfter}.`);
  if (!logCut)
    throw new CliFailure('Another process was reading, so the log still holds what was erased. Run redress erase --compact-only.');
}
