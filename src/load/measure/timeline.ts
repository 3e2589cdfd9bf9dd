import { type Latencies, latencies, percentile, record } from './latencies.js';

/** What happened in each slice of a run, by when it was answered. */
export interface Slice {
  /** milliseconds after the start */
  readonly at: number;
  /** requests that were due */
  readonly due: number;
  /** taken, refused by a rule, and put off (429, 503) */
  readonly done: number;
  readonly refused: number;
  readonly putOff: number;
  /** milliseconds; null where nothing was answered */
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export type Fate = 'done' | 'refused' | 'putOff';

interface Counting {
  due: number;
  done: number;
  refused: number;
  putOff: number;
  latencies: Latencies | undefined;
}

/** As many slices as a page can show beside each other; of a longer run each is twice as long, and twice again. */
const MOST_SLICES = 300;

export class Timeline {
  #sliceMs: number;
  #slices: Counting[] = [];

  constructor(sliceMs: number) {
    this.#sliceMs = sliceMs;
  }

  get sliceMs(): number {
    return this.#sliceMs;
  }

  /** A request is due at this time, in milliseconds after the start. */
  due(at: number): void {
    this.#at(at).due += 1;
  }

  answered(at: number, fate: Fate, latencyMs: number): void {
    const slice = this.#at(at);
    slice[fate] += 1;
    slice.latencies ??= latencies(2);
    record(slice.latencies, latencyMs);
  }

  slices(): Slice[] {
    return this.#slices.map((counting, index) => sliceOf(index * this.#sliceMs, counting));
  }

  /** Requests answered a second in so many slices that are over by a time, oldest first. */
  recentRates(count: number, now: number): number[] {
    const over = Math.floor(now / this.#sliceMs);
    return Array.from({ length: Math.min(count, over) }, (_, index) => {
      const slice = this.#slices[over - Math.min(count, over) + index];
      return (((slice?.done ?? 0) + (slice?.refused ?? 0)) * 1_000) / this.#sliceMs;
    });
  }

  #at(at: number): Counting {
    while (at / this.#sliceMs >= MOST_SLICES) this.#join();
    const index = Math.max(0, Math.floor(at / this.#sliceMs));
    while (this.#slices.length < index) this.#slices.push(nothing());
    const slice = this.#slices[index] ?? nothing();
    this.#slices[index] = slice;
    return slice;
  }

  /** Makes one slice of every two. */
  #join(): void {
    this.#sliceMs *= 2;
    this.#slices = this.#slices.flatMap((slice, index) => {
      const next = this.#slices[index + 1];
      if (index % 2 === 1) return [];
      return [next === undefined ? slice : joined(slice, next)];
    });
  }
}

const nothing = (): Counting => ({ due: 0, done: 0, refused: 0, putOff: 0, latencies: undefined });

function joined(one: Counting, other: Counting): Counting {
  if (one.latencies !== undefined && other.latencies !== undefined) one.latencies.add(other.latencies);
  return {
    due: one.due + other.due,
    done: one.done + other.done,
    refused: one.refused + other.refused,
    putOff: one.putOff + other.putOff,
    latencies: one.latencies ?? other.latencies,
  };
}

function sliceOf(at: number, { due, done, refused, putOff, latencies: seen }: Counting): Slice {
  const within = (per: number) => (seen === undefined ? null : percentile(seen, per));
  return { at, due, done, refused, putOff, p50: within(50), p90: within(90), p99: within(99), max: within(100) };
}
