import { sumPortions } from '../domain/claims.js';
import { gross, least, type Minor, minor } from '../domain/money.js';
import { type Refusal, refuse } from '../domain/refusals.js';
import type { UnitRange } from '../domain/selection.js';
import type { ChartEvent } from '../machines/context.js';
import type { GrantKind } from '../machines/setup.js';
import { type ChartEffect, type Step, statePath, type TimerEvent } from '../machines/step.js';
import type { Bearer } from '../machines/words.js';
import { remediedUnits, unitsAtStake, unitsComingBack } from './atStake.js';
import { rebear, settleEarly } from './bearers.js';
import { type DecisionContext, templateOf } from './context.js';
import { grantDifference } from './difference.js';
import type { Draft } from './draft.js';
import { dropDecisions, feesOf, grantFreight, grantReserved } from './grants.js';
import { grantOf, holdUnits, voidReserved } from './ledger.js';
import { finishDecisions, payAll, payWaiting } from './payments.js';
import { isUntouched } from './payoutDue.js';
import { reserveLeft } from './release.js';
import type { AfterSale, Payout } from './rows.js';

/** What a command says besides its event: an amount of a grant, another bearer. */
export interface Details {
  /** grant only this much */
  readonly amount?: Minor;
  readonly bearer?: Bearer;
}

/** Takes an event through the chart and carries out all that it asks for, or refuses with `command.notAllowed`. */
export function advance(
  draft: Draft,
  context: DecisionContext,
  a: AfterSale,
  event: ChartEvent | TimerEvent,
  details: Details = {},
): AfterSale | Refusal {
  const taken = context.charts.step(a.type, templateOf(context, a), a.chart, event);
  if (taken === undefined) {
    return refuse('command.notAllowed', `In ${statePath(a.chart.value)} this is not allowed.`, {
      facts: { state: statePath(a.chart.value) },
    });
  }
  return carryOut(draft, context, chosenBy(a, event, taken), taken, details);
}

/** A verdict, and goods that do not reach the buyer in time, choose the units that they are about. */
function chosenBy(a: AfterSale, event: ChartEvent | TimerEvent, taken: Step): AfterSale {
  const to = statePath(taken.snapshot.value);
  const leaves = /^(sendingBack|arbitrating)/.test(statePath(a.chart.value)) && to.startsWith('refunding');
  const gives = event.type.startsWith('override.') && event.type !== 'override.bearer' && /^(refunding|exchanging|repairing)\./.test(to);
  return leaves || gives ? { ...a, remedied: unitsAtStake(a) } : a;
}

/** Whether the chart allows an event now. */
export function isAllowed(context: DecisionContext, a: AfterSale, event: ChartEvent): boolean {
  return context.charts.permits(a.type, templateOf(context, a), a.chart)(event);
}

/** Carries out one step of a chart: timers, effects in their order, then money that needs no payout. */
export function carryOut(draft: Draft, context: DecisionContext, a: AfterSale, taken: Step, details: Details): AfterSale {
  let row: AfterSale = { ...a, chart: taken.snapshot, goods: taken.snapshot.context.goods };
  if (endsGoodsStep(a, row)) row = { ...row, finishedAt: draft.now };
  // Goods that come back once more are looked at once more.
  const atBuyer = row.goods === 'buyer' || row.goods === 'back';
  if (atBuyer && statePath(row.chart.value).startsWith('returning')) row = { ...row, passed: null, remedied: null, sellable: false };
  for (const timer of taken.timers) {
    if ('clear' in timer) draft.clearTimer(a.id, timer.clear);
    else {
      const suspended = row.hold !== null && timer.set !== 'hold';
      draft.setTimer({
        afterSaleId: a.id,
        timerId: timer.set,
        dueAt: draft.later(timer.delayMs),
        suspendedMs: suspended ? timer.delayMs : null,
      });
    }
  }
  row = draft.put(row);
  for (const effect of taken.effects) row = draft.put(effectOf(draft, context, row, effect, details));
  if (row.holds && !context.rules.holdsUntilEnd(row)) row = letGo(draft, row);
  return settlePayments(draft, context, row);
}

const WITH_GOODS = /^(returning\.(inTransit|inspecting)$|exchanging\.|repairing\.|sendingBack\.)/;

/** Whether a step of the chart brings goods somewhere else, or ends what is done with them where they are. */
function endsGoodsStep(before: AfterSale, after: AfterSale): boolean {
  const from = statePath(before.chart.value);
  return from !== statePath(after.chart.value) && (before.goods !== after.goods || WITH_GOODS.test(from));
}

/** Finishes what is paid; when nothing is left to pay, the money step of the chart ends. */
export function settlePayments(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  const finished = finishDecisions(draft, context, a);
  const row = draft.put(finished.a);
  if (!finished.done || !statePath(row.chart.value).startsWith('refunding')) return row;
  const taken = context.charts.step(row.type, templateOf(context, row), row.chart, { type: 'payout.done', ...countPayouts(draft, row) });
  if (taken === undefined) throw new Error(`after-sale ${row.id} cannot end its payment in ${statePath(row.chart.value)}`);
  return carryOut(draft, context, row, taken, {});
}

/** How the payouts of decisions that are not finished stand. */
export function countPayouts(draft: Draft, a: AfterSale): { declined: number; unknown: number; begun: number } {
  const paying = new Set(a.decisions.filter((d) => d.state === 'paying').map((d) => d.no));
  const payouts = draft.payoutsOf(a.id).filter((p) => paying.has(p.decisionNo));
  const count = (state: Payout['state']) => payouts.filter((p) => p.state === state).length;
  const begun = payouts.filter((p) => p.state !== 'dropped' && !isUntouched(p)).length;
  return { declined: count('declined'), unknown: count('unknown'), begun };
}

