import { describe, expect, it } from 'vitest';
import { lineNo } from '../../src/domain/ids.js';
import type { Order } from '../../src/domain/order.js';
import { piecesOf } from '../../src/domain/units.js';
import { orderOf } from '../domain/orders.js';
import { some, units } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';
import { type TemplateChange, templateWith } from './world/templates.js';

/** EXAMPLES 12. */

const one = (quantity = 1): Order => orderOf({ lines: [{ unitPrice: 800, quantity, taxRate: 130_000 }] });
const another = { type: 'exchange', wanted: { sku: 'another' } } as const;
const third = { type: 'exchange', wanted: { sku: 'third' } } as const;
const using = (change: TemplateChange) => ({ templates: [templateWith(change)] });

const arrive = (s: Scenario): Scenario => s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
const pass = (s: Scenario): Scenario => arrive(s).by('merchant', { type: 'inspect', result: 'all', sellable: true });
const pay = (s: Scenario, amount: number, reference = 'P-1'): Scenario =>
  s.by('platform', { type: 'paid', amount: s.price(amount), reference });
const deliver = (s: Scenario): Scenario =>
  s.expect('exchanging.preparing').by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' });

const dearer = (): Scenario =>
  deliver(pay(pass(scenario(one()).apply(another).approve(950)).expect('exchanging.awaitingPayment'), 150)).expect('completed');
const cheaper = (): Scenario =>
  deliver(pass(scenario(one()).apply(another).approve(700)))
    .paid()
    .expect('completed');

