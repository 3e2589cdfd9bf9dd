import { describe, expect, it } from 'vitest';
import { caseQuote } from '../../src/actors/caseQuote.js';
import { Draft } from '../../src/actors/draft.js';
import { RULES } from '../../src/actors/rules.js';
import { instant, lineNo, tenderId } from '../../src/domain/ids.js';
import { orderOf } from '../domain/orders.js';
import { paidWith, some, units } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';
import { type TemplateChange, templateWith } from './world/templates.js';

/** EXAMPLES 8 and 9. */

const shipped = () => orderOf({ lines: [{ unitPrice: 1000 }, { unitPrice: 500 }], freight: { charged: 120, tax: 20 } });
const using = (change: TemplateChange) => ({ templates: [templateWith(change)] });
const total = (s: Scenario): number => Object.values(s.givenBack()).reduce((all, amount) => all + amount, 0);

describe('freight', () => {
  it('never goes back where the template says never', () => {
    const s = scenario(shipped(), using({ freight: { refund: 'never' } }))
      .apply({ reason: 'faulty' })
      .approve()
      .paid();
    expect(total(s)).toBe(1500);
    expect(s.cap('freight')).toMatchObject({ reserved: { net: 0, tax: 0 }, posted: { net: 0, tax: 0 } });
  });

  it.each([
    ['faulty', 1120],
    ['unwanted', 1000],
    ['damaged', 1000],
  ])('goes back at once when the merchant is at fault: %s gives %i', (reason, expected) => {
    const s = scenario(shipped(), using({ freight: { refund: 'merchantFault' } }));
    s.apply({ reason, selection: some(1, 1) })
      .approve()
      .paid()
      .expect('completed');
    expect(total(s)).toBe(expected);
    s.apply({ reason: 'faulty', selection: some(2, 1) })
      .approve()
      .paid();
    expect(total(s)).toBe(expected === 1120 ? 500 : 620);
    expect(s.cap('freight').posted).toEqual({ net: 100, tax: 20, units: 0 });
  });

  describe('that goes back with the last unit, of which another in the same refund was refunded for good elsewhere', () => {
    const moved = (s: Scenario, reference: string, amount: number, claim: 'unit' | 'money', ...of: readonly number[]): Scenario => {
      s.report({ type: 'movedElsewhere', reference, amount: s.price(amount), units: { claim, selection: units(1, ...of) } }).on(1);
      return s.by('operations', { type: 'release' });
    };
    const two = () =>
      scenario(
        orderOf({ lines: [{ unitPrice: 800, quantity: 2 }], freight: { charged: 500 } }),
        using({ freight: { refund: 'lastUnit' } }),
      );
    const told = (s: Scenario): unknown[] => {
      const draft = new Draft(s.book, instant(s.now), RULES.capHolds);
      const { basis, freight, refund } = caseQuote(draft, s.contextOf(s.principalOf('operations')), s.afterSale);
      return [basis, freight.amount, refund.amount];
    };

    it('is told of before it is paid', () => {
      const s = moved(two().apply(), 'M', 5, 'unit', 1);
      expect(told(s)).toEqual(['expected', 500, 2095]);
      expect(told(s.approve().paid().expect('completed'))).toEqual(['decided', 500, 2095]);
    });

    it('may be all that a verdict gives', () => {
      const s = two().apply({ type: 'return' }).approve().by('user', { type: 'handOver' });
      moved(s, 'M-1', 1600, 'money', 1, 2).report({
        type: 'movedElsewhere',
        reference: 'M-2',
        amount: s.price(1),
        units: { claim: 'unit', selection: units(1, 1) },
      });
      s.on(1);
      if (s.afterSale.hold !== null) s.by('operations', { type: 'release' });
      s.by('operations', { type: 'override', verdict: { outcome: 'refund' }, remark: 'x' }).paid();
      expect(total(s)).toBe(500);
    });

    it('is told to none who leaves another unit', () => {
      const s = moved(two().apply({ selection: units(1, 1) }), 'M', 5, 'unit', 1);
      expect(told(s)).toEqual(['expected', 0, 795]);
    });
  });

  describe('that goes back with the first refund', () => {
    const two = (change: TemplateChange = {}) =>
      scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 2 }], freight: { charged: 500 } }), {
        templates: [templateWith({ freight: { refund: 'merchantFault' }, ...change })],
      });
    const first = (s: Scenario) => ({ reason: 'faulty', selection: units(1, 1), quoted: s.price(1300) });
    const second = (s: Scenario, quoted: number) => ({ reason: 'faulty', selection: units(1, 2), quoted: s.price(quoted) });

    it('is quoted to the first that claims it, and to no other while that is open', () => {
      const s = two();
      s.apply(first(s)).applyRefused('quote.changed', second(s, 1300)).apply(second(s, 800));
      s.on(1).approve().on(2).approve().paid();
      expect([total(s.on(1)), total(s.on(2))]).toEqual([1300, 800]);
    });

    it('is quoted to the next once the first has ended without it', () => {
      const s = two();
      s.apply(first(s)).by('merchant', { type: 'reject', remark: 'no' });
      s.apply(second(s, 1300)).approve().paid();
      expect(total(s)).toBe(1300);
    });

    it('counts for what is approved at once, which would take it', () => {
      const s = two({ review: { autoApprove: { amounts: [{ amount: 1000, currency: 'CNY' }] } } });
      s.apply(first(s)).expect('reviewing.merchant').apply(second(s, 800)).expect('reviewing.merchant');
    });

    it('is quoted to what is approved at once, which takes it before the first that claimed it', () => {
      const s = two({ review: { autoApprove: { amounts: [{ amount: 1300, currency: 'CNY' }] } } });
      s.apply({ ...first(s), type: 'return' }).applyRefused('quote.changed', second(s, 800));
      s.apply(second(s, 1300)).expect('refunding.paying').paid();
      expect(total(s)).toBe(1300);
    });
  });

  it('that yields to money that moved elsewhere is kept for who claims it, as far as it is left', () => {
    const order = orderOf({ lines: [{ unitPrice: 1000 }, { unitPrice: 1000 }], freight: { charged: 100 } });
    const s = scenario(paidWith(order, ['card', 1050], ['wallet', 1050]), using({ freight: { refund: 'merchantFault' } }));
    s.apply({ claim: 1000, selection: some(1, 1) })
      .approve()
      .paid();
    s.apply({ type: 'return', reason: 'faulty', selection: some(1, 1), quoted: s.price(100) }).approve();
    s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
    s.report({
      type: 'movedElsewhere',
      reference: 'desk',
      amount: s.price(550),
      tenderId: tenderId('wallet'),
      units: { claim: 'money', selection: some(2, 1) },
    });
    expect(s.cap('freight').reserved.net).toBe(100);
    s.by('merchant', { type: 'inspect', result: 'all', sellable: true }).paid().expect('completed');
    expect(s.givenBack()).toEqual({ card: 100 });
  });

  it('goes back with the last unit, in the commit that posts it, as a decision of its own', () => {
    const s = scenario(shipped(), using({ freight: { refund: 'lastUnit' } }));
    s.apply({ selection: some(1, 1) })
      .approve()
      .paid()
      .expect('completed');
    expect(total(s)).toBe(1000);
    s.apply({ selection: some(2, 1) }).approve();
    const first = s.waiting[0]?.payoutKey ?? '';
    s.says(first, { outcome: 'paid', reference: 'r' });
    s.expect('refunding.paying');
    expect(s.afterSale.decisions.map((d) => [d.kind, d.state])).toEqual([
      ['approval', 'paid'],
      ['freight', 'paying'],
    ]);
    s.paid().expect('completed');
    expect(total(s)).toBe(620);
  });

  it.each([
    [1, 2],
    [2, 1],
  ])('is reserved once for two that race to be last: when %i is paid first, %i gives it', (first, last) => {
    const s = scenario(shipped(), using({ freight: { refund: 'lastUnit' } }));
    s.apply({ selection: some(1, 1) });
    expect(s.cap('freight').reserved.net).toBe(0);
    s.apply({ selection: some(2, 1) });
    expect(s.cap('freight').reserved).toEqual({ net: 100, tax: 20, units: 0 });
    s.on(1).approve().on(2).approve();
    const [a = '', b = ''] = s.waiting.map((w) => w.payoutKey);
    s.says(first === 1 ? a : b, { outcome: 'paid', reference: 'r' });
    s.on(first).expect('completed').on(last).paid().expect('completed');
    expect([total(s.on(1)), total(s.on(2))]).toEqual(last === 1 ? [1120, 500] : [1000, 620]);
  });

  it('is given back to the caps when one of the two is rejected', () => {
    const s = scenario(shipped(), using({ freight: { refund: 'lastUnit' } }));
    s.apply({ selection: some(1, 1) })
      .apply({ selection: some(2, 1) })
      .by('merchant', { type: 'reject', remark: 'no' });
    expect(s.cap('freight').reserved.net).toBe(0);
    s.on(1).approve().paid();
    expect(total(s)).toBe(1000);
  });

  it('does not go back with the last unit when that keeps its goods for part of the money', () => {
    const s = scenario(shipped(), using({ freight: { refund: 'lastUnit' } }));
    s.apply({ selection: some(1, 1) })
      .approve()
      .paid();
    s.apply({ selection: some(2, 1), claim: 500 })
      .approve()
      .paid()
      .expect('completed');
    expect(total(s)).toBe(500);
    expect(s.cap('freight')).toMatchObject({ reserved: { net: 0 }, posted: { net: 0 } });
  });

  it('does not go back with a posting that refunds no unit, where the last one was refunded elsewhere', () => {
    const s = scenario(shipped(), using({ freight: { refund: 'lastUnit' } }));
    s.apply({ selection: some(1, 1) })
      .approve()
      .paid();
    s.apply({ selection: some(2, 1) })
      .by('merchant', { type: 'offer', amount: s.price(100) })
      .by('user', { type: 'accept' });
    s.report({
      type: 'movedElsewhere',
      reference: 'desk',
      amount: s.price(400),
      units: { claim: 'unit', selection: some(2, 1) },
    });
    s.paid().expect('completed');
    expect([total(s), s.cap('freight').posted.net]).toEqual([100, 0]);
  });

  it('is part of the quote of the one that would be last', () => {
    const s = scenario(shipped(), using({ freight: { refund: 'lastUnit' } }));
    s.apply({ quoted: s.price(1620) })
      .approve()
      .paid();
    expect(total(s)).toBe(1620);
    scenario(shipped(), using({ freight: { refund: 'lastUnit' } })).applyRefused('quote.changed', { quoted: s.price(1500) });
  });

  it('goes back with a last unit of which nothing else is left', () => {
    const s = scenario(shipped(), using({ freight: { refund: 'lastUnit' } }));
    s.apply({ selection: some(2, 1), claim: 500 })
      .approve()
      .paid();
    s.applyRefused('amount.nothingLeft', { selection: some(2, 1) })
      .apply({ selection: some(1, 1) })
      .approve()
      .paid();
    s.apply({ selection: some(2, 1), quoted: s.price(120) })
      .approve()
      .expect('refunding.paying')
      .paid()
      .expect('completed');
    expect(total(s)).toBe(120);
    s.applyRefused('selection.claimed', { selection: units(2, 1) });
  });

  it('that is all a refund gives goes back by a ruling as well', () => {
    const s = scenario(shipped(), using({ freight: { refund: 'lastUnit' } }));
    s.apply({ claim: 1500 }).approve().paid();
    s.apply({ quoted: s.price(120) }).by('merchant', { type: 'reject', remark: 'no' });
    s.by('user', { type: 'appeal', remark: 'why', evidence: [] });
    s.refused('amount.nothingLeft', 'operations', { type: 'rule', verdict: { outcome: 'refund', amount: s.price(120) }, remark: 'x' });
    s.by('operations', { type: 'rule', verdict: { outcome: 'refund' }, remark: 'x' })
      .paid()
      .expect('settled');
    expect(total(s)).toBe(120);
  });

  it('that is due on hold waits for the end of the hold, and no override takes it back', () => {
    const s = scenario(shipped(), using({ freight: { refund: 'lastUnit' } }))
      .apply()
      .approve();
    s.by('operations', { type: 'hold', remark: 'look' });
    s.says(s.waiting[0]?.payoutKey ?? '', { outcome: 'paid', reference: 'r' });
    expect(s.waiting).toEqual([]);
    s.expect('refunding.paying').refused('command.payoutBegun', 'operations', {
      type: 'override',
      verdict: { outcome: 'upheld' },
      remark: 'no',
    });
    s.by('operations', { type: 'release' }).paid().expect('completed');
    expect(total(s)).toBe(1620);
  });
});

