import { describe, expect, it } from 'vitest';
import type { OrderReport } from '../../src/actors/command.js';
import { dueAt } from '../../src/actors/payoutDue.js';
import { lineNo, tenderId } from '../../src/domain/ids.js';
import { orderOf } from '../domain/orders.js';
import { paidWith, some, units } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';
import { type TemplateChange, templateWith } from './world/templates.js';

/** EXAMPLES 13. */

const using = (change: TemplateChange) => ({ templates: [templateWith(change)] });
const two = () => orderOf({ lines: [{ unitPrice: 1000 }, { unitPrice: 500 }], freight: { charged: 150 } });

interface MovedGiven {
  readonly tender?: string;
  readonly unit?: 'unit' | 'money';
  readonly selection?: Parameters<Scenario['report']>[0] extends never ? never : ReturnType<typeof some>;
  readonly reference?: string;
  readonly payout?: string;
}

function report(s: Scenario, amount: number, given: MovedGiven): OrderReport {
  const { tender, unit, selection = [], reference = 'desk-1', payout } = given;
  return {
    type: 'movedElsewhere',
    reference,
    amount: s.price(amount),
    ...(tender === undefined ? {} : { tenderId: tenderId(tender) }),
    ...(payout === undefined ? {} : { payoutKey: payout }),
    ...(unit === undefined ? {} : { units: { claim: unit, selection } }),
  };
}

const moved = (s: Scenario, amount: number, given: MovedGiven = {}): Scenario => s.report(report(s, amount, given));

const posted = (s: Scenario, key: string): number => s.cap(key).posted.net + s.cap(key).posted.tax;

describe('money that moved elsewhere', () => {
  it('by order is shared over units and freight by what is left of each', () => {
    const s = moved(scenario(two()), 330);
    expect(['line:1', 'line:2', 'freight', 'order', 'tender:card'].map((key) => posted(s, key))).toEqual([200, 100, 30, 330, 330]);
  });

  it.each([
    [2, [1, 1, 0]],
    [4, [2, 1, 1]],
    [100, [61, 30, 9]],
  ])('gives remainders to the largest fractions, units before freight: %i is %o', (amount, expected) => {
    const small = orderOf({ lines: [{ unitPrice: 500 }, { unitPrice: 500 }], freight: { charged: 500 } });
    const s = moved(scenario(amount === 100 ? two() : small), amount);
    expect(['line:1', 'line:2', 'freight'].map((key) => posted(s, key))).toEqual(expected);
  });

  it('by a unit refunds that for good', () => {
    const s = moved(scenario(two()), 1000, { unit: 'unit', selection: some(1, 1) });
    s.applyRefused('selection.claimed', { selection: units(1, 1) });
    expect(s.cap('line:1').posted).toEqual({ net: 1000, tax: 0, units: 1 });
  });

  it('by money leaves the rest of the unit', () => {
    const s = moved(scenario(two()), 300, { unit: 'money', selection: some(1, 1) });
    s.apply({ selection: units(1, 1) })
      .approve()
      .paid();
    expect(s.givenBack()).toEqual({ card: 700 });
  });

  it('by tender takes that tender alone', () => {
    const order = paidWith(two(), ['card', 1450], ['wallet', 200]);
    const s = moved(scenario(order), 150, { tender: 'wallet' });
    expect(['tender:card', 'tender:wallet'].map((key) => posted(s, key))).toEqual([0, 150]);
  });

  it('told again by the same reference changes nothing', () => {
    const s = moved(scenario(two()), 330);
    const version = s.book.version;
    moved(s, 330);
    expect(s.book.version).toBe(version);
    expect(posted(s, 'order')).toBe(330);
  });

  it.each([
    ['the order', {}, 1700, 50],
    ['its units', { unit: 'unit', selection: some(2, 1) }, 600, 100],
    ['its tender', { tender: 'card' }, 1651, 1],
  ] as const)('beyond %s goes to an excess that is alarmed', (_name, given, amount, excess) => {
    const s = moved(scenario(two()), amount, given as MovedGiven);
    const account = 'tender' in given ? 'tender:card' : 'excess:order';
    expect(s.moved('excess', account)).toBe(excess);
    expect(s.alarms).toContain('money.excess');
    expect(posted(s, 'order')).toBe(amount - excess);
  });

  it('takes no commands and no applicant sees it as their own', () => {
    const s = moved(scenario(two()), 330);
    s.on(1)
      .refused('command.notAllowed', 'operations', { type: 'hold', remark: 'x' })
      .refused('command.notAllowed', 'user', { type: 'appeal', remark: 'x', evidence: [] });
  });
});

