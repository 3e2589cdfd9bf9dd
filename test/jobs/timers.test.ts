import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../src/actors/unavailable.js';
import type { DueTimer } from '../../src/actors/work.js';
import type { Instant } from '../../src/domain/ids.js';
import { timerSweep } from '../../src/jobs/handlers/timers.js';
import { idOf, keyOf } from '../store/commits.js';
import { Alarms, DONE_REPLY, Log, refusedReply, ScriptedHost } from './scripted.js';
import { VirtualTime } from './virtualTime.js';

let time: VirtualTime;
let host: ScriptedHost;
let alarms: Alarms;
let log: Log;
let rows: DueTimer[];
let asked: number[];
beforeEach(() => {
  time = new VirtualTime();
  host = new ScriptedHost();
  alarms = new Alarms();
  log = new Log();
  rows = [];
  asked = [];
});

const timers = {
  dueTimers: async (now: Instant, limit: number) => {
    asked.push(limit);
    return rows.filter(({ dueAt }) => dueAt <= now).slice(0, limit);
  },
  nextDueAt: async () =>
    rows.reduce<Instant | undefined>((first, { dueAt }) => (first === undefined || dueAt < first ? dueAt : first), undefined),
};
const sweepOf = () => timerSweep({ timers, host, clock: time.clock, alarms, log });
const due = (number: number, inMs = 0): DueTimer => ({
  ...{ book: keyOf(number), afterSaleId: idOf(number), timerId: 'review', visit: 4, dueAt: time.after(inMs) },
});
/** A timer's command takes its row away, as a commit does. */
const taken = (number: number) => async () => {
  rows = rows.filter(({ afterSaleId }) => afterSaleId !== idOf(number));
  return DONE_REPLY;
};

describe('deadlines', () => {
  it('that have come go to their books; those to come are slept for', async () => {
    rows = [due(1), due(2), due(3, 60_000)];
    host.replies.push(taken(1), taken(2));
    const sweep = sweepOf();
    expect(await sweep.step()).toBe(time.clock.now());
    expect(host.given.map(({ envelope, principal }) => ({ book: envelope.book, command: envelope.command, principal }))).toEqual(
      [1, 2].map((number) => ({
        book: keyOf(number),
        command: { kind: 'timer', afterSaleId: idOf(number), timerId: 'review', visit: 4 },
        principal: { role: 'system', part: 'timers' },
      })),
    );
    expect(await sweep.step()).toBe(time.after(60_000));
    expect(host.given).toHaveLength(2);
  });

  it('are nothing to wake up for where there are none', async () => {
    expect(await sweepOf().step()).toBeUndefined();
  });

  it('give the same command the same id, whoever sends it, and another at the next visit', async () => {
    rows = [due(1)];
    await sweepOf().step();
    await sweepOf().step();
    rows = [{ ...due(1), visit: 5 }];
    await sweepOf().step();
    const ids = host.given.map(({ envelope }) => envelope.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('wait as long as an overloaded service asks for, all of them, and are then taken', async () => {
    rows = [due(1), due(2)];
    host.replies.push(refusedReply('service.overloaded', 3_000), refusedReply('service.unavailable', 5_000));
    const sweep = sweepOf();
    expect(await sweep.step()).toBe(time.after(5_000));
    await time.pass(5_000);
    host.replies.push(taken(1), taken(2));
    await sweep.step();
    expect(rows).toEqual([]);
    expect(alarms.raised).toEqual([]);
  });

  it('that cannot be given for a lost connection are given later', async () => {
    rows = [due(1)];
    host.replies.push(new Unavailable('lost', 'gone', 2_000), taken(1));
    const sweep = sweepOf();
    expect(await sweep.step()).toBe(time.after(2_000));
    await time.pass(2_000);
    await sweep.step();
    expect(rows).toEqual([]);
  });

  it('that fail hold up no other, are tried less and less often, and call a person', async () => {
    rows = [due(1)];
    const failing = new ScriptedHost();
    const sends: number[] = [];
    failing.send = async (envelope, principal) => {
      if (envelope.book.orderNo !== keyOf(1).orderNo) return host.send(envelope, principal);
      sends.push(time.clock.now());
      throw new Error('a bug');
    };
    const sweep = timerSweep({ timers, host: failing, clock: time.clock, alarms, log });
    for (let second = 0; second < 300; second += 1) {
      if (second === 100) {
        rows.push(due(2));
        host.replies.push(taken(2));
      }
      await sweep.step();
      if (second === 100) expect(rows.map(({ book }) => book)).toEqual([keyOf(1)]);
      await time.pass(1_000);
    }
    expect(sends.slice(1).map((moment, index) => (moment - (sends[index] ?? 0)) / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
    expect(log.of('failed')).toHaveLength(sends.length);
    expect(alarms.raised.map(({ name, detail }) => `${name} ${detail.split(' and ')[1]}`)).toEqual(['timer.failing failed 5 times']);
  });

  it('that a host behind in time finds early are given again, without a storm', async () => {
    rows = [due(1)];
    const sweep = sweepOf();
    let rounds = 0;
    for (let next = await sweep.step(); next !== undefined && next <= time.clock.now() && rounds < 10; next = await sweep.step())
      rounds += 1;
    expect(rounds).toBe(1);
    expect(host.given).toHaveLength(1);
    await time.pass(1_000);
    host.replies.push(taken(1));
    await sweep.step();
    expect(rows).toEqual([]);
  });

  it('of which a storm is due are taken in bounded parts, so many at once', async () => {
    let underWay = 0;
    let most = 0;
    rows = Array.from({ length: 600 }, (_, number) => due(number));
    const slow = new ScriptedHost();
    slow.send = async (envelope) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      await Promise.resolve();
      underWay -= 1;
      rows = rows.filter(({ book }) => book.orderNo !== envelope.book.orderNo);
      return DONE_REPLY;
    };
    const sweep = timerSweep({ timers, host: slow, clock: time.clock, alarms, log });
    let rounds = 0;
    while ((await sweep.step()) !== undefined) rounds += 1;
    expect(rows).toEqual([]);
    expect({ rounds, most }).toEqual({ rounds: 3, most: 64 });
    expect(Math.max(...asked)).toBeLessThanOrEqual(512);
  });
});
