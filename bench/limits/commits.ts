import { randomBytes } from 'node:crypto';
import { type Connection, openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { quantile } from '../load/closedLoop.js';
import { answering } from '../processes.js';
import { type Columns, type Table, tablesOf, type Value, type WrittenRow } from './writtenRows.js';

/**
 * The second limit: the rows that commands write, written barely: prepared statements on keys that are known,
 * in groups of one transaction each, on a file with the same orders and the same settings.
 */

export interface CommitsAsk {
  /** data directory to write to; another one than before is opened anew */
  readonly directory: string;
  readonly rows: Readonly<Record<Stage, readonly WrittenRow[]>>;
  /** commands in one transaction */
  readonly group: number;
  /** how long each stage is measured, in milliseconds of writing */
  readonly forMs: number;
}

/** In the order in which an after-sale goes through them: each needs the rows of the one before. */
export type Stage = 'apply' | 'approve' | 'paid';
const STAGES: readonly Stage[] = ['apply', 'approve', 'paid'];

export interface BareCommits {
  readonly perSecond: number;
  /** of one transaction */
  readonly p50Ms: number;
  readonly p99Ms: number;
}
export interface CommitsAnswer {
  readonly stages: Readonly<Record<Stage, BareCommits>>;
  /** books that nothing was written on yet */
  readonly left: number;
}

/** A book that is written to: what stands in the captured rows, and what stands here instead. */
type Target = Map<string, Value>;

interface Bare {
  readonly directory: string;
  readonly connection: Connection;
  readonly tables: ReadonlyMap<string, Table>;
  /** the next number of each table that numbers its rows */
  readonly next: Map<string, number>;
  readonly books: number[];
}

let bare: Bare | undefined;

function open(directory: string): Bare {
  const connection = openConnection(databaseFile(directory), { readOnly: false });
  const tables = tablesOf(connection);
  const next = new Map<string, number>();
  for (const { name, numbered } of tables) {
    if (numbered !== undefined)
      next.set(name, (connection.prepare<[], number>(`SELECT coalesce(max(${numbered}), 0) FROM ${name}`).pluck().get() ?? 0) + 1);
  }
  const books = connection.prepare<[], number>("SELECT id FROM book WHERE order_no LIKE 'B%' ORDER BY id DESC").pluck().all();
  return { directory, connection, tables: new Map(tables.map((table) => [table.name, table])), next, books };
}

/** Columns that name a row of another table. */
const REFERENCES: Readonly<Record<string, string>> = { book_id: 'book', after_sale: 'after_sale', position: 'event' };
/** Texts that may stand only once. */
const UNIQUE: ReadonlySet<string> = new Set(['after_sale.id', 'answer.key', 'payout.key', 'private_text.id', 'event.command_id']);

/** What is written instead of a captured value: numbers and unique texts are fresh for each book, all else is the same. */
function freshValue({ tables, next }: Bare, target: Target, table: string, column: string, value: Value): Value {
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

interface Operation {
  readonly run: (...values: Value[]) => unknown;
  bind(target: Target): Value[];
}

function operationOf(opened: Bare, { table, change, key, values }: WrittenRow): Operation {
  const bound = (columns: Columns) => (target: Target) =>
    Object.entries(columns).map(([column, value]) => freshValue(opened, target, table, column, value));
  const where = `WHERE ${Object.keys(key)
    .map((column) => `${column} = ?`)
    .join(' AND ')}`;
  const names = Object.keys(values);
  const [bindKey, bindValues] = [bound(key), bound(values)];
  const prepare = (sql: string) => {
    const statement = opened.connection.prepare(sql);
    return (...given: Value[]) => statement.run(...given);
  };
  switch (change) {
    case 'insert':
      return { run: prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`), bind: bindValues };
    case 'update':
      return {
        run: prepare(`UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} ${where}`),
        bind: (target) => [...bindValues(target), ...bindKey(target)],
      };
    case 'delete':
      return { run: prepare(`DELETE FROM ${table} ${where}`), bind: bindKey };
  }
}

/** The id that the captured rows have for their book. */
function capturedBook(rows: readonly WrittenRow[]): Value {
  const row = rows.find(({ table }) => table === 'book');
  if (row === undefined) throw new Error('a command that leaves its book as it was');
  return row.key.id ?? null;
}

/** Groups whose values are made ready at once, outside of the time that counts. */
const READY_GROUPS = 16;

function measure({ rows, group, forMs, directory }: CommitsAsk): CommitsAnswer {
  if (bare?.directory !== directory) bare?.connection.close();
  const opened = bare?.directory === directory ? bare : open(directory);
  bare = opened;
  const targets: Target[] = [];
  const book = capturedBook(rows.apply);
  const fresh = (): Target | undefined => {
    const id = opened.books.pop();
    if (id === undefined) return undefined;
    const target: Target = new Map([[`book:${book}`, id]]);
    targets.push(target);
    return target;
  };
  const apply = write(opened, rows.apply, group, fresh, forMs);
  const others = STAGES.slice(1).map((stage) => {
    let at = 0;
    return [stage, write(opened, rows[stage], group, () => targets[at++], Number.POSITIVE_INFINITY)] as const;
  });
  const stages = { apply, ...(Object.fromEntries(others) as Record<'approve' | 'paid', BareCommits>) };
  return { stages, left: opened.books.length };
}

/** Writes until the time is over or nothing is left to write on. */
function write(opened: Bare, rows: readonly WrittenRow[], group: number, target: () => Target | undefined, forMs: number): BareCommits {
  const operations = rows.map((row) => operationOf(opened, row));
  const [begin, commit] = [opened.connection.prepare('BEGIN IMMEDIATE'), opened.connection.prepare('COMMIT')];
  const took: number[] = [];
  let spentMs = 0;
  let written = 0;
  for (let ended = false; spentMs < forMs && !ended; ) {
    const ready: Value[][][] = [];
    while (ready.length < READY_GROUPS * group && !ended) {
      const next = target();
      if (next === undefined) ended = true;
      else ready.push(operations.map((operation) => operation.bind(next)));
    }
    for (let from = 0; from < ready.length; from += group) {
      const members = ready.slice(from, from + group);
      const startedAt = performance.now();
      begin.run();
      for (const member of members) {
        for (let index = 0; index < operations.length; index++) operations[index]?.run(...(member[index] ?? []));
      }
      commit.run();
      const ms = performance.now() - startedAt;
      took.push(ms);
      spentMs += ms;
      written += members.length;
    }
  }
  if (written === 0) throw new Error('there is no book left to write on');
  const sorted = Float64Array.from(took).sort();
  return { perSecond: (1_000 * written) / spentMs, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

answering(measure);
