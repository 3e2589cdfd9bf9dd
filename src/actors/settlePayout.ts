import type { AfterSaleId } from '../domain/ids.js';
import { minus, ZERO } from '../domain/money.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import { milliseconds } from '../machines/duration.js';
import { statePath } from '../machines/step.js';
import type { Template } from '../machines/template.js';
import { advance, countPayouts, settlePayments } from './advance.js';
import { BOOK, NOTHING } from './book.js';
import type { BookCommand } from './command.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Draft } from './draft.js';
import { noteMoved, postExcess, postMoved } from './movedElsewhere.js';
import type { Moved } from './movedRoom.js';
import { payoutEffect, postPayout, sendPayout } from './payments.js';
import { type Due, dueAt, restOf } from './payoutDue.js';
import type { AfterSale, Payout } from './rows.js';

/** What gateways say of payouts, and what persons do about those that failed. */

/** The payout of this key, of the book or any after-sale that is loaded with it. */
export function findPayout(draft: Draft, key: string): Payout | undefined {
  const owner = key.slice(0, key.indexOf(':'));
  const own = draft.payoutsOf(owner as AfterSaleId).find((payout) => payout.key === key);
  return own ?? draft.payoutsOf(BOOK).find((payout) => payout.key === key);
}

const alarm = (draft: Draft, payout: Payout, name: string, detail: string): void => {
  draft.effects.push({
    topic: 'alarm',
    key: `alarm:${payout.key}:${draft.nextVersion}:${name}`,
    alarm: name,
    afterSaleId: payout.afterSaleId,
    detail,
  });
};

/** How many attempts were made: what waits has not been sent yet. */
const attemptsAt = ({ state, attempt }: Payout): number => (state === 'waiting' || state === 'held' ? attempt - 1 : attempt);

/** Takes a gateway's answer, callback or the answer to a question. The same word twice changes nothing. */
export function takePayoutResult(
  draft: Draft,
  context: DecisionContext,
  command: Extract<BookCommand, { kind: 'payoutResult' }>,
): AfterSale | Refusal | undefined {
  const payout = findPayout(draft, command.payoutKey);
  if (payout === undefined) return refuse('payout.notFound', 'There is no such payout.', { facts: { payoutKey: command.payoutKey } });
  const { result, attempt } = command;
  const attempts = attemptsAt(payout);
  if (attempt > attempts) {
    return refuse('payout.contradicted', `There have been ${attempts} attempts at this payout.`, {
      path: 'attempt',
      facts: { payoutKey: payout.key, attempts },
    });
  }
  const owner = payout.afterSaleId === null ? undefined : draft.afterSale(payout.afterSaleId);
  if (!context.rules.resultCounts(payout, attempt, result.outcome)) return uncounted(draft, context, payout, command);
  const unconfirmed = result.outcome === 'declined' && result.told === true;
  if (result.outcome === 'unknown' || unconfirmed) {
    if (payout.state === 'unknown') return owner;
    draft.putPayout({ ...payout, state: 'unknown' });
    if (!unconfirmed) alarm(draft, payout, 'payout.unknown', `attempt ${attempt} has no known outcome`);
    draft.effects.push(payoutEffect(payout, attempt, true, owner && templateOf(context, owner), 0, draft.nextVersion));
    return owner === undefined ? undefined : tell(draft, context, owner, 'payout.unknown');
  }
  if (result.outcome === 'declined') {
    draft.putPayout({ ...payout, state: 'declined', reference: result.code });
    return declined(draft, context, { ...payout, state: 'declined' }, owner);
  }
  if (payout.state === 'declined' || attempt !== payout.attempt) {
    alarm(draft, payout, 'payout.paidAfterDecline', `attempt ${attempt} was paid after a confirmed decline`);
  }
  return paidLate(draft, context, payout, attempt, result.reference);
}

/**
 * An attempt that had been declined and is paid after all settles its payout like money that moved elsewhere:
 * the newest attempt stays what it is, since it may be under way and be paid as well. What it pays beyond the rest of
 * the payout, of which a part moved outside meanwhile, has moved once more.
 */
