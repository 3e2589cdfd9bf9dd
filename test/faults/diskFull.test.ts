import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../src/sim/random.js';
import { servingTests, UNSTEADY_GATEWAY } from '../concurrency/serving.js';
import { shims } from '../power/shim.js';
import { counted, scaled } from '../scale.js';
import { smallDisk } from './machine.js';
import { troubled } from './trouble.js';

const services = servingTests();
const shim = shims();
const TIMES = counted(12, 300);
/** Every answer of a load is asked for again in the end, so it does not last for ever. */
const TIMES_OF_A_LOAD = 20;

it(`on a disk that is full after any byte nothing is lost, and the service goes on once there is room, ${TIMES} times`, {
  timeout: scaled(120_000),
}, async () => {
  const dataDirectory = services.directory();
  const disk = shim(dataDirectory);
  const serving = await services.start(dataDirectory, UNSTEADY_GATEWAY, disk.environment);
  const random = new Random('disk full');
  for (let begun = 0; begun < TIMES; begun += TIMES_OF_A_LOAD) {
    const work = await troubled(serving, 2, begun);
    for (let time = begun; time < Math.min(begun + TIMES_OF_A_LOAD, TIMES); time += 1) {
      disk.fail({ operations: ['write', 'truncate'], error: 'ENOSPC', afterBytes: random.below(60_000) });
      await work.refuses();
      if (time % 10 === 0) await work.answersReads();
      expect(disk.failed()).toBeGreaterThan(0);
      disk.heal();
      await work.goesOn();
    }
    await work.judge();
  }
});

/** A small file system where this user may mount one, else one whose writes fail. */
function diskToFill(at: string) {
  const small = smallDisk(at, 24);
  if (small === undefined) {
    const { environment, fail, heal } = shim(at);
    return { environment, fill: () => fail({ operations: ['write', 'truncate'], error: 'ENOSPC' }), free: heal };
  }
  services.ending(small.unmount);
  return { environment: {}, ...small };
}

it('on a small disk that somebody else fills, it answers reads, and goes on when they have tidied up', async () => {
  const dataDirectory = join(services.directory(), 'small');
  const disk = diskToFill(dataDirectory);
  const serving = await services.start(dataDirectory, UNSTEADY_GATEWAY, disk.environment);
  const work = await troubled(serving);
  for (let time = 0; time < 2; time += 1) {
    disk.fill();
    await work.refuses();
    await work.answersReads();
    disk.free();
    await work.goesOn();
  }
  await work.judge();
});
