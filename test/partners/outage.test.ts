import { describe, expect, it } from 'vitest';
import type { PayRequest } from '../../src/actors/partners.js';
import { tenderId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import { GatewayTimeout, simulatedGateway } from '../../src/partners/simulated/gateway.js';
import { memoryLedger } from '../../src/partners/simulated/gatewayLedger.js';
import { plansByChance, WELL_BEHAVED } from '../../src/partners/simulated/gatewayPlans.js';
import { outageSwitch, withOutages } from '../../src/partners/simulated/outage.js';
import { seededDraw } from '../jobs/payingWorld.js';
import { VirtualTime } from '../jobs/virtualTime.js';

const COUNT = 40;
const requests = Array.from(
  { length: COUNT },
  (_, index): PayRequest => ({
    ...{ key: `case-${index}:1:card`, attempt: 1, amount: minor(700), currency: 'CNY', way: 'tender', tenderId: tenderId('card') },
    ...{ account: null, points: 0 },
  }),
);

function cutOffGateway() {
  const time = new VirtualTime();
  const outage = outageSwitch();
  const gateway = simulatedGateway({
    ledger: memoryLedger(),
    plans: withOutages(plansByChance(WELL_BEHAVED, seededDraw(1)), outage, seededDraw(2)),
    callbacks: { tell: async () => undefined },
    clock: time.clock,
    pause: time.pause,
  });
  outage.set(true);
  return { gateway, outage };
}

describe('a gateway that is cut off', () => {
  it('answers nothing, and has paid some of what it was sent all the same', async () => {
    const { gateway } = cutOffGateway();
    for (const request of requests) await expect(gateway.pay(request)).rejects.toThrow(GatewayTimeout);
    await expect(gateway.ask('case-0:1:card', 1)).rejects.toThrow(GatewayTimeout);
    const paid = requests.filter(({ key }) => gateway.paidOut(key).payments === 1).length;
    expect(paid).toBeGreaterThan(COUNT / 4);
    expect(paid).toBeLessThan((3 * COUNT) / 4);
  });

  it('once it is back tells the truth of each, and pays what never arrived, each once', async () => {
    const { gateway, outage } = cutOffGateway();
    for (const request of requests) await expect(gateway.pay(request)).rejects.toThrow(GatewayTimeout);
    outage.set(false);
    for (const request of requests) {
      const asked = await gateway.ask(request.key, 1);
      expect(asked.outcome).toBe(gateway.paidOut(request.key).payments === 1 ? 'paid' : 'notFound');
      expect((await gateway.pay(request)).outcome).toBe('paid');
      expect(gateway.paidOut(request.key)).toEqual({ payments: 1, amount: 700 });
    }
  });
});
