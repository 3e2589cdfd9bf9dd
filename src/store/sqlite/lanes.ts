import type { OrderFilter } from '../../actors/reads.js';
import type { Connection } from './connection.js';

/** A part of a list that one index holds in the list's order. Lists that need several are merged from their lanes. */
export interface Lane {
  readonly where: string;
  readonly values: readonly (string | number)[];
}

/** The newest numbers of all lanes together, newest first, at most `limit`. */
export function mergeLanes(lanes: readonly Lane[], limit: number, numbersOf: (lane: Lane) => readonly number[]): number[] {
  const found = lanes.flatMap((lane) => numbersOf(lane));
  return found.sort((a, b) => b - a).slice(0, limit);
}

/** Statements by their text: a filter has few shapes, and each is prepared once. */
export function statements(connection: Connection): (sql: string) => ReturnType<Connection['prepare']> {
  const prepared = new Map<string, ReturnType<Connection['prepare']>>();
  return (sql) => {
    const known = prepared.get(sql) ?? connection.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
}

/** The books that a filter names by buyer or order number; undefined where it names none. */
export function namedBooks(connection: Connection): (filter: OrderFilter) => readonly number[] | undefined {
  interface Named {
    readonly id: number;
    readonly shop_id: string;
    readonly platform: string;
    readonly order_no: string;
  }
  const columns = 'SELECT id, shop_id, platform, order_no FROM book';
  const byBuyer = connection.prepare<[string, string], Named>(`${columns} WHERE platform = ? AND buyer_uid = ?`);
  const byNumber = connection.prepare<[string], Named & { readonly buyer_uid: string }>(
    'SELECT id, shop_id, platform, order_no, buyer_uid FROM book WHERE order_no = ?',
  );
  function candidates({ buyer, orderNo }: OrderFilter): readonly Named[] | undefined {
    if (orderNo !== undefined) {
      const books = byNumber.all(orderNo);
      return buyer === undefined ? books : books.filter((book) => book.platform === buyer.platform && book.buyer_uid === buyer.buyerUid);
    }
    return buyer === undefined ? undefined : byBuyer.all(buyer.platform, buyer.buyerUid);
  }
  return (filter) => {
    const { shops, platform } = filter;
    return candidates(filter)
      ?.filter((book) => shops === undefined || shops.some((shop) => shop === book.shop_id))
      .filter((book) => platform === undefined || platform === book.platform)
      .map((book) => book.id);
  };
}
