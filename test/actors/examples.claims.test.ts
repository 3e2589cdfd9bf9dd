import { describe, expect, it } from 'vitest';
import { lineNo } from '../../src/domain/ids.js';
import { orderOf } from '../domain/orders.js';
import { some, units, weighing } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';

/** EXAMPLES 5 and 6. */

const taxed = () => orderOf({ taxMode: 'exclusive', lines: [{ unitPrice: 1000, taxRate: 130_000 }] });

/** What the current after-sale reserves, or has granted, of its first unit. */
function given(s: Scenario): [number, number] {
  const { decisions, reserved } = s.afterSale;
  const [portion] = [...reserved, ...decisions.flatMap((d) => d.portions)];
  return portion === undefined ? [0, 0] : [portion.net, portion.tax];
}

const allowance = (s: Scenario, amount: number): [number, number] => given(s.apply({ claim: amount }).approve().paid().expect('completed'));

describe('a claim of money', () => {
  it('takes tax cumulatively, half up, and the last takes the rest', () => {
    const s = scenario(taxed());
    expect([300, 300, 530].map((amount) => allowance(s, amount))).toEqual([
      [265, 35],
      [266, 34],
      [469, 61],
    ]);
    s.applyRefused('amount.exceedsCost', { claim: 1 });
    expect(s.cap('order')).toMatchObject({ posted: { net: 1000, tax: 130 }, reserved: { net: 0, tax: 0 } });
  });

  it('leaves the rest of the unit for a return', () => {
    const s = scenario(taxed());
    allowance(s, 300);
    s.apply({ type: 'return' });
    expect(given(s)).toEqual([735, 95]);
    expect(735 + 95).toBe(830);
  });

  it.each([
    { amount: 530, expected: [470, 60] },
    { amount: 829, expected: [734, 95] },
    { amount: 830, expected: [735, 95] },
  ])('is not changed by one that was rejected before: $amount gives $expected', ({ amount, expected }) => {
    const s = scenario(taxed());
    s.apply({ claim: 700 }).by('merchant', { type: 'reject', remark: 'no' });
    allowance(s, 300);
    s.apply({ claim: 500 }).by('merchant', { type: 'reject', remark: 'no' });
    expect(allowance(s, amount)).toEqual(expected);
  });

  it('granted in part reckons the tax of the part anew', () => {
    const s = scenario(taxed()).apply({ claim: 600 });
    expect(given(s)).toEqual([531, 69]);
    s.by('merchant', { type: 'offer', amount: s.price(300) })
      .by('user', { type: 'accept' })
      .paid()
      .expect('completed');
    expect(given(s)).toEqual([265, 35]);
  });

  it('over several units is shared by what is left of each', () => {
    const s = scenario(orderOf({ lines: [{ unitPrice: 1000 }, { unitPrice: 500 }] }));
    s.apply({ claim: 400, selection: some(1, 1) })
      .approve()
      .paid();
    s.apply({ claim: 110 }).approve().paid();
    expect(s.afterSale.decisions[0]?.portions.map((p) => [p.lineNo, p.net])).toEqual([
      [1, 60],
      [2, 50],
    ]);
  });
});

it('a unit that cost nothing is refunded by a ruling as by an approval', () => {
  const s = scenario(orderOf({ lines: [{ unitPrice: 0 }, { unitPrice: 1000 }] })).apply({ selection: some(1, 1) });
  s.by('merchant', { type: 'reject', remark: 'no' }).by('user', { type: 'appeal', remark: 'why', evidence: [] });
  s.by('operations', { type: 'rule', verdict: { outcome: 'refund' }, remark: 'x' }).expect('settled');
  expect(s.history.endedUnits()).toEqual(new Set(['1.1']));
});

