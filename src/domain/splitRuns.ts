import type { DiscountShare, SplitRun } from './order.js';

/** Joins neighbouring runs of a line whose units cost the same in every part. */
export function joinRuns(runs: readonly SplitRun[]): SplitRun[] {
  const joined: SplitRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last !== undefined && costAlike(last, run)) joined[joined.length - 1] = { ...last, to: run.to };
    else joined.push(run);
  }
  return joined;
}

function costAlike(a: SplitRun, b: SplitRun): boolean {
  return (
    a.lineNo === b.lineNo &&
    a.to + 1 === b.from &&
    a.cost.net === b.cost.net &&
    a.cost.tax === b.cost.tax &&
    a.commission === b.commission &&
    a.discounts.length === b.discounts.length &&
    a.discounts.every((discount, index) => sameShare(discount, b.discounts[index]))
  );
}

const sameShare = (a: DiscountShare, b: DiscountShare | undefined): boolean =>
  b !== undefined && a.promotionId === b.promotionId && a.amount === b.amount && a.platformPart === b.platformPart;
