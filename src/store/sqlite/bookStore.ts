import type { BookStore } from '../../actors/ports.js';
import { commitOutcome } from './commitGroup.js';
import { commitRows } from './commitRows.js';
import type { Connection } from './connection.js';
import { reading } from './failure.js';
import { bookReads } from './loadBook.js';
import type { Writer } from './writer.js';

/** The `BookStore` port over a reading connection and the writer. */
export function sqliteBooks(connection: Connection, writer: Writer): BookStore {
  const reads = bookReads(connection);
  return {
    load: async (key) => reading(connection, () => reads.load(key)),
    commit: async (commit) => commitOutcome(await writer.write('commit', commitRows(commit))),
    findAnswer: async (caller, key) => reading(connection, () => reads.findAnswer(caller, key)),
    findBookOf: async (afterSaleId) => reading(connection, () => reads.findBookOf(afterSaleId)),
    findAfterSale: async (afterSaleId) => reading(connection, () => reads.findAfterSale(afterSaleId)),
  };
}
