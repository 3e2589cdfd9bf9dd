import { expect, it } from 'vitest';
import { rememberedReadiness } from '../../src/server/readiness.js';
import { world } from './world.js';

it('asks at most once a second, and gives everybody the same answer meanwhile', async () => {
  let now = 5_000;
  let asked = 0;
  const check = async () => {
    asked += 1;
    return { asked: asked % 2 === 1 };
  };
  const readiness = rememberedReadiness({ check }, () => now);
  expect(await Promise.all([readiness.check(), readiness.check()])).toEqual([{ asked: true }, { asked: true }]);
  now += 999;
  expect(await readiness.check()).toEqual({ asked: true });
  now += 1;
  expect(await readiness.check()).toEqual({ asked: false });
  expect(asked).toBe(2);
});

it.each([
  [{ check: async () => ({ reading: true, writing: false }) }, ['part="reading"} 1', 'part="writing"} 0']],
  [{ check: () => Promise.reject(new Error('gone')) }, ['part="check"} 0']],
])('stands in the metrics, part by part', async (readiness, lines) => {
  const text = await (await world({ readiness }).app.request('/metrics')).text();
  expect(text.split('\n').filter((line) => line.startsWith('redress_ready{'))).toEqual(lines.map((line) => `redress_ready{${line}`));
});

it('how far the wall clock has gone away stands in the metrics, in seconds', async () => {
  const text = await (await world({ clockDrift: () => -7_200_500 }).app.request('/metrics')).text();
  expect(text).toContain('redress_clock_drift_seconds -7200.5\n');
});
