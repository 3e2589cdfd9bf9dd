import type { Captured } from '../limits/captured.js';
import type { WrittenRow } from '../limits/writtenRows.js';
import { type Row, valueRow } from '../rows.js';
import type { Suite } from './suite.js';

/** Rows and bytes that each command's own commit writes, read off the data file. */

const MOST_ROWS = 14;
const MOST_BYTES = 4_096;
const COMMANDS: readonly (keyof Captured['rows'])[] = ['apply', 'approve', 'paid'];

export const written: Suite = {
  name: 'written',
  cells: () => [
    {
      name: 'written',
      once: true,
      measure: async ({ captured }) =>
        Object.fromEntries(
          COMMANDS.flatMap((command) => [
            [`written/${command}/rows`, captured.rows[command].length],
            [`written/${command}/bytes`, bytesOf(captured.rows[command])],
          ]),
        ),
    },
  ],
  rows: (results) =>
    COMMANDS.flatMap((command): Row[] => [
      allowed(`rows written by ${command}`, results.value(`written/${command}/rows`), 'rows', MOST_ROWS),
      allowed(`bytes written by ${command}`, results.value(`written/${command}/bytes`), 'bytes', MOST_BYTES),
    ]),
};

const allowed = (name: string, value: number, unit: 'rows' | 'bytes', most: number): Row =>
  valueRow(name, { value, unit }, { name: 'allowance', value: most }, { atMost: 1 });

const bytesOf = (rows: readonly WrittenRow[]): number => rows.reduce((sum, { bytes }) => sum + bytes, 0);
