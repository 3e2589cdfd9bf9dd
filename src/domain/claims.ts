import type { LineNo } from './ids.js';
import { gross, least, type Minor, type Money, minor, minus, money, most, type Share, shareByWeight, shareHalfUp, ZERO } from './money.js';
import type { UnitRange } from './selection.js';

/**
 * Splits an amount claimed of one unit into net and tax (EXAMPLES 5): tax goes cumulatively, half up, of
 * what stands; the target less the tax that stands, never below 0, never above the amount or the tax
 * left, and never so low that the net exceeds the net left. `amount` is at most what is left.
 */
export function claimOfUnit(unit: { readonly cost: Money; readonly standing: Money; readonly left: Money }, amount: Minor): Money {
  const whole = gross(unit.cost);
  if (amount === gross(unit.left)) return unit.left;
  const target = whole === 0 ? ZERO : shareHalfUp(unit.cost.tax, gross(unit.standing) + amount, whole);
  const lowest = most(ZERO, minus(amount, unit.left.net));
  const highest = least(amount, unit.left.tax);
  const tax = least(most(minus(target, unit.standing.tax), lowest), highest);
  return money(amount - tax, tax);
}

/** Units that are alike, with what may be taken of each. */
export interface Takeable extends UnitRange {
  readonly cost: Money;
  readonly standing: Money;
  readonly left: Money;
}

/** An amount of money per unit of a range. */
export interface PortionOfUnits extends UnitRange, Money {}

const sized = (lineNo: LineNo, from: number, count: number, each: Money): PortionOfUnits => ({
  lineNo,
  from,
  to: from + count - 1,
  net: each.net,
  tax: each.tax,
});

/** All that is left of each unit. Units of which nothing is left are kept, with 0. */
export function claimWhole(units: readonly Takeable[]): PortionOfUnits[] {
  return units.map((u) => ({ lineNo: u.lineNo, from: u.from, to: u.to, net: u.left.net, tax: u.left.tax }));
}

/**
 * An amount over several units, shared by what is left of each, largest remainder (EXAMPLES 5).
 * `amount` is at most the sum of what is left.
 */
export function claimAmount(units: readonly Takeable[], amount: Minor): PortionOfUnits[] {
  const shares = shareByWeight(
    amount,
    units.map((u) => ({ weight: gross(u.left), count: u.to - u.from + 1 })),
  );
  return claimShares(units, shares);
}

/** What units give of an amount that is shared already, one share for each entry of `units`. */
export function claimShares(units: readonly Takeable[], shares: readonly Share[]): PortionOfUnits[] {
  const portions: PortionOfUnits[] = [];
  units.forEach((unit, i) => {
    const share = shares[i];
    if (share === undefined) return;
    const count = unit.to - unit.from + 1;
    if (share.extra > 0) portions.push(sized(unit.lineNo, unit.from, share.extra, claimOfUnit(unit, minor(share.each + 1))));
    if (count > share.extra) portions.push(sized(unit.lineNo, unit.from + share.extra, count - share.extra, claimOfUnit(unit, share.each)));
  });
  return portions;
}

/** How many units a range names; both ends are included. */
export const countOf = (range: UnitRange): number => range.to - range.from + 1;

/** Net and tax of all units of all portions. */
export function sumPortions(portions: readonly PortionOfUnits[]): Money {
  let net = 0;
  let tax = 0;
  for (const p of portions) {
    net += p.net * countOf(p);
    tax += p.tax * countOf(p);
  }
  return money(net, tax);
}

/** Takes `given` out of `from`, unit by unit; both name units of the same after-sale. Nothing becomes negative. */
export function subtractPortions(from: readonly PortionOfUnits[], given: readonly PortionOfUnits[]): PortionOfUnits[] {
  return combine(from, given, -1);
}

/** Adds two lists of portions, unit by unit. */
export function addPortions(a: readonly PortionOfUnits[], b: readonly PortionOfUnits[]): PortionOfUnits[] {
  return combine(a, b, 1);
}

function combine(a: readonly PortionOfUnits[], b: readonly PortionOfUnits[], sign: 1 | -1): PortionOfUnits[] {
  if (b.length === 0) return [...a];
  const lines = new Set([...a, ...b].map((p) => p.lineNo));
  const result: PortionOfUnits[] = [];
  for (const lineNo of [...lines].sort((x, y) => x - y)) {
    const ofA = a.filter((p) => p.lineNo === lineNo);
    const ofB = b.filter((p) => p.lineNo === lineNo);
    const cuts = [...new Set([...ofA, ...ofB].flatMap((p) => [p.from, p.to + 1]))].sort((x, y) => x - y);
    for (let i = 0; i + 1 < cuts.length; i++) {
      const from = cuts[i] ?? 0;
      const to = (cuts[i + 1] ?? 0) - 1;
      let net = 0;
      let tax = 0;
      let named = false;
      for (const [list, factor] of [
        [ofA, 1],
        [ofB, sign],
      ] as const) {
        for (const p of list) {
          if (p.from > from || p.to < to) continue;
          named = true;
          net += p.net * factor;
          tax += p.tax * factor;
        }
      }
      if (net < 0 || tax < 0) throw new RangeError(`line ${lineNo} units ${from} to ${to} would give more than they have`);
      const last = result.at(-1);
      if (net === 0 && tax === 0) continue;
      if (!named) continue;
      if (last !== undefined && last.lineNo === lineNo && last.to === from - 1 && last.net === net && last.tax === tax) {
        result[result.length - 1] = { ...last, to };
      } else result.push({ lineNo, from, to, ...money(net, tax) });
    }
  }
  return result;
}

/** The parts of portions that lie within ranges. */
export function portionsWithin(portions: readonly PortionOfUnits[], ranges: readonly UnitRange[]): PortionOfUnits[] {
  const result: PortionOfUnits[] = [];
  for (const p of portions) {
    for (const r of ranges) {
      if (p.lineNo !== r.lineNo) continue;
      const from = Math.max(p.from, r.from);
      const to = Math.min(p.to, r.to);
      if (from <= to) result.push({ ...p, from, to });
    }
  }
  return result;
}

/** Net and tax by line. */
export function byLine(portions: readonly PortionOfUnits[]): Map<LineNo, Money> {
  const lines = new Map<LineNo, Money>();
  for (const p of portions) {
    const sum = lines.get(p.lineNo) ?? money(0, 0);
    lines.set(p.lineNo, money(sum.net + p.net * countOf(p), sum.tax + p.tax * countOf(p)));
  }
  return lines;
}