describe('money that moved elsewhere for pieces of which only the number is told', () => {
  const alike = (quantity: number) => orderOf({ lines: [{ unitPrice: 1000, quantity }] });
  const [one, three] = [units(1, 1), units(1, 3)];
  /** Unit 1 is refunded for good, unit 2 in an open after-sale, the others are free. */
  const story = (quantity: number): Scenario => {
    const s = scenario(alike(quantity)).apply({ selection: one }).approve().paid();
    return s.apply({ selection: units(1, 2) });
  };

  it.each([
    ['a free one first', 3, some(1, 1), 1000, [[3, 3]], 0, false],
    ['one that is held before one that was refunded', 3, some(1, 2), 2000, [[2, 3]], 0, true],
    ['as few that are held as may be', 4, some(1, 2), 2000, [[3, 4]], 0, false],
    ['a refunded one last, whose money is an excess', 3, some(1, 3), 3000, [[1, 3]], 1000, true],
    ['by its key as well', 3, 'key', 2000, [[2, 3]], 0, true],
    ['besides those that are named', 3, [...three, ...some(1, 1)], 2000, [[2, 3]], 0, true],
    [
      'also the refunded one, where it is named',
      3,
      [...one, ...some(1, 1)],
      2000,
      [
        [1, 1],
        [3, 3],
      ],
      1000,
      false,
    ],
  ] as const)('is of %s', (_name, quantity, selection, amount, ranges, excess, isHeld) => {
    const s = story(quantity);
    const [line] = s.book.order.lines;
    const key = [{ sku: line?.sku ?? '', promotionType: line?.promotionType ?? '', quantity: 2 }];
    moved(s, amount, { unit: 'unit', selection: selection === 'key' ? key : [...selection] });
    const taken = [...s.history.afterSales.values()].at(-1)?.units ?? [];
    expect(taken.map(({ from, to }) => [from, to])).toEqual(ranges);
    expect([s.moved('excess', 'excess:order'), s.on(2).afterSale.hold !== null]).toEqual([excess, isHeld]);
  });
});

