import { beforeAll, describe, expect, it } from 'vitest';
import { TOLD_TABLES, type ToldTable } from '../../src/actors/replay/finding.js';
import { verifyAll } from '../../src/cli/verify/run.js';
import type { OrderFinding } from '../../src/cli/verify/tally.js';
import type { BookKey } from '../../src/domain/ids.js';
import type { Connection } from '../../src/store/sqlite/connection.js';
import { exampleOrder } from '../host/world.js';
import { keyOf, openHouse, tellStory, unguardedUntilEnd, verifierOf } from './house.js';

/** Each kind of row is damaged in each way, and the damage is found and named. Every change is undone again. */

let connection: Connection;
let key: BookKey;

beforeAll(async () => {
  const house = await openHouse();
  key = keyOf(await tellStory(house));
  // An order after it, so that positions of events go on.
  await tellStory(house, exampleOrder('odd-cents'), 'put');
  await house.store.close();
  connection = unguardedUntilEnd(house.dataDirectory);
});

async function foundAfter(sql: string): Promise<readonly OrderFinding[]> {
  connection.exec('BEGIN');
  try {
    connection.exec(sql);
    const opened = { verifier: verifierOf(connection), close: () => undefined };
    return (await verifyAll(opened, { dataDirectory: '', jobs: 1 }, () => undefined)).findings;
  } finally {
    connection.exec('ROLLBACK');
  }
}

/** What a damage changes: `set` in the rows of a table that `where` picks. */
interface Damage {
  readonly column: string;
  readonly set: string;
  /** the finding, where it is not simply that of the column */
  readonly found?: { readonly table?: ToldTable; readonly row?: string; readonly column: string | null };
}

const WHERE: Readonly<Record<ToldTable, string>> = {
  book: 'id = 1',
  order_content: 'book_id = 1',
  after_sale: 'no = 2',
  cap: "book_id = 1 AND key = 'line:1'",
  transfer: 'book_id = 1 AND no = 3',
  payout: 'id = 2',
  timer: 'after_sale = 2',
  event: 'book_id = 1 AND version = 8',
  event_also: 'after_sale = 1',
  private_text: 'no = 2',
};
const ROW: Readonly<Record<ToldTable, RegExp>> = {
  book: /^the order$/,
  order_content: /^the order$/,
  after_sale: /^[\w-]{36}$/,
  cap: /^line:1$/,
  transfer: /^3$/,
  payout: /^[\w-]{36}:1:points$/,
  timer: /^xstate\.after\..+ of after-sale 2$/,
  event: /^version 8$/,
  event_also: /^after-sale 1 at position 7$/,
  private_text: /^[\w-]{36}$/,
};

const more = (column: string): Damage => ({ column, set: `${column} = ${column} + 1` });
const longer = (column: string): Damage => ({ column, set: `${column} = ${column} || 'x'` });
const inside = (column: string, path: string, value = '987'): Damage => ({
  column,
  set: `${column} = json_set(${column}, '$.${path}', ${value})`,
  found: { column: `${column}.${path}` },
});
const another = (column: string, set: string): Damage => ({ column, set: `${column} = ${set}` });
/** A row by another name is one that is missing, and one that nobody knows. */
const renamed = (column: string, set: string): Damage => ({ column, set: `${column} = ${set}`, found: { column: null } });

