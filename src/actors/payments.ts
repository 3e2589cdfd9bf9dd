import { type PortionOfUnits, sumPortions } from '../domain/claims.js';
import { addMoney, gross, least, type Minor, type Money, minor, minus, money, NO_MONEY, shareHalfUp, ZERO } from '../domain/money.js';
import { sumOffsets } from '../domain/offsets.js';
import type { UnitRange } from '../domain/selection.js';
import type { TenderShare } from '../domain/tenders.js';
import { countUnits, piecesOf, unitsIn } from '../domain/units.js';
import { milliseconds } from '../machines/duration.js';
import type { Template } from '../machines/template.js';
import type { Bearer } from '../machines/words.js';
import { lineOf, tenderCapKey } from './book.js';
import { type DecisionContext, templateOf } from './context.js';
import { type Draft, moveCap, moveTenderCaps, moveUnitCaps } from './draft.js';
import { payable, postFreight, returnToReserved, settle, sharesOfReserved, takeFromReserved, tenderMoves, unitMoves } from './ledger.js';
import type { AfterSale, Decision, DecisionKind, FeeLine, Payout } from './rows.js';

/** Decisions that grant money, their payouts, and what is posted when these have succeeded. */

/** The account that owes what a decision grants. */
const owedBy = (a: AfterSale, d: Pick<Decision, 'kind'>): string => (d.kind === 'freight' ? payable('freight') : payable(a.id));

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
    if (d.state !== 'paying') continue;
    const payouts = draft.payoutsOf(a.id).filter((p) => p.decisionNo === d.no);
    if (payouts.some((p) => p.state !== 'waiting' && p.state !== 'held')) continue;
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

/** Sends one payout's next attempt: the first, or one more after a confirmed decline. */
export function sendPayout(draft: Draft, payout: Payout, template: Template | undefined, delayMs: number): void {
  const attempt = payout.state === 'declined' ? payout.attempt + 1 : payout.attempt;
  draft.putPayout({ ...payout, state: 'begun', attempt });
  draft.effects.push(payoutEffect(payout, attempt, false, template, delayMs, draft.nextVersion));
}

export function payoutEffect(
  payout: Payout,
  attempt: number,
  ask: boolean,
  template: Template | undefined,
  delayMs: number,
  version: number,
) {
  return {
    topic: 'payout' as const,
    key: ask ? `${payout.key}:${attempt}:ask:${version}` : `${payout.key}:${attempt}`,
    payoutKey: payout.key,
    attempt,
    ask,
    delayMs,
    askEveryMs: template === undefined ? DEFAULT_ASK_EVERY_MS : milliseconds(template.payout.askEvery),
    asks: template?.payout.asks ?? DEFAULT_ASKS,
  };
}

/** Money of the book has no template. */
const DEFAULT_ASK_EVERY_MS = 60_000;
const DEFAULT_ASKS = 10;

/** Sends every payout of an after-sale that waits or was declined for sure; an unknown one is only asked for again. */
export function payAll(draft: Draft, context: DecisionContext, a: AfterSale): void {
  if (a.hold !== null) return;
  const template = templateOf(context, a);
  for (const payout of draft.payoutsOf(a.id)) {
    if (payout.state === 'waiting' || context.rules.mayTryAgain(payout)) sendPayout(draft, payout, template, 0);
    else if (payout.state === 'unknown') draft.effects.push(payoutEffect(payout, payout.attempt, true, template, 0, draft.nextVersion));
  }
}

const DONE: readonly Payout['state'][] = ['paid', 'held', 'dropped'];

/** Posts what a gateway has paid: the tender's cap and its transfer. */
export function postPayout(draft: Draft, a: AfterSale, payout: Payout): AfterSale {
  const decision = a.decisions.find((d) => d.no === payout.decisionNo);
  if (decision === undefined || payout.tenderId === null) throw new Error(`payout ${payout.key} belongs to no decision`);
  if (decision.kind === 'coupon') return a;
  const share = { tenderId: payout.tenderId, amount: payout.amount, points: payout.points };
  moveTenderCaps(draft, [share], 'post');
  return settle(draft, a, 'post', decision.no, tenderMoves(owedBy(a, decision), [share]));
}

/** Finishes every decision whose payouts have all succeeded; true when none is left to pay. */
export function finishDecisions(draft: Draft, context: DecisionContext, a: AfterSale): { a: AfterSale; done: boolean } {
  let row = a;
  for (let again = true; again; ) {
    again = false;
    for (const d of row.decisions) {
      if (d.state !== 'paying') continue;
      const payouts = draft.payoutsOf(row.id).filter((p) => p.decisionNo === d.no);
      if (payouts.some((p) => !DONE.includes(p.state))) continue;
      row = finishDecision(draft, context, row, d);
      again = true;
      break;
    }
  }
  return { a: row, done: row.decisions.every((d) => d.state !== 'paying') };
}