describe('fees', () => {
  const restocking = {
    name: 'restocking',
    types: ['return'],
    faults: ['buyer'],
    charge: { kind: 'rate', rate: 1000 },
    to: 'merchant',
  } as const;
  const pickup = {
    name: 'pickup',
    types: ['return'],
    faults: ['buyer'],
    charge: { kind: 'fixed', amounts: [{ amount: 150, currency: 'CNY' }] },
    to: 'platform',
  } as const;
  const charged = (...fees: readonly object[]) => using({ fees: fees as never });
  const returned = (s: Scenario): Scenario =>
    s
      .approve()
      .by('user', { type: 'handOver' })
      .by('merchant', { type: 'received' })
      .by('merchant', { type: 'inspect', result: 'all', sellable: true })
      .paid();

  it.each(['exchange', 'repair'] as const)(
    'are told of an application for %s once a verdict makes it a return, as they are taken',
    (type) => {
      const s = scenario(shipped(), using({ fees: [{ ...restocking, types: [type], faults: ['buyer'] }] })).apply({
        type,
        selection: some(1, 1),
      });
      const told = () => {
        const { fees, refund } = caseQuote(new Draft(s.book, instant(s.now), RULES.capHolds), s.contextOf(s.buyer()), s.afterSale);
        return [fees.map(({ amount }) => amount.amount), refund.amount];
      };
      expect(told()).toEqual([[], 1000]);
      s.by('operations', { type: 'override', verdict: { outcome: 'return' }, remark: 'x' });
      expect(told()).toEqual([[-100], 900]);
      s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
      s.by('merchant', { type: 'inspect', result: 'all', sellable: true }).paid();
      expect([told(), total(s)]).toEqual([[[-100], 900], 900]);
    },
  );

  it('are named lines with a minus', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), charged(restocking, pickup));
    returned(s.apply({ type: 'return', quoted: s.price(750) })).expect('completed');
    expect(total(s)).toBe(750);
    expect(s.afterSale.decisions[0]?.fees).toEqual([
      { name: 'restocking', amount: 100, to: 'merchant' },
      { name: 'pickup', amount: 150, to: 'platform' },
    ]);
    expect([s.moved('merchant', 'sales'), s.moved('merchant', 'platform')]).toEqual([750, 150]);
  });

  it('take at most what the refund gives', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 120 }] }), charged(pickup, restocking));
    returned(s.apply({ type: 'return' })).expect('completed');
    expect(total(s)).toBe(0);
    expect(s.afterSale.decisions[0]?.fees).toEqual([{ name: 'pickup', amount: 120, to: 'platform' }]);
  });

  it.each(['faulty', 'damaged'])('are not taken for another fault: %s', (reason) => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), charged(restocking));
    returned(s.apply({ type: 'return', reason })).expect('completed');
    expect(total(s)).toBe(1000);
  });

  it('are owed by who carries the refund', () => {
    const fee = { ...restocking, faults: ['platform'] };
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), charged(fee));
    returned(s.apply({ type: 'return', reason: 'mistaken' })).expect('completed');
    expect([s.moved('platform', 'sales'), s.moved('platform', 'merchant'), s.moved('merchant', 'sales')]).toEqual([900, 100, 0]);
  });

  it('stay refundable to an appeal, never beyond what the unit cost', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), charged(restocking));
    returned(s.apply({ type: 'return' })).expect('completed');
    s.by('user', { type: 'appeal', remark: 'why', evidence: [] }).deadline().expect('arbitrating.ruling');
    s.refused('command.amountInvalid', 'operations', { type: 'rule', verdict: { outcome: 'refund', amount: s.price(101) }, remark: 'x' });
    s.by('operations', { type: 'rule', verdict: { outcome: 'refund' }, remark: 'x' })
      .paid()
      .expect('settled');
    expect(total(s)).toBe(1000);
  });

  describe('that are given back by a ruling', () => {
    const ruled = (bearer: object, amount: number, ...fees: readonly object[]): Scenario => {
      const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), charged(...fees));
      returned(s.apply({ type: 'return' })).by('user', { type: 'appeal', remark: 'why', evidence: [] });
      return s
        .by('operations', { type: 'rule', verdict: { outcome: 'refund', amount: s.price(amount), ...bearer }, remark: 'x' })
        .paid()
        .expect('settled');
    };

    it.each([
      ['by who had got it', {}, 150, [1000, 0, 0]],
      ['in part', {}, 50, [900, 100, 0]],
      ['and carried by another than the refund', { bearer: 'platform' }, 150, [850, 0, 150]],
    ] as const)('go back %s', (_, bearer, amount, expected) => {
      const s = ruled(bearer, amount, pickup);
      expect([s.moved('merchant', 'sales'), s.moved('merchant', 'platform'), s.moved('platform', 'sales')]).toEqual(expected);
    });

    it('are told as what is still kept of what the units refund', () => {
      const told = (s: Scenario): unknown[] => {
        const draft = new Draft(s.book, instant(s.now), RULES.capHolds);
        const { goods, fees, refund, units: runs } = caseQuote(draft, s.contextOf(s.principalOf('operations')), s.afterSale);
        const kept = runs.flatMap((run) => (run.kept === undefined ? [] : [run.kept.net.amount]));
        return [goods.net.amount, runs.map((run) => run.refund.net.amount), kept, fees.map((fee) => fee.amount.amount), refund.amount];
      };
      const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), charged(pickup)).apply({ type: 'return' });
      expect(told(s)).toEqual([1000, [1000], [], [-150], 850]);
      expect(told(returned(s))).toEqual([1000, [1000], [150], [-150], 850]);
      expect(told(ruled({}, 50, pickup))).toEqual([1000, [1000], [100], [-100], 900]);
      expect(told(ruled({}, 150, pickup))).toEqual([1000, [1000], [], [], 1000]);
    });

    it('go back by what is kept of each', () => {
      const s = ruled({}, 100, restocking, pickup);
      expect([s.moved('merchant', 'sales'), s.moved('merchant', 'platform')]).toEqual([850, 150 - 60]);
    });

    it('go back to who carries the refund, also when inspection says only later who that is', () => {
      const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), using({ payWhen: 'receipt', fees: [pickup] as never }));
      s.apply({ type: 'return' }).approve().by('user', { type: 'handOver' }).by('merchant', { type: 'received' }).paid();
      s.expect('returning.inspecting')
        .by('operations', { type: 'override', verdict: { outcome: 'refund' }, remark: 'no fee' })
        .paid();
      expect([s.moved('merchant', 'sales'), s.moved('merchant', 'platform')]).toEqual([1000, 0]);
      s.by('merchant', { type: 'inspect', result: 'all', sellable: true, bearer: 'carrier' }).expect('completed');
      const sums = ['merchant', 'platform', 'carrier'].map((bearer) => s.moved(bearer, 'sales'));
      expect([...sums, s.moved('merchant', 'platform'), s.moved('carrier', 'platform')]).toEqual([0, 0, 1000, 0, 0]);
    });
  });

  it('that were kept are not given back when the rest is lost on its way to the buyer', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000, quantity: 2 }] }), charged(restocking))
      .apply({ type: 'return' })
      .approve();
    s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
    s.by('merchant', {
      type: 'inspect',
      result: 'part',
      passed: [{ lineNo: s.book.order.lines[0]?.lineNo ?? lineNo(1), units: [2] }],
      sellable: true,
    });
    s.paid()
      .expect('sendingBack.preparing')
      .by('merchant', { type: 'ship' })
      .by('merchant', { type: 'lost' })
      .expect('refunding.paying')
      .paid();
    expect(total(s.expect('completed'))).toBe(900 + 1000);
  });
});

