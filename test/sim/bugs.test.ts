import { expect, it } from 'vitest';
import { RULES } from '../../src/actors/rules.js';
import { nobody } from '../../src/sim/judge.js';
import { drawPlan } from '../../src/sim/plan.js';
import { run } from '../../src/sim/run.js';
import { NO_SABOTAGE } from '../../src/sim/sabotage.js';

it('a bug is told of, whether a command met it or somebody who only looked', async () => {
  const broken = new Set<string>();
  const plan = drawPlan('bugs', { store: 'memory', rates: {}, orders: 4, acts: 40 });
  const selectUnits = (): never => {
    throw new TypeError('selecting is broken');
  };
  await run(plan, {
    judge: { ...nobody, broke: (what, _, error) => broken.add(`${what}: ${String(error)}`) },
    sabotage: { ...NO_SABOTAGE, rules: { ...RULES, selectUnits } },
  });
  expect([...broken].sort()).toEqual(['a look at quote: TypeError: selecting is broken', 'apply: TypeError: selecting is broken']);
});
