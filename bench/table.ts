import type { Row, Target } from './figures.js';

/** The rows as a table of Markdown, which also reads well in a terminal. */

const COLUMNS: readonly { readonly title: string; readonly right: boolean; readonly cell: (row: Row) => string }[] = [
  { title: 'what', right: false, cell: ({ name, note }) => (note === undefined ? name : `${name} (${note})`) },
  { title: 'connections', right: true, cell: ({ connections }) => numberText(connections) },
  { title: 'per second', right: true, cell: ({ perSecond }) => numberText(perSecond) },
  { title: 'spread', right: true, cell: ({ spread }) => (spread === null ? '' : `${Math.round(100 * spread)} %`) },
  { title: 'p50 ms', right: true, cell: ({ p50Ms }) => numberText(p50Ms) },
  { title: 'p99 ms', right: true, cell: ({ p99Ms }) => numberText(p99Ms) },
  { title: 'limit', right: false, cell: ({ limitName }) => limitName ?? '' },
  { title: 'limit per second', right: true, cell: ({ limitPerSecond }) => numberText(limitPerSecond) },
  { title: 'ratio', right: true, cell: ({ ratio }) => (ratio === null ? '' : ratio.toFixed(2)) },
  { title: 'target', right: true, cell: ({ target }) => targetText(target) },
  { title: 'met', right: false, cell: ({ met }) => (met === null ? '' : met ? 'yes' : 'NO') },
];

export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => COLUMNS.map(({ cell }) => cell(row)));
  const widths = COLUMNS.map(({ title }, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => padded(text, widths[column] ?? 0, COLUMNS[column]?.right === true)).join(' | ')} |`;
  const rule = `| ${COLUMNS.map(({ right }, column) => `${'-'.repeat((widths[column] ?? 1) - 1)}${right ? ':' : '-'}`).join(' | ')} |`;
  return [line(COLUMNS.map(({ title }) => title)), rule, ...cells.map(line)].join('\n');
}

const padded = (text: string, width: number, right: boolean): string => (right ? text.padStart(width) : text.padEnd(width));

/** Whole numbers from a hundred on, three digits below. */
function numberText(value: number | null): string {
  if (value === null) return '';
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function targetText(target: Target | null): string {
  if (target === null) return '';
  return target.atLeast === undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}
