import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { threadBackend } from '../../src/store/sqlite/threadWriter.js';
import { groupingWriter } from '../../src/store/sqlite/writer.js';
import { scaled } from '../scale.js';
import { at, keyOf } from './commits.js';
import { temporaryStores } from './directories.js';

const stores = temporaryStores();
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const childFile = fileURLToPath(new URL('./crashChild.mjs', import.meta.url));
const threadFile = fileURLToPath(new URL('../../dist/store/sqlite/writerThread.js', import.meta.url));

it('runs on the built files', () => {
  expect(existsSync(threadFile), 'run `npm run build` first').toBe(true);
});

function startChild(
  dataDirectory: string,
  first: number,
): { child: ChildProcess; lines: string[]; errors: string[]; ended: Promise<void> } {
  const child = spawn(process.execPath, [childFile, dist, dataDirectory, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const errors: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  return { child, lines, errors, ended: new Promise((resolve) => child.on('close', () => resolve())) };
}

/** Waits until so many lines have come from the child, or it has ended. */
async function untilLines({ lines, child }: ReturnType<typeof startChild>, count: number): Promise<void> {
  while (lines.length < count && child.exitCode === null && child.signalCode === null)
    await new Promise((resolve) => setImmediate(resolve));
}

describe('a process that is killed while it writes', () => {
  it(`loses no acknowledged commit and leaves no partial one, ${scaled(10)} times`, async () => {
    const dataDirectory = stores.directory();
    for (let round = 0; round < scaled(10); round += 1) {
      const process = startChild(dataDirectory, round * 100);
      await untilLines(process, 1 + ((round * 337) % 1_500));
      process.child.kill('SIGKILL');
      await process.ended;
      expect(process.errors.join('')).toBe('');

      const acknowledged = new Map<string, number>();
      for (const line of process.lines.slice(1)) {
        const [orderNo = '', version] = line.split(' ');
        acknowledged.set(orderNo, Number(version));
      }
      const store = stores.open({ dataDirectory });
      for (const [orderNo, version] of acknowledged) {
        const key = { ...keyOf(0, 'shop'), orderNo: keyOf(0).orderNo.replace('O-0', orderNo) as ReturnType<typeof keyOf>['orderNo'] };
        const rows = await store.books.load(key);
        expect(rows?.version, orderNo).toBeGreaterThanOrEqual(version);
        // Whole or not at all: book, cap, event and answer tell of the same version.
        expect(rows?.caps.map(({ posted }) => posted.net)).toEqual([(rows?.version ?? 0) - 1]);
        expect(await store.reads.trail(key, 0, 100_000)).toHaveLength(rows?.version ?? 0);
        expect(await store.books.findAnswer('child', `${orderNo}/${rows?.version}`)).toBeDefined();
        expect(await store.books.findAnswer('child', `${orderNo}/${(rows?.version ?? 0) + 1}`)).toBeUndefined();
      }
      expect((await store.outbox.read(1_000_000)).length).toBe(await store.reads.newestPosition());
      await store.close();
    }
    const connection = openConnection(databaseFile(dataDirectory), { readOnly: true });
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    connection.close();
  });

  it('holds the data against another process as long as it lives, and no longer', async () => {
    const dataDirectory = stores.directory();
    const first = startChild(dataDirectory, 0);
    await untilLines(first, 1);
    const second = startChild(dataDirectory, 0);
    await second.ended;
    expect(second.child.exitCode).not.toBe(0);
    expect(second.errors.join('')).toMatch(/Another process is writing to this data/);
    expect(() => stores.open({ dataDirectory })).toThrow(/Another process is writing to this data/);
    await stores.open({ dataDirectory, readOnly: true }).close();
    first.child.kill('SIGKILL');
    await first.ended;
    await stores.open({ dataDirectory }).close();
  });
});

describe("the writer's thread", () => {
  async function writerOn(dataDirectory: string) {
    await stores.open({ dataDirectory }).close();
    const workers: Worker[] = [];
    const backend = threadBackend(() => {
      const worker = new Worker(threadFile, { workerData: { file: databaseFile(dataDirectory) } });
      workers.push(worker);
      return worker;
    });
    return { writer: groupingWriter(backend), workers };
  }
  const jobs = (key: string) => [{ key, topic: 't', payload: { key }, runAfter: at(0) }];
  const claim = { topics: ['t'], now: at(1), limit: 9, leaseMs: 1, token: 'a' };

  it('answers each write once it is on disk', async () => {
    const dataDirectory = stores.directory();
    const { writer } = await writerOn(dataDirectory);
    const added = await Promise.all(Array.from({ length: 300 }, (_, number) => writer.demand('enqueueJobs', jobs(`job-${number % 200}`))));
    expect(added.reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(await writer.demand('claimJobs', claim)).toHaveLength(9);
    expect(await writer.write('publishTemplate', JSON.parse('{"template":null,"at":0}'))).toMatchObject({ kind: 'broken' });
    await writer.close();
  });

  it('that dies leaves unknown what it was given, and the next write finds a new one', async () => {
    const { writer, workers } = await writerOn(stores.directory());
    expect(await writer.demand('enqueueJobs', jobs('before'))).toBe(1);
    const lost = writer.demand('enqueueJobs', jobs('lost'));
    const ended = new Promise((resolve) => workers[0]?.on('exit', resolve));
    await workers[0]?.terminate();
    await ended;
    // It may have been faster than its end: then it is kept, and known to be.
    const outcome = await lost.then(String, (error: { reason?: string }) => error.reason);
    expect(['1', 'lost']).toContain(outcome);
    expect(await writer.demand('enqueueJobs', jobs('after'))).toBe(1);
    const kept = (await writer.demand('claimJobs', claim)).map(({ key }) => key);
    expect(kept).toEqual(expect.arrayContaining(outcome === '1' ? ['before', 'lost', 'after'] : ['before', 'after']));
    expect(workers).toHaveLength(2);
    await writer.close();
  });

  it('that cannot open the file fails what it was given, and makes no other', async () => {
    const dataDirectory = stores.directory();
    const file = databaseFile(dataDirectory);
    const backend = threadBackend(() => new Worker(threadFile, { workerData: { file: `${dataDirectory}/nowhere/redress.db` } }));
    const writer = groupingWriter(backend);
    await expect(writer.demand('enqueueJobs', jobs('a'))).rejects.toMatchObject({ name: 'Unavailable' });
    await writer.close();
    expect(existsSync(file)).toBe(false);
  });
});
