import { gross, type Minor, minor } from '../domain/money.js';
import { type Refusal, refuse } from '../domain/refusals.js';
import { piecesOf } from '../domain/units.js';
import type { ChartEvent } from '../machines/context.js';
import type { GrantKind } from '../machines/setup.js';
import { allows, type ChartEffect, type Step, statePath, step, type TimerEvent } from '../machines/step.js';
import type { Bearer } from '../machines/words.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Draft } from './draft.js';
import { grantOf, holdUnits, reserve, sharesFor, voidReserved } from './ledger.js';
import { bearTransfers, dropDecisions, feesOf, finishDecisions, grantFreight, grantReserved, payAll } from './payments.js';
import type { AfterSale, Decision, Payout } from './rows.js';

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
  const chart = context.charts.of(a.type, templateOf(context, a));
  const taken = step(chart, a.chart, event);
  if (taken === undefined) {
    return refuse('command.notAllowed', `In ${statePath(a.chart.value)} this is not allowed.`, {
      facts: { state: statePath(a.chart.value) },
    });
  }
  return carryOut(draft, context, a, taken, details);
}

/** Whether the chart allows an event now. */
export function isAllowed(context: DecisionContext, a: AfterSale, event: ChartEvent): boolean {
  return allows(context.charts.of(a.type, templateOf(context, a)), a.chart, event);
}

/** Carries out one step of a chart: timers, effects in their order, then money that needs no payout. */
export function carryOut(draft: Draft, context: DecisionContext, a: AfterSale, taken: Step, details: Details): AfterSale {
  let row: AfterSale = { ...a, chart: taken.snapshot, goods: taken.snapshot.context.goods };
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
  return settlePayments(draft, context, row);
}

/** Finishes what is paid; when nothing is left to pay, the money step of the chart ends. */
export function settlePayments(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  const finished = finishDecisions(draft, context, a);
  const row = draft.put(finished.a);
  if (!finished.done || !statePath(row.chart.value).startsWith('refunding')) return row;
  const chart = context.charts.of(row.type, templateOf(context, row));
  const taken = step(chart, row.chart, { type: 'payout.done', ...countPayouts(draft, row) });
  if (taken === undefined) throw new Error(`after-sale ${row.id} cannot end its payment in ${statePath(row.chart.value)}`);
  return carryOut(draft, context, row, taken, {});
}

/** How the payouts of decisions that are not finished stand. */
export function countPayouts(draft: Draft, a: AfterSale): { declined: number; unknown: number; begun: number } {
  const paying = new Set(a.decisions.filter((d) => d.state === 'paying').map((d) => d.no));
  const count = (states: readonly Payout['state'][]) =>
    draft.payoutsOf(a.id).filter((p) => paying.has(p.decisionNo) && states.includes(p.state)).length;
  return { declined: count(['declined']), unknown: count(['unknown']), begun: count(['begun', 'unknown', 'declined', 'paid']) };
}

