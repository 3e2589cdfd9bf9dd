import { transition } from 'xstate';
import { buildChart, type Chart } from '../machines/chart.js';
import { begin, type Snapshot } from '../machines/step.js';
import { Auditor } from './auditor/auditor.js';
import { nobody } from './judge.js';
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

const SEEDS = 12;
const WARM_UP = 3;
const TRANSITIONS = 2_000;

/**
 * Measures all three turn by turn, so that whatever else the machine does slows them alike. The first turns
 * only warm up.
 */
export async function speedOf(seeds = SEEDS): Promise<Speed> {
  const bare = bareTransitions();
  const times = { transitions: 0, audited: 0, unjudged: 0 };
  let commands = 0;
  for (let seed = 0; seed < seeds + WARM_UP; seed++) {
    const counts = seed >= WARM_UP;
    const plan = drawPlan(`speed/${seed}`, { store: 'memory', acts: 60, orders: 16 });
    const time = async (what: keyof typeof times, work: () => unknown): Promise<void> => {
      const begun = performance.now();
      await work();
      if (counts) times[what] += performance.now() - begun;
    };
    await time('transitions', bare);
    await time('unjudged', () => run(plan, { judge: nobody }));
    await time('transitions', bare);
    await time('audited', async () => {
      const { simulation } = await run(plan, { judge: new Auditor() });
      if (counts) commands += simulation.seenings.sent;
    });
  }
  const aSecond = (count: number, milliseconds: number): number => count / (milliseconds / 1000);
  return {
    transitions: aSecond(2 * seeds * TRANSITIONS, times.transitions),
    unjudged: aSecond(commands, times.unjudged),
    audited: aSecond(commands, times.audited),
  };
}

/** The figure as lines. */
export async function measureSpeed(): Promise<string[]> {
  const { transitions, audited, unjudged } = await speedOf();
  const line = (what: string, perSecond: number) => `${what.padEnd(34)}${Math.round(perSecond).toLocaleString('en').padStart(9)} a second`;
  return [
    line('bare transition() of our chart', transitions),
    line('commands with the auditor', audited),
    line('the same without', unjudged),
    `with the auditor ${(audited / transitions).toFixed(2)} of the bare transitions`,
  ];
}

/** An ordinary step: a review that approves, from the state before it, again and again. */
function bareTransitions(): () => void {
  const [template] = drawTemplates(new Random('speed'));
  if (template === undefined) throw new Error('there is a template');
  const chart = buildChart('return', { ...template, review: { ...template.review, by: 'merchant' } });
  const input = { remedy: 'return', needsStop: false, automatic: false, reviewer: 'merchant', priceNamed: true } as const;
  const first = begin(chart, { ...input, pickup: false, goods: 'buyer', difference: 'none' }).snapshot;
  const state = hydrate(chart, first);
  return () => {
    for (let i = 0; i < TRANSITIONS; i++) transition(chart, state, { type: 'approve' });
  };
}

function hydrate(chart: Chart, { value, context }: Snapshot) {
  return chart.resolveState({ value: value as never, context });
}