describe('an exchange', () => {
  it('for the same SKU never has a difference', () => {
    const s = scenario(one()).apply({ type: 'exchange' });
    s.refused('command.priceUnexpected', 'merchant', { type: 'approve', price: s.price(900) });
    s.refused('command.priceUnexpected', 'merchant', { type: 'offer', price: s.price(900) });
    deliver(pass(s.approve())).expect('completed');
    expect(s.givenBack()).toEqual({});
    expect(s.cap('order')).toMatchObject({ reserved: { net: 0 }, posted: { net: 0 } });
  });

  it('for a 950 piece leaves the unit refundable up to 950, the later payment first', () => {
    const s = dearer();
    expect(s.cap('order').limit).toMatchObject({ net: 708 + 133, tax: 92 + 17 });
    const later = [...s.history.caps.keys()].find((key) => key.startsWith('tender:later:'));
    s.apply({ claim: 100 }).approve().paid().expect('completed');
    expect(Object.values(s.givenBack())).toEqual([100]);
    expect(s.cap(later ?? '').posted.net).toBe(100);
    s.apply().approve().paid().expect('completed');
    expect(Object.entries(s.givenBack())).toEqual(
      expect.arrayContaining([
        ['card', 800],
        [later?.slice('tender:'.length), 50],
      ]),
    );
    expect(s.cap('order').posted).toMatchObject({ net: 841, tax: 109 });
  });

  it('for a 700 piece gives 100 back also where a verdict on hold would give nothing', () => {
    const s = pass(scenario(one()).apply(another).approve(700)).by('merchant', { type: 'ship' });
    s.by('operations', { type: 'hold', remark: 'x' }).by('merchant', { type: 'delivered' }).expect('refunding.paying');
    s.refused('command.payoutBegun', 'operations', { type: 'override', verdict: { outcome: 'upheld' }, remark: 'x' });
    s.by('operations', { type: 'release' }).paid().expect('completed');
    expect(s.givenBack()).toEqual({ card: 100 });
  });

  it('for a 700 piece gives 100 back, and up to 700 stays refundable', () => {
    const s = cheaper();
    expect(s.givenBack()).toEqual({ card: 100 });
    s.applyRefused('amount.exceedsCost', { claim: 701 });
    s.apply().approve().paid();
    expect(s.givenBack()).toEqual({ card: 700 });
  });

  it('of what was exchanged before is reckoned from what the unit cost since', () => {
    const s = dearer();
    deliver(pass(s.apply(third).approve(700)))
      .paid()
      .expect('completed');
    expect(Object.values(s.givenBack()).reduce((all, amount) => all + amount, 0)).toBe(250);
    expect(s.givenBack().card).toBe(100);
  });

  it('twice for dearer pieces gives the whole back, each payment to its own tender', () => {
    const s = dearer();
    deliver(pay(pass(s.apply(third).approve(1000)), 50, 'P-2')).expect('completed');
    s.apply({ claim: 180 })
      .by('merchant', { type: 'offer', amount: s.price(170) })
      .by('user', { type: 'accept' })
      .paid();
    expect(Object.values(s.givenBack()).reduce((all, amount) => all + amount, 0)).toBe(170);
    s.apply().approve().paid().expect('completed');
    expect(s.cap('order').posted.net + s.cap('order').posted.tax).toBe(1000);
    expect(s.givenBack().card).toBe(800);
  });

  it('of which a part was paid back already refunds a difference at most up to what is left', () => {
    const s = scenario(one()).apply({ claim: 750 }).approve().paid();
    deliver(pass(s.apply(another).approve(700)))
      .paid()
      .expect('completed');
    expect(s.givenBack()).toEqual({ card: 50 });
  });

  it('of which a part passed refunds only the difference of that part', () => {
    const s = scenario(one(2)).apply(another).approve(700);
    arrive(s).by('merchant', { type: 'inspect', result: 'part', passed: some(1, 1), sellable: true });
    deliver(s)
      .paid()
      .expect('sendingBack.preparing')
      .by('merchant', { type: 'ship' })
      .by('merchant', { type: 'delivered' })
      .expect('completed');
    expect(s.givenBack()).toEqual({ card: 100 });
  });

  it('of which a part was replaced pays only the rest when that is lost on its way back', () => {
    const s = scenario(one(2)).apply({ type: 'exchange' }).approve();
    arrive(s).by('merchant', { type: 'inspect', result: 'part', passed: [{ lineNo: lineNo(1), units: [1] }], sellable: true });
    deliver(s).expect('sendingBack.preparing').by('merchant', { type: 'ship' }).by('merchant', { type: 'lost' }).paid().expect('completed');
    expect(s.givenBack()).toEqual({ card: 800 });
    s.apply({ type: 'return', selection: [{ lineNo: lineNo(1), units: [1] }] }).applyRefused('selection.claimed', {
      selection: [{ lineNo: lineNo(1), units: [2] }],
    });
  });

  const replacedInPart = (): Scenario => {
    const s = scenario(one(2)).apply({ type: 'exchange' }).approve();
    arrive(s).by('merchant', { type: 'inspect', result: 'part', passed: [{ lineNo: lineNo(1), units: [1] }], sellable: true });
    return deliver(s).expect('sendingBack.preparing');
  };

  it('of which a part was replaced is overridden for the rest alone', () => {
    const s = replacedInPart()
      .by('operations', { type: 'override', verdict: { outcome: 'refund' }, remark: 'x' })
      .paid()
      .expect('completed');
    expect(s.givenBack()).toEqual({ card: 800 });
    s.apply({ type: 'return', selection: [{ lineNo: lineNo(1), units: [1] }] });
  });

  it.each([
    ['lost', (s: Scenario) => s.by('merchant', { type: 'ship' }).by('merchant', { type: 'lost' }).paid(), { card: 800 }],
    ['replaced', deliver, {}],
  ] as const)('of which the rest is exchanged too after all gives nothing else for it: %s', (_name, end, given) => {
    const s = replacedInPart().by('operations', { type: 'override', verdict: { outcome: 'exchange' }, remark: 'x' });
    end(s.expect('exchanging.preparing')).expect('completed');
    expect(s.givenBack()).toEqual(given);
  });

  it('for another SKU is approved by nobody but a person who names the price', () => {
    const s = scenario(
      one(),
      using({ review: { merchant: { deadline: '1h', then: 'approve' }, operations: { deadline: '1h', then: 'approve' } } }),
    );
    s.apply(another).refused('command.priceMissing', 'merchant', { type: 'approve' });
    s.deadline().expect('reviewing.operations').deadline().expect('rejected');
  });

  it('for another SKU may be offered at a price, which the buyer accepts', () => {
    const s = scenario(one()).apply(another);
    s.by('merchant', { type: 'offer', price: s.price(950) })
      .by('user', { type: 'accept' })
      .expect('returning.awaitingHandover');
    pass(s)
      .expect('exchanging.awaitingPayment')
      .refused('difference.amountMismatch', 'platform', { type: 'paid', amount: s.price(149), reference: 'P' });
    deliver(pay(s, 150)).expect('completed');
  });

  it('that is paid twice by the same event takes it once', () => {
    const s = pay(pass(scenario(one()).apply(another).approve(950)), 150);
    const version = s.book.version;
    pay(s, 150);
    expect(s.book.version).toBe(version);
    deliver(s).expect('completed');
  });

  it.each([
    ['outOfStock', (s: Scenario) => s.by('merchant', { type: 'outOfStock' }), 950],
    ['not sent in time', (s: Scenario) => s.deadline(), 950],
    ['lost', (s: Scenario) => s.by('merchant', { type: 'ship' }).by('merchant', { type: 'lost' }), 950],
    ['late', (s: Scenario) => s.by('merchant', { type: 'ship' }).deadline(), 950],
  ] as const)('that fails (%s) refunds all, the later payment too', (_name, fail, expected) => {
    const s = pay(pass(scenario(one()).apply(another).approve(950)), 150);
    fail(s).expect('refunding.paying').paid().expect('completed');
    expect(Object.values(s.givenBack()).reduce((all, amount) => all + amount, 0)).toBe(expected);
  });
});

