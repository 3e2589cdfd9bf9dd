import { describe, expect, it } from 'vitest';
import { caseQuote } from '../../src/actors/caseQuote.js';
import { Draft } from '../../src/actors/draft.js';
import { RULES } from '../../src/actors/rules.js';
import { instant } from '../../src/domain/ids.js';
import { orderOf } from '../domain/orders.js';
import { units, weighing } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';

/** Exchanges of what was exchanged before, by a new application or by a ruling (EXAMPLES 12). */

const another = { type: 'exchange', wanted: { sku: 'another' } } as const;
const third = { type: 'exchange', wanted: { sku: 'third' } } as const;
const arrive = (s: Scenario): Scenario => s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
const pass = (s: Scenario): Scenario => arrive(s).by('merchant', { type: 'inspect', result: 'all', sellable: true });
const passOf = (s: Scenario, unit: readonly [line: number, number: number]): Scenario =>
  arrive(s).by('merchant', { type: 'inspect', result: 'part', passed: units(...unit), sellable: true });
const pay = (s: Scenario, amount: number, reference = 'P-1'): Scenario =>
  s.by('platform', { type: 'paid', amount: s.price(amount), reference });
const deliver = (s: Scenario): Scenario => s.by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' });
const ruledExchange = (s: Scenario): Scenario =>
  s
    .expect('completed')
    .by('user', { type: 'appeal', evidence: [], remark: 'x' })
    .by('operations', { type: 'rule', verdict: { outcome: 'exchange' }, remark: 'x' });
const total = (s: Scenario): number => Object.values(s.givenBack()).reduce((all, amount) => all + amount, 0);

describe('a piece that was exchanged for a cheaper one and is exchanged once more', () => {
  const late = (): Scenario => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }));
    deliver(pass(s.apply(another).approve(700))).paid();
    return pass(s.apply(third).approve(800)).deadline().paid().expect('completed');
  };

  it('has what was due for it refunded whole, when that comes too late', () => {
    const s = late();
    expect(s.afterSale.difference).toBe(100);
    expect(total(pay(s, 100).paid())).toBe(700 + 100);
  });

  it('takes no more than was due for it', () => {
    const s = late();
    s.refused('difference.amountMismatch', 'platform', { type: 'paid', amount: s.price(101), reference: 'P' });
  });
});

describe('what is told of a payment that goes back whole', () => {
  const told = (s: Scenario) => {
    const draft = new Draft(s.book, instant(s.now), RULES.capHolds);
    const { basis, goods, latePayments, refund, bearers = [], tenders } = caseQuote(draft, s.contextOf(s.shop()), s.afterSale);
    const sum = (all: readonly { readonly amount: { readonly amount: number } }[]) => all.reduce((to, { amount }) => to + amount.amount, 0);
    return [basis, goods.gross.amount, latePayments?.amount, refund.amount, sum(tenders), sum(bearers)];
  };
  const order = () => orderOf({ lines: [{ unitPrice: 800 }] });
  const early = () => pay(scenario(order()).apply(another).approve(950), 100);

  it('adds up with what the goods refund, and nobody carries it', () => {
    const s = pass(scenario(order()).apply(another).approve(950)).deadline().paid();
    expect(told(s)).toEqual(['decided', 800, undefined, 800, 800, 800]);
    expect(told(pay(s, 150).paid())).toEqual(['decided', 800, 150, 950, 950, 800]);
  });

  it('leaves open what the goods refund, where nothing is decided of these', () => {
    expect(told(early())).toEqual(['expected', 800, 100, 900, 900, 800]);
    expect(told(early().by('user', { type: 'withdraw' }))).toEqual(['expected', 0, 100, 100, 100, 0]);
  });
});