function paidLate(draft: Draft, context: DecisionContext, payout: Payout, attempt: number, reference: string): AfterSale | undefined {
  const isNewest = attempt === payout.attempt;
  const row = payWhole(draft, context, { ...payout, state: 'paid', way: isNewest ? payout.way : 'hand', reference });
  const moved = { reference: `${payout.key}:${attempt}`, tenderId: payout.tenderId, units: null };
  const more = minus(dueAt(payout, attempt).amount, restOf(payout).amount);
  if (more > 0) postFor(draft, context, payout, { ...moved, amount: more });
  else if (!isNewest) noteMoved(draft, moved);
  return row;
}

/** Keeps a payout as paid, and posts what was left of it. */
function payWhole(draft: Draft, context: DecisionContext, paid: Payout): AfterSale | undefined {
  draft.putPayout(paid);
  const owner = paid.afterSaleId === null ? undefined : draft.afterSale(paid.afterSaleId);
  return owner === undefined ? postBookPayout(draft, paid, restOf(paid)) : paidOut(draft, context, owner, paid);
}

/** A word that does not change the payout: a repetition, a contradiction, or money paid once more. */
function uncounted(
  draft: Draft,
  context: DecisionContext,
  payout: Payout,
  command: Extract<BookCommand, { kind: 'payoutResult' }>,
): AfterSale | Refusal | undefined {
  const { result, attempt } = command;
  const owner = payout.afterSaleId === null ? undefined : draft.afterSale(payout.afterSaleId);
  if (result.outcome === 'paid' && (attempt !== payout.attempt || (payout.reference !== result.reference && payout.way === 'hand'))) {
    const moved = { reference: `${payout.key}:${attempt}`, amount: dueAt(payout, attempt).amount, tenderId: payout.tenderId, units: null };
    if (context.rules.movedCounts(draft.state.movedReferences, moved.reference)) {
      alarm(draft, payout, 'payout.paidTwice', `attempt ${attempt} was paid although the payout had been paid`);
      postFor(draft, context, payout, moved);
    }
    return owner;
  }
  if (result.outcome === 'unknown' && payout.state === 'paid' && payout.way === 'hand' && attempt === payout.attempt) {
    // The money moved elsewhere while the gateway was called: that this attempt was paid as well would never be heard of.
    draft.effects.push(payoutEffect(payout, attempt, true, owner && templateOf(context, owner), 0, draft.nextVersion));
  }
  if (result.outcome === 'declined' && payout.state === 'paid' && attempt === payout.attempt && payout.way !== 'hand') {
    return refuse('payout.contradicted', 'The payout was paid; a decline of the same attempt changes nothing.', {
      facts: { payoutKey: payout.key, attempt },
    });
  }
  return owner;
}

/** Posts money that moved for a payout and does not settle it. Money of the book is no refund of a tender: no unit gives it. */
function postFor(draft: Draft, context: DecisionContext, payout: Payout, moved: Moved): AfterSale | undefined {
  if (payout.tenderId !== null) return postMoved(draft, context, { ...moved, tenderId: payout.tenderId });
  postExcess(draft, moved, payout.capKey);
  return undefined;
}

const inRefunding = (a: AfterSale): boolean => statePath(a.chart.value).startsWith('refunding');

function tell(
  draft: Draft,
  context: DecisionContext,
  a: AfterSale,
  type: 'payout.unknown' | 'payout.declined' | 'payout.stuck' | 'payout.paid',
): AfterSale {
  if (!inRefunding(a)) return a;
  const row = advance(draft, context, a, { type, ...countPayouts(draft, a) });
  if (isRefusal(row)) throw new Error(`after-sale ${a.id} takes no ${type}`);
  return row;
}

