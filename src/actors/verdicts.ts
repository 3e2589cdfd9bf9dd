import { addPortions, portionsWithin, sumPortions } from '../domain/claims.js';
import { gross, type Minor, ZERO } from '../domain/money.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import { withoutRanges } from '../domain/units.js';
import type { ChartEvent, VerdictWord } from '../machines/context.js';
import { statePath } from '../machines/step.js';
import { advance, isAllowed } from './advance.js';
import { unitsAtStake } from './atStake.js';
import { inCurrency } from './claimed.js';
import type { Price, Verdict } from './command.js';
import { type DecisionContext, templateOf } from './context.js';
import { differenceOf, differenceWord, hasPaid, unitsLeft } from './difference.js';
import type { Draft } from './draft.js';
import { freightOf, refundsAnyway } from './freight.js';
import { portionsHeld } from './grantAnew.js';
import { dropDecisions } from './grants.js';
import { notAllowed, type Of, type Result } from './judging.js';
import { priceMissing, withPrice } from './namedPrice.js';
import { grantable, reserveLeft } from './release.js';
import type { AfterSale, Decision } from './rows.js';

/** A ruling, or an override by operations. */
export function verdict(draft: Draft, context: DecisionContext, given: AfterSale, command: Of<'rule'> | Of<'override'>): Result {
  const word: VerdictWord = command.verdict.outcome;
  const event: ChartEvent = { type: `${command.type}.${word}` };
  if (!isAllowed(context, given, event)) return verdictRefusal(given, command);
  if (command.type === 'override' && given.decisions.some((d) => followsFromPosted(given, d))) {
    return refuse('command.payoutBegun', 'Money that was posted is being paid back.');
  }
  if (command.type === 'override' && given.decisions.some((d) => isOfReplaced(given, d))) {
    return refuse('command.payoutBegun', 'The difference of pieces that were replaced is paid back first.');
  }
  if (command.type === 'override' && word === 'upheld') {
    const owed = givesUpDifference(draft, given);
    if (owed !== undefined) return owed;
  }
  const { verdict: said } = command;
  const a = command.type === 'override' && command.returnAddress !== undefined ? { ...given, returnAddress: command.returnAddress } : given;
  if (said.outcome === 'upheld') return advance(draft, context, a, event);
  const bearer = said.bearer === undefined ? {} : { bearer: said.bearer };
  if (said.outcome === 'bearer') return advance(draft, context, a, event, bearer);
  if (said.outcome !== 'refund') {
    const priced = said.outcome === 'exchange' ? pricedBy(draft, a, said.price) : a;
    if (isRefusal(priced)) return priced;
    const claimed = claimGoods(draft, context, { ...priced, bearer: said.bearer ?? a.bearer });
    if (said.outcome === 'exchange') return exchangeNow(draft, context, claimed, command.type);
    return advance(draft, context, { ...claimed, difference: ZERO }, event);
  }
  const amount = grantedAmount(draft, context, a, said);
  if (isRefusal(amount)) return amount;
  if (amount !== null && takesGoods(draft, context, a)) {
    return refuse('command.goodsHeld', 'The merchant has the goods or gets them: all that is left is paid for them, or they go back.', {
      path: 'verdict.amount',
      facts: { goods: a.chart.context.goods },
    });
  }
  return advance(draft, context, a, event, amount === null ? bearer : { ...bearer, amount });
}

/** For another SKU a verdict names the price where nobody has, and may name another; for the same there is none. */
function pricedBy(draft: Draft, a: AfterSale, price: Price | undefined): Result {
  if (price !== undefined && a.wanted?.same === false) return withPrice(draft, a, price, 'verdict.price');
  if (price !== undefined)
    return refuse('command.priceUnexpected', 'An exchange for the same SKU has no difference.', { path: 'verdict.price' });
  return a.wanted?.same === false && a.wanted.price === null ? priceMissing('verdict.price') : a;
}

/** A verdict for an exchange asks for its difference, or gives it, as an approval does: nobody may come to inspect the goods. */
function exchangeNow(draft: Draft, context: DecisionContext, a: AfterSale, by: 'rule' | 'override'): Result {
  const row = draft.put(dropDecisions(draft, a));
  const priced: AfterSale = { ...row, difference: differenceOf(draft, row, unitsAtStake(row)) };
  const event: ChartEvent = { type: `${by}.exchange`, difference: differenceWord(priced.difference) };
  return advance(draft, context, priced, event);
}

