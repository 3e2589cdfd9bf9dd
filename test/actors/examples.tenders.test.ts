import { describe, expect, it } from 'vitest';
import { orderOf } from '../domain/orders.js';
import { paidWith, some, units } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';
import { templateWith } from './world/templates.js';

/** EXAMPLES 7. */

const thirds = () => orderOf({ lines: [{ unitPrice: 3333 }, { unitPrice: 3333 }, { unitPrice: 3334 }] });
const mixed = () => paidWith(thirds(), ['card', 7000], ['points', 2000, 200], ['wallet', 1000]);

const shares = (s: Scenario): (readonly [string, number])[] =>
  s.afterSale.decisions.flatMap((d) => d.shares.map((share) => [share.tenderId, share.amount] as const));
const points = (s: Scenario): number =>
  s.afterSale.decisions.reduce((all, d) => all + d.shares.reduce((n, share) => n + share.points, 0), 0);

describe('tenders', () => {
  it('share each refund by what is left on each, and points go back as a count', () => {
    const s = scenario(mixed());
    const rows = [1, 2, 3].map((line) => {
      s.apply({ selection: some(line, 1) })
        .approve()
        .paid()
        .expect('completed');
      return { ...s.givenBack(), count: points(s) };
    });
    expect(rows).toEqual([
      { card: 2333, points: 667, wallet: 333, count: 67 },
      { card: 2333, points: 666, wallet: 334, count: 66 },
      { card: 2334, points: 667, wallet: 333, count: 67 },
    ]);
    expect(s.cap('tender:points')).toMatchObject({ posted: { net: 2000, units: 200 }, limit: { net: 2000, units: 200 } });
  });

  it('share what is reserved, not what is paid, when two refunds are under way', () => {
    const s = scenario(mixed());
    s.apply({ selection: some(1, 1) })
      .apply({ selection: some(2, 1) })
      .apply({ selection: some(3, 1) });
    for (const no of [3, 2, 1]) s.on(no).approve();
    expect([1, 2, 3].map((no) => shares(s.on(no)))).toEqual([
      [
        ['card', 2333],
        ['points', 667],
        ['wallet', 333],
      ],
      [
        ['card', 2333],
        ['points', 666],
        ['wallet', 334],
      ],
      [
        ['card', 2334],
        ['points', 667],
        ['wallet', 333],
      ],
    ]);
    s.paid();
  });

  it('share a part by what was reserved on each', () => {
    const s = scenario(mixed()).apply({ selection: some(1, 1) });
    s.by('merchant', { type: 'offer', amount: s.price(1000) })
      .by('user', { type: 'accept' })
      .paid()
      .expect('completed');
    expect({ ...s.givenBack(), count: points(s) }).toEqual({ card: 700, points: 200, wallet: 100, count: 20 });
  });

  it('follow a waterfall where the template names one', () => {
    const waterfall = templateWith({ payout: { tenders: { order: 'waterfall', kinds: ['points', 'wallet', 'card'] } } });
    const s = scenario(mixed(), { templates: [waterfall] });
    const rows = [1, 2, 3].map((line) =>
      s
        .apply({ selection: some(line, 1) })
        .approve()
        .paid()
        .givenBack(),
    );
    expect(rows).toEqual([{ points: 2000, wallet: 1000, card: 333 }, { card: 3333 }, { card: 3334 }]);
  });

  it('follow it alike when a part is granted once more of what was reserved in parts', () => {
    const charge = { kind: 'fixed', amounts: [{ amount: 300, currency: 'CNY' }] };
    const template = templateWith({
      payWhen: 'carrierScan',
      fees: [{ name: 'restocking', types: ['refund', 'return'], faults: ['buyer'], charge, to: 'merchant' }] as never,
      payout: { tenders: { order: 'waterfall', kinds: ['wallet'] } },
    });
    const order = paidWith(orderOf({ lines: [{ unitPrice: 1500 }] }), ['card', 1000], ['balance', 500]);
    const s = scenario(order, { templates: [template] })
      .apply()
      .by('operations', { type: 'hold', remark: 'x' })
      .approve()
      .by('operations', { type: 'override', verdict: { outcome: 'return' }, remark: 'x' })
      .by('platform', { type: 'handOver' });
    expect(s.afterSale.decisions.map((d) => d.shares.map(({ tenderId, amount }) => [tenderId, amount]))).toEqual([
      [
        ['card', 1000],
        ['balance', 200],
      ],
      [
        ['card', 1000],
        ['balance', 200],
      ],
    ]);
  });

  it('make no payout of a share of 0', () => {
    const order = paidWith(orderOf({ lines: [{ unitPrice: 1 }, { unitPrice: 999 }] }), ['card', 990], ['wallet', 10]);
    const s = scenario(order)
      .apply({ selection: some(1, 1) })
      .approve();
    expect([...s.history.payouts.values()].map((payout) => payout.tenderId)).toEqual(['card']);
  });
});

