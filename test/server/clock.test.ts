import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/ids.js';
import { clockWatch, JUMP_MS } from '../../src/jobs/handlers/clockWatch.js';
import { serviceClock } from '../../src/server/clock.js';
import { scaled } from '../scale.js';

const START = 1_772_366_400_000;
const HOUR = 3_600_000;

/** A machine whose wall clock somebody sets, and whose time goes by all the same. */
function machine(wallAtStart = START) {
  let wall = wallAtStart;
  let elapsed = 123.4;
  return {
    wall: () => wall,
    elapsed: () => elapsed,
    set: (milliseconds: number) => {
      wall += milliseconds;
    },
    pass: (milliseconds: number) => {
      wall += milliseconds;
      elapsed += milliseconds;
    },
  };
}

describe("the service's time", () => {
  it('is the wall clock at the start and what has gone by since, however the wall clock is set', () => {
    const time = machine();
    const clock = serviceClock(time, instant(START - HOUR));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -5 * HOUR, max: 5 * HOUR }), fc.nat({ max: HOUR })), { maxLength: 20 }), (steps) => {
        for (const [jump, passing] of steps) {
          const before = clock.now();
          const drift = clock.drift();
          time.set(jump);
          expect(clock.now()).toBe(before);
          time.pass(passing);
          expect(clock.now()).toBe(before + passing);
          expect(clock.drift()).toBeCloseTo(drift + jump, 3);
        }
      }),
      { numRuns: scaled(100) },
    );
  });

  it.each([
    ['behind', -3 * HOUR, START, -3 * HOUR],
    ['at', 0, START, 0],
    ['ahead of', 3 * HOUR, START + 3 * HOUR, 0],
  ])('begins at the newest commit where the wall clock is %s it, and at the wall clock elsewhere', (_, offset, begins, drift) => {
    const clock = serviceClock(machine(START + offset), instant(START));
    expect([clock.now(), clock.drift()]).toEqual([begins, drift]);
  });

  it('that the sandbox moves is not taken for a wall clock that has jumped', async () => {
    const clock = serviceClock(machine(), instant(0));
    expect(await clock.forward(48 * HOUR)).toBe(START + 48 * HOUR);
    expect(clock.drift()).toBe(0);
  });
});

describe('the watch over the clocks', () => {
  /** Compares after each time that the wall clock was set, and gives what was said. */
  async function watched(jumps: readonly number[], behindAtStart = 0): Promise<string[]> {
    const time = machine();
    const clock = serviceClock(time, instant(START + behindAtStart));
    const said: string[] = [];
    const watch = clockWatch({
      clock,
      drift: clock.drift,
      alarms: {
        raise: async ({ name, detail }) => {
          said.push(`${name}: ${detail.split(' Deadlines')[0]}`);
        },
      },
    });
    expect(await watch.step()).toBe(clock.now() + 10_000);
    for (const jump of jumps) {
      time.set(jump);
      time.pass(10_000);
      expect(await watch.step()).toBe(clock.now() + 10_000);
    }
    return said;
  }

  it.each([
    ['nothing', [], 0, []],
    ['a time server that corrects a little', [-400, 300, 200], 0, []],
    ['an hour forward, once', [HOUR, 0, 0], 0, ["clock.jumped: The wall clock is 3600 s ahead of the service's time."]],
    [
      'hours back, and then right again',
      [-5 * HOUR, 0, 5 * HOUR],
      0,
      [
        "clock.jumped: The wall clock is 18000 s behind the service's time.",
        "clock.jumped: The wall clock is 0 s ahead of the service's time.",
      ],
    ],
    [
      'many small steps that add up',
      [JUMP_MS / 2, JUMP_MS / 2, JUMP_MS / 2],
      0,
      ["clock.jumped: The wall clock is 10 s ahead of the service's time."],
    ],
    ['a start behind the newest commit', [0], 2 * HOUR, ["clock.jumped: The wall clock is 7200 s behind the service's time."]],
  ])('says of %s what there is to say, once', async (_, jumps, behindAtStart, said) => {
    expect(await watched(jumps, behindAtStart)).toEqual(said);
  });
});
