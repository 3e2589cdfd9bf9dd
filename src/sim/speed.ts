import { transition } from 'xstate';
import { buildChart, type Chart } from '../machines/chart.js';
import { begin, type Snapshot } from '../machines/step.js';
import { Auditor } from './auditor/auditor.js';
import { type Judge, nobody } from './judge.js';
import { drawPlan } from './plan.js';
import { Random } from './random.js';
import { run } from './run.js';
import { drawTemplates } from './world/templates.js';

/** How fast a simulation is, beside bare transitions of the very charts that it runs, in one process. */
export interface Speed {
  /** bare `transition()` of XState a second */
  readonly transitions: number;
  /** commands a second, with the auditor and without anybody who judges */
  readonly audited: number;
  readonly unjudged: number;
}

const WARM_UP = 2_000;
const TRANSITIONS = 20_000;
const SEEDS = 12;

export async function speedOf(): Promise<Speed> {
  await commandsPerSecond(() => nobody, 3);
  await commandsPerSecond(() => new Auditor(), 3);
  return {
    transitions: transitionsPerSecond(),
    unjudged: await commandsPerSecond(() => nobody, SEEDS),
    audited: await commandsPerSecond(() => new Auditor(), SEEDS),
  };
}

/** The figure as lines. */
export async function measureSpeed(): Promise<string[]> {
  const { transitions, audited, unjudged } = await speedOf();
  const line = (what: string, perSecond: number) => `${what.padEnd(34)}${Math.round(perSecond).toLocaleString('en').padStart(9)} a second`;
  return [
    line('bare transition() of our charts', transitions),
    line('commands with the auditor', audited),
    line('the same without', unjudged),
    `with the auditor ${(audited / transitions).toFixed(2)} of the bare transitions`,
  ];
}

async function commandsPerSecond(judge: () => Judge, seeds: number): Promise<number> {
  let commands = 0;
  const begun = performance.now();
  for (let seed = 0; seed < seeds; seed++) {
    const outcome = await run(drawPlan(`speed/${seed}`, { store: 'memory', acts: 60, orders: 10 }), { judge: judge() });
    commands += outcome.simulation.seenings.sent;
  }
  return commands / ((performance.now() - begun) / 1000);
}

/** An ordinary step: a review that approves, from the state before it, again and again. */
function transitionsPerSecond(): number {
  const [template] = drawTemplates(new Random('speed'));
  if (template === undefined) throw new Error('there is a template');
  const chart = buildChart('return', { ...template, review: { ...template.review, by: 'merchant' } });
  const input = { remedy: 'return', needsStop: false, automatic: false, reviewer: 'merchant', priceNamed: true } as const;
  const first = begin(chart, { ...input, pickup: false, goods: 'buyer', difference: 'none' }).snapshot;
  const state = hydrate(chart, first);
  const many = (count: number) => {
    for (let i = 0; i < count; i++) transition(chart, state, { type: 'approve' });
  };
  many(WARM_UP);
  const begun = performance.now();
  many(TRANSITIONS);
  return TRANSITIONS / ((performance.now() - begun) / 1000);
}

function hydrate(chart: Chart, { value, context }: Snapshot) {
  return chart.resolveState({ value: value as never, context });
}
