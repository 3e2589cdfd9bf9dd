import { closeSync, existsSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { MIGRATIONS } from '../../src/store/sqlite/schema.js';
import { answerOf, applyTo, at, keyOf, NOON, newBook } from './commits.js';
import { temporaryStores } from './directories.js';

const stores = temporaryStores();
const NEXT = { version: 2, sql: 'CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT; INSERT INTO later VALUES (7);' };

describe('a connection', () => {
  it.each([
    ['that writes', false],
    ['that reads', true],
  ])('%s syncs each commit and trusts no schema', async (_, readOnly) => {
    const dataDirectory = stores.directory();
    stores.open({ dataDirectory });
    const connection = openConnection(databaseFile(dataDirectory), { readOnly });
    const setting = (name: string) => connection.pragma(name, { simple: true });
    expect({
      synchronous: setting('synchronous'),
      journal: setting('journal_mode'),
      keys: setting('foreign_keys'),
      trusted: setting('trusted_schema'),
    }).toEqual({
      ...{ synchronous: 2, journal: 'wal', keys: 1, trusted: 0 },
    });
    connection.close();
  });

  it('has only strict tables', () => {
    const store = stores.directory();
    stores.open({ dataDirectory: store });
    const connection = openConnection(databaseFile(store), { readOnly: true });
    const tables = connection
      .prepare<[], { name: string; strict: number }>(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
      )
      .all();
    expect(tables.length).toBeGreaterThan(12);
    expect(tables.filter(({ strict }) => strict === 0)).toEqual([]);
    connection.close();
  });
});

describe('the data directory', () => {
  it('is not opened for writing twice, and again once the first has closed', async () => {
    const dataDirectory = stores.directory();
    const first = stores.open({ dataDirectory });
    expect(() => stores.open({ dataDirectory })).toThrow(/Another process is writing to this data .*redress\.lock\.db/);
    await first.close();
    await stores.open({ dataDirectory }).close();
  });

  it('is read by tools while a service writes to it, and they cannot write', async () => {
    const dataDirectory = stores.directory();
    const service = stores.open({ dataDirectory });
    await service.books.commit(newBook(keyOf(1)));
    const tool = stores.open({ dataDirectory, readOnly: true });
    expect((await tool.books.load(keyOf(1)))?.version).toBe(1);
    expect(await tool.books.commit(applyTo(keyOf(1), 1, 2))).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('SQLITE_READONLY'),
    });
    const job = { key: 'a', topic: 't', payload: null, runAfter: NOON };
    await expect(tool.jobs.enqueue([job])).rejects.toMatchObject({ reason: 'readOnly' });
    await service.books.commit(applyTo(keyOf(1), 1, 2));
    expect((await tool.books.load(keyOf(1)))?.version).toBe(2);
  });

  it('is not made by a tool that only reads', () => {
    const dataDirectory = join(stores.directory(), 'nothing');
    expect(() => stores.open({ dataDirectory, readOnly: true })).toThrow(/There is no data in/);
    expect(existsSync(dataDirectory)).toBe(false);
  });

  it('keeps what was committed over closing and opening', async () => {
    const dataDirectory = stores.directory();
    const first = stores.open({ dataDirectory });
    await first.books.commit(newBook(keyOf(1)));
    await first.close();
    expect(readdirSync(dataDirectory).sort()).toEqual(['redress.db', 'redress.lock.db']);
    expect((await stores.open({ dataDirectory }).books.load(keyOf(1)))?.version).toBe(1);
  });

  it('of another program is refused and left as it is', () => {
    const dataDirectory = stores.directory();
    const other = new Database(databaseFile(dataDirectory));
    other.exec('CREATE TABLE theirs (id INTEGER)');
    other.close();
    expect(() => stores.open({ dataDirectory })).toThrow(/is a database of another program/);
    const again = new Database(databaseFile(dataDirectory));
    expect(again.pragma('journal_mode', { simple: true })).toBe('delete');
    again.close();
  });

  it('with something that is no database is refused', () => {
    const dataDirectory = stores.directory();
    const file = openSync(databaseFile(dataDirectory), 'w');
    writeSync(file, 'this is a letter and no database\n'.repeat(200));
    closeSync(file);
    expect(() => stores.open({ dataDirectory })).toThrow(/not a database/);
  });
});

