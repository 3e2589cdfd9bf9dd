import { counted } from '../cli/counted.js';
import { CliFailure, EXIT } from '../cli/failure.js';
import { table } from '../cli/table.js';
import type { Terminal } from '../cli/terminal.js';
import { judgeDirectory, judgeFile } from '../cli/writable.js';
import type { SimOptions } from './cli.js';
import { readSummary, writeSummary, writeSummaryMeanwhile } from './files.js';
import { runMany } from './many.js';
import { bannerOf, drawPlan, type Overrides } from './plan.js';
import { readReplay, writeReplay } from './replay.js';
import { explained, linesOf, linesOfBroken, unseen } from './report.js';
import { NO_SABOTAGE } from './sabotage.js';
import { type Caught, catchSaboteur, SABOTEURS } from './saboteurs/all.js';
import { seedsOf } from './seeds.js';
import { runReplay, shrink } from './shrink.js';
import { soakSection } from './soakSection.js';
import { measureSpeed } from './speed.js';
import { narrate } from './step.js';
import { type Summary, summaryOf, Tally } from './summary.js';

const NOTHING_TAKEN = { wallMs: 0, memoryBytes: 0 };

/** Does what was asked for. */
export async function perform(terminal: Terminal, options: SimOptions): Promise<void> {
  if (options.replay !== undefined) return replay(terminal, options.replay, options.step === true);
  if (options.saboteurs === true || options.saboteur !== undefined) return sabotage(terminal, options);
  if (options.report !== undefined) return terminal.out(soakSection(readSummary(options.report)).trimEnd());
  if (options.speed === true) return terminal.out((await measureSpeed()).join('\n'));
  return simulate(terminal, options);
}

function* endless(first: number): Generator<string> {
  for (let seed = first; ; seed++) yield String(seed);
}

/** What was done is written down every so many runs: a soak that is cut off has not been for nothing. */
const WRITTEN_EVERY = 50;

async function simulate(terminal: Terminal, options: SimOptions): Promise<void> {
  const overrides: Overrides = options.store === undefined ? {} : { store: options.store };
  const { commands, seed, json } = options;
  const named = seed === undefined ? options.seeds : [seed];
  judgeFile('--json', json);
  judgeDirectory('--out', options.out);
  const all = new Tally();
  if (options.continue !== undefined) all.add(readSummary(options.continue));
  if (seed !== undefined) terminal.out(bannerOf(drawPlan(seed, overrides)));
  const queue = named ?? (commands === undefined ? seedsOf('1..100') : endless(all.seeds + 1)) ?? [];
  const begun = performance.now();
  const before = all.commands;
  let stopped = false;
  void terminal.stopAsked().then(() => {
    stopped = true;
  });
  await runMany(queue, {
    overrides,
    directory: options.out,
    jobs: options.jobs,
    enough: () => stopped || (commands !== undefined && all.commands >= commands),
    ended: (ran, { summary, traceHash }) => {
      all.add(summary);
      const fault = json !== undefined && all.seeds % WRITTEN_EVERY === 0 ? writeSummaryMeanwhile(json, all.summary()) : undefined;
      if (fault !== undefined) terminal.err(`redress: ${fault}; it is tried again`);
      const perSecond = (all.commands - before) / ((performance.now() - begun) / 1000);
      terminal.progress(progressOf(all, named?.length, commands, perSecond));
      if (seed !== undefined) terminal.out(`  trace   ${traceHash}`);
      for (const broken of summary.violations) {
        if (seed === undefined) terminal.out(bannerOf(drawPlan(ran, overrides)));
        for (const line of linesOfBroken(broken)) terminal.out(terminal.style.bad(line));
      }
    },
  });
  terminal.progress('');
  finish(terminal, all.summary(), options);
}

const BAR = 24;

