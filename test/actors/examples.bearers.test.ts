import { describe, expect, it } from 'vitest';
import { caseQuote } from '../../src/actors/caseQuote.js';
import type { AfterSaleCommand } from '../../src/actors/command.js';
import { Draft } from '../../src/actors/draft.js';
import { RULES } from '../../src/actors/rules.js';
import { instant, lineNo } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import { sumOffsets } from '../../src/domain/offsets.js';
import type { Order } from '../../src/domain/order.js';
import { orderOf } from '../domain/orders.js';
import { type Scenario, scenario } from './world/scenario.js';
import { type TemplateChange, templateWith } from './world/templates.js';

/** EXAMPLES 10. */

const subsidised = (): Order =>
  orderOf({
    lines: [{ unitPrice: 1000, commissionRate: 50_000, unitCost: 600 }],
    promotions: [{ amount: 200, platform: 4000 }],
  });

/** Between whom money moved besides the buyer. */
const moved = (s: Scenario) => ({
  merchant: s.moved('merchant', 'sales'),
  platform: s.moved('platform', 'sales'),
  carrier: s.moved('carrier', 'sales'),
  subsidy: s.moved('merchant', 'platform'),
  commission: s.moved('commission', 'merchant'),
});

const costOffset = (s: Scenario): number =>
  sumOffsets(
    s.afterSale.decisions.filter((d) => d.state === 'paid').flatMap((d) => d.offsets),
    'cost',
  );
const using = (change: TemplateChange) => ({ templates: [templateWith(change)] });
const back = (s: Scenario, price?: number): Scenario =>
  s.approve(price).by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
const inspect = (result: 'all' | 'none', sellable: boolean, more: object = {}): AfterSaleCommand => ({
  type: 'inspect',
  result,
  sellable,
  ...more,
});