describe('reservations that no longer fit', () => {
  const three = () => orderOf({ lines: [{ unitPrice: 1000 }, { unitPrice: 1000 }, { unitPrice: 1000 }] });
  const applied = (): Scenario => [1, 2, 3].reduce((s, line) => s.apply({ selection: some(line, 1) }), scenario(three()));

  it('are voided newest first, as many as are in the way, and their after-sales are put on hold', () => {
    const s = moved(applied(), 1500);
    expect([1, 2, 3].map((no) => [s.on(no).afterSale.hold !== null, s.afterSale.reserved.length])).toEqual([
      [false, 1],
      [true, 0],
      [true, 0],
    ]);
  });

  it('of other units are left alone', () => {
    const s = moved(applied(), 400, { unit: 'money', selection: units(1, 1) });
    expect([1, 2, 3].map((no) => s.on(no).afterSale.hold !== null)).toEqual([true, false, false]);
  });

  it('on other tenders are left alone', () => {
    const waterfall = using({ payout: { tenders: { order: 'waterfall', kinds: ['wallet', 'card'] } } });
    const order = paidWith(three(), ['card', 2000], ['wallet', 1000]);
    const s = [1, 2].reduce((story, line) => story.apply({ selection: some(line, 1) }), scenario(order, waterfall));
    moved(s, 500, { tender: 'wallet' });
    expect([1, 2].map((no) => s.on(no).afterSale.hold !== null)).toEqual([true, false]);
  });

  it('never are those whose payout has begun: what does not fit is an excess', () => {
    const s = scenario(three()).apply().approve();
    moved(s, 500);
    expect(s.moved('excess', 'excess:order')).toBe(500);
    expect(s.paid().expect('completed').givenBack()).toEqual({ card: 3000 });
  });

  it('are those of an exchange, though a payment that came too late is on its way back', () => {
    const s = scenario(three()).apply({ type: 'exchange', wanted: { sku: 'another' }, selection: units(1, 1) });
    s.approve(1150).by('platform', { type: 'paid', amount: s.price(150), reference: 'early' });
    moved(s, 1000, { unit: 'unit', selection: units(1, 1) });
    expect([s.moved('excess', 'excess:order'), s.cap('order').reserved.net, posted(s, 'order')]).toEqual([0, 0, 1000]);
    expect(s.paid().expect('returning.awaitingHandover').afterSale.hold).toMatchObject({ byExternal: true });
    s.by('operations', { type: 'override', verdict: { outcome: 'upheld' }, remark: 'x' }).expect('rejected');
    expect(Object.values(s.givenBack())).toEqual([150]);
  });

  it('are made again by the release, as far as anything is left', () => {
    const s = scenario(three()).apply({ selection: some(1, 1) });
    moved(s, 300, { unit: 'money', selection: units(1, 1) }).by('operations', { type: 'release' });
    expect(s.approve().paid().givenBack()).toEqual({ card: 700 });
  });

  it('are made again when the hold comes to its own end', () => {
    const s = scenario(three()).apply({ selection: some(1, 1) });
    moved(s, 300, { unit: 'money', selection: units(1, 1) });
    expect(s.timers().map((timer) => timer.timerId)).toEqual(['hold']);
    s.deadline().expect('reviewing.merchant');
    expect(s.afterSale.reserved).toMatchObject([{ net: 700 }]);
    expect(s.timers()).toHaveLength(1);
  });

  it('are made again by an approval on hold, which pays after it', () => {
    const s = scenario(three()).apply({ selection: some(1, 1) });
    moved(s, 300, { unit: 'money', selection: units(1, 1) })
      .approve()
      .expect('refunding.paying');
    expect(s.waiting).toEqual([]);
    expect(s.by('operations', { type: 'release' }).paid().expect('completed').givenBack()).toEqual({ card: 700 });
  });

  it('leave of an offer what is still there when it is accepted', () => {
    const s = scenario(three()).apply({ selection: some(1, 1) });
    s.by('merchant', { type: 'offer', amount: s.price(800) });
    moved(s, 600, { unit: 'money', selection: units(1, 1) })
      .by('user', { type: 'accept' })
      .by('operations', { type: 'release' });
    expect(s.paid().expect('completed').givenBack()).toEqual({ card: 400 });
  });

  it('leave of a difference what is still there when the replacement arrives', () => {
    const s = scenario(three())
      .apply({ type: 'exchange', wanted: { sku: 'another' }, selection: some(1, 1) })
      .approve(400);
    s.by('user', { type: 'handOver' })
      .by('merchant', { type: 'received' })
      .by('merchant', { type: 'inspect', result: 'all', sellable: true });
    moved(s, 700, { unit: 'money', selection: units(1, 1) })
      .by('merchant', { type: 'ship' })
      .by('merchant', { type: 'delivered' });
    expect(s.by('operations', { type: 'release' }).paid().expect('completed').givenBack()).toEqual({ card: 300 });
  });

  it('are made again besides a difference that was paid meanwhile', () => {
    const s = scenario(three())
      .apply({ type: 'exchange', wanted: { sku: 'another' }, selection: some(1, 1) })
      .approve(1150);
    s.by('user', { type: 'handOver' })
      .by('merchant', { type: 'received' })
      .by('merchant', { type: 'inspect', result: 'all', sellable: true });
    moved(s, 700, { unit: 'money', selection: units(1, 1) }).by('platform', { type: 'paid', amount: s.price(150), reference: 'P' });
    s.by('merchant', { type: 'outOfStock' }).by('operations', { type: 'release' }).paid().expect('completed');
    expect(Object.values(s.givenBack()).sort((a, b) => a - b)).toEqual([150, 300]);
  });

  it('of the freight are voided last, and what is left of it still goes back', () => {
    const s = scenario(two(), using({ freight: { refund: 'lastUnit' } })).apply();
    moved(s, 1540).by('operations', { type: 'release' }).approve().paid().expect('completed');
    expect(s.cap('freight')).toMatchObject({ posted: { net: 150 }, reserved: { net: 0 } });
    expect(posted(s, 'order')).toBe(1650);
  });

  it('of a last freight whose turn has not come are held before they are voided, so that nothing ends on hold', () => {
    const s = scenario(two(), using({ freight: { refund: 'lastUnit' } }))
      .apply()
      .approve()
      .payoutDeclined()
      .by('operations', { type: 'hold', remark: 'x' });
    moved(s, 1500, { payout: `${s.afterSale.id}:1:card` })
      .by('operations', { type: 'release' })
      .expect('refunding.retrying');
    moved(s, 100, { reference: 'desk-2' }).expect('refunding.retrying');
    expect(s.afterSale.hold).toMatchObject({ byExternal: true });
    s.by('operations', { type: 'release' }).deadline().paid().expect('completed');
    expect(s.givenBack()).toEqual({ card: 1550 });
    expect(posted(s, 'order')).toBe(1650);
  });

  it.each([
    ['by its deadline', (s: Scenario) => s.deadline()],
    ['by a person', (s: Scenario) => s.by('operations', { type: 'release' })],
  ])('of a last freight, due on hold after a person had paid by hand, is paid when the hold ends %s', (_, release) => {
    const s = scenario(two(), using({ freight: { refund: 'lastUnit' }, payout: { retries: 0 } }))
      .apply()
      .approve()
      .payoutDeclined();
    s.expect('refunding.manual').by('operations', { type: 'hold', remark: 'x' });
    s.by('operations', { type: 'paidByHand', reference: 'till' }).expect('refunding.manual');
    release(s).paid().expect('completed');
    expect(s.givenBack()).toEqual({ card: 1650 });
  });

  it('of no payment that came too late on hold: it goes back when the hold ends, whatever else was declined', () => {
    const s = scenario(three(), using({ payout: { retries: 0 } })).apply({
      type: 'exchange',
      wanted: { sku: 'another' },
      selection: units(1, 1),
    });
    s.approve(1150)
      .by('operations', { type: 'override', verdict: { outcome: 'refund' }, remark: 'x' })
      .payoutDeclined();
    s.expect('refunding.manual').by('operations', { type: 'hold', remark: 'x' });
    s.by('platform', { type: 'paid', amount: s.price(150), reference: 'late' })
      .by('operations', { type: 'release' })
      .paid();
    s.expect('refunding.manual').by('operations', { type: 'paidByHand', reference: 'till' }).expect('completed');
    expect(Object.values(s.givenBack())).toEqual([1000, 150]);
  });

  it('of a unit that was paid for otherwise still end that unit', () => {
    const s = scenario(three()).apply({ selection: units(1, 1) });
    moved(s, 1000, { unit: 'unit', selection: units(1, 1) })
      .by('operations', { type: 'release' })
      .approve()
      .expect('completed');
    expect(s.givenBack()).toEqual({});
    expect(s.cap('line:1')).toMatchObject({ posted: { net: 1000, units: 1 }, reserved: { units: 0 } });
  });
});

