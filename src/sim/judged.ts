import { join } from 'node:path';
import { Auditor } from './auditor/auditor.js';
import { drawPlan, type Overrides } from './plan.js';
import { writeReplay } from './replay.js';
import { type Outcome, run } from './run.js';
import { NO_SABOTAGE } from './sabotage.js';
import { shrink } from './shrink.js';
import { type Summary, summaryOf } from './summary.js';

/** How a seed is run. Plain JSON: another process may be told. */
export interface SeedOptions {
  readonly overrides: Overrides;
  /** where replays of broken promises are written; null: nowhere */
  readonly directory: string | null;
}

export interface Judged {
  readonly summary: Summary;
  readonly traceHash: string;
}

/** Runs one seed under the auditor; what breaks a promise is shrunk and written down. */
export async function judgeSeed(seed: string, { overrides, directory }: SeedOptions): Promise<Judged> {
  const begun = performance.now();
  const outcome = await run(drawPlan(seed, overrides), { judge: new Auditor() });
  const wallMs = performance.now() - begun;
  const replayFile = outcome.violation === undefined || directory === null ? null : await keepReplay(outcome, directory);
  return { summary: summaryOf(outcome, { wallMs, memoryBytes: process.memoryUsage.rss() }, replayFile), traceHash: outcome.traceHash };
}

async function keepReplay(outcome: Outcome, directory: string): Promise<string> {
  const { replay } = await shrink(outcome, NO_SABOTAGE, null);
  const file = join(directory, `redress-sim-${outcome.plan.seed.replaceAll(/[^\w-]/g, '_')}.json`);
  writeReplay(file, replay);
  return file;
}
