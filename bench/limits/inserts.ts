import { type Connection, openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { answering } from '../processes.js';
import { type Bare, insertInto, prepared, type Ready, writeBarely } from './write.js';
import { type Columns, tablesOf } from './writtenRows.js';

/** The limit of an import: all rows that the product has for orders, inserted barely as they are. */

export interface InsertsAsk {
  /** data directory that has the orders; a service may be at work on it */
  readonly from: string;
  /** data directory that does not have them yet */
  readonly into: string;
  /** how the numbers of the orders begin */
  readonly prefix: string;
  /** orders in one transaction */
  readonly group: number;
}

export interface InsertsAnswer {
  readonly bare: Bare;
  readonly orders: number;
  readonly rows: number;
}

interface Given {
  readonly table: string;
  readonly row: Columns;
}

/** The rows of each of these orders, in the order in which they were imported. */
function rowsOf(connection: Connection, prefix: string): Given[][] {
  const ids = connection.prepare<[string], number>('SELECT id FROM book WHERE order_no LIKE ? ORDER BY id').pluck().all(`${prefix}%`);
  const orders = new Map<number, Given[]>(ids.map((id) => [id, []]));
  for (const { name } of tablesOf(connection)) {
    const column = name === 'book' ? 'id' : 'book_id';
    const columns = connection.pragma(`table_info(${name})`) as { readonly name: string }[];
    if (!columns.some((found) => found.name === column)) continue;
    const rows = connection.prepare<[number, number], Columns>(`SELECT * FROM ${name} WHERE ${column} BETWEEN ? AND ?`);
    for (const row of rows.iterate(ids[0] ?? 0, ids.at(-1) ?? 0)) orders.get(Number(row[column]))?.push({ table: name, row });
  }
  // A book is there before what refers to it.
  return [...orders.values()].map((given) => given.sort((a, b) => Number(b.table === 'book') - Number(a.table === 'book')));
}

function measure({ from, into, prefix, group }: InsertsAsk): InsertsAnswer {
  const reader = openConnection(databaseFile(from), { readOnly: true });
  const orders = rowsOf(reader, prefix);
  reader.close();
  const connection = openConnection(databaseFile(into), { readOnly: false });
  const statements = new Map<string, Ready['run']>();
  const ready = ({ table, row }: Given): Ready => {
    const run = statements.get(table) ?? prepared(connection, insertInto(table, Object.keys(row)));
    statements.set(table, run);
    return { run, values: Object.values(row) };
  };
  let at = 0;
  try {
    const bare = writeBarely(connection, group, () => orders[at++]?.map(ready), Number.POSITIVE_INFINITY);
    return { bare, orders: orders.length, rows: orders.reduce((sum, given) => sum + given.length, 0) };
  } finally {
    connection.close();
  }
}

answering(measure);
