/** The tables that hold what the trail tells of. */
export const TOLD_TABLES = [
  'book',
  'order_content',
  'after_sale',
  'cap',
  'transfer',
  'payout',
  'timer',
  'event',
  'event_also',
  'private_text',
] as const;
export type ToldTable = (typeof TOLD_TABLES)[number];

/** Tables of which the trail tells nothing. */
export type UntoldTable = 'answer' | 'outbox' | 'job' | 'evidence';

/** A row, or one value of it, that is not as the trail says it should be. */
export interface Finding {
  /**
   * `template` where one is gone that decisions of the order were made under: the trail names it, and tells no more of it. Of the
   * others the trail tells nothing; their rows are found where they cannot be read.
   */
  readonly table: ToldTable | 'template' | UntoldTable;
  /** what the row is called among those of its order: `line:1`, `version 3`; a template by id and version */
  readonly row: string;
  /** the column, with the way inside where it holds JSON: `data.decisions[0].state`; null for the whole row */
  readonly column: string | null;
  /** undefined where there is no such row or value */
  readonly stored: unknown;
  readonly expected: unknown;
  readonly why: string;
}

/** One place where two JSON values differ. */
export interface Difference {
  /** `decisions[0].state`; empty for the values themselves */
  readonly path: string;
  readonly stored: unknown;
  readonly expected: unknown;
}

type Plain = { readonly [key: string]: unknown };

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every place where two JSON values differ, whatever the order of keys. A key that is not there is undefined. */
export function differencesOf(stored: unknown, expected: unknown, path = ''): Difference[] {
  if (Object.is(stored, expected)) return [];
  if (Array.isArray(stored) && Array.isArray(expected)) {
    const length = Math.max(stored.length, expected.length);
    return Array.from({ length }, (_, i) => differencesOf(stored[i], expected[i], `${path}[${i}]`)).flat();
  }
  if (!isPlain(stored) || !isPlain(expected)) return [{ path, stored, expected }];
  const keys = new Set([...Object.keys(stored), ...Object.keys(expected)]);
  return [...keys].flatMap((key) => differencesOf(stored[key], expected[key], path === '' ? key : `${path}.${key}`));
}
