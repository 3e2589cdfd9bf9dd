import { gross, type Minor } from '../domain/money.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import { piecesOf, sumPieces } from '../domain/units.js';
import { NOTHING } from './book.js';
import { inCurrency } from './claimed.js';
import type { Price } from './command.js';
import { type Draft, sumAmounts } from './draft.js';
import type { AfterSale } from './rows.js';

/** The price of the piece wanted in an exchange, as a person names it (EXAMPLES 12). */

/** Names the price of the piece wanted; `path` is where the caller names it. */
export function withPrice(draft: Draft, a: AfterSale, price: Price, path: string): AfterSale | Refusal {
  const amount = inCurrency(draft, price, path);
  if (isRefusal(amount) || a.wanted === null) return isRefusal(amount) ? amount : a;
  return beyondMeasure(draft, a, amount, path) ?? { ...a, wanted: { ...a.wanted, price: amount } };
}

/** Nobody exchanges for another SKU without its price. */
export const priceMissing = (path: string): Refusal =>
  refuse('command.priceMissing', 'Name the price of the SKU wanted, tax included.', { path });

/** What may still be paid for an order on top. */
function mostPaidOn(draft: Draft): number {
  const { net, tax } = draft.cap('order')?.limit ?? NOTHING;
  return Number.MAX_SAFE_INTEGER - net - tax;
}

/** What an order cost with all its differences must stay a whole number that is exact. */
export function beyondMeasure(draft: Draft, a: AfterSale, price: Minor, path = 'price'): Refusal | undefined {
  const most = Math.floor(mostPaidOn(draft) / a.quantity);
  if (price <= most) return undefined;
  return refuse('command.amountInvalid', `A price is at most ${most}.`, { path: `${path}.amount`, facts: { least: 0, most } });
}

/** A price that was named is exact; together with what was paid for other exchanges since it may not be. */
export const paidBeyondMeasure = (draft: Draft, a: AfterSale, amount: Minor): Refusal | undefined =>
  beyond(Math.min(mostPaidOn(draft), mostPaidFor(draft, a)), amount);

/** What goes back whole is no part of what the order cost, but of what its after-sale refunds. */
export const lateBeyondMeasure = (draft: Draft, a: AfterSale, amount: Minor): Refusal | undefined => beyond(mostPaidFor(draft, a), amount);

/** What may still be paid for an exchange, so that all that it may refund stays exact. */
function mostPaidFor(draft: Draft, a: AfterSale): number {
  const { net, tax } = draft.cap('freight')?.limit ?? NOTHING;
  const cost = sumPieces(piecesOf(draft.lines(), draft.split.runs, a.units), (piece) => gross(piece.cost));
  const late = a.decisions.filter((d) => d.kind === 'latePayment').flatMap((d) => d.shares);
  return Math.max(0, Number.MAX_SAFE_INTEGER - net - tax - cost - sumAmounts(late));
}

function beyond(most: number, amount: Minor): Refusal | undefined {
  if (amount <= most) return undefined;
  return refuse('command.amountInvalid', `At most ${most} more can be paid for this order.`, { path: 'amount.amount', facts: { most } });
}