function effectOf(draft: Draft, context: DecisionContext, a: AfterSale, effect: ChartEffect, details: Details): AfterSale {
  switch (effect.type) {
    case 'grant':
      return grant(draft, context, a, effect.kind, details);
    case 'pay':
      payAll(draft, context, a);
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
function grant(draft: Draft, context: DecisionContext, a: AfterSale, kind: GrantKind, details: Details): AfterSale {
  const { rules } = context;
  const passedOnly = kind === 'inspection' || kind === 'difference' || (kind === 'fallback' && a.chart.context.rest);
  const ranges = passedOnly ? a.passed : null;
  const bearer = details.bearer ?? a.bearer;
  const row = details.bearer === undefined ? a : { ...a, bearer };
  const amount = kind === 'offer' ? (a.offer?.amount ?? null) : kind === 'difference' ? minor(-a.difference) : (details.amount ?? null);
  const wholly = amount === null && a.claim === 'unit';
  let portions = grantOf(draft, rules, a, ranges, amount);
  const charged = (kind === 'approval' || kind === 'inspection') && wholly && a.goods !== 'lost' && !rules.feesTaken(a.decisions);
  const goods = minor(portions.reduce((all, p) => all + gross(p) * (p.to - p.from + 1), 0));
  const fees = charged ? feesOf(templateOf(context, a), a, goods, draft.order.currency.code) : [];
  const kept = fees.reduce((all, fee) => all + fee.amount, 0);
  if (kept > 0) portions = grantOf(draft, rules, a, ranges, minor(goods - kept));
  const ended = wholly ? (ranges ?? a.units) : [];
  const granted = grantReserved(draft, context, row, { kind, portions, fees, bearer, ended });
  if (a.freight === 'now' && wholly && rules.freightLeft(draft.state.freightReserved)) {
    return grantFreight(draft, context, draft.put(granted));
  }
  return granted;
}

/** The end of an after-sale: what is still reserved is voided, and its units are free. */
function endAfterSale(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  for (const timer of draft.timersOf(a.id)) {
    if (timer.suspendedMs !== null) draft.setTimer({ ...timer, dueAt: draft.later(timer.suspendedMs), suspendedMs: null });
  }
  const released = context.rules.voidsOnEnd() ? voidReserved(draft, a) : a;
  if (a.holds) holdUnits(draft, a.units, 'void');
  return { ...released, holds: false, hold: null, finishedAt: a.finishedAt ?? draft.now };
}

/** An appeal reserves what is left of its units, or what a claim of money asked for and did not get. */
function reserveAgain(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  const { rules } = context;
  holdUnits(draft, a.units, 'reserve');
  const held = draft.put({ ...a, holds: true });
  const portions = appealPortions(draft, context, a);
  const row = reserve(draft, held, portions, sharesFor(draft, rules, portions, templateOf(context, a).payout.tenders));
  return row;
}

/** What an appeal would reserve now. */
export function appealPortions(draft: Draft, context: DecisionContext, a: AfterSale) {
  const pieces = piecesOf(draft.lines(), draft.split.runs, a.units);
  const units = pieces.map((p) => ({ lineNo: p.lineNo, from: p.from, to: p.to, cost: p.cost, standing: p.state.standing, left: p.left }));
  if (a.claim === 'unit') return context.rules.claimWhole(units).filter((p) => p.net !== 0 || p.tax !== 0);
  const granted = a.decisions.filter((d) => d.state === 'paid').reduce((all, d) => all + d.shares.reduce((n, s) => n + s.amount, 0), 0);
  const left = units.reduce((all, u) => all + gross(u.left) * (u.to - u.from + 1), 0);
  const amount = minor(Math.max(0, Math.min((a.asked ?? 0) - granted, left)));
  return amount === 0 ? [] : context.rules.claimAmount(units, amount).filter((p) => p.net !== 0 || p.tax !== 0);
}

/** Another bearer carries what was paid: the old transfers are turned round and made anew. The buyer keeps all. */
function rebear(draft: Draft, context: DecisionContext, a: AfterSale, bearer: Bearer): AfterSale {
  const decisions = a.decisions.map((d) => {
    if (d.state !== 'paid' || d.bearer === bearer) return d;
    bearTransfers(draft, a, d, -1);
    const next = { ...d, bearer, offsets: offsetsBorneBy(draft, context, d, bearer) };
    bearTransfers(draft, a, next, 1);
    return next;
  });
  return { ...a, bearer, decisions };
}

/** The offsets of a paid decision if another had borne it: what the goods were worth stays as it is. */
function offsetsBorneBy(draft: Draft, context: DecisionContext, d: Decision, bearer: Bearer): Decision['offsets'] {
  const none = minor(0);
  if (bearer !== 'merchant') return d.offsets.map((o) => ({ ...o, borne: none, commission: none, platformPart: none }));
  const pieces = piecesOf(draft.lines(), draft.split.runs, d.portions);
  const borne = context.rules.offsetsOf(pieces, d.portions, true, () => none);
  return [...d.offsets.map((o) => ({ ...o, borne: none, commission: none, platformPart: none })).filter((o) => o.cost > 0), ...borne];
}

/** Goods that were paid for early were looked at: that sets bearer and cost offset, never the money. */
function settleEarly(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  const moved = rebear(draft, context, a, a.bearer);
  if (!a.sellable || a.goods !== 'merchant') return moved;
  const passed = a.passed ?? a.units;
  const decisions = moved.decisions.map((d) => {
    if (d.state !== 'paid' || !d.ends) return d;
    const offsets = d.offsets.map((o) => {
      if (o.cost > 0 || !passed.some((r) => r.lineNo === o.lineNo && r.from <= o.from && o.to <= r.to)) return o;
      return { ...o, cost: draft.order.lines.find((line) => line.lineNo === o.lineNo)?.unitCost ?? minor(0) };
    });
    return { ...d, offsets };
  });
  return { ...moved, decisions };
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
