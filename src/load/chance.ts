/** Everything that a load chooses comes from one seed, so that a run can be given once more. What the service makes of it is its own affair. */
export interface Chance {
  /** from 0 to below 1 */
  real(): number;
  /** a whole number from 0 to below the limit */
  below(limit: number): number;
  /** a whole number between two, both included */
  between(least: number, most: number): number;
  of<T>(items: readonly T[]): T;
  /** one of the choices, as likely as its weight says */
  weighted<T>(choices: readonly (readonly [choice: T, weight: number])[]): T;
  percent(share: number): boolean;
}

/** A generator of random numbers (mulberry32) that begins at a seed. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const real = (): number => next() / 4_294_967_296;
  const below = (limit: number): number => Math.floor(real() * limit);
  const of = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError('there is nothing to choose from');
    return item;
  };
  return {
    real,
    below,
    between: (least, most) => least + below(most - least + 1),
    of,
    weighted: (choices) => {
      let point = real() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [choice, weight] of choices) {
        point -= weight;
        if (point < 0) return choice;
      }
      return of(choices)[0];
    },
    percent: (share) => real() * 100 < share,
  };
}

/** A generator of its own for each part of a run, so that one part does not shift the choices of another. */
export const chanceFor = (seed: number, part: number): Chance => chanceOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(part + 1, 0x85ebca6b));

/**
 * Chooses among so many, the first most often: the weight of the nth is 1 / n^skew (Zipf). A skew of 0 makes all alike,
 * 1 gives the first of a thousand about an eighth of everything.
 */
export function skewedChoice(count: number, skew: number): (chance: Chance) => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum += 1 / (index + 1) ** skew;
    sums[index] = sum;
  }
  return (chance) => {
    const point = chance.real() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) <= point) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
