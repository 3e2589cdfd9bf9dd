import type { Finding } from '../../../actors/replay/finding.js';
import { failureOf } from '../failure.js';

/** What the database itself cannot read is no bug, but something to be told; everything else is thrown. */
export function orUnreadable<T>(read: () => T, otherwise: (detail: string) => T): T {
  try {
    return read();
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.reason !== 'damaged' && failure?.reason !== 'io') throw error;
    return otherwise(failure.detail);
  }
}

/** Tells of rows that cannot be read; `row` says which. */
export const unreadable = (row: string, detail: string): Finding => ({
  ...{ table: 'book', row, column: null, stored: undefined, expected: undefined },
  why: `the file cannot be read: ${detail}`,
});