function paidOut(draft: Draft, context: DecisionContext, a: AfterSale, payout: Payout): AfterSale {
  const posted = draft.put(postPayout(draft, a, payout));
  const told = tell(draft, context, posted, 'payout.paid');
  return settlePayments(draft, context, told);
}

function declined(draft: Draft, context: DecisionContext, payout: Payout, owner: AfterSale | undefined): AfterSale | undefined {
  if (owner !== undefined && inRefunding(owner) && isPaying(owner, payout)) return tell(draft, context, owner, 'payout.declined');
  retryByItself(draft, context, payout, owner);
  return owner;
}

const isPaying = (a: AfterSale, payout: Payout): boolean => a.decisions.some((d) => d.no === payout.decisionNo && d.state === 'paying');

/** Retries for money that no chart waits for: goodwill, advanced freight, late payments. */
const OWN_RETRIES = 3;
const OWN_BACKOFF_MS = 60_000;

function retryByItself(draft: Draft, context: DecisionContext, payout: Payout, owner: AfterSale | undefined): void {
  const template = owner === undefined ? undefined : templateOf(context, owner);
  const retries = template?.payout.retries ?? OWN_RETRIES;
  const backoff = template === undefined ? OWN_BACKOFF_MS : milliseconds(template.payout.backoff);
  if (payout.attempt <= retries) sendUnlessHeld(draft, payout, template, backoff * 2 ** (payout.attempt - 1), owner);
  else alarm(draft, payout, 'payout.manual', 'declined as often as allowed');
}

/** Sends a declined payout once more; on hold its next attempt waits. */
function sendUnlessHeld(draft: Draft, payout: Payout, template: Template | undefined, delayMs: number, owner: AfterSale | undefined): void {
  if (owner === undefined || owner.hold === null) sendPayout(draft, payout, template, delayMs);
  else draft.putPayout({ ...payout, state: 'waiting', attempt: payout.attempt + 1 });
}

function postBookPayout(draft: Draft, payout: Payout, { amount }: Due): undefined {
  draft.moveCap({
    key: payout.capKey,
    limit: NOTHING,
    reserved: { net: -amount, tax: 0, units: 0 },
    posted: { net: amount, tax: 0, units: 0 },
  });
  draft.transfer({
    afterSaleId: null,
    decisionNo: payout.decisionNo,
    phase: 'post',
    of: payout.pendingNo ?? null,
    debit: payout.source ?? 'platform',
    credit: payout.capKey,
    net: amount,
    tax: ZERO,
  });
  return undefined;
}

/** Payouts that are still to be paid, as far as anybody knows. The share of a whole coupon is none: it is posted, and comes back with the others. */
const OPEN: readonly Payout['state'][] = ['waiting', 'begun', 'unknown', 'declined'];

/**
 * Money that moved outside Redress for a payout that the platform names (EXAMPLES 13: first on the reservation of the payout it
 * belongs to). One that is still to be paid is settled by it, wholly or in part, and what is more than that is posted like any
 * money that moved. An attempt that is under way is asked for on: what it pays after all has moved once more.
 */
export function settleFromOutside(
  draft: Draft,
  context: DecisionContext,
  key: string,
  moved: Moved,
  /** the units of the report, as the book is now */
  unitsNow: () => Moved['units'] | Refusal,
): AfterSale | Refusal | boolean {
  const payout = findPayout(draft, key);
  if (payout === undefined) return refuse('payout.notFound', 'There is no such payout.', { path: 'payoutKey', facts: { payoutKey: key } });
  if (moved.tenderId !== null && moved.tenderId !== payout.tenderId) {
    return refuse('payout.contradicted', 'The payout goes to another tender.', { path: 'tenderId', facts: { payoutKey: key } });
  }
  if (!context.rules.movedCounts(draft.state.movedReferences, moved.reference)) return false;
  if (!OPEN.includes(payout.state)) return postFor(draft, context, payout, moved) ?? true;
  if (moved.amount < restOf(payout).amount) return payInPart(draft, context, payout, moved) ?? true;
  const row = payWhole(draft, context, { ...payout, state: 'paid', way: 'hand', reference: moved.reference });
  const more = minus(moved.amount, restOf(payout).amount);
  // A unit that it refunded for good has nothing left to give.
  const units = unitsNow();
  if (isRefusal(units)) return units;
  if (more === 0) noteMoved(draft, moved);
  else postFor(draft, context, payout, { ...moved, units, amount: more });
  return row ?? true;
}

