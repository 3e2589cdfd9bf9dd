import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addPortions,
  claimAmount,
  claimOfUnit,
  claimWhole,
  countOf,
  type PortionOfUnits,
  portionsWithin,
  subtractPortions,
  sumPortions,
  type Takeable,
} from '../../src/domain/claims.js';
import { lineNo } from '../../src/domain/ids.js';
import { gross, type Money, minor, money } from '../../src/domain/money.js';
import { scaled } from '../scale.js';

const anyCost = fc.record({ net: fc.nat(5000), tax: fc.nat(900) }).map(({ net, tax }) => money(net, tax));
const halfUp = (of: number, part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((2 * of * part + whole) / (2 * whole)));

describe('net and tax of claims on one unit', () => {
  it('never take more than is left of either, and add up to the whole, also with voided ones between', () => {
    const takes = fc.array(fc.record({ share: fc.integer({ min: 0, max: 100 }), voids: fc.boolean(), which: fc.nat(9) }), {
      maxLength: 15,
      size: 'max',
    });
    fc.assert(
      fc.property(anyCost, takes, (cost, asked) => {
        let standing: Money[] = [];
        const left = () => standing.reduce((rest, m) => money(rest.net - m.net, rest.tax - m.tax), cost);
        const take = (amount: number) => {
          const taken = standing.reduce((all, m) => money(all.net + m.net, all.tax + m.tax), money(0, 0));
          const claim = claimOfUnit({ cost, standing: taken, left: left() }, minor(amount));
          expect(gross(claim)).toBe(amount);
          expect(claim.net >= 0 && claim.tax >= 0 && claim.net <= left().net && claim.tax <= left().tax).toBe(true);
          standing.push(claim);
        };
        for (const { share, voids, which } of asked) {
          take(Math.floor((gross(left()) * share) / 100));
          if (voids) standing = standing.filter((_, i) => i !== which % standing.length);
        }
        take(gross(left()));
        expect(left()).toEqual(money(0, 0));
      }),
      { numRuns: scaled(500) },
    );
  });

  it('without voided ones bring the tax that stands to the rounded share of everything taken', () => {
    fc.assert(
      fc.property(anyCost, fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 }), (cost, shares) => {
        let standing = money(0, 0);
        for (const share of shares) {
          const left = money(cost.net - standing.net, cost.tax - standing.tax);
          const amount = minor(Math.floor((gross(left) * share) / 100));
          if (amount === gross(left)) continue;
          const claim = claimOfUnit({ cost, standing, left }, amount);
          standing = money(standing.net + claim.net, standing.tax + claim.tax);
          expect(Math.abs(standing.tax - halfUp(cost.tax, gross(standing), gross(cost)))).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: scaled(300) },
    );
  });
});

const anyUnits: fc.Arbitrary<Takeable[]> = fc
  .array(fc.record({ count: fc.integer({ min: 1, max: 4 }), cost: anyCost, taken: fc.integer({ min: 0, max: 100 }) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((units) =>
    units.map(({ count, cost, taken }, i) => {
      const standing = money(Math.floor((cost.net * taken) / 100), Math.floor((cost.tax * taken) / 100));
      return { lineNo: lineNo(i + 1), from: 1, to: count, cost, standing, left: money(cost.net - standing.net, cost.tax - standing.tax) };
    }),
  );

describe('an amount over several units', () => {
  it('is shared by what is left of each, exactly, and none gets more than that', () => {
    fc.assert(
      fc.property(anyUnits, fc.integer({ min: 0, max: 100 }), (units, percent) => {
        const all = units.reduce((sum, unit) => sum + gross(unit.left) * countOf(unit), 0);
        if (all === 0) return;
        const amount = minor(Math.floor((all * percent) / 100));
        const portions = claimAmount(units, amount);
        expect(gross(sumPortions(portions))).toBe(amount);
        for (const p of portions) {
          const unit = units.find((candidate) => candidate.lineNo === p.lineNo);
          if (unit === undefined) throw new Error('a portion of no unit');
          expect(p.net <= unit.left.net && p.tax <= unit.left.tax && p.net >= 0 && p.tax >= 0).toBe(true);
          const exact = (amount * gross(unit.left)) / all;
          expect(Math.abs(gross(p) - exact)).toBeLessThan(1);
        }
        if (percent === 100) expect(sumPortions(portions)).toEqual(sumPortions(claimWhole(units)));
      }),
      { numRuns: scaled(300) },
    );
  });
});

const anyPortions: fc.Arbitrary<PortionOfUnits[]> = fc
  .array(
    fc.record({
      line: fc.integer({ min: 1, max: 2 }),
      from: fc.integer({ min: 1, max: 6 }),
      count: fc.integer({ min: 1, max: 3 }),
      m: anyCost,
    }),
    { maxLength: 5 },
  )
  .map((list) => list.map(({ line, from, count, m }) => ({ lineNo: lineNo(line), from, to: from + count - 1, ...m })));

/** Every unit by itself. */
function each(portions: readonly PortionOfUnits[]): Record<string, { net: number; tax: number }> {
  const units: Record<string, { net: number; tax: number }> = {};
  for (const p of portions) {
    for (let unit = p.from; unit <= p.to; unit++) {
      const name = `${p.lineNo}.${unit}`;
      const before = units[name] ?? { net: 0, tax: 0 };
      const after = { net: before.net + p.net, tax: before.tax + p.tax };
      if (after.net !== 0 || after.tax !== 0) units[name] = after;
    }
  }
  return units;
}

describe('lists of portions', () => {
  it('are added and taken away unit by unit', () => {
    fc.assert(
      fc.property(anyPortions, anyPortions, (a, b) => {
        const sum = addPortions(addPortions([], a), b);
        expect(each(sum)).toEqual(each([...a, ...b]));
        expect(each(subtractPortions(sum, addPortions([], b)))).toEqual(each(a));
      }),
      { numRuns: scaled(300) },
    );
  });

  it('never give more than they have', () => {
    const one = [{ lineNo: lineNo(1), from: 1, to: 2, ...money(10, 1) }];
    expect(() => subtractPortions(one, [{ lineNo: lineNo(1), from: 2, to: 2, ...money(10, 2) }])).toThrow(RangeError);
  });

  it('are cut to ranges', () => {
    fc.assert(
      fc.property(anyPortions, fc.integer({ min: 1, max: 6 }), (portions, from) => {
        const cut = portionsWithin(portions, [{ lineNo: lineNo(1), from, to: from + 1 }]);
        const expected = Object.entries(each(portions)).filter(([name]) => name === `1.${from}` || name === `1.${from + 1}`);
        expect(each(cut)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: scaled(200) },
    );
  });
});
