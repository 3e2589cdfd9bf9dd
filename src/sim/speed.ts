import { bareTransitions } from '../machines/ordinaryLife.js';
import { shippedTemplate } from '../store/shippedTemplates.js';
import { Auditor } from './auditor/auditor.js';
import { nobody } from './judge.js';
import { drawPlan } from './plan.js';
import { run } from './run.js';

/** How fast a simulation is, beside bare transitions of the very charts that it runs, in one process. */
export interface Speed {
  /** bare `transition()` of XState a second */
  readonly transitions: number;
  /** commands a second, with the auditor and without anybody who judges */
  readonly audited: number;
  readonly unjudged: number;
}

const SEEDS = 12;
const WARM_UP = 8;
const TRANSITIONS = 2_000;

/**
 * Measures all three turn by turn, so that whatever else the machine does slows them alike. The first turns
 * only warm up.
 */
export async function speedOf(seeds = SEEDS): Promise<Speed> {
  const transition = bareTransitions(shippedTemplate('merchant-first'));
  const bare = () => {
    for (let i = 0; i < TRANSITIONS; i++) transition();
  };
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
