import { z } from 'zod';
import type { Desk } from '../desk.js';
import { inParallel } from '../inParallel.js';
import type { Book } from '../known.js';
import { applyForOne } from '../moves/applying.js';
import { EVERYDAY } from '../moves/choose.js';
import { type Assortment, ORDINARY } from '../orders/draw.js';
import type { PhasePlan, Stage } from '../stage.js';
import { paceOf, type Scenario, type Settings } from './scenario.js';

/** After-sales of one order: each has a deadline of its own. */
const PER_ORDER = 10;
const AT_ONCE = 64;
const HOUR_MS = 3_600_000;
const LONGEST_STORM_S = 7_200;

/** Ten pieces that are delivered, each of which somebody applies for. */
const TEN_PIECES: Assortment = {
  lines: { least: 1, most: 1 },
  quantity: { least: PER_ORDER, most: PER_ORDER },
  stages: [['delivered', 1]],
};

const applied = z.object({ applyTime: z.string(), deadlines: z.array(z.object({ at: z.string().nullable() })) });

export const deadlineStorm: Scenario = {
  name: 'deadline-storm',
  title: 'A storm of deadlines',
  help: `Buyers apply for --timers pieces (100,000 where nothing is said), and nobody reviews. Then the clock moves past
the deadline of every one of them at once, while a light load of --rate goes on at other orders. Look at how long it took until
nothing was due any more, and at what the storm did to those who came meanwhile.`,
  needsSandbox: true,
  setsTimers: true,
  defaults: { rate: 20, seconds: 10, orders: 50, skew: 0.5 },
  async play(stage, settings, desk) {
    const aside = { count: Math.ceil(settings.timers / PER_ORDER), assortment: TEN_PIECES };
    const books = await stage.putOrders(settings.orders, ORDINARY, aside);
    const waits = await stage.phase('setting deadlines', () => setDeadlines(stage, books, settings.timers));
    if (stage.parts.stopped()) return;
    await stage.load(lightLoad(settings, 'before the storm', settings.seconds));
    const longest = waits.reduce((most, wait) => Math.max(most, wait), 0);
    const hours = Math.ceil(longest / HOUR_MS) + 1;
    await stormBeside(stage, settings, desk, hours);
    stage.note('deadlines that came due at once', String(waits.length));
    await stage.load(lightLoad(settings, 'after the storm', settings.seconds));
  },
};

/** Applies for so many pieces, one each; gives how long each waits for its review, in milliseconds. */
async function setDeadlines(stage: Stage, books: readonly Book[], count: number): Promise<number[]> {
  let done = 0;
  const waits = await inParallel(
    Array.from({ length: count }, (_, index) => index),
    AT_ONCE,
    async (index) => {
      if (stage.parts.stopped()) return [];
      const book = books[index % books.length];
      if (book === undefined) return [];
      const { status, text } = await stage.give('user', book, applyForOne);
      done += 1;
      if (done % 500 === 0) stage.parts.told(`setting deadlines: ${done} of ${count}`);
      return status === 201 ? [longestWait(text)] : [];
    },
  );
  return waits.flat();
}

function longestWait(text: string): number {
  const { applyTime, deadlines } = applied.parse(JSON.parse(text));
  return Math.max(...deadlines.map(({ at }) => (at === null ? 0 : Date.parse(at) - Date.parse(applyTime))));
}

const lightLoad = (settings: Settings, name: string, seconds: number): PhasePlan => ({
  ...{ name, seconds, mix: settings.mix, skew: settings.skew, habits: EVERYDAY },
  pace: paceOf(settings, seconds),
});

/** Moves the clock, and keeps the light load up until the service says that nothing is due any more. */
async function stormBeside(stage: Stage, settings: Settings, desk: Desk, hours: number): Promise<void> {
  const { time } = stage.parts;
  const begun = time.now();
  let tookMs: number | undefined;
  const storm = desk.moveClock(`${hours}h`).finally(() => {
    tookMs = time.now() - begun;
  });
  await stage.load({ ...lightLoad(settings, 'the storm', LONGEST_STORM_S), enough: () => tookMs !== undefined });
  await storm;
  stage.note('time until nothing was due any more', `${((tookMs ?? 0) / 1_000).toFixed(1)} s`);
}
