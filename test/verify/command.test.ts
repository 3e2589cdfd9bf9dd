import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/failure.js';
import { PLAIN } from '../../src/cli/terminal.js';
import { durationText, progressOn } from '../../src/cli/verify/progress.js';
import { reportText } from '../../src/cli/verify/report.js';
import { speedOf } from '../../src/cli/verify/speed.js';
import { addFinding, nothingYet } from '../../src/cli/verify/tally.js';
import { instant } from '../../src/domain/ids.js';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile, openSqliteStore } from '../../src/store/sqlite/open.js';
import { here } from '../cli/here.js';
import { redress, serving } from '../cli/redress.js';
import { commandIds, exampleOrder, platformOf } from '../host/world.js';
import { directory, openHouse, tellStory } from './house.js';

const verify = (...words: string[]) => here(['verify', ...words]);

async function storedStory(): Promise<string> {
  const house = await openHouse();
  await tellStory(house);
  await tellStory(house, exampleOrder('odd-cents'), 'put');
  await house.store.close();
  return house.dataDirectory;
}

function damage(data: string, sql: string): void {
  const connection = openConnection(databaseFile(data), { readOnly: false });
  connection.exec(sql);
  connection.close();
}

describe('redress verify', () => {
  it('says that everything is as it should be, and how much that was', async () => {
    const data = await storedStory();
    const { status, out, err } = await verify('--data', data);
    expect({ status, err }).toEqual({ status: EXIT.done, err: '' });
    expect(out).toMatch(/^2 orders with 13 events in \d+ s: 13 decided again\.\nEverything is as the trail says\.\n$/);
  });

  it('names the order, the row and both values of each difference, and ends with a code of its own', async () => {
    const data = await storedStory();
    damage(
      data,
      "UPDATE cap SET posted_net = posted_net + 1 WHERE key = 'tender:wallet' AND book_id = 1; DELETE FROM timer WHERE after_sale = 2",
    );
    const file = join(data, 'report.json');
    const { status, out, err } = await verify('--data', data, '--json', file);
    expect(status).toBe(EXIT.differs);
    expect(out).toContain('shop-1/E-1003  cap tender:wallet posted_net: stored 34, expected 33: the trail gives another value\n');
    expect(out).toMatch(
      /shop-1\/E-1003 {2}timer xstate\.after\.returnTransit\S+ of after-sale 2: stored nothing, expected \{.+: the row is missing\n/,
    );
    expect(out).toMatch(/\n2 differences\.\n$/);
    expect(err).toBe('redress: The data is not what the trail says.\n');
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(report).toMatchObject({
      ...{ data, order: null, orders: 2, events: { all: 13, decided: 13, older: 0, erased: 0 }, speed: null, differences: 2 },
      findings: [
        {
          order: { shopId: 'shop-1', orderNo: 'E-1003' },
          table: 'cap',
          row: 'tender:wallet',
          column: 'posted_net',
          stored: 34,
          expected: 33,
        },
        { order: { shopId: 'shop-1', orderNo: 'E-1003' }, table: 'timer', column: null, stored: null },
      ],
    });
  });

  it('tells what it found also where there is no room for the report, and that it is missing', async () => {
    const data = await storedStory();
    expect(await verify('--data', data, '--json', '/dev/full')).toEqual({
      status: EXIT.usage,
      out: expect.stringContaining('Everything is as the trail says.'),
      err: expect.stringMatching(
        /^redress: --json: \/dev\/full cannot be written: ENOSPC[^\n]*\nredress: Everything is as the trail says, and the report is missing\.\n$/,
      ),
    });
    damage(data, 'DELETE FROM timer WHERE after_sale = 2');
    expect(await verify('--data', data, '--json', '/dev/full')).toMatchObject({
      status: EXIT.differs,
      out: expect.stringContaining('the row is missing'),
    });
  });

  it('looks at one order alone', async () => {
    const data = await storedStory();
    damage(data, "UPDATE book SET chain = 'x' WHERE order_no = 'E-1003'");
    expect(await verify('--data', data, '--order', 'shop-1/E-1005')).toMatchObject({
      status: EXIT.done,
      out: expect.stringMatching(/^1 order with 1 event /),
    });
    expect(await verify('--data', data, '--order', 'shop-1/E-1003')).toMatchObject({ status: EXIT.differs });
  });

  it('finds an order whose shop and number hold slashes', async () => {
    const house = await openHouse();
    const order = { ...exampleOrder('odd-cents'), shopId: 'a/b' as never, orderNo: 'c/d' as never };
    await tellStory(house, order, 'put');
    await house.store.close();
    expect(await verify('--data', house.dataDirectory, '--order', 'a/b/c/d')).toMatchObject({ status: EXIT.done });
  });

  it.each([
    { words: ['--order', 'shop-1/nothing'], status: EXIT.failed, says: 'There is no order shop-1/nothing in this data.' },
    { words: ['--order', 'E-1003'], status: EXIT.usage, says: '--order: expected the shop, a slash and the order' },
    { words: ['--jobs', '0'], status: EXIT.usage, says: '--jobs: expected a whole number from 1' },
    { words: ['--jobs', '1000'], status: EXIT.usage, says: 'the cores of this machine' },
    { words: ['--json', '/nowhere/at/all.json'], status: EXIT.usage, says: '--json: /nowhere/at/all.json cannot be written' },
  ])('refuses $words', async ({ words, status, says }) => {
    const said = await verify('--data', await storedStory(), ...words);
    expect(said).toMatchObject({ status, out: '' });
    expect(said.err).toContain(says);
  });

  it('says that there is no data, and makes none', async () => {
    const data = join(directory(), 'nothing');
    expect(await verify('--data', data)).toMatchObject({ status: EXIT.data, err: `redress: There is no data in ${data}.\n` });
    expect(existsSync(data)).toBe(false);
  });

  /** Overwrites the first page of a table. */
  function overwrite(data: string, table: string): void {
    const connection = openConnection(databaseFile(data), { readOnly: true });
    const root = connection.prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table) ?? 0;
    connection.close();
    const file = openSync(databaseFile(data), 'r+');
    writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, (root - 1) * 4096);
    closeSync(file);
  }

  it('tells of a part of the file that cannot be read, and goes on with the other orders', async () => {
    const data = await storedStory();
    overwrite(data, 'order_content');
    const { status, out } = await verify('--data', data);
    expect(status).toBe(EXIT.differs);
    expect(out).toMatch(/shop-1\/E-1003 {2}book number 1: .+: the file cannot be read: .+SQLITE_CORRUPT/);
    expect(out).toMatch(/shop-1\/E-1005 {2}book number 2: .+: the file cannot be read: .+SQLITE_CORRUPT/);
  });

  it.each(['answer', 'outbox', 'job', 'evidence'])('tells of a part that no trail tells of, and cannot be read: %s', async (table) => {
    const data = await storedStory();
    overwrite(data, table);
    const { status, out } = await verify('--data', data);
    expect(status).toBe(EXIT.differs);
    expect(out).toMatch(new RegExp(`${table} all rows: .+: the file cannot be read: .+SQLITE_CORRUPT`));
    expect(out).toContain('1 difference');
  });
});