const DAMAGES: Readonly<Record<ToldTable, readonly Damage[]>> = {
  book: [
    { column: 'id', set: 'id = 70', found: { table: 'book', column: null } },
    ...['shop_id', 'order_no', 'platform', 'buyer_uid', 'chain'].map(longer),
    more('version'),
    inside('state', 'lastTransfer'),
  ],
  order_content: [
    { column: 'book_id', set: 'book_id = 70', found: { column: null } },
    inside('content', 'lines[0].quantity'),
    inside('split', 'total.net'),
    { column: 'content', set: "content = '{'", found: { column: 'content' } },
  ],
  after_sale: [
    another('no', '70'),
    renamed('id', "'another'"),
    { column: 'book_id', set: 'book_id = 2', found: { column: null } },
    ...['platform', 'shop_id', 'type', 'state'].map(longer),
    another('refund_id', '70'),
    another('open', '1 - open'),
    another('live', '1 - live'),
    more('applied_at'),
    more('version'),
    inside('data', 'quantity'),
    { column: 'data', set: "data = json_set(data, '$.chart.value', 'closed')", found: { column: 'data.chart.value' } },
  ],
  cap: [
    { column: 'book_id', set: 'book_id = 70', found: { column: null } },
    renamed('key', "'line:70'"),
    ...['limit', 'reserved', 'posted'].flatMap((part) => ['net', 'tax', 'units'].map((kind) => more(`${part}_${kind}`))),
  ],
  transfer: [
    { column: 'book_id', set: 'book_id = 2', found: { column: 'book_id' } },
    renamed('no', '70'),
    another('after_sale', 'NULL'),
    another('decision_no', '70'),
    another('phase', "'direct'"),
    another('settles', '70'),
    ...['debit', 'credit'].map(longer),
    ...['net', 'tax'].map(more),
  ],
  payout: [
    renamed('key', "'another'"),
    another('book_id', '2'),
    another('after_sale', 'NULL'),
    another('state', "'waiting'"),
    ...['amount', 'updated_at'].map(more),
    inside('data', 'attempt'),
  ],
  timer: [
    { column: 'after_sale', set: 'after_sale = 70', found: { row: 'of after-sale 70', column: 'after_sale' } },
    renamed('timer_id', "'another'"),
    ...['visit', 'due_at'].map(more),
    another('suspended_ms', '70'),
  ],
  event: [
    another('position', '7000'),
    { column: 'book_id', set: 'book_id = 70', found: { column: null } },
    another('version', '70'),
    { column: 'at', set: 'at = at + 1', found: { column: 'hash' } },
    another('type', "'reject'"),
    { column: 'command_id', set: "command_id = command_id || 'x'", found: { column: 'hash' } },
    another('after_sale', '3'),
    { column: 'body', set: "body = replace(body, 'merchant/', 'operations/')", found: { column: 'hash' } },
    { column: 'body', set: "body = '{}'", found: { column: 'body' } },
    longer('hash'),
  ],
  event_also: [
    { column: 'after_sale', set: 'after_sale = 3', found: { column: null } },
    { column: 'position', set: 'position = 70', found: { column: null } },
  ],
  private_text: [
    renamed('id', "'another'"),
    another('book_id', '2'),
    another('after_sale', 'NULL'),
    longer('kind'),
    { column: 'salt', set: "salt = salt || 'x'", found: { column: 'salt and content' } },
    { column: 'content', set: "content = replace(content, 'dent', 'flaw')", found: { column: 'salt and content' } },
    another('content', 'NULL'),
    longer('hash'),
  ],
};

/** Numbers that rows have by where they stand in their table; nothing refers to them, and nothing rests on them. */
const MEAN_NOTHING: readonly string[] = ['transfer.id', 'payout.id', 'private_text.no'];

/** Where it is the order's own name, or the only way to the order, that is damaged. */
const NAMELESS: readonly string[] = ['book.shop_id', 'book.order_no', 'timer.after_sale'];

describe('a value that is not what it was', () => {
  const cases = TOLD_TABLES.flatMap((table) => DAMAGES[table].map((damage) => ({ table, ...damage })));

  it.each(cases)('is found: $table, $set', async ({ table, set, column, found = { column } }) => {
    const findings = await foundAfter(`UPDATE ${table} SET ${set} WHERE ${WHERE[table]}`);
    const row = found.row ?? (column === 'version' && table === 'event' ? 'version 70' : ROW[found.table ?? table]);
    const named = findings.filter((f) => f.table === (found.table ?? table) && f.column === found.column && RegExp(row).test(f.row));
    expect(named, JSON.stringify(findings, null, 1)).not.toEqual([]);
    for (const { stored, expected } of named) expect(JSON.stringify(stored)).not.toBe(JSON.stringify(expected));
    if (!NAMELESS.includes(`${table}.${column}`)) expect(named.map(({ order }) => order)).toContainEqual(key);
  });

  it('may be any column of any of these tables', () => {
    const known = cases.map(({ table, column }) => `${table}.${column}`);
    const columns = TOLD_TABLES.flatMap((table) =>
      connection
        .prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
        .all()
        .map(({ name }) => `${table}.${name}`),
    );
    expect(columns.filter((column) => !known.includes(column) && !MEAN_NOTHING.includes(column))).toEqual([]);
  });
});

