import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaled } from '../scale.js';
import { faultsAtTheEnd } from './world/endPromises.js';
import { settleAll } from './world/happen.js';
import { anyStory, begun, goOn, type Story } from './world/randomStories.js';
import type { Scenario } from './world/scenario.js';

function tell(story: Story): Scenario {
  const s = begun(story);
  for (const index of story.moves.keys()) goOn(s, story, index);
  return s;
}

describe('every promise after each step of random stories', () => {
  it('holds, and when everything has been answered nothing is left open or reserved', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        const s = tell(story);
        settleAll(s);
        expect(faultsAtTheEnd(s.history)).toEqual([]);
      }),
      { numRuns: scaled(200) },
    );
  });
});
