import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runMany } from '../../src/sim/many.js';
import { unseen } from '../../src/sim/report.js';
import { Tally } from '../../src/sim/summary.js';
import { scale, scaled } from '../scale.js';

const isLong = scale >= 10;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function* seeds(): Generator<string> {
  for (let seed = 1; ; seed++) yield String(seed);
}

describe('under simulated load, faults and time', () => {
  it(
    'every promise holds, on both stores, and every kind of fault is met',
    async () => {
      execFileSync(process.execPath, ['scripts/buildIfStale.mjs'], { cwd: ROOT, stdio: 'ignore' });
      const wanted = scaled(200_000);
      const tally = new Tally();
      await runMany(seeds(), {
        ...{ overrides: {}, directory: null, jobs: 2, worker: new URL('../../dist/sim/worker.js', import.meta.url) },
        enough: () => tally.commands >= wanted,
        ended: (_, { summary }) => tally.add(summary),
      });
      const all = tally.summary();
      expect(all.violations.map(({ seed, violation }) => ({ seed, ...violation }))).toEqual([]);
      expect(all.commands).toBeGreaterThanOrEqual(wanted);
      expect(unseen(all).faults).toEqual([]);
      expect(Object.keys(all.stores).sort()).toEqual(['memory', 'sqlite']);
      for (const promise of [1, 2, 3, 4, 5, 6, 7, 10, 11]) expect(all.promises[`promise ${promise}`]).toBeGreaterThan(1_000);
      // Of refusals and transitions the rare ones need more runs than these.
      const { states, refusals, transitions } = unseen(all);
      expect({ states, refusals: refusals.slice(isLong ? 0 : 2) }).toEqual({ states: [], refusals: [] });
      expect(transitions.length).toBeLessThan(all.knownTransitions.length / (isLong ? 100 : 10));
    },
    scaled(600_000),
  );
});