function progressOf(all: Tally, seedCount: number | undefined, commands: number | undefined, perSecond: number): string {
  const part = commands === undefined ? all.seeds / (seedCount ?? 100) : all.commands / commands;
  const full = Math.min(BAR, Math.floor(part * BAR));
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${counted(all.seeds, 'runs')}, ${counted(all.commands, 'commands')}, ${Math.round(perSecond)} a second, ${all.broken} broken`;
}

function finish(terminal: Terminal, all: Summary, { json, coverage }: SimOptions): void {
  for (const line of linesOf(all, all.seeds > 1 || coverage === true)) terminal.out(line);
  if (coverage === true) {
    for (const [what, names] of Object.entries(unseen(all))) for (const name of names) terminal.out(`never seen: ${what} ${name}`);
    for (const { name, why } of explained(all)) terminal.out(`leads nowhere: ${name}: ${why}`);
  }
  if (json !== undefined) writeSummary(json, all);
  if (all.violations.length > 0) throw new CliFailure(`${counted(all.violations.length, 'runs')} broke a promise`);
}

async function replay(terminal: Terminal, file: string, steps: boolean): Promise<void> {
  const wanted = readReplay(file);
  const saboteur = SABOTEURS.find(({ name }) => name === wanted.saboteur);
  if (wanted.saboteur !== null && saboteur === undefined)
    throw new CliFailure(`${file} is the replay of a saboteur that is not there: ${wanted.saboteur}.`, EXIT.usage);
  terminal.out(
    `${counted(wanted.items.length, 'commands')} and looks, ${counted(wanted.faults.length, 'faults')}, seed ${wanted.plan.seed}`,
  );
  const narrator = narrate((line) => terminal.out(line), steps ? terminal.stdin() : undefined);
  const outcome = await runReplay(wanted, saboteur?.sabotage ?? NO_SABOTAGE, { beforeStep: narrator.beforeStep });
  narrator.close();
  for (const broken of summaryOf(outcome, NOTHING_TAKEN, file).violations) {
    for (const line of linesOfBroken(broken)) terminal.out(terminal.style.bad(line));
  }
  if (outcome.violation === undefined) terminal.out(terminal.style.good('every promise held'));
  else if (saboteur === undefined) throw new CliFailure('a promise is broken');
}

const LIMITS = { seeds: 60, heldSeeds: 6 };

async function sabotage(terminal: Terminal, options: SimOptions): Promise<void> {
  const chosen = SABOTEURS.filter(({ name }) => options.saboteur === undefined || name === options.saboteur);
  if (chosen.length === 0)
    throw new CliFailure(`There is no saboteur of this name; there are ${SABOTEURS.map(({ name }) => name).join(', ')}.`, EXIT.usage);
  if (options.saboteur !== undefined) judgeDirectory('--out', options.out);
  const caught: Caught[] = [];
  for (const saboteur of chosen) {
    terminal.progress(`${caught.length} of ${chosen.length}: ${saboteur.name}`);
    caught.push(await catchSaboteur(saboteur, LIMITS));
  }
  terminal.progress('');
  for (const line of tableOf(caught)) terminal.out(line);
  const [one] = caught;
  if (options.saboteur !== undefined && one?.outcome !== undefined) await tellOne(terminal, one, options.out);
  const failed = caught.filter(({ outcome, held }) => outcome === undefined || held?.broken !== undefined);
  if (failed.length > 0) throw new CliFailure(`not as it should be: ${failed.map(({ saboteur }) => saboteur.name).join(', ')}`);
}

async function tellOne(terminal: Terminal, { outcome, saboteur }: Caught, directory: string): Promise<void> {
  if (outcome === undefined) return;
  const shrunk = await shrink(outcome, saboteur.sabotage, saboteur.name);
  const file = `${directory}/redress-saboteur-${saboteur.name}.json`;
  writeReplay(file, shrunk.replay);
  for (const broken of summaryOf(outcome, NOTHING_TAKEN, file).violations) for (const line of linesOfBroken(broken)) terminal.out(line);
  terminal.out(
    `shrunk from ${outcome.items.length} to ${counted(shrunk.replay.items.length, 'commands')} and ${counted(shrunk.replay.faults.length, 'faults')} in ${counted(shrunk.runs, 'runs')}`,
  );
}

/** The table of negative controls. */
export function tableOf(caught: readonly Caught[]): string[] {
  const columns = [
    ...[{ title: 'saboteur' }, { title: 'found by' }, { title: 'seeds', right: true }, { title: 'steps', right: true }],
    ...[{ title: 'commands', right: true }, { title: 'taken away' }, { title: 'with its backup' }, { title: 'backup in place' }],
  ];
  const rows = caught.map(({ saboteur, outcome, seeds: needed, steps, commands, held }) => {
    const violation = outcome?.violation;
    const by =
      violation === undefined
        ? 'NOT FOUND'
        : violation.promise === 0
          ? `a bug (${violation.check})`
          : `promise ${violation.promise} (${violation.check})`;
    const backup =
      held === null
        ? ''
        : held.broken === undefined
          ? `held in ${counted(held.seeds, 'runs')}`
          : `BROKEN (${held.broken.violation?.check})`;
    return [saboteur.name, by, String(needed), String(steps), String(commands), saboteur.takes, saboteur.withIt ?? '', backup];
  });
  return table(columns, rows);
}
