import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BookKey } from '../../src/domain/ids.js';
import { gatewayFileOf } from '../../src/redress.js';
import { databaseFile, openSqliteStore } from '../../src/store/sqlite/open.js';
import { faultsOfBook } from './judge.js';
import { gatewayPayments } from './payments.js';
import { startRunning } from './service.js';
import { tell } from './story.js';

/** The judge of all stories is awake: it finds what is changed behind the service's back. */

const directories: string[] = [];
const directory = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'redress-judge-'));
  directories.push(made);
  return made;
};
afterAll(() => {
  for (const made of directories) rmSync(made, { recursive: true, force: true });
});

const told = { dataDirectory: '', key: {} as BookKey };
beforeAll(async () => {
  told.dataDirectory = directory();
  const running = await startRunning({ dataDirectory: told.dataDirectory });
  const story = await tell(running, { lines: [{ sku: 'towel', price: 3_500, quantity: 3 }], freight: 500 });
  const refund = await story.apply({ reason: 'missing', selection: [{ lineNo: 1, quantity: 2 }] });
  await refund.give('merchant', 'approve');
  await refund.becomes('completed');
  await story.apply({ reason: 'defective' });
  await running.settled();
  told.key = story.key;
  await running.close();
});

async function faultsAfter(tamper: (database: Database.Database, gateway: Database.Database) => void): Promise<string[]> {
  const dataDirectory = directory();
  cpSync(told.dataDirectory, dataDirectory, { recursive: true });
  const database = new Database(databaseFile(dataDirectory));
  const gateway = new Database(gatewayFileOf(dataDirectory));
  tamper(database, gateway);
  database.close();
  gateway.close();
  const store = openSqliteStore({ dataDirectory, writer: 'inline', readOnly: true });
  try {
    return await faultsOfBook(store, told.key, gatewayPayments(dataDirectory));
  } finally {
    await store.close();
  }
}

it('finds nothing where nothing was done', async () => {
  expect(await faultsAfter(() => undefined)).toEqual([]);
});

it.each<readonly [what: string, tamper: string]>([
  ['a cap that has lost a fen', "UPDATE cap SET posted_net = posted_net - 1 WHERE key = 'order'"],
  ['a cap that reserves nothing', "UPDATE cap SET reserved_net = 0, reserved_tax = 0, reserved_units = 0 WHERE key = 'line:1'"],
  ['a transfer that is gone', 'DELETE FROM transfer WHERE id = (SELECT max(id) FROM transfer)'],
  ['a transfer of another amount', 'UPDATE transfer SET net = net + 1 WHERE id = 1'],
  ['an event that was rewritten', `UPDATE event SET body = replace(body, '"missing"', '"damaged"') WHERE type = 'apply'`],
  ['an event at another time', 'UPDATE event SET at = at + 1 WHERE version = 2'],
  ['an event that is gone', 'DELETE FROM event WHERE version = 3'],
  ['a payout that is forgotten', 'DELETE FROM payout'],
  ['a payout of another state', `UPDATE payout SET state = 'begun', data = replace(data, '"paid"', '"begun"')`],
  ['a deadline that is gone', 'DELETE FROM timer WHERE after_sale = 2'],
])('finds %s', async (_, tamper) => {
  expect(await faultsAfter((database) => database.exec(tamper))).not.toEqual([]);
});

it('finds a payout that the gateway paid twice, not at all, or with another amount', async () => {
  const other = (gateway: Database.Database, change: string) => gateway.exec(`INSERT INTO payment SELECT key, 2, ${change} FROM payment`);
  expect(await faultsAfter((_, gateway) => other(gateway, 'data'))).not.toEqual([]);
  expect(await faultsAfter((_, gateway) => gateway.exec('DELETE FROM payment'))).not.toEqual([]);
  expect(await faultsAfter((_, gateway) => gateway.exec(`UPDATE payment SET data = json_set(data, '$.amount', 6999)`))).not.toEqual([]);
});