describe('a row', () => {
  it.each(TOLD_TABLES)('that is gone is found: %s', async (table) => {
    const findings = await foundAfter(`DELETE FROM ${table} WHERE ${WHERE[table]}`);
    const named = findings.filter((f) => f.table === table && f.column === null && ROW[table].test(f.row));
    expect(named, JSON.stringify(findings, null, 1)).toMatchObject([{ order: key, stored: undefined }]);
  });

  const copied: Readonly<Record<Exclude<ToldTable, 'book' | 'order_content'>, readonly [set: string, row: RegExp]>> = {
    after_sale: ["no = 70, id = 'another', refund_id = 70", /^another$/],
    cap: ["key = 'another'", /^another$/],
    transfer: ['id = 70, no = 70', /^70$/],
    payout: ["id = 70, key = 'another'", /^another$/],
    timer: ["timer_id = 'another'", /^another of after-sale 2$/],
    event: ['position = 70, version = 70', /^version 70$/],
    event_also: ['position = 2', /^after-sale 1 at position 2$/],
    private_text: ["no = 70, id = 'another'", /^another$/],
  };
  it.each(Object.entries(copied))('that nobody told of is found: %s', async (table, [set, row]) => {
    const findings = await foundAfter(
      `CREATE TEMP TABLE extra AS SELECT * FROM ${table} WHERE ${WHERE[table as ToldTable]};
       UPDATE extra SET ${set}; INSERT INTO ${table} SELECT * FROM extra`,
    );
    const named = findings.filter((f) => f.table === table && row.test(f.row));
    expect(named, JSON.stringify(findings, null, 1)).not.toEqual([]);
    expect(named[0]).toMatchObject({ order: key });
  });

  it.each(['timer (after_sale, timer_id, visit, due_at) VALUES (70, 1, 1, 1)', 'event_also VALUES (70, 1)'])(
    'of no after-sale is found: %s',
    async (row) => {
      const [finding, ...others] = await foundAfter(`INSERT INTO ${row}`);
      expect(others).toEqual([]);
      expect(finding).toMatchObject({ order: null, row: 'of after-sale 70', stored: 70 });
    },
  );
});

describe('a row of which the trail does not tell', () => {
  const JOB = "job (id, key, topic, payload, state, due_at, attempts, run_after) VALUES (9, 'k', 't', '{}', 'ready', 1, 0, 1)";
  const UPLOAD =
    "evidence (no, id, caller, kind, media_type, sha256, at, bytes) VALUES (9, 'up', 'c', 'photo', 'image/png', 'no', 1, x'00')";

  it.each([
    ['answer', "UPDATE answer SET body = '{' WHERE id = 2", 'number 2', 'body'],
    ['outbox', "INSERT INTO outbox (position, book_id, version, at, effects) VALUES (900, 1, 1, 1, '')", 'number 900', 'effects'],
    ['job', `INSERT INTO ${JOB}; UPDATE job SET payload = 'x' WHERE id = 9`, 'number 9', 'payload'],
    ['evidence', `INSERT INTO ${UPLOAD}`, 'up', 'bytes'],
  ])('is found where it is not what it was: %s', async (table, sql, row, column) => {
    expect(await foundAfter(sql)).toMatchObject([{ order: null, table, row, column }]);
  });

  it('is nothing to be found as long as it can be read', async () => {
    const sum = "UPDATE evidence SET sha256 = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'";
    expect(await foundAfter(`INSERT INTO ${JOB}; INSERT INTO ${UPLOAD}; ${sum}`)).toEqual([]);
  });
});

describe('an order', () => {
  const ALL = TOLD_TABLES.filter((table) => !['book', 'timer', 'event_also'].includes(table)).map(
    (table) => `DELETE FROM ${table} WHERE book_id = 1`,
  );

  it('that is wholly gone leaves a gap among the events', async () => {
    const findings = await foundAfter([...ALL, 'DELETE FROM book WHERE id = 1', 'DELETE FROM timer', 'DELETE FROM event_also'].join(';'));
    expect(findings).toMatchObject([{ order: null, table: 'event', row: 'positions 1 to 12', stored: undefined }]);
  });

  it('of which only the trail is left is named by it', async () => {
    const rest = ALL.filter((sql) => !/event|private/.test(sql));
    const findings = await foundAfter([...rest, 'DELETE FROM book WHERE id = 1'].join(';'));
    expect(findings).toEqual(expect.arrayContaining([expect.objectContaining({ order: key, table: 'book', column: null })]));
    expect(new Set(findings.filter(({ order }) => order !== null).map(({ order }) => order?.orderNo))).toEqual(new Set([key.orderNo]));
  });

  it('that nobody put is found', async () => {
    const findings = await foundAfter(
      `INSERT INTO book (id, shop_id, order_no, platform, buyer_uid, version, chain, state) VALUES (9, 's', 'o', 'demo', 'b', 1, '', '{}')`,
    );
    expect(findings).toMatchObject([{ order: { shopId: 's', orderNo: 'o' }, table: 'event', row: 'version 1', stored: undefined }]);
  });

  it('that is as it was has nothing to be found', async () => {
    expect(await foundAfter('SELECT 1')).toEqual([]);
  });
});