describe('a difference that is not paid in time', () => {
  const late = (): Scenario => pass(scenario(one()).apply(another).approve(950)).deadline().expect('refunding.paying');

  it('ends in a refund of the old unit', () => {
    expect(late().paid().expect('completed').givenBack()).toEqual({ card: 800 });
  });

  it('is refunded whole when it comes after all, once per payment', () => {
    const s = pay(pay(late().paid().expect('completed'), 150), 150)
      .paid()
      .expect('completed');
    expect(Object.values(s.givenBack()).sort((a, b) => a - b)).toEqual([150, 800]);
    pay(s, 150, 'P-2').paid();
    expect(Object.values(s.givenBack()).sort((a, b) => a - b)).toEqual([150, 150, 800]);
    expect(s.cap('order').limit).toMatchObject({ net: 708, tax: 92 });
  });

  it('that comes on hold goes back after it, and no other payout before', () => {
    const s = pass(scenario(one()).apply(another).approve(950)).by('operations', { type: 'hold', remark: 'look' });
    s.by('merchant', { type: 'outOfStock' }).expect('refunding.paying');
    expect(pay(s, 150).waiting).toEqual([]);
    s.by('operations', { type: 'override', verdict: { outcome: 'refund' }, remark: 'x' });
    s.by('operations', { type: 'release' }).paid().expect('completed');
    expect(Object.values(s.givenBack()).sort((a, b) => a - b)).toEqual([150, 800]);
  });

  it('is refused by the buyer, who gets the old piece back and may be refunded late', () => {
    const s = pass(scenario(one()).apply(another).approve(950)).by('user', { type: 'refuse' }).expect('sendingBack.preparing');
    s.by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' }).expect('closed');
    pay(s, 150).paid();
    expect(Object.values(s.givenBack())).toEqual([150]);
  });

  it.each([
    ['paid for one that never came, and has all back', 1, 'completed', [150, 800], 0],
    ['paid for one that came, and keeps that', 2, 'closed', [], 950],
  ] as const)('of another price, named by a verdict, is refused by a buyer who %s', (_name, rounds, state, given, remains) => {
    let s = pay(pass(scenario(one()).apply(another).approve(950)), 150);
    if (rounds === 2) {
      deliver(s).by('user', { type: 'appeal', evidence: [], remark: 'x' });
      const ruling = { outcome: 'exchange', price: s.price(1000) } as const;
      s = pass(s.by('operations', { type: 'rule', verdict: ruling, remark: 'x' }));
    } else s.by('operations', { type: 'override', verdict: { outcome: 'exchange', price: s.price(1000) }, remark: 'x' });
    expect([s.state, s.afterSale.difference]).toEqual(['exchanging.awaitingPayment', 50]);
    s.by('user', { type: 'refuse' });
    if (s.state === 'sendingBack.preparing') s.by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' });
    s.paid().expect(state);
    expect([Object.values(s.givenBack()).sort((a, b) => a - b), left(s)]).toEqual([given, [remains]]);
  });

  it('for goods that were lost is not forgotten by a verdict that gives nothing', () => {
    const s = scenario(one()).apply(another).approve(950).by('user', { type: 'handOver' });
    s.by('operations', { type: 'hold', remark: 'x' }).by('merchant', { type: 'lost' });
    s.by('operations', { type: 'override', verdict: { outcome: 'exchange' }, remark: 'x' });
    pay(s.expect('exchanging.awaitingPayment'), 150).expect('exchanging.preparing');
    const nothing = { type: 'override', verdict: { outcome: 'upheld' }, remark: 'x' } as const;
    s.refused('command.notAllowed', 'operations', nothing);
    s.by('operations', { type: 'override', verdict: { outcome: 'refund', amount: s.price(150) }, remark: 'x' });
    s.by('operations', { type: 'release' }).paid().expect('completed');
    expect(Object.values(s.givenBack())).toEqual([150]);
  });

  it('declined by the gateway is tried again and then waits for a person', () => {
    const s = pay(late().paid().expect('completed'), 150);
    for (let i = 0; i < 3; i++) s.payoutDeclined();
    expect(s.alarms).toContain('payout.manual');
    const payout = [...s.history.payouts.values()].find((row) => row.state === 'declined');
    s.done(
      { role: 'operations', id: 'operator' },
      { kind: 'payout', payoutKey: payout?.key ?? '', command: { type: 'paidByHand', reference: 'cash' } },
    );
    expect(Object.values(s.givenBack()).sort((a, b) => a - b)).toEqual([150, 800]);
  });
});

