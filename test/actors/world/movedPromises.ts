import type { OrderReport } from '../../../src/actors/command.js';
import type { AfterSale } from '../../../src/actors/rows.js';
import type { SelectionEntry } from '../../../src/domain/selection.js';
import type { History } from './history.js';
import { sumOf, unitsOfRange } from './reckoning.js';

/** A promise about money that moved elsewhere, reckoned from the rows alone. Gives what is wrong, as sentences. */

/** Where such money exceeds, open after-sales of its units have yielded whatever is not on its way. */
export function reservationsYield(history: History, report: OrderReport, transfersBefore: number): string[] {
  if (report.type !== 'movedElsewhere' || report.tenderId !== undefined || report.payoutKey !== undefined) return [];
  const exceeds = history.transfers.slice(transfersBefore).some(({ debit }) => debit === 'excess');
  if (!exceeds) return [];
  const every = [...history.units().keys()];
  const named = new Set(report.units === undefined ? every : report.units.selection.flatMap((entry) => namesOf(entry, every)));
  return [...history.afterSales.values()]
    .filter((a) => !isGranted(a) && a.units.flatMap(unitsOfRange).every((name) => named.has(name)))
    .filter((a) => sumOf(a.reserved) > sumOf(a.extra))
    .map((a) => `money that moved elsewhere exceeds, and after-sale ${a.refundId} still reserves ${sumOf(a.reserved)}`);
}

/** Whether a payment for its units or freight waits or is on its way. */
const isGranted = (a: AfterSale): boolean =>
  a.decisions.some(({ state, kind }) => state === 'paying' && kind !== 'latePayment' && kind !== 'coupon');

/** Units that an entry names for sure: by their numbers, or all of a line. */
function namesOf(entry: SelectionEntry, every: readonly string[]): string[] {
  if (!('lineNo' in entry)) return [];
  const ofLine = every.filter((name) => name.startsWith(`${entry.lineNo}.`));
  if ('units' in entry) return entry.units.map((unit) => `${entry.lineNo}.${unit}`);
  return entry.quantity === ofLine.length ? ofLine : [];
}
