import { EVERYDAY } from '../moves/choose.js';
import { ORDINARY } from '../orders/draw.js';
import { paceOf, type Scenario } from './scenario.js';

export const steady: Scenario = {
  name: 'steady',
  title: 'An ordinary day',
  help: `Buyers, shops, operations and machines at many orders, all day alike. A few orders are much busier than the
others (--skew), so that entry points meet at them.`,
  needsSandbox: false,
  setsTimers: false,
  defaults: { rate: 200, seconds: 30, orders: 500, skew: 0.9 },
  async play(stage, settings) {
    const { seconds, mix, skew } = settings;
    await stage.putOrders(settings.orders, ORDINARY);
    await stage.load({ name: 'steady load', seconds, mix, skew, pace: paceOf(settings, seconds), habits: EVERYDAY, newOrdersPercent: 1 });
  },
};
