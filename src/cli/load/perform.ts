import { writeFileSync } from 'node:fs';
import type { Cast } from '../../load/people.js';
import { pageOf } from '../../load/report/page.js';
import type { Report } from '../../load/report/report.js';
import { runLoad } from '../../load/run.js';
import { SCENARIOS } from '../../load/scenarios/all.js';
import type { Scenario, Wishes } from '../../load/scenarios/scenario.js';
import { machineTime } from '../../load/service/time.js';
import { CannotPlay } from '../../load/stage.js';
import { CliFailure, EXIT } from '../failure.js';
import { settingsOf } from '../settings.js';
import { indented } from '../table.js';
import type { Terminal } from '../terminal.js';
import { judgeFile } from '../writable.js';
import type { LoadOptions } from './command.js';
import { type OwnService, startOwnService } from './ownService.js';
import { summaryOf } from './summary.js';
import { castOfSecret, castOfTokens } from './tokens.js';
import { liveView } from './watch.js';

/** Does what `redress load` was asked for. */
export async function perform(terminal: Terminal, options: LoadOptions): Promise<void> {
  if (options.scenarios === true) return tellScenarios(terminal);
  judgeOptions(options);
  const own = options.start === true ? await startOwnService(terminal.environment) : undefined;
  try {
    const report = await play(terminal, options, own);
    for (const line of summaryOf(report, terminal.style)) terminal.out(line);
    const unwritten = writeReports(terminal, report, options);
    if (report.verdict === 'unknown') throw new CliFailure('The service could not be judged.');
    if (report.verdict === 'broken') throw new CliFailure('A promise was broken.');
    if (unwritten > 0) throw new CliFailure('Every promise held, and a report is missing.');
  } finally {
    await own?.close();
  }
}

/** Writes the reports that are wanted, and says of each how that went; gives how many could not be written. */
function writeReports(terminal: Terminal, report: Report, { json, html }: LoadOptions): number {
  let unwritten = 0;
  const write = (file: string, text: string): void => {
    try {
      writeFileSync(file, text);
      terminal.err(`redress: wrote ${file}`);
    } catch (error) {
      unwritten += 1;
      terminal.err(`redress: ${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  if (json !== undefined) write(json, `${JSON.stringify(report, null, 2)}\n`);
  if (html !== undefined) write(html, pageOf(report));
  return unwritten;
}

function tellScenarios(terminal: Terminal): void {
  for (const { name, title, help, needsSandbox, defaults } of SCENARIOS) {
    terminal.out(terminal.style.title(`${name}: ${title}`));
    for (const line of indented(help.split('\n'))) terminal.out(line);
    const { rate, seconds, orders, skew } = defaults;
    const told = `--rate ${rate} --duration ${seconds}s --orders ${orders} --skew ${skew}`;
    terminal.out(terminal.style.faint(`  where nothing else is said: ${told}${needsSandbox ? '; needs a service with --sandbox' : ''}`));
    terminal.out('');
  }
}

function judgeOptions({ url, start, token, data, crashAt, rate, connections, timers, scenario, json, html }: LoadOptions): void {
  const wrong = (what: string) => new CliFailure(what, EXIT.usage);
  if (start === true && (url !== undefined || token.length > 0 || data !== undefined))
    throw wrong('--start brings its own service: it takes no --url, --token or --data.');
  if (crashAt !== undefined && start !== true) throw wrong('--crash-at needs --start: only a service of its own is killed.');
  if (rate !== undefined && connections !== undefined) throw wrong('Give --rate (open loop) or --connections (closed loop), not both.');
  if (url !== undefined && !(/^https?:/.test(url) && URL.canParse(url))) throw wrong(`${url} is no address of a service.`);
  if (timers !== undefined && !scenarioOf(scenario).setsTimers)
    throw wrong(`--timers needs a scenario that sets deadlines: ${scenario} sets none; deadline-storm does.`);
  judgeFile('--json', json);
  judgeFile('--html', html);
}

async function play(terminal: Terminal, options: LoadOptions, own: OwnService | undefined): Promise<Report> {
  const config = settingsOf(terminal, own === undefined ? options : { data: own.dataDirectory });
  const cast: Cast = options.token.length > 0 ? castOfTokens(options.token) : castOfSecret(config, machineTime.wall());
  const view = liveView(terminal);
  const stop = stopper(terminal);
  const crash = crashing(terminal, options.crashAt, own);
  try {
    return await runLoad({
      ...{ cast, scenario: scenarioOf(options.scenario), wishes: wishesOf(options), seed: options.seed, keys: options.keys },
      ...{ sockets: options.sockets, patienceMs: options.patience, time: machineTime, stopped: stop.asked },
      watch: { ...view, started: crash.count },
      url: own?.url ?? options.url ?? `http://${config.host}:${config.port}`,
    });
  } catch (error) {
    throw error instanceof CannotPlay ? new CliFailure(error.message) : error;
  } finally {
    await crash.over();
    view.end();
  }
}

/** The first signal ends the load early; what was done is judged all the same. */
function stopper(terminal: Terminal): { readonly asked: () => boolean } {
  let asked = false;
  void terminal.stopAsked().then(() => {
    asked = true;
    terminal.err('redress: ending the load; what was done is judged now');
  });
  return { asked: () => asked };
}

interface Crashing {
  /** the load begins: the time until the crash counts from now */
  count(): void;
  over(): Promise<void>;
}

function crashing(terminal: Terminal, atMs: number | undefined, own: OwnService | undefined): Crashing {
  if (atMs === undefined || own === undefined) return { count: () => undefined, over: async () => undefined };
  let timer: NodeJS.Timeout | undefined;
  let crash: Promise<void> | undefined;
  return {
    count: () => {
      timer = setTimeout(() => {
        crash = own.crash();
      }, atMs);
    },
    over: async () => {
      clearTimeout(timer);
      if (timer !== undefined && crash === undefined) terminal.err('redress: all was over before --crash-at, and nothing was killed');
      await crash;
    },
  };
}

function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new CliFailure(`There is no scenario ${name}.`, EXIT.usage);
  return found;
}

const wishesOf = ({ rate, connections, duration, orders, skew, mix, timers }: LoadOptions): Wishes => ({
  ...(rate === undefined ? {} : { rate }),
  ...(connections === undefined ? {} : { connections }),
  ...(duration === undefined ? {} : { seconds: duration / 1_000 }),
  ...(orders === undefined ? {} : { orders }),
  ...(skew === undefined ? {} : { skew }),
  ...(mix === undefined ? {} : { mix }),
  ...(timers === undefined ? {} : { timers }),
});
