/**
 * Money as whole minor units. Nothing here is a float: products that may pass 2^53 are computed in
 * bigint, and every distribution adds up to what was distributed.
 */

declare const minorBrand: unique symbol;

/** A whole number of minor units of the order's currency (1234 is 12.34 CNY, 1234 JPY, 1.234 KWD). */
export type Minor = number & { readonly [minorBrand]: true };

/** What something cost or gives back, split into net and tax. The sum of both is what was paid. */
export interface Money {
  readonly net: Minor;
  readonly tax: Minor;
}

/** Takes a number in as minor units. Throws when it is no safe integer: that is a bug, input is parsed before. */
export function minor(value: number): Minor {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number of minor units`);
  return (value === 0 ? 0 : value) as Minor;
}

export const ZERO = minor(0);
export const NO_MONEY: Money = { net: ZERO, tax: ZERO };

/** The sum of two amounts in minor units. */
export const plus = (a: Minor, b: Minor): Minor => minor(a + b);

/** The first amount less the second, in minor units. */
export const minus = (a: Minor, b: Minor): Minor => minor(a - b);

/** The smaller of two amounts. */
export const least = (a: Minor, b: Minor): Minor => (a < b ? a : b);

/** The larger of two amounts. */
export const most = (a: Minor, b: Minor): Minor => (a > b ? a : b);

/** The sum of `of(item)` over all items. */
export function sum<T>(items: Iterable<T>, of: (item: T) => number): Minor {
  let total = 0;
  for (const item of items) total += of(item);
  return minor(total);
}

/** Net and tax in minor units. Throws where one is no whole number that is exact. */
export const money = (net: number, tax: number): Money => ({ net: minor(net), tax: minor(tax) });

/** Net and tax together, in minor units. */
export const gross = (m: Money): Minor => minor(m.net + m.tax);

/** The sum of two amounts, net and tax each. */
export const addMoney = (a: Money, b: Money): Money => money(a.net + b.net, a.tax + b.tax);

/** The first amount less the second, net and tax each. */
export const subtractMoney = (a: Money, b: Money): Money => money(a.net - b.net, a.tax - b.tax);

/** An amount so many times, net and tax each. */
export const timesMoney = (m: Money, count: number): Money => money(m.net * count, m.tax * count);

/** Whether neither net nor tax is anything. */
export const isNothing = (m: Money): boolean => m.net === 0 && m.tax === 0;

/** The sum of `of(item)` over all items, net and tax each. */
export function sumMoney<T>(items: Iterable<T>, of: (item: T) => Money): Money {
  let net = 0;
  let tax = 0;
  for (const item of items) {
    const m = of(item);
    net += m.net;
    tax += m.tax;
  }
  return money(net, tax);
}

/** `value * part / whole`, rounded half up. `whole` is positive, the others are not negative. */
export function shareHalfUp(value: number, part: number, whole: number): Minor {
  const doubled = 2 * value * part + whole;
  // The quotient of two whole numbers is floored exactly only while the upper one is below 2^53.
  if (doubled <= Number.MAX_SAFE_INTEGER) return minor(Math.floor(doubled / (2 * whole)));
  const exact = (2n * BigInt(value) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole));
  return minor(Number(exact));
}

/** `value * part / whole`, rounded down, and the rest of that division (below `whole`). */
export function shareDown(value: number, part: number, whole: number): { share: number; rest: number } {
  const product = value * part;
  if (product <= Number.MAX_SAFE_INTEGER) {
    const rest = product % whole;
    return { share: (product - rest) / whole, rest };
  }
  const exact = BigInt(value) * BigInt(part);
  return { share: Number(exact / BigInt(whole)), rest: Number(exact % BigInt(whole)) };
}

/** A weight that `count` alike takers have each. */
export interface Weight {
  readonly weight: number;
  readonly count: number;
}

/** What the takers of one weight get: the first `extra` of them one minor unit more than `each`. */
export interface Share {
  readonly each: Minor;
  readonly extra: number;
}

const NO_SHARE: Share = { each: ZERO, extra: 0 };

/**
 * Shares `amount` between takers by weight, by largest remainder: each gets the floor of its exact
 * share, the units left go one by one to the largest fractions, ties to the earlier taker.
 * The shares add up to `amount` exactly and none exceeds its weight while `amount` is at most the sum
 * of the weights. With no weight at all, and for `amount` 0, every share is 0 unless `equally` is set,
 * which then gives each taker the same weight (EXAMPLES 3: tax of units that cost 0).
 */
export function shareByWeight(amount: Minor, weights: readonly Weight[], equally = false): Share[] {
  let total = 0;
  for (const { weight, count } of weights) total += weight * count;
  if (!Number.isSafeInteger(total)) throw new RangeError('the weights add up to more than 2^53');
  if (amount === 0) return weights.map(() => NO_SHARE);
  if (total === 0) {
    if (!equally || weights.length === 0) throw new RangeError(`nothing to share ${amount} by`);
    const alike = weights.map(({ count }) => ({ weight: 1, count }));
    return shareByWeight(amount, alike);
  }
  const takers: Taker[] = [];
  let left: number = amount;
  for (const { weight, count } of weights) {
    const { share, rest } = shareDown(amount, weight, total);
    left -= share * count;
    takers.push({ each: minor(share), extra: 0, count, rest });
  }
  giveRest(left, takers);
  return takers;
}

interface Taker extends Share {
  extra: number;
  readonly count: number;
  readonly rest: number;
}

function giveRest(amount: number, takers: readonly Taker[]): void {
  if (amount === 0) return;
  // With one weight there is nothing to compare; a stable sort leaves ties to the earlier taker.
  const byFraction = takers.length === 1 ? takers : takers.toSorted((a, b) => b.rest - a.rest);
  let left = amount;
  for (const taker of byFraction) {
    taker.extra = Math.min(left, taker.count);
    left -= taker.extra;
    if (left === 0) return;
  }
  throw new RangeError(`${left} was not shared`);
}

/** Shares `amount` between single takers by weight, by largest remainder. See `shareByWeight`. */
export function shareAmong(amount: Minor, weights: readonly number[], equally = false): Minor[] {
  return shareByWeight(
    amount,
    weights.map((weight) => ({ weight, count: 1 })),
    equally,
  ).map(({ each, extra }) => minor(each + extra));
}

/**
 * What a further part takes of something that goes back cumulatively, half up (EXAMPLES 5, 7, 10):
 * the rounded share of everything taken so far, this part included, less what was given so far;
 * never below 0 and never more than is left.
 */
export function cumulativeShare(given: {
  /** all there is to give */
  readonly of: Minor;
  /** given so far */
  readonly already: Minor;
  /** taken so far, this part included */
  readonly taken: Minor;
  /** all that can be taken */
  readonly whole: Minor;
}): Minor {
  const left = most(minus(given.of, given.already), ZERO);
  if (given.whole === 0) return left;
  const target = shareHalfUp(given.of, least(given.taken, given.whole), given.whole);
  return least(most(minus(target, given.already), ZERO), left);
}
