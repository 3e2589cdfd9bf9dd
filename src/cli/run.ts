import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { simCommand } from '../sim/cli.js';
import { backupCommand } from './backup/command.js';
import { chartCommand } from './chart/command.js';
import { demoCommand } from './demo/command.js';
import { eraseCommand } from './erase/command.js';
import { EXIT, explain } from './failure.js';
import { importCommand } from './import/command.js';
import { loadCommand } from './load/command.js';
import { restoreCommand } from './restore/command.js';
import { serveCommand } from './serve/command.js';
import { showCommand } from './show/command.js';
import type { Terminal } from './terminal.js';
import { tokenCommand } from './token.js';
import { verifyCommand } from './verify/command.js';

const EXAMPLES = `
Examples:
  redress serve --examples        the service, with example orders and a first refund to paste
  redress demo                    one order's whole story, told in this terminal
  redress show E-1005             everything that is known of one order
  redress sim --seeds 1..100      a hundred simulated worlds, with every promise checked
  redress load --start            a service under load over HTTP, with its promises checked from outside

Exit codes: 0 done · 1 failed · 2 wrong usage or setting · 3 data cannot be opened · 4 address cannot be had
            5 verification found differences`;

/** As the package names it. */
function versionOf(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return version;
}

/** The commands of `redress`. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('redress')
    .description('After-sale system for online shops: refunds, returns, exchanges, repairs and arbitration')
    .version(versionOf(), '-v, --version', 'print the version')
    .addHelpText('after', EXAMPLES);
  const commands = [
    serveCommand,
    importCommand,
    tokenCommand,
    showCommand,
    backupCommand,
    restoreCommand,
    verifyCommand,
    eraseCommand,
    demoCommand,
    chartCommand,
    simCommand,
    loadCommand,
  ];
  for (const make of commands) program.addCommand(make(terminal));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.err(text.trimEnd()) })
      .showHelpAfterError(`(${command === program ? 'redress' : `redress ${command.name()}`} --help tells more)`);
  }
  return program;
}

/** Runs one command line and gives the exit code. Nothing is thrown out of here. */
export async function runCli(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await buildProgram(terminal).parseAsync([...words], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    const { said, exitCode } = explain(error);
    terminal.progress('');
    if (said !== '') terminal.err(`redress: ${said}`);
    return exitCode;
  }
}
