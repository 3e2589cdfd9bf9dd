import { EVERYDAY } from '../moves/choose.js';
import type { Assortment } from '../orders/draw.js';
import { paceOf, type Scenario } from './scenario.js';

/** A bulk order with enough pieces that there is something left to quarrel about. */
const BULK: Assortment = {
  lines: { least: 3, most: 3 },
  quantity: { least: 300, most: 400 },
  stages: [['delivered', 1]],
};

export const hotOrder: Scenario = {
  name: 'hot-order',
  title: 'One hot order',
  help: `Every entry point at one order at once (--orders for a few): all commands queue for the same book, and most of
them meet somebody who was there before. Look at the caps and at the refusals; each is a race that somebody lost.
A buyer has a rate limit of their own (REDRESS_RATE_USER), and here there is one buyer.`,
  needsSandbox: false,
  setsTimers: false,
  defaults: { rate: 100, seconds: 30, orders: 1, skew: 0 },
  async play(stage, settings) {
    const { seconds, mix, skew } = settings;
    await stage.putOrders(settings.orders, BULK);
    await stage.load({ name: 'all at once', seconds, mix, skew, pace: paceOf(settings, seconds), habits: EVERYDAY });
  },
};