function finishDecision(draft: Draft, context: DecisionContext, a: AfterSale, d: Decision): AfterSale {
  let row = a;
  for (const payout of draft.payoutsOf(a.id)) {
    if (payout.decisionNo === d.no && payout.state === 'held') row = postPayout(draft, row, payout);
  }
  moveUnitCaps(draft, d.portions, 'post');
  row = settle(draft, row, 'post', d.no, unitMoves(row, d.portions));
  if (d.freight.net !== 0 || d.freight.tax !== 0) row = postFreight(draft, row, d.no, d.freight);
  if (d.kind === 'latePayment') row = postLatePayment(draft, row, d);
  const offsets = offsetsFor(draft, context, row, d);
  for (const range of d.ended) {
    const fresh = countUnits(
      unitsIn(draft.line(range.lineNo), range.from, range.to)
        .filter((run) => run.state.ended === 0)
        .map((run) => ({ ...run, lineNo: range.lineNo })),
    );
    moveCap(draft, `line:${range.lineNo}`, NO_MONEY, fresh, a.holds ? 'post' : 'take');
  }
  const finished: Decision = { ...d, state: 'paid', offsets };
  bearTransfers(draft, row, finished, 1);
  row = draft.put({ ...row, finishedAt: draft.now, decisions: row.decisions.map((other) => (other.no === d.no ? finished : other)) });
  row = releaseCoupons(draft, context, row);
  return lastFreight(draft, context, row);
}

function postLatePayment(draft: Draft, a: AfterSale, d: Decision): AfterSale {
  return settle(
    draft,
    a,
    'post',
    d.no,
    d.shares.map((share) => ({ debit: share.tenderId, credit: payable(a.id), amount: money(share.amount, 0) })),
  );
}

function offsetsFor(draft: Draft, context: DecisionContext, a: AfterSale, d: Decision) {
  const back = a.goods === 'none' || (a.goods === 'merchant' && a.sellable && a.passed !== null);
  const returned = a.passed ?? a.units;
  return context.rules.offsetsOf(piecesOf(draft.lines(), draft.split.runs, d.portions), d.portions, d.bearer === 'merchant', (piece) =>
    d.ends && back && returned.some((r) => r.lineNo === piece.lineNo && r.from <= piece.from && piece.to <= r.to)
      ? lineOf(draft.order, piece.lineNo).unitCost
      : ZERO,
  );
}

/** Who carries what the buyer got: by `sign` 1 now, by -1 not any more (EXAMPLES 10). */
export function bearTransfers(draft: Draft, a: AfterSale, d: Decision, sign: 1 | -1): void {
  const move = (debit: string, credit: string, amount: Minor) => {
    const [from, to] = sign === 1 ? [debit, credit] : [credit, debit];
    draft.transfer({ afterSaleId: a.id, decisionNo: d.no, phase: 'direct', of: null, debit: from, credit: to, net: amount, tax: ZERO });
  };
  if (d.kind === 'coupon' || d.kind === 'latePayment') return;
  move(d.bearer, 'sales', gross(addMoney(sumPortions(d.portions), d.freight)));
  move('merchant', 'platform', sumOffsets(d.offsets, 'platformPart'));
  move('commission', 'merchant', sumOffsets(d.offsets, 'commission'));
  for (const fee of d.fees) if (fee.to !== 'merchant') move('merchant', fee.to, fee.amount);
}

/** A coupon that comes back only as a whole: paid as one when the shares posted so far make the whole. */
function releaseCoupons(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  if (templateOf(context, a).payout.coupons !== 'whole') return a;
  let row = a;
  for (const tender of draft.order.tenders) {
    if (tender.kind !== 'coupon' || draft.state.couponsHeld[tender.id] !== undefined) continue;
    const cap = draft.cap(tenderCapKey(tender.id));
    if (cap === undefined || cap.posted.net < tender.amount) continue;
    draft.state = { ...draft.state, couponsHeld: { ...draft.state.couponsHeld, [tender.id]: tender.amount } };
    row = decideGrant(draft, context, row, {
      kind: 'coupon',
      portions: [],
      freight: NO_MONEY,
      shares: [{ tenderId: tender.id, amount: tender.amount, points: tender.points ?? 0 }],
      fees: [],
      bearer: row.bearer,
      ended: [],
    });
    row = draft.put(row);
    payAll(draft, context, row);
  }
  return row;
}

/** The posting after which every unit of the order is refunded for good pays the freight (EXAMPLES 8). */
function lastFreight(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  if (a.freight !== 'last' || !context.rules.freightLeft(draft.state.freightReserved)) return a;
  for (const line of draft.lines().values()) if (line.ended < line.quantity) return a;
  const row = draft.put(grantFreight(draft, context, a));
  payAll(draft, context, row);
  return row;
}
