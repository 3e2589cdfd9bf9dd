/** Units `from` to `to` of one line, both included. Lists of spans are sorted and disjoint. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The spans that hold exactly these units, which are sorted and all different. */
export function spansOf(units: readonly number[]): Span[] {
  const spans: Span[] = [];
  let from = 0;
  let to = -1;
  for (const unit of units) {
    if (unit === to + 1) {
      to = unit;
      continue;
    }
    if (from > 0) spans.push({ from, to });
    from = unit;
    to = unit;
  }
  if (from > 0) spans.push({ from, to });
  return spans;
}

/** How many units spans name; both ends are included. */
export const countOf = (spans: readonly Span[]): number => spans.reduce((count, { from, to }) => count + to - from + 1, 0);

/** The units of `spans` that are not in `taken`, in one pass over both. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  const rest: Span[] = [];
  let next = 0;
  for (const span of spans) {
    let from = span.from;
    for (let hole = taken[next]; hole !== undefined && hole.from <= span.to; hole = taken[next]) {
      if (hole.from > from) rest.push({ from, to: hole.from - 1 });
      from = Math.max(from, hole.to + 1);
      // A hole that reaches beyond this span is needed again for the next one.
      if (hole.to > span.to) break;
      next += 1;
    }
    if (from <= span.to) rest.push({ from, to: span.to });
  }
  return rest;
}

/** The lowest `count` units of `spans`, which hold at least as many. */
export function lowest(spans: readonly Span[], count: number): Span[] {
  const taken: Span[] = [];
  let left = count;
  for (const { from, to } of spans) {
    if (left === 0) break;
    const last = Math.min(to, from + left - 1);
    taken.push({ from, to: last });
    left -= last - from + 1;
  }
  return taken;
}