function effectOf(draft: Draft, context: DecisionContext, a: AfterSale, effect: ChartEffect, details: Details): AfterSale {
  switch (effect.type) {
    case 'grant':
      return grant(draft, context, a, effect.kind, details);
    case 'pay':
      payAll(draft, context, a);
      return a;
    case 'sendWaiting':
      payWaiting(draft, context, a, () => true);
      return a;
    case 'toWallet':
      for (const p of draft.payoutsOf(a.id)) if (p.state === 'declined') draft.putPayout({ ...p, way: 'wallet' });
      return a;
    case 'end':
      return endAfterSale(draft, context, a);
    case 'reserve':
      return reserveAgain(draft, context, a);
    case 'drop':
      return dropDecisions(draft, a);
    case 'bearLoss':
      return { ...a, bearer: templateOf(context, a).returning.lostBorneBy };
    case 'rebear':
      return details.bearer === undefined ? a : rebear(draft, context, a, details.bearer);
    case 'settleEarly':
      return settleEarly(draft, context, a);
    case 'pickup':
      draft.effects.push({ topic: 'pickup', key: `pickup:${a.id}:${draft.nextVersion}`, afterSaleId: a.id });
      return a;
    case 'alarm':
      draft.effects.push({
        topic: 'alarm',
        key: `alarm:${a.id}:${draft.nextVersion}:${effect.alarm}`,
        alarm: effect.alarm,
        afterSaleId: a.id,
        detail: effect.alarm,
      });
      return a;
    default:
      return a;
  }
}

/** Grants money of the reservation, as much as the kind of decision gives. */
function grant(draft: Draft, context: DecisionContext, given: AfterSale, kind: GrantKind, details: Details): AfterSale {
  const { rules } = context;
  // What money that moved elsewhere has voided is reserved again as far as it is left, on hold as well.
  const a = given.hold?.byExternal === true ? reserveLeft(draft, context, given) : given;
  const bearer = details.bearer ?? a.bearer;
  const row = details.bearer === undefined ? a : { ...a, bearer };
  if (kind === 'difference') return grantDifference(draft, context, row, minor(-a.difference), bearer);
  const ranges = rangesOf(a, kind);
  const asked = kind === 'offer' ? (a.offer?.amount ?? null) : (details.amount ?? null);
  const all = gross(sumPortions(grantOf(draft, rules, a, ranges, null)));
  const amount = asked === null ? null : least(asked, all);
  const wholly = amount === null && a.claim === 'unit';
  const decided = a.decisions.filter((d) => d.state !== 'dropped');
  const charged = (kind === 'approval' || kind === 'inspection') && wholly && a.goods !== 'lost' && !rules.feesTaken(decided);
  const fees = charged ? feesOf(templateOf(context, a), a, all, draft.order.currency.code) : [];
  const kept = fees.reduce((sum, fee) => sum + fee.amount, 0);
  const portions = grantOf(draft, rules, a, ranges, kept > 0 ? minor(all - kept) : amount);
  const ended = wholly ? (ranges ?? a.units) : [];
  const granted = grantReserved(draft, context, row, { kind, portions, fees, bearer, ended });
  if (a.freight === 'now' && wholly && rules.freightLeft(draft.state.freightReserved)) {
    return grantFreight(draft, context, draft.put(granted));
  }
  return granted;
}

/** Whose money a grant gives: of the units that passed or were chosen, where only these are dealt with; else of all. */
function rangesOf(a: AfterSale, kind: GrantKind): readonly UnitRange[] | null {
  if (kind === 'inspection') return a.passed ?? unitsComingBack(a);
  return kind === 'fallback' || kind === 'override' ? remediedUnits(a) : null;
}

/** The end of an after-sale: what is still reserved is voided, and its units are free. */
function endAfterSale(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  for (const timer of draft.timersOf(a.id)) {
    if (timer.suspendedMs !== null) draft.setTimer({ ...timer, dueAt: draft.later(timer.suspendedMs), suspendedMs: null });
  }
  const released = context.rules.voidsOnEnd() ? voidReserved(draft, a) : a;
  if (a.holds) holdUnits(draft, a.units, 'void');
  const ended = { ...released, holds: false, hold: null };
  // A late payment goes back whatever becomes of the after-sale; only a hold had kept it.
  payWaiting(draft, context, ended, () => true);
  return ended;
}

/** The units are free from now on. */
function letGo(draft: Draft, a: AfterSale): AfterSale {
  holdUnits(draft, a.units, 'void');
  return draft.put({ ...a, holds: false });
}

/** An appeal holds its units again, and reserves what is left of them. */
function reserveAgain(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  holdUnits(draft, a.units, 'reserve');
  return reserveLeft(draft, context, draft.put({ ...a, holds: true }));
}

/** Puts an after-sale on hold: its deadlines stand still. */
export function suspendTimers(draft: Draft, a: AfterSale): void {
  for (const timer of draft.timersOf(a.id)) {
    if (timer.timerId === 'hold' || timer.suspendedMs !== null) continue;
    draft.setTimer({ ...timer, suspendedMs: Math.max(0, timer.dueAt - draft.now) });
  }
}

/** Its deadlines run again, with what was left of them. */
export function resumeTimers(draft: Draft, a: AfterSale): void {
  for (const timer of draft.timersOf(a.id)) {
    if (timer.suspendedMs === null) continue;
    draft.setTimer({ ...timer, dueAt: draft.later(timer.suspendedMs), suspendedMs: null });
  }
}
