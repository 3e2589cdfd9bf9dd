import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { commitGroup } from '../../src/store/sqlite/commitGroup.js';
import { type Connection, openConnection } from '../../src/store/sqlite/connection.js';
import { failureOf, mayBeKept } from '../../src/store/sqlite/failure.js';
import { groupRunner, Undo } from '../../src/store/sqlite/group.js';
import { inlineBackend } from '../../src/store/sqlite/inlineWriter.js';
import { bookReads } from '../../src/store/sqlite/loadBook.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { groupingWriter, WRITER_LIMITS, type WriterBackend } from '../../src/store/sqlite/writer.js';
import { applyTo, at, commitOf, keyOf, newBook, PAID, reserve } from './commits.js';
import { temporaryStores } from './directories.js';

const stores = temporaryStores();

/** A connection to a new file with `books` books in it. */
async function connectionWith(books: number): Promise<Connection> {
  const dataDirectory = stores.directory();
  await stores.open({ dataDirectory }).close();
  const connection = openConnection(databaseFile(dataDirectory), { readOnly: false });
  commitGroup(
    connection,
    Array.from({ length: books }, (_, number) => newBook(keyOf(number))),
  );
  return connection;
}

describe('a group of commits', () => {
  it('stands without the member in its middle that breaks a constraint', async () => {
    const connection = await connectionWith(3);
    const results = commitGroup(connection, [
      applyTo(keyOf(0), 0, 2),
      applyTo(keyOf(1), 1, 2, {}, { changes: { caps: [reserve('order', 1), reserve('tender:card', PAID + 1)] } }),
      applyTo(keyOf(2), 2, 2),
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['committed', 'capExceeded', 'committed']);
    expect([0, 1, 2].map((number) => bookReads(connection).load(keyOf(number))?.version)).toEqual([2, 1, 2]);
    connection.close();
  });

  it('is one transaction: nobody else sees a part of it', async () => {
    const dataDirectory = stores.directory();
    await stores.open({ dataDirectory }).close();
    const connection = openConnection(databaseFile(dataDirectory), { readOnly: false });
    const other = bookReads(openConnection(databaseFile(dataDirectory), { readOnly: true }));
    const seen: (number | undefined)[] = [];
    const insert = connection.prepare("INSERT INTO meta (key, value) VALUES (?, 'x')");
    groupRunner(connection)<unknown>([() => insert.run('a'), () => seen.push(other.load(keyOf(0))?.version), () => insert.run('b')]);
    expect(connection.prepare('SELECT count(*) FROM meta').pluck().get()).toBe(2);
    expect(seen).toEqual([undefined]);
    connection.close();
  });

  it('undoes only the member that says so, and tells a bug from a refusal', async () => {
    const connection = await connectionWith(0);
    const insert = connection.prepare("INSERT INTO meta (key, value) VALUES (?, 'x')");
    const results = groupRunner(connection)<unknown>([
      () => insert.run('a').changes,
      () => {
        insert.run('b');
        throw new Undo('no');
      },
      () => {
        insert.run('c');
        throw new TypeError('a bug');
      },
      () => insert.run('a').changes,
      () => insert.run('d').changes,
    ]);
    expect(results).toEqual([
      { kind: 'done', value: 1 },
      { kind: 'done', value: 'no' },
      { kind: 'broken', detail: 'a bug' },
      { kind: 'broken', detail: 'UNIQUE constraint failed: meta.key' },
      { kind: 'done', value: 1 },
    ]);
    expect(connection.prepare('SELECT key FROM meta ORDER BY key').pluck().all()).toEqual(['a', 'd']);
    connection.close();
  });

  it.each([
    ['says so', new Undo('no'), { kind: 'done', value: 'no' }],
    ['meets a bug', new TypeError('a bug'), { kind: 'broken', detail: 'a bug' }],
  ] as const)('undoes a member that is alone and %s, and takes the next', async (_, thrown, result) => {
    const connection = await connectionWith(0);
    const insert = connection.prepare("INSERT INTO meta (key, value) VALUES (?, 'x')");
    const run = groupRunner(connection);
    const fails = (): never => {
      insert.run('a');
      throw thrown;
    };
    expect([run([fails]), connection.inTransaction, run([() => insert.run('b').changes])]).toEqual([
      [result],
      false,
      [{ kind: 'done', value: 1 }],
    ]);
    expect(connection.prepare('SELECT key FROM meta ORDER BY key').pluck().all()).toEqual(['b']);
    connection.close();
  });

  it('fails as a whole when the disk is full, and the next one stands when it is not', async () => {
    const connection = await connectionWith(40);
    const group = Array.from({ length: 40 }, (_, number) => applyTo(keyOf(number), number, 2));
    const pages = Number(connection.pragma('page_count', { simple: true }));
    connection.pragma(`max_page_count = ${pages + 10}`);
    const results = commitGroup(connection, group);
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['failed']));
    expect(results[0]).toMatchObject({ retryAfterMs: expect.any(Number), detail: expect.stringContaining('SQLITE_FULL') });
    expect(connection.inTransaction).toBe(false);
    expect([0, 20, 39].map((number) => bookReads(connection).load(keyOf(number))?.version)).toEqual([1, 1, 1]);

    connection.pragma(`max_page_count = ${pages + 100_000}`);
    expect(new Set(commitGroup(connection, group).map(({ outcome }) => outcome))).toEqual(new Set(['committed']));
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    connection.close();
  });

  it('keeps nothing of a member that the full disk interrupts after others were done', async () => {
    const connection = await connectionWith(1);
    const insert = connection.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count', { simple: true })) + 2}`);
    const results = groupRunner(connection)([
      () => insert.run('small', 'x'),
      () => insert.run('large', 'x'.repeat(100_000)),
      () => insert.run('after', 'x'),
    ]);
    expect(results.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed']);
    expect(connection.prepare('SELECT count(*) FROM meta').pluck().get()).toBe(0);
    connection.close();
  });
});

