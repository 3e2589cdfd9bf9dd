import { Command } from 'commander';
import { partnersFileOf, secretFileOf } from '../../config.js';
import { keepToOwner } from '../../store/sqlite/directory.js';
import { SECRETS } from '../backup/manifest.js';
import { dataOption, type SettingOptions, settingsOf } from '../settings.js';
import type { Terminal } from '../terminal.js';
import { restore } from './restore.js';

const HELP = `
The directory must be empty, and no service may have it open. Every file is compared with what was backed up, and
the database looked through, before it gets its name.

What was acknowledged after the backup is not in it. Before you serve: report what gateways have paid since as
moved elsewhere, or it is paid a second time when it is applied for again; put orders again that came since.

Example:
  redress restore /backups/2026-03-01 --data ./data && redress serve --data ./data`;

/** `redress restore`: puts a backup into an empty data directory. */
export function restoreCommand(terminal: Terminal): Command {
  return new Command('restore')
    .description('put a backup into an empty data directory')
    .argument('<directory>', 'the backup')
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async (directory: string, options: SettingOptions) => {
      const config = settingsOf(terminal, options);
      keepToOwner();
      terminal.progress('copying and looking through');
      const { manifest, facts } = await restore(directory, config.data);
      terminal.out(
        `Restored ${config.data} as of ${manifest.madeAt}: ${facts.orders} order${facts.orders === 1 ? '' : 's'}, up to event ${facts.newest}.`,
      );
      const missing = SECRETS.filter((name) => !(name in manifest.files));
      if (missing.length > 0) terminal.err(`redress: the backup holds no ${missing.join(' and no ')}; the service makes new ones`);
      if (config.secretFile !== undefined || config.partnersFile !== undefined) {
        terminal.err(`redress: the settings take secrets from ${secretFileOf(config)} and ${partnersFileOf(config)}, not from the backup`);
      }
    });
}
