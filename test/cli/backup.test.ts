import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { takeWriterLock } from '../../src/store/sqlite/lock.js';
import { lockFile, openSqliteStore } from '../../src/store/sqlite/open.js';
import { faultsOfBook } from '../stories/judge.js';
import { here, putOrders } from './here.js';
import { follow, printedRequests } from './printed.js';
import { directory, ROOT, redress, serving } from './redress.js';

const example = JSON.parse(readFileSync(join(ROOT, 'examples/odd-cents.json'), 'utf8')) as object;

/** Data with one order that no service has open, and a backup of it. */
async function backedUp() {
  const root = directory();
  const [data, backup] = [join(root, 'data'), join(root, 'backup')];
  await putOrders(data, [example]);
  expect(await here(['backup', backup, '--data', data])).toMatchObject({ status: 0, out: expect.stringContaining('1 order,') });
  return { root, data, backup };
}

it('backs up while the service takes orders, and what is restored serves on where the copy was taken', async () => {
  const root = directory();
  const [data, backup, restored] = [join(root, 'data'), join(root, 'backup'), join(root, 'restored')];
  const service = await serving(['--examples', '--data', data]);
  const [apply, approve, look] = printedRequests(service.out());
  if (apply === undefined || approve === undefined || look === undefined) throw new Error('three lines are printed');
  const applied = await follow(apply);
  const token = (await here(['token', '--role', 'platform', '--id', 'oms', '--platform', 'demo', '--data', data])).out.trim();
  let acknowledged = 0;
  let copying = true;
  const load = async () => {
    for (; copying; acknowledged += 1) {
      const { status } = await fetch(`${service.url}/v1/platform/shops/shop-1/orders/L-${acknowledged}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...example, orderNo: `L-${acknowledged}` }),
      });
      expect(status).toBe(201);
    }
  };
  const loading = load();
  const copied = await redress(['backup', backup, '--data', data]);
  copying = false;
  await loading;
  expect(copied).toMatchObject({ status: 0, err: expect.stringContaining('holds secrets') });
  expect(acknowledged).toBeGreaterThan(1);
  await service.stop('SIGTERM');

  const verified = expect.stringContaining('Everything is as the trail says.');
  expect(await here(['restore', backup, '--data', restored])).toMatchObject({ status: 0, out: verified });
  const store = openSqliteStore({ dataDirectory: restored, writer: 'inline', readOnly: true });
  const orders = await store.reads.listOrders({}, { limit: 2_000 });
  if (!('items' in orders)) throw new Error(orders.detail);
  expect(orders.items.length).toBeGreaterThanOrEqual(20);
  expect(orders.items.length).toBeLessThanOrEqual(20 + acknowledged);
  for (const { book } of orders.items) expect(await faultsOfBook(store, book, [])).toEqual([]);
  await store.close();

  const again = await serving(['--data', restored]);
  const moved = (request: typeof apply) => ({ ...request, url: request.url.replace(service.url, again.url) });
  // The tokens and keys of before still hold.
  expect(await follow(moved(apply))).toEqual(applied);
  expect(await follow(moved(approve))).toMatchObject({ id: applied.id, decisions: [{ kind: 'approval' }] });
});

it('tells of a backup that was sound as a file, and whose orders are not what their trails say', async () => {
  const { root, data } = await backedUp();
  const connection = new Database(join(data, 'redress.db'));
  connection.exec("UPDATE cap SET limit_net = limit_net + 1 WHERE key = 'order'");
  connection.close();
  const [backup, restored] = [join(root, 'unsound'), join(root, 'restored')];
  expect(await here(['backup', backup, '--data', data])).toMatchObject({ status: 0 });
  expect(await here(['restore', backup, '--data', restored])).toMatchObject({ status: 5, out: expect.stringContaining('limit_net') });
});

it('keeps what it writes for its owner alone', async () => {
  const { data, backup } = await backedUp();
  await here(['token', '--role', 'operations', '--id', 'ops', '--data', data]);
  await here(['backup', backup, '--force', '--data', data]);
  expect(readdirSync(backup).sort()).toEqual(['backup.json', 'redress.db', 'token-secret']);
  expect(statSync(backup).mode & 0o077).toBe(0);
  for (const name of readdirSync(backup)) expect(statSync(join(backup, name)).mode & 0o077, name).toBe(0);
  expect(readFileSync(join(backup, 'token-secret'))).toEqual(readFileSync(join(data, 'token-secret')));
});

it('leaves the secrets out where told to, and says so when it is restored', async () => {
  const { root, data, backup } = await backedUp();
  await here(['token', '--role', 'operations', '--id', 'ops', '--data', data]);
  await here(['backup', backup, '--force', '--no-secrets', '--data', data]);
  expect(readdirSync(backup).sort()).toEqual(['backup.json', 'redress.db']);
  const restored = await here(['restore', backup, '--data', join(root, 'restored')]);
  expect(restored).toMatchObject({ status: 0, err: expect.stringContaining('no token-secret and no partners.json') });
});

it('never writes over anything unasked', async () => {
  const { root, data, backup } = await backedUp();
  const before = readFileSync(join(backup, 'backup.json'), 'utf8');
  expect(await here(['backup', backup, '--data', data])).toMatchObject({ status: 1, err: expect.stringContaining('is there already') });
  expect(readFileSync(join(backup, 'backup.json'), 'utf8')).toBe(before);
  const other = join(root, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'diary.txt'), 'mine');
  expect(await here(['backup', other, '--force', '--data', data])).toMatchObject({
    status: 1,
    err: expect.stringContaining('no backup'),
  });
  expect(await here(['restore', backup, '--data', other])).toMatchObject({ status: 3, err: expect.stringContaining('is not empty') });
  expect(readdirSync(other).filter((name) => name !== 'redress.lock.db')).toEqual(['diary.txt']);
  expect(readdirSync(root).sort()).toEqual(['backup', 'data', 'other']);
});

it.each([
  ['the data directory itself', 'data'],
  ['a directory in it', 'data/backups/newest'],
  ['a directory in it that is named by a link', 'link/newest'],
])('refuses a backup to %s, where a later erasure would not reach it', async (_, place) => {
  const { root, data } = await backedUp();
  symlinkSync(data, join(root, 'link'));
  const before = readdirSync(data);
  const target = join(root, place);
  expect(await here(['backup', target, '--force', '--data', data])).toEqual({
    status: 2,
    out: '',
    err: `redress: ${target} lies in the data directory ${data}, where no erasure reaches a backup; name a place outside.\n`,
  });
  expect(readdirSync(data)).toEqual(before);
});

it('takes a backup to a place beside the data whose name begins alike', async () => {
  const { root, data } = await backedUp();
  expect(await here(['backup', join(root, 'data.copy'), '--data', data])).toMatchObject({ status: 0 });
});

it('refuses to restore where a service has the data open', async () => {
  const { root, backup } = await backedUp();
  const data = join(root, 'served');
  mkdirSync(data);
  const lock = takeWriterLock(lockFile(data));
  expect(await here(['restore', backup, '--data', data])).toMatchObject({ status: 3, err: expect.stringContaining('Another process') });
  lock.release();
});

it.each([
  ['that was changed', (backup: string) => writeFileSync(join(backup, 'redress.db'), 'x', { flag: 'a' }), 'not what was backed up'],
  ['of which a file is gone', (backup: string) => rmSync(join(backup, 'redress.db')), 'is not there'],
  ['without its list', (backup: string) => rmSync(join(backup, 'backup.json')), 'is no backup'],
] as const)('refuses a backup %s', async (_, damage, says) => {
  const { root, backup } = await backedUp();
  const copy = join(root, 'copy');
  cpSync(backup, copy, { recursive: true });
  damage(copy);
  expect(await here(['restore', copy, '--data', join(root, 'restored')])).toMatchObject({
    status: 1,
    err: expect.stringContaining(says),
  });
});