describe('a ruling that has the rest exchanged after all', () => {
  const oneRefunded = (): Scenario => {
    const s = passOf(
      scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 2 }] }))
        .apply(another)
        .approve(950),
      [1, 1],
    );
    s.by('merchant', { type: 'outOfStock' }).paid().expect('sendingBack.preparing');
    return ruledExchange(deliver(s));
  };

  it.each([
    ['that passes inspection', (s: Scenario) => pass(s)],
    ['that nobody inspects in time', (s: Scenario) => arrive(s).deadline()],
  ] as const)('asks nothing for what was refunded for good: a piece %s', (_, come) => {
    const s = come(oneRefunded()).expect('exchanging.awaitingPayment');
    expect(s.afterSale.difference).toBe(150);
    deliver(pay(s, 150)).expect('settled');
    s.apply({ type: 'return', selection: units(1, 2) }).approve();
    expect(total(pass(s).paid().expect('completed'))).toBe(950);
  });
});

describe('a unit that two payments of one exchange belong to', () => {
  it('gives both back', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1_000 }, { unitPrice: 500 }] }))
      .apply(another)
      .approve(800);
    ruledExchange(deliver(pay(pass(s), 100)));
    pay(passOf(s, [2, 1]), 200, 'P-2');
    deliver(deliver(s).expect('sendingBack.preparing')).expect('settled');
    expect(s.cap('order').limit.net).toBe(1_800);
    expect(total(s.apply().approve().paid().expect('completed'))).toBe(1_800);
  });
});

describe('a verdict for an exchange of which nobody has named the price', () => {
  const order = () => orderOf({ lines: [{ unitPrice: 800 }] });
  const verdict = (s: Scenario, price?: number) =>
    ({ outcome: 'exchange', ...(price === undefined ? {} : { price: s.price(price) }) }) as const;
  const ways = {
    rule: (s: Scenario) => s.by('merchant', { type: 'reject', remark: 'x' }).by('user', { type: 'appeal', evidence: [], remark: 'x' }),
    override: (s: Scenario) => s,
  } as const;

  describe.each(['rule', 'override'] as const)('%s', (type) => {
    const asks = (asked: Parameters<Scenario['apply']>[0] = another): Scenario => ways[type](scenario(order()).apply(asked));
    const decide = (s: Scenario, price?: number): Scenario => s.by('operations', { type, verdict: verdict(s, price), remark: 'x' });

    it('is refused without one, as it would give the dearer piece away', () => {
      const s = asks();
      s.refused('command.priceMissing', 'operations', { type, verdict: verdict(s), remark: 'x' });
    });

    it.each([
      [950, 150, 950],
      [700, -100, 800],
    ])('names it: %i is %i to pay, and %i may come back in all', (price, difference, most) => {
      const s = pass(decide(asks(), price));
      expect(s.afterSale.difference).toBe(difference);
      if (difference > 0) pay(s, difference);
      const back = total(deliver(s).paid());
      s.apply({ type: 'return' }).approve();
      expect(back + total(pass(s).paid())).toBe(most);
    });

    it('takes none for the same SKU', () => {
      const s = asks({ type: 'exchange' });
      s.refused('command.priceUnexpected', 'operations', { type, verdict: verdict(s, 900), remark: 'x' });
      expect(decide(s).afterSale.difference).toBe(0);
    });
  });

  it('may name another price than the merchant did', () => {
    const s = scenario(order()).apply(another).approve(950);
    s.by('operations', { type: 'override', verdict: verdict(s, 900), remark: 'x' });
    expect(s.afterSale.difference).toBe(100);
  });
});

