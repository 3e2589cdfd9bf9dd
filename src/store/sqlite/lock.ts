import Database from 'better-sqlite3';
import { StoreUnusable } from './unusable.js';

export interface WriterLock {
  release(): void;
}

/**
 * Makes this process the only one that writes: an exclusive transaction on a small file beside the data,
 * which the operating system gives back when the process dies, however it dies. Nothing else may open
 * that file, not even to copy it: closing any handle to it in this process would drop the lock.
 */
export function takeWriterLock(file: string): WriterLock {
  const connection = new Database(file, { timeout: 0 });
  try {
    connection.pragma('journal_mode = DELETE');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new StoreUnusable(
        'locked',
        `Another process is writing to this data (it holds ${file}). Stop it first, or use another data directory.`,
      );
    }
    throw error;
  }
  return {
    release: () => {
      connection.close();
    },
  };
}
