import { afterEach, describe, expect, it } from 'vitest';
import type { AfterSaleId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import { type GatewayBehaviour, type PayPlan, plansByChance, WELL_BEHAVED } from '../../src/partners/simulated/gatewayPlans.js';
import { platformOf } from '../host/world.js';
import { scaled } from '../scale.js';
import { PayingWorld, seededDraw } from './payingWorld.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

let world: PayingWorld | undefined;
afterEach(() => world?.close());

const plain: PayPlan = { outcome: 'paid', how: 'answered', answerMs: 0, settleMs: 0, callbacks: [] };
/** The plans of the first requests, in their order; then everything is paid. Questions are answered. */
function open(...plans: readonly Partial<PayPlan>[]): Promise<PayingWorld> {
  const left = [...plans];
  return PayingWorld.open('ten-thousand-pieces', {
    pay: () => ({ ...plain, ...left.shift() }),
    ask: () => ({ answerMs: 0, lost: false }),
  });
}

/** What the gateway paid for these after-sales, and what they say was paid. */
async function paidFor(ids: readonly AfterSaleId[], of: PayingWorld) {
  const payouts = await of.payoutsOf(ids);
  return payouts.map(({ key, state, attempt, amount }) => ({ state, attempt, amount, ...totals(of, key) }));
}
function totals(of: PayingWorld, key: string) {
  const { payments, amount } = of.gateway.paidOut(key);
  return { payments, paid: amount };
}

describe('one refund through a gateway', () => {
  it('that never saw the first attempt pays the rest, where a part moved elsewhere meanwhile', async () => {
    world = await open({ how: 'lostBefore' }, { how: 'lostBefore' });
    const id = await world.refundPiece();
    await world.time.pass(100);
    const [unknown] = await world.payoutsOf([id]);
    if (unknown === undefined) throw new Error('there is no payout');
    const amount = { amount: minor(3), currency: world.order.currency.code };
    await world.give(platformOf(world.order), {
      kind: 'report',
      report: { type: 'movedElsewhere', reference: 'desk-1', amount, payoutKey: unknown.key },
    });
    await world.time.pass(DAY);
    expect(await world.stateOf(id)).toBe('completed');
    const [payout] = await paidFor([id], world);
    expect(payout).toMatchObject({ state: 'paid', attempt: 2, payments: 1, paid: unknown.amount - 3 });
  });

  it('that answers is completed within the tenth of a second', async () => {
    world = await open();
    const id = await world.refundPiece();
    await world.time.pass(100);
    expect(await world.stateOf(id)).toBe('completed');
    const [payout] = await paidFor([id], world);
    expect(payout).toMatchObject({ state: 'paid', attempt: 1, payments: 1, paid: payout?.amount });
  });

  it.each<[string, Partial<PayPlan>[]]>([
    ['loses the request', [{ how: 'lostBefore' }]],
    ['loses the request again and again', Array<Partial<PayPlan>>(4).fill({ how: 'lostBefore' })],
    ['pays and loses the answer', [{ how: 'lostAfter' }]],
    ['accepts and settles without a word', [{ how: 'accepted', settleMs: 20 * MINUTE }]],
    ['calls back before its answer', [{ answerMs: 30_000, callbacks: [{ afterMs: 1, says: 'paid', times: 1 }] }]],
    ['calls back twice', [{ how: 'accepted', settleMs: 1, callbacks: [{ afterMs: 2, says: 'paid', times: 2 }] }]],
    ['calls back a day late', [{ callbacks: [{ afterMs: DAY, says: 'paid', times: 3 }] }]],
    ['says declined of what it paid', [{ callbacks: [{ afterMs: 5, says: 'declined', times: 1 }] }]],
  ])('that %s pays once, under the first attempt', async (_, plans) => {
    world = await open(...plans);
    const id = await world.refundPiece();
    await world.time.pass(2 * DAY);
    const [payout] = await paidFor([id], world);
    expect(payout).toMatchObject({ state: 'paid', attempt: 1, payments: 1, paid: payout?.amount });
    expect(await world.stateOf(id)).toBe('completed');
  });

  it('that pays, loses its answer and calls back a false decline pays once', async () => {
    world = await open({ how: 'lostAfter', callbacks: [{ afterMs: 1, says: 'declined', times: 1 }] });
    const id = await world.refundPiece();
    await world.time.pass(DAY);
    const [payout] = await paidFor([id], world);
    expect(payout).toMatchObject({ state: 'paid', payments: 1, paid: payout?.amount });
    expect(await world.stateOf(id)).toBe('completed');
  });

  it('that declines gets a new attempt for each confirmed decline, and pays one of them', async () => {
    world = await open({ outcome: 'declined' }, { outcome: 'declined', how: 'lostAfter' });
    const id = await world.refundPiece();
    await world.time.pass(DAY);
    const [payout] = await paidFor([id], world);
    expect(payout).toMatchObject({ state: 'paid', attempt: 3, payments: 1, paid: payout?.amount });
  });

  it('that knows nothing for days keeps the payout unknown under one attempt, calls for a person, and asks on', async () => {
    let dark = true;
    world = await PayingWorld.open('ten-thousand-pieces', {
      pay: () => ({ ...plain, how: 'lostBefore' }),
      ask: () => ({ answerMs: 0, lost: dark }),
    });
    const id = await world.refundPiece();
    await world.time.pass(3 * DAY);
    expect(await world.stateOf(id)).toBe('refunding.manual');
    expect(await paidFor([id], world)).toMatchObject([{ state: 'unknown', attempt: 1, payments: 0 }]);
    expect(world.alarms.names).toEqual(expect.arrayContaining(['payout.unknown', 'payout.stuck', 'payout.manual']));
    expect(world.alarms.names.filter((name) => name === 'payout.stuck')).toHaveLength(1);
    const refused = await world.after(id, { type: 'paidByHand', reference: 'cash' });
    expect(refused).toMatchObject({ kind: 'refused', refusal: { code: 'command.payoutUnknown' } });
    dark = false;
    expect(await world.after(id, { type: 'retry' })).toMatchObject({ kind: 'done' });
    await world.time.pass(100);
    expect(await paidFor([id], world)).toMatchObject([{ state: 'unknown', attempt: 1, payments: 0 }]);
  });

  it('whose money moves after a confirmed decline is found, alarmed and posted', async () => {
    world = await open({ outcome: 'declined', callbacks: [{ afterMs: DAY, says: 'paid', times: 1 }] });
    const id = await world.refundPiece();
    await world.time.pass(2 * DAY);
    expect(await paidFor([id], world)).toMatchObject([{ state: 'paid', attempt: 2, payments: 2 }]);
    expect(world.alarms.names).toContain('payout.paidTwice');
  });
});

const FAULTY: GatewayBehaviour = {
  ...WELL_BEHAVED,
  answer: { leastMs: 0, mostMs: 20_000 },
  declined: { of: 1, outOf: 8 },
  accepted: { of: 1, outOf: 4 },
  lostBefore: { of: 1, outOf: 8 },
  lostAfter: { of: 1, outOf: 8 },
  askLost: { of: 1, outOf: 4 },
  settle: { leastMs: 0, mostMs: 2 * 3_600_000 },
  calledBack: { of: 1, outOf: 4 },
  callbackLost: { of: 1, outOf: 4 },
  callback: { leastMs: 0, mostMs: 60_000 },
  callbackLate: { of: 1, outOf: 4 },
  callbackRepeated: { of: 1, outOf: 4 },
  contradicted: { of: 1, outOf: 10 },
};

describe('many refunds through a faulty gateway', () => {
  it.each(Array.from({ length: scaled(4) }, (_, seed) => seed))(
    'are each paid exactly once, whenever the process dies (seed %i)',
    async (seed) => {
      const draw = seededDraw(seed);
      world = await PayingWorld.open('ten-thousand-pieces', plansByChance(FAULTY, draw));
      const ids: AfterSaleId[] = [];
      for (let round = 0; round < 30; round += 1) {
        ids.push(await world.refundPiece());
        if (draw.below(2) === 0) world.dieAfter(1 + draw.below(30));
        await world.time.pass(draw.below(40_000));
        if (world.dead || draw.below(8) === 0) world.crash();
        else world.dieAfter(Number.POSITIVE_INFINITY);
      }
      await world.time.pass(10 * DAY);
      for (const id of ids) {
        // Declined as often as the template allows: a person tries the tender again.
        for (let tries = 0; (await world.stateOf(id)) === 'refunding.manual' && tries < 20; tries += 1) {
          await world.after(id, { type: 'retry' });
          await world.time.pass(DAY);
        }
      }
      const payouts = await paidFor(ids, world);
      expect(payouts).toHaveLength(ids.length);
      for (const payout of payouts) expect(payout).toMatchObject({ state: 'paid', payments: 1, paid: payout.amount });
      for (const id of ids) expect(await world.stateOf(id)).toMatch(/^(completed|settled)$/);
      expect(await world.counts()).toMatchObject({ outbox: 0, jobsQueued: 0, jobsDead: 0, payoutsInDoubt: 0 });
    },
  );
});
