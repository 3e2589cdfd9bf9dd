import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Connection } from './connection.js';
import { APPLICATION_ID, type Migration } from './schema.js';
import { StoreUnusable } from './unusable.js';

/** The schema version that the migrations lead to. */
export const newestOf = (migrations: readonly Migration[]): number =>
  migrations.reduce((newest, { version }) => Math.max(newest, version), 0);

const versionOf = (connection: Connection): number => Number(connection.pragma('user_version', { simple: true }));

/** Refuses a file of another program and one that a newer version of this program has written. Gives its schema version. */
export function checkSchema(connection: Connection, file: string, migrations: readonly Migration[]): number {
  const version = versionOf(connection);
  const applicationId = Number(connection.pragma('application_id', { simple: true }));
  const tables = connection.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() ?? 0;
  if (applicationId !== APPLICATION_ID && (tables > 0 || version > 0)) {
    throw new StoreUnusable('foreignFile', `${file} is a database of another program.`);
  }
  const newest = newestOf(migrations);
  if (version > newest) {
    throw new StoreUnusable(
      'newerSchema',
      `${file} has schema version ${version}, this program knows versions up to ${newest}. Use the newer program that wrote it, or a copy from before.`,
    );
  }
  return version;
}

/** The same for tools that only read, which must not change an older file. */
export function demandNewestSchema(connection: Connection, file: string, migrations: readonly Migration[]): void {
  const version = checkSchema(connection, file, migrations);
  const newest = newestOf(migrations);
  if (version < newest) {
    throw new StoreUnusable('olderSchema', `${file} has schema version ${version}; start the service once to bring it to ${newest}.`);
  }
}

/**
 * Brings a file to the newest schema, each step in a transaction of its own. A file that holds data is
 * copied first; gives the path of that copy, or undefined where none was needed.
 */
export function migrate(connection: Connection, file: string, migrations: readonly Migration[]): string | undefined {
  const version = checkSchema(connection, file, migrations);
  const steps = migrations.filter((step) => step.version > version).sort((a, b) => a.version - b.version);
  if (steps.length === 0) return undefined;
  const copy = version === 0 ? undefined : keepCopy(connection, file, version);
  for (const step of steps) {
    connection.exec('BEGIN IMMEDIATE');
    try {
      connection.exec(step.sql);
      connection.pragma(`application_id = ${APPLICATION_ID}`);
      connection.pragma(`user_version = ${step.version}`);
      connection.exec('COMMIT');
    } catch (error) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      throw error;
    }
  }
  return copy;
}

/** Written by the database itself: a plain copy would miss the log, and closing it would drop this process's locks. */
function keepCopy(connection: Connection, file: string, version: number): string {
  let copy = `${file}.schema-${version}`;
  for (let number = 2; existsSync(copy); number += 1) copy = `${file}.schema-${version}.${number}`;
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { force: true });
  connection.prepare('VACUUM INTO ?').run(unfinished);
  renameSync(unfinished, copy);
  return copy;
}
