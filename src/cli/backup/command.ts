import { Command } from 'commander';
import { keepToOwner } from '../../store/sqlite/directory.js';
import { dataOption, type SettingOptions, settingsOf } from '../settings.js';
import type { Terminal } from '../terminal.js';
import { backUp } from './backup.js';
import { SECRETS } from './manifest.js';

interface BackupOptions extends SettingOptions {
  readonly secrets: boolean;
  readonly force?: boolean;
}

const HELP = `
The copy is as of one moment, and taken while a service runs on the data as well as without one. It holds
everything that serving again needs: orders, after-sales, ledger, trail, evidence, waiting work, what the simulated
gateway has paid, and the secrets: the one that signs tokens (token-secret) and those of partners (partners.json). So
keep it as you keep these, or leave them out with --no-secrets: then a service on the restored data makes new
ones, accepts no token and no callback of before, and partners have to be told.

Examples:
  redress backup /backups/2026-03-01 --data ./data
  redress backup /backups/newest --force --no-secrets`;

/** `redress backup`: copies the data into a new directory, while a service may run on it. */
export function backupCommand(terminal: Terminal): Command {
  return new Command('backup')
    .description('copy the data into a new directory, also while a service runs on it')
    .argument('<directory>', 'where the backup goes, outside the data directory; it must not be there yet')
    .option('--no-secrets', 'leave out the secret that signs tokens, and those of partners')
    .option('--force', 'replace a backup that is there')
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async (directory: string, options: BackupOptions) => {
      const config = settingsOf(terminal, options);
      keepToOwner();
      terminal.progress('copying');
      const made = await backUp(config, directory, { secrets: options.secrets, force: options.force === true, now: Date.now() });
      terminal.out(
        `Backed up to ${directory}: ${made.orders} order${made.orders === 1 ? '' : 's'}, up to event ${made.newest}; ${Object.keys(made.files).join(', ')}.`,
      );
      if (SECRETS.some((name) => name in made.files)) terminal.err('redress: the backup holds secrets and personal data; keep it safe');
    });
}
