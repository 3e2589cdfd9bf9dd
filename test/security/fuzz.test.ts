import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaled } from '../scale.js';
import { OPERATIONS } from './document.js';
import { counts, everyOperationByEveryRole, lives, REQUESTS, states } from './fuzz/life.js';
import { ROLES } from './fuzz/town.js';

describe('every operation, by every role, with right and broken requests', () => {
  // Much longer than it takes on two free cores, for they may be shared with anything.
  it('answers as its document says, never fails, and leaves every promise whole', { timeout: scaled(240_000) }, async () => {
    const seed = process.env.FUZZ_SEED;
    await fc.assert(fc.asyncProperty(fc.noBias(fc.nat()), lives), {
      numRuns: Math.ceil(scaled(2_000) / REQUESTS),
      endOnFailure: true,
      ...(seed === undefined ? {} : { seed: Number(seed) }),
    });
    expect(states.size).toBeGreaterThan(20);
    if (process.env.FUZZ_TELL !== undefined) {
      process.stderr.write(`${JSON.stringify({ ...Object.fromEntries([...counts].sort()), states: [...states].sort() }, null, 1)}\n`);
    }
  });

  it('answers all of them by all of these', { timeout: scaled(240_000) }, async () => {
    for (const seed of fc.sample(fc.nat(), scaled(1))) {
      const asked = await everyOperationByEveryRole(seed);
      expect(asked.size).toBe(OPERATIONS.length * (ROLES.length + 1));
    }
  });
});
