import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/domain/order.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { orderOf } from '../domain/orders.js';
import { paidWith, some, units } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';
import { type TemplateChange, templateWith } from './world/templates.js';

/** Each case was suspected of paying twice, beyond a cap, too little, or to the wrong bearer. */

const using = (change: TemplateChange) => ({ templates: [templateWith(change)] });
const another = { type: 'exchange', wanted: { sku: 'another' } } as const;
const arrive = (s: Scenario): Scenario => s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
const pass = (s: Scenario): Scenario => arrive(s).by('merchant', { type: 'inspect', result: 'all', sellable: true });
const deliver = (s: Scenario): Scenario => s.by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' });
const pay = (s: Scenario, amount: number, reference = 'P-1'): Scenario =>
  s.by('platform', { type: 'paid', amount: s.price(amount), reference });
const moved = (s: Scenario, amount: number, more: { tender?: string; unit?: 'unit' | 'money'; line?: number; reference?: string } = {}) =>
  s.report({
    type: 'movedElsewhere',
    reference: more.reference ?? `moved-${s.book.version}`,
    amount: s.price(amount),
    ...(more.tender === undefined ? {} : { tenderId: more.tender as never }),
    ...(more.unit === undefined ? {} : { units: { claim: more.unit, selection: some(more.line ?? 1, 1) } }),
  });
const total = (s: Scenario): number => Object.values(s.givenBack()).reduce((a, b) => a + b, 0);

describe('money that is reserved again', () => {
  it('is all that is left, also where a difference was paid while the reservation was void', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }));
    pass(s.apply(another).approve(950)).expect('exchanging.awaitingPayment');
    moved(s, 100, { unit: 'money' });
    expect(s.afterSale.hold).not.toBeNull();
    pay(s, 150).by('operations', { type: 'release' }).by('merchant', { type: 'outOfStock' }).paid().expect('completed');
    expect(total(s)).toBe(850);
  });
});

describe('a second exchange', () => {
  it('counts a difference that went back: the 700 piece is worth 700', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }));
    deliver(pass(s.apply(another).approve(700)))
      .paid()
      .expect('completed');
    s.apply({ ...another, wanted: { sku: 'third' } }).approve(750);
    expect(s.afterSale.difference).toBe(50);
    pay(pass(s), 50, 'P-2');
    deliver(s).expect('completed');
    s.apply({ type: 'return' }).approve();
    pass(s).paid().expect('completed');
    expect(total(s)).toBe(750);
  });
  it('counts a payment', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }));
    deliver(pay(pass(s.apply(another).approve(950)), 150)).expect('completed');
    s.apply({ ...another, wanted: { sku: 'third' } }).approve(1000);
    deliver(pay(pass(s), 50, 'P-2')).expect('completed');
    s.apply({ type: 'return' }).approve();
    pass(s).paid().expect('completed');
    expect(total(s)).toBe(1000);
  });
});

describe('an override for the rest of goods', () => {
  it('does not pay for a unit that was replaced', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 2 }] }))
      .apply({ type: 'exchange' })
      .approve();
    arrive(s).by('merchant', { type: 'inspect', result: 'part', passed: units(1, 1), sellable: true });
    deliver(s).expect('sendingBack.preparing');
    s.by('operations', { type: 'override', verdict: { outcome: 'refund' }, remark: 'lost in our house' })
      .paid()
      .expect('completed');
    expect(total(s)).toBe(800);
    expect(s.history.endedUnits()).toEqual(new Set(['1.2']));
  });
  it('of part of the money is refused while goods are underway', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }))
      .apply({ type: 'return' })
      .approve()
      .by('user', { type: 'handOver' });
    s.refused('command.goodsHeld', 'operations', {
      type: 'override',
      verdict: { outcome: 'refund', amount: s.price(300) },
      remark: 'some',
    });
  });
});

