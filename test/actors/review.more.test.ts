import { describe, expect, it } from 'vitest';
import { orderOf } from '../domain/orders.js';
import { paidWith, some, units } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';
import { type TemplateChange, templateWith } from './world/templates.js';

/** Sequences that tempt the rules to pay twice, too much or too little. */

const using = (change: TemplateChange) => ({ templates: [templateWith(change)] });
const another = { type: 'exchange', wanted: { sku: 'another' } } as const;
const arrive = (s: Scenario): Scenario => s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
const pass = (s: Scenario): Scenario => arrive(s).by('merchant', { type: 'inspect', result: 'all', sellable: true });
const deliver = (s: Scenario): Scenario => s.by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' });
const pay = (s: Scenario, amount: number, reference: string): Scenario =>
  s.by('platform', { type: 'paid', amount: s.price(amount), reference });
const total = (s: Scenario): number => Object.values(s.givenBack()).reduce((a, b) => a + b, 0);
const moved = (s: Scenario, amount: number, reference: string): Scenario =>
  s.report({ type: 'movedElsewhere', reference, amount: s.price(amount) });

describe('exchanges', () => {
  it('of a piece that a ruling replaces once more give the difference once', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }));
    deliver(pass(s.apply(another).approve(700)))
      .paid()
      .expect('completed');
    s.by('user', { type: 'appeal', remark: 'broken', evidence: [] });
    s.by('operations', { type: 'rule', verdict: { outcome: 'exchange' }, remark: 'again' });
    deliver(pass(s)).paid().expect('settled');
    expect(total(s)).toBe(100);
  });

  it('of thousands of pieces take their payment at once, each piece its own part', () => {
    const pieces = 2000;
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000, quantity: pieces }] }), { trailEvery: 1000 });
    pass(s.apply(another).approve(1001));
    const { changes } = s.done(s.platformPrincipal(), {
      kind: 'afterSale',
      afterSaleId: s.afterSale.id,
      command: { type: 'paid', amount: s.price(pieces), reference: 'P' },
    });
    expect(changes?.caps.filter((cap) => cap.key.startsWith('tender:later:'))).toHaveLength(pieces);
    expect(s.afterSale.reserved).toMatchObject([{ from: 1, to: pieces, net: 1001 }]);
  });

  it('take a payment by its reference once, and give another back', () => {
    const s = pay(
      pass(
        scenario(orderOf({ lines: [{ unitPrice: 800 }] }))
          .apply(another)
          .approve(950),
      ),
      150,
      'A',
    );
    const version = s.book.version;
    expect(pay(s, 150, 'A').book.version).toBe(version);
    expect(total(pay(s, 150, 'B').paid())).toBe(150);
  });
});

describe('a partial inspection', () => {
  it('and then the loss of the rest pay all but one fee, and the freight with the last', () => {
    const fee = { name: 'restocking', types: ['return' as const], faults: ['buyer' as const] };
    const template = templateWith({
      freight: { refund: 'lastUnit' },
      fees: [{ ...fee, charge: { kind: 'rate', rate: 1000 }, to: 'merchant' }],
    });
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000, quantity: 3 }], freight: { charged: 150 } }), { templates: [template] });
    arrive(s.apply({ type: 'return' }).approve())
      .by('merchant', { type: 'inspect', result: 'part', passed: units(1, 2), sellable: true })
      .paid()
      .expect('sendingBack.preparing');
    s.by('merchant', { type: 'ship' }).by('merchant', { type: 'lost' }).paid().expect('completed');
    expect(total(s)).toBe(900 + 2000 + 150);
  });

  it('of every other one of thousands of pieces pays just these', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000, quantity: 10_000 }], promotions: [{ amount: 3333 }] }), { trailEvery: 1000 });
    const odd = Array.from({ length: 300 }, (_, i) => 2 * i + 1);
    arrive(s.apply({ type: 'return' }).approve())
      .by('merchant', { type: 'inspect', result: 'part', passed: units(1, ...odd), sellable: true })
      .paid()
      .expect('sendingBack.preparing');
    // The first 3333 pieces were sold for one less.
    expect(total(s)).toBe(300 * 999);
    expect(s.cap('line:1').posted.units).toBe(300);
  });
});

describe('money of the book', () => {
  it('that was declined as often as allowed can be sent another way, and counts once', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] })).goodwill(1000);
    for (let attempt = 1; attempt <= 4; attempt++) s.payoutDeclined();
    expect(s.alarms).toContain('payout.manual');
    expect(s.waiting).toEqual([]);
    const [payoutKey = ''] = s.history.payouts.keys();
    s.done({ role: 'operations', id: 'operator' }, { kind: 'payout', payoutKey, command: { type: 'anotherWay', way: 'wallet' } });
    expect(s.paid().cap('goodwill')).toMatchObject({ posted: { net: 1000 }, reserved: { net: 0 } });
  });
});