describe('a coupon', () => {
  const withCoupon = () => paidWith(thirds(), ['card', 9000], ['coupon', 1000]);
  const whole = templateWith({ payout: { coupons: 'whole' } });

  it('comes back in parts like any tender where the template says so', () => {
    const s = scenario(withCoupon())
      .apply({ selection: some(1, 1) })
      .approve()
      .paid();
    expect(s.givenBack()).toEqual({ card: 3000, coupon: 333 });
  });

  it('comes back as one when its shares make the whole', () => {
    const s = scenario(withCoupon(), { templates: [whole] });
    const rows = [1, 2, 3].map((line) =>
      s
        .apply({ selection: some(line, 1) })
        .approve()
        .paid()
        .expect('completed')
        .givenBack(),
    );
    expect(rows).toEqual([{ card: 3000 }, { card: 3000 }, { card: 3000, coupon: 1000 }]);
  });

  it('is waited for before its after-sale ends', () => {
    const s = scenario(withCoupon(), { templates: [whole] })
      .apply()
      .approve();
    for (const { payoutKey } of [...s.waiting]) s.says(payoutKey, { outcome: 'paid', reference: 'r' });
    s.expect('refunding.paying');
    expect(s.waiting).toHaveLength(1);
    s.payoutDeclined().expect('refunding.retrying').deadline().paid().expect('completed');
    expect(s.givenBack()).toEqual({ card: 9000, coupon: 1000 });
  });

  it('never comes back where the template says so, and its after-sale ends', () => {
    const never = templateWith({ payout: { coupons: 'never' } });
    const s = scenario(withCoupon(), { templates: [never] })
      .apply()
      .approve()
      .paid()
      .expect('completed');
    expect(s.givenBack()).toEqual({ card: 9000 });
    expect(s.cap('tender:coupon').posted.net).toBe(1000);
  });

  it('of which a part moved elsewhere comes back without that part', () => {
    const s = scenario(withCoupon(), { templates: [whole] });
    const coupon = s.book.order.tenders[1];
    if (coupon === undefined) throw new Error('the order has no coupon');
    s.report({ type: 'movedElsewhere', reference: 'desk', amount: s.price(200), tenderId: coupon.id });
    s.apply().approve().paid().expect('completed');
    expect(s.givenBack()).toEqual({ card: 9000, coupon: 800 });
  });

  it('that is due on hold waits for the end of the hold, and no override takes it back', () => {
    const only = paidWith(orderOf({ lines: [{ unitPrice: 1000 }] }), ['coupon', 1000]);
    const s = scenario(only, { templates: [whole] })
      .apply()
      .by('operations', { type: 'hold', remark: 'look' })
      .approve();
    expect(s.waiting).toEqual([]);
    s.expect('refunding.paying').refused('command.payoutBegun', 'operations', {
      type: 'override',
      verdict: { outcome: 'upheld' },
      remark: 'no',
    });
    s.by('operations', { type: 'release' }).paid().expect('completed');
    expect(s.givenBack()).toEqual({ coupon: 1000 });
  });
});

