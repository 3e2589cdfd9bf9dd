import { EVERYDAY } from '../moves/choose.js';
import type { Habits } from '../moves/move.js';
import { ORDINARY } from '../orders/draw.js';
import type { Stage } from '../stage.js';
import { paceOf, type Scenario, type Settings } from './scenario.js';

/** On the day of a sale buyers look, ask and apply more than usual, and new orders come all the time. */
const SALE: Habits = {
  ...EVERYDAY,
  user: [
    ['apply', 8],
    ['decide', 3],
    ['quote', 5],
    ['look', 6],
    ['note', 1],
  ],
};

const QUIET = 0.2;
/** Name, share of the time, and part of the full rate from its begin to its end. */
const HOURS = [
  { name: 'morning', share: 0.2, from: QUIET, to: QUIET },
  { name: 'rush', share: 0.15, from: QUIET, to: 1 },
  { name: 'peak', share: 0.35, from: 1, to: 1 },
  { name: 'evening', share: 0.3, from: 1, to: QUIET },
] as const;

export const saleDay: Scenario = {
  name: 'sale-day',
  title: 'A sale-day burst',
  help: `A quiet morning, a rush up to five times its rate, a peak at --rate, and an evening that calms down, with new
orders all the time. Look at the latencies of the peak, and at whether anything was put off (429, 503).`,
  needsSandbox: false,
  setsTimers: false,
  defaults: { rate: 500, seconds: 60, orders: 1_000, skew: 0.9 },
  async play(stage, settings) {
    await stage.putOrders(settings.orders, ORDINARY);
    for (const hour of HOURS) await play(stage, settings, hour);
  },
};

async function play(stage: Stage, settings: Settings, { name, share, from, to }: (typeof HOURS)[number]): Promise<void> {
  const seconds = settings.seconds * share;
  await stage.load({
    ...{ name, seconds, mix: settings.mix, skew: settings.skew, habits: SALE, newOrdersPercent: 5 },
    pace: paceOf(settings, seconds, (gone) => from + (to - from) * gone),
  });
}
