import { Command } from 'commander';
import { partnersFileOf, secretFileOf } from '../../config.js';
import { keepToOwner } from '../../store/sqlite/directory.js';
import { newestOf } from '../../store/sqlite/migrate.js';
import { MIGRATIONS } from '../../store/sqlite/schema.js';
import { SECRETS } from '../backup/manifest.js';
import { CliFailure, EXIT } from '../failure.js';
import { dataOption, type SettingOptions, settingsOf } from '../settings.js';
import type { Terminal } from '../terminal.js';
import { progressOn } from '../verify/progress.js';
import { reportText } from '../verify/report.js';
import { openForVerifying, verifyAll } from '../verify/run.js';
import { restore } from './restore.js';

interface RestoreOptions extends SettingOptions {
  readonly verify: boolean;
}

const HELP = `
The directory must be empty, and no service may have it open. Every file is compared with what was backed up, and
the database looked through, before it gets its name; then every order is verified as by redress verify, which may
take a while (--no-verify leaves it out). A difference is told, with exit code 5.

What was acknowledged after the backup is not in it. Before you serve: report what gateways have paid since as
moved elsewhere, or it is paid a second time when it is applied for again; put orders again that came since.

Example:
  redress restore /backups/2026-03-01 --data ./data && redress serve --data ./data`;

/** `redress restore`: puts a backup into an empty data directory. */
export function restoreCommand(terminal: Terminal): Command {
  return new Command('restore')
    .description('put a backup into an empty data directory')
    .argument('<directory>', 'the backup')
    .option('--no-verify', 'do not replay the audit trails of what was restored')
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async (directory: string, options: RestoreOptions) => {
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
      if (!options.verify) return;
      if (facts.schema === newestOf(MIGRATIONS)) await verifyRestored(terminal, config.data);
      else terminal.err('redress: the backup is of an older version; let the service bring it up, then run redress verify');
    });
}

async function verifyRestored(terminal: Terminal, data: string): Promise<void> {
  const opened = openForVerifying(data);
  try {
    const startedAt = Date.now();
    const tally = await verifyAll(
      opened,
      { dataDirectory: data, jobs: 1 },
      progressOn(terminal, () => Date.now() - startedAt),
    );
    terminal.progress('');
    for (const line of reportText({ data, order: null, tally, startedAt, endedAt: Date.now(), speed: null }, terminal.style))
      terminal.out(line);
    if (tally.differences > 0) throw new CliFailure('What was restored is not what its trail says; the backup is not sound.', EXIT.differs);
  } finally {
    opened.close();
  }
}
