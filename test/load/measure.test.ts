import { describe, expect, it } from 'vitest';
import { lineOf, sparks } from '../../src/cli/load/watch.js';
import { chanceOf, skewedChoice } from '../../src/load/chance.js';
import { runLoop, UnderWay } from '../../src/load/drive/loops.js';
import { corrected, curveOf, latencies, percentile, record, spreadOf } from '../../src/load/measure/latencies.js';
import { Meter } from '../../src/load/measure/meter.js';
import { Timeline } from '../../src/load/measure/timeline.js';
import type { Time } from '../../src/load/service/time.js';

/** Time that passes only while somebody pauses, or where a test says so. */
class Stepped implements Time {
  at = 0;
  now = () => this.at;
  wall = () => this.at;
  pause = async (milliseconds: number) => {
    this.at += milliseconds;
  };
}

const parts = (time: Time) => ({ time, chance: chanceOf(1), meter: new Meter(time, 500), underWay: new UnderWay(), stopped: () => false });

describe('a load', () => {
  it('on a schedule sends what is due although nothing is answered, and counts latencies from when it was due', async () => {
    const time = new Stepped();
    const loop = parts(time);
    loop.meter.start();
    const waiting: (() => void)[] = [];
    const act = (dueAt: number) =>
      new Promise<void>((resolve) => {
        waiting.push(() => {
          loop.meter.answered('user', 'look', dueAt, 'done', undefined);
          resolve();
        });
      });
    await runLoop({ ...loop, until: 10_000, act }, { kind: 'open', rateAt: () => 100 });
    // Two sigmas of a Poisson process of a thousand.
    expect(Math.abs(waiting.length - 1_000)).toBeLessThan(64);
    expect(time.at).toBe(10_000);
    for (const answer of waiting) answer();
    await loop.underWay.over();
    // All are answered after ten seconds: half of them were due more than five seconds ago.
    expect(loop.meter.percentile(50)).toBeGreaterThan(4_500);
    expect(loop.meter.percentile(50)).toBeLessThan(5_500);
    expect(loop.meter.percentile(100)).toBeGreaterThan(9_900);
  });

  it('follows a rate that changes, and keeps still where it is none', async () => {
    const time = new Stepped();
    const due: number[] = [];
    const act = async (dueAt: number) => {
      due.push(dueAt);
    };
    const rateAt = (seconds: number) => (seconds < 5 ? 0 : seconds < 10 ? 20 : 200);
    await runLoop({ ...parts(time), until: 15_000, act }, { kind: 'open', rateAt });
    const between = (from: number, to: number) => due.filter((at) => at >= from && at < to).length;
    expect(between(0, 5_000)).toBe(0);
    expect(Math.abs(between(5_000, 10_000) - 100)).toBeLessThan(20);
    expect(Math.abs(between(10_000, 15_000) - 1_000)).toBeLessThan(64);
  });

  it('ends with the fault of a request, whenever it comes', async () => {
    const loop = parts(new Stepped());
    const act = () => Promise.reject(new Error('a bug'));
    await runLoop({ ...loop, until: 20, act }, { kind: 'open', rateAt: () => 100 }).catch(() => undefined);
    await expect(loop.underWay.over()).rejects.toThrow('a bug');
  });

  it('with clients that wait has never more under way than there are', async () => {
    const time = new Stepped();
    let most = 0;
    let underWay = 0;
    const act = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await time.pause(1);
      underWay -= 1;
    };
    await runLoop({ ...parts(time), until: 100, act }, { kind: 'closed', connections: 4 });
    expect(most).toBe(4);
  });
});

