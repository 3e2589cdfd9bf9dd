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

/** Slices are closed once the next but one has begun, so that memory does not grow with them. */
export class Timeline {
  readonly sliceMs: number;
  readonly #open = new Map<number, Counting>();
  readonly #closed = new Map<number, Slice>();

  constructor(sliceMs: number) {
    this.sliceMs = sliceMs;
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
    this.#close(Math.floor(at / this.sliceMs) - 2);
  }

  slices(): Slice[] {
    this.#close(Number.POSITIVE_INFINITY);
    const last = Math.max(-1, ...this.#closed.keys());
    return Array.from({ length: last + 1 }, (_, index) => this.#closed.get(index) ?? sliceOf(index * this.sliceMs, NOTHING));
  }

  /** Requests answered a second in so many slices that are over by a time, oldest first. */
  recentRates(count: number, now: number): number[] {
    const over = Math.floor(now / this.sliceMs);
    return Array.from({ length: Math.min(count, over) }, (_, index) => {
      const slice = over - Math.min(count, over) + index;
      const { done, refused } = this.#closed.get(slice) ?? this.#open.get(slice) ?? NOTHING;
      return ((done + refused) * 1_000) / this.sliceMs;
    });
  }

  #at(at: number): Counting {
    const index = Math.max(0, Math.floor(at / this.sliceMs));
    const known = this.#open.get(index);
    if (known !== undefined) return known;
    const begun: Counting = { due: 0, done: 0, refused: 0, putOff: 0, latencies: undefined };
    this.#open.set(index, begun);
    return begun;
  }

  #close(upTo: number): void {
    for (const [index, counting] of this.#open) {
      if (index > upTo) continue;
      this.#closed.set(index, added(this.#closed.get(index), sliceOf(index * this.sliceMs, counting)));
      this.#open.delete(index);
    }
  }
}

const NOTHING: Counting = { due: 0, done: 0, refused: 0, putOff: 0, latencies: undefined };

function sliceOf(at: number, { due, done, refused, putOff, latencies: seen }: Counting): Slice {
  const at99 = (per: number) => (seen === undefined ? null : percentile(seen, per));
  return { at, due, done, refused, putOff, p50: at99(50), p90: at99(90), p99: at99(99), max: at99(100) };
}

/** A straggler that was due in a slice that is closed already. */
function added(one: Slice | undefined, other: Slice): Slice {
  if (one === undefined) return other;
  const counts = {
    due: one.due + other.due,
    done: one.done + other.done,
    refused: one.refused + other.refused,
    putOff: one.putOff + other.putOff,
  };
  return { ...(other.p50 === null ? one : other), at: one.at, ...counts };
}
