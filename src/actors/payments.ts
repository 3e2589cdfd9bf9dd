import type { TenderId } from '../domain/ids.js';
import { minor, money, NO_MONEY } from '../domain/money.js';
import type { TenderShare } from '../domain/tenders.js';
import { countUnits, unitsIn } from '../domain/units.js';
import { milliseconds } from '../machines/duration.js';
import type { Template } from '../machines/template.js';
import { bearTransfers, goodsBack, offsetsFor } from './bearers.js';
import { tenderCapKey } from './book.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Draft } from './draft.js';
import { decideGrant, grantFreight } from './grants.js';
import { payable, postFreight, settle, tenderMoves, unitMoves } from './ledger.js';
import { moveCap, moveTenderCaps, moveUnitCaps } from './moveCaps.js';
import { type Due, restOf } from './payoutDue.js';
import type { AfterSale, Decision, Payout } from './rows.js';

/** Payouts of decisions that grant money, and what is posted when these have succeeded. */

/** The account that owes what a decision grants. */
const owedBy = (a: AfterSale, d: Pick<Decision, 'kind'>): string => (d.kind === 'freight' ? payable('freight') : payable(a.id));

/** Sends one payout's next attempt: the first, or one more after a confirmed decline. */
export function sendPayout(draft: Draft, payout: Payout, template: Template | undefined, delayMs: number): void {
  const attempt = payout.state === 'declined' ? payout.attempt + 1 : payout.attempt;
  draft.putPayout({ ...payout, state: 'begun', attempt });
  draft.effects.push(payoutEffect(payout, attempt, false, template, delayMs, draft.nextVersion));
}

/**
 * The work that sends a payout’s attempt after `delayMs`, or, with `ask`, asks what became of it. Its key is the
 * same for the same attempt.
 */
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

/** Sends the payouts of decisions that wait; those that were declined wait for their turn. */
export function payWaiting(draft: Draft, context: DecisionContext, a: AfterSale, of: (decisionNo: number) => boolean): void {
  if (a.hold !== null) return;
  for (const payout of draft.payoutsOf(a.id)) {
    if (payout.state === 'waiting' && of(payout.decisionNo)) sendPayout(draft, payout, templateOf(context, a), 0);
  }
}

/** Sends the payouts of the newest decision of an after-sale. */
export function payNewest(draft: Draft, context: DecisionContext, a: AfterSale): void {
  const newest = a.decisions.reduce((highest, d) => Math.max(highest, d.no), 0);
  payWaiting(draft, context, a, (no) => no === newest);
}

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

/** Posts what was paid of a payout, all that is left of it where nothing else is said: the tender's cap and its transfer. */
export function postPayout(draft: Draft, a: AfterSale, payout: Payout, paid: Due = restOf(payout)): AfterSale {
  const decision = a.decisions.find((d) => d.no === payout.decisionNo);
  if (decision === undefined || payout.tenderId === null) throw new Error(`payout ${payout.key} belongs to no decision`);
  if (decision.kind === 'coupon') return a;
  const share = { tenderId: payout.tenderId, ...paid };
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

function finishDecision(draft: Draft, context: DecisionContext, a: AfterSale, given: Decision): AfterSale {
  // While the money was on its way its goods may have got lost, or operations named another bearer.
  const d: Decision = { ...given, bearer: a.bearer };
  let row = a;
  for (const payout of draft.payoutsOf(a.id)) {
    if (payout.decisionNo === d.no && payout.state === 'held') row = postPayout(draft, row, payout);
  }
  moveUnitCaps(draft, d.portions, 'post');
  row = settle(draft, row, 'post', d.no, unitMoves(row, d.portions));
  if (d.freight.net !== 0 || d.freight.tax !== 0) row = postFreight(draft, row, d.no, d.freight);
  if (d.kind === 'latePayment') row = postLatePayment(draft, row, d);
  const offsets = offsetsFor(draft, context, { ...d, back: goodsBack(draft, row) });
  let endedNow = 0;
  for (const range of d.ended) {
    const fresh = countUnits(
      unitsIn(draft.line(range.lineNo), range.from, range.to)
        .filter((run) => run.state.ended === 0)
        .map((run) => ({ ...run, lineNo: range.lineNo })),
    );
    moveCap(draft, `line:${range.lineNo}`, NO_MONEY, fresh, a.holds ? 'post' : 'take');
    endedNow += fresh;
  }
  const finished: Decision = { ...d, state: 'paid', offsets };
  bearTransfers(draft, row, finished);
  row = draft.put({ ...row, finishedAt: draft.now, decisions: row.decisions.map((other) => (other.no === d.no ? finished : other)) });
  row = releaseCoupons(draft, context, row);
  return endedNow === 0 ? row : lastFreight(draft, context, row);
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

/** A coupon that comes back only as a whole: paid as one when the shares posted so far make the whole, under whatever template the last was. */
function releaseCoupons(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  let row = a;
  for (const tender of draft.order.tenders) {
    if (tender.kind !== 'coupon' || draft.state.couponsHeld[tender.id] !== undefined) continue;
    const cap = draft.cap(tenderCapKey(tender.id));
    if (cap === undefined || cap.posted.net < tender.amount) continue;
    const held = heldOf(draft, context, tender.id);
    draft.state = { ...draft.state, couponsHeld: { ...draft.state.couponsHeld, [tender.id]: held.amount } };
    if (held.amount === 0) continue;
    row = decideGrant(draft, context, row, {
      kind: 'coupon',
      portions: [],
      freight: NO_MONEY,
      shares: [held],
      fees: [],
      bearer: row.bearer,
      ended: [],
    });
    row = draft.put(row);
    payNewest(draft, context, row);
  }
  return row;
}

/** The shares of a coupon that were posted and held until it is whole. What moved elsewhere went back already. */
function heldOf(draft: Draft, context: DecisionContext, id: TenderId): TenderShare {
  let amount = 0;
  for (const a of draft.afterSales()) amount += heldBy(draft, context, a, id);
  return { tenderId: id, amount: minor(amount), points: 0 };
}

function heldBy(draft: Draft, context: DecisionContext, a: AfterSale, id: TenderId): number {
  let amount = 0;
  for (const payout of draft.payoutsOf(a.id)) {
    const posted = a.decisions.some((d) => d.no === payout.decisionNo && d.state === 'paid');
    if (payout.tenderId === id && payout.state === 'held' && posted) amount += payout.amount;
  }
  return amount > 0 && templateOf(context, a).payout.coupons === 'whole' ? amount : 0;
}

/** Money that moved elsewhere may be the last share of a coupon: the newest after-sale of which a share is held then pays it. */
export function releaseCouponsAfterMoved(draft: Draft, context: DecisionContext): void {
  const coupons = draft.order.tenders.filter((tender) => tender.kind === 'coupon');
  let newest: AfterSale | undefined;
  for (const a of draft.afterSales()) {
    if (!coupons.some(({ id }) => heldBy(draft, context, a, id) > 0)) continue;
    if (newest === undefined || newest.refundId < a.refundId) newest = a;
  }
  if (newest !== undefined) releaseCoupons(draft, context, newest);
}

/** The posting that leaves no unit of the order which is not refunded for good pays the freight (EXAMPLES 8). */
function lastFreight(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  if (a.freight !== 'last' || !context.rules.freightLeft(draft.state.freightReserved)) return a;
  for (const line of draft.lines().values()) if (line.ended < line.quantity) return a;
  const row = draft.put(grantFreight(draft, context, a));
  payNewest(draft, context, row);
  return row;
}