describe('a gateway that pays after it had declined', () => {
  const declined = (): Scenario =>
    scenario(orderOf({ lines: [{ unitPrice: 1000 }, { unitPrice: 1000 }] }))
      .apply({ selection: some(1, 1) })
      .approve()
      .payoutDeclined();

  it('pays the payout itself while that is not paid', () => {
    const s = declined();
    const [payout] = [...s.history.payouts.values()];
    s.says(payout?.key ?? '', { outcome: 'paid', reference: 'late' }, 1);
    s.expect('completed');
    expect(s.alarms).toContain('payout.paidAfterDecline');
    expect(posted(s, 'order')).toBe(1000);
  });

  it('and once more takes what is left of the order, then an excess', () => {
    const s = declined().deadline();
    const [payout] = [...s.history.payouts.values()];
    s.says(payout?.key ?? '', { outcome: 'paid', reference: 'second' }, 2);
    s.expect('completed').says(payout?.key ?? '', { outcome: 'paid', reference: 'late' }, 1);
    expect(s.alarms).toContain('payout.paidTwice');
    expect(posted(s, 'order')).toBe(2000);
    const version = s.book.version;
    s.says(payout?.key ?? '', { outcome: 'paid', reference: 'late' }, 1);
    expect(s.book.version).toBe(version);
  });

  it.each([
    ['paid as well: it is money that moved once more', { outcome: 'paid', reference: 'second' }, 2000, ['payout.paidTwice']],
    ['declined: that changes nothing', { outcome: 'declined', code: 'no' }, 1000, []],
  ] as const)('while the next attempt is under way settles the payout; that attempt is then %s', (_, word, gone, alarms) => {
    const s = declined().deadline();
    const [payout] = [...s.history.payouts.values()];
    const key = payout?.key ?? '';
    s.says(key, { outcome: 'unknown' }, 2);
    s.says(key, { outcome: 'paid', reference: 'late' }, 1);
    s.expect('completed').says(key, { outcome: 'paid', reference: 'late' }, 1);
    expect(posted(s, 'order')).toBe(1000);
    const told = s.alarms.length;
    s.says(key, word, 2);
    s.says(key, word, 2);
    expect(posted(s, 'order')).toBe(gone);
    expect(s.alarms.slice(told)).toEqual(alarms);
  });

  it('under an attempt that was never made is contradicted, and changes nothing', () => {
    const s = declined().deadline();
    const key = [...s.history.payouts.keys()][0] ?? '';
    const version = s.book.version;
    expect(s.says(key, { outcome: 'paid', reference: 'x' }, 9)).toMatchObject({ code: 'payout.contradicted', path: 'attempt' });
    expect(s.book.version).toBe(version);
  });

  it('although a person had paid by hand is known as paid twice', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }] }), using({ payout: { retries: 0 } }))
      .apply()
      .approve()
      .payoutDeclined();
    s.by('operations', { type: 'paidByHand', reference: 'cash' }).expect('completed');
    const [payout] = [...s.history.payouts.values()];
    s.says(payout?.key ?? '', { outcome: 'paid', reference: 'late' }, 1);
    expect(s.moved('excess', 'tender:card')).toBe(1000);
  });
});

