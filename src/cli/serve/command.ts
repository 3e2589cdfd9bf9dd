import { Command } from 'commander';
import type { Config } from '../../config.js';
import { type Service, startService } from '../../redress.js';
import { listenFailure } from '../failure.js';
import { dataOption, hostOption, portOption, type SettingOptions, settingsOf } from '../settings.js';
import type { Terminal } from '../terminal.js';
import { signedToken } from '../token.js';
import { loadExamples } from './examples.js';
import { findFirstRefund } from './firstRefund.js';
import { exampleHolders, refundLines, tokenLines, whereabouts } from './greeting.js';
import { judgeFiles } from './settingFiles.js';

interface ServeOptions extends SettingOptions {
  readonly examples?: boolean;
}

const HELP = `
Examples:
  redress serve --examples             what npm start does
  redress serve --sandbox --port 0     on any free port, with a clock that operations can move
  REDRESS_DATA=/var/lib/redress redress serve

Every setting can stand in the environment; README.md lists them. SIGINT or SIGTERM stops the service
once the requests under way are answered; a second one stops it at once.`;

/** `redress serve`: the embedded service until a signal stops it. */
export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('start the service: HTTP, jobs and simulated partners in one process')
    .option('--examples', 'load the example orders, and print tokens and a refund to try')
    .option('--sandbox', 'let operations move the clock over HTTP, to try deadlines (REDRESS_SANDBOX)')
    .addOption(hostOption())
    .addOption(portOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action((options: ServeOptions) => serveUntilStopped(terminal, options));
}

async function serveUntilStopped(terminal: Terminal, options: ServeOptions): Promise<void> {
  const config = settingsOf(terminal, options);
  judgeFiles(config);
  const stop = terminal.stopAsked();
  const service = await started(config);
  try {
    for (const line of whereabouts(service.url, config, terminal.style)) terminal.out(line);
    if (options.examples === true) await greetWithExamples(terminal, service, config);
    else terminal.out('\n  redress token makes tokens; redress serve --examples shows a first refund.');
    terminal.out('\nCtrl-C stops it.');
    const signal = await stop;
    terminal.out(`\n${signal}: answering what is under way, then stopping.`);
  } finally {
    await service.close();
  }
  terminal.out('Stopped.');
}

async function started(config: Config): Promise<Service> {
  try {
    return await startService(config);
  } catch (error) {
    throw listenFailure(error, config.host, config.port) ?? error;
  }
}

async function greetWithExamples(terminal: Terminal, { core, url }: Service, config: Config): Promise<void> {
  const { style } = terminal;
  const say = (lines: readonly string[]) => {
    for (const line of ['', ...lines]) terminal.out(line);
  };
  const { orders, added } = await loadExamples(core);
  const there = orders.length - added;
  say([`${orders.length} example orders: ${added} loaded${there === 0 ? '' : `, ${there} were there and stay as they are`}.`]);
  if (config.jwksUrl !== undefined) {
    say(['Tokens come from the key set of REDRESS_JWKS_URL; none are printed here.']);
    return;
  }
  const first = await findFirstRefund(core, orders);
  const life = { now: Date.now(), lifetimeMs: config.tokenLifetimeMs };
  const buyer = first?.buyer ?? { role: 'user', platform: orders[0]?.platform ?? '', buyerUid: orders[0]?.buyerUid ?? '' };
  const given = await Promise.all(
    exampleHolders(orders, buyer).map(async (holder) => ({ holder, token: await signedToken(config, holder, life) })),
  );
  say(tokenLines(given, config.tokenLifetimeMs, style));
  if (first === undefined) say(['The example orders are all refunded or too old. Begin anew with another --data directory.']);
  else say(refundLines(url, first, given, style));
}
