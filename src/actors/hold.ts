import { instant } from '../domain/ids.js';
import { isRefusal, refuse } from '../domain/refusals.js';
import { durationText, milliseconds } from '../machines/duration.js';
import { advance, isAllowed, resumeTimers, suspendTimers } from './advance.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Draft } from './draft.js';
import { notAllowed, type Of, type Result } from './judging.js';
import { reserveLeft } from './release.js';
import type { AfterSale } from './rows.js';

/** Deadlines that run longer, or stand still for a while. */

/**
 * Every deadline of an after-sale runs longer, those that stand still too. Refuses with `command.notAllowed` where
 * none runs, and with `command.limitReached` beyond what the template allows of all extensions together.
 */
export function extend(draft: Draft, context: DecisionContext, a: AfterSale, command: Of<'extend'>): Result {
  if (!isAllowed(context, a, { type: 'extend' })) return notAllowed(a, 'extend');
  const timers = draft.timersOf(a.id);
  if (timers.length === 0) return refuse('command.notAllowed', 'No deadline runs that could be extended.', { path: 'by' });
  const most = milliseconds(templateOf(context, a).limits.extend) - a.extendedMs;
  if (command.byMs > most) {
    return refuse('command.limitReached', `Deadlines can be extended by ${durationText(most)} more.`, { path: 'by', facts: { most } });
  }
  for (const timer of timers) {
    const suspendedMs = timer.suspendedMs === null ? null : timer.suspendedMs + command.byMs;
    draft.setTimer({ ...timer, dueAt: instant(timer.dueAt + command.byMs), suspendedMs });
  }
  return advance(draft, context, { ...a, extendedMs: a.extendedMs + command.byMs }, { type: 'extend' });
}

/** Stops the deadlines and new payouts of an after-sale, until it is released or its hold runs out. Refuses where the chart does. */
export function hold(draft: Draft, context: DecisionContext, a: AfterSale): Result {
  const row = advance(draft, context, a, { type: 'hold' });
  if (isRefusal(row)) return row;
  return holdRow(draft, row, false);
}

/** Marks the row as held and stops its deadlines. */
export function holdRow(draft: Draft, a: AfterSale, byExternal: boolean): AfterSale {
  const held = draft.put({ ...a, hold: { at: draft.now, byExternal } });
  suspendTimers(draft, held);
  return held;
}

/** Ends a hold, by a person or its own deadline: deadlines run on, payouts go, and what was voided meanwhile is reserved again. */
export function release(draft: Draft, context: DecisionContext, a: AfterSale, by: 'release' | 'holdExpired'): Result {
  if (!isAllowed(context, a, { type: by })) return notAllowed(a, by);
  resumeTimers(draft, a);
  const free = draft.put({ ...a, hold: null });
  const refilled = a.hold?.byExternal === true ? reserveLeft(draft, context, free) : free;
  return advance(draft, context, refilled, { type: by });
}
