import type { Captured } from './limits/captured.js';
import type { Row, Target } from './rows.js';
import type { Outcome } from './run.js';

/** Tables of Markdown, which also read well in a terminal. */

interface Column<T> {
  readonly title: string;
  readonly right: boolean;
  readonly cell: (row: T) => string;
}

function markdown<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ title }, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => padded(text, widths[column] ?? 0, columns[column]?.right === true)).join(' | ')} |`;
  const rule = `| ${columns.map(({ right }, column) => `${'-'.repeat((widths[column] ?? 1) - 1)}${right ? ':' : '-'}`).join(' | ')} |`;
  return [line(columns.map(({ title }) => title)), rule, ...cells.map(line)].join('\n');
}

const padded = (text: string, width: number, right: boolean): string => (right ? text.padStart(width) : text.padEnd(width));

const COLUMNS: readonly Column<Row>[] = [
  { title: 'what', right: false, cell: ({ name }) => name },
  { title: 'connections', right: true, cell: ({ connections }) => numberText(connections) },
  {
    title: 'per second',
    right: true,
    cell: ({ perSecond, value, unit }) => (unit === null ? numberText(perSecond) : `${numberText(value)} ${unit}`),
  },
  { title: 'spread', right: true, cell: ({ spread }) => (spread === null ? '' : `${Math.round(100 * spread)} %`) },
  { title: 'p50 ms', right: true, cell: ({ p50Ms }) => numberText(p50Ms) },
  { title: 'p99 ms', right: true, cell: ({ p99Ms }) => numberText(p99Ms) },
  { title: 'cpu ms', right: true, cell: ({ cpuMs }) => numberText(cpuMs) },
  { title: 'limit', right: false, cell: ({ limitName }) => limitName ?? '' },
  { title: 'limit per second', right: true, cell: ({ limitPerSecond, limitValue }) => numberText(limitPerSecond ?? limitValue) },
  { title: 'ratio', right: true, cell: ({ ratio }) => (ratio === null ? '' : ratio.toFixed(2)) },
  { title: 'target', right: true, cell: ({ target }) => targetText(target) },
  { title: 'met', right: false, cell: ({ met }) => (met === null ? '' : met ? 'yes' : 'NO') },
];

/** A run as Markdown: the machine, the figures, and what the commands write where that is known. */
export function textOf(machine: readonly string[], { rows, written }: Outcome): string {
  const parts = [machine.join('\n'), markdown(COLUMNS, rows), ...(written === undefined ? [] : [writtenTable(written)])];
  return parts.join('\n\n');
}

/** What each command writes, row by row. */
function writtenTable(written: Captured['rows']): string {
  const rows = Object.entries(written).flatMap(([command, of]) => of.map((row) => ({ command, ...row })));
  return markdown(
    [
      { title: 'command', right: false, cell: ({ command }) => command },
      { title: 'table', right: false, cell: ({ table }) => table },
      { title: 'change', right: false, cell: ({ change }) => change },
      { title: 'bytes', right: true, cell: ({ bytes }) => numberText(bytes) },
    ],
    rows,
  );
}

/** Whole numbers from a hundred on, three digits below. */
function numberText(value: number | null): string {
  if (value === null) return '';
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function targetText(target: Target | null): string {
  if (target === null) return '';
  return target.atLeast === undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}
