import Database from 'better-sqlite3';
import { openConnection } from './connection.js';
import { checkSchema } from './migrate.js';
import { MIGRATIONS } from './schema.js';
import { StoreUnusable } from './unusable.js';

/** What a file holds, in short. */
export interface FileFacts {
  readonly schema: number;
  readonly orders: number;
  /** position of the newest event of any order; 0 where there is none */
  readonly newest: number;
}

/**
 * Writes the data of a file into a new one, as of one moment, while others read and write. It is done by VACUUM: the
 * copy holds nothing that was deleted. The online backup call would begin again at every commit of another
 * process, and never end. Until it is done the log of the file can only grow. Not synced.
 * @param to must be empty, or not there
 */
export function copyDatabase(from: string, to: string): void {
  const connection = new Database(from, { readonly: true, fileMustExist: true });
  try {
    connection.prepare('VACUUM INTO ?').run(to);
  } finally {
    connection.close();
  }
}

/** Looks a file of ours through. Throws `StoreUnusable` where it is damaged, another program's, or of a newer version. */
export function judgeFile(file: string): FileFacts {
  const connection = openConnection(file, { readOnly: true });
  try {
    const schema = checkSchema(connection, file, MIGRATIONS);
    const [first] = connection.pragma('integrity_check(1)') as readonly { readonly integrity_check: string }[];
    if (first?.integrity_check !== 'ok') throw new StoreUnusable('damaged', `${file} is damaged: ${first?.integrity_check ?? ''}`);
    const number = (sql: string) => connection.prepare<[], number | null>(sql).pluck().get() ?? 0;
    return { schema, orders: number('SELECT count(*) FROM book'), newest: number('SELECT max(position) FROM event') };
  } finally {
    connection.close();
  }
}
