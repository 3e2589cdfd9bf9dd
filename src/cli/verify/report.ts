import { counted } from '../counted.js';
import { shownText } from '../table.js';
import type { Style } from '../terminal.js';
import { durationText, number } from './progress.js';
import type { Speed } from './speed.js';
import { FINDINGS_KEPT, type OrderFinding, type Tally } from './tally.js';

/** What was verified, and what came of it. */
export interface Verification {
  readonly data: string;
  /** the one order that was asked for; null: all */
  readonly order: string | null;
  readonly tally: Tally;
  /** epoch milliseconds */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly speed: Speed | null;
}

const SHOWN = 50;
const VALUE_LENGTH = 160;

/** The report as text: a line for each of the first differences, and one for all. */
export function reportText({ tally, startedAt, endedAt, speed }: Verification, style: Style): string[] {
  const { findings, differences, orders, events, decided, older, erased } = tally;
  const applied = [
    ...(older > 0 ? [`${number(older)} of older rules were applied`] : []),
    ...(erased > 0 ? [`${number(erased)} were applied because a text is erased`] : []),
  ];
  const hidden = differences - Math.min(differences, SHOWN);
  return [
    ...findings.slice(0, SHOWN).map((finding) => findingText(finding, style)),
    ...(hidden > 0 ? [`and ${number(hidden)} more; --json FILE keeps up to ${number(FINDINGS_KEPT)}`] : []),
    `${counted(orders, 'orders')} with ${counted(events, 'events')} in ${durationText(endedAt - startedAt)}: ${[`${number(decided)} decided again`, ...applied].join(', ')}.`,
    ...(speed === null ? [] : [speedText(speed)]),
    differences === 0 ? style.good('Everything is as the trail says.') : style.bad(`${counted(differences, 'differences')}.`),
  ];
}

function findingText({ order, table, row, column, stored, expected, why }: OrderFinding, style: Style): string {
  const owner = order === null ? 'no order' : `${order.shopId}/${order.orderNo}`;
  const place = `${table} ${row}${column === null ? '' : ` ${column}`}`;
  // Values come from the data: nothing of them may move the cursor.
  return `${style.title(shownText(owner))}  ${shownText(`${place}: stored ${valueText(stored)}, expected ${valueText(expected)}: ${why}`)}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}...` : text;
}

const speedText = ({ eventsPerSecond, transitionsPerSecond, ratio }: Speed): string =>
  `Each core in use: ${number(Math.round(eventsPerSecond))} events a second, bare transition() of the charts ${number(Math.round(transitionsPerSecond))}: ratio ${ratio.toFixed(2)}.`;

/** The report as JSON. A value that is not there is null; `column` is null where a whole row is meant. */
export function reportJson({ data, order, tally, startedAt, endedAt, speed }: Verification): string {
  const { findings, differences, orders, events, decided, older, erased } = tally;
  const report = {
    ...{ data, order, startedAt: new Date(startedAt).toISOString(), endedAt: new Date(endedAt).toISOString() },
    ...{ orders, events: { all: events, decided, older, erased }, speed, differences },
    findings: findings.map(({ stored = null, expected = null, ...rest }) => ({ ...rest, stored, expected })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
