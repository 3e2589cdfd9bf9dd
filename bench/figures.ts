/** Figures of several runs, and the rows that stand in the results. */

/** One measurement. */
export interface Measurement {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What several measurements of the same thing gave: the run in the middle, and how far they lie apart. */
export interface Figure extends Measurement {
  /** (highest - lowest) / median of the rates */
  readonly spread: number;
  readonly runs: number;
}

export function figureOf(measurements: readonly Measurement[]): Figure {
  const median = (of: (one: Measurement) => number) => medianOf(measurements.map(of));
  const rates = measurements.map(({ perSecond }) => perSecond);
  const perSecond = median((one) => one.perSecond);
  return {
    perSecond,
    p50Ms: median(({ p50Ms }) => p50Ms),
    p99Ms: median(({ p99Ms }) => p99Ms),
    spread: (Math.max(...rates) - Math.min(...rates)) / perSecond,
    runs: measurements.length,
  };
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** A row of the results; what was not measured is null. Limits stand in rows of their own, too. */
export interface Row {
  readonly name: string;
  readonly connections: number | null;
  readonly perSecond: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly limitName: string | null;
  readonly limitPerSecond: number | null;
  /** what was measured as a part of its limit */
  readonly ratio: number | null;
  /** of the rates of all runs */
  readonly spread: number | null;
  readonly runs: number;
  readonly target: Target | null;
  readonly met: boolean | null;
  /** what else is worth knowing */
  readonly note?: string;
}

/** What the ratio has to be. */
export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Limit {
  readonly name: string;
  readonly perSecond: number;
}

/** The row of a figure, beside its limit where it has one. */
export function rowOf(name: string, connections: number | null, figure: Figure, limit?: Limit, target?: Target, note?: string): Row {
  const ratio = limit === undefined ? null : figure.perSecond / limit.perSecond;
  return {
    name,
    connections,
    perSecond: rounded(figure.perSecond),
    p50Ms: rounded(figure.p50Ms),
    p99Ms: rounded(figure.p99Ms),
    limitName: limit?.name ?? null,
    limitPerSecond: limit === undefined ? null : rounded(limit.perSecond),
    ratio: ratio === null ? null : rounded(ratio),
    spread: rounded(figure.spread),
    runs: figure.runs,
    target: target ?? null,
    met: ratio === null || target === undefined ? null : meets(ratio, target),
    ...(note === undefined ? {} : { note }),
  };
}

export const meets = (ratio: number, { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }: Target): boolean =>
  ratio >= atLeast && ratio <= atMost;

/** Four digits that count. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