describe('a difference that is more than what is left of the unit', () => {
  const order = () => orderOf({ lines: [{ unitPrice: 800, commissionRate: 50_000 }] });
  const told = (s: Scenario) => s.afterSale.difference;
  const clipped = (): Scenario => {
    const s = scenario(order()).apply({ claim: 750 }).approve().paid();
    return s.apply(another).approve(700);
  };

  it('is told as far as it goes back, and commission goes back by that', () => {
    const s = clipped();
    expect(told(s)).toBe(-50);
    deliver(pass(s)).paid().expect('completed');
    expect([told(s), total(s), s.moved('commission', 'merchant')]).toEqual([-50, 50, 40]);
    s.applyRefused('amount.nothingLeft');
  });

  it.each([
    [700, 0],
    [750, 0],
    [900, 150],
  ])('stays with the unit: a piece of %i is %i to pay next', (price, due) => {
    const s = deliver(pass(clipped())).paid();
    expect(told(s.apply(third).approve(price))).toBe(due);
    if (due > 0) pay(pass(s), due);
    else pass(s);
    deliver(s).expect('completed');
    if (due > 0) expect(total(s.apply().approve().paid())).toBe(due);
  });

  it('is told anew where money moved elsewhere after it was named', () => {
    const s = pass(scenario(order()).apply(another).approve(700));
    const selection = units(1, 1);
    s.report({ type: 'movedElsewhere', reference: 'M', amount: s.price(750), units: { claim: 'money', selection } });
    deliver(s.by('operations', { type: 'release' })).paid();
    expect([told(s), total(s)]).toEqual([-50, 50]);
  });
});

describe('missing weight of a piece that was exchanged', () => {
  const exchanged = (price: number): Scenario => {
    const s = pass(
      scenario(orderOf({ lines: [{ unitPrice: 1990, weightGrams: 500 }] }))
        .apply(another)
        .approve(price),
    );
    if (price > 1990) pay(s, price - 1990);
    return deliver(s).paid().expect('completed');
  };

  it.each([
    [1500, 430, 210],
    [1500, 0, 1500],
    [2500, 430, 350],
    [2500, 0, 2500],
  ])('is a part of the %i that the new one costs: with %i g of 500 it gives %i', (price, grams, gives) => {
    const s = exchanged(price)
      .apply({ claim: 'weight', selection: weighing(1, 1, grams) })
      .approve()
      .paid();
    expect(total(s)).toBe(gives);
  });

  it('is nothing where the new one cost nothing', () => {
    exchanged(0).applyRefused('amount.nothingLeft', { claim: 'weight', selection: weighing(1, 1, 430) });
  });
});

describe('the SKU that the buyer has', () => {
  const order = () => orderOf({ lines: [{ unitPrice: 800, quantity: 2 }] });
  const first = { ...another, selection: units(1, 1) };
  const exchanged = (): Scenario =>
    deliver(pass(scenario(order()).apply(first).approve(700)))
      .paid()
      .expect('completed');
  const original = { type: 'exchange', wanted: { sku: 'sku-1' } } as const;

  it('is what it was exchanged for: the one that was bought needs a price, and has a difference', () => {
    const s = exchanged().apply({ ...original, selection: units(1, 1) });
    s.refused('command.priceMissing', 'merchant', { type: 'approve' });
    expect(s.approve(800).afterSale.difference).toBe(100);
  });

  it('is exchanged for the same without a price', () => {
    const s = exchanged().apply(first);
    s.refused('command.priceUnexpected', 'merchant', { type: 'approve', price: s.price(700) });
    expect(deliver(pass(s.approve())).expect('completed').givenBack()).toEqual({});
  });

  it('is the one bought for a piece that was not exchanged, or did not come', () => {
    const s = exchanged()
      .apply({ ...original, selection: units(1, 2) })
      .approve();
    expect(deliver(pass(s)).expect('completed').givenBack()).toEqual({});
    const lost = pass(s.apply({ ...another, selection: units(1, 2) }).approve(700)).by('merchant', { type: 'ship' });
    lost.by('merchant', { type: 'lost' }).paid().expect('completed');
    expect(lost.afterSale.wanted?.replaced).toBeUndefined();
  });

  it('is not one for units of which only some have it', () => {
    exchanged().apply(original).refused('command.priceMissing', 'merchant', { type: 'approve' });
  });

  it('is the one bought again, once it was exchanged back', () => {
    const s = exchanged()
      .apply({ ...original, selection: units(1, 1) })
      .approve(800);
    deliver(pay(pass(s), 100)).expect('completed');
    deliver(pass(s.apply(original).approve())).expect('completed');
  });
});

