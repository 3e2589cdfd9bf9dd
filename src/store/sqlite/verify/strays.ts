import type { Finding } from '../../../actors/replay/finding.js';
import type { Connection } from '../connection.js';

/** Looks for rows that belong to nothing, by indexes alone, and so many at once that no snapshot lasts. */
export interface StrayReads {
  /** numbers of orders, above one and up to another, of which there are rows but no order */
  lostBooks(above: number, upTo: number): readonly number[];
  /** rows of after-sales that are not there */
  lostRows(): Generator<Finding>;
  /** positions of events that are left out up to one, although none ever comes again */
  gaps(upTo: number): Generator<Finding>;
}

const AT_ONCE = 20_000;

/** Tables whose rows name their order, each with the condition under which an index finds them by it. */
const OF_BOOKS = [
  ['event', ''],
  ['after_sale', ''],
  ['cap', ''],
  ['order_content', ''],
  ['transfer', 'AND after_sale IS NULL'],
  ['payout', 'AND after_sale IS NULL'],
  ['private_text', 'AND after_sale IS NULL'],
] as const;

/** Tables whose rows name an after-sale. */
const OF_AFTER_SALES = ['timer', 'event_also', 'transfer', 'payout', 'private_text'] as const;

interface Range {
  readonly above: number;
  readonly upTo: number;
}

/** Finds rows that belong to no book or after-sale. */
export function strayReads(connection: Connection): StrayReads {
  const lostBooks = connection
    .prepare<Range, number>(
      OF_BOOKS.map(
        ([table, condition]) =>
          `SELECT book_id FROM (SELECT DISTINCT book_id FROM ${table} WHERE book_id > @above AND book_id <= @upTo ${condition})
           WHERE NOT EXISTS (SELECT 1 FROM book WHERE id = book_id)`,
      ).join(' UNION '),
    )
    .pluck();
  const positions = connection
    .prepare<[number, number, number], number>('SELECT position FROM event WHERE position > ? AND position <= ? ORDER BY position LIMIT ?')
    .pluck();
  const lost = OF_AFTER_SALES.map((table) => lostRows(connection, table));
  return {
    lostBooks: (above, upTo) => lostBooks.all({ above, upTo }),
    *lostRows() {
      for (const rows of lost) yield* rows();
    },
    *gaps(upTo) {
      let last = 0;
      for (let part = positions.all(last, upTo, AT_ONCE); part.length > 0; part = positions.all(last, upTo, AT_ONCE)) {
        for (const position of part) {
          if (position > last + 1) yield gap(last + 1, position - 1);
          last = position;
        }
      }
      if (upTo > last) yield gap(last + 1, upTo);
    },
  };
}

function lostRows(connection: Connection, table: (typeof OF_AFTER_SALES)[number]): () => Generator<Finding> {
  const next = connection
    .prepare<[number, number], number | null>(
      `SELECT max(after_sale) FROM (SELECT after_sale FROM ${table} WHERE after_sale > ? ORDER BY after_sale LIMIT ?)`,
    )
    .pluck();
  const among = connection.prepare<Range, { readonly afterSale: number; readonly rows: number }>(
    `SELECT after_sale AS afterSale, rows FROM
       (SELECT after_sale, count(*) AS rows FROM ${table} WHERE after_sale > @above AND after_sale <= @upTo GROUP BY after_sale)
     WHERE NOT EXISTS (SELECT 1 FROM after_sale a WHERE a.no = afterSale)`,
  );
  return function* () {
    for (let above = Number.MIN_SAFE_INTEGER; ; ) {
      const upTo = next.get(above, AT_ONCE) ?? null;
      if (upTo === null) return;
      for (const { afterSale, rows } of among.all({ above, upTo })) {
        const why = `${rows === 1 ? 'a row names' : `${rows} rows name`} an after-sale that is not there`;
        yield { table, row: `of after-sale ${afterSale}`, column: 'after_sale', stored: afterSale, expected: undefined, why };
      }
      above = upTo;
    }
  };
}

function gap(from: number, to: number): Finding {
  const row = from === to ? `position ${from}` : `positions ${from} to ${to}`;
  return { table: 'event', row, column: null, stored: undefined, expected: 'an event of some order', why: 'positions are never left out' };
}