describe('a report that names the payout it stands for', () => {
  const declined = (): Scenario =>
    scenario(orderOf({ lines: [{ unitPrice: 1000 }, { unitPrice: 1000 }] }))
      .apply({ selection: some(1, 1) })
      .approve()
      .payoutDeclined();
  const payoutOf = (s: Scenario): string => [...s.history.payouts.keys()][0] ?? '';

  it.each([
    ['as much as the payout: it is settled, and nothing else is touched', 1000, 'completed', 1000],
    ['more: the rest is posted as money that moved', 1300, 'completed', 1300],
  ])('%s', (_, amount, state, gone) => {
    const s = declined();
    s.expect('refunding.retrying');
    moved(s, amount, { payout: payoutOf(s) }).expect(state);
    expect(posted(s, 'order')).toBe(gone);
    expect(s.cap('order').reserved).toMatchObject({ net: 0 });
    const version = s.book.version;
    moved(s, amount, { payout: payoutOf(s) });
    expect(s.book.version).toBe(version);
  });

  it('less: it is posted on the reservation of the payout, and the next attempt pays the rest', () => {
    const s = declined();
    moved(s, 400, { payout: payoutOf(s) }).expect('refunding.retrying');
    expect(s.cap('tender:card')).toMatchObject({ posted: { net: 400 }, reserved: { net: 600 } });
    expect(s.cap('order').reserved).toMatchObject({ net: 1000 });
    expect(dueAt(s.payout(payoutOf(s)), 2)).toEqual({ amount: 600, points: 0 });
    s.deadline().paid().expect('completed');
    expect([posted(s, 'order'), posted(s, 'tender:card'), s.alarms]).toEqual([1000, 1000, []]);
  });

  it('less, of a unit that is the whole order: nothing is an excess', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }))
      .apply()
      .approve()
      .payoutDeclined();
    moved(s, 500, { payout: payoutOf(s) })
      .deadline()
      .paid()
      .expect('completed');
    expect([posted(s, 'order'), posted(s, 'tender:card'), s.alarms]).toEqual([800, 800, []]);
  });

  it.each([
    ['just the rest', 300, 1000, 1000],
    ['more than the rest', 450, 1150, 1000],
  ] as const)('less, again and again, until it is settled by %s', (_, last, gone, ofUnit) => {
    const s = declined();
    moved(s, 400, { payout: payoutOf(s), reference: 'desk-1' })
      .deadline()
      .payoutDeclined();
    moved(s, 300, { payout: payoutOf(s), reference: 'desk-2' }).expect('refunding.retrying');
    moved(s, last, { payout: payoutOf(s), reference: 'desk-3' }).expect('completed');
    expect([posted(s, 'order'), posted(s, 'line:1')]).toEqual([gone, ofUnit]);
  });

  it.each([
    [1, 1400],
    [2, 1000],
  ] as const)(
    'less, and attempt %i is paid although it was declined: what it pays beyond the rest has moved once more',
    (attempt, gone) => {
      const s = declined();
      moved(s, 400, { payout: payoutOf(s) })
        .deadline()
        .payoutDeclined();
      s.says(payoutOf(s), { outcome: 'paid', reference: 'late' }, attempt);
      s.expect('completed');
      expect(posted(s, 'order')).toBe(gone);
      const { version } = s.book;
      s.says(payoutOf(s), { outcome: 'paid', reference: 'late' }, attempt);
      expect(s.book.version).toBe(version);
    },
  );

  it.each([
    ['that paid the whole', 1, 1, 1000],
    ['that paid the rest', 2, 2, 600],
  ] as const)('less, and an attempt %s is paid besides', (_, attempt, attempts, more) => {
    const s = declined();
    moved(s, 400, { payout: payoutOf(s) }).deadline();
    if (attempts === 2) s.payoutDeclined().deadline();
    s.paid().expect('completed');
    s.says(payoutOf(s), { outcome: 'paid', reference: 'late' }, attempt);
    expect(s.alarms).toContain('payout.paidTwice');
    expect(posted(s, 'order')).toBe(1000 + more);
  });

  it('less, on hold: what is left of it is not taken back', () => {
    const s = declined();
    moved(s, 400, { payout: payoutOf(s) }).by('operations', { type: 'hold', remark: 'x' });
    moved(s, 1500, { reference: 'desk-2' });
    expect(s.moved('excess', 'excess:order')).toBe(500);
    s.by('operations', { type: 'release' }).deadline().paid().expect('completed');
    expect(posted(s, 'order')).toBe(2000);
  });

  it('less, of points: their count goes with the amount', () => {
    const s = scenario(paidWith(orderOf({ lines: [{ unitPrice: 1000 }] }), ['points', 1000, 33]))
      .apply()
      .approve()
      .payoutDeclined();
    moved(s, 500, { payout: payoutOf(s) });
    expect(s.cap('tender:points')).toMatchObject({ posted: { net: 500, units: 17 }, reserved: { net: 500, units: 16 } });
    expect(dueAt(s.payout(payoutOf(s)), 2)).toEqual({ amount: 500, points: 16 });
    s.deadline().paid().expect('completed');
    expect(s.cap('tender:points')).toMatchObject({ posted: { net: 1000, units: 33 }, reserved: { net: 0, units: 0 } });
  });

  it('already paid: it is money that moved once more', () => {
    const s = declined().deadline().paid();
    moved(s, 1000, { payout: payoutOf(s) });
    expect(posted(s, 'order')).toBe(2000);
  });

  it.each([
    ['nobody knows', 'payout.notFound', { payout: 'none:1:card' }],
    ['that goes to another tender', 'payout.contradicted', { tender: 'wallet' }],
  ] as const)('of a payout %s is refused', (_, code, given) => {
    const s = scenario(paidWith(two(), ['card', 1450], ['wallet', 200]))
      .apply({ selection: some(1, 1) })
      .approve();
    const key = [...s.history.payouts.values()].find((row) => row.tenderId === 'card')?.key ?? '';
    s.reportRefused(code, report(s, 100, { payout: key, ...given }));
  });
});