describe('a gateway', () => {
  const one = () =>
    scenario(orderOf({ lines: [{ unitPrice: 1000 }] }))
      .apply()
      .approve();
  const key = (s: Scenario): string => s.waiting[0]?.payoutKey ?? '';

  it('that repeats itself changes nothing', () => {
    const s = one();
    const payout = key(s);
    s.says(payout, { outcome: 'paid', reference: 'r' });
    const version = s.book.version;
    expect(s.says(payout, { outcome: 'paid', reference: 'r' })).toMatchObject({ changes: null });
    expect(s.says(payout, { outcome: 'unknown' })).toMatchObject({ changes: null });
    expect(s.says(payout, { outcome: 'declined', code: 'x' })).toMatchObject({ code: 'payout.contradicted' });
    expect(s.book.version).toBe(version);
  });

  it('of which nothing is known is asked again under the same attempt, never sent another', () => {
    const s = one().payoutTimesOut();
    const payout = key(s);
    expect(s.payout(payout)).toMatchObject({ state: 'unknown', attempt: 1 });
    expect(s.alarms).toContain('payout.unknown');
    s.payoutStuck().expect('refunding.manual');
    for (const command of [
      { type: 'anotherWay', way: 'wallet' },
      { type: 'paidByHand', reference: 'x' },
    ] as const) {
      s.refused('command.payoutUnknown', 'operations', command);
    }
    s.by('operations', { type: 'retry' });
    expect(s.payout(payout)).toMatchObject({ state: 'unknown', attempt: 1 });
    s.paid().expect('completed');
  });

  it('that gives up an attempt which was declined meanwhile says nothing of the next', () => {
    const s = one().payoutDeclined().deadline();
    const payout = key(s);
    expect(s.payout(payout)).toMatchObject({ state: 'begun', attempt: 2 });
    const stuck = s.give({ role: 'system', part: 'payouts' }, { kind: 'payoutStuck', payoutKey: payout, attempt: 1 });
    expect(stuck).toMatchObject({ changes: null });
    expect(s.payout(payout).state).toBe('begun');
  });

  it('declines as often as allowed, with longer waits, before a person is asked', () => {
    const s = one();
    const waits: number[] = [];
    for (let i = 0; i < 2; i++) {
      s.payoutDeclined().expect('refunding.retrying');
      waits.push((s.timers()[0]?.dueAt ?? 0) - s.now);
      s.deadline();
    }
    s.payoutDeclined().expect('refunding.manual');
    expect(waits).toEqual([600_000, 1_200_000]);
    expect(s.alarms).toContain('payout.manual');
    s.deadline().expect('refunding.manual');
    expect(s.alarms.filter((alarm) => alarm === 'payout.manual')).toHaveLength(2);
    s.by('operations', { type: 'anotherWay', way: 'wallet' }).paid().expect('completed');
    expect([...s.history.payouts.values()]).toMatchObject([{ state: 'paid', way: 'wallet', attempt: 4 }]);
  });

  it('whose payout went to the wallet by the template is tried there once more', () => {
    const wallet = templateWith({ payout: { declined: 'wallet', retries: 1 } });
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), { templates: [wallet] })
      .apply()
      .approve();
    s.payoutDeclined().deadline().payoutDeclined().expect('refunding.paying');
    expect([...s.history.payouts.values()]).toMatchObject([{ state: 'begun', way: 'wallet', attempt: 3 }]);
    s.payoutDeclined().expect('refunding.manual').by('operations', { type: 'paidByHand', reference: 'cash' }).expect('completed');
    expect([...s.history.payouts.values()]).toMatchObject([{ state: 'paid', way: 'hand', reference: 'cash' }]);
  });

  it('that pays by hand one of two keeps waiting for the other', () => {
    const order = paidWith(orderOf({ lines: [{ unitPrice: 1000 }] }), ['card', 500], ['wallet', 500]);
    const s = scenario(order, { templates: [templateWith({ payout: { retries: 0 } })] })
      .apply()
      .approve();
    const [first, second] = s.waiting;
    s.says(first?.payoutKey ?? '', { outcome: 'declined', code: 'x' });
    s.expect('refunding.manual').by('operations', { type: 'paidByHand', reference: 'cash' }).expect('refunding.manual');
    s.refused('command.notAllowed', 'operations', { type: 'paidByHand', reference: 'again' });
    s.says(second?.payoutKey ?? '', { outcome: 'paid', reference: 'r' });
    s.expect('completed');
  });
});

it('a unit of which a money claim took everything may still come back', () => {
  const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }))
    .apply({ claim: 1000 })
    .approve()
    .paid()
    .expect('completed');
  s.applyRefused('amount.nothingLeft', { selection: units(1, 1) });
  s.apply({ type: 'return', selection: units(1, 1) })
    .approve()
    .by('user', { type: 'handOver' })
    .by('merchant', { type: 'received' });
  s.by('merchant', { type: 'inspect', result: 'all', sellable: true }).expect('completed');
  expect(s.givenBack()).toEqual({});
});
