// Writes to a store until it is killed. Prints `ready`, and then each order number and version once the
// commit that made it was acknowledged. argv: dist folder, data directory, the number to begin with.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , dist = '', dataDirectory = '', first = '1'] = process.argv;
const { openSqliteStore } = await import(pathToFileURL(join(dist, 'store/sqlite/open.js')).href);
const store = openSqliteStore({ dataDirectory, writer: 'thread' });

const NOTHING = { net: 0, tax: 0, units: 0 };
const timers = { set: [], cleared: [] };
const order = { platform: 'demo', buyerUid: 'buyer-1', lines: [], tenders: [] };

/**
 * Version 1 makes the book with one cap; each later version posts one unit on it and keeps an answer.
 * @param {string} orderNo
 * @param {number} version
 */
function commitOf(orderNo, version) {
  const one = { net: 1, tax: 0, units: 0 };
  const opening = { key: 'order', limit: { net: 1_000_000, tax: 0, units: 0 }, reserved: NOTHING, posted: NOTHING };
  const posting = { key: 'order', limit: NOTHING, reserved: NOTHING, posted: one };
  const changes = { afterSales: [], caps: [version === 1 ? opening : posting], transfers: [], payouts: [], timers };
  if (version === 1) Object.assign(changes, { order, split: { runs: [] }, state: {} });
  const audit = {
    commandId: `${orderNo}/${version}`,
    at: version,
    type: 'note',
    afterSaleId: null,
    body: '{}',
    previousHash: version === 1 ? '' : `${version - 1}`,
    hash: `${version}`,
  };
  const answer = { caller: 'child', key: `${orderNo}/${version}`, hash: 'h', status: 200, body: '{}', version, at: version };
  const outbox = [{ topic: 'changed', key: `${orderNo}/${version}`, afterSaleId: null }];
  return { book: { shopId: 'shop', orderNo }, expectedVersion: version - 1, write: { changes, audit, outbox, privates: [] }, answer };
}

/** @param {number} number */
async function client(number) {
  const orderNo = `O-${number}`;
  for (let version = 1; ; version += 1) {
    const { outcome } = await store.books.commit(commitOf(orderNo, version));
    if (outcome !== 'committed') throw new Error(`${orderNo} at ${version}: ${outcome}`);
    process.stdout.write(`${orderNo} ${version}\n`);
  }
}

process.stdout.write('ready\n');
await Promise.all(Array.from({ length: 16 }, (_, index) => client(Number(first) + index)));
