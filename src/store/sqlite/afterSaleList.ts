import type { AfterSaleFilter, ListedAfterSale, Page, PageRequest } from '../../actors/reads.js';
import { isRefusal, type Refusal } from '../../domain/refusals.js';
import type { Connection } from './connection.js';
import { readCursor, writeCursor } from './cursor.js';
import { type Lane, mergeLanes, namedBooks, statements } from './lanes.js';

/** Applications decided more than this apart are numbered in the order of their times, in milliseconds. */
const TIME_SLACK_MS = 10 * 60_000;

/** Lists after-sales, newest first by their growing number, each lane by an index. */
export function afterSaleList(
  connection: Connection,
  recordOf: (no: number) => ListedAfterSale | undefined,
): (filter: AfterSaleFilter, page: PageRequest) => Page<ListedAfterSale> | Refusal {
  const prepared = statements(connection);
  const booksOf = namedBooks(connection);
  const laneOf = lanesOf(connection);
  const between = timeBounds(connection);

  function numbersIn(lane: Lane, filter: AfterSaleFilter, before: number, limit: number): readonly number[] {
    const { type, appliedFrom, appliedBefore } = filter;
    const bounds = between(appliedFrom, appliedBefore);
    const conditions = [lane.where, 'no < ?', 'no > ?'];
    const values = [...lane.values, Math.min(before, bounds.before), bounds.after];
    const only = (condition: string, value: string | number | undefined): void => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    only('type = ?', type);
    only('applied_at >= ?', appliedFrom);
    only('applied_at < ?', appliedBefore);
    const sql = `SELECT no FROM after_sale WHERE ${conditions.join(' AND ')} ORDER BY no DESC LIMIT ?`;
    return prepared(sql)
      .pluck()
      .all(...values, limit) as number[];
  }

  return (filter, { limit, cursor }) => {
    const from = readCursor('afterSales', 1, cursor);
    if (isRefusal(from)) return from;
    const lanes = laneOf(filter, booksOf(filter));
    const numbers = mergeLanes(lanes, limit + 1, (lane) => numbersIn(lane, filter, from?.[0] ?? Number.MAX_SAFE_INTEGER, limit + 1));
    const shown = numbers.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(recordOf).filter((record) => record !== undefined),
      next: numbers.length > limit && last !== undefined ? writeCursor('afterSales', last) : null,
    };
  };
}

/** The lanes of a filter: its books; else its shops, or its platforms, with each state. */
function lanesOf(connection: Connection): (filter: AfterSaleFilter, books: readonly number[] | undefined) => Lane[] {
  // An index is walked from one distinct value to the next: the cost is their number, not that of the rows.
  const platforms = connection
    .prepare<[], string>(
      `WITH RECURSIVE p (name) AS (SELECT min(platform) FROM after_sale
         UNION ALL SELECT (SELECT min(platform) FROM after_sale WHERE platform > p.name) FROM p WHERE p.name IS NOT NULL)
       SELECT name FROM p WHERE name IS NOT NULL`,
    )
    .pluck();
  const statesOf = (column: 'shop_id' | 'platform') =>
    connection
      .prepare<[string, string], string>(
        `WITH RECURSIVE s (name) AS (SELECT min(state) FROM after_sale WHERE ${column} = ?
           UNION ALL SELECT (SELECT min(state) FROM after_sale WHERE ${column} = ? AND state > s.name) FROM s WHERE s.name IS NOT NULL)
         SELECT name FROM s WHERE name IS NOT NULL`,
      )
      .pluck();
  const states = { shop_id: statesOf('shop_id'), platform: statesOf('platform') };

  function across(column: 'shop_id' | 'platform', values: readonly string[], { states: wanted }: AfterSaleFilter): Lane[] {
    return [...new Set(values)].flatMap((value) =>
      (wanted ?? states[column].all(value, value)).map((state) => ({ where: `${column} = ? AND state = ?`, values: [value, state] })),
    );
  }

  return (filter, books) => {
    if (books !== undefined) {
      const inBooks: Lane = { where: 'book_id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(books)] };
      if (filter.states === undefined) return [inBooks];
      return [
        {
          where: `${inBooks.where} AND state IN (SELECT value FROM json_each(?))`,
          values: [...inBooks.values, JSON.stringify(filter.states)],
        },
      ];
    }
    if (filter.shops !== undefined) {
      const lanes = across('shop_id', filter.shops, filter);
      const { platform } = filter;
      return platform === undefined
        ? lanes
        : lanes.map(({ where, values }) => ({ where: `${where} AND platform = ?`, values: [...values, platform] }));
    }
    if (filter.platform !== undefined) return across('platform', [filter.platform], filter);
    if (filter.states !== undefined) return across('platform', platforms.all(), filter);
    return [{ where: 'TRUE', values: [] }];
  };
}

/** Numbers between which a range of times must lie; exact times are compared besides. */
function timeBounds(connection: Connection): (from: number | undefined, before: number | undefined) => { after: number; before: number } {
  const lastEarlier = connection
    .prepare<[number], number>('SELECT no FROM after_sale WHERE applied_at < ? ORDER BY applied_at DESC, no DESC LIMIT 1')
    .pluck();
  const firstLater = connection
    .prepare<[number], number>('SELECT no FROM after_sale WHERE applied_at >= ? ORDER BY applied_at, no LIMIT 1')
    .pluck();
  return (from, before) => ({
    after: from === undefined ? 0 : (lastEarlier.get(from - TIME_SLACK_MS) ?? 0),
    before: before === undefined ? Number.MAX_SAFE_INTEGER : (firstLater.get(before + TIME_SLACK_MS) ?? Number.MAX_SAFE_INTEGER),
  });
}