describe('latencies', () => {
  it('are kept to three digits', () => {
    const seen = latencies();
    for (let ms = 1; ms <= 1_000; ms += 1) record(seen, ms);
    for (const per of [10, 50, 90, 99, 99.9]) expect(percentile(seen, per) / (per * 10)).toBeCloseTo(1, 2);
    expect(spreadOf(seen)).toMatchObject({ count: 1_000, p50: expect.closeTo(500, -1), max: expect.closeTo(1_000, -1) });
  });

  it('of a client that kept still are filled in: a second of silence is a hundred requests that waited', () => {
    const seen = latencies();
    for (let times = 0; times < 100; times += 1) record(seen, 10);
    record(seen, 1_000);
    const filled = corrected(seen, 10);
    expect(percentile(seen, 90)).toBeCloseTo(10, 1);
    expect(filled.totalCount).toBe(200);
    expect(percentile(filled, 90)).toBeGreaterThan(750);
  });

  it('of nothing are nothing', () => {
    expect(curveOf(latencies())).toEqual([]);
    expect(spreadOf(latencies())).toMatchObject({ count: 0, mean: 0, max: 0 });
  });

  it('draw a curve that rises to the slowest', () => {
    const seen = latencies();
    for (let ms = 1; ms <= 1_000; ms += 1) record(seen, ms);
    const curve = curveOf(seen);
    expect(
      curve.every(([per, ms], index) => index === 0 || (per > (curve[index - 1]?.[0] ?? 0) && ms >= (curve[index - 1]?.[1] ?? 0))),
    ).toBe(true);
    expect(curve.at(-1)?.[0]).toBeGreaterThan(99.9);
  });
});

describe('a timeline', () => {
  it('tells of each slice what was due in it and what was answered in it', () => {
    const timeline = new Timeline(100);
    timeline.due(10);
    timeline.due(20);
    timeline.due(250);
    timeline.answered(30, 'done', 20);
    timeline.answered(260, 'refused', 240);
    timeline.answered(450, 'putOff', 1);
    timeline.due(40);
    expect(timeline.slices().map(({ at, due, done, refused, putOff }) => [at, due, done, refused, putOff])).toEqual([
      [0, 3, 1, 0, 0],
      [100, 0, 0, 0, 0],
      [200, 1, 0, 1, 0],
      [300, 0, 0, 0, 0],
      [400, 0, 0, 0, 1],
    ]);
    expect(timeline.slices().map(({ max }) => (max === null ? null : Math.round(max / 10) * 10))).toEqual([20, null, 240, null, 0]);
  });
});

describe('a timeline of a long run', () => {
  it('has slices that are as much longer as it takes, and loses nothing by it', () => {
    const timeline = new Timeline(100);
    for (let at = 0; at < 100_000; at += 50) {
      timeline.due(at);
      timeline.answered(at, 'done', at < 50_000 ? 10 : 1_000);
    }
    const slices = timeline.slices();
    expect([timeline.sliceMs, slices.length]).toEqual([400, 250]);
    expect(slices.reduce((sum, { due, done }) => sum + due + done, 0)).toBe(4_000);
    expect(new Set(slices.map(({ due }) => due))).toEqual(new Set([8]));
    expect([slices[10]?.max, slices[240]?.p50].map((ms) => Math.round((ms ?? 0) / 10) * 10)).toEqual([10, 1_000]);
  });
});

describe('a choice', () => {
  it.each([
    { skew: 0, first: 0.001 },
    { skew: 1, first: 0.1336 },
    { skew: 2, first: 0.6083 },
  ])('with a skew of $skew takes the first of a thousand $first of the time', ({ skew, first }) => {
    const chance = chanceOf(5);
    const choose = skewedChoice(1_000, skew);
    const drawn = Array.from({ length: 20_000 }, () => choose(chance));
    expect(drawn.filter((index) => index === 0).length / drawn.length).toBeCloseTo(first, 2);
    expect(Math.max(...drawn)).toBeLessThan(1_000);
  });

  it('is the same for the same seed', () => {
    const draw = (seed: number) =>
      Array.from(
        { length: 20 },
        (
          (chance) => () =>
            chance.below(1_000)
        )(chanceOf(seed)),
      );
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });
});

describe('the line of a running load', () => {
  it('tells how fast, how slow, and how long the service is away', () => {
    const time = new Stepped();
    const meter = new Meter(time, 500);
    meter.start();
    for (const at of [100, 600, 700, 2_000]) {
      time.at = at;
      meter.answered('user', 'apply', at - 20, at === 700 ? 'refused' : 'done', at === 700 ? 'selection.tooMany' : undefined);
    }
    expect(lineOf(meter, undefined, 'peak')).toBe('2 s  peak  ▅█▁▁ 0/s  3 done, 1 refused  p50 20.0 p99 20 ms  0 under way');
    expect(lineOf(meter, 1_240, 'peak')).toBe('2 s  peak  the service has been away for 1.2 s, 0 requests wait');
    expect(sparks([0, 50, 100])).toBe('▁▅█');
  });
});
