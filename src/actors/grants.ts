import type { PortionOfUnits } from '../domain/claims.js';
import { least, type Minor, type Money, minor, minus, NO_MONEY, shareHalfUp } from '../domain/money.js';
import type { UnitRange } from '../domain/selection.js';
import type { TenderShare } from '../domain/tenders.js';
import type { Template } from '../machines/template.js';
import type { Bearer } from '../machines/words.js';
import { tenderCapKey } from './book.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Draft } from './draft.js';
import { payable, returnToReserved, sharesOfReserved, takeFromReserved } from './ledger.js';
import { isUntouched } from './payoutDue.js';
import type { AfterSale, Decision, DecisionKind, FeeLine } from './rows.js';

/** Decisions that grant money: what they take of a reservation, and the payouts that they need. */

/** Fees by the template (EXAMPLES 9): named lines with a minus that take at most what the refund gives. */
export function feesOf(template: Template, a: Pick<AfterSale, 'type' | 'fault'>, goods: Minor, currency: string): FeeLine[] {
  let left = goods;
  const fees: FeeLine[] = [];
  for (const fee of template.fees) {
    if (!fee.types.includes(a.type) || !fee.faults.includes(a.fault)) continue;
    const asked =
      fee.charge.kind === 'rate'
        ? shareHalfUp(goods, fee.charge.rate, 10_000)
        : minor(fee.charge.amounts.find((amount) => amount.currency === currency)?.amount ?? 0);
    const amount = least(asked, left);
    if (amount === 0) continue;
    left = minus(left, amount);
    fees.push({ name: fee.name, amount, to: fee.to });
  }
  return fees;
}

export interface Grant {
  readonly kind: DecisionKind;
  readonly portions: readonly PortionOfUnits[];
  readonly freight: Money;
  readonly shares: readonly TenderShare[];
  readonly fees: readonly FeeLine[];
  readonly bearer: Bearer;
  /** units that are refunded for good with it */
  readonly ended: readonly UnitRange[];
}

/** Writes a decision and the payouts that it needs; they wait until the chart says `pay`. */
export function decideGrant(draft: Draft, context: DecisionContext, a: AfterSale, grant: Grant): AfterSale {
  const no = a.decisions.reduce((highest, d) => Math.max(highest, d.no), 0) + 1;
  const coupons = templateOf(context, a).payout.coupons;
  for (const share of grant.shares) {
    const tender = draft.order.tenders.find((candidate) => candidate.id === share.tenderId);
    const held = tender?.kind === 'coupon' && coupons !== 'parts' && grant.kind !== 'coupon';
    draft.putPayout({
      key: context.rules.payoutKey(a.id, no, share.tenderId),
      afterSaleId: a.id,
      decisionNo: no,
      tenderId: share.tenderId,
      way: 'tender',
      account: null,
      capKey: tenderCapKey(share.tenderId),
      source: null,
      amount: share.amount,
      points: share.points,
      currency: draft.order.currency.code,
      state: held ? 'held' : 'waiting',
      attempt: 1,
      reference: null,
      updatedAt: draft.now,
    });
  }
  const decision: Decision = {
    no,
    kind: grant.kind,
    at: draft.now,
    state: 'paying',
    portions: grant.portions,
    freight: grant.freight,
    fees: grant.fees,
    shares: grant.shares,
    bearer: grant.bearer,
    offsets: [],
    ends: grant.ended.length > 0,
    ended: grant.ended,
  };
  return { ...a, decisions: [...a.decisions, decision] };
}

/** Grants a part of what an after-sale reserves. */
export function grantReserved(
  draft: Draft,
  context: DecisionContext,
  a: AfterSale,
  grant: { kind: DecisionKind; portions: readonly PortionOfUnits[]; fees: readonly FeeLine[]; bearer: Bearer; ended: readonly UnitRange[] },
): AfterSale {
  const shares = sharesOfReserved(draft, context.rules, grant.portions, a.reservedShares, templateOf(context, a).payout.tenders);
  const taken = takeFromReserved(a, grant.portions, shares);
  return decideGrant(draft, context, taken, { ...grant, shares, freight: NO_MONEY });
}

/** Grants the freight that is reserved for the last one, as a decision of its own. */
export function grantFreight(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  const { freightReserved, freightShares, freightPending } = draft.state;
  draft.state = { ...draft.state, freightReserved: NO_MONEY, freightShares: [], freightPending: [] };
  return decideGrant(
    draft,
    context,
    { ...a, pending: [...a.pending, ...freightPending] },
    { kind: 'freight', portions: [], freight: freightReserved, shares: freightShares, fees: [], bearer: a.bearer, ended: [] },
  );
}

/** Drops decisions of which no payout has begun; what they had goes back into the reservation. */
export function dropDecisions(draft: Draft, a: AfterSale): AfterSale {
  let row = a;
  for (const d of a.decisions) {
    if (d.state !== 'paying' || d.kind === 'latePayment' || d.kind === 'coupon') continue;
    const payouts = draft.payoutsOf(a.id).filter((p) => p.decisionNo === d.no);
    if (!payouts.every(isUntouched)) continue;
    for (const payout of payouts) draft.putPayout({ ...payout, state: 'dropped' });
    if (d.kind === 'freight') {
      const mine = row.pending.filter((p) => p.debit === 'freight' || p.debit === payable('freight'));
      row = { ...row, pending: row.pending.filter((p) => !mine.includes(p)) };
      draft.state = { ...draft.state, freightReserved: d.freight, freightShares: d.shares, freightPending: mine };
    } else row = returnToReserved(row, d.portions, d.shares);
    row = { ...row, decisions: row.decisions.map((other) => (other.no === d.no ? { ...other, state: 'dropped' } : other)) };
  }
  return row;
}
