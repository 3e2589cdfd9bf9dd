import { appealPortions } from './advance.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Draft } from './draft.js';
import { reserve, sharesFor } from './ledger.js';
import type { AfterSale } from './rows.js';

/** Reserves what is left of the units of an after-sale whose reservation was voided by money that moved elsewhere. */
export function reserveLeft(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  if (a.reserved.length > 0 || a.decisions.some((d) => d.state === 'paying')) return a;
  const portions = appealPortions(draft, context, a);
  if (portions.length === 0) return a;
  const shares = sharesFor(draft, context.rules, portions, templateOf(context, a).payout.tenders);
  return draft.put(reserve(draft, a, portions, shares));
}
