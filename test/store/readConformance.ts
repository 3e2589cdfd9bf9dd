import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BookStore } from '../../src/actors/ports.js';
import type { AfterSaleFilter, ListedAfterSale, OrderFilter, Page } from '../../src/actors/reads.js';
import { COUNT_LIMIT } from '../../src/actors/reads.js';
import { type BookKey, instant } from '../../src/domain/ids.js';
import { isRefusal, type Refusal } from '../../src/domain/refusals.js';
import type { JobQueue } from '../../src/jobs/ports.js';
import type { ReadModels } from '../../src/server/ports.js';
import type { SqliteStore } from '../../src/store/sqlite/open.js';
import { afterSaleOf, applyTo, at, commitOf, idOf, keyOf, NOON, newBook, payoutOf, transferOf } from './commits.js';

export interface ReadsUnderTest {
  readonly books: BookStore;
  /** the server's port, and what tools read besides */
  readonly reads: SqliteStore['reads'] & ReadModels;
  readonly jobs: JobQueue;
  close(): Promise<void>;
}

function items<T>(page: Page<T> | Refusal): readonly T[] {
  if (isRefusal(page)) throw new Error(page.detail);
  return page.items;
}

/** What every store answers to lists, timelines and counts. `make` gives an empty one. */
export function describeReads(name: string, make: () => Promise<ReadsUnderTest>): void {
  describe(`${name} lists`, () => {
    let store: ReadsUnderTest;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());

    /** Twelve after-sales of six orders: two shops, two buyers on two platforms, three states, one a minute. */
    async function fill(): Promise<void> {
      const states = [{ reviewing: 'merchant' }, 'settled', { refunding: 'manual' }];
      for (let order = 0; order < 6; order += 1) {
        const book = bookOf(order);
        await store.books.commit(newBook(book, { platform: order < 4 ? 'demo' : 'other', buyerUid: `buyer-${order % 2}` }));
        for (const of of [0, 1]) {
          const number = order * 2 + of;
          const state = states[number % 3] ?? '';
          const more = { state, appliedAt: at(number), type: of === 0 ? 'refund' : 'return' } as const;
          await store.books.commit(applyTo(book, number, of + 2, { ...more, live: state !== 'settled' }));
        }
      }
    }
    const bookOf = (order: number): BookKey => keyOf(order, order % 3 === 0 ? 'shop-a' : 'shop-b');
    const numbers = (records: readonly ListedAfterSale[]): number[] => records.map(({ afterSale }) => Number(afterSale.id.slice(-12)));
    const list = async (filter: AfterSaleFilter, limit = 100) => numbers(items(await store.reads.listAfterSales(filter, { limit })));

    const shops = (...names: readonly string[]) => ({ shops: names.map((shop) => keyOf(0, shop).shopId) });
    const filters: readonly (readonly [string, AfterSaleFilter, readonly number[]])[] = [
      ['nothing', {}, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
      ['a shop', shops('shop-a'), [7, 6, 1, 0]],
      ['both shops', shops('shop-a', 'shop-b'), [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
      ['a shop named twice', shops('shop-a', 'shop-a'), [7, 6, 1, 0]],
      ['no shop at all', shops(), []],
      ['a shop that is not there', shops('shop-z'), []],
      ['a buyer', { buyer: { platform: 'demo', buyerUid: 'buyer-1' } }, [7, 6, 3, 2]],
      ['the buyer of that name on another platform', { buyer: { platform: 'other', buyerUid: 'buyer-1' } }, [11, 10]],
      ['a platform', { platform: 'other' }, [11, 10, 9, 8]],
      ['a platform and a shop', { platform: 'other', ...shops('shop-a') }, []],
      ['a platform and a state', { platform: 'demo', states: ['settled'] }, [7, 4, 1]],
      ['an order', { orderNo: bookOf(3).orderNo }, [7, 6]],
      ['an order of another shop', { orderNo: bookOf(3).orderNo, ...shops('shop-b') }, []],
      ['an order of another buyer', { orderNo: bookOf(3).orderNo, buyer: { platform: 'demo', buyerUid: 'buyer-0' } }, []],
      ['a state', { states: ['settled'] }, [10, 7, 4, 1]],
      ['two states', { states: ['settled', 'reviewing.merchant'] }, [10, 9, 7, 6, 4, 3, 1, 0]],
      ['a state of a shop', { states: ['settled'], ...shops('shop-b') }, [10, 4]],
      ['a state of a buyer', { states: ['refunding.manual'], buyer: { platform: 'demo', buyerUid: 'buyer-1' } }, [2]],
      ['no state at all', { states: [] }, []],
      ['a type', { type: 'return' }, [11, 9, 7, 5, 3, 1]],
      ['a type of a shop', { type: 'return', ...shops('shop-a') }, [7, 1]],
      ['a time', { appliedFrom: at(3), appliedBefore: at(6) }, [5, 4, 3]],
      ['a time that has only a beginning', { appliedFrom: at(10) }, [11, 10]],
      ['a time that has only an end', { appliedBefore: at(2) }, [1, 0]],
      ['a time without anything in it', { appliedFrom: at(1_000) }, []],
    ];

    it.each(filters)('after-sales filtered by %s, newest first', async (_, filter, expected) => {
      await fill();
      expect(await list(filter)).toEqual(expected);
    });

    it.each(filters)('after-sales page by page, filtered by %s: the same as at once', async (_, filter, expected) => {
      await fill();
      for (const limit of [1, 2, 3, 5]) {
        const found: number[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.reads.listAfterSales(filter, { limit, ...(cursor === undefined ? {} : { cursor }) });
          if (isRefusal(page)) throw new Error(page.detail);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...numbers(page.items));
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        expect(found).toEqual(expected);
      }
    });

    it('the next page where the page before ended, whatever was added between', async () => {
      await fill();
      const first = await store.reads.listAfterSales({}, { limit: 4 });
      await store.books.commit(newBook(keyOf(50)));
      await store.books.commit(applyTo(keyOf(50), 50, 2));
      if (isRefusal(first) || first.next === null) throw new Error('there is a second page');
      expect(numbers(items(await store.reads.listAfterSales({}, { limit: 4, cursor: first.next })))).toEqual([7, 6, 5, 4]);
      expect(await list({}, 1)).toEqual([50]);
    });

    it('by time also what a clock that was set back put out of order', async () => {
      const slack = 24 * 60;
      await store.books.commit(newBook(keyOf(1)));
      const times = [0, slack, slack + 3, slack + 1, 2 * slack];
      for (const [index, minutes] of times.entries()) {
        await store.books.commit(applyTo(keyOf(1), index, index + 2, { appliedAt: at(minutes) }, { changes: { caps: [] } }));
      }
      expect(await list({ appliedFrom: at(slack + 1), appliedBefore: at(slack + 3) })).toEqual([3]);
      expect(await list({ appliedFrom: at(slack), appliedBefore: at(2 * slack) })).toEqual([3, 2, 1]);
    });

    it.each([
      '',
      'nonsense',
      'b3JkZXJzOjE',
      Buffer.from('afterSales:-1').toString('base64url'),
      Buffer.from('afterSales:1:2').toString('base64url'),
    ])('nothing for the cursor %j that it never gave', async (cursor) => {
      await fill();
      expect(await store.reads.listAfterSales({}, { limit: 2, cursor })).toMatchObject({ code: 'request.invalid', path: 'cursor' });
    });

    it('an after-sale with everything that it is shown with', async () => {
      await store.books.commit(newBook(keyOf(1)));
      await store.books.commit(applyTo(keyOf(1), 1, 2, {}, { changes: { payouts: [payoutOf(idOf(1))] } }));
      const record = await store.reads.afterSale(idOf(1));
      expect(record).toMatchObject({
        ...{ book: keyOf(1), bookVersion: 2, order: { buyerUid: 'buyer-1' }, orderCap: { key: 'order', limit: { net: 10_000 } } },
        ...{ timers: [{ timerId: 'merchantDeadline' }], payouts: [payoutOf(idOf(1))] },
      });
      expect(record?.afterSale).toEqual(afterSaleOf(1, 2));
      expect(items(await store.reads.listAfterSales({}, { limit: 1 }))).toEqual([
        { book: record?.book, currency: record?.order.currency.code, orderCap: record?.orderCap, afterSale: record?.afterSale },
      ]);
      expect(await store.reads.afterSale(idOf(2))).toBeUndefined();
    });

    const orderFilters: readonly (readonly [string, OrderFilter, readonly number[]])[] = [
      ['nothing', {}, [5, 4, 3, 2, 1, 0]],
      ['a shop', shops('shop-a'), [3, 0]],
      ['two shops', shops('shop-b', 'shop-a'), [5, 4, 3, 2, 1, 0]],
      ['a platform', { platform: 'other' }, [5, 4]],
      ['a platform and a shop', { platform: 'demo', ...shops('shop-b') }, [2, 1]],
      ['a buyer', { buyer: { platform: 'demo', buyerUid: 'buyer-0' } }, [2, 0]],
      ['an order', { orderNo: bookOf(4).orderNo }, [4]],
      ['an order and its buyer', { orderNo: bookOf(4).orderNo, buyer: { platform: 'other', buyerUid: 'buyer-0' } }, [4]],
      ['an order that is not there', { orderNo: 'O-99' }, []],
    ];

    it.each(orderFilters)('orders filtered by %s, newest first, at once and page by page', async (_, filter, expected) => {
      await fill();
      const order = (record: { readonly book: BookKey }): number => Number(record.book.orderNo.slice(2));
      expect(items(await store.reads.listOrders(filter, { limit: 100 })).map(order)).toEqual(expected);
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.reads.listOrders(filter, { limit: 1, ...(cursor === undefined ? {} : { cursor }) });
        if (isRefusal(page)) throw new Error(page.detail);
        found.push(...page.items.map(order));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(found).toEqual(expected);
    });

    it('an order with its caps and the number of its open after-sales', async () => {
      await fill();
      expect(await store.reads.order(bookOf(0))).toMatchObject({ version: 3, openAfterSales: 1, order: { orderNo: 'O-0' } });
      expect((await store.reads.order(bookOf(0)))?.caps).toHaveLength(4);
      expect((await store.reads.caps(bookOf(0))).find(({ key }) => key === 'line:1')).toMatchObject({
        reserved: { net: 10_000, units: 2 },
      });
      expect(await store.reads.caps(keyOf(99))).toEqual([]);
      expect(await store.reads.order(keyOf(99))).toBeUndefined();
    });

    it('the timeline of an after-sale with its texts, in parts, the newest first', async () => {
      const asked = {
        id: 'text-9',
        afterSaleId: idOf(1),
        kind: 'askEvidence',
        salt: 's',
        content: '{"command":{"remark":"?"}}',
        hash: 'h',
      };
      await store.books.commit(newBook(keyOf(1)));
      await store.books.commit(applyTo(keyOf(1), 1, 2));
      await store.books.commit(applyTo(keyOf(1), 2, 3));
      for (const version of [4, 5]) await store.books.commit(commitOf(keyOf(1), version, 'note', { about: idOf(1), at: at(version) }));
      await store.books.commit(commitOf(keyOf(1), 6, 'askEvidence', { about: idOf(1), at: at(6), privates: [asked] }));
      const whole = await store.reads.timeline(idOf(1), null, 10);
      expect(whole?.events.map(({ type, version }) => [type, version])).toEqual([
        ['apply', 2],
        ['note', 4],
        ['note', 5],
        ['askEvidence', 6],
      ]);
      expect(whole?.events[3]).toMatchObject({ commandId: 'command-O-1:shop-1:6', at: at(6), afterSaleId: idOf(1), hash: 'hash-6' });
      expect(JSON.parse(whole?.events[3]?.body ?? '')).toMatchObject({ type: 'askEvidence' });
      const applied = { id: 'text-1', afterSaleId: idOf(1), kind: 'apply', salt: 'salt', content: '"It leaks."', hash: 'hash-of-text' };
      expect(whole).toMatchObject({ privates: [applied, asked], stateBefore: null, next: null });

      const newest = await store.reads.timeline(idOf(1), null, 1);
      expect(newest).toMatchObject({ events: whole?.events.slice(3), privates: [applied, asked], stateBefore: 'reviewing.merchant' });
      const older = await store.reads.timeline(idOf(1), newest?.next ?? null, 2);
      expect(older).toMatchObject({ events: whole?.events.slice(1, 3), privates: [applied], stateBefore: 'reviewing.merchant' });
      const oldest = await store.reads.timeline(idOf(1), older?.next ?? null, 2);
      expect(oldest).toMatchObject({ events: whole?.events.slice(0, 1), stateBefore: null, next: null });
      expect(await store.reads.timeline(idOf(3), null, 1)).toBeUndefined();
    });

    it('the events that name an upload, wherever in the timeline they stand', async () => {
      const content = JSON.stringify({ command: { evidence: [{ kind: 'photo', evidenceId: 'upload-1', sha256: 'a' }] } });
      const told = JSON.stringify({ command: { text: '"evidenceId":"upload-2"' } });
      const row = (id: string, of: number, text: string) => ({
        id,
        afterSaleId: idOf(of),
        kind: 'provide',
        salt: 's',
        content: text,
        hash: 'h',
      });
      await store.books.commit(newBook(keyOf(1)));
      await store.books.commit(applyTo(keyOf(1), 1, 2));
      await store.books.commit(applyTo(keyOf(1), 2, 3));
      await store.books.commit(commitOf(keyOf(1), 4, 'provide', { about: idOf(1), privates: [row('text-8', 1, content)] }));
      await store.books.commit(commitOf(keyOf(1), 5, 'note', { about: idOf(1), privates: [row('text-9', 1, told)] }));
      const named = async (of: number, upload: string) =>
        (await store.reads.namingEvidence(idOf(of), upload)).map(({ version }) => version);
      expect(await named(1, 'upload-1')).toEqual([4]);
      expect(await named(1, 'upload-2')).toEqual([]);
      expect(await named(2, 'upload-1')).toEqual([]);
      expect(await named(9, 'upload-1')).toEqual([]);
    });

    it('the transfers and payouts of an after-sale', async () => {
      const settled = transferOf(3, idOf(1), { phase: 'post', of: 1, decisionNo: 1 });
      await store.books.commit(newBook(keyOf(1)));
      await store.books.commit(applyTo(keyOf(1), 1, 2, {}, { changes: { payouts: [payoutOf(idOf(1))] } }));
      await store.books.commit(
        commitOf(keyOf(1), 3, 'payoutResult', { about: idOf(1), changes: { transfers: [settled, transferOf(4, null)] } }),
      );
      const ledger = await store.reads.ledgerOf(idOf(1));
      expect(ledger?.transfers.map(({ no }) => no)).toEqual([1, 2, 3]);
      expect(ledger?.transfers.at(-1)).toEqual(settled);
      expect(ledger?.payouts).toEqual([payoutOf(idOf(1))]);
      expect(await store.reads.ledgerOf(idOf(2))).toBeUndefined();
    });

    it('payouts in doubt, longest unchanged first, and a payout by its key', async () => {
      const payouts = (['unknown', 'paid', 'begun', 'unknown', 'unknown'] as const).map((state, index) =>
        payoutOf(idOf(1), { key: `payout-${index}`, state, updatedAt: at(10 - index) }),
      );
      await store.books.commit(newBook(keyOf(1)));
      await store.books.commit(applyTo(keyOf(1), 1, 2, {}, { changes: { payouts } }));
      const first = await store.reads.payoutsInDoubt(['unknown'], { limit: 2 });
      if (isRefusal(first) || first.next === null) throw new Error('there is a second page');
      expect(first.items.map(({ payout }) => payout.key)).toEqual(['payout-4', 'payout-3']);
      expect(
        items(await store.reads.payoutsInDoubt(['unknown'], { limit: 2, cursor: first.next })).map(({ payout }) => payout.key),
      ).toEqual(['payout-0']);
      expect(items(await store.reads.payoutsInDoubt(['begun', 'unknown'], { limit: 9 }))).toHaveLength(4);
      expect(await store.reads.findPayout('payout-1')).toEqual({ book: keyOf(1), payout: payouts[1] });
      expect(await store.reads.findPayout('payout-9')).toBeUndefined();
      expect((await store.reads.counts(NOON)).payoutsInDoubt).toBe(3);
    });

    it('dead jobs, newest first', async () => {
      await store.jobs.enqueue([1, 2, 3].map((number) => ({ key: `job-${number}`, topic: 't', payload: { number }, runAfter: at(0) })));
      await store.jobs.claim({ topics: ['t'], now: at(0), limit: 9, leaseMs: 1_000, token: 'a' });
      for (const number of [1, 3]) await store.jobs.bury({ key: `job-${number}`, token: 'a' }, `error ${number}`, at(number));
      const first = await store.reads.deadLetters({ limit: 1 });
      if (isRefusal(first) || first.next === null) throw new Error('there is a second page');
      expect(first.items).toEqual([{ key: 'job-3', topic: 't', payload: { number: 3 }, attempts: 1, error: 'error 3', diedAt: at(3) }]);
      expect(items(await store.reads.deadLetters({ limit: 9, cursor: first.next })).map(({ key }) => key)).toEqual(['job-1']);
    });

    it('changes since a position, and how far it is safe to go on', async () => {
      expect(await store.reads.changesSince(0, 10)).toEqual({ kind: 'events', events: [], safeUpTo: 0 });
      await store.books.commit(newBook(keyOf(1)));
      const applied = await store.books.commit(applyTo(keyOf(1), 1, 2));
      await store.books.commit(commitOf(keyOf(1), 3, 'note', { at: at(5) }));
      const newest = await store.reads.newestPosition();
      const position = applied.outcome === 'committed' ? applied.position : 0;
      const all = await store.reads.changesSince(0, 10);
      expect(all).toMatchObject({ kind: 'events', safeUpTo: newest, events: [{ type: 'putOrder' }, { type: 'apply' }, { type: 'note' }] });
      expect(await store.reads.changesSince(position - 1, 1)).toEqual({
        kind: 'events',
        safeUpTo: position,
        events: [
          {
            ...{ position, at: NOON, type: 'apply', book: keyOf(1), platform: 'demo', buyerUid: 'buyer-1', version: 2 },
            ...{ afterSaleId: idOf(1), afterSales: [{ id: idOf(1), state: 'reviewing.merchant' }], internal: false },
          },
        ],
      });
      expect(await store.reads.changesSince(newest, 10)).toEqual({ kind: 'events', events: [], safeUpTo: newest });
      expect(await store.reads.changesSince(newest + 1, 10)).toEqual({ kind: 'reset', newest });
      expect(await store.reads.newestInstant()).toBe(at(5));
      // Hosts' clocks may be apart: the newest is the last, whatever time it says.
      await store.books.commit(newBook(keyOf(2), {}, { at: at(3) }));
      expect(await store.reads.newestInstant()).toBe(at(3));
    });

    it('how much is waiting, up to the limit of counting', async () => {
      expect(await store.reads.newestInstant()).toBe(instant(0));
      expect(await store.reads.counts(at(0))).toEqual({ outbox: 0, jobsQueued: 0, jobsDead: 0, timersOverdue: 0, payoutsInDoubt: 0 });
      await store.books.commit(newBook(keyOf(1)));
      await store.books.commit(applyTo(keyOf(1), 1, 2));
      const many = COUNT_LIMIT + 5;
      await store.jobs.enqueue(
        Array.from({ length: many }, (_, number) => ({ key: `job-${number}`, topic: 't', payload: null, runAfter: at(0) })),
      );
      expect(await store.reads.counts(at(59))).toMatchObject({ outbox: 1, jobsQueued: COUNT_LIMIT, timersOverdue: 0 });
      expect((await store.reads.counts(at(60))).timersOverdue).toBe(1);
    });
  });
}