describe('money that moved for a goodwill payout', () => {
  const given = (): Scenario => scenario(orderOf({ lines: [{ unitPrice: 800 }] })).goodwill(100);
  const begun = given;
  const paid = (): Scenario => given().paid();
  const declined = (): Scenario => {
    const s = given();
    for (let attempt = 1; attempt <= 4; attempt++) s.payoutDeclined();
    return s;
  };

  it.each([
    ['begun, and paid after all', begun, 100, 100],
    ['paid', paid, 100, 100],
    ['declined, and more than it', declined, 150, 50],
  ] as const)('that is %s is an excess, and no unit gives it', (_, story, amount, excess) => {
    const s = story();
    const [payout] = [...s.history.payouts.values()];
    moved(s, amount, { payout: payout?.key ?? '' });
    expect(s.paid().payout(payout?.key ?? '')).toMatchObject({ state: 'paid', amount: 100 });
    expect(s.moved('excess', 'goodwill')).toBe(excess);
    expect(s.alarms).toContain('money.excess');
    expect(s.apply().approve().paid().givenBack()).toEqual({ card: 800 });
  });
});

describe('a part of a payout that no chart waits for', () => {
  const fails = (s: Scenario): string => {
    for (let attempt = 1; attempt <= 4; attempt++) s.payoutDeclined();
    const [payout] = [...s.history.payouts.values()].filter(({ state }) => state === 'declined');
    return payout?.key ?? '';
  };
  const retry = (s: Scenario, payoutKey: string): void => {
    s.done(s.principalOf('operations'), { kind: 'payout', payoutKey, command: { type: 'retry' } });
    expect(dueAt(s.payout(payoutKey), s.payout(payoutKey).attempt).amount).toBe(70);
    s.paid();
  };

  it('of goodwill is posted on that, and the next attempt pays the rest', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] })).goodwill(100);
    const key = fails(s);
    moved(s, 30, { payout: key });
    expect(s.cap('goodwill')).toMatchObject({ posted: { net: 30 }, reserved: { net: 70 } });
    retry(s, key);
    expect(s.cap('goodwill')).toMatchObject({ posted: { net: 100 }, reserved: { net: 0 } });
    expect([posted(s, 'order'), s.moved('platform', 'goodwill'), s.moved('excess', 'goodwill')]).toEqual([0, 100, 0]);
  });

  it('of a payment that came too late is posted on that, and the next attempt pays the rest', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }));
    s.apply({ type: 'exchange', wanted: { sku: 'another' } })
      .approve(900)
      .by('user', { type: 'handOver' });
    s.by('merchant', { type: 'received' }).by('merchant', { type: 'inspect', result: 'all', sellable: true });
    s.deadline()
      .paid()
      .by('platform', { type: 'paid', amount: s.price(100), reference: 'P' });
    const key = fails(s);
    moved(s, 30, { payout: key });
    retry(s, key);
    expect([posted(s, 'order'), posted(s, s.payout(key).capKey), s.alarms.includes('money.excess')]).toEqual([800, 100, false]);
  });
});

