import { describe, expect, it } from 'vitest';
import { afterSaleList } from '../../src/store/sqlite/afterSaleList.js';
import { type Connection, openConnection } from '../../src/store/sqlite/connection.js';
import { bookReads } from '../../src/store/sqlite/loadBook.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { orderList } from '../../src/store/sqlite/orderList.js';
import { sqliteReads } from '../../src/store/sqlite/readModels.js';
import { countReads, jobReads, outboxReads, timerReads } from '../../src/store/sqlite/workReads.js';
import { writesOf } from '../../src/store/sqlite/writes.js';
import { at, keyOf } from './commits.js';
import { temporaryStores } from './directories.js';

const stores = temporaryStores();

/** The statements that `use` prepares, each with its query plan. */
function plansOf(use: (connection: Connection) => void): Map<string, string> {
  const dataDirectory = stores.directory();
  stores.open({ dataDirectory });
  const connection = openConnection(databaseFile(dataDirectory), { readOnly: false });
  const prepared: string[] = [];
  const watched = new Proxy(connection, {
    get: (target, name) => {
      if (name === 'prepare') {
        return (sql: string) => {
          prepared.push(sql);
          return target.prepare(sql);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  use(watched);
  const plan = (sql: string): string => {
    const values = Array.from({ length: (sql.match(/\?/g) ?? []).length }, () => 1);
    const steps = connection.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    return steps.map(({ detail }) => detail).join('\n');
  };
  const plans = new Map(prepared.filter((sql) => !/^(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK)/.test(sql)).map((sql) => [sql, plan(sql)]));
  connection.close();
  return plans;
}

/** An index of the jobs that failed alone: an erasure looks at each, and there are few. */
const OF_FEW = 'SCAN job USING INDEX job_failed';

/** Walks over a whole table or index, save those that end at a limit. */
function scans(plans: Map<string, string>): string[] {
  return [...plans]
    .filter(([sql, plan]) => /\bSCAN (?!json_each|\(|p\b|s\b|CONSTANT)/.test(plan.replaceAll(OF_FEW, '')) && !/LIMIT \S+\)?$/.test(sql))
    .map(([sql]) => sql);
}

describe('every statement finds its rows by an index', () => {
  it.each<[string, (connection: Connection) => void]>([
    ['loading a book', bookReads],
    ['writing', writesOf],
    ['reading lists, timelines and counts', sqliteReads],
    ['the outbox, timers and counts', (connection) => [outboxReads(connection), timerReads(connection), countReads(connection)]],
  ])('%s', (_, use) => {
    const plans = plansOf(use);
    expect(plans.size).toBeGreaterThan(3);
    expect(scans(plans)).toEqual([]);
  });

  it.each<[string, (connection: Connection) => void, RegExp, RegExp]>([
    ['timers that are due', timerReads, /t\.due_at <= \?/, /SEARCH t USING INDEX timer_due \(due_at<\?\)/],
    ['the next timer', timerReads, /min\(due_at\)/, /SEARCH timer USING INDEX timer_due/],
    ['the next job', jobReads, /min\(due_at\)/, /SEARCH job USING (COVERING )?INDEX job_due \(topic=\?\)/],
    ['jobs that are due', writesOf, /SET state = 'leased'/, /SEARCH job USING (COVERING )?INDEX job_due \(topic=\? AND due_at<\?\)/],
    ['live after-sales', bookReads, /SELECT data FROM after_sale/, /SEARCH after_sale USING INDEX after_sale_live \(book_id=\?\)/],
    ['open payouts', bookReads, /p\.state NOT IN/, /SEARCH p USING INDEX payout_open \(book_id=\?\)/],
    ['payouts in doubt', sqliteReads, /p\.updated_at, p\.id\) >/, /SEARCH p USING INDEX payout_in_doubt \(state=\? AND updated_at>\?\)/],
    ['dead jobs', sqliteReads, /state = 'dead' AND id < \?/, /SEARCH job USING INDEX job_dead \(id<\?\)/],
    ['overdue timers', countReads, /timer WHERE suspended_ms IS NULL AND due_at <= \?/, /SEARCH timer USING INDEX timer_due \(due_at<\?\)/],
  ])('%s cost by what is found, not by what exists', (_, use, sql, plan) => {
    const found = [...plansOf(use)].filter(([text]) => sql.test(text));
    expect(found).toHaveLength(1);
    expect(found[0]?.[1]).toMatch(plan);
  });

  const shop = keyOf(1).shopId;
  it.each([
    ['nothing', {}, 'SEARCH after_sale USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)'],
    [
      'a shop',
      { shops: [shop], states: ['settled'] },
      'SEARCH after_sale USING COVERING INDEX after_sale_by_shop (shop_id=? AND state=? AND rowid>? AND rowid<?)',
    ],
    [
      'a platform',
      { platform: 'demo', states: ['settled'] },
      'SEARCH after_sale USING COVERING INDEX after_sale_by_platform (platform=? AND state=? AND rowid>? AND rowid<?)',
    ],
    [
      'a type',
      { type: 'refund' as const, shops: [shop], states: ['settled'] },
      'SEARCH after_sale USING INDEX after_sale_by_shop (shop_id=? AND state=? AND rowid>? AND rowid<?)',
    ],
  ])('a list of after-sales by %s is in order without sorting', (_, filter, expected) => {
    const plans = plansOf((connection) => afterSaleList(connection, () => undefined)(filter, { limit: 1 }));
    const plan = [...plans].find(([sql]) => sql.endsWith('ORDER BY no DESC LIMIT ?'))?.[1];
    expect(plan).toBe(expected);
  });

  it('a list of after-sales by time begins and ends by the index on time', () => {
    const plans = plansOf((connection) =>
      afterSaleList(connection, () => undefined)({ appliedFrom: at(0), appliedBefore: at(1) }, { limit: 1 }),
    );
    const bounds = [...plans].filter(([sql]) => sql.includes('ORDER BY applied_at')).map(([, plan]) => plan);
    expect(bounds).toEqual(['<', '>'].map((sign) => `SEARCH after_sale USING COVERING INDEX after_sale_by_time (applied_at${sign}?)`));
  });

  it('a list of orders by shop is in order without sorting', () => {
    const plans = plansOf((connection) => orderList(connection, () => undefined)({ shops: [shop] }, { limit: 1 }));
    const plan = [...plans].find(([sql]) => sql.endsWith('ORDER BY id DESC LIMIT ?'))?.[1];
    expect(plan).toBe('SEARCH book USING COVERING INDEX book_by_shop (shop_id=? AND rowid<?)');
  });
});