describe('errors of the database', () => {
  const error = (code: string) => new Database.SqliteError('message', code);

  it.each([
    ['SQLITE_FULL', 'diskFull', false],
    ['SQLITE_READONLY_DBMOVED', 'readOnly', false],
    ['SQLITE_BUSY_SNAPSHOT', 'busy', false],
    ['SQLITE_CORRUPT_INDEX', 'damaged', false],
    ['SQLITE_NOTADB', 'damaged', false],
    ['SQLITE_IOERR_WRITE', 'io', false],
    ['SQLITE_IOERR_FSYNC', 'io', true],
    ['SQLITE_IOERR_DIR_FSYNC', 'io', true],
  ])('%s means %s; a commit that ended so may be kept: %s', (code, reason, kept) => {
    expect(failureOf(error(code))).toMatchObject({ reason, retryAfterMs: expect.any(Number) });
    expect(mayBeKept(error(code))).toBe(kept);
  });

  it('a broken constraint and a bug are none', () => {
    expect(failureOf(error('SQLITE_CONSTRAINT_CHECK'))).toBeUndefined();
    expect(failureOf(new TypeError('a bug'))).toBeUndefined();
  });
});

describe('the writer', () => {
  /** A backend whose groups end when the test says so. */
  function heldBackend(): WriterBackend & { readonly groups: string[][]; readonly end: () => void; closed: boolean } {
    const groups: string[][] = [];
    const ends: (() => void)[] = [];
    return {
      groups,
      closed: false,
      end: () => ends.shift()?.(),
      compact: async () => ({ kind: 'done', value: { bytesBefore: groups.length, bytesAfter: 0, logCut: true } }),
      run: (requests) => {
        groups.push(requests.map(({ argument }) => String(argument)));
        return new Promise((resolve) => {
          ends.push(() => resolve(requests.map(({ argument }) => ({ kind: 'done', value: argument === 'e-1' }))));
        });
      },
      async close() {
        this.closed = true;
      },
    };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('sends what waits as one group, the next as soon as that one is on disk', async () => {
    const backend = heldBackend();
    const writer = groupingWriter(backend, { groupSize: 3, ahead: 0, waiting: 100 });
    const answers = ['a', 'b', 'e-1', 'd', 'e'].map((id) => writer.demand('removeEvidence', id));
    await turn();
    expect(backend.groups).toEqual([['a', 'b', 'e-1']]);
    answers.push(writer.demand('removeEvidence', 'f'));
    backend.end();
    await turn();
    expect(backend.groups.slice(1)).toEqual([['d', 'e', 'f']]);
    backend.end();
    expect(await Promise.all(answers)).toEqual([false, false, true, false, false, false]);
  });

  it('hands over one whole group while another is written, no second one, and none that could still grow', async () => {
    const backend = heldBackend();
    const writer = groupingWriter(backend, { groupSize: 2, ahead: 1, waiting: 100 });
    const answers = ['a', 'b', 'c'].map((id) => writer.demand('removeEvidence', id));
    await turn();
    expect(backend.groups).toEqual([['a', 'b']]);
    answers.push(...['d', 'e-1', 'f', 'g'].map((id) => writer.demand('removeEvidence', id)));
    await turn();
    expect(backend.groups).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    backend.end();
    await turn();
    expect(backend.groups.slice(2)).toEqual([['e-1', 'f']]);
    backend.end();
    await turn();
    expect(backend.groups.slice(3)).toEqual([]);
    backend.end();
    await turn();
    expect(backend.groups.slice(3)).toEqual([['g']]);
    backend.end();
    expect(await Promise.all(answers)).toEqual([false, false, false, false, true, false, false]);
  });

  it('compacts once every group that was handed over is on disk', async () => {
    const backend = heldBackend();
    const writer = groupingWriter(backend, { groupSize: 2, ahead: 1, waiting: 100 });
    const answers = ['a', 'b', 'c', 'd'].map((id) => writer.demand('removeEvidence', id));
    await turn();
    const compacted = writer.compact();
    answers.push(...['e', 'f'].map((id) => writer.demand('removeEvidence', id)));
    await turn();
    expect(backend.groups).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    backend.end();
    await turn();
    backend.end();
    expect(await compacted).toMatchObject({ bytesBefore: 2 });
    await turn();
    backend.end();
    expect(await Promise.all(answers)).toEqual([false, false, false, false, false, false]);
  });

  it('turns away what is beyond its limit, and takes more once there is room', async () => {
    const backend = heldBackend();
    const writer = groupingWriter(backend, { groupSize: 1, ahead: 0, waiting: 2 });
    const first = writer.demand('removeEvidence', 'a');
    await turn();
    const waiting = ['b', 'c'].map((id) => writer.demand('removeEvidence', id));
    await expect(writer.demand('removeEvidence', 'd')).rejects.toMatchObject({
      name: 'Unavailable',
      reason: 'overloaded',
      retryAfterMs: 1_000,
    });
    backend.end();
    await first;
    await turn();
    const last = writer.demand('removeEvidence', 'e');
    for (const _ of [1, 2, 3]) {
      backend.end();
      await turn();
    }
    expect(await Promise.all([...waiting, last])).toEqual([false, false, false]);
    expect(backend.groups).toEqual([['a'], ['b'], ['c'], ['e']]);
  });

  it('writes what is waiting before it closes, and takes nothing afterwards', async () => {
    const backend = heldBackend();
    const writer = groupingWriter(backend);
    const answer = writer.demand('removeEvidence', 'e-1');
    const closing = writer.close();
    await expect(writer.demand('removeEvidence', 'b')).rejects.toMatchObject({ reason: 'closed' });
    await turn();
    expect(backend.closed).toBe(false);
    backend.end();
    await closing;
    expect(await answer).toBe(true);
    expect(backend.closed).toBe(true);
  });

  it('says unknown for a member that got no answer', async () => {
    const writer = groupingWriter({ run: async () => [], compact: () => Promise.reject(), close: async () => undefined });
    await expect(writer.demand('removeEvidence', 'a')).rejects.toMatchObject({ reason: 'lost' });
  });

  it('opens its connection anew after an error that the connection does not get over', async () => {
    const dataDirectory = stores.directory();
    await stores.open({ dataDirectory }).close();
    const file = databaseFile(dataDirectory);
    const opened: boolean[] = [];
    const backend = inlineBackend(() => {
      opened.push(opened.length === 0);
      return openConnection(file, { readOnly: opened.length === 1 });
    });
    const writer = groupingWriter(backend, WRITER_LIMITS);
    const jobs = [{ key: 'a', topic: 't', payload: null, runAfter: at(0) }];
    await expect(writer.demand('enqueueJobs', jobs)).rejects.toMatchObject({ reason: 'readOnly' });
    await expect(writer.demand('enqueueJobs', jobs)).resolves.toBe(1);
    await expect(writer.demand('enqueueJobs', jobs)).resolves.toBe(0);
    expect(opened).toEqual([true, false]);
    await writer.close();
  });
});

describe('the feed of commits', () => {
  it('tells of each commit once, in the order of positions, from when one listens to when one stops', async () => {
    const store = stores.open();
    await store.books.commit(newBook(keyOf(1)));
    const heard: (readonly [string, number])[] = [];
    const stop = store.feed.subscribe(({ type, position }) => heard.push([type, position]));
    store.feed.subscribe(() => {
      throw new Error('a listener that fails');
    });
    await Promise.all([
      store.books.commit(applyTo(keyOf(1), 1, 2)),
      store.books.commit(applyTo(keyOf(9), 9, 2)),
      store.books.commit(commitOf(keyOf(1), 3, 'note', {})),
    ]);
    stop();
    await store.books.commit(commitOf(keyOf(1), 4, 'extend', {}));
    expect(heard.map(([type]) => type)).toEqual(['apply', 'note']);
    expect(heard.map(([, position]) => position)).toEqual(heard.map(([, position]) => position).sort((a, b) => a - b));
  });
});
