import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { servingTests, UNSTEADY_GATEWAY } from '../concurrency/serving.js';
import { type Fault, shims } from '../power/shim.js';
import { makeImmutable, makeMutable } from './machine.js';
import { troubled } from './trouble.js';

const services = servingTests();
const shim = shims();

/** What a file system does that was mounted anew for reading, or found itself broken. */
const fault = (error: Fault['error']): Fault => ({ operations: ['write', 'truncate', 'open', 'unlink'], error });

it.each(['EROFS', 'EIO'] as const)(
  'a service whose files cannot be written (%s) answers reads, and goes on once they can',
  async (error) => {
    const dataDirectory = services.directory();
    const disk = shim(dataDirectory);
    const serving = await services.start(dataDirectory, UNSTEADY_GATEWAY, disk.environment);
    const work = await troubled(serving);
    disk.fail(fault(error));
    await work.refuses();
    await work.answersReads();
    expect(disk.failed()).toBeGreaterThan(0);
    disk.heal();
    await work.goesOn();
    await work.judge();
  },
);

it.each([
  ['EROFS', ['write', 'truncate', 'open', 'unlink'], /cannot be used\. A file of the data cannot be opened: .* read-only/],
  ['ENOSPC', ['write'], /cannot be used\. The disk is full/],
] as const)('a service that cannot write when it starts (%s) says why, and starts once it can', async (error, operations, said) => {
  const dataDirectory = services.directory();
  expect(await (await services.start(dataDirectory)).stop()).toBe(0);
  const disk = shim(dataDirectory);
  disk.fail({ operations, error });
  await expect(services.start(dataDirectory, {}, disk.environment)).rejects.toThrow(said);
  disk.heal();
  expect(await (await services.start(dataDirectory, {}, disk.environment)).stop()).toBe(0);
});

/** Files that even root may not write, where that can be had, else ones whose writes fail. */
function writeProtection(dataDirectory: string) {
  const files = () => [databaseFile(dataDirectory), `${databaseFile(dataDirectory)}-wal`].filter(existsSync);
  const { environment, fail, heal } = shim(dataDirectory);
  services.ending(() => void makeMutable(files()));
  let isReal = false;
  return {
    environment,
    protect: () => {
      isReal = makeImmutable(files());
      if (!isReal) fail(fault('EPERM'));
    },
    unprotect: () => {
      if (isReal) expect(makeMutable(files())).toBe(true);
      heal();
    },
  };
}

it('a service whose files somebody else made unwritable answers reads, and goes on once they are not', async () => {
  const dataDirectory = services.directory();
  const disk = writeProtection(dataDirectory);
  const serving = await services.start(dataDirectory, UNSTEADY_GATEWAY, disk.environment);
  const work = await troubled(serving);
  disk.protect();
  await work.refuses();
  await work.answersReads();
  disk.unprotect();
  await work.goesOn();
  await work.judge();
  expect(await serving.stop()).toBe(0);
});
