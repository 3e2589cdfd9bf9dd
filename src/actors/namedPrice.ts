import type { Minor } from '../domain/money.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import { NOTHING } from './book.js';
import { inCurrency } from './claimed.js';
import type { Price } from './command.js';
import type { Draft } from './draft.js';
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
export function paidBeyondMeasure(draft: Draft, amount: Minor): Refusal | undefined {
  const most = mostPaidOn(draft);
  if (amount <= most) return undefined;
  return refuse('command.amountInvalid', `At most ${most} more can be paid for this order.`, { path: 'amount.amount', facts: { most } });
}
