import type { Desk } from '../desk.js';
import { EVERYDAY } from '../moves/choose.js';
import { ORDINARY } from '../orders/draw.js';
import type { Stage } from '../stage.js';
import { paceOf, type Scenario } from './scenario.js';

const BEFORE = 0.2;
const OUTAGE = 0.4;
const AFTER = 0.4;
const MOST_COUNTED = 100_000;
/** The service asks a gateway again every few minutes, so the clock is moved in such steps. */
const STEP = '5m';
const MOST_STEPS = 60;

export const gatewayOutage: Scenario = {
  name: 'gateway-outage',
  title: 'The payment gateway is out',
  help: `The simulated gateway stops answering for two fifths of the time; half of what it is sent takes effect all the
same. Applying and deciding must go on meanwhile, at the same latencies. Then it is back, and the clock is moved on
until no payout is in doubt. Look at the payouts: each is made once, although nobody knew of half of them.`,
  needsSandbox: true,
  setsTimers: false,
  defaults: { rate: 150, seconds: 40, orders: 500, skew: 0.9 },
  async play(stage, settings, desk) {
    const { mix, skew } = settings;
    const load = (name: string, share: number) => {
      const seconds = settings.seconds * share;
      return stage.load({ name, seconds, mix, skew, pace: paceOf(settings, seconds), habits: EVERYDAY });
    };
    await stage.putOrders(settings.orders, ORDINARY);
    await load('before', BEFORE);
    await desk.gateway(false);
    try {
      await load('outage', OUTAGE);
    } finally {
      await desk.gateway(true);
    }
    stage.note('payouts in doubt when the gateway came back', String(await desk.payoutsInDoubt(MOST_COUNTED)));
    await load('after', AFTER);
    await stage.underWay.over();
    await stage.phase('settling', () => settle(stage, desk));
  },
};

async function settle(stage: Stage, desk: Desk): Promise<void> {
  let steps = 0;
  while (steps < MOST_STEPS && (await desk.payoutsInDoubt(1)) > 0) {
    await desk.moveClock(STEP);
    steps += 1;
  }
  stage.note('time that had to pass until every payout was known', `${steps * 5} min by the service’s clock`);
  stage.note('payouts in doubt at the end', String(await desk.payoutsInDoubt(MOST_COUNTED)));
}
