// Writes to a store until it is killed. Prints `ready`, and then each order number and version once the
// commit that made it was acknowledged. argv: dist folder, data directory, the number to begin with.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commitOf } from './crashCommits.mjs';

const [, , dist = '', dataDirectory = '', first = '1'] = process.argv;
const { openSqliteStore } = await import(pathToFileURL(join(dist, 'store/sqlite/open.js')).href);
const store = openSqliteStore({ dataDirectory, writer: 'thread' });

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
