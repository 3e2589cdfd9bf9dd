import { expect, it } from 'vitest';
import type { Failure } from '../../src/store/sqlite/failure.js';
import type { MemberResult } from '../../src/store/sqlite/group.js';
import { guardedWriter } from '../../src/store/sqlite/guard.js';
import type { Writer } from '../../src/store/sqlite/writer.js';

const failure = (reason: Failure['reason']): MemberResult<unknown> => ({ kind: 'failed', reason, detail: reason, retryAfterMs: 1 });
const DONE: MemberResult<unknown> = { kind: 'done', value: true };

/** A guard over a writer that does what a test says, and a look at the whole file takes two seconds. */
function guarded() {
  const written: string[] = [];
  const told: (string | undefined)[] = [];
  let result = DONE;
  let now = 0;
  const writer: Writer = {
    write: async (name) => {
      written.push(name);
      if (name === 'look') now += 2_000;
      return result;
    },
    demand: () => Promise.reject(new Error('the guard has its own')),
    compact: async () => ({ bytesBefore: 0, bytesAfter: 0, logCut: true }),
    drain: async () => undefined,
    close: async () => undefined,
  };
  const guard = guardedWriter(writer, { elapsed: () => now, tell: (trouble) => told.push(trouble?.reason) });
  return {
    guard,
    written,
    told,
    results: (next: MemberResult<unknown>) => {
      result = next;
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    probe: async () => {
      const { kind, ...rest } = await guard.write('probe', null);
      // What a look has found is known in the next turn.
      await Promise.resolve();
      return kind === 'failed' ? (rest as Failure).reason : kind;
    },
  };
}

it('tells once that writing fails, whatever fails how often, and once that it works again', async () => {
  const { guard, told, results, probe } = guarded();
  expect(guard.trouble()).toBeUndefined();
  for (const reason of ['diskFull', 'diskFull', 'readOnly'] as const) {
    results(failure(reason));
    expect(await probe()).toBe(reason);
    expect(guard.trouble()?.reason).toBe(reason);
  }
  results({ kind: 'unknown', detail: 'the sync failed' });
  expect(await probe()).toBe('unknown');
  results(DONE);
  expect([await probe(), await probe()]).toEqual(['done', 'done']);
  expect(told).toEqual(['diskFull', 'readOnly', 'lost', undefined]);
});

it.each(['overloaded', 'closed'] as const)('does not take a writer that is %s for a disk in trouble', async (reason) => {
  const { told, results, probe } = guarded();
  results(failure(reason));
  expect(await probe()).toBe(reason);
  expect(told).toEqual([]);
});

it('turns writes away while the file is damaged, looks at it now and then, and goes on when it is whole', async () => {
  const { guard, written, told, results, pass, probe } = guarded();
  results(failure('damaged'));
  expect(await probe()).toBe('damaged');
  expect(await probe()).toBe('damaged');
  expect(written).toEqual(['probe', 'look']);
  await expect(guard.demand('probe', null)).rejects.toMatchObject({ name: 'Unavailable', reason: 'damaged' });

  // It rests nine times as long as it looked, and a second more.
  pass(18_999);
  expect(await probe()).toBe('damaged');
  expect(written).toEqual(['probe', 'look']);
  pass(1);
  results(DONE);
  expect(await probe()).toBe('damaged');
  expect(await probe()).toBe('done');
  expect(written).toEqual(['probe', 'look', 'look', 'probe']);
  expect(told).toEqual(['damaged', undefined]);
});

it('writes nothing from the moment on at which somebody suspects the file, until it was looked through', async () => {
  const { guard, written, told, probe } = guarded();
  guard.suspect({ reason: 'damaged', detail: 'a page', retryAfterMs: 30_000 });
  expect(guard.trouble()?.reason).toBe('damaged');
  expect(await probe()).toBe('damaged');
  expect(await probe()).toBe('done');
  expect(written).toEqual(['look', 'probe']);
  expect(told).toEqual(['damaged', undefined]);
});
