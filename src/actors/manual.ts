import { isRefusal, refuse } from '../domain/refusals.js';
import { advance, countPayouts, isAllowed, settlePayments } from './advance.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';
import { notAllowed, type Of, type Result } from './judging.js';
import { postPayout } from './payments.js';
import type { AfterSale } from './rows.js';

/** What a person does about payouts that were declined as often as allowed. */

/**
 * Sends what was declined to the wallet, or to an account. Refuses with `command.wayUnknown` an account that is not
 * named, with `command.payoutUnknown` while an outcome is not known, and where nothing was declined.
 */
export function anotherWay(draft: Draft, context: DecisionContext, a: AfterSale, command: Of<'anotherWay'>): Result {
  return declinedPayouts(draft, context, a, 'anotherWay', (declined) => {
    if (command.way === 'account' && command.account === undefined)
      return refuse('command.wayUnknown', 'Name the account.', { path: 'account' });
    for (const payout of declined) draft.putPayout({ ...payout, way: command.way, account: command.account ?? null });
    return advance(draft, context, a, { type: 'anotherWay' });
  });
}

/**
 * Takes what was declined as paid by a person outside. Refuses with `command.payoutUnknown` while an outcome is not
 * known, and where nothing was declined.
 */
export function paidByHand(draft: Draft, context: DecisionContext, a: AfterSale, command: Of<'paidByHand'>): Result {
  return declinedPayouts(draft, context, a, 'paidByHand', (declined) => {
    let row = advance(draft, context, a, { type: 'paidByHand' });
    for (const payout of declined) {
      if (isRefusal(row)) return row;
      const done = { ...payout, state: 'paid' as const, way: 'hand' as const, reference: command.reference };
      draft.putPayout(done);
      row = draft.put(postPayout(draft, row, done));
    }
    if (isRefusal(row)) return row;
    const told = advance(draft, context, row, { type: 'payout.paid', ...countPayouts(draft, row) });
    return isRefusal(told) ? told : settlePayments(draft, context, told);
  });
}

function declinedPayouts(
  draft: Draft,
  context: DecisionContext,
  a: AfterSale,
  type: 'anotherWay' | 'paidByHand',
  then: (declined: ReturnType<Draft['payoutsOf']>) => Result,
): Result {
  if (isAllowed(context, a, { type })) return then(draft.payoutsOf(a.id).filter((payout) => payout.state === 'declined'));
  if (a.chart.context.unknown > 0)
    return refuse('command.payoutUnknown', 'The outcome of a payout is not known yet; it can only be asked for again.');
  return notAllowed(a, type);
}
