import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { MachineTime } from '../../src/server/clock.js';
import { HOUR } from './case.js';
import { type Running, startRunning } from './service.js';
import { tell } from './story.js';

/** A service on a machine whose wall clock somebody sets by hours. */

const TOWELS = { lines: [{ sku: 'towel', price: 3_500, quantity: 30 }] };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Machine extends MachineTime {
  set(milliseconds: number): void;
}

function machine(): Machine {
  let set = 0;
  return {
    wall: () => Date.now() + set,
    elapsed: () => performance.now(),
    set: (milliseconds) => {
      set += milliseconds;
    },
  };
}

async function started(time: Machine, dataDirectory?: string): Promise<Running> {
  const running = await startRunning(dataDirectory === undefined ? { time } : { time, dataDirectory });
  ends.push(() => running.close());
  if (dataDirectory === undefined) ends.unshift(async () => rmSync(running.dataDirectory, { recursive: true, force: true }));
  return running;
}

/** Ends a service and starts it again on its data. */
async function restarted(running: Running, time: Machine): Promise<Running> {
  ends.splice(1);
  await running.close();
  return started(time, running.dataDirectory);
}

const alarms = ({ log }: Running): string[] => log.flatMap(({ alarm }) => (alarm === undefined ? [] : [alarm]));

async function stateOf(running: Running, id: string): Promise<string> {
  const operations = await running.caller({ role: 'operations', id: 'operator' });
  return ((await operations.send('GET', `after-sales/${id}`)).body as { readonly state: string }).state;
}

describe('a wall clock that is set while the service runs', () => {
  it.each([
    ['forward', 72],
    ['back', -72],
  ])('%s by %d hours fires no deadline and loses none', async (_, hours) => {
    const time = machine();
    const running = await started(time);
    const story = await tell(running, TOWELS);
    const before = await story.apply({ reason: 'missing' });
    time.set(hours * HOUR);
    await running.settled();
    expect(await stateOf(running, before.id)).toBe('reviewing.merchant');
    expect(alarms(running)).toEqual(['clock.jumped']);

    const again = await tell(running, TOWELS);
    const after = await again.apply({ reason: 'missing' });
    expect(after.deadline('merchantReview')).toBe(48 * HOUR);
    expect(Date.parse(after.view.updateTime) - Date.parse(before.view.updateTime)).toBeLessThan(HOUR);

    const operations = await running.caller({ role: 'operations', id: 'operator' });
    await operations.send('POST', 'clock', { body: { forward: '47h' } });
    expect(await stateOf(running, before.id)).toBe('reviewing.merchant');
    await operations.send('POST', 'clock', { body: { forward: '1h' } });
    for (const { id } of [before, after]) expect(await stateOf(running, id)).not.toBe('reviewing.merchant');
    for (const { key } of [story, again]) expect(await running.faultsOf(key)).toEqual([]);
  });

  it('to and fro gives no id twice, and a trail whose times never go back', async () => {
    const time = machine();
    const running = await started(time);
    const story = await tell(running, TOWELS);
    const ids = new Set<string>();
    for (const hours of [0, 5, -9, 4, -1, 1]) {
      time.set(hours * HOUR);
      const { platform, buyerUid } = story.body;
      const buyer = await running.caller({ role: 'user', platform, buyerUid });
      const applied = await buyer.send('POST', 'after-sales', { body: story.application({ reason: 'missing' }) });
      ids.add((applied.body as { readonly id: string }).id);
    }
    expect(ids.size).toBe(6);
    const trail = await running.service.core.store.reads.trail(story.key, 0, 100);
    const times = trail.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(await running.faultsOf(story.key)).toEqual([]);
  });

  it('takes tokens as long as the wall clock says that they are good, and takes them again when it is right', async () => {
    const time = machine();
    const running = await started(time);
    const operations = await running.caller({ role: 'operations', id: 'operator' });
    const status = async () => (await operations.send('GET', 'after-sales')).status;
    expect(await status()).toBe(200);
    time.set(2 * HOUR);
    expect(await status()).toBe(401);
    // Whoever gives out tokens goes by the same wall clock.
    const later = await running.caller({ role: 'operations', id: 'operator' });
    expect((await later.send('GET', 'after-sales')).status).toBe(200);
    time.set(-2 * HOUR);
    expect(await status()).toBe(200);
  });
});

describe('a service that is started again', () => {
  it('with its wall clock hours back goes on at its newest commit, and says so', async () => {
    const time = machine();
    const running = await started(time);
    const story = await tell(running, TOWELS);
    const { id } = await story.apply({ reason: 'missing' });
    const [newest] = (await running.service.core.store.reads.trail(story.key, 0, 100)).slice(-1);

    time.set(-5 * HOUR);
    const again = await restarted(running, time);
    expect(again.now()).toBeGreaterThanOrEqual(newest?.at ?? Number.NaN);
    await again.settled();
    expect(alarms(again)).toEqual(['clock.jumped']);
    expect(await stateOf(again, id)).toBe('reviewing.merchant');
    const operations = await again.caller({ role: 'operations', id: 'operator' });
    await operations.send('POST', 'clock', { body: { forward: '48h' } });
    expect(await stateOf(again, id)).not.toBe('reviewing.merchant');
    expect(await again.faultsOf(story.key)).toEqual([]);
  });

  it('with its wall clock days on finds what has come due meanwhile', async () => {
    const time = machine();
    const running = await started(time);
    const story = await tell(running, TOWELS);
    const { id } = await story.apply({ reason: 'missing' });
    time.set(49 * HOUR);
    const again = await restarted(running, time);
    await again.settled();
    expect(alarms(again)).not.toContain('clock.jumped');
    expect(await stateOf(again, id)).not.toBe('reviewing.merchant');
  });
});
