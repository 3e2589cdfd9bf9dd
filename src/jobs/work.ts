import type { Job } from '../actors/work.js';
import type { Instant } from '../domain/ids.js';
import type { Topic } from './catalog.js';

/** What became of a job: it is done, or it has more to do at a time that it names. */
export type Outcome =
  | { readonly kind: 'done'; readonly note?: string }
  | { readonly kind: 'again'; readonly at: Instant; readonly why: string };

export const DONE: Outcome = { kind: 'done' };

/** A job that is done, with a note for who looks at it. */
export const doneWith = (note: string): Outcome => ({ kind: 'done', note });

/** A job that has more to do from a time on, and why. */
export const again = (at: Instant, why: string): Outcome => ({ kind: 'again', at, why });

/**
 * Does jobs of one topic. A job may be done more than once, and by two at a time: doing it again must
 * change nothing. What is thrown is tried again, less and less often; a handler that fails too often
 * leaves a dead letter.
 */
export interface Handler {
  readonly topic: Topic;
  run(job: Job): Promise<Outcome>;
}

/** Looks for work that is no job: the outbox, deadlines. */
export interface Sweep {
  readonly name: string;
  /** Does a bounded part; gives when it wants the next turn (now or earlier: at once), undefined for when it is called. */
  step(): Promise<Instant | undefined>;
}
