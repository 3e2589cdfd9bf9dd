import { expect, it } from 'vitest';
import { deadlineStorm } from '../../src/load/scenarios/deadlineStorm.js';
import { gatewayOutage } from '../../src/load/scenarios/gatewayOutage.js';
import { hotOrder } from '../../src/load/scenarios/hotOrder.js';
import { reviewBacklog } from '../../src/load/scenarios/reviewBacklog.js';
import { saleDay } from '../../src/load/scenarios/saleDay.js';
import type { Scenario } from '../../src/load/scenarios/scenario.js';
import { loadLittle, serviceWithout } from './serviceWithout.js';

/** Every scenario, as small as it can be. */

interface Small {
  readonly scenario: Scenario;
  readonly phases: readonly string[];
  readonly notes: readonly string[];
}

const SCENARIOS: readonly Small[] = [
  { scenario: saleDay, phases: ['morning', 'rush', 'peak', 'evening'], notes: [] },
  { scenario: hotOrder, phases: ['all at once'], notes: [] },
  {
    scenario: reviewBacklog,
    phases: ['it piles up', 'the desks open'],
    notes: ['reviews that had piled up', 'time to decide them all', 'reviews decided a second'],
  },
  {
    scenario: gatewayOutage,
    phases: ['before', 'outage', 'after'],
    notes: [
      'payouts in doubt when the gateway came back',
      'time that had to pass until every payout was known',
      'payouts in doubt at the end',
    ],
  },
  {
    scenario: deadlineStorm,
    phases: ['setting deadlines', 'before the storm', 'the storm', 'after the storm'],
    notes: ['time until nothing was due any more', 'deadlines that came due at once'],
  },
];

it.each(SCENARIOS)('$scenario.name plays all its parts, and a sound service holds every promise', async ({ scenario, phases, notes }) => {
  const orders = scenario === hotOrder ? 1 : 5;
  const wishes = { seconds: 0.8, connections: 5, orders, timers: 30 };
  const report = await loadLittle(await serviceWithout(), { scenario, wishes, stopped: () => false, keys: 20 });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ verdict: 'held', scenario: { name: scenario.name } });
  expect(report.phases.map(({ name }) => name)).toEqual(expect.arrayContaining([...phases]));
  expect(report.notes.map(({ what }) => what)).toEqual(notes);
  expect(report.aftermath?.payoutsInDoubt).toBe(0);
});

it('a storm takes every after-sale out of its review', async () => {
  // Operations find nothing to decide at the other orders, for which nobody applies.
  const wishes = { seconds: 0.1, connections: 1, orders: 2, timers: 40, mix: [['operations', 1] as const] };
  const report = await loadLittle(await serviceWithout(), { scenario: deadlineStorm, wishes, stopped: () => false, keys: 1 });
  expect(report.notes).toContainEqual({ what: 'deadlines that came due at once', figure: '40' });
  expect(report.aftermath).toMatchObject({ afterSales: 40 });
  expect(Object.keys(report.aftermath?.open ?? {})).not.toContain('reviewing.merchant');
});
