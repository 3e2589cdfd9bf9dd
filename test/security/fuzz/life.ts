import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Random } from '../../../src/sim/random.js';
import { startRunning } from '../../stories/service.js';
import { publish, putOrder } from './deeds.js';
import { MOVES } from './moves.js';
import { Town } from './town.js';

/** One life of a service, told by a seed. */

/** Requests of one town; it begins anew with the next. */
export const REQUESTS = 500;

/** How often each operation was answered with each status. */
export const counts = new Map<string, number>();
export const states = new Set<string>();

/** Where no disk has to sync, if there is such a place: what is asked here is what is answered, not what a power cut leaves. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** One service from its start, with what the people around it do. A seed tells all of it but what the partners do. */
export async function lives(seed: number): Promise<void> {
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