describe('who bears a refund', () => {
  it.each([
    ['unwanted', { merchant: 800, platform: 0, carrier: 0, subsidy: 80, commission: 40 }],
    ['mistaken', { merchant: 0, platform: 800, carrier: 0, subsidy: 0, commission: 0 }],
    ['damaged', { merchant: 0, platform: 0, carrier: 800, subsidy: 0, commission: 0 }],
  ])('%s: %o', (reason, expected) => {
    const s = scenario(subsidised()).apply({ reason }).approve().paid().expect('completed');
    expect(moved(s)).toEqual(expected);
  });

  it('gives subsidy and commission back cumulatively by what the buyer got', () => {
    const s = scenario(subsidised());
    const rows = [267, 267, 266].map((amount) => {
      s.apply({ claim: amount }).approve().paid();
      return moved(s);
    });
    expect(rows.map((row) => [row.merchant, row.subsidy, row.commission])).toEqual([
      [267, 27, 13],
      [534, 53, 27],
      [800, 80, 40],
    ]);
  });

  it('leaves out what another bore', () => {
    const s = scenario(subsidised());
    s.apply({ claim: 400, reason: 'mistaken' }).approve().paid();
    s.apply({ claim: 400 }).approve().paid();
    expect(moved(s)).toEqual({ merchant: 400, platform: 400, carrier: 0, subsidy: 40, commission: 20 });
  });

  it('shares a part of the platform between units by their discount', () => {
    const order = orderOf({ lines: [{ unitPrice: 100, quantity: 3 }], promotions: [{ amount: 100, platform: 5000 }] });
    const rows = [1, 2, 3].map((unit) => {
      const s = scenario(order)
        .apply({ selection: [{ lineNo: lineNo(1), units: [unit] }] })
        .approve()
        .paid();
      return [s.moved('merchant', 'sales'), s.moved('merchant', 'platform')];
    });
    expect(rows).toEqual([
      [66, 17],
      [67, 17],
      [67, 16],
    ]);
  });

  it('gives the platform its whole part back with a unit that cost the buyer nothing', () => {
    const order = orderOf({
      lines: [{ unitPrice: 1000, unitCost: 600 }, { unitPrice: 500 }],
      promotions: [{ amount: 1000, platform: 4000, lines: [1] }],
    });
    const s = scenario(order).apply({ type: 'return' });
    back(s).by('merchant', inspect('all', true)).paid().expect('completed');
    expect([s.moved('merchant', 'sales'), s.moved('merchant', 'platform'), costOffset(s)]).toEqual([500, 400, 600]);
  });

  it('gives the merchant back the commission that was taken of a unit that cost the buyer nothing', () => {
    const order = orderOf({ lines: [{ unitPrice: 1000 }, { unitPrice: 500 }], promotions: [{ amount: 1000, lines: [1] }] });
    const record = (line: number, net: number, commission: number, off: number) => ({
      ...{ lineNo: lineNo(line), fromUnit: 1, toUnit: 1, net: minor(net), tax: minor(0), commission: minor(commission) },
      discounts: off === 0 ? [] : [{ promotionId: 'promotion-1', amount: minor(off), platformPart: minor(0) }],
    });
    const s = scenario({ ...order, splitRecords: [record(1, 0, 50, 1000), record(2, 500, 25, 0)] });
    s.apply().approve().paid().expect('completed');
    expect(moved(s)).toEqual({ merchant: 500, platform: 0, carrier: 0, subsidy: 0, commission: 75 });
  });

  it.each([
    ['merchant', 'platform', [0, 800, 0, 0]],
    ['platform', 'merchant', [800, 0, 80, 40]],
    ['merchant', 'merchant', [800, 0, 80, 40]],
  ] as const)('is changed from %s to %s by a ruling, and the buyer keeps all', (from, to, expected) => {
    const s = scenario(subsidised())
      .apply({ reason: from === 'merchant' ? 'unwanted' : 'mistaken' })
      .approve()
      .paid();
    s.by('merchant', { type: 'appeal', remark: 'not mine', evidence: [] });
    s.by('operations', { type: 'rule', verdict: { outcome: 'bearer', bearer: to }, remark: 'x' }).expect('settled');
    const { merchant, platform, subsidy, commission } = moved(s);
    expect([merchant, platform, subsidy, commission]).toEqual(expected);
    expect(s.givenBack()).toEqual({ card: 800 });
  });

  it('is changed for decisions one after the other, so that what goes back is never more than there was', () => {
    const fee = {
      name: 'restocking',
      types: ['return'],
      faults: ['platform'],
      charge: { kind: 'rate', rate: 5000 },
      to: 'platform',
    } as const;
    const s = scenario(subsidised(), using({ fees: [{ ...fee, types: [...fee.types], faults: [...fee.faults] }] }));
    back(s.apply({ type: 'return', reason: 'mistaken' }))
      .by('merchant', inspect('all', false))
      .paid()
      .expect('completed');
    s.by('user', { type: 'appeal', remark: 'all', evidence: [] });
    s.by('operations', { type: 'rule', verdict: { outcome: 'refund', bearer: 'merchant' }, remark: 'x' })
      .paid()
      .expect('settled');
    expect(moved(s)).toEqual({ merchant: 400, platform: 400, carrier: 0, subsidy: 40, commission: 20 });
  });
});

it('an application that was rejected is told to move nothing between the bearers', () => {
  const s = scenario(orderOf({ lines: [{ unitPrice: 800, unitCost: 300, commissionRate: 50_000 }] })).apply({ type: 'return' });
  const told = () => {
    const draft = new Draft(s.book, instant(s.now), RULES.capHolds);
    const { refund, costOffset, commissionOffset } = caseQuote(draft, s.contextOf(s.principalOf('operations')), s.afterSale);
    return [refund, costOffset, commissionOffset].map((amount) => amount?.amount);
  };
  expect(told()).toEqual([800, 300, 40]);
  s.by('merchant', { type: 'reject', remark: 'x' });
  expect(told()).toEqual([0, 0, 0]);
});

