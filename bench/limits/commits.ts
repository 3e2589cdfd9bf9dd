import { randomBytes } from 'node:crypto';
import { type Connection, openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { answering } from '../processes.js';
import { type Bare, insertInto, prepared, type Ready, writeBarely } from './write.js';
import { type Columns, type Table, tablesOf, type Value, type WrittenRow } from './writtenRows.js';

/**
 * The second limit: the rows that commands write, written barely: prepared statements on keys that are known,
 * in groups of one transaction each, on a file with the same orders and the same settings.
 */

/** In the order in which an after-sale goes through them: each needs the rows of the one before. */
export type StageName = 'apply' | 'approve' | 'paid';

export interface CommitsAsk {
  /** data directory to write to; another one than before is opened anew */
  readonly directory: string;
  readonly rows: Readonly<Record<StageName, readonly WrittenRow[]>>;
  /** commands in one transaction */
  readonly group: number;
  /** how long the first stage is measured, in milliseconds of writing; the others take as many books */
  readonly forMs: number;
}

export interface CommitsAnswer {
  readonly stages: Readonly<Record<StageName, Bare>>;
  /** books that nothing was written on yet */
  readonly left: number;
}

/** What stands in the captured rows, and what stands in those of one book instead. */
type Target = Map<string, Value>;

interface Opened {
  readonly directory: string;
  readonly connection: Connection;
  readonly tables: ReadonlyMap<string, Table>;
  /** the next number of each table that numbers its rows */
  readonly next: Map<string, number>;
  readonly books: number[];
}

function open(directory: string): Opened {
  const connection = openConnection(databaseFile(directory), { readOnly: false });
  const tables = tablesOf(connection);
  const next = new Map<string, number>();
  for (const { name, numbered } of tables) {
    if (numbered === undefined) continue;
    const newest = connection.prepare<[], number>(`SELECT coalesce(max(${numbered}), 0) FROM ${name}`).pluck().get();
    next.set(name, (newest ?? 0) + 1);
  }
  const books = connection.prepare<[], number>("SELECT id FROM book WHERE order_no LIKE 'B%' ORDER BY id DESC").pluck().all();
  return { directory, connection, tables: new Map(tables.map((table) => [table.name, table])), next, books };
}

/** Columns that name a row of another table. */
const REFERENCES: Readonly<Record<string, string>> = { book_id: 'book', after_sale: 'after_sale', position: 'event' };
/** Texts that stand only once. */
const UNIQUE: ReadonlySet<string> = new Set(['after_sale.id', 'answer.key', 'payout.key', 'private_text.id', 'event.command_id']);

/** What is written instead of a captured value: numbers and unique texts are fresh for each book, all else is the same. */
function freshValue({ tables, next }: Opened, target: Target, table: string, column: string, value: Value): Value {
  if (value === null) return null;
  const referred = tables.get(table)?.numbered === column ? table : REFERENCES[column];
  if (referred !== undefined) return remembered(target, `${referred}:${value}`, () => takeNumber(next, referred));
  if (typeof value === 'string' && UNIQUE.has(`${table}.${column}`)) return remembered(target, `text:${value}`, () => textLike(value));
  return value;
}

function remembered(target: Target, name: string, make: () => Value): Value {
  const known = target.get(name);
  if (known !== undefined) return known;
  const made = make();
  target.set(name, made);
  return made;
}

function takeNumber(next: Map<string, number>, table: string): number {
  const number = next.get(table) ?? 1;
  next.set(table, number + 1);
  return number;
}

const textLike = ({ length }: string): string =>
  randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);

/** The statement of a captured row, made ready for any book. */
function operationOf(opened: Opened, { table, change, key, values }: WrittenRow): (target: Target) => Ready {
  const fresh = (target: Target, columns: Columns): Value[] =>
    Object.entries(columns).map(([column, value]) => freshValue(opened, target, table, column, value));
  const where = `WHERE ${Object.keys(key)
    .map((column) => `${column} = ?`)
    .join(' AND ')}`;
  const names = Object.keys(values);
  if (change === 'insert') {
    const run = prepared(opened.connection, insertInto(table, names));
    return (target) => ({ run, values: fresh(target, values) });
  }
  if (change === 'delete') {
    const run = prepared(opened.connection, `DELETE FROM ${table} ${where}`);
    return (target) => ({ run, values: fresh(target, key) });
  }
  const run = prepared(opened.connection, `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} ${where}`);
  return (target) => ({ run, values: [...fresh(target, values), ...fresh(target, key)] });
}

/** The id that the captured rows have for their book. */
function capturedBook(rows: readonly WrittenRow[]): Value {
  const row = rows.find(({ table }) => table === 'book');
  if (row === undefined) throw new Error('a command that leaves its book as it was');
  return row.key.id ?? null;
}

let last: Opened | undefined;

function openedFor(directory: string): Opened {
  if (last?.directory === directory) return last;
  last?.connection.close();
  last = open(directory);
  return last;
}

function measure({ rows, group, forMs, directory }: CommitsAsk): CommitsAnswer {
  const opened = openedFor(directory);
  const book = capturedBook(rows.apply);
  const targets: Target[] = [];
  const freshTarget = (): Target | undefined => {
    const id = opened.books.pop();
    if (id === undefined) return undefined;
    const target: Target = new Map([[`book:${book}`, id]]);
    targets.push(target);
    return target;
  };
  const stage = (name: StageName, next: () => Target | undefined, ms: number): Bare => {
    const operations = rows[name].map((row) => operationOf(opened, row));
    const member = () => {
      const target = next();
      return target && operations.map((operation) => operation(target));
    };
    return writeBarely(opened.connection, group, member, ms);
  };
  const again = () => {
    let at = 0;
    return () => targets[at++];
  };
  const apply = stage('apply', freshTarget, forMs);
  const approve = stage('approve', again(), Number.POSITIVE_INFINITY);
  const paid = stage('paid', again(), Number.POSITIVE_INFINITY);
  return { stages: { apply, approve, paid }, left: opened.books.length };
}

answering(measure);
