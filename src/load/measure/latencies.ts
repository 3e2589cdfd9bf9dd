import * as hdr from 'hdr-histogram-js';

/** Latencies in an HDR histogram: whole microseconds, to three digits, up to an hour. */
export type Latencies = hdr.Histogram;

const HOUR_US = 3_600_000_000;

/** An empty histogram of milliseconds, exact to so many digits. */
export const latencies = (digits: 2 | 3 = 3): Latencies =>
  hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HOUR_US,
    numberOfSignificantValueDigits: digits,
    bitBucketSize: 32,
    useWebAssembly: false,
  });

/** Counts one latency, in milliseconds. */
export const record = (to: Latencies, milliseconds: number): void =>
  to.recordValue(Math.min(HOUR_US, Math.max(1, Math.round(milliseconds * 1_000))));

/** The latency, in milliseconds, that so many per cent of all stayed within. */
export const percentile = (of: Latencies, per: number): number => of.getValueAtPercentile(per) / 1_000;

/**
 * The latencies as callers would have seen them who do not wait for each other. A client that sends its next request
 * only after the last was answered keeps still while the service is slow, and so leaves out just those requests that
 * would have fared worst; they are filled in, one for each `intervalMs` that it kept still.
 */
export function corrected(of: Latencies, intervalMs: number): Latencies {
  const filled = latencies();
  filled.addWhileCorrectingForCoordinatedOmission(of, Math.max(1, Math.round(intervalMs * 1_000)));
  return filled;
}

/** What is shown of a set of latencies, in milliseconds. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 1_000) / 1_000;

/** Percentiles of a histogram, in milliseconds. */
export const spreadOf = (of: Latencies): Spread => ({
  count: of.totalCount,
  mean: rounded(of.totalCount === 0 ? 0 : of.mean / 1_000),
  p50: rounded(percentile(of, 50)),
  p75: rounded(percentile(of, 75)),
  p90: rounded(percentile(of, 90)),
  p99: rounded(percentile(of, 99)),
  p999: rounded(percentile(of, 99.9)),
  max: rounded(of.totalCount === 0 ? 0 : of.maxValue / 1_000),
});

/** Points of the curve of percentiles, ever closer to 100 %: the share that is slower is halved from point to point. */
export function curveOf(of: Latencies): readonly (readonly [percentile: number, milliseconds: number])[] {
  const points: [number, number][] = [];
  for (let slower = 2 ** -0.5; slower * of.totalCount >= 0.5 && of.totalCount > 0; slower /= 2 ** 0.5) {
    points.push([100 * (1 - slower), rounded(percentile(of, 100 * (1 - slower)))]);
  }
  return points;
}
