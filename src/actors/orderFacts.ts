import type { TenderId } from '../domain/ids.js';
import { type Order, type OrderLine, type SplitRecords, stageOf } from '../domain/order.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import { advance } from './advance.js';
import { NOTHING, openingCaps } from './book.js';
import { inCurrency } from './claimed.js';
import type { OrderReport } from './command.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';
import { laterPaid } from './ledger.js';
import { postMoved } from './movedElsewhere.js';
import { movedUnits } from './movedSelection.js';
import { beforeOrder, contradiction, impossibleTime, isBeforeOrder, isToCome, isUntouched, notYet, withReport } from './reportedTimes.js';
import type { AfterSale } from './rows.js';
import { settleFromOutside } from './settlePayout.js';

/** What the platform says of the forward order: the order itself, and what became of it since. */

/** What of an order never changes once an after-sale was made on it: everything that money is reckoned from. */
function amountsOf(order: Order): object {
  const { flags: _flags, lines, ...rest } = order;
  return { ...rest, lines: lines.map(({ shippedAt: _s, deliveredAt: _d, stoppedAt: _t, ...line }) => line) };
}

/** Where two values differ first, as a problem's path; undefined where they are alike. */
function firstDifference(before: unknown, after: unknown, path = ''): string | undefined {
  if (before === after) return undefined;
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return path;
  const [one, other]: [ReadonlyMap<string, unknown>, ReadonlyMap<string, unknown>] = [
    new Map(Object.entries(before)),
    new Map(Object.entries(after)),
  ];
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const inner = Array.isArray(after) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const found = firstDifference(one.get(name), other.get(name), inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Puts an order, or corrects it. True when anything changed. */
export function putOrder(draft: Draft, context: DecisionContext, order: Order): boolean | Refusal {
  const impossible = impossibleTime(draft, order);
  if (impossible !== undefined) return impossible;
  const split = context.rules.splitOrder(order);
  if (isRefusal(split)) return split;
  if (draft.version === 0) {
    for (const cap of openingCaps(order, split)) draft.moveCap(cap);
    draft.setOrder(order, split);
    return true;
  }
  const before = draft.order;
  if (JSON.stringify(before) === JSON.stringify(order)) return false;
  const untouched = isUntouched(draft);
  const changed = firstDifference(amountsOf(before), amountsOf(order));
  if (changed !== undefined) {
    if (!untouched) {
      return refuse('order.changed', `The order has had an after-sale, so its ${changed} stays as it is.`, { path: changed });
    }
    replaceCaps(draft, split, order);
    draft.setOrder(order, split);
    return true;
  }
  for (const [index, line] of order.lines.entries()) {
    const fault = contradiction(
      before.lines.find((other) => other.lineNo === line.lineNo),
      line,
      index,
      untouched,
    );
    if (fault !== undefined) return fault;
  }
  draft.setOrder(order, draft.split);
  tellStopping(draft, context, draft.afterSales());
  return true;
}

function replaceCaps(draft: Draft, split: SplitRecords, order: Order): void {
  const wanted = new Map(openingCaps(order, split).map((cap) => [cap.key, cap.limit]));
  const known = new Map(openingCaps(draft.order, draft.split).map((cap) => [cap.key, cap.limit]));
  for (const key of new Set([...wanted.keys(), ...known.keys()])) {
    const to = wanted.get(key) ?? NOTHING;
    const from = known.get(key) ?? NOTHING;
    draft.moveCap({
      key,
      limit: { net: to.net - from.net, tax: to.tax - from.tax, units: to.units - from.units },
      reserved: NOTHING,
      posted: NOTHING,
    });
  }
}

/** Takes a report. Undefined where nothing changed. */
export function takeReport(draft: Draft, context: DecisionContext, report: OrderReport): AfterSale | Refusal | boolean {
  if (report.type === 'movedElsewhere') return takeMoved(draft, context, report);
  let changed = false;
  const lines: OrderLine[] = [];
  if (isToCome(draft, report.at)) return notYet('at');
  for (const lineNo of report.lines) {
    if (!draft.order.lines.some((line) => line.lineNo === lineNo)) {
      return refuse('order.lineNotFound', `The order has no line ${lineNo}.`, { path: 'lines', facts: { lineNo } });
    }
  }
  for (const line of draft.order.lines) {
    const next = report.lines.includes(line.lineNo) ? withReport(line, report, isUntouched(draft)) : line;
    if (isRefusal(next)) return next;
    changed ||= next !== line;
    lines.push(next);
  }
  if (!changed) return false;
  if (isBeforeOrder(draft.order, report.at)) return beforeOrder('at');
  draft.setOrder({ ...draft.order, lines }, draft.split);
  tellStopping(draft, context, draft.afterSales());
  return true;
}

/** Tells those who wait for a parcel to be stopped what became of it, also when it was known before they began to wait. */
export function tellStopping(draft: Draft, context: DecisionContext, afterSales: Iterable<AfterSale>): void {
  for (const a of [...afterSales]) {
    if (a.chart.value !== 'stopping') continue;
    const lines = draft.order.lines.filter((line) => a.units.some((range) => range.lineNo === line.lineNo));
    const type = lines.some((line) => stageOf(line) !== 'notShipped')
      ? 'shipped'
      : lines.every((line) => line.stoppedAt !== undefined)
        ? 'stopped'
        : undefined;
    if (type === undefined) continue;
    const row = advance(draft, context, a, { type });
    if (isRefusal(row)) throw new Error(`after-sale ${a.id} waits for its parcel but takes no ${type}`);
  }
}

function takeMoved(
  draft: Draft,
  context: DecisionContext,
  report: Extract<OrderReport, { type: 'movedElsewhere' }>,
): AfterSale | Refusal | boolean {
  const amount = inCurrency(draft, report.amount, 'amount');
  if (isRefusal(amount)) return amount;
  if (amount < 1) return refuse('amount.missing', 'Money that moved is more than 0.', { path: 'amount.amount' });
  if (report.tenderId !== undefined && !hasTender(draft, report.tenderId)) {
    return refuse('order.tenderNotFound', `The order has no tender ${report.tenderId}.`, { path: 'tenderId' });
  }
  const unitsNow = () => movedUnits(draft, context, report);
  const units = unitsNow();
  if (isRefusal(units)) return units;
  const moved = { reference: report.reference, amount, tenderId: report.tenderId ?? null, units };
  if (report.payoutKey !== undefined) return settleFromOutside(draft, context, report.payoutKey, moved, unitsNow);
  return postMoved(draft, context, moved) ?? false;
}

/** Whether money was paid by this tender: one of the order, or a later payment for an exchange. */
const hasTender = (draft: Draft, id: TenderId): boolean =>
  draft.order.tenders.some((tender) => tender.id === id) || laterPaid(draft, id) > 0;