describe('return freight that the buyer advanced', () => {
  const proof = [{ kind: 'photo', url: 'https://example.org/bill', sha256: 'a' }] as const;
  const order = () => orderOf({ lines: [{ unitPrice: 1000 }] });

  it.each([
    ['faulty', 'merchant'],
    ['damaged', 'carrier'],
    ['mistaken', 'platform'],
    ['unwanted', 'merchant'],
  ] as const)('is repaid on proof, borne by who is at fault: %s by %s', (reason, bearer) => {
    const s = scenario(order()).apply({ type: 'return', reason }).approve();
    s.by('operations', { type: 'repayFreight', amount: s.price(300), evidence: proof, to: 'wallet' }).paid();
    expect(s.moved(bearer, `advanced:${s.afterSale.id}`)).toBe(300);
  });

  it('is repaid within the limit of the template and not without proof', () => {
    const s = scenario(order()).apply({ type: 'return' }).approve();
    s.refused('apply.evidenceMissing', 'operations', { type: 'repayFreight', amount: s.price(300), evidence: [], to: 'wallet' });
    s.by('operations', { type: 'repayFreight', amount: s.price(1500), evidence: proof, to: 'wallet' });
    s.refused('command.amountInvalid', 'operations', { type: 'repayFreight', amount: s.price(501), evidence: proof, to: 'wallet' });
    s.by('operations', { type: 'repayFreight', amount: s.price(500), evidence: proof, to: 'account', account: 'A' }).paid();
    expect(s.cap(`advanced:${s.afterSale.id}`)).toMatchObject({ posted: { net: 2000 }, limit: { net: 2000 } });
  });

  it('is not repaid on hold, which stops new payouts, and is once that has ended', () => {
    const s = scenario(order()).apply({ type: 'return' }).by('operations', { type: 'hold', remark: 'who is this' });
    const repay = { type: 'repayFreight', amount: s.price(100), evidence: proof, to: 'wallet' } as const;
    s.refused('command.notAllowed', 'operations', repay);
    expect(s.waiting).toEqual([]);
    s.by('operations', { type: 'release' }).by('operations', repay);
    expect(s.waiting.map((w) => s.payout(w.payoutKey).amount)).toEqual([100]);
  });
});

