/** The auditor's own arithmetic, from EXAMPLES: whole minor units, largest remainder, half up. */

export interface Amount {
  readonly net: number;
  readonly tax: number;
}

/** Net and tax together. */
export const grossOf = (m: Amount): number => m.net + m.tax;

/** `value * part / whole`, half up; exact whatever the size. */
export function halfUp(value: number, part: number, whole: number): number {
  return Number((2n * BigInt(value) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)));
}

/**
 * Largest remainder: each gets the floor of its exact share, the units left go one by one to the largest
 * fractions, ties to the earlier. With no weight at all everything is 0, or shared equally where asked.
 */
export function largestRemainder(amount: number, weights: readonly number[], equally = false): number[] {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (amount === 0 || weights.length === 0) return weights.map(() => 0);
  if (total === 0n) {
    if (!equally) return weights.map(() => 0);
    const alike = weights.map(() => 1);
    return largestRemainder(amount, alike);
  }
  const products = weights.map((weight) => BigInt(amount) * BigInt(weight));
  const shares = products.map((product) => Number(product / total));
  let left = amount - shares.reduce((sum, share) => sum + share, 0);
  const byFraction = products.map((product, index) => ({ index, fraction: product % total }));
  byFraction.sort((a, b) => (a.fraction === b.fraction ? a.index - b.index : a.fraction > b.fraction ? -1 : 1));
  for (const { index } of byFraction) {
    if (left === 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
    left -= 1;
  }
  return shares;
}

export interface Range {
  readonly lineNo: number;
  readonly from: number;
  readonly to: number;
}

/** How many units a range has. */
export const countOf = ({ from, to }: Range): number => to - from + 1;

/** Net and tax together of all units of portions. */
export const sumOf = (portions: readonly (Range & Amount)[]): number => portions.reduce((sum, p) => sum + (p.net + p.tax) * countOf(p), 0);

/** The part of `portions` within ranges. */
export function within<P extends Range>(portions: readonly P[], ranges: readonly Range[]): P[] {
  return portions.flatMap((p) =>
    ranges.flatMap((r) => {
      const from = Math.max(p.from, r.from);
      const to = Math.min(p.to, r.to);
      return p.lineNo === r.lineNo && from <= to ? [{ ...p, from, to }] : [];
    }),
  );
}

/** Whether two lists of ranges share a unit. */
export const overlaps = (a: readonly Range[], b: readonly Range[]): boolean =>
  a.some((x) => b.some((y) => x.lineNo === y.lineNo && x.from <= y.to && y.from <= x.to));

/** Of a payout: what is sent with an attempt, given the parts that had moved outside before it (EXAMPLES 13). */
export function sentWith(
  { amount, points, outside = [] }: { readonly amount: number; readonly points: number; readonly outside?: readonly PartOutside[] },
  attempt: number,
): { readonly amount: number; readonly points: number } {
  let gone = 0;
  for (const part of outside) if (attempt > part.after) gone += part.amount;
  return { amount: amount - gone, points: gone === 0 ? points : points - halfUp(points, gone, amount) };
}

interface PartOutside {
  readonly after: number;
  readonly amount: number;
}

/** Whether a part of a payout moved outside when an attempt had been made already: that attempt would pay it once more. */
export const movedSince = (outside: readonly PartOutside[] | undefined, attempt: number): boolean =>
  outside?.some(({ after }) => after >= attempt) === true;
