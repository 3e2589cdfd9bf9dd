import { type Refusal, refuse } from '../domain/refusals.js';
import type { ChartEvent } from '../machines/context.js';
import { statePath } from '../machines/step.js';
import { isAllowed } from './advance.js';
import type { AfterSaleCommand } from './command.js';
import type { DecisionContext } from './context.js';
import type { AfterSale } from './rows.js';

/** What all commands of an after-sale have in common. */

export type Of<T extends AfterSaleCommand['type']> = Extract<AfterSaleCommand, { type: T }>;
export type Result = AfterSale | Refusal;

/** Why the state does not take a command. */
export function notAllowed(a: AfterSale, type: string): Refusal {
  const state = statePath(a.chart.value);
  return refuse('command.notAllowed', `In ${state} there is no ${type}.`, { facts: { state, command: type } });
}

/** Goes on only where the chart takes the event. */
export function whenAllowed(context: DecisionContext, a: AfterSale, event: ChartEvent, then: () => Result): Result {
  return isAllowed(context, a, event) ? then() : notAllowed(a, event.type);
}
