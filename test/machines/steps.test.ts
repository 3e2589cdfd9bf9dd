import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { buildChart } from '../../src/machines/chart.js';
import { ChartBook } from '../../src/machines/chartBook.js';
import type { ChartEvent, ChartInput } from '../../src/machines/context.js';
import { begin, endOf, type Snapshot, type Step, statePath, step, type TimerEvent, timerEvent } from '../../src/machines/step.js';
import { AFTER_SALE_TYPES } from '../../src/machines/words.js';
import { scaled } from '../scale.js';
import { COMBINATIONS } from './model/combinations.js';
import { eventsOf } from './model/events.js';
import { beginnings, timersOf } from './model/explore.js';
import { follow, NOTHING_PAID } from './model/ledger.js';
import { runningAfter } from './model/promises.js';
import { shipped } from './model/shipped.js';

const INPUT: ChartInput = {
  remedy: 'return',
  needsStop: false,
  automatic: false,
  reviewer: 'merchant',
  priceNamed: true,
  pickup: true,
  goods: 'buyer',
  difference: 'none',
};

const chart = buildChart('return', shipped('merchant-first'));

/** Takes events that must all be allowed. */
function take(first: Step, ...events: readonly (ChartEvent | TimerEvent)[]): Step {
  return events.reduce((before, event) => {
    const next = step(chart, before.snapshot, event);
    if (next === undefined) throw new Error(`${event.type} is refused in ${statePath(before.snapshot.value)}`);
    return next;
  }, first);
}

const timersSet = (taken: Step) => taken.timers.flatMap((timer) => ('set' in timer ? [timer.set] : []));
const reviewTimer = 'xstate.after.merchantReview.afterSale.reviewing.merchant';

/** Whole numbers below a bound, the same for the same seed. */
function randomOf(seed: number): (bound: number) => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

describe('a timer', () => {
  it('has the same id on every visit, so that only the number of the visit tells a late one', () => {
    const first = begin(chart, INPUT);
    const again = take(first, { type: 'askEvidence' }, { type: 'provide' });
    expect(timersSet(first)).toEqual([reviewTimer]);
    expect(timersSet(again)).toEqual([reviewTimer]);
    // Fired late from the first visit, it would end the second one: the chart alone cannot know.
    expect(statePath(take(again, timerEvent(reviewTimer)).snapshot.value)).toBe('returning.pickupScheduled');
  });

  it('of a state that was left is refused', () => {
    const asked = take(begin(chart, INPUT), { type: 'askEvidence' });
    expect(asked.timers).toContainEqual({ clear: reviewTimer });
    expect(step(chart, asked.snapshot, timerEvent(reviewTimer))).toBeUndefined();
  });

  it('that runs anew on a return to the same state is cleared before it is set', () => {
    const scheduled = take(begin(chart, INPUT), { type: 'approve' });
    const timer = 'xstate.after.pickup.afterSale.returning.pickupScheduled';
    expect(timersSet(scheduled)).toEqual([timer]);
    expect(take(scheduled, { type: 'reschedule' }).timers).toEqual([{ clear: timer }, { set: timer, delayMs: 3 * 86_400_000 }]);
  });

  it('of a retry doubles with each decline, up to a day', () => {
    const patient = { ...shipped('merchant-first'), id: 'patient' };
    const slow = buildChart('refund', { ...patient, payout: { ...patient.payout, retries: 6, backoff: '2h' } });
    const declined: ChartEvent = { type: 'payout.declined', declined: 1, unknown: 0, begun: 1 };
    let at = begin(slow, { ...INPUT, remedy: 'refund', automatic: true }).snapshot;
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const retrying = step(slow, at, declined);
      const [timer] = retrying?.timers ?? [];
      if (retrying === undefined || timer === undefined || !('set' in timer)) throw new Error('a decline sets no timer');
      waits.push(timer.delayMs / 3_600_000);
      at = step(slow, retrying.snapshot, timerEvent(timer.set))?.snapshot ?? at;
    }
    expect(waits).toEqual([2, 4, 8, 16, 24, 24]);
    expect(statePath(step(slow, at, declined)?.snapshot.value ?? '')).toBe('refunding.paying');
  });
});

describe('a hold', () => {
  const held = take(begin(chart, INPUT), { type: 'hold' });

  it('sets a timer of its own and leaves that of the state to be suspended', () => {
    expect(held.timers).toEqual([{ set: 'hold', delayMs: 14 * 86_400_000 }]);
  });

  it('is refused on hold, as an extension is', () => {
    expect(step(chart, held.snapshot, { type: 'hold' })).toBeUndefined();
    expect(step(chart, held.snapshot, { type: 'extend' })).toBeUndefined();
  });

  it('ends by release, which clears the timer, or by its timer', () => {
    expect(take(held, { type: 'release' }).timers).toEqual([{ clear: 'hold' }]);
    expect(take(held, timerEvent('hold')).snapshot.context.held).toBe(false);
  });

  it('ends with the after-sale', () => {
    const rejected = take(held, { type: 'reject' });
    expect(rejected.snapshot.context.held).toBe(false);
    expect(rejected.timers).toContainEqual({ clear: 'hold' });
  });
});

