/** Text that is aligned for a terminal. */

export interface Column {
  readonly title: string;
  /** numbers stand at the right */
  readonly right?: boolean;
}

const GAP = '  ';

/** What cannot be shown, or would move the cursor or turn the text round, as `?`. */
export const shownText = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?');

/** The lines of a table: titles, then rows. A last column that stands at the left is not padded. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map(shownText));
  const widths = columns.map(({ title }, i) => shown.reduce((widest, row) => Math.max(widest, widthOf(row[i] ?? '')), widthOf(title)));
  const line = (cells: readonly string[]) =>
    columns
      .map(({ right }, i) => padded(cells[i] ?? '', widths[i] ?? 0, right === true))
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...shown.map(line)];
}

/** Names and values beside each other: `platform  demo`. */
export function pairs(entries: readonly (readonly [name: string, value: string])[]): string[] {
  const width = entries.reduce((widest, [name]) => Math.max(widest, widthOf(name)), 0);
  return entries.map(([name, value]) => `${padded(name, width, false)}${GAP}${shownText(value)}`);
}

/** The lines, each moved to the right. */
export const indented = (lines: readonly string[], by = 2): string[] =>
  lines.map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`));

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? `${space}${text}` : `${text}${space}`;
}

const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u;

/** Columns that a text takes in a terminal: Chinese, Japanese and Korean characters take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : /\p{M}/u.test(character) ? 0 : 1;
  return width;
}
