import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Auditor } from '../../src/sim/auditor/auditor.js';
import { runMany } from '../../src/sim/many.js';
import { drawPlan, type Overrides } from '../../src/sim/plan.js';
import { run } from '../../src/sim/run.js';
import { scaled } from '../scale.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SEEDS = Array.from({ length: scaled(6) }, (_, i) => `same-${i}`);

const traceOf = async (seed: string, overrides: Overrides = {}) =>
  (await run(drawPlan(seed, overrides), { judge: new Auditor() })).traceHash;

describe('the same seed', () => {
  it.each(SEEDS)('gives the same trace twice, and on the simulated store as on SQLite (%s)', async (seed) => {
    const simulated = await traceOf(seed, { store: 'memory' });
    expect(await traceOf(seed, { store: 'memory' })).toBe(simulated);
    expect(await traceOf(seed, { store: 'sqlite' })).toBe(simulated);
  });

  it('gives another trace than another seed', async () => {
    expect(await traceOf('one')).not.toBe(await traceOf('another'));
  });

  it('gives the same trace in other processes, beside each other', async () => {
    execFileSync(process.execPath, ['scripts/buildIfStale.mjs'], { cwd: ROOT, stdio: 'ignore' });
    const seeds = SEEDS.slice(0, 3);
    const traces = new Map<string, string[]>();
    const worker = new URL('../../dist/sim/worker.js', import.meta.url);
    // Each seed twice, so that two processes may have it at once.
    await runMany(
      seeds.flatMap((seed) => [seed, seed]),
      {
        ...{ overrides: { store: 'memory' }, directory: null, jobs: 2, worker, enough: () => false },
        ended: (seed, { traceHash }) => traces.set(seed, [...(traces.get(seed) ?? []), traceHash]),
      },
    );
    for (const seed of seeds) {
      const here = await traceOf(seed, { store: 'memory' });
      expect(traces.get(seed)).toEqual([here, here]);
    }
  });
});
