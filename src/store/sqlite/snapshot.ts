import type { Connection } from './connection.js';

/** Runs several reads on one snapshot: a commit may otherwise fall between two of them. Short by nature, as it is synchronous. */
export type Snapshot = <T>(read: () => T) => T;

/** Runs reads on one state of the file, whatever is written meanwhile. */
export function snapshotOf(connection: Connection): Snapshot {
  const begin = connection.prepare('BEGIN');
  const end = connection.prepare('COMMIT');
  return (read) => {
    begin.run();
    try {
      return read();
    } finally {
      if (connection.inTransaction) end.run();
    }
  };
}
