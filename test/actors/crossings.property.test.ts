import fc from 'fast-check';
import { describe, it } from 'vitest';
import { isRefusal } from '../../src/domain/refusals.js';
import { scaled } from '../scale.js';
import { allowedIsDone } from './world/allowedPromises.js';
import { anyCrossing, type Crossing } from './world/crossingStories.js';
import { faultsAtTheEnd, faultsByTemplate } from './world/endPromises.js';
import { happen, settleAll } from './world/happen.js';
import { type Scenario, scenario } from './world/scenario.js';

/** What was found at a point of a story, with all that was done until then. */
function judge(s: Scenario, when: string, faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(`${when}: ${faults.join('; ')}\n${s.story.join('\n')}`);
}

function tell({ order, template, stage, moves }: Crossing): void {
  const s = scenario(order, { templates: [template], stage, trailEvery: 20 });
  for (const move of moves) {
    const outcome = happen(s, move);
    if (isRefusal(outcome) && outcome.code === 'cap.exceeded') {
      judge(s, move.what, [`${outcome.detail} ${JSON.stringify(outcome.facts)}`]);
    }
    // Trying everything takes ten times as long as the story itself.
    if (move.which % 10 === 0) judge(s, 'underway', allowedIsDone(s));
  }
  settleAll(s);
  judge(s, 'in the end', [...faultsAtTheEnd(s.history), ...faultsByTemplate(s.history, template)]);
}

describe('appeals, verdicts, holds, late answers and money moved elsewhere that cross each other', () => {
  it('strand nothing, allow no command that fails, and leave every sum as it should be', () => {
    fc.assert(fc.property(anyCrossing, tell), { numRuns: scaled(120) });
  });
});
