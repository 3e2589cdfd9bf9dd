import { expect, it } from 'vitest';
import { machineTime } from '../../src/load/service/time.js';
import { afterMoves, loadLittle, serviceWithout } from './serviceWithout.js';

it('a load outlives a restart in its middle: it asks again for what was lost, says how long the service was away, and loses nothing', async () => {
  const service = await serviceWithout();
  const enough = afterMoves(160);
  let moves = 0;
  let closed: Promise<void> | undefined;
  let opened: Promise<void> | undefined;
  const report = await loadLittle(service, {
    stopped: () => {
      moves += 1;
      if (moves === 60) closed = service.stop();
      return enough();
    },
    // Nobody pauses but who waits for a service that is away, so that it comes back only once it was missed.
    time: {
      ...machineTime,
      pause: async (milliseconds) => {
        if (closed !== undefined) opened ??= closed.then(() => service.start());
        await opened;
        return machineTime.pause(milliseconds);
      },
    },
  });
  await opened;
  expect(report.findings).toEqual([]);
  expect(report.verdict).toBe('held');
  expect(report.absences).toHaveLength(1);
  expect(report.absences[0]?.to).toBeGreaterThan(report.absences[0]?.from ?? 0);
  expect(report.requests.lost).toBeGreaterThan(0);
  expect(report.requests.done).toBeGreaterThan(60);
});

it('a load that waits in vain for its service says that nothing could be judged', async () => {
  const service = await serviceWithout();
  const enough = afterMoves(10_000);
  let moves = 0;
  let stopped: Promise<void> | undefined;
  const report = await loadLittle(service, {
    patienceMs: 1,
    stopped: () => {
      moves += 1;
      if (moves === 40) stopped = service.stop();
      return enough();
    },
  });
  expect(report).toMatchObject({ verdict: 'unknown', failure: expect.stringContaining('has not answered'), aftermath: null });
  expect(report.requests.done).toBeGreaterThan(0);
  await stopped;
  await service.start();
});
