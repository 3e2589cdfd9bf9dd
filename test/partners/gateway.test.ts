import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PartnerEvent, PayRequest } from '../../src/actors/partners.js';
import { tenderId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import type { PaymentGateway } from '../../src/jobs/ports.js';
import { GatewayTimeout, simulatedGateway } from '../../src/partners/simulated/gateway.js';
import { fileLedger, type GatewayLedger, memoryLedger } from '../../src/partners/simulated/gatewayLedger.js';
import {
  type GatewayBehaviour,
  type GatewayPlans,
  type PayPlan,
  plansByChance,
  WELL_BEHAVED,
} from '../../src/partners/simulated/gatewayPlans.js';
import { seededDraw } from '../jobs/payingWorld.js';
import { settle, VirtualTime } from '../jobs/virtualTime.js';

const request = (more: Partial<PayRequest> = {}): PayRequest => ({
  ...{ key: 'case:1:card', attempt: 1, amount: minor(700), currency: 'CNY', way: 'tender', tenderId: tenderId('card') },
  ...{ account: null, points: 0 },
  ...more,
});
const plain: PayPlan = { outcome: 'paid', how: 'answered', answerMs: 0, settleMs: 0, callbacks: [] };

function world(plan: Partial<PayPlan> | GatewayPlans = {}, ledger: GatewayLedger = memoryLedger()) {
  const time = new VirtualTime();
  const told: PartnerEvent[] = [];
  let troubles = 0;
  const callbacks = {
    tell: async (event: PartnerEvent) => {
      if (troubles > 0) {
        troubles -= 1;
        throw new Error('no connection');
      }
      told.push(event);
      return undefined;
    },
  };
  const plans = 'pay' in plan ? plan : { pay: () => ({ ...plain, ...plan }), ask: () => ({ answerMs: 0, lost: false }) };
  const gateway = simulatedGateway({ ledger, plans, callbacks, clock: time.clock, pause: time.pause });
  const port: PaymentGateway = gateway;
  return { time, told, gateway, port, break: (times: number) => (troubles = times) };
}

describe('a simulated gateway', () => {
  it('is well behaved unless told otherwise: it pays at once, each attempt once', async () => {
    const { gateway, told } = world(plansByChance(WELL_BEHAVED, seededDraw(1)));
    const first = await gateway.pay(request());
    expect(first).toMatchObject({ outcome: 'paid' });
    expect(await gateway.pay(request())).toEqual(first);
    expect(await gateway.ask('case:1:card', 1)).toEqual(first);
    expect(gateway.paidOut('case:1:card')).toEqual({ payments: 1, amount: 700 });
    expect(told).toEqual([]);
  });

  it('pays another attempt like a new payout, so that one too many is seen', async () => {
    const { gateway } = world();
    await gateway.pay(request());
    await gateway.pay(request({ attempt: 2 }));
    expect(gateway.paidOut('case:1:card')).toEqual({ payments: 2, amount: 1_400 });
    expect(gateway.paidOut('another')).toEqual({ payments: 0, amount: 0 });
  });

  it('knows nothing of an attempt that it was never sent, nor of one that was lost on the way', async () => {
    const { gateway } = world({ how: 'lostBefore' });
    expect(await gateway.ask('case:1:card', 1)).toEqual({ outcome: 'notFound' });
    await expect(gateway.pay(request())).rejects.toThrow(GatewayTimeout);
    expect(await gateway.ask('case:1:card', 1)).toEqual({ outcome: 'notFound' });
    expect(gateway.paidOut('case:1:card').payments).toBe(0);
  });

  it('has paid although its answer is lost', async () => {
    const { gateway } = world({ how: 'lostAfter' });
    await expect(gateway.pay(request())).rejects.toThrow(GatewayTimeout);
    expect(await gateway.ask('case:1:card', 1)).toMatchObject({ outcome: 'paid' });
    expect(gateway.paidOut('case:1:card').payments).toBe(1);
  });

  it('settles what it has accepted, declines too, in its own time', async () => {
    const { gateway, time, told } = world({
      ...{ how: 'accepted', outcome: 'declined', settleMs: 5_000 },
      callbacks: [{ afterMs: 6_000, says: 'declined', times: 1 }],
    });
    expect(await gateway.pay(request())).toEqual({ outcome: 'accepted' });
    expect(await gateway.ask('case:1:card', 1)).toEqual({ outcome: 'pending' });
    await time.pass(5_000);
    expect(await gateway.ask('case:1:card', 1)).toMatchObject({ outcome: 'declined' });
    expect(told).toEqual([]);
    await time.pass(1_000);
    expect(told).toMatchObject([{ type: 'payout.declined', payoutKey: 'case:1:card', attempt: 1 }]);
  });

  it('takes its time to answer, and pays before it does', async () => {
    const { gateway, time } = world({ answerMs: 9_000 });
    let answered = false;
    const answer = gateway.pay(request()).then(() => {
      answered = true;
    });
    await time.pass(8_999);
    expect({ answered, ...gateway.paidOut('case:1:card') }).toEqual({ answered: false, payments: 1, amount: 700 });
    await time.pass(1);
    await answer;
  });

  it('tells a repeated callback under the same event, and calls back once for an attempt that is sent again', async () => {
    const { gateway, told, time } = world({ callbacks: [{ afterMs: 10, says: 'paid', times: 3 }] });
    await gateway.pay(request());
    await gateway.pay(request());
    await time.pass(10);
    expect(told).toHaveLength(3);
    expect(new Set(told.map((event) => JSON.stringify(event))).size).toBe(1);
  });

  it('tells a callback again until it is taken', async () => {
    const { gateway, told, time, break: breakFor } = world({ callbacks: [{ afterMs: 0, says: 'paid', times: 1 }] });
    breakFor(3);
    await gateway.pay(request());
    await settle();
    expect(told).toEqual([]);
    await time.pass(7_000);
    expect(told).toHaveLength(1);
  });

  it('moves the money when it says paid after a decline, and none when it says declined of what it paid', async () => {
    const late = world({ outcome: 'declined', callbacks: [{ afterMs: 10, says: 'paid', times: 1 }] });
    expect(await late.gateway.pay(request())).toMatchObject({ outcome: 'declined' });
    await late.time.pass(10);
    expect(late.gateway.paidOut('case:1:card').payments).toBe(1);
    const liar = world({ callbacks: [{ afterMs: 10, says: 'declined', times: 1 }] });
    await liar.gateway.pay(request());
    await liar.time.pass(10);
    expect(liar.gateway.paidOut('case:1:card').payments).toBe(1);
    expect(liar.told).toMatchObject([{ type: 'payout.declined' }]);
  });

  it('refuses the same attempt with another amount', async () => {
    const { gateway } = world();
    await gateway.pay(request());
    await expect(gateway.pay(request({ amount: minor(701) }))).rejects.toThrow('was 700 CNY before');
    expect(gateway.paidOut('case:1:card').amount).toBe(700);
  });
});

describe('a gateway that keeps its ledger in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redress-gateway-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('pays no attempt twice after a restart', async () => {
    const file = join(folder, 'gateway.db');
    const before = fileLedger(file);
    await world({ how: 'lostAfter' }, before)
      .gateway.pay(request())
      .catch(() => undefined);
    const after = fileLedger(file);
    const { gateway } = world({}, after);
    expect(await gateway.ask('case:1:card', 1)).toMatchObject({ outcome: 'paid' });
    await gateway.pay(request());
    expect(gateway.paidOut('case:1:card')).toEqual({ payments: 1, amount: 700 });
    after.close();
    before.close();
  });
});

