import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Random } from '../../../src/sim/random.js';
import { startRunning } from '../../stories/service.js';
import { OPERATIONS } from '../document.js';
import { publish, putOrder } from './deeds.js';
import { askFor, MOVES } from './moves.js';
import { ROLES, Town } from './town.js';

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
  await inTown(seed, async (town, told) => {
    for (let move = 0; town.sent < REQUESTS; move += 1) await told(`move ${move}`, (random) => random.weighted(MOVES)(town, random));
  });
}

/** Requests before every operation is asked for, so that there is something to ask about. */
const BEFORE = 120;

/** Every operation, asked for by nobody and by each role, each with a right and a broken request, in an order of the seed. */
export async function everyOperationByEveryRole(seed: number): Promise<ReadonlySet<string>> {
  const asked = new Set<string>();
  await inTown(seed, async (town, told) => {
    for (let move = 0; town.sent < BEFORE; move += 1) await told(`move ${move}`, (random) => random.weighted(MOVES)(town, random));
    const pairs = OPERATIONS.flatMap((operation) => [undefined, ...ROLES].map((role) => ({ operation, role })));
    for (const { operation, role } of new Random(`${seed}/order`).shuffled(pairs)) {
      const pair = `${operation.operationId} by ${role ?? 'nobody'}`;
      await told(pair, (random) => askFor(town, random, operation, role));
      asked.add(pair);
    }
  });
  return asked;
}

type Told = (what: string, act: (random: Random) => Promise<unknown>) => Promise<void>;

/** A service that begins, what is done in it, and whether every promise held. What fails is told with the seed and what was done. */
async function inTown(seed: number, live: (town: Town, told: Told) => Promise<void>): Promise<void> {
  const running = await startRunning({ dataDirectory: mkdtempSync(join(PLACE, 'redress-fuzz-')) });
  const town = await Town.around(running);
  let doing = 'the beginning';
  const told: Told = async (what, act) => {
    doing = what;
    await act(new Random(`${seed}/${what}`));
  };
  try {
    await told('orders', (random) => putOrder(town, random));
    await told('templates', async (random) => {
      if (random.chance(1, 2)) for (let template = 0; template < 4; template += 1) await publish(town, random);
    });
    await live(town, told);
    doing = 'the end';
    expect(await town.faults()).toEqual([]);
  } catch (error) {
    throw new Error(`town ${seed}, ${doing}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    town.close();
    await running.close();
    rmSync(running.dataDirectory, { recursive: true, force: true });
    for (const state of town.states) states.add(state);
    for (const [name, count] of town.counts) counts.set(name, (counts.get(name) ?? 0) + count);
  }
}