/** A part of a payout moved outside: it is posted on the reservation of that payout, and the next attempt that is sent pays the rest. */
function payInPart(draft: Draft, context: DecisionContext, payout: Payout, moved: Moved): AfterSale | undefined {
  noteMoved(draft, moved);
  const left: Payout = { ...payout, outside: [...(payout.outside ?? []), { after: attemptsAt(payout), amount: moved.amount }] };
  draft.putPayout(left);
  const part = { amount: moved.amount, points: restOf(payout).points - restOf(left).points };
  const owner = payout.afterSaleId === null ? undefined : draft.afterSale(payout.afterSaleId);
  if (owner === undefined) return postBookPayout(draft, payout, part);
  const posted = draft.put(postPayout(draft, owner, payout, part));
  // Until now nothing of what waits had gone out, and the chart let it be taken back.
  return payout.state === 'waiting' ? tell(draft, context, posted, 'payout.paid') : posted;
}

/** The poller gave up for now: a person is told. The payout stays unknown. */
export function takePayoutStuck(
  draft: Draft,
  context: DecisionContext,
  command: Extract<BookCommand, { kind: 'payoutStuck' }>,
): AfterSale | Refusal | undefined {
  const payout = findPayout(draft, command.payoutKey);
  if (payout === undefined) return refuse('payout.notFound', 'There is no such payout.', { facts: { payoutKey: command.payoutKey } });
  const owner = payout.afterSaleId === null ? undefined : draft.afterSale(payout.afterSaleId);
  if (command.attempt !== payout.attempt || (payout.state !== 'unknown' && payout.state !== 'begun')) return owner;
  draft.putPayout({ ...payout, state: 'unknown' });
  alarm(draft, payout, 'payout.stuck', 'asked as often as the template allows; the outcome is still unknown');
  return owner === undefined ? undefined : tell(draft, context, owner, 'payout.stuck');
}

/** What a person does about a payout that no chart waits for. */
export function givePayoutCommand(
  draft: Draft,
  context: DecisionContext,
  command: Extract<BookCommand, { kind: 'payout' }>,
): AfterSale | Refusal | undefined {
  const payout = findPayout(draft, command.payoutKey);
  if (payout === undefined) return refuse('payout.notFound', 'There is no such payout.', { facts: { payoutKey: command.payoutKey } });
  const owner = payout.afterSaleId === null ? undefined : draft.afterSale(payout.afterSaleId);
  if (owner !== undefined && inRefunding(owner) && isPaying(owner, payout)) {
    return refuse('command.notAllowed', 'The after-sale itself takes this command.', { facts: { afterSaleId: owner.id } });
  }
  const template = owner === undefined ? undefined : templateOf(context, owner);
  if (payout.state === 'unknown' && command.command.type === 'retry') {
    draft.effects.push(payoutEffect(payout, payout.attempt, true, template, 0, draft.nextVersion));
    return owner;
  }
  if (payout.state === 'unknown')
    return refuse('command.payoutUnknown', 'The outcome of the payout is not known yet; it can only be asked for again.');
  if (payout.state !== 'declined')
    return refuse('command.notAllowed', `The payout is ${payout.state}.`, { facts: { state: payout.state } });
  if (command.command.type === 'paidByHand') {
    return payWhole(draft, context, { ...payout, state: 'paid', way: 'hand', reference: command.command.reference });
  }
  const next =
    command.command.type === 'anotherWay' ? { ...payout, way: command.command.way, account: command.command.account ?? null } : payout;
  sendUnlessHeld(draft, next, template, 0, owner);
  return owner;
}
