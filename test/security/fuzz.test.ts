import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/sim/random.js';
import { scaled } from '../scale.js';
import { startRunning } from '../stories/service.js';
import { OPERATIONS } from './document.js';
import { MOVES, publish, putOrder } from './fuzz/moves.js';
import { Town } from './fuzz/town.js';

/** Requests of one town; it begins anew with the next. */
const REQUESTS = 500;

/** How often each operation was answered with each status. */
const counts = new Map<string, number>();
const states = new Set<string>();

/** Where no disk has to sync, if there is such a place: what is asked here is what is answered, not what a power cut leaves. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** One service from its start, with what the people around it do. A seed tells all of it but what the partners do. */
async function lives(seed: number): Promise<void> {
  const running = await startRunning({ dataDirectory: mkdtempSync(join(PLACE, 'redress-fuzz-')) });
  const town = await Town.around(running);
  let move = 0;
  try {
    const begin = new Random(`${seed}`);
    await putOrder(town, begin);
    if (begin.chance(1, 2)) for (let template = 0; template < 4; template += 1) await publish(town, begin);
    for (; town.sent < REQUESTS; move += 1) {
      const random = new Random(`${seed}/${move}`);
      await random.weighted(MOVES)(town, random);
    }
    expect(await town.faults()).toEqual([]);
  } catch (error) {
    throw new Error(`town ${seed}, move ${move}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    town.close();
    await running.close();
    rmSync(running.dataDirectory, { recursive: true, force: true });
    for (const state of town.states) states.add(state);
    for (const [name, count] of town.counts) counts.set(name, (counts.get(name) ?? 0) + count);
  }
}

describe('every operation, by every role, with right and broken requests', () => {
  it('answers as its document says, never fails, and leaves every promise whole', async () => {
    const seed = process.env.FUZZ_SEED;
    await fc.assert(fc.asyncProperty(fc.noBias(fc.nat()), lives), {
      numRuns: Math.ceil(scaled(2_000) / REQUESTS),
      endOnFailure: true,
      ...(seed === undefined ? {} : { seed: Number(seed) }),
    });
    const reached = new Set([...counts.keys()].map((name) => name.split(' ')[0]));
    expect(OPERATIONS.filter(({ operationId }) => !reached.has(operationId)).length).toBeLessThan(OPERATIONS.length / 5);
    if (process.env.FUZZ_TELL !== undefined) {
      process.stderr.write(`${JSON.stringify({ ...Object.fromEntries([...counts].sort()), states: [...states].sort() }, null, 1)}\n`);
    }
  });
});
