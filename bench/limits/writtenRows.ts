import type { Connection } from '../../src/store/sqlite/connection.js';

/** What a command really wrote: the difference between the data file before and after. */

export type Value = string | number | null;
export type Columns = Readonly<Record<string, Value>>;

export interface WrittenRow {
  readonly table: string;
  readonly change: 'insert' | 'update' | 'delete';
  /** the primary key as it was */
  readonly key: Columns;
  /** all columns of a new row, the changed ones of another, none of one that is gone */
  readonly values: Columns;
  /** of the record as SQLite stores it, the whole of a changed one too */
  readonly bytes: number;
}

export interface Table {
  readonly name: string;
  readonly keyColumns: readonly string[];
  /** the column that SQLite numbers by itself */
  readonly numbered: string | undefined;
}

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
}

export function tablesOf(connection: Connection): Table[] {
  const names = connection.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").pluck();
  return names.all().map((name) => {
    const columns = connection.pragma(`table_info(${name})`) as ColumnInfo[];
    const keys = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    const [only] = keys;
    const numbered = keys.length === 1 && only?.type === 'INTEGER' ? only.name : undefined;
    return { name, keyColumns: keys.map((column) => column.name), numbered };
  });
}

/** All rows of a small file, by table and primary key. */
export type Picture = ReadonlyMap<string, ReadonlyMap<string, Columns>>;

export function pictureOf(connection: Connection, tables: readonly Table[]): Picture {
  return new Map(
    tables.map(({ name, keyColumns }) => {
      const rows = connection.prepare<[], Columns>(`SELECT * FROM ${name}`).all();
      return [name, new Map(rows.map((row) => [JSON.stringify(keyColumns.map((column) => row[column])), row]))];
    }),
  );
}

export function writtenBetween(tables: readonly Table[], before: Picture, after: Picture): WrittenRow[] {
  return tables.flatMap((table) => {
    const old = before.get(table.name) ?? new Map<string, Columns>();
    const fresh = after.get(table.name) ?? new Map<string, Columns>();
    return [...rowsThatCame(table, old, fresh), ...rowsThatWent(table, old, fresh)];
  });
}

const keyOf = ({ keyColumns }: Table, row: Columns): Columns =>
  Object.fromEntries(keyColumns.map((column) => [column, row[column] ?? null]));

function rowsThatCame(table: Table, old: ReadonlyMap<string, Columns>, fresh: ReadonlyMap<string, Columns>): WrittenRow[] {
  const came: WrittenRow[] = [];
  for (const [name, row] of fresh) {
    const was = old.get(name);
    const values = was === undefined ? row : Object.fromEntries(Object.entries(row).filter(([column, value]) => was[column] !== value));
    if (Object.keys(values).length === 0) continue;
    came.push({ table: table.name, change: was === undefined ? 'insert' : 'update', key: keyOf(table, row), values, bytes: bytesOf(row) });
  }
  return came;
}

function rowsThatWent(table: Table, old: ReadonlyMap<string, Columns>, fresh: ReadonlyMap<string, Columns>): WrittenRow[] {
  const gone = [...old].filter(([name]) => !fresh.has(name));
  return gone.map(([, row]) => ({ table: table.name, change: 'delete', key: keyOf(table, row), values: {}, bytes: 0 }));
}

/** The size of a record in SQLite's file format: a byte or more of header per column, then the values. */
const bytesOf = (row: Columns): number => Object.values(row).reduce((sum: number, value) => sum + 1 + valueBytes(value), 1);

function valueBytes(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value) + (value.length > 57 ? 1 : 0);
  if (value === 0 || value === 1) return 0;
  const bits = Math.log2(Math.abs(value) + 1) + 1;
  return [1, 2, 3, 4, 6, 8].find((bytes) => bits <= 8 * bytes) ?? 8;
}
