import { closeSync, cpSync, openSync, readSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { beforeAll, expect, it, vi } from 'vitest';
import type { AfterSaleView } from '../../src/actors/views.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { Load, sendAgain } from '../concurrency/load.js';
import { faultsOfData, type Serving, servingTests } from '../concurrency/serving.js';
import { differencesOf } from '../concurrency/verified.js';
import { orderBody } from '../stories/sketches.js';

const services = servingTests();
const PAGE = 4_096;

/** A page that holds rows or index entries of a table, the one in the middle. */
function pageOf(dataDirectory: string, name: string): number {
  const database = new Database(databaseFile(dataDirectory), { readonly: true });
  const pages = database
    .prepare<[string], number>("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno")
    .pluck()
    .all(name);
  database.close();
  const page = pages[Math.floor(pages.length / 2)];
  if (page === undefined) throw new Error(`${name} has no page`);
  return page;
}

/** Overwrites a page, as a broken disk or a stray program does; gives how to put it back. */
function damage(dataDirectory: string, page: number): () => void {
  const file = openSync(databaseFile(dataDirectory), 'r+');
  const before = Buffer.alloc(PAGE);
  readSync(file, before, 0, PAGE, (page - 1) * PAGE);
  writeSync(file, Buffer.alloc(PAGE, 0xd5), 0, PAGE, (page - 1) * PAGE);
  return () => {
    writeSync(file, before, 0, PAGE, (page - 1) * PAGE);
    closeSync(file);
  };
}

let worked: { readonly dataDirectory: string; readonly load: Load };

/** A service has worked and stopped: all that it knows is in the file, and nothing in the log. */
beforeAll(async () => {
  const dataDirectory = services.directory();
  const serving = await services.start(dataDirectory);
  const load = new Load(serving, 0);
  await load.open(5);
  const running = load.run(1);
  await load.answered(60);
  load.end();
  await running;
  expect(await serving.stop()).toBe(0);
  worked = { dataDirectory, load };
});

const readyz = (serving: Serving) => fetch(`${serving.url}/readyz`);

/** The status of every read that the service offers of what it has been told. */
async function readAll(serving: Serving, { sent, books }: Load): Promise<Set<number>> {
  const operations = await serving.caller({ role: 'operations', id: 'operator' });
  const statuses = new Set<number>();
  const read = async (path: string): Promise<string> => {
    const { status, code, headers, text } = await operations.send('GET', path);
    statuses.add(status);
    if (status === 503) expect([code, Number(headers.get('retry-after'))]).toEqual(['service.unavailable', 30]);
    return text;
  };
  await read('after-sales');
  for (const { shopId, orderNo } of books) await read(`orders/${shopId}/${orderNo}`);
  for (const { path, answer } of sent) {
    if (path === 'after-sales' && answer?.status === 201) await read(`after-sales/${(JSON.parse(answer.text) as AfterSaleView).id}`);
  }
  return statuses;
}

/** Every command once more: the service remembers each of them, and decides none anew. */
async function sendAll(serving: Serving, { sent }: Load): Promise<void> {
  for (const command of sent) {
    const { status } = await sendAgain(serving, command);
    expect([command.answer?.status, 503]).toContain(status);
  }
}

it.each(['after_sale', 'event', 'answer'])(
  'a page of %s that is damaged stops all writing, and of the reading only what needs it, until it is whole again',
  async (table) => {
    const { load } = worked;
    const dataDirectory = services.directory();
    cpSync(worked.dataDirectory, dataDirectory, { recursive: true });
    const mend = damage(dataDirectory, pageOf(dataDirectory, table));
    const serving = await services.start(dataDirectory);
    // It is found by the first who needs the page.
    const before = await readAll(serving, load);
    await sendAll(serving, load);

    const platform = await serving.caller({ role: 'platform', id: 'machine', platform: 'demo' });
    const body = orderBody({ lines: [{ sku: 'cup', price: 100 }] }, 'ann', Date.now());
    const refused = await platform.send('PUT', 'shops/shop-1/orders/new', { body });
    expect([refused.status, refused.code, refused.headers.get('retry-after')]).toEqual([503, 'service.unavailable', '30']);
    expect(refused.text).toContain('damaged');
    const ready = await vi.waitUntil(async () => {
      const answer = await readyz(serving);
      return answer.ok ? false : answer;
    });
    expect(await ready.json()).toMatchObject({ ready: false, parts: { writing: false } });
    expect(await readAll(serving, load)).toContain(200);
    expect(before).toContain(200);

    mend();
    await vi.waitUntil(async () => (await readyz(serving)).ok, { timeout: 20_000, interval: 50 });
    expect((await platform.send('PUT', 'shops/shop-1/orders/new', { body })).status).toBe(201);
    expect([...(await readAll(serving, load))]).toEqual([200]);
    for (const command of load.sent) expect((await sendAgain(serving, command)).status).toBe(command.answer?.status);
    expect(await faultsOfData(dataDirectory, load.books)).toEqual([]);
    expect(await differencesOf(dataDirectory)).toEqual([]);
    expect(await serving.stop()).toBe(0);
  },
);

it('a file whose beginning is damaged is refused at the start, with words that say so', async () => {
  const dataDirectory = services.directory();
  cpSync(worked.dataDirectory, dataDirectory, { recursive: true });
  const mend = damage(dataDirectory, 1);
  await expect(services.start(dataDirectory)).rejects.toThrow(/cannot be used\. The data is damaged: .*Bring back a backup/);
  mend();
  expect(await (await services.start(dataDirectory)).stop()).toBe(0);
});
