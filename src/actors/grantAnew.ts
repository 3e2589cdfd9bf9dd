import { type PortionOfUnits, portionsWithin, sumPortions } from '../domain/claims.js';
import type { AfterSaleId } from '../domain/ids.js';
import { gross, least, type Minor, minor, minus } from '../domain/money.js';
import type { TenderShare } from '../domain/tenders.js';
import type { DecisionContext } from './context.js';
import { grantDifference } from './difference.js';
import type { Draft } from './draft.js';
import { reconcileFreight } from './freight.js';
import { dropDecisions, grantFreight, grantReserved } from './grants.js';
import { grantOf } from './ledger.js';
import { reserveLeft } from './release.js';
import type { AfterSale, Decision, FeeLine } from './rows.js';

/** What was granted on hold: no payout of it has begun, so money that moved elsewhere may still take it back. */

/** The decisions of an after-sale that are still to be paid for its units or the freight. */
export const decisionsHeld = (a: AfterSale): Decision[] =>
  a.decisions.filter((d) => d.state === 'paying' && d.kind !== 'latePayment' && d.kind !== 'coupon');

/** What an after-sale reserves of units, granted or not. */
export const portionsHeld = (a: AfterSale): PortionOfUnits[] => [...a.reserved, ...decisionsHeld(a).flatMap((d) => d.portions)];

/** What of the freight an after-sale has granted and not paid. */
export const freightHeld = (a: AfterSale): Minor => minor(decisionsHeld(a).reduce((all, d) => all + gross(d.freight), 0));

/** What an after-sale reserves of tenders, granted or not. */
export const sharesHeld = (a: AfterSale): TenderShare[] => [...a.reservedShares, ...decisionsHeld(a).flatMap((d) => d.shares)];

/** A grant that was taken back, to be made once more of what is left. */
export interface Undone {
  readonly id: AfterSaleId;
  readonly decisions: readonly Decision[];
}

/** Takes back what was granted; it is reserved again. */
export function undo(draft: Draft, a: AfterSale): { row: AfterSale; undone: Undone } {
  return { row: draft.put(dropDecisions(draft, a)), undone: { id: a.id, decisions: decisionsHeld(a) } };
}

/** Grants once more what was taken back, as far as it is left. It is paid when the hold ends. */
export function grantAnew(draft: Draft, context: DecisionContext, { id, decisions }: Undone): void {
  const given = draft.afterSale(id);
  if (given === undefined) throw new Error(`after-sale ${id} is not there`);
  let row = reserveLeft(draft, context, given);
  for (const d of decisions) {
    if (d.kind === 'freight') {
      reconcileFreight(draft, context);
      if (context.rules.freightLeft(draft.state.freightReserved)) row = draft.put(grantFreight(draft, context, row));
      continue;
    }
    if (d.kind === 'difference') {
      row = draft.put(grantDifference(draft, context, row, gross(sumPortions(d.portions)), d.bearer));
      continue;
    }
    const ranges = d.ends ? d.ended : d.portions;
    const all = gross(sumPortions(portionsWithin(row.reserved, ranges)));
    const fees = feesWithin(d.fees, all);
    const most = minus(all, minor(fees.reduce((sum, fee) => sum + fee.amount, 0)));
    const amount = d.ends ? most : least(most, gross(sumPortions(d.portions)));
    const portions = grantOf(draft, context.rules, row, ranges, amount);
    row = draft.put(grantReserved(draft, context, row, { kind: d.kind, portions, fees, bearer: d.bearer, ended: d.ended }));
  }
}

/** Fees take at most what the refund gives. */
function feesWithin(fees: readonly FeeLine[], all: Minor): FeeLine[] {
  let left = all;
  return fees.flatMap((fee) => {
    const amount = least(fee.amount, left);
    left = minus(left, amount);
    return amount === 0 ? [] : [{ ...fee, amount }];
  });
}
