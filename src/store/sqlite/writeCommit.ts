import type { CommitOutcome, KeptAnswer } from '../../actors/ports.js';
import type { CommitRows, WriteRows } from './commitRows.js';
import type { Connection } from './connection.js';
import { Undo } from './group.js';
import { bookEraser } from './writeErasure.js';
import { ledgerWriter, type NumberOf } from './writeLedger.js';
import { rowWriter } from './writeRows.js';

/** Writes one commit inside the transaction that is open; throws `Undo` with the outcome where it cannot stand. */
export type WriteCommit = (rows: CommitRows) => CommitOutcome;

/** Writes one commit within the transaction that is open: rows, event, answer; the version is held against the stored one. */
export function commitWriter(connection: Connection): WriteCommit {
  const findBook = connection.prepare<[string, string], number>('SELECT id FROM book WHERE order_no = ? AND shop_id = ?').pluck();
  const addBook = connection
    .prepare<unknown[], number>(
      `INSERT INTO book (shop_id, order_no, platform, buyer_uid, version, chain, state) VALUES (?, ?, ?, ?, 1, ?, ?)
       ON CONFLICT DO NOTHING RETURNING id`,
    )
    .pluck();
  const raiseBook = connection
    .prepare<unknown[], number>(
      `UPDATE book SET version = version + 1, chain = ?, state = coalesce(?, state)
       WHERE order_no = ? AND shop_id = ? AND version = ? AND chain = ? RETURNING id`,
    )
    .pluck();
  const addAnswer = connection.prepare(
    `INSERT INTO answer (caller, key, hash, book_id, status, body, version, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const keptAnswer = connection.prepare<[string, string], KeptAnswer>(KEPT_ANSWER);
  const addEvent = connection.prepare(
    'INSERT INTO event (book_id, version, at, type, command_id, after_sale, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const addAlso = connection.prepare('INSERT INTO event_also (after_sale, position) VALUES (?, ?)');
  const addEffects = connection.prepare('INSERT INTO outbox (position, book_id, version, at, effects) VALUES (?, ?, ?, ?, ?)');
  const ledger = ledgerWriter(connection);
  const rest = rowWriter(connection);
  const erase = bookEraser(connection);

  /** The id of the book at its next version; undefined where another version stands than was decided on. */
  function nextVersion({ shopId, orderNo, expectedVersion, write }: CommitRows): number | undefined {
    if (write === null) return findBook.get(orderNo, shopId);
    if (expectedVersion > 0) return raiseBook.get(write.hash, write.state, orderNo, shopId, expectedVersion, write.previousHash);
    return addBook.get(shopId, orderNo, write.order?.platform, write.order?.buyerUid, write.hash, write.state);
  }

  function keepAnswer(answer: KeptAnswer, book: number | undefined): void {
    const { caller, key, hash, status, body, version, at } = answer;
    if (addAnswer.run(caller, key, hash, book ?? null, status, body, version, at).changes === 1) return;
    const kept = keptAnswer.get(caller, key);
    if (kept === undefined) throw new Error('an answer that is there cannot be read');
    throw new Undo<CommitOutcome>({ outcome: 'answered', answer: kept });
  }

  function writeBook(book: number, shopId: string, version: number, write: WriteRows): number {
    const numbers = new Map<string, number>();
    for (const afterSale of write.afterSales) numbers.set(afterSale.id, rest.afterSale(book, shopId, afterSale));
    const numberOf: NumberOf = (id) => (id === null ? null : (numbers.get(id) ?? rest.numberOf(id)));
    const event = [book, version, write.at, write.type, write.commandId, numberOf(write.afterSaleId), write.body, write.hash];
    const position = Number(addEvent.run(...event).lastInsertRowid);
    for (const [id, no] of numbers) if (id !== write.afterSaleId) addAlso.run(no, position);
    if (write.order !== null) rest.order(book, write.order);
    ledger.caps(book, write.caps, version === 1);
    ledger.transfers(book, write.transfers, numberOf);
    ledger.payouts(book, write.payouts, numberOf);
    rest.timers(write.timersSet, write.timersCleared, numberOf);
    rest.privates(book, write.privates, numberOf);
    if (write.erase) erase(book);
    if (write.effects !== null) addEffects.run(position, book, version, write.at, write.effects);
    return position;
  }

  return (rows) => {
    const book = nextVersion(rows);
    // The key is looked at before the version: who asks again with the same key gets the same answer.
    if (rows.answer !== null) keepAnswer(rows.answer, book);
    if (rows.write === null) return { outcome: 'committed', position: 0 };
    if (book === undefined) throw new Undo<CommitOutcome>({ outcome: 'stale' });
    return { outcome: 'committed', position: writeBook(book, rows.shopId, rows.expectedVersion + 1, rows.write) };
  };
}

export const KEPT_ANSWER = 'SELECT caller, key, hash, status, body, version, at FROM answer WHERE caller = ? AND key = ?';