describe('goods that are told to come back for what they cost', () => {
  const order = () => orderOf({ lines: [{ unitPrice: 800, unitCost: 300 }] });
  const told = (s: Scenario) => caseQuote(new Draft(s.book, instant(s.now), RULES.capHolds), s.contextOf(s.shop()), s.afterSale);
  const inspected = (s: Scenario) => s.by('merchant', inspect('all', true)).paid();

  it.each([
    ['a return that is inspected', 300, scenario(order()).apply({ type: 'return' }).approve(), inspected],
    [
      'a return that nobody inspects',
      0,
      scenario(order(), using({ returning: { inspection: false } }))
        .apply({ type: 'return' })
        .approve(),
      (s: Scenario) => s.paid(),
    ],
    [
      'a refund that a ruling makes a return',
      300,
      scenario(order())
        .apply()
        .by('merchant', { type: 'reject', remark: 'x' })
        .by('user', { type: 'appeal', remark: 'x', evidence: [] })
        .by('operations', { type: 'rule', verdict: { outcome: 'return' }, remark: 'x' }),
      inspected,
    ],
  ])('are those of %s', (_name, cost, s, ends) => {
    expect(told(s)).toMatchObject({ basis: 'expected', costOffset: { amount: cost } });
    ends(s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' }));
    expect(told(s)).toMatchObject({ basis: 'decided', refund: { amount: 800 }, costOffset: { amount: cost } });
  });
});

describe('what is told of the bearers', () => {
  const told = (s: Scenario): Record<string, number> => {
    const draft = new Draft(s.book, instant(s.now), RULES.capHolds);
    const { bearers = [] } = caseQuote(draft, s.contextOf(s.principalOf('operations')), s.afterSale);
    return Object.fromEntries(bearers.map(({ bearer, amount }) => [bearer, amount.amount]));
  };
  const two = () => orderOf({ lines: [{ unitPrice: 800, quantity: 2 }] });

  it('is what each carries, where a ruling names another for the rest', () => {
    const s = back(scenario(two()).apply({ type: 'return' }));
    s.by('merchant', { type: 'inspect', result: 'part', passed: [{ lineNo: lineNo(1), units: [1] }], sellable: true }).paid();
    s.by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' }).by('user', { type: 'appeal', remark: 'x', evidence: [] });
    s.by('operations', { type: 'rule', verdict: { outcome: 'refund', bearer: 'platform' }, remark: 'x' }).paid();
    expect([s.moved('merchant', 'sales'), s.moved('platform', 'sales')]).toEqual([800, 800]);
    expect(told(s)).toEqual({ merchant: 800, platform: 800 });
  });

  it('leaves out a payment that came too late, which was the buyer’s own', () => {
    const s = back(scenario(orderOf({ lines: [{ unitPrice: 800 }] })).apply({ type: 'exchange', wanted: { sku: 'another' } }), 950);
    s.by('merchant', inspect('all', true)).deadline().paid();
    s.by('platform', { type: 'paid', amount: s.price(150), reference: 'late' }).paid();
    expect(told(s)).toEqual({ merchant: 800 });
  });
});

describe('the cost offset', () => {
  it.each([
    ['all', true, 600],
    ['all', false, 0],
  ] as const)('of goods of which %s passed, sellable %s, is %i', (result, sellable, expected) => {
    const s = scenario(subsidised()).apply({ type: 'return' });
    expect(costOffset(back(s).by('merchant', inspect(result, sellable)).paid().expect('completed'))).toBe(expected);
  });

  it('of goods that never left is their cost', () => {
    const s = scenario(subsidised(), { stage: 'notShipped' }).apply().approve().expect('stopping');
    s.report({ type: 'stopped', lines: [lineNo(1)], at: instant(s.now) });
    expect(costOffset(s.paid().expect('completed'))).toBe(600);
  });

  const shipped = (s: Scenario): Scenario => s.report({ type: 'delivered', lines: [lineNo(1)], at: instant(s.now) });
  const ruled = { type: 'rule', verdict: { outcome: 'refund' }, remark: 'x' } as const;
  it.each([
    ['could not be stopped in time', (s: Scenario) => shipped(s.approve().deadline()).by('operations', { type: 'approve' })],
    [
      'nobody stopped, as it was rejected',
      (s: Scenario) =>
        shipped(s.by('merchant', { type: 'reject', remark: 'x' }))
          .by('user', { type: 'appeal', remark: 'x', evidence: [] })
          .by('operations', ruled),
    ],
  ] as const)('of a parcel that left because it %s is 0', (_, story) => {
    const s = story(scenario(subsidised(), { stage: 'notShipped' }).apply()).paid();
    expect([s.givenBack(), costOffset(s)]).toEqual([{ card: 800 }, 0]);
  });

  it('of goods that stay with the buyer is 0', () => {
    expect(costOffset(scenario(subsidised()).apply().approve().paid())).toBe(0);
  });

  it('counts once per unit, also when an appeal pays the rest', () => {
    const fee = {
      name: 'restocking',
      types: ['return' as const],
      faults: ['buyer' as const],
      charge: { kind: 'rate' as const, rate: 1000 },
      to: 'merchant' as const,
    };
    const s = scenario(subsidised(), using({ fees: [fee] }));
    back(s.apply({ type: 'return' }))
      .by('merchant', inspect('all', true))
      .paid();
    s.by('user', { type: 'appeal', remark: 'all', evidence: [] });
    s.by('operations', { type: 'rule', verdict: { outcome: 'refund' }, remark: 'x' })
      .paid()
      .expect('settled');
    expect(costOffset(s)).toBe(600);
    expect(moved(s)).toMatchObject({ merchant: 800, subsidy: 80, commission: 40 });
  });

  it('of a part counts only the units that passed', () => {
    const order = orderOf({ lines: [{ unitPrice: 1000, quantity: 3, unitCost: 600 }] });
    const s = scenario(order).apply({ type: 'return' });
    back(s).by('merchant', { type: 'inspect', result: 'part', passed: [{ lineNo: lineNo(1), units: [2, 3] }], sellable: true });
    expect(costOffset(s.paid().expect('sendingBack.preparing'))).toBe(1200);
  });

  it.each([
    ['scan', 'carrierScan', {}, { merchant: 800, carrier: 0, cost: 600 }],
    ['scan, another bearer', 'carrierScan', { bearer: 'carrier' }, { merchant: 0, carrier: 800, cost: 600 }],
    ['receipt, another bearer', 'receipt', { bearer: 'carrier' }, { merchant: 0, carrier: 800, cost: 600 }],
  ] as const)('of goods paid for early is set by what is found: %s', (_name, payWhen, more, expected) => {
    const s = scenario(subsidised(), using({ payWhen })).apply({ type: 'return' }).approve().by('platform', { type: 'handOver' }).paid();
    s.by('merchant', { type: 'received' }).paid().expect('returning.inspecting');
    s.by('merchant', inspect('all', true, more)).expect('completed');
    expect({ merchant: s.moved('merchant', 'sales'), carrier: s.moved('carrier', 'sales'), cost: costOffset(s) }).toEqual(expected);
    expect(s.givenBack()).toEqual({ card: 800 });
  });

  it('of goods paid for early that another bears is counted all the same', () => {
    const s = scenario(subsidised(), using({ payWhen: 'receipt' }))
      .apply({ type: 'return', reason: 'mistaken' })
      .approve();
    s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' }).paid().by('merchant', inspect('all', true)).expect('completed');
    expect(costOffset(s)).toBe(600);
  });

  it('of goods lost on the way back is 0, and the template says who bears them', () => {
    const s = scenario(subsidised())
      .apply({ type: 'return' })
      .approve()
      .by('user', { type: 'handOver' })
      .by('merchant', { type: 'lost' })
      .paid()
      .expect('completed');
    expect({ ...moved(s), cost: costOffset(s) }).toMatchObject({ carrier: 800, merchant: 0, cost: 0 });
  });

  it.each(['lost', 'lost and then declined'] as const)(
    'of goods paid for at the scan, %s before all of it was paid, is borne by one',
    (what) => {
      const order = orderOf({ lines: [{ unitPrice: 800, commissionRate: 50_000 }], freight: { charged: 100 } });
      const s = scenario(order, using({ payWhen: 'carrierScan', freight: { refund: 'merchantFault' } }));
      s.apply({ type: 'return', reason: 'faulty' }).approve().by('platform', { type: 'handOver' });
      s.says(`${s.afterSale.id}:1:card`, { outcome: 'paid', reference: 'goods' });
      s.by('merchant', { type: 'lost' });
      if (what !== 'lost') s.payoutDeclined().deadline();
      s.paid().expect('completed');
      expect(moved(s)).toEqual({ merchant: 0, platform: 0, carrier: 900, subsidy: 0, commission: 0 });
    },
  );
});