describe('goods of which the money moved elsewhere', () => {
  const costOf = (s: Scenario): number =>
    [...s.history.afterSales.values()].flatMap((a) => a.decisions.flatMap((d) => d.offsets)).reduce((sum, o) => sum + o.cost, 0);

  it.each([
    ['never left are worth their cost to the merchant', 'notShipped', 'unit', 300],
    ['never left, but are not refunded for good, give no cost back', 'notShipped', 'money', 0],
    ['are on their way give no cost back', 'inTransit', 'unit', 0],
    ['were delivered give no cost back', 'delivered', 'unit', 0],
  ] as const)('%s', (_, stage, unit, cost) => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800, unitCost: 300 }] }), { stage });
    moved(s, 800, { unit, selection: some(1, 1) });
    expect([...s.history.afterSales.values()].map((a) => a.stage)).toEqual([stage]);
    expect(costOf(s)).toBe(cost);
  });
});

describe('with later payments of an exchange', () => {
  const later = (): Scenario => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }, { unitPrice: 800 }] }));
    s.apply({ type: 'exchange', wanted: { sku: 'another' }, selection: some(1, 1) })
      .approve(950)
      .by('user', { type: 'handOver' });
    s.by('merchant', { type: 'received' }).by('merchant', { type: 'inspect', result: 'all', sellable: true });
    s.by('platform', { type: 'paid', amount: s.price(150), reference: 'P' })
      .by('merchant', { type: 'ship' })
      .by('merchant', { type: 'delivered' });
    return s.expect('completed');
  };

  it.each([
    ['card', 1600, [0, 150]],
    ['card', 1000, [300, 450]],
  ] as const)('what goes back to the %s (%i) leaves each unit its own payment: %o', (tender, amount, left) => {
    const s = moved(later(), amount, { tender });
    const rest = [2, 1].map((line) => {
      s.apply({ selection: units(line, 1), type: 'return' });
      return s.afterSale.reserved.reduce((all, p) => all + p.net + p.tax, 0);
    });
    expect(rest).toEqual(left);
  });

  it('what goes back to no named tender gives the later payment back first', () => {
    const s = moved(later(), 100, { unit: 'money', selection: units(1, 1) });
    expect(posted(s, 'tender:card')).toBe(0);
    s.apply({ selection: [{ lineNo: lineNo(1), quantity: 1 }] })
      .approve()
      .paid();
    expect(Object.values(s.givenBack()).sort((a, b) => a - b)).toEqual([50, 800]);
  });

  const laterOf = (s: Scenario): string => String(s.on(1).afterSale.extra[0]?.tenderId);
  const rest = (s: Scenario): number[] =>
    [1, 2].map((line) => {
      s.apply({ selection: units(line, 1), type: 'return' });
      return s.afterSale.reserved.reduce((all, p) => all + p.net + p.tax, 0);
    });

  it('what was paid twice to one of them is posted on it and on its unit', () => {
    const s = later();
    s.apply({ claim: 50, selection: units(1, 1) }).approve();
    const key = s.waiting[0]?.payoutKey ?? '';
    s.payoutDeclined().deadline().paid().expect('completed');
    s.says(key, { outcome: 'paid', reference: 'again' }, 1);
    expect(s.alarms).toContain('payout.paidTwice');
    expect(s.alarms).not.toContain('money.excess');
    expect(posted(s, `tender:${laterOf(s)}`)).toBe(100);
    expect(rest(s)).toEqual([850, 800]);
  });

  it.each([
    ['as much as is left of it', 150, {}, 0, [800, 800]],
    ['a part of it', 60, {}, 0, [890, 800]],
    ['more than it', 200, {}, 50, [800, 800]],
    ['its unit as well', 100, { unit: 'money', selection: units(1, 1) }, 0, [850, 800]],
    ['another unit', 100, { unit: 'money', selection: units(2, 1) }, 100, [950, 800]],
  ] as const)('a report may name one of them: %s', (_, amount, given, excess, left) => {
    const s = later();
    const tender = laterOf(s);
    moved(s, amount, { tender, ...(given as MovedGiven) });
    expect(s.moved('excess', `tender:${tender}`)).toBe(excess);
    expect(posted(s, `tender:${tender}`)).toBe(amount - excess);
    expect(rest(s)).toEqual(left);
  });

  it('only what stands in its way yields to what goes back to one of them', () => {
    const s = later();
    const tender = laterOf(s);
    s.apply({ selection: units(1, 1), type: 'return' }).apply({ selection: units(2, 1), type: 'return' });
    moved(s, 150, { tender });
    expect([2, 3].map((no) => s.on(no).afterSale.hold !== null)).toEqual([true, false]);
    s.on(2).by('operations', { type: 'release' });
    expect(s.afterSale.reservedShares).toMatchObject([{ tenderId: 'card', amount: 800 }]);
  });

  it('one that nobody paid is refused', () => {
    const s = later();
    s.reportRefused('order.tenderNotFound', report(s, 100, { tender: 'later:none:1.1' }));
  });

  it('one that came too late belongs to no unit: what moved to it is an excess', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }] }));
    s.apply({ type: 'exchange', wanted: { sku: 'another' } })
      .approve(950)
      .by('user', { type: 'handOver' });
    s.by('merchant', { type: 'received' }).by('merchant', { type: 'inspect', result: 'all', sellable: true }).deadline();
    s.by('platform', { type: 'paid', amount: s.price(150), reference: 'P' });
    const tender = [...s.history.caps.keys()].find((key) => key.includes(':late:'))?.slice('tender:'.length) ?? '';
    moved(s, 150, { tender });
    expect(s.moved('excess', `tender:${tender}`)).toBe(150);
  });
});
