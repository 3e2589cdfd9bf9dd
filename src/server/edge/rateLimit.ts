import { LRUCache } from 'lru-cache';

/** Requests per second that one caller may make over time, and how many at once after a pause. 0 per second: no limit. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface RateLimit {
  /** Takes one request of the caller, or what costs as many; gives 0, or the milliseconds until that is allowed. */
  take(caller: string, rate: Rate, cost?: number): number;
}

/** Thousandths of a request, so that whole milliseconds give whole numbers. */
const REQUEST = 1_000;

interface Bucket {
  thousandths: number;
  at: number;
}

/**
 * A token bucket per caller, of the `callers` that called last. A caller that is pushed out begins again with
 * a full bucket, so memory is bounded and forgetting never locks anybody out.
 * @param now milliseconds that never go back
 */
export function createRateLimit(callers: number, now: () => number): RateLimit {
  const buckets = new LRUCache<string, Bucket>({ max: callers });
  return {
    take(caller, { perSecond, burst }, cost = 1) {
      if (perSecond === 0) return 0;
      const at = now();
      const bucket = buckets.get(caller);
      const price = cost * REQUEST;
      if (bucket === undefined) {
        buckets.set(caller, { thousandths: burst * REQUEST - price, at });
        return 0;
      }
      bucket.thousandths = Math.min(burst * REQUEST, bucket.thousandths + (at - bucket.at) * perSecond);
      bucket.at = at;
      if (bucket.thousandths < price) return Math.ceil((price - bucket.thousandths) / perSecond);
      bucket.thousandths -= price;
      return 0;
    },
  };
}
