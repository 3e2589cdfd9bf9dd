import Database from 'better-sqlite3';
import { Unavailable, type UnavailableCause } from '../../actors/unavailable.js';
import type { Connection } from './connection.js';

/** Why the database itself could not do something, and when it is worth asking again. */
export interface Failure {
  readonly reason: UnavailableCause;
  readonly detail: string;
  readonly retryAfterMs: number;
}

const BUSY = 'Another process holds the data';
const DAMAGED = 'The data is damaged: it contradicts itself';
const READ_ONLY = 'The data cannot be written: a file, its directory or its file system is read-only';

/** By the beginning of SQLite's result code, longer ones first; with a sentence for whoever looks after the machine. */
const REASONS: readonly (readonly [code: string, reason: UnavailableCause, retryAfterMs: number, said: string])[] = [
  ['SQLITE_FULL', 'diskFull', 5_000, 'The disk is full'],
  ['SQLITE_READONLY', 'readOnly', 5_000, READ_ONLY],
  ['SQLITE_PERM', 'readOnly', 5_000, READ_ONLY],
  ['SQLITE_BUSY', 'busy', 1_000, BUSY],
  ['SQLITE_LOCKED', 'busy', 1_000, BUSY],
  ['SQLITE_CORRUPT', 'damaged', 30_000, DAMAGED],
  ['SQLITE_NOTADB', 'damaged', 30_000, DAMAGED],
  ['SQLITE_IOERR', 'io', 5_000, 'The disk failed to read, write or sync'],
  [
    'SQLITE_CANTOPEN',
    'io',
    5_000,
    'A file of the data cannot be opened: it, its directory or its file system is read-only or cannot be reached',
  ],
  ['SQLITE_NOMEM', 'io', 5_000, 'The machine has no memory left'],
  ['SQLITE_PROTOCOL', 'busy', 1_000, BUSY],
];

/** Tells a database in trouble from a bug: undefined for everything that trying again would not change. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Database.SqliteError)) return undefined;
  const found = REASONS.find(([code]) => error.code.startsWith(code));
  if (found === undefined) return undefined;
  const [, reason, retryAfterMs, said] = found;
  return { reason, detail: `${said} (${error.code}: ${error.message}).`, retryAfterMs };
}

/** The failure as it is thrown at callers of reads and of writes other than commits. */
export const asUnavailable = (failure: Failure): Unavailable => new Unavailable(failure.reason, failure.detail, failure.retryAfterMs);

/**
 * Whether a failed COMMIT may be on disk all the same. Only a failed sync leaves that open: everything
 * that fails earlier fails before the last frame, without which the log holds nothing of the transaction.
 */
export function mayBeKept(error: unknown): boolean {
  if (!(error instanceof Database.SqliteError)) return true;
  return error.code.startsWith('SQLITE_IOERR') && error.code !== 'SQLITE_IOERR_WRITE';
}

/** Whether the connection should be opened anew: a file that was read-only when opened stays so for its connection. */
export const needsReopening = (failure: Failure): boolean =>
  failure.reason === 'readOnly' || failure.reason === 'io' || failure.reason === 'damaged';

const watchers = new WeakMap<Connection, (failure: Failure) => void>();

/** Calls whenever a read on the connection finds the file damaged. */
export function onDamage(connection: Connection, tell: (failure: Failure) => void): void {
  watchers.set(connection, tell);
}

/** Runs a read; a database in trouble becomes `Unavailable`, a bug stays what it is. */
export function reading<T>(connection: Connection, read: () => T): T {
  if (!connection.open) throw new Unavailable('closed', 'the store is closed', 5_000);
  try {
    return read();
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.reason === 'damaged') watchers.get(connection)?.(failure);
    throw failure === undefined ? error : asUnavailable(failure);
  }
}
