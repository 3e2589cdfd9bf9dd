import type { BookStore } from '../../actors/ports.js';
import { commitOutcome } from './commitGroup.js';
import { commitRows } from './commitRows.js';
import type { Connection } from './connection.js';
import { reading } from './failure.js';
import type { Feed } from './feed.js';
import { bookReads } from './loadBook.js';
import type { Writer } from './writer.js';

/** The `BookStore` port over a reading connection and the writer; `feed` is told of each commit. */
export function sqliteBooks(connection: Connection, writer: Writer, feed: Pick<Feed, 'committed'>): BookStore {
  const reads = bookReads(connection);
  return {
    load: async (key) => reading(connection, () => reads.load(key)),
    newest: async (key) => reading(connection, () => reads.newest(key)),
    commit: async (commit) => {
      const outcome = commitOutcome(await writer.write('commit', commitRows(commit)));
      if (outcome.outcome === 'committed' && outcome.position > 0) feed.committed();
      return outcome;
    },
    findAnswer: async (caller, key) => reading(connection, () => reads.findAnswer(caller, key)),
    findBookOf: async (afterSaleId) => reading(connection, () => reads.findBookOf(afterSaleId)),
    findAfterSale: async (afterSaleId) => reading(connection, () => reads.findAfterSale(afterSaleId)),
  };
}
