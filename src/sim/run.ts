import { Stage, startCrowds } from './clients/author.js';
import { dutyCalls } from './clients/duty.js';
import { OUTSIDE, trueNow } from './ground.js';
import type { Violation } from './judge.js';
import type { Plan } from './plan.js';
import { type Item, portable } from './script.js';
import { type Options, Simulation } from './simulation.js';
import { storyOf } from './story.js';

const DUTY_EVERY_MS = 6 * 3_600_000;
/** every wait of every template is over long before */
const SETTLED_WITHIN_MS = 150 * 86_400_000;

/** What one run came to. */
export interface Outcome {
  readonly plan: Plan;
  readonly violation: Violation | undefined;
  /** everything that was done from outside, and the faults that happened: a replay needs no more */
  readonly items: readonly Item[];
  readonly faults: readonly string[];
  readonly traceHash: string;
  readonly steps: number;
  readonly simulation: Simulation;
  readonly deeds: ReadonlyMap<string, number>;
  /** virtual time in milliseconds, and how much of it the settling took */
  readonly lastedMs: number;
  readonly settledMs: number;
  /** whether the broken promise was found while settling, or after it */
  readonly settling: boolean;
  /** what happened to the order whose promise was broken */
  readonly story: readonly string[];
}

export interface RunOptions extends Options {
  /** what is done instead of drawing it */
  readonly items?: readonly Item[];
  /** called before every step; stepping waits here */
  readonly beforeStep?: (simulation: Simulation) => Promise<void> | void;
  /** keeps what was done also where nothing was broken */
  readonly keepsItems?: boolean;
  /** where given, the run ends at this virtual time and nothing has to have settled */
  readonly untilUs?: number;
  /** where given, a run that takes more steps to settle is left as it is, and its end is not judged */
  readonly atMostSteps?: number;
}

/** Runs one plan: load with faults, then faults heal and everything must settle. Stops at the first broken promise. */
export async function run(plan: Plan, options: RunOptions): Promise<Outcome> {
  const simulation = new Simulation(plan, options);
  const { scheduler, judge } = simulation;
  const stage = new Stage(simulation);
  await simulation.begin();
  const done = options.items === undefined ? startCrowds(simulation, stage) : playItems(options.items, stage);
  const { untilUs, beforeStep } = options;
  const goesOn = (): boolean => (untilUs === undefined ? !(done() && stage.waiting === 0) : scheduler.nowUs < untilUs);
  const runWhile = async (wanted: () => boolean): Promise<void> => {
    const unbroken = (): boolean => judge.violation === undefined && wanted();
    if (beforeStep === undefined) await scheduler.runWhile(unbroken);
    else for (let left = true; left && unbroken(); left = await scheduler.step()) await beforeStep(simulation);
  };
  await runWhile(goesOn);
  const healedAt = scheduler.nowUs;
  if (judge.violation === undefined && untilUs === undefined) await settle(simulation, runWhile, options.atMostSteps ?? Infinity);
  const book = judge.violation?.book;
  const outcome: Outcome = {
    plan,
    violation: judge.violation,
    items:
      judge.violation === undefined && options.keepsItems !== true ? [] : stage.items.map((item) => portable(item, simulation.seen.madeBy)),
    faults: simulation.faults.happened,
    traceHash: simulation.trace.digest(),
    steps: scheduler.steps,
    simulation,
    deeds: stage.deeds,
    lastedMs: Math.floor(scheduler.nowUs / 1000),
    settledMs: Math.floor((scheduler.nowUs - healedAt) / 1000),
    settling: scheduler.nowUs > healedAt,
    story: book === undefined ? [] : await storyOf(book, simulation.store),
  };
  await simulation.close();
  return outcome;
}

function playItems(items: readonly Item[], stage: Stage): () => boolean {
  for (const item of items) stage.schedule(item);
  return () => stage.items.length === items.length;
}

/** The liveness phase: everything comes to its end within a bounded time, once nothing goes wrong any more. */
async function settle(simulation: Simulation, runWhile: (wanted: () => boolean) => Promise<void>, atMostSteps: number): Promise<void> {
  const { scheduler, judge, store, ground } = simulation;
  const from = scheduler.nowUs;
  await simulation.heal();
  const duty = { round: 0, left: [''] as readonly string[] };
  const beOnDuty = async (): Promise<void> => {
    duty.round += 1;
    duty.left = await simulation.unsettled();
    if (duty.left.length === 0) return;
    for (const { envelope, principal } of dutyCalls(simulation.seen, duty.round)) void simulation.send(duty.round, envelope, principal);
    const dead = await store.reads.deadLetters({ limit: 50 });
    if ('items' in dead) for (const { key } of dead.items) await store.jobs.resume(key, trueNow(ground));
    scheduler.after(DUTY_EVERY_MS * 1000, OUTSIDE, 'duty', beOnDuty);
  };
  scheduler.after(60_000_000, OUTSIDE, 'duty', beOnDuty);
  const mayGoOn = (): boolean => scheduler.steps < atMostSteps;
  await runWhile(() => mayGoOn() && duty.left.length > 0 && scheduler.nowUs - from < SETTLED_WITHIN_MS * 1000);
  if (judge.violation === undefined && mayGoOn()) await judge.ended(store, duty.left);
}
