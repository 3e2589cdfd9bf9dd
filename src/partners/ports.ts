import type { PartnerEvent } from '../actors/partners.js';
import type { Refusal } from '../domain/refusals.js';

/** Where what partners tell by themselves comes in. */
export interface CallbackSink {
  /** Takes an event, now or before. A refusal is the end of it; what is thrown is to be told again later. */
  tell(event: PartnerEvent): Promise<Refusal | undefined>;
}

/** Resolves after so many milliseconds. */
export type Pause = (milliseconds: number) => Promise<void>;

/** Where a simulated partner's luck comes from. */
export interface Draw {
  /** a whole number from 0 to below the limit */
  below(limit: number): number;
}

/** A probability as a ratio of whole numbers. */
export interface Chance {
  readonly of: number;
  readonly outOf: number;
}

/** A time between two, both inclusive, in milliseconds. */
export interface Between {
  readonly leastMs: number;
  readonly mostMs: number;
}
