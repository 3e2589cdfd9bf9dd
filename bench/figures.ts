/** Figures of several runs. */

/** One measurement. */
export interface Measurement {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** processor time of the service per unit of work, all its threads together */
  readonly cpuMs?: number;
}

/** What several measurements of the same thing gave: the one in the middle, and how far they lie apart. */
export interface Figure extends Measurement {
  /** (highest - lowest) / median of the rates */
  readonly spread: number;
  readonly runs: number;
}

export function figureOf(measurements: readonly Measurement[]): Figure {
  const median = (of: (one: Measurement) => number) => medianOf(measurements.map(of));
  const rates = measurements.map(({ perSecond }) => perSecond);
  const perSecond = median((one) => one.perSecond);
  const cpuMs = measurements.flatMap((one) => one.cpuMs ?? []);
  return {
    perSecond,
    p50Ms: median(({ p50Ms }) => p50Ms),
    p99Ms: median(({ p99Ms }) => p99Ms),
    ...(cpuMs.length === 0 ? {} : { cpuMs: medianOf(cpuMs) }),
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