describe('whole orders', () => {
  it.each(['JPY', 'KWD'])('in %s with tax on top come back exactly, part by part', (currency) => {
    const lines = [{ unitPrice: 333, quantity: 3, taxRate: 82_500 }];
    const s = scenario(orderOf({ currency, taxMode: 'exclusive', lines, promotions: [{ amount: 100 }] }));
    s.apply({ selection: some(1, 1), claim: 77 })
      .approve()
      .paid();
    for (const unit of [1, 3, 2])
      s.apply({ selection: units(1, unit) })
        .approve()
        .paid();
    expect(s.cap('order').posted).toMatchObject({ net: s.cap('order').limit.net, tax: s.cap('order').limit.tax });
  });

  it('corrected before the first after-sale come back as they were corrected, and stay so', () => {
    const order = orderOf({ lines: [{ unitPrice: 500 }, { unitPrice: 500 }], freight: { charged: 150 } });
    const s = scenario(order, { stage: 'notShipped' });
    const corrected = paidWith(orderOf({ lines: [{ unitPrice: 700, quantity: 3 }], freight: { charged: 50 } }), ['wallet', 2150]);
    s.done(s.platformPrincipal(), { kind: 'putOrder', order: corrected });
    s.apply({ claim: 2100 }).approve().paid().expect('completed');
    expect(s.givenBack()).toEqual({ wallet: 2100 });
    expect(s.give(s.platformPrincipal(), { kind: 'putOrder', order })).toMatchObject({ code: 'order.changed' });
  });

  it('with a gift give the freight with it, when it is the last', () => {
    const s = scenario(
      orderOf({ lines: [{ unitPrice: 500 }, { unitPrice: 0 }], freight: { charged: 150 } }),
      using({ freight: { refund: 'lastUnit' } }),
    );
    for (const line of [1, 2])
      s.apply({ selection: some(line, 1) })
        .approve()
        .paid()
        .expect('completed');
    expect(total(s)).toBe(150);
  });
});

describe('money that moved elsewhere', () => {
  it('counts once by its reference', () => {
    const s = moved(scenario(orderOf({ lines: [{ unitPrice: 800 }] })), 100, 'M');
    const version = s.book.version;
    expect(moved(s, 100, 'M').book.version).toBe(version);
  });

  it('may make a coupon whole while an after-sale is open, which pays it before it ends', () => {
    const order = paidWith(orderOf({ lines: [{ unitPrice: 600, quantity: 2 }, { unitPrice: 400 }] }), ['card', 1500], ['coupon', 100]);
    const s = scenario(order, using({ payout: { coupons: 'whole' } })).apply({ type: 'return', selection: some(1, 2) });
    arrive(s.approve())
      .by('merchant', { type: 'inspect', result: 'part', passed: units(1, 1), sellable: true })
      .paid()
      .expect('sendingBack.preparing');
    moved(s, 1000, 'M').by('operations', { type: 'release' }).paid();
    expect(s.givenBack()).toEqual({ card: 563, coupon: 37 });
  });
});

describe('an after-sale that waits on hold since money moved elsewhere', () => {
  const voided = (): Scenario => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] })).apply();
    return s.report({ type: 'movedElsewhere', reference: 'M', amount: s.price(300) });
  };

  it.each([
    [undefined, 500],
    [200, 200],
  ])('may be overridden with a refund of %s: %i of what is left', (amount, given) => {
    const s = voided();
    const more = amount === undefined ? {} : { amount: s.price(amount) };
    s.by('operations', { type: 'override', verdict: { outcome: 'refund', ...more }, remark: 'x' });
    expect(s.by('operations', { type: 'release' }).paid().expect('completed').givenBack()).toEqual({ card: given });
  });

  it('gives no more than is left', () => {
    const s = voided();
    const verdict = { outcome: 'refund', amount: s.price(501) } as const;
    s.refused('command.amountInvalid', 'operations', { type: 'override', verdict, remark: 'x' });
    s.refused('command.amountInvalid', 'merchant', { type: 'offer', amount: s.price(501) });
  });

  it('may be offered what is left', () => {
    const s = voided();
    s.by('merchant', { type: 'offer', amount: s.price(500) }).by('user', { type: 'accept' });
    expect(s.by('operations', { type: 'release' }).paid().expect('completed').givenBack()).toEqual({ card: 500 });
  });
});