describe('a ruling after completion', () => {
  const fee = {
    fees: [
      {
        name: 'restocking',
        types: ['return' as const],
        faults: ['buyer' as const],
        charge: { kind: 'fixed' as const, amounts: [{ amount: 100, currency: 'CNY' }] },
        to: 'merchant' as const,
      },
    ],
  };
  it('may give part of a kept fee back', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }), using(fee))
      .apply({ type: 'return' })
      .approve();
    pass(s).paid().expect('completed');
    expect(total(s)).toBe(700);
    s.by('user', { type: 'appeal', remark: 'unfair', evidence: [] });
    s.by('operations', { type: 'rule', verdict: { outcome: 'refund', amount: s.price(40) }, remark: 'half' })
      .paid()
      .expect('settled');
    expect(total(s)).toBe(740);
  });
  it('may give the whole of a kept fee back', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }), using(fee))
      .apply({ type: 'return' })
      .approve();
    pass(s).paid().expect('completed');
    s.by('merchant', { type: 'appeal', remark: 'unfair', evidence: [] });
    s.by('operations', { type: 'rule', verdict: { outcome: 'refund' }, remark: 'all' })
      .paid()
      .expect('settled');
    expect(total(s)).toBe(800);
    expect(s.cap('line:1').posted.units).toBe(1);
  });
});

describe('a coupon that comes back as a whole', () => {
  const order = () =>
    paidWith(
      orderOf({
        lines: [
          { unitPrice: 600, category: 'a' },
          { unitPrice: 400, category: 'b' },
        ],
      }),
      ['card', 900],
      ['coupon', 100],
    );
  const whole = { payout: { coupons: 'whole' as const } };
  const coupon = (s: Scenario) =>
    [...s.history.payouts.values()].filter((p) => p.tenderId === 'coupon' && p.state === 'paid').reduce((a, p) => a + p.amount, 0);

  it('comes back when money that moved elsewhere makes the whole, first or last', () => {
    const first = scenario(order(), using(whole));
    moved(first, 400, { unit: 'unit', line: 2 });
    first
      .apply({ selection: some(1, 1) })
      .approve()
      .paid()
      .expect('completed');
    expect(coupon(first)).toBe(60);
    const last = scenario(order(), using(whole))
      .apply({ selection: some(1, 1) })
      .approve()
      .paid()
      .expect('completed');
    moved(last, 400, { unit: 'unit', line: 2 });
    last.paid();
    expect(coupon(last)).toBe(60);
  });
  it.each([
    ['whole', 'parts', 100],
    ['parts', 'whole', 100],
    ['whole', 'never', 60],
    ['never', 'whole', 40],
    ['never', 'parts', 40],
  ] as const)('of goods under %s and then %s gives %i', (one, two, given) => {
    const templates = (['a', 'b'] as const).map((category, i) =>
      templateWith({ id: `of-${category}`, scope: { category }, payout: { coupons: i === 0 ? one : two } } as never),
    );
    for (const lines of [
      [1, 2],
      [2, 1],
    ]) {
      const s = scenario(order(), { templates });
      for (const line of lines)
        s.apply({ selection: some(line, 1) })
          .approve()
          .paid()
          .expect('completed');
      expect(coupon(s), lines.join()).toBe(given);
    }
  });
});

describe('who bears it', () => {
  it('is the carrier where goods paid for at the scan get lost, whenever the money came', () => {
    const sums = ['before', 'after'].map((when) => {
      const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }), using({ payWhen: 'carrierScan' }))
        .apply({ type: 'return' })
        .approve()
        .by('platform', { type: 'handOver' });
      if (when === 'before') s.by('merchant', { type: 'lost' }).paid();
      else s.paid().by('merchant', { type: 'lost' });
      s.expect('completed');
      return [s.moved('merchant', 'sales'), s.moved('carrier', 'sales')];
    });
    expect(sums).toEqual([
      [0, 800],
      [0, 800],
    ]);
  });
  it('is whom an override names while money waits on hold', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }))
      .apply()
      .by('operations', { type: 'hold', remark: 'wait' })
      .approve();
    s.by('operations', { type: 'override', verdict: { outcome: 'bearer', bearer: 'platform' }, remark: 'ours' });
    s.by('operations', { type: 'release' }).paid().expect('completed');
    expect([s.moved('merchant', 'sales'), s.moved('platform', 'sales')]).toEqual([0, 800]);
  });
});