describe('the schema', () => {
  it('of a newer program is refused, by the service and by tools', async () => {
    const dataDirectory = stores.directory();
    await stores.open({ dataDirectory, migrations: [...MIGRATIONS, NEXT] }).close();
    const message = /has schema version 2, this program knows versions up to 1/;
    expect(() => stores.open({ dataDirectory })).toThrow(message);
    expect(() => stores.open({ dataDirectory, readOnly: true })).toThrow(message);
    await stores.open({ dataDirectory, migrations: [...MIGRATIONS, NEXT] }).close();
  });

  it('of an older program is brought up to date, with a copy of the file as it was', async () => {
    const dataDirectory = stores.directory();
    const older = stores.open({ dataDirectory });
    expect(older.migratedFrom).toBeUndefined();
    await older.books.commit(newBook(keyOf(1)));
    await older.close();
    expect(() => stores.open({ dataDirectory, readOnly: true, migrations: [...MIGRATIONS, NEXT] })).toThrow(
      /start the service once to bring it to 2/,
    );

    const newer = stores.open({ dataDirectory, migrations: [...MIGRATIONS, NEXT] });
    expect(newer.migratedFrom).toBe(`${databaseFile(dataDirectory)}.schema-1`);
    expect((await newer.books.load(keyOf(1)))?.version).toBe(1);
    await newer.close();

    const copy = new Database(`${databaseFile(dataDirectory)}.schema-1`, { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(1);
    expect(copy.prepare('SELECT order_no FROM book').pluck().all()).toEqual(['O-1']);
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    copy.close();
  });

  it('stays as it was where a step fails', async () => {
    const dataDirectory = stores.directory();
    await stores.open({ dataDirectory }).close();
    const failing = { version: 3, sql: 'CREATE TABLE half (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1);' };
    expect(() => stores.open({ dataDirectory, migrations: [...MIGRATIONS, failing] })).toThrow(/nowhere/);
    const connection = openConnection(databaseFile(dataDirectory), { readOnly: true });
    expect(connection.pragma('user_version', { simple: true })).toBe(1);
    expect(connection.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").pluck().get()).toBe(0);
    connection.close();
    await stores.open({ dataDirectory }).close();
  });
});

describe('upkeep', () => {
  it('forgets old answers, save those of orders with an open after-sale', async () => {
    const store = stores.open();
    const refusal = (key: string, minutes: number) => ({
      book: keyOf(9),
      expectedVersion: 0,
      write: null,
      answer: answerOf(key, { at: at(minutes) }),
    });
    await store.books.commit(newBook(keyOf(1), {}, { answer: answerOf('open', { at: at(-9) }) }));
    await store.books.commit(applyTo(keyOf(1), 1, 2));
    await store.books.commit(newBook(keyOf(2), {}, { answer: answerOf('ended', { at: at(-9) }) }));
    await store.books.commit(
      applyTo(keyOf(2), 2, 2, { state: 'completed', live: true }, { answer: answerOf('ended too', { at: at(-8) }) }),
    );
    for (let number = 0; number < 1_200; number += 1) await store.books.commit(refusal(`many-${number}`, number < 1_100 ? -7 : 1));
    expect(await store.forgetAnswers(at(-9))).toBe(0);
    expect(await store.forgetAnswers(at(0))).toBe(1_102);
    const kept = await Promise.all(
      ['open', 'ended', 'ended too', 'many-0', 'many-1100'].map((key) => store.books.findAnswer('user/demo/buyer-1', key)),
    );
    expect(kept.map((answer) => answer?.key)).toEqual(['open', undefined, undefined, undefined, 'many-1100']);
    expect(await store.forgetAnswers(at(0))).toBe(0);
  });

  it('says whether writing works', async () => {
    const dataDirectory = stores.directory();
    expect(await stores.open({ dataDirectory }).writable()).toBe(true);
    expect(await stores.open({ dataDirectory, readOnly: true }).writable()).toBe(false);
  });
});

describe('a damaged page', () => {
  it('is an error of its own kind for what stands on it, and what stands elsewhere is still read', async () => {
    const dataDirectory = stores.directory();
    const file = databaseFile(dataDirectory);
    const store = stores.open({ dataDirectory });
    for (const number of [1, 2]) await store.books.commit(newBook(keyOf(number), { platform: 'x'.repeat(3_000) }));
    await store.books.commit(newBook(keyOf(3)));
    await store.close();
    const connection = openConnection(file, { readOnly: true });
    const page = connection
      .prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'order_content' AND pagetype = 'leaf' ORDER BY pageno DESC")
      .pluck()
      .get();
    connection.close();
    if (page === undefined) throw new Error('the order content stands on some page');
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4_096, 0xa5), 0, 4_096, (page - 1) * 4_096);
    closeSync(handle);

    const damaged = stores.open({ dataDirectory });
    const loads = await Promise.allSettled([1, 2, 3].map((number) => damaged.books.load(keyOf(number))));
    const broken = loads.filter((load) => load.status === 'rejected');
    expect(broken.length).toBeGreaterThan(0);
    for (const { reason } of broken) expect(reason).toMatchObject({ name: 'Unavailable', reason: 'damaged' });
    expect(await damaged.reads.newestPosition()).toBe(3);
    expect(await damaged.books.commit(newBook(keyOf(4)))).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('SQLITE_CORRUPT'),
    });
  });
});
