import { intersectRanges, withoutRanges } from '../domain/units.js';
import { remediedUnits } from './atStake.js';
import { unitsLeft } from './difference.js';
import type { Draft } from './draft.js';
import type { AfterSale } from './rows.js';

/** Whether a difference may ever be reported as paid: a price was named for another SKU (EXAMPLES 12). */
export const mayBePaid = ({ wanted }: Pick<AfterSale, 'wanted'>): boolean => wanted !== null && !wanted.same && wanted.price !== null;

/** Whether the buyer has paid for a new piece that did not come: a verdict may have named another price since. */
export function hasPaid(draft: Draft, a: AfterSale): boolean {
  const awaited = withoutRanges(unitsLeft(draft, remediedUnits(a)), a.wanted?.replaced ?? []);
  return intersectRanges(awaited, a.extra).length > 0;
}
