// Commits groups with a setting of `synchronous` that the service never uses, and prints each order number and
// version once its group was acknowledged. argv: dist folder, data directory, setting, groups.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commitOf } from '../store/crashCommits.mjs';

const [, , dist = '', dataDirectory = '', synchronous = 'FULL', groups = '1'] = process.argv;
/** @param {string} name */
const load = (name) => import(pathToFileURL(join(dist, 'store/sqlite', name)).href);
const { openConnection } = await load('connection.js');
const { commitGroup } = await load('commitGroup.js');
const { databaseFile, openSqliteStore } = await load('open.js');

await openSqliteStore({ dataDirectory, writer: 'inline' }).close();
const connection = openConnection(databaseFile(dataDirectory), { readOnly: false });
connection.pragma(`synchronous = ${synchronous}`);
// Small enough that the log is carried over and begun anew a few times.
connection.pragma('wal_autocheckpoint = 100');
for (let version = 1; version <= Number(groups); version += 1) {
  const books = [1, 2, 3, 4].map((number) => `O-${number}`);
  const outcomes = commitGroup(
    connection,
    books.map((orderNo) => commitOf(orderNo, version)),
  );
  for (const [index, { outcome }] of outcomes.entries()) if (outcome === 'committed') writeSync(1, `${books[index]} ${version}\n`);
}
// It ends as a process does that is killed: nothing is closed.
process.kill(process.pid, 'SIGKILL');
