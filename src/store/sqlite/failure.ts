import Database from 'better-sqlite3';
import { Unavailable, type UnavailableCause } from '../../actors/unavailable.js';
import type { Connection } from './connection.js';

/** Why the database itself could not do something, and when it is worth asking again. */
export interface Failure {
  readonly reason: UnavailableCause;
  readonly detail: string;
  readonly retryAfterMs: number;
}

/** By the beginning of SQLite's result code, longer ones first. */
const REASONS: readonly (readonly [string, UnavailableCause, number])[] = [
  ['SQLITE_FULL', 'diskFull', 5_000],
  ['SQLITE_READONLY', 'readOnly', 5_000],
  ['SQLITE_PERM', 'readOnly', 5_000],
  ['SQLITE_BUSY', 'busy', 1_000],
  ['SQLITE_LOCKED', 'busy', 1_000],
  ['SQLITE_CORRUPT', 'damaged', 30_000],
  ['SQLITE_NOTADB', 'damaged', 30_000],
  ['SQLITE_IOERR', 'io', 5_000],
  ['SQLITE_CANTOPEN', 'io', 5_000],
  ['SQLITE_NOMEM', 'io', 5_000],
  ['SQLITE_PROTOCOL', 'busy', 1_000],
];

/** Tells a database in trouble from a bug: undefined for everything that trying again would not change. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Database.SqliteError)) return undefined;
  const found = REASONS.find(([code]) => error.code.startsWith(code));
  if (found === undefined) return undefined;
  const [, reason, retryAfterMs] = found;
  return { reason, detail: `${error.code}: ${error.message}`, retryAfterMs };
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

/** Runs a read; a database in trouble becomes `Unavailable`, a bug stays what it is. */
export function reading<T>(connection: Connection, read: () => T): T {
  if (!connection.open) throw new Unavailable('closed', 'the store is closed', 5_000);
  try {
    return read();
  } catch (error) {
    const failure = failureOf(error);
    throw failure === undefined ? error : asUnavailable(failure);
  }
}
