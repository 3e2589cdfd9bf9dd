import type { TenderId } from './ids.js';
import { cumulativeShare, least, type Minor, minor, minus, plus, shareAmong, sum, ZERO } from './money.js';
import type { TenderKind } from './order.js';

/** What one tender carries of an amount. `points` is the count that goes back, for a tender of points. */
export interface TenderShare {
  readonly tenderId: TenderId;
  readonly amount: Minor;
  readonly points: number;
}

/** A tender as a refund sees it. */
export interface TenderBalance {
  readonly tenderId: TenderId;
  readonly kind: TenderKind;
  /** all that was paid with it, and the count of points */
  readonly amount: Minor;
  readonly points: number;
  /** reserved and posted so far */
  readonly taken: Minor;
  readonly pointsTaken: number;
}

/** Template setting: by what is still refundable on each, or kinds one after the other. */
export type TenderOrder = { readonly order: 'share' } | { readonly order: 'waterfall'; readonly kinds: readonly TenderKind[] };

const leftOn = (tender: TenderBalance): Minor => minus(tender.amount, tender.taken);

/** The count of points that goes back with an amount: cumulatively, half up (EXAMPLES 7). */
export function pointsFor(tender: TenderBalance, amount: Minor): number {
  if (tender.points === 0) return 0;
  return cumulativeShare({
    of: minor(tender.points),
    already: minor(tender.pointsTaken),
    taken: plus(tender.taken, amount),
    whole: tender.amount,
  });
}

function divide(amount: Minor, tenders: readonly { readonly kind: TenderKind; readonly available: Minor }[], order: TenderOrder): Minor[] {
  if (order.order === 'share') {
    return shareAmong(
      amount,
      tenders.map((t) => t.available),
    );
  }
  const rank = (kind: TenderKind) => (order.kinds.includes(kind) ? order.kinds.indexOf(kind) : order.kinds.length);
  const given = tenders.map(() => ZERO);
  let rest = amount;
  const sequence = tenders.map((_, i) => i).sort((a, b) => rank(tenders[a]?.kind ?? 'card') - rank(tenders[b]?.kind ?? 'card') || a - b);
  for (const i of sequence) {
    const part = least(rest, tenders[i]?.available ?? ZERO);
    given[i] = part;
    rest = minus(rest, part);
  }
  if (rest !== 0) throw new RangeError(`${amount} is more than the tenders have left`);
  return given;
}

/** Shares a refund between tenders by what is neither posted nor reserved on each (EXAMPLES 7). Shares of 0 are left out. */
export function shareTenders(amount: Minor, tenders: readonly TenderBalance[], order: TenderOrder): TenderShare[] {
  const amounts = divide(
    amount,
    tenders.map((t) => ({ kind: t.kind, available: leftOn(t) })),
    order,
  );
  return tenders.flatMap((t, i) => {
    const part = amounts[i] ?? ZERO;
    return part === 0 ? [] : [{ tenderId: t.tenderId, amount: part, points: pointsFor(t, part) }];
  });
}

/**
 * Shares a part of what was reserved, by what was reserved on each (EXAMPLES 7). `tenders` gives the
 * balance of each, the reservation included in what is taken.
 */
export function shareReserved(
  amount: Minor,
  reserved: readonly TenderShare[],
  tenders: ReadonlyMap<TenderId, TenderBalance>,
  order: TenderOrder,
): TenderShare[] {
  if (amount === sum(reserved, (s) => s.amount)) return [...reserved];
  const amounts = divide(
    amount,
    reserved.map((s) => ({ kind: tenders.get(s.tenderId)?.kind ?? 'card', available: s.amount })),
    order,
  );
  return reserved.flatMap((share, i) => {
    const part = amounts[i] ?? ZERO;
    if (part === 0) return [];
    if (part === share.amount) return [share];
    const tender = tenders.get(share.tenderId);
    if (tender === undefined || tender.points === 0) return [{ tenderId: share.tenderId, amount: part, points: 0 }];
    const before: TenderBalance = { ...tender, taken: minus(tender.taken, share.amount), pointsTaken: tender.pointsTaken - share.points };
    return [{ tenderId: share.tenderId, amount: part, points: Math.min(share.points, pointsFor(before, part)) }];
  });
}

/** Adds shares of the same tender together. */
export function addShares(a: readonly TenderShare[], b: readonly TenderShare[]): TenderShare[] {
  const result = new Map<TenderId, TenderShare>();
  for (const share of [...a, ...b]) {
    const before = result.get(share.tenderId);
    result.set(
      share.tenderId,
      before === undefined
        ? share
        : { tenderId: share.tenderId, amount: plus(before.amount, share.amount), points: before.points + share.points },
    );
  }
  return [...result.values()];
}

/** Takes `given` out of `from`. What comes to nothing is left out. */
export function subtractShares(from: readonly TenderShare[], given: readonly TenderShare[]): TenderShare[] {
  return from.flatMap((share) => {
    const taken = given.find((g) => g.tenderId === share.tenderId);
    if (taken === undefined) return [share];
    if (taken.amount > share.amount) throw new RangeError(`tender ${share.tenderId} has less reserved than is taken`);
    const amount = minus(share.amount, taken.amount);
    const points = share.points - taken.points;
    return amount === 0 && points === 0 ? [] : [{ tenderId: share.tenderId, amount, points }];
  });
}
