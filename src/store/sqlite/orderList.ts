import type { OrderFilter, OrderRecord, Page, PageRequest } from '../../actors/reads.js';
import { isRefusal, type Refusal } from '../../domain/refusals.js';
import type { Connection } from './connection.js';
import { readCursor, writeCursor } from './cursor.js';
import { type Lane, mergeLanes, namedBooks, statements } from './lanes.js';

/** Lists orders, newest first in the order in which they came in. */
export function orderList(
  connection: Connection,
  recordOf: (book: number) => OrderRecord | undefined,
): (filter: OrderFilter, page: PageRequest) => Page<OrderRecord> | Refusal {
  const prepared = statements(connection);
  const booksOf = namedBooks(connection);

  function lanesOf(filter: OrderFilter): Lane[] {
    const books = booksOf(filter);
    if (books !== undefined) return [{ where: 'id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(books)] }];
    const { shops, platform } = filter;
    if (shops !== undefined) {
      return [...new Set(shops)].map((shop) =>
        platform === undefined
          ? { where: 'shop_id = ?', values: [shop] }
          : { where: 'shop_id = ? AND +platform = ?', values: [shop, platform] },
      );
    }
    return platform === undefined ? [{ where: 'TRUE', values: [] }] : [{ where: 'platform = ?', values: [platform] }];
  }

  return (filter, { limit, cursor }) => {
    const from = readCursor('orders', 1, cursor);
    if (isRefusal(from)) return from;
    const before = from?.[0] ?? Number.MAX_SAFE_INTEGER;
    const numbers = mergeLanes(
      lanesOf(filter),
      limit + 1,
      ({ where, values }) =>
        prepared(`SELECT id FROM book WHERE ${where} AND id < ? ORDER BY id DESC LIMIT ?`)
          .pluck()
          .all(...values, before, limit + 1) as number[],
    );
    const shown = numbers.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(recordOf).filter((record) => record !== undefined),
      next: numbers.length > limit && last !== undefined ? writeCursor('orders', last) : null,
    };
  };
}
