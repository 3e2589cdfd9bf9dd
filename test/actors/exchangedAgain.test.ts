import { describe, expect, it } from 'vitest';
import { orderOf } from '../domain/orders.js';
import { units } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';

/** Exchanges of what was exchanged before, by a new application or by a ruling (EXAMPLES 12). */

const another = { type: 'exchange', wanted: { sku: 'another' } } as const;
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
    return pass(s.apply(another).approve(800)).deadline().paid().expect('completed');
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
