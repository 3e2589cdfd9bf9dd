import { differencesOf, type Finding } from '../../../actors/replay/finding.js';
import type { Row, ToldColumns } from './tables.js';

const NONE: readonly Finding[] = [];

/** Compares the rows of a table with what they should be: rows that are missing or too many, and each column of the others. */
export function compareRows(table: ToldColumns, stored: readonly Row[], expected: readonly Row[]): readonly Finding[] {
  return sameRows(table, stored, expected) ? NONE : findings(table, stored, expected);
}

/** Nearly always nothing differs: that is seen without naming anything. */
function sameRows({ columns: { length } }: ToldColumns, stored: readonly Row[], expected: readonly Row[]): boolean {
  if (stored.length !== expected.length) return false;
  for (let i = 0; i < stored.length; i += 1) {
    const [is, should] = [stored[i], expected[i]];
    if (is === undefined || should === undefined) return false;
    for (let column = 0; column < length; column += 1) if (is[column] !== should[column]) return false;
  }
  return true;
}

function findings(table: ToldColumns, stored: readonly Row[], expected: readonly Row[]): Finding[] {
  const found: Finding[] = [];
  const wanted = new Map(expected.map((row) => [table.name(row), row]));
  const seen = new Set<string>();
  for (const row of stored) {
    const name = table.name(row);
    const should = wanted.get(name);
    if (should === undefined) found.push(wholeRow(table, name, row, undefined, 'the trail tells of no such row'));
    else if (seen.has(name)) found.push(wholeRow(table, name, row, undefined, 'the row is there twice'));
    else found.push(...compareColumns(table, name, row, should));
    seen.add(name);
  }
  for (const [name, row] of wanted) if (!seen.has(name)) found.push(wholeRow(table, name, undefined, row, 'the row is missing'));
  return found;
}

function wholeRow({ table, columns }: ToldColumns, row: string, stored: Row | undefined, expected: Row | undefined, why: string): Finding {
  const named = (values: Row | undefined) => values && Object.fromEntries(columns.map((column, i) => [column, values[i] ?? null]));
  return { table, row, column: null, stored: named(stored), expected: named(expected), why };
}

const OTHER = 'the trail gives another value';

function compareColumns({ table, columns, json }: ToldColumns, row: string, stored: Row, expected: Row): Finding[] {
  return columns.flatMap((column, i): Finding[] => {
    const [is, should] = [stored[i], expected[i]];
    if (is === should) return [];
    const finding = { table, row, column, stored: is, expected: should, why: OTHER };
    const read = json[column];
    return read === undefined ? [finding] : compareJson(finding, read);
  });
}

/** Two texts may hold the same: then they differ in nothing but how they are written. */
function compareJson(finding: Finding & { readonly column: string }, read: (json: unknown) => unknown): Finding[] {
  const { column, stored, expected } = finding;
  let is: unknown;
  try {
    is = read(JSON.parse(String(stored)));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    return [{ ...finding, why: `it cannot be read: ${error.message}` }];
  }
  return differencesOf(is, read(JSON.parse(String(expected)))).map(({ path, ...values }) => ({
    ...finding,
    ...values,
    column: path === '' || path.startsWith('[') ? `${column}${path}` : `${column}.${path}`,
  }));
}