describe('missing weight', () => {
  const fish = () => orderOf({ lines: [{ unitPrice: 1990, weightGrams: 500, quantity: 2 }] });

  it('of 70 g of 500 g that cost 1990 gives 279 and leaves 1711', () => {
    const s = scenario(fish())
      .apply({ claim: 'weight', selection: weighing(1, 1, 430) })
      .approve()
      .paid();
    expect(s.givenBack()).toEqual({ card: 279 });
    s.apply({ selection: units(1, 1) });
    expect(given(s)).toEqual([1711, 0]);
  });

  it('is not paid again when the same weight is told again, and more of it pays the difference', () => {
    const s = scenario(fish())
      .apply({ claim: 'weight', selection: weighing(1, 1, 430) })
      .approve()
      .paid();
    s.applyRefused('amount.nothingLeft', { claim: 'weight', selection: [{ lineNo: lineNo(1), units: [1], actualGrams: 430 }] });
    s.apply({ claim: 'weight', selection: [{ lineNo: lineNo(1), units: [1], actualGrams: 400 }] })
      .approve()
      .paid();
    expect(s.givenBack()).toEqual({ card: 398 - 279 });
  });

  it('that was paid in part is not paid again when the goods were wanted back and went to the buyer once more', () => {
    const s = scenario(fish()).apply({ claim: 'weight', selection: weighing(1, 1, 430) });
    s.by('merchant', { type: 'offer', amount: s.price(100) })
      .by('user', { type: 'accept' })
      .paid()
      .expect('completed');
    s.by('user', { type: 'appeal', remark: 'too little', evidence: [] });
    s.by('operations', { type: 'rule', verdict: { outcome: 'return' }, remark: 'send it back' });
    s.by('user', { type: 'handOver' }).by('merchant', { type: 'received' });
    s.by('merchant', { type: 'inspect', result: 'none', sellable: false });
    s.by('merchant', { type: 'ship' }).by('merchant', { type: 'delivered' }).expect('closed');
    s.apply({ claim: 'weight', selection: weighing(1, 1, 430) });
    expect(given(s)).toEqual([279 - 100, 0]);
  });

  it('of another piece is asked for by its number, which the refusal names', () => {
    const s = scenario(fish())
      .apply({ claim: 'weight', selection: weighing(1, 1, 430) })
      .approve()
      .paid();
    const again = { claim: 'weight', selection: [{ lineNo: lineNo(1), quantity: 1, actualGrams: 430 }] } as const;
    expect(s.give(s.principalOf('user'), { kind: 'apply', application: s.application(again) })).toMatchObject({
      code: 'amount.nothingLeft',
      detail: expect.stringContaining('{ "lineNo": 1, "units": [2] }'),
      facts: { taken: [{ lineNo: 1, from: 1, to: 1 }], others: [{ lineNo: 1, from: 2, to: 2 }] },
    });
    s.apply({ claim: 'weight', selection: [{ lineNo: lineNo(1), units: [2], actualGrams: 430 }] })
      .approve()
      .paid();
    expect(s.givenBack()).toEqual({ card: 279 });
  });

  describe('that is reserved again', () => {
    const weighed = (line: number, unit: number, actualGrams: number) => ({ lineNo: lineNo(line), units: [unit], actualGrams });
    const reserved = (s: Scenario) => s.afterSale.reserved.map((p) => [p.lineNo, p.from, p.to, p.net]);

    it('by an appeal is what each piece lacks, so that it is not paid again', () => {
      const s = scenario(
        orderOf({
          lines: [
            { unitPrice: 1990, weightGrams: 500 },
            { unitPrice: 990, weightGrams: 500 },
          ],
        }),
      );
      s.apply({ claim: 'weight', selection: [weighed(1, 1, 430), weighed(2, 1, 495)] });
      const asked = reserved(s);
      expect(asked).toEqual([
        [1, 1, 1, 279],
        [2, 1, 1, 10],
      ]);
      s.by('merchant', { type: 'reject', remark: 'no' }).by('user', { type: 'appeal', evidence: [], remark: 'look again' });
      expect(reserved(s)).toEqual(asked);
      s.by('operations', { type: 'rule', verdict: { outcome: 'refund' }, remark: 'yes' }).paid();
      expect(s.givenBack()).toEqual({ card: 289 });
      s.applyRefused('amount.nothingLeft', { claim: 'weight', selection: [weighed(1, 1, 430)] });
    });

    it('after money that moved elsewhere is what each piece lacks, as far as it is left', () => {
      const s = scenario(orderOf({ lines: [{ unitPrice: 1000, quantity: 2, weightGrams: 500 }, { unitPrice: 500 }] }));
      s.apply({ claim: 'weight', selection: [weighed(1, 1, 100), weighed(1, 2, 450)] });
      expect(reserved(s)).toEqual([
        [1, 1, 1, 800],
        [1, 2, 2, 100],
      ]);
      const moved = (reference: string, amount: number) =>
        s.report({ type: 'movedElsewhere', reference, amount: s.price(amount), units: { claim: 'money', selection: units(1, 2) } });
      moved('M-1', 600);
      moved('M-2', 350);
      expect([s.afterSale.hold === null, reserved(s)]).toEqual([false, []]);
      s.by('operations', { type: 'release' });
      expect(reserved(s)).toEqual([
        [1, 1, 1, 800],
        [1, 2, 2, 50],
      ]);
    });

    it('by an appeal from a part of it is the rest of what each piece lacks', () => {
      const s = scenario(fish());
      s.apply({ claim: 'weight', selection: [weighed(1, 1, 430), weighed(1, 2, 400)] });
      expect(reserved(s)).toEqual([
        [1, 1, 1, 279],
        [1, 2, 2, 398],
      ]);
      s.by('merchant', { type: 'offer', amount: s.price(300) })
        .by('user', { type: 'accept' })
        .paid()
        .expect('completed');
      s.by('user', { type: 'appeal', evidence: [], remark: 'all of it' });
      s.by('operations', { type: 'rule', verdict: { outcome: 'refund' }, remark: 'yes' }).paid();
      expect(s.givenBack()).toEqual({ card: 279 + 398 });
      expect(s.afterSale.decisions.flatMap((d) => d.portions.map((p) => [p.from, p.net]))).toEqual([
        [1, 124],
        [2, 176],
        [1, 155],
        [2, 222],
      ]);
    });
  });

  it('of all units alike is paid for each', () => {
    const s = scenario(fish())
      .apply({ claim: 'weight', selection: weighing(1, 2, 430) })
      .approve()
      .paid();
    expect(s.givenBack()).toEqual({ card: 558 });
  });

  it.each([500, 501, -1])('is none at %i g', (grams) => {
    scenario(fish()).applyRefused('selection.weightInvalid', { claim: 'weight', selection: weighing(1, 1, grams) });
  });
});