describe('an override', () => {
  const refund = buildChart('refund', shipped('merchant-first'));
  const paying = begin(refund, { ...INPUT, remedy: 'refund', automatic: true });

  it('is refused once a payout has begun, and open while a hold keeps it from beginning', () => {
    expect(paying.effects.map(({ type }) => type)).toEqual(['grant', 'pay']);
    expect(step(refund, paying.snapshot, { type: 'override.upheld' })).toBeUndefined();
    const waiting = begin(refund, { ...INPUT, remedy: 'refund' });
    const held = step(refund, waiting.snapshot, { type: 'hold' });
    const approved = held && step(refund, held.snapshot, { type: 'approve' });
    expect(approved && step(refund, approved.snapshot, { type: 'override.upheld' })?.effects.map(({ type }) => type)).toEqual([
      'drop',
      'end',
    ]);
    const released = approved && step(refund, approved.snapshot, { type: 'release' });
    expect(released?.effects.map(({ type }) => type)).toEqual(['pay']);
    expect(released && step(refund, released.snapshot, { type: 'override.upheld' })).toBeUndefined();
  });
});

describe('an event that no chart knows', () => {
  it.each(['', '*', 'xstate.init', 'xstate.stop', 'xstate.done.state.afterSale', 'constructor', '__proto__', 'approve ', 'merchantReview'])(
    'is refused: %j',
    (type) => {
      expect(step(chart, begin(chart, INPUT).snapshot, { type })).toBeUndefined();
    },
  );
});

describe('ChartBook', () => {
  it('builds each chart once for each type and template version', () => {
    const charts = new ChartBook();
    const template = shipped('electronics');
    expect(charts.of('return', template)).toBe(charts.of('return', template));
    expect(charts.of('return', { ...template, version: 2 })).not.toBe(charts.of('return', template));
    expect(charts.of('refund', template)).not.toBe(charts.of('return', template));
  });
});

/** One random walk: with everything that happened, and what went wrong. */
function walkAtRandom(seed: number, length: number): { wrong: string[]; taken: number } {
  const pick = randomOf(seed);
  const combination = COMBINATIONS[pick(COMBINATIONS.length)];
  if (combination === undefined) throw new RangeError('nothing to walk');
  const { chart: walked, type, template } = combination;
  const inputs = beginnings(type, template);
  const input = inputs[pick(inputs.length)] ?? INPUT;
  const events = Object.values(eventsOf(type)).flat();
  const first = begin(walked, input);
  const [initial] = initialTransition(walked, input);
  const wrong =
    JSON.stringify([initial.value, initial.context]) === JSON.stringify([first.snapshot.value, first.snapshot.context])
      ? []
      : ['begins otherwise'];
  let steps = 0;
  let snapshot: Snapshot = first.snapshot;
  let ledger = follow(NOTHING_PAID, input.goods, '', first);
  let running = runningAfter([], first.timers);
  for (let turn = 0; turn < length; turn += 1) {
    const due = snapshot.context.held ? running.filter((id) => id === 'hold') : running;
    const at = pick(events.length + 3 * due.length);
    const timer = at < events.length ? undefined : due[(at - events.length) % due.length];
    const event = timer === undefined ? events[at] : timerEvent(timer);
    const taken = event && step(walked, snapshot, event);
    if (event === undefined || taken === undefined) continue;
    steps += 1;
    const [bare, actions] = transition(
      walked,
      walked.resolveState({ value: snapshot.value as never, context: snapshot.context }),
      event as ChartEvent,
    );
    const here = `seed ${seed}, turn ${turn}: ${event.type} in ${statePath(snapshot.value)}`;
    const same = JSON.stringify([bare.value, bare.context]) === JSON.stringify([taken.snapshot.value, taken.snapshot.context]);
    if (!same || actions.length !== taken.effects.length + taken.timers.length) wrong.push(`${here} differs from XState`);
    ledger = follow(ledger, snapshot.context.goods, event.type, taken);
    running = runningAfter(
      running.filter((id) => id !== timer),
      taken.timers,
    );
    snapshot = taken.snapshot;
    if (running.join() !== timersOf(walked)(snapshot).sort().join()) wrong.push(`${here} leaves the timers ${running.join()}`);
    if (endOf(snapshot.value) !== undefined && snapshot.context.goods === 'merchant' && !ledger.paid) wrong.push(`${here} strands goods`);
  }
  return { wrong, taken: steps };
}

describe('random walks', () => {
  it('keep timers and goods in order, and step as XState itself does', () => {
    const walks = Array.from({ length: scaled(100) }, (_, index) => walkAtRandom(index + 1, 600));
    expect(walks.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(walks.reduce((all, { taken }) => all + taken, 0)).toBeGreaterThan(scaled(100) * 10);
  });

  it('reach an end for every type when only time passes and money arrives', () => {
    for (const type of AFTER_SALE_TYPES) {
      const machine = buildChart(type, shipped('merchant-first'));
      let at = begin(machine, { ...INPUT, remedy: type });
      for (let turn = 0; turn < 30 && endOf(at.snapshot.value) === undefined; turn += 1) {
        const [timer] = timersOf(machine)(at.snapshot);
        const event = timer === undefined ? ({ type: 'payout.done', declined: 0, unknown: 0, begun: 1 } as const) : timerEvent(timer);
        at = step(machine, at.snapshot, event) ?? at;
      }
      expect([type, endOf(at.snapshot.value)]).toEqual([type, type === 'refund' ? 'completed' : 'closed']);
    }
  });
});