describe('an exchange of two pieces, of which one is refunded for good elsewhere', () => {
  const gone = (s: Scenario): Scenario =>
    s.report({ type: 'movedElsewhere', reference: 'desk-1', amount: s.price(5), units: { claim: 'unit', selection: units(1, 1) } }).on(1);
  const two = (): Scenario =>
    scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 2 }] }))
      .apply(another)
      .approve(950);

  it('while its difference is awaited takes what is due for the other, and gives the rest back', () => {
    const s = pass(two()).expect('exchanging.awaitingPayment');
    expect(s.afterSale.difference).toBe(300);
    gone(s);
    if (s.afterSale.hold !== null) s.by('operations', { type: 'release' });
    pay(s, 300).paid().expect('exchanging.preparing');
    expect([s.afterSale.difference, s.afterSale.extra.map(({ from, net, tax }) => [from, net + tax])]).toEqual([150, [[2, 150]]]);
    expect(total(s)).toBe(150);
  });

  it('before a verdict has it exchanged asks for the difference of the other alone', () => {
    const s = gone(arrive(two()));
    s.by('operations', { type: 'override', verdict: { outcome: 'exchange' }, remark: 'x' }).expect('exchanging.awaitingPayment');
    expect(s.afterSale.difference).toBe(150);
    pay(s, 150).paid().expect('exchanging.preparing');
    expect(s.afterSale.extra.map(({ from, net, tax }) => [from, net + tax])).toEqual([[2, 150]]);
  });
});

it('goods that were to be exchanged, and are refunded by a verdict instead, have no difference', () => {
  const s = scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 2 }] }))
    .apply(another)
    .approve(950)
    .by('user', { type: 'handOver' });
  expect(s.afterSale.difference).toBe(300);
  s.by('operations', { type: 'override', verdict: { outcome: 'return' }, remark: 'x' })
    .by('merchant', { type: 'received' })
    .by('merchant', { type: 'inspect', result: 'part', passed: units(1, 1), sellable: true });
  expect(s.afterSale.difference).toBe(0);
});

describe('an exchange that a verdict orders in place of money', () => {
  const lostOnHold = (s: Scenario): Scenario =>
    s
      .expect('sendingBack.preparing')
      .by('operations', { type: 'hold', remark: 'x' })
      .by('merchant', { type: 'ship' })
      .by('merchant', { type: 'lost' })
      .expect('refunding.paying');
  const exchangeInstead = (s: Scenario): Scenario =>
    s
      .by('operations', { type: 'override', verdict: { outcome: 'exchange' }, remark: 'x' })
      .by('operations', { type: 'release' })
      .expect('exchanging.awaitingPayment');
  const onePasses = (): Scenario =>
    passOf(
      scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 2 }] }))
        .apply(another)
        .approve(950),
      [1, 1],
    );
  const taken = (s: Scenario): unknown[] => s.afterSale.extra.map(({ from, to, net, tax }) => [from, to, net + tax]);

  it('replaces all that got lost on its way back, also what had passed', () => {
    const s = exchangeInstead(lostOnHold(onePasses().by('user', { type: 'refuse' })));
    expect(s.afterSale.difference).toBe(300);
    expect(taken(pay(s, 300))).toEqual([
      [1, 1, 150],
      [2, 2, 150],
    ]);
  });

  it('does not replace once more what was replaced before the rest got lost', () => {
    const s = exchangeInstead(lostOnHold(deliver(pay(onePasses(), 150))));
    expect(s.afterSale.difference).toBe(150);
    expect(taken(pay(s, 150, 'P-2'))).toEqual([
      [1, 1, 150],
      [2, 2, 150],
    ]);
    expect(s.afterSale.remedied).toEqual([{ lineNo: 1, from: 2, to: 2 }]);
  });
});