describe('money that moved elsewhere', () => {
  it('voids what was approved on hold, since no payout has begun', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }))
      .apply()
      .by('operations', { type: 'hold', remark: 'wait' })
      .approve();
    moved(s, 700, { unit: 'money' });
    expect(s.moved('excess', 'excess:order')).toBe(0);
    s.by('operations', { type: 'release' }).paid().expect('completed');
    expect(total(s)).toBe(300);
  });
  it('voids nothing for what its tender can never give', () => {
    const order = paidWith(orderOf({ lines: [{ unitPrice: 1000 }, { unitPrice: 1000 }] }), ['card', 1900], ['wallet', 100]);
    const s = scenario(order, using({ payout: { tenders: { order: 'waterfall', kinds: ['card', 'wallet'] } } })).apply({
      selection: some(1, 1),
    });
    moved(s, 2000, { tender: 'wallet' });
    expect(s.afterSale.hold).toBeNull();
    expect(s.moved('excess', 'tender:wallet')).toBe(1900);
  });
  it('takes commission and subsidy back with what it gives', () => {
    const order = (): Order =>
      orderOf({ lines: [{ unitPrice: 1000, commissionRate: 50_000 }], promotions: [{ amount: 200, platform: 4000 }] });
    const s = scenario(order());
    moved(s, 400, { unit: 'money' });
    s.apply().approve().paid().expect('completed');
    expect([s.moved('commission', 'merchant'), s.moved('merchant', 'platform')]).toEqual([40, 80]);
  });
});

describe('a late payment', () => {
  it('is not sent again while operations hold the after-sale', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }));
    pass(s.apply(another).approve(950));
    s.deadline();
    s.expect('refunding.paying').paid().expect('completed');
    pay(s, 150);
    s.by('user', { type: 'appeal', remark: 'no', evidence: [] });
    s.by('operations', { type: 'hold', remark: 'wait' });
    s.payoutDeclined();
    expect(s.waiting).toEqual([]);
    s.by('operations', { type: 'release' }).paid();
    expect(s.history.payoutOf(s.afterSale.id, 2, String(s.afterSale.decisions[1]?.shares[0]?.tenderId))?.state).toBe('paid');
  });
});

describe('prices beyond all measure', () => {
  it('are refused, not a fault', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 3 }] })).apply(another);
    const huge = s.give(s.shop(), {
      kind: 'afterSale',
      afterSaleId: s.afterSale.id,
      command: { type: 'approve', price: s.price(Number.MAX_SAFE_INTEGER) },
    });
    expect(isRefusal(huge)).toBe(true);
  });
  it('that are beyond it only together are refused with the second payment, which goes back once the wait has ended', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 2 }] }));
    const price = Number.MAX_SAFE_INTEGER - 2000;
    for (const unit of [1, 2]) pass(s.apply({ ...another, selection: units(1, unit) }).approve(price)).expect('exchanging.awaitingPayment');
    pay(s.on(1), price - 800);
    const second = { type: 'paid', amount: s.price(price - 800), reference: 'P-2' } as const;
    s.on(2).refused('command.amountInvalid', 'platform', second);
    s.deadline().paid().expect('completed');
    s.by('platform', second).paid();
    expect(Object.values(s.givenBack())).toEqual([800, price - 800]);
  });
  it('that are beyond it only together with what was paid before are refused, whether that was paid in time or not', () => {
    const price = 9_000_000_000_000_000;
    const early = scenario(orderOf({ lines: [{ unitPrice: 800 }] }))
      .apply(another)
      .approve(price);
    pay(early, price - 800);
    const twice = { type: 'paid', amount: early.price(price - 800), reference: 'P-2' } as const;
    early.refused('command.amountInvalid', 'platform', twice);
    pass(early).refused('command.amountInvalid', 'platform', twice);
    const late = pass(
      scenario(orderOf({ lines: [{ unitPrice: 800 }] }))
        .apply(another)
        .approve(price),
    );
    pay(late, price - 800).refused('command.amountInvalid', 'platform', twice);
  });
});

