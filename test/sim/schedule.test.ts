import { describe, expect, it } from 'vitest';
import { Random } from '../../src/sim/random.js';
import { type Owner, Scheduler } from '../../src/sim/schedule.js';

const owner = (name: string): Owner => ({ name, alive: true });

describe('the scheduler', () => {
  it('runs tasks by their times, and those of one time as they came', async () => {
    const scheduler = new Scheduler();
    const told: string[] = [];
    for (const [delay, name] of [
      [30, 'c'],
      [10, 'a'],
      [30, 'd'],
      [20, 'b'],
      [0, 'first'],
    ] as const) {
      scheduler.after(delay, owner('x'), name, () => told.push(`${name} at ${scheduler.nowUs}`));
    }
    while (await scheduler.step());
    expect(told).toEqual(['first at 0', 'a at 10', 'b at 20', 'c at 30', 'd at 30']);
  });

  it('lets everything that follows from a task happen before the next', async () => {
    const scheduler = new Scheduler();
    const told: string[] = [];
    const work = async (name: string) => {
      await scheduler.call(5, owner('x'), name, () => undefined);
      for (let i = 0; i < 50; i++) await Promise.resolve();
      told.push(name);
    };
    void work('a');
    void work('b');
    await scheduler.step();
    expect(told).toEqual(['a']);
    await scheduler.step();
    expect(told).toEqual(['a', 'b']);
  });

  it('drops what a gone owner waits for: nothing resolves, nothing rejects, no finally runs', async () => {
    const scheduler = new Scheduler();
    const gone = owner('gone');
    const told: string[] = [];
    const wait = async () => {
      try {
        await scheduler.call(5, gone, 'call', () => told.push('ran'));
        told.push('went on');
      } catch {
        told.push('rejected');
      } finally {
        told.push('finally');
      }
    };
    void wait();
    gone.alive = false;
    expect(await scheduler.step()).toBe(false);
    expect(told).toEqual([]);
  });

  it('rejects what a task throws, and runs nothing that was cancelled', async () => {
    const scheduler = new Scheduler();
    const broken = scheduler.call(1, owner('x'), 'broken', () => {
      throw new Error('no');
    });
    const told: string[] = [];
    scheduler.after(2, owner('x'), 'cancelled', () => told.push('ran')).cancel();
    const rejected = expect(broken).rejects.toThrow('no');
    while (await scheduler.step());
    await rejected;
    expect(told).toEqual([]);
  });
});

describe('draws', () => {
  it('are the same for the same name, and those of one stream do not move another', () => {
    const draw = (random: Random) => Array.from({ length: 20 }, () => random.below(1_000));
    const one = new Random('seed');
    const fork = one.fork('orders');
    draw(one);
    expect(draw(fork)).toEqual(draw(new Random('seed').fork('orders')));
    expect(draw(new Random('seed'))).not.toEqual(draw(new Random('other')));
  });

  it('are as likely as they should be, and within their bounds', () => {
    const random = new Random('spread');
    const counts = Array(10).fill(0);
    for (let i = 0; i < 20_000; i++) counts[random.below(10)] += 1;
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(250);
    for (let i = 0; i < 2_000; i++) {
      const value = random.spread(5, 900);
      expect(value).toBeGreaterThanOrEqual(5);
      expect(value).toBeLessThanOrEqual(900);
    }
    expect(new Set(Array.from({ length: 1_000 }, () => random.uuid())).size).toBe(1_000);
  });
});
