import Database from 'better-sqlite3';
import type { CommitOutcome } from '../../actors/ports.js';
import type { CapChange, Transfer, Triple } from '../../actors/rows.js';
import type { PayoutRow } from './commitRows.js';
import type { Connection } from './connection.js';
import { Undo } from './group.js';

/** Gives the number (`no`) of an after-sale, null for what belongs to the book itself. */
export type NumberOf = (afterSaleId: string | null) => number | null;

export interface LedgerWriter {
  /** `isNew`: of a book that has none yet */
  caps(book: number, changes: readonly CapChange[], isNew: boolean): void;
  transfers(book: number, transfers: readonly Transfer[], numberOf: NumberOf): void;
  payouts(book: number, payouts: readonly PayoutRow[], numberOf: NumberOf): void;
}

const BALANCES = ['limit', 'reserved', 'posted'].flatMap((part) => ['net', 'tax', 'units'].map((kind) => `${part}_${kind}`));

/** Writes caps (by delta, so that the database itself adds and checks), transfers and payouts. */
export function ledgerWriter(connection: Connection): LedgerWriter {
  const changeCap = connection.prepare(
    `UPDATE cap SET ${BALANCES.map((column) => `${column} = ${column} + ?`).join(', ')} WHERE book_id = ? AND key = ?`,
  );
  const addCap = connection.prepare(
    `INSERT INTO cap (${BALANCES.join(', ')}, book_id, key) VALUES (${BALANCES.map(() => '?').join(', ')}, ?, ?)`,
  );
  const addTransfer = connection.prepare(
    `INSERT INTO transfer (book_id, no, after_sale, decision_no, phase, settles, debit, credit, net, tax)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const putPayout = connection.prepare(
    `INSERT INTO payout (key, book_id, after_sale, state, amount, updated_at, data) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET state = excluded.state, amount = excluded.amount, updated_at = excluded.updated_at, data = excluded.data`,
  );

  function applyCap(book: number, { key, limit, reserved, posted }: CapChange, isNew: boolean): void {
    const deltas = [...parts(limit), ...parts(reserved), ...parts(posted)];
    try {
      if (isNew || changeCap.run(...deltas, book, key).changes === 0) addCap.run(...deltas, book, key);
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_CHECK') throw error;
      throw new Undo<CommitOutcome>({ outcome: 'capExceeded', detail: `${key}: ${error.message}` });
    }
  }

  return {
    caps: (book, changes, isNew) => {
      for (const change of changes) applyCap(book, change, isNew);
    },
    transfers: (book, transfers, numberOf) => {
      for (const { no, afterSaleId, decisionNo, phase, of, debit, credit, net, tax } of transfers) {
        addTransfer.run(book, no, numberOf(afterSaleId), decisionNo, phase, of, debit, credit, net, tax);
      }
    },
    payouts: (book, payouts, numberOf) => {
      for (const { key, afterSaleId, state, amount, updatedAt, data } of payouts) {
        putPayout.run(key, book, numberOf(afterSaleId), state, amount, updatedAt, data);
      }
    },
  };
}

const parts = ({ net, tax, units }: Triple): readonly number[] => [net, tax, units];
