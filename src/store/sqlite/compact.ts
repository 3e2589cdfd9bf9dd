import type { Compacted } from '../../actors/erasure.js';
import type { Connection } from './connection.js';

/** Each waits for readers as long as the connection waits for a lock. */
const CUTS = 6;

const sizeOf = (connection: Connection): number =>
  Number(connection.pragma('page_count', { simple: true })) * Number(connection.pragma('page_size', { simple: true }));

/**
 * Rewrites the whole file, and cuts the log to nothing. Deleting with `secure_delete` would not do: when SQLite
 * rebuilds a page it leaves moved cells in the gap before them, and nothing ever clears that. Needs room for
 * the file once more beside it, and once more where temporary files go; readers go on meanwhile.
 */
export function compactFile(connection: Connection): Compacted {
  const bytesBefore = sizeOf(connection);
  // As a whole the file may be larger than memory.
  connection.pragma('temp_store = FILE');
  try {
    connection.exec('VACUUM');
  } finally {
    connection.pragma('temp_store = MEMORY');
  }
  let logCut = false;
  for (let cut = 0; cut < CUTS && !logCut; cut += 1) logCut = connection.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0;
  return { bytesBefore, bytesAfter: sizeOf(connection), logCut };
}