/** Goods that come back are paid for as whole units, whatever part of their money was asked for before. */
function claimGoods(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  if (a.claim === 'unit') return a;
  const freight = freightOf(templateOf(context, a), a.fault);
  // They may go to the buyer once more: what was paid for their weight must not be paid again then.
  const paid = a.decisions.filter((d) => d.state === 'paid').flatMap((d) => d.portions);
  const missing = a.claim === 'weight' ? addPortions([], paid) : [];
  return reserveLeft(draft, context, draft.put({ ...a, claim: 'unit', asked: null, missing, freight }));
}

/**
 * Whether the merchant has goods, or soon has, that are not paid for: what waits on hold is not, as a verdict takes it back,
 * nor is a unit refunded for good elsewhere of which something is left. Those of an after-sale that had ended were dealt with before.
 */
function takesGoods(draft: Draft, context: DecisionContext, a: AfterSale): boolean {
  const { goods } = a.chart.context;
  if ((goods !== 'merchant' && goods !== 'underway') || statePath(a.chart.value).startsWith('arbitrating')) return false;
  const paid = a.decisions.filter((d) => d.state === 'paid').flatMap((d) => d.ended);
  const unpaid = withoutRanges(unitsAtStake(a), paid);
  const held = gross(sumPortions(portionsWithin(portionsHeld(a), unpaid)));
  return unitsLeft(draft, unpaid).length > 0 || held > 0 || grantable(draft, context, a, unpaid) > 0;
}

/** The last freight and a whole coupon go back for what others have posted; no verdict takes that back. */
const followsFromPosted = (a: AfterSale, d: Decision): boolean =>
  d.state === 'paying' && (d.kind === 'coupon' || (d.kind === 'freight' && a.freight === 'last'));

/** The buyer has the new pieces, and a verdict on the rest must neither take their difference away nor decide about them once more. */
const isOfReplaced = (a: AfterSale, d: Decision): boolean => d.state === 'paying' && d.kind === 'difference' && a.chart.context.rest;

/** What an exchange made of a difference outlives a verdict that gives nothing: the buyer gets it, or gets it back. */
function givesUpDifference(draft: Draft, a: AfterSale): Refusal | undefined {
  if (a.decisions.some(({ state, kind }) => state === 'paying' && kind === 'difference'))
    return refuse('command.payoutBegun', 'The new piece was cheaper: the difference is paid back first.');
  if (statePath(a.chart.value).startsWith('arbitrating') || !hasPaid(draft, a)) return undefined;
  return refuse('command.notAllowed', 'The buyer has paid for a new piece that did not come: a verdict gives that back.', {
    facts: { state: statePath(a.chart.value) },
  });
}

function grantedAmount(
  draft: Draft,
  context: DecisionContext,
  a: AfterSale,
  said: Extract<Verdict, { outcome: 'refund' }>,
): Minor | null | Refusal {
  const undone = a.decisions.filter((d) => d.state === 'paying').reduce((all, d) => all + gross(sumPortions(d.portions)), 0);
  const most = grantable(draft, context, a, unitsAtStake(a)) + undone;
  if (most === 0 && said.amount === undefined && refundsAnyway(draft, a)) return null;
  if (most === 0) return refuse('amount.nothingLeft', 'Nothing is left that could be refunded.', { path: 'verdict.outcome' });
  if (said.amount === undefined) return null;
  const amount = inCurrency(draft, said.amount, 'verdict.amount');
  if (isRefusal(amount)) return amount;
  if (amount < 1 || amount > most) {
    return refuse('command.amountInvalid', `At most ${most} can be refunded.`, {
      path: 'verdict.amount.amount',
      facts: { least: 1, most },
    });
  }
  return amount;
}

/** Why a verdict is not possible now: the chart says no for one of these reasons. */
function verdictRefusal(a: AfterSale, command: Of<'rule'> | Of<'override'>): Refusal {
  const { begun, unknown, goods } = a.chart.context;
  if (command.type === 'override' && unknown > 0) return refuse('command.payoutUnknown', 'The outcome of a payout is not known yet.');
  if (command.type === 'override' && begun > 0) return refuse('command.payoutBegun', 'A payout of this after-sale has begun.');
  if (command.type === 'override' && command.verdict.outcome === 'upheld' && (goods === 'merchant' || goods === 'underway')) {
    return refuse('command.goodsHeld', 'The goods are with the merchant or on their way there.', { facts: { goods } });
  }
  return notAllowed(a, `${command.type} with ${command.verdict.outcome}`);
}
