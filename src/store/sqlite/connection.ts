import Database from 'better-sqlite3';

export type Connection = Database.Database;

/** How long a connection waits for another one's lock before it gives up, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
/** Pages in the log before they are carried into the file: large enough that a hot page is carried once for many commits. */
const CHECKPOINT_PAGES = 4_000;
/** The log is cut to this size once it was carried over, in bytes. */
const LOG_SIZE_LIMIT = 64 * 1024 * 1024;

export interface ConnectionOptions {
  readonly readOnly: boolean;
  /** looks at the file before anything of it is changed; what it throws is thrown */
  readonly check?: (connection: Connection) => void;
}

/**
 * Opens the database file with every setting that is per connection. `synchronous` is set in words
 * because the build's own default in WAL mode would let an acknowledged commit be lost with the power.
 */
export function openConnection(file: string, options: ConnectionOptions): Connection {
  const connection = new Database(file, { readonly: options.readOnly, fileMustExist: options.readOnly, timeout: BUSY_TIMEOUT_MS });
  try {
    connection.pragma('trusted_schema = OFF');
    connection.pragma('foreign_keys = ON');
    connection.pragma('temp_store = MEMORY');
    options.check?.(connection);
    if (!options.readOnly) {
      if (file !== ':memory:' && connection.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
        throw new Error(`${file} cannot be used with a write-ahead log`);
      }
      connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      connection.pragma(`journal_size_limit = ${LOG_SIZE_LIMIT}`);
    }
    connection.pragma('synchronous = FULL');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