describe('goodwill', () => {
  const s = () => scenario(orderOf({ lines: [{ unitPrice: 1000 }] }));

  it('is given beyond what was paid, within a limit of its own', () => {
    const story = s().goodwill(4000).paid();
    const more = (amount: number) =>
      story.give({ role: 'operations', id: 'operator' }, { kind: 'goodwill', amount: story.price(amount), to: 'wallet', remark: 'x' });
    expect(more(1001)).toMatchObject({ code: 'goodwill.capExceeded', facts: { most: 1000 } });
    expect(more(1000)).toMatchObject({ status: 201 });
    story.paid();
    expect(story.moved('platform', 'goodwill')).toBe(5000);
  });

  it('paid twice by its gateway is an excess and no refund of a tender', () => {
    const story = s().goodwill(100).payoutDeclined();
    const key = story.waiting[0]?.payoutKey ?? '';
    story.says(key, { outcome: 'paid', reference: 'late' }, 1);
    story.says(key, { outcome: 'paid', reference: 'second' }, 2);
    expect(story.alarms).toEqual(expect.arrayContaining(['payout.paidAfterDecline', 'payout.paidTwice', 'money.excess']));
    expect(story.moved('excess', 'goodwill')).toBe(100);
    expect(story.cap('order').posted.net).toBe(0);
  });

  it('that was declined as often as allowed waits for a person', () => {
    const story = s().goodwill(100);
    for (let i = 0; i < 4; i++) story.payoutDeclined();
    expect(story.alarms).toContain('payout.manual');
    const [payout] = [...story.history.payouts.values()];
    const give = (command: Parameters<typeof story.give>[1]) => story.give({ role: 'operations', id: 'operator' }, command);
    expect(
      give({ kind: 'payout', payoutKey: payout?.key ?? '', command: { type: 'anotherWay', way: 'account', account: 'A' } }),
    ).toMatchObject({ status: 200 });
    story.paid();
    expect(story.cap('goodwill')).toMatchObject({ posted: { net: 100 }, reserved: { net: 0 } });
  });
});