describe('goodwill', () => {
  it('has the limit of the templates that the order is under', () => {
    const other = templateWith({
      id: 'elsewhere-shop',
      scope: { shopId: 'another' },
      limits: { goodwill: [{ amount: 90_000, currency: 'CNY' }] },
    } as never);
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }), { templates: [templateWith(), other] });
    const outcome = s.give(
      { role: 'operations', id: 'operator' },
      { kind: 'goodwill', amount: s.price(5001), to: 'wallet', remark: 'sorry' },
    );
    expect(isRefusal(outcome) && outcome.code).toBe('goodwill.capExceeded');
  });
});

describe('freight', () => {
  const two = () =>
    orderOf({
      lines: [
        { unitPrice: 500, category: 'a' },
        { unitPrice: 500, category: 'b' },
      ],
      freight: { charged: 150 },
    });
  const freightBack = (s: Scenario) => s.cap('freight').posted.net;
  it.each([
    [1, 2],
    [2, 1],
  ])('goes back once, whichever of two racing is last (%i then %i)', (one, other) => {
    const s = scenario(two(), using({ freight: { refund: 'lastUnit' } }));
    s.apply({ selection: some(1, 1) }).apply({ selection: some(2, 1) });
    s.on(one).approve();
    s.on(other).approve();
    s.paid().expect('completed');
    s.on(1).expect('completed');
    expect(freightBack(s)).toBe(150);
  });
  it.each([
    [1, 2],
    [2, 1],
  ])('goes back once where one is at fault and another last (%i then %i)', (one, other) => {
    const templates = [
      templateWith({ id: 'of-a', scope: { category: 'a' }, freight: { refund: 'merchantFault' } } as never),
      templateWith({ id: 'of-b', scope: { category: 'b' }, freight: { refund: 'lastUnit' } } as never),
    ];
    const s = scenario(two(), { templates });
    for (const line of [one, other]) s.apply({ selection: some(line, 1), reason: 'faulty' });
    for (const no of [1, 2]) s.on(no).approve().paid().expect('completed');
    expect(freightBack(s)).toBe(150);
  });
});

describe('what was granted on hold', () => {
  const fee = {
    name: 'restocking',
    types: ['return' as const],
    faults: ['buyer' as const],
    charge: { kind: 'fixed' as const, amounts: [{ amount: 100, currency: 'CNY' }] },
    to: 'merchant' as const,
  };
  const held = (s: Scenario): Scenario => s.by('operations', { type: 'hold', remark: 'wait' });
  const freight = { lines: [{ unitPrice: 1000 }], freight: { charged: 150 } };

  it.each([
    [700, 200],
    [950, 0],
    [1000, 0],
  ])('is granted anew with its fee after %i went back elsewhere: %i', (amount, left) => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), using({ fees: [fee] }))
      .apply({ type: 'return' })
      .approve();
    held(arrive(s)).by('merchant', { type: 'inspect', result: 'all', sellable: true }).expect('refunding.paying');
    moved(s, amount, { unit: 'money' }).by('operations', { type: 'release' });
    expect(total(s.paid().expect('completed'))).toBe(left);
    expect([...s.history.endedUnits()]).toEqual(['1.1']);
  });

  it.each(['merchantFault', 'lastUnit'] as const)('keeps its freight (%s)', (refund) => {
    const s = held(scenario(orderOf(freight), using({ freight: { refund } })).apply({ reason: 'faulty' })).approve();
    moved(s, 700, { unit: 'money' }).by('operations', { type: 'release' });
    expect(total(s.paid().expect('completed'))).toBe(450);
  });

  it.each(['merchantFault', 'lastUnit'] as const)('gives what is left of units and freight (%s)', (refund) => {
    const s = held(scenario(orderOf(freight), using({ freight: { refund } })).apply({ reason: 'faulty' })).approve();
    moved(s, 1100).by('operations', { type: 'release' });
    expect(total(s.paid().expect('completed'))).toBe(50);
    expect(s.cap('order')).toMatchObject({ posted: { net: 1150 }, reserved: { net: 0 } });
  });

  it('is no more than was granted', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] })).apply();
    held(s.by('merchant', { type: 'offer', amount: s.price(400) })).by('user', { type: 'accept' });
    moved(s, 100, { unit: 'money' });
    moved(s, 700, { unit: 'money' }).by('operations', { type: 'release' });
    expect(total(s.paid().expect('completed'))).toBe(200);
  });
});
