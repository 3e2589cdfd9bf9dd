import { describe, expect, it } from 'vitest';
import { dueAt } from '../../src/actors/payoutDue.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { orderOf } from '../domain/orders.js';
import { paidWith, some } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';
import { templateWith } from './world/templates.js';

/** EXAMPLES 13: money that moved is posted first on the reservation of the payout it belongs to. */

const payoutOf = (s: Scenario): string => [...s.history.payouts.keys()][0] ?? '';
const moved = (s: Scenario, amount: number, reference = 'desk-1'): Scenario =>
  s.report({ type: 'movedElsewhere', reference, amount: s.price(amount), payoutKey: payoutOf(s) });
const posted = (s: Scenario, key: string): number => s.cap(key).posted.net + s.cap(key).posted.tax;
const excess = (s: Scenario): number => s.moved('excess', 'tender:card');

const single = (): Scenario => scenario(orderOf({ lines: [{ unitPrice: 800 }] })).apply();
const begun = (): Scenario => single().approve();
const unknown = (): Scenario => begun().payoutTimesOut();
const waiting = (): Scenario => single().by('operations', { type: 'hold', remark: 'look' }).approve();
const states = [
  ['begun', begun],
  ['unknown', unknown],
] as const;

describe('money that moved for a payout', () => {
  it.each([...states, ['waiting on hold', waiting] as const])('that is %s settles it', (_, story) => {
    const s = moved(story(), 800).expect('completed');
    expect([posted(s, 'order'), posted(s, 'tender:card'), s.cap('order').reserved.net, excess(s)]).toEqual([800, 800, 0, 0]);
    expect(s.payout(payoutOf(s))).toMatchObject({ state: 'paid', way: 'hand', attempt: 1 });
  });

  it.each(states)('that is %s is not sent again when its attempt is declined', (_, story) => {
    const s = moved(story(), 800);
    s.says(payoutOf(s), { outcome: 'declined', code: 'no' });
    expect([s.payout(payoutOf(s)).attempt, s.waiting, excess(s)]).toEqual([1, [], 0]);
  });

  it.each(states)('that is %s is an excess once its attempt is paid after all', (_, story) => {
    const s = moved(story(), 800);
    s.says(payoutOf(s), { outcome: 'paid', reference: 'gateway' });
    expect([posted(s, 'order'), excess(s)]).toEqual([800, 800]);
    expect(s.alarms).toEqual(expect.arrayContaining(['payout.paidTwice', 'money.excess']));
  });

  it('that timed out meanwhile settles it, and the gateway is asked about its attempt until that is known', () => {
    const s = moved(begun(), 800);
    const said = s.says(payoutOf(s), { outcome: 'unknown' });
    expect([posted(s, 'order'), s.payout(payoutOf(s)).state]).toEqual([800, 'paid']);
    expect(isRefusal(said) ? said : said.effects).toMatchObject([{ topic: 'payout', payoutKey: payoutOf(s), attempt: 1, ask: true }]);
  });

  it.each(states)('in part, that is %s and declined, leaves the rest to the next attempt', (_, story) => {
    const s = moved(story(), 300).expect('refunding.paying');
    expect(dueAt(s.payout(payoutOf(s)), 1)).toEqual({ amount: 800, points: 0 });
    s.says(payoutOf(s), { outcome: 'declined', code: 'no' });
    expect(dueAt(s.payout(payoutOf(s)), 2)).toEqual({ amount: 500, points: 0 });
    s.deadline().paid().expect('completed');
    expect([posted(s, 'order'), excess(s)]).toEqual([800, 0]);
  });

  it.each(states)('in part, that is %s and pays its whole, has moved once more', (_, story) => {
    const s = moved(story(), 300);
    s.says(payoutOf(s), { outcome: 'paid', reference: 'gateway' });
    expect([s.state, posted(s, 'order'), excess(s)]).toEqual(['completed', 800, 300]);
  });

  it('in part, that waits on hold, leaves the rest to its first attempt', () => {
    const s = moved(waiting(), 300);
    expect(dueAt(s.payout(payoutOf(s)), 1)).toEqual({ amount: 500, points: 0 });
    s.refused('command.payoutBegun', 'operations', { type: 'override', verdict: { outcome: 'upheld' }, remark: 'x' });
    s.by('operations', { type: 'release' }).paid().expect('completed');
    expect([posted(s, 'order'), excess(s)]).toEqual([800, 0]);
  });

  it('is, as far as it is more, of counted pieces that are not refunded by it', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800, quantity: 3 }] }))
      .apply({ selection: some(1, 1) })
      .approve();
    s.apply({ selection: some(1, 1), type: 'return' });
    const units = { claim: 'money', selection: some(1, 2) } as const;
    s.report({ type: 'movedElsewhere', reference: 'desk-1', amount: s.price(860), payoutKey: payoutOf(s), units });
    expect(s.on(3).afterSale.units).toEqual([{ lineNo: 1, from: 2, to: 3 }]);
    expect([posted(s, 'order'), excess(s)]).toEqual([860, 0]);
  });

  it('that waits on hold voids no other reservation', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 800 }, { unitPrice: 800 }] })).apply({ selection: some(1, 1) });
    s.by('operations', { type: 'hold', remark: 'look' }).approve();
    s.apply({ selection: some(2, 1) });
    moved(s, 800);
    expect(s.afterSale).toMatchObject({ hold: null, reserved: [{ net: 800 }] });
    expect(s.on(1).expect('completed').afterSale.decisions).toMatchObject([{ state: 'paid' }]);
  });

  it('of goodwill that is begun and declined is not sent again', () => {
    const s = moved(scenario(orderOf({ lines: [{ unitPrice: 800 }] })).goodwill(100), 100);
    s.payoutDeclined();
    expect([s.waiting, posted(s, 'goodwill'), s.alarms]).toEqual([[], 100, []]);
  });

  it('leaves the other payout of the same decision under way', () => {
    const s = scenario(paidWith(orderOf({ lines: [{ unitPrice: 800 }] }), ['card', 600], ['wallet', 200]))
      .apply()
      .approve();
    moved(s, 600).expect('refunding.paying');
    expect(posted(s, 'line:1')).toBe(0);
    s.waiting = s.waiting.filter((w) => w.payoutKey !== payoutOf(s));
    s.paid().expect('completed');
    expect([posted(s, 'line:1'), posted(s, 'tender:card'), posted(s, 'tender:wallet')]).toEqual([800, 600, 200]);
  });
});

describe('a gateway that speaks of a payout that was never sent', () => {
  it.each([
    ['waits on hold', waiting],
    [
      'is held until its coupon is whole',
      () =>
        scenario(paidWith(orderOf({ lines: [{ unitPrice: 800 }] }), ['coupon', 800]), {
          templates: [templateWith({ payout: { coupons: 'whole' } })],
        }).apply({ claim: 300 }),
    ],
  ] as const)('is contradicted: one that %s', (_, story) => {
    const s = story();
    if (s.state !== 'refunding.paying') s.approve();
    const [payout] = [...s.history.payouts.values()];
    const { version } = s.book;
    for (const result of [{ outcome: 'paid', reference: 'r' } as const, { outcome: 'declined', code: 'no' } as const]) {
      const said = s.decide(
        { role: 'system', part: 'payouts' },
        { kind: 'payoutResult', payoutKey: payout?.key ?? '', attempt: 1, result },
      );
      expect(said).toMatchObject({ code: 'payout.contradicted', facts: { attempts: 0 } });
    }
    expect(s.book.version).toBe(version);
  });
});
