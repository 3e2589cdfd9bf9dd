import { byLine, type PortionOfUnits, sumPortions } from '../domain/claims.js';
import { type Money, money } from '../domain/money.js';
import type { TenderShare } from '../domain/tenders.js';
import { NOTHING, tenderCapKey } from './book.js';
import type { Draft } from './draft.js';

/** Signs of what a movement does to the balances of a cap. */
export type Movement = 'reserve' | 'void' | 'post' | 'take';

const triple = (m: { net: number; tax: number }, units: number, sign: number) => ({
  net: sign * m.net,
  tax: sign * m.tax,
  units: sign * units,
});

/** `reserve` reserves, `void` gives back, `post` turns reserved into posted, `take` posts at once. */
export function moveCap(draft: Draft, key: string, m: Money, units: number, movement: Movement): void {
  if (m.net === 0 && m.tax === 0 && units === 0) return;
  draft.moveCap({
    key,
    limit: NOTHING,
    reserved: movement === 'take' ? NOTHING : triple(m, units, movement === 'reserve' ? 1 : -1),
    posted: movement === 'post' || movement === 'take' ? triple(m, units, 1) : NOTHING,
  });
}

/** Moves the caps of the units' lines and of the order. */
export function moveUnitCaps(draft: Draft, portions: readonly PortionOfUnits[], movement: Movement): void {
  for (const [lineNo, sum] of byLine(portions)) moveCap(draft, `line:${lineNo}`, sum, 0, movement);
  moveCap(draft, 'order', sumPortions(portions), 0, movement);
}

/** Moves the caps of tenders by their shares: the amount as net, points as units. */
export function moveTenderCaps(draft: Draft, shares: readonly TenderShare[], movement: Movement): void {
  for (const share of shares) moveCap(draft, tenderCapKey(share.tenderId), money(share.amount, 0), share.points, movement);
}