/** Processes are started, on a machine that may be busy with anything. */
const SLOW_MS = 180_000;

describe('redress verify beside a running service', () => {
  it('finds nothing to say, with threads of its own', { timeout: SLOW_MS }, async () => {
    const data = directory();
    await serving(['--examples', '--data', data]);
    const { status, out } = await redress(['verify', '--data', data, '--jobs', String(Math.min(2, availableParallelism()))]);
    expect(status).toBe(EXIT.done);
    expect(out).toMatch(/^20 orders with 20 events in .+\nEverything is as the trail says\.\n$/);
  });

  it('lets the log be carried into the file meanwhile: it stays as small as without', { timeout: SLOW_MS }, async () => {
    const dataDirectory = await manyOrders(120);
    const store = openSqliteStore({ dataDirectory, writer: 'inline' });
    const quiet = await highestLog(store, dataDirectory);
    let verifications = 0;
    let stopped = false;
    const verifying = (async () => {
      while (!stopped) {
        const { status } = await redress(['verify', '--data', dataDirectory]);
        expect(status).toBe(EXIT.done);
        verifications += 1;
      }
    })();
    let beside = 0;
    while (verifications < 2) beside = Math.max(beside, await highestLog(store, dataDirectory));
    stopped = true;
    await verifying;
    // One that reads all the while from one snapshot is what would hold the log back.
    const reader = openConnection(databaseFile(dataDirectory), { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM book').get();
    const heldBack = await highestLog(store, dataDirectory, 90);
    reader.close();
    await store.close();
    expect(beside).toBeLessThan(quiet * 2);
    expect(heldBack).toBeGreaterThan(quiet * 2);
  });
});

const UPLOAD = new Uint8Array(512 * 1024);
const UPLOAD_SUM = createHash('sha256').update(UPLOAD).digest('hex');
let uploads = 0;

/** Writes several times as much as the log is to hold, and gives the most bytes that it had. */
async function highestLog(store: ReturnType<typeof openSqliteStore>, dataDirectory: string, count = 60): Promise<number> {
  let highest = 0;
  for (let i = 0; i < count; i += 1) {
    uploads += 1;
    const file = {
      id: `upload-${uploads}`,
      caller: 'user/demo/b',
      kind: 'photo',
      mediaType: 'image/png',
      sha256: UPLOAD_SUM,
      size: UPLOAD.length,
    };
    await store.evidence.put({ ...file, at: instant(0) }, UPLOAD);
    highest = Math.max(highest, statSync(`${databaseFile(dataDirectory)}-wal`).size);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return highest;
}

async function manyOrders(count: number): Promise<string> {
  const house = await openHouse();
  const order = exampleOrder('odd-cents');
  const id = commandIds();
  for (let number = 0; number < count; number += 1) {
    const book = { shopId: order.shopId, orderNo: `${order.orderNo}-${number}` as typeof order.orderNo };
    await house.host.send({ id: id(), book, command: { kind: 'putOrder', order: { ...order, ...book } } }, platformOf(order));
  }
  await house.store.close();
  return house.dataDirectory;
}

describe('the progress', () => {
  const scope = { lastBook: 40, books: 40, lastPosition: 200 };
  const tally = { ...nothingYet(), orders: 10, events: 52, eventsInScope: 50 };

  function told(progressShown: boolean, times: readonly number[]): string[] {
    const lines: string[] = [];
    let now = 0;
    const terminal = { progressShown, progress: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
    const tell = progressOn(terminal, () => now);
    for (now of times) tell(tally, scope);
    return lines;
  }

  it('is a bar that is rewritten on a terminal, with the time that is left', () => {
    expect(told(true, [50, 2_000, 2_050])).toEqual([
      '[######------------------] 25 % 10 of 40 orders, 26 events a second, 0 differences, 6 s left'.replace('% 10', '%, 10'),
    ]);
  });

  it('is a line now and then elsewhere', () => {
    expect(told(false, [1_000, 11_000, 12_000, 21_500])).toEqual([
      '25 %, 10 of 40 orders, 5 events a second, 0 differences, 33 s left',
      '25 %, 10 of 40 orders, 2 events a second, 0 differences, 1 min 5 s left',
    ]);
  });

  it.each([
    [900, '1 s'],
    [59_000, '59 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('writes %i ms as %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});

it('shows the first differences, and lets nothing of them move the cursor', () => {
  const tally = nothingYet();
  for (let number = 0; number < 60; number += 1) {
    addFinding(tally, {
      order: null,
      table: 'cap',
      row: `\u001b[2J${number}`,
      column: 'key',
      stored: '\u202e',
      expected: undefined,
      why: 'w',
    });
  }
  const lines = reportText({ data: '', order: null, tally, startedAt: 0, endedAt: 1_000, speed: null }, PLAIN);
  expect(lines[0]).toBe('no order  cap ?[2J0 key: stored "?", expected nothing: w');
  expect(lines[50]).toBe('and 10 more; --json FILE keeps up to 10,000');
  expect(lines.at(-1)).toBe('60 differences.');
});

it('tells its speed beside that of the charts', () => {
  const speed = speedOf(5_000, 0.5, [19_000, 21_000]);
  expect(speed).toEqual({ eventsPerSecond: 10_000, transitionsPerSecond: 20_000, ratio: 0.5 });
  const lines = reportText({ data: '', order: null, tally: nothingYet(), startedAt: 0, endedAt: 1_000, speed }, PLAIN);
  expect(lines).toContain('Each core in use: 10,000 events a second, bare transition() of the charts 20,000: ratio 0.50.');
});
