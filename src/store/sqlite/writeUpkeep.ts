import Database from 'better-sqlite3';
import type { Connection } from './connection.js';

export interface ForgetAsk {
  /** answers given before this time are forgotten */
  readonly before: number;
  /** goes on after this answer; 0 for the first part */
  readonly from: number;
  /** answers looked at in one part */
  readonly limit: number;
}

/** Writes that keep the files in order. */
export function upkeepWriter(connection: Connection) {
  // While an order has an open after-sale its answers are kept, however old they are.
  const forget = connection.prepare(
    `DELETE FROM answer WHERE id > ? AND id <= ? AND at < ?
       AND NOT EXISTS (SELECT 1 FROM after_sale a WHERE a.book_id = answer.book_id AND a.live = 1 AND a.open = 1)`,
  );
  const part = connection.prepare<[number, number], { readonly last: number | null; readonly oldest: number | null }>(
    'SELECT max(id) AS last, min(at) AS oldest FROM (SELECT id, at FROM answer WHERE id > ? ORDER BY id LIMIT ?)',
  );
  const probe = connection.prepare(
    "INSERT INTO meta (key, value) VALUES ('probe', '1') ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
  );

  return {
    /** Gives where to go on from; null once all that is left is newer. */
    forgetAnswers: ({ before, from, limit }: ForgetAsk): { readonly forgotten: number; readonly next: number | null } => {
      const { last, oldest } = part.get(from, limit) ?? { last: null, oldest: null };
      if (last === null || oldest === null) return { forgotten: 0, next: null };
      const forgotten = forget.run(from, last, before).changes;
      return { forgotten, next: oldest >= before ? null : last };
    },
    /** Looks through the whole file and all its indexes; what contradicts itself is thrown as SQLite would. */
    look: (_: null): boolean => {
      const said = String(connection.pragma('quick_check(1)', { simple: true }));
      if (said !== 'ok') throw new Database.SqliteError(said, 'SQLITE_CORRUPT');
      return true;
    },
    /** Writes one small row, to see that writing works. */
    probe: (_: null): boolean => probe.run().changes === 1,
  };
}
