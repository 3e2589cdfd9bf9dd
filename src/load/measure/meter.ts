import type { Entry } from '../people.js';
import type { Time } from '../service/time.js';
import { type Latencies, latencies, percentile, record } from './latencies.js';
import { type Fate, Timeline } from './timeline.js';

/** What one kind of request came to. */
export interface Tally {
  readonly entry: Entry;
  readonly word: string;
  done: number;
  refused: number;
  putOff: number;
  readonly latencies: Latencies;
}

/** Counts and times everything that is answered. */
export class Meter {
  readonly timeline: Timeline;
  readonly tallies = new Map<string, Tally>();
  /** by code, how often each word was refused with it */
  readonly refusals = new Map<string, Map<string, number>>();
  readonly all = latencies();
  /** requests that are on their way */
  underWay = 0;
  /** requests that could not be sent, because too many were on their way */
  dropped = 0;
  readonly #time: Time;
  #startedAt: number;
  #counts = false;

  constructor(time: Time, sliceMs: number) {
    this.#time = time;
    this.#startedAt = time.now();
    this.timeline = new Timeline(sliceMs);
  }

  /** Begins to count: what was done before is preparation. */
  start(): void {
    this.#startedAt = this.#time.now();
    this.#counts = true;
  }

  get started(): boolean {
    return this.#counts;
  }

  /** milliseconds since the start */
  elapsed(): number {
    return this.#time.now() - this.#startedAt;
  }

  /** milliseconds since the start, of a time of the load */
  since(at: number): number {
    return at - this.#startedAt;
  }

  due(at: number): void {
    if (this.#counts) this.timeline.due(this.since(at));
  }

  /** @param dueAt when the request should have been sent, which is what its latency counts from */
  answered(entry: Entry, word: string, dueAt: number, fate: Fate, code: string | undefined): void {
    if (!this.#counts) return;
    const now = this.#time.now();
    const tally = this.#tally(entry, word);
    tally[fate] += 1;
    record(tally.latencies, now - dueAt);
    record(this.all, now - dueAt);
    this.timeline.answered(this.since(now), fate, now - dueAt);
    if (code !== undefined) this.#refused(code, `${entry}: ${word}`);
  }

  counts(): { readonly done: number; readonly refused: number; readonly putOff: number } {
    const sum = (fate: Fate) => [...this.tallies.values()].reduce((all, tally) => all + tally[fate], 0);
    return { done: sum('done'), refused: sum('refused'), putOff: sum('putOff') };
  }

  percentile(per: number): number {
    return percentile(this.all, per);
  }

  #tally(entry: Entry, word: string): Tally {
    const name = `${entry} ${word}`;
    const known = this.tallies.get(name);
    if (known !== undefined) return known;
    const tally: Tally = { entry, word, done: 0, refused: 0, putOff: 0, latencies: latencies() };
    this.tallies.set(name, tally);
    return tally;
  }

  #refused(code: string, what: string): void {
    const words = this.refusals.get(code) ?? new Map<string, number>();
    this.refusals.set(code, words.set(what, (words.get(what) ?? 0) + 1));
  }
}