describe('plans by chance', () => {
  const always = { of: 1, outOf: 1 };
  it.each<[string, Partial<GatewayBehaviour>, object]>([
    ['decline', { declined: always }, { outcome: 'declined', how: 'answered', callbacks: [] }],
    ['lose the request', { lostBefore: always }, { how: 'lostBefore' }],
    ['lose the answer', { lostAfter: always }, { how: 'lostAfter', callbacks: [] }],
    ['accept and call back', { accepted: always }, { how: 'accepted', callbacks: [{ says: 'paid', times: 1 }] }],
    ['accept and be silent', { accepted: always, callbackLost: always }, { how: 'accepted', callbacks: [] }],
    ['call back although it answered', { calledBack: always }, { how: 'answered', callbacks: [{ says: 'paid' }] }],
    ['contradict a payment', { contradicted: always }, { outcome: 'paid', callbacks: [{ says: 'declined' }] }],
    ['pay after a decline', { declined: always, paidAfterDecline: always }, { outcome: 'declined', callbacks: [{ says: 'paid' }] }],
  ])('%s as the behaviour says', (_, behaviour, plan) => {
    expect(plansByChance({ ...WELL_BEHAVED, ...behaviour }, seededDraw(3)).pay(request())).toMatchObject(plan);
  });

  it('are the same for the same seed, and stay within their bounds', () => {
    const behaviour: GatewayBehaviour = { ...WELL_BEHAVED, declined: { of: 1, outOf: 4 }, answer: { leastMs: 5, mostMs: 9 } };
    const drawn = (seed: number) => {
      const plans = plansByChance(behaviour, seededDraw(seed));
      return Array.from({ length: 400 }, () => plans.pay(request()));
    };
    expect(drawn(7)).toEqual(drawn(7));
    const times = new Set(drawn(7).map(({ answerMs }) => answerMs));
    expect([...times].sort()).toEqual([5, 6, 7, 8, 9]);
    const declined = drawn(7).filter(({ outcome }) => outcome === 'declined').length;
    expect(declined).toBeGreaterThan(60);
    expect(declined).toBeLessThan(140);
  });
});
