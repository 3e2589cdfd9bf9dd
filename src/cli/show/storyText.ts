import { type Happening, happeningOf } from '../../actors/happening.js';
import type { TrailEvent } from '../../actors/reads.js';
import type { AfterSale, Decision, TimerRow } from '../../actors/rows.js';
import { deadlineName } from '../../actors/view.js';
import type { Currency } from '../../domain/order.js';
import { type StateValue, statePath } from '../../machines/step.js';
import { amountText, lengthText, timeText } from '../amounts.js';
import { table } from '../table.js';
import type { NumberOf } from './ledgerText.js';

/** What happened to an order since it was paid. */

const sharesOf = (decisions: readonly Decision[]): number =>
  decisions.flatMap(({ shares }) => shares).reduce((sum, { amount }) => sum + amount, 0);

/** What an after-sale has paid out, and what it may still. */
export function moneyOf({ decisions, reservedShares }: AfterSale): { readonly paid: number; readonly reserved: number } {
  const counted = decisions.filter(({ kind }) => kind !== 'coupon');
  const paying = counted.filter(({ state }) => state === 'paying');
  return {
    paid: sharesOf(counted.filter(({ state }) => state === 'paid')),
    reserved: sharesOf(paying) + reservedShares.reduce((sum, { amount }) => sum + amount, 0),
  };
}

/** After-sales as a table, the first refund first. */
export function afterSalesText(afterSales: readonly AfterSale[], currency: Currency): string[] {
  return table(
    [
      { title: 'no' },
      { title: 'type' },
      { title: 'reason' },
      { title: 'units' },
      { title: 'state' },
      { title: 'reserved', right: true },
      { title: 'paid', right: true },
      { title: 'borne by' },
      { title: 'applied by' },
      { title: 'id' },
    ],
    afterSales.map((a) => {
      const { paid, reserved } = moneyOf(a);
      const units = a.units.map(({ lineNo, from, to }) => `${lineNo}.${from}${from === to ? '' : `-${to}`}`).join(' ');
      return [
        `#${a.refundId}`,
        a.type,
        a.reason,
        units,
        `${statePath(a.chart.value)}${a.hold === null ? '' : ' (on hold)'}`,
        amountText(reserved, currency),
        amountText(paid, currency),
        a.bearer,
        a.applicant,
        a.id,
      ];
    }),
  );
}

/** What the timeline reads of an event; the rest is for replay. */
interface EventBody {
  readonly actor?: string;
  /** of changed rows only what differs */
  readonly changes?: { readonly afterSales?: readonly { readonly id: string; readonly chart?: { readonly value?: StateValue } }[] };
}

export interface TimelineEntry {
  readonly version: number;
  readonly at: number;
  readonly by: string;
  readonly command: string;
  /** what it brought, without personal data and free text */
  readonly data: Happening['data'];
  /** the after-sale that it was given to; null where it was the order */
  readonly afterSaleId: string | null;
  /** the after-sales that reached another state */
  readonly reached: readonly { readonly afterSaleId: string; readonly state: string }[];
}

/** A trail as entries that can be shown, without personal texts. */
export function timelineOf(trail: readonly TrailEvent[]): TimelineEntry[] {
  return trail.map(({ version, at, type, afterSaleId, body }) => {
    const { actor = '', changes } = JSON.parse(body) as EventBody;
    const reached = (changes?.afterSales ?? []).flatMap(({ id, chart }) =>
      chart?.value === undefined ? [] : [{ afterSaleId: id, state: statePath(chart.value) }],
    );
    return { version, at, by: actor, command: type, data: happeningOf(body, null).data, afterSaleId, reached };
  });
}

/** A trail as lines, one for each event. */
export function timelineText(trail: readonly TrailEvent[], currency: Currency, numberOf: NumberOf): string[] {
  return table(
    [
      { title: 'version', right: true },
      { title: 'time (UTC)' },
      { title: 'by' },
      { title: 'command' },
      { title: 'leads to' },
      { title: 'with' },
    ],
    timelineOf(trail).map(({ version, at, by, command, data, afterSaleId, reached }) => [
      String(version),
      timeText(at),
      by,
      command,
      reached.length === 0 && afterSaleId !== null
        ? numberOf(afterSaleId)
        : reached.map((other) => `${numberOf(other.afterSaleId)} ${other.state}`).join(', '),
      dataText(data, currency),
    ]),
  );
}

type Data = Happening['data'];

/** Fields in one line: `result part, passed [lineNo 1, quantity 1], sellable true`. */
const dataText = (data: Data, currency: Currency): string =>
  Object.entries(data)
    .map(([field, value]) => `${field} ${valueText(value, currency)}`)
    .join(', ');

function valueText(value: Data[string], currency: Currency): string {
  if (Array.isArray(value)) return `[${value.map((item: Data[string]) => valueText(item, currency)).join('; ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = value as Data;
  if (typeof fields.amount === 'number' && 'currency' in fields) return amountText(fields.amount, currency);
  const { kind, ...rest } = fields;
  if (typeof kind === 'string' && Object.keys(rest).length === 0) return kind;
  return `(${dataText(fields, currency)})`;
}

/** @param now epoch milliseconds */
export function timersText(timers: readonly TimerRow[], now: number, numberOf: NumberOf): string[] {
  return table(
    [{ title: 'of' }, { title: 'deadline' }, { title: 'due (UTC)' }, { title: 'from now' }],
    timers
      .toSorted((a, b) => a.dueAt - b.dueAt)
      .map(({ afterSaleId, timerId, dueAt, suspendedMs }) => [
        numberOf(afterSaleId),
        deadlineName(timerId),
        suspendedMs === null ? timeText(dueAt) : 'stands still',
        suspendedMs === null ? `${dueAt < now ? 'overdue by ' : 'in '}${lengthText(dueAt - now)}` : `${lengthText(suspendedMs)} left`,
      ]),
  );
}