/** What is left of each unit, tax included. */
const left = (s: Scenario): readonly number[] =>
  s.book.order.lines.flatMap(({ lineNo, quantity }) =>
    piecesOf(s.book.lines, s.book.split.runs, [{ lineNo, from: 1, to: quantity }]).flatMap(({ left: { net, tax }, count }) =>
      Array.from({ length: count }, () => net + tax),
    ),
  );
const lines = (...prices: readonly number[]): Order => orderOf({ lines: prices.map((unitPrice) => ({ unitPrice })) });

describe('a difference over several units', () => {
  it.each([
    ['each unit keeps what its new piece costs', lines(1_000, 900), 800, 300, [800, 800]],
    ['a dearer piece takes its part from the cheaper ones', lines(1_000, 600), 700, 200, [800, 600]],
  ])('%s', (_name, order, price, back, keeps) => {
    const s = deliver(pass(scenario(order).apply(another).approve(price))).paid();
    expect(s.expect('completed').givenBack()).toEqual({ card: back });
    expect(left(s)).toEqual(keeps);
  });

  it('gives nothing for a unit of which nothing is left, and no more for the others', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1_000, quantity: 2 }] }));
    s.apply({ claim: 1_000, selection: units(1, 1) })
      .approve()
      .paid();
    deliver(pass(s.apply(another).approve(700))).paid();
    expect(s.givenBack()).toEqual({ card: 300 });
    expect(left(s)).toEqual([0, 700]);
  });

  it('is none when a unit is exchanged once more for a piece of the same price', () => {
    const s = scenario(lines(1_000, 900));
    deliver(pass(s.apply(another).approve(800))).paid();
    deliver(pass(s.apply({ ...third, selection: some(1, 1) }).approve(800))).expect('completed');
    expect(s.givenBack()).toEqual({});
  });

  it('stays with the units that passed when money moves elsewhere meanwhile', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 2 }, { unitPrice: 800 }] }));
    arrive(s.apply({ ...another, selection: some(1, 2) }).approve(700)).by('merchant', {
      type: 'inspect',
      result: 'part',
      passed: units(1, 1),
      sellable: true,
    });
    s.by('merchant', { type: 'ship' }).by('operations', { type: 'hold', remark: 'look' }).by('merchant', { type: 'delivered' });
    s.report({
      type: 'movedElsewhere',
      reference: 'M',
      amount: s.price(100),
      units: { claim: 'money', selection: units(1, 2) },
    });
    const standing = s.afterSale.decisions.filter((d) => d.kind === 'difference' && d.state !== 'dropped');
    expect(standing.map((d) => d.portions)).toEqual([[{ lineNo: 1, from: 1, to: 1, net: 100, tax: 0 }]]);
  });
});

describe('an exchange that a verdict orders', () => {
  const rejected = (price: number): Scenario =>
    arrive(scenario(lines(800)).apply(another).approve(price)).by('merchant', { type: 'inspect', result: 'none', sellable: false });
  const ruled = (price: number): Scenario => {
    const s = rejected(price).by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' }).expect('rejected');
    s.by('user', { type: 'appeal', evidence: [], remark: 'x' }).by('operations', {
      type: 'rule',
      verdict: { outcome: 'exchange' },
      remark: 'x',
    });
    return s.by('user', { type: 'handOver' });
  };
  const ways = {
    'passes inspection': (price: number) =>
      ruled(price).by('merchant', { type: 'received' }).by('merchant', { type: 'inspect', result: 'all', sellable: true }),
    'is not inspected in time': (price: number) => ruled(price).by('merchant', { type: 'received' }).deadline(),
    'is lost on its way': (price: number) => ruled(price).by('merchant', { type: 'lost' }),
    'is with the merchant still': (price: number) =>
      rejected(price).by('operations', { type: 'override', verdict: { outcome: 'exchange' }, remark: 'x' }),
  } as const;
  const names = Object.keys(ways) as (keyof typeof ways)[];

  it.each(names)('gives the difference back where the old piece %s', (way) => {
    const s = deliver(ways[way](700)).paid();
    expect(s.givenBack()).toEqual({ card: 100 });
    expect(left(s)).toEqual([700]);
  });

  it.each(names)('waits for the difference where the old piece %s', (way) => {
    const s = ways[way](950).expect('exchanging.awaitingPayment');
    deliver(pay(s, 150));
    expect(left(s)).toEqual([950]);
  });
});

describe('a payment that nobody waits for any more, or not for so much', () => {
  const early = (): Scenario => arrive(scenario(one(2)).apply(another).approve(950));

  it('is refunded whole where nothing passed', () => {
    const s = early().by('merchant', { type: 'inspect', result: 'none', sellable: false });
    expect(Object.values(pay(s, 300).paid().givenBack())).toEqual([300]);
    s.by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' }).expect('rejected');
    expect(Object.values(pay(s, 150, 'P-2').paid().givenBack())).toEqual([300, 150]);
  });

  it('is at most what the new pieces cost more', () => {
    const s = early().by('merchant', { type: 'inspect', result: 'none', sellable: false });
    s.refused('difference.amountMismatch', 'platform', { type: 'paid', amount: s.price(301), reference: 'P-1' });
  });
});
