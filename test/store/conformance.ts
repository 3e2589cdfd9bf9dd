import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BookStore, Commit, CommitOutcome } from '../../src/actors/ports.js';
import type { CapChange, Triple } from '../../src/actors/rows.js';
import { minor } from '../../src/domain/money.js';
import { scaled } from '../scale.js';
import { afterSaleOf, answerOf, applyTo, at, commitOf, idOf, keyOf, NOON, newBook, PAID, payoutOf, reserve, stateOf } from './commits.js';

export interface BooksUnderTest {
  readonly books: BookStore;
  close(): Promise<void>;
}

const outcomes = (results: readonly CommitOutcome[]): string[] => results.map(({ outcome }) => outcome);
const NOTHING: Triple = { net: 0, tax: 0, units: 0 };

/** What every `BookStore` must do, whatever it keeps its books in. `make` gives an empty one. */
export function describeBookStore(name: string, make: () => Promise<BooksUnderTest>): void {
  describe(`${name} keeps books`, () => {
    let store: BooksUnderTest;
    const book = keyOf(1);
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());

    const commit = (...commits: readonly Commit[]) => Promise.all(commits.map((one) => store.books.commit(one)));
    const committed = async (...commits: readonly Commit[]) => {
      expect(outcomes(await commit(...commits))).toEqual(commits.map(() => 'committed'));
    };

    it('empties every text of a book that is erased, also of after-sales that are no longer loaded', async () => {
      const address = { name: 'Ann Li', country: 'CN', city: 'Shanghai', street: '1 Nanjing Road' };
      const shipments = [{ leg: 'return' as const, courier: 'SF', trackingNo: 'SF-1' }];
      const told = { returnAddress: address, shipments };
      const payouts = [payoutOf(idOf(7), { key: 'p-7', account: 'IBAN' }), payoutOf(null, { key: 'p-0', account: 'IBAN' })];
      await committed(
        newBook(book),
        applyTo(book, 7, 2, told, { changes: { payouts } }),
        applyTo(book, 8, 3, { ...told, live: false, state: 'closed' }),
        newBook(keyOf(2)),
        applyTo(keyOf(2), 9, 2, told),
      );
      await committed(commitOf(book, 4, 'erase', { changes: { erase: true } }));
      const blank = { returnAddress: null, shipments: [{ leg: 'return', courier: null, trackingNo: null }] };
      const rows = await store.books.load(book);
      expect(rows?.afterSales).toMatchObject([{ id: idOf(7), ...blank }]);
      expect(rows?.payouts.map(({ account }) => account)).toEqual([null, null]);
      expect((await store.books.findAfterSale(idOf(8)))?.afterSale).toMatchObject(blank);
      expect((await store.books.findAfterSale(idOf(9)))?.afterSale).toMatchObject(told);
    });

    it('knows nothing of a book that was never made', async () => {
      expect(await store.books.load(book)).toBeUndefined();
      expect(await store.books.newest(book)).toBeUndefined();
      expect(await store.books.findAnswer('user/demo/buyer-1', 'a')).toBeUndefined();
      expect(await store.books.findBookOf(idOf(1))).toBeUndefined();
      expect(await store.books.findAfterSale(idOf(1))).toBeUndefined();
    });

    it('gives a new book back as it was made', async () => {
      const made = newBook(book);
      await committed(made);
      const rows = await store.books.load(book);
      expect(rows).toMatchObject({ version: 1, chain: 'hash-1', afterSales: [], payouts: [], timers: [] });
      expect(rows?.order).toEqual(made.write?.changes.order);
      expect(rows?.split).toEqual(made.write?.changes.split);
      expect(rows?.state).toEqual(stateOf());
      expect(new Map(rows?.caps.map((cap) => [cap.key, cap.limit]))).toEqual(
        new Map([
          ['order', { net: PAID, tax: 0, units: 0 }],
          ['line:1', { net: PAID, tax: 0, units: 2 }],
          ['freight', NOTHING],
          ['tender:card', { net: PAID, tax: 0, units: 0 }],
        ]),
      );
    });

    it('gives the rows of an application back, caps changed by their deltas', async () => {
      const applied = applyTo(book, 7, 2);
      await committed(newBook(book), applied);
      const rows = await store.books.load(book);
      expect(rows).toMatchObject({ version: 2, chain: 'hash-2' });
      expect(await store.books.newest(book)).toEqual({ version: 2, chain: 'hash-2' });
      expect(rows?.state).toEqual(applied.write?.changes.state);
      expect(rows?.afterSales).toEqual(applied.write?.changes.afterSales);
      expect(rows?.timers).toEqual(applied.write?.changes.timers.set);
      expect(rows?.caps.find(({ key }) => key === 'line:1')).toEqual({
        key: 'line:1',
        limit: { net: PAID, tax: 0, units: 2 },
        reserved: { net: 5_000, tax: 0, units: 1 },
        posted: NOTHING,
      });
    });

    it('keeps state and order where a commit names none', async () => {
      await committed(newBook(book), commitOf(book, 2, 'note', {}));
      const rows = await store.books.load(book);
      expect(rows).toMatchObject({ version: 2, state: stateOf(), order: { orderNo: 'O-1' } });
    });

    it('takes a corrected order', async () => {
      const corrected = newBook(book, { buyerUid: 'buyer-2' }).write?.changes;
      if (corrected?.order === undefined || corrected.split === undefined) throw new Error('a new book has an order');
      await committed(newBook(book), commitOf(book, 2, 'putOrder', { changes: { order: corrected.order, split: corrected.split } }));
      expect((await store.books.load(book))?.order.buyerUid).toBe('buyer-2');
    });

    it('sets, moves, suspends and clears timers', async () => {
      const id = idOf(1);
      const timer = (timerId: string, minutes: number, suspendedMs: number | null = null) => ({
        ...{ afterSaleId: id, timerId, visit: 2, dueAt: at(minutes), suspendedMs },
      });
      const timers = async (version: number, set: ReturnType<typeof timer>[], cleared: { afterSaleId: typeof id; timerId: string }[]) => {
        await committed(commitOf(book, version, 'note', { about: id, changes: { timers: { set, cleared } } }));
        return (await store.books.load(book))?.timers.toSorted((a, b) => a.timerId.localeCompare(b.timerId));
      };
      await committed(
        newBook(book),
        applyTo(book, 1, 2, {}, { changes: { timers: { set: [timer('a', 5), timer('b', 6)], cleared: [] } } }),
      );
      expect(await timers(3, [timer('a', 9, 4_000)], [{ afterSaleId: id, timerId: 'b' }])).toEqual([timer('a', 9, 4_000)]);
      // Left and entered again in one commit: what is set stands.
      expect(await timers(4, [timer('a', 11)], [{ afterSaleId: id, timerId: 'a' }])).toEqual([timer('a', 11)]);
    });

    it('replaces a payout by its key', async () => {
      await committed(
        newBook(book),
        applyTo(book, 1, 2, {}, { changes: { payouts: [payoutOf(idOf(1)), payoutOf(null, { key: 'book:1:wallet' })] } }),
        commitOf(book, 3, 'payoutResult', {
          about: idOf(1),
          changes: { payouts: [payoutOf(idOf(1), { state: 'paid', reference: 'R-1' })] },
        }),
      );
      expect((await store.books.load(book))?.payouts).toEqual([
        payoutOf(idOf(1), { state: 'paid', reference: 'R-1' }),
        payoutOf(null, { key: 'book:1:wallet' }),
      ]);
    });

    describe('versions', () => {
      it.each([
        ['an older version', applyTo(book, 5, 2), 3],
        ['a version that is not there yet', applyTo(book, 5, 9), 3],
        ['no version at all, where the book is there', newBook(book, { buyerUid: 'other' }), 3],
      ])('a commit decided on %s is stale and changes nothing', async (_, stale, version) => {
        await committed(newBook(book), applyTo(book, 1, 2), commitOf(book, 3, 'note', {}));
        const before = await store.books.load(book);
        expect(await commit(stale)).toEqual([{ outcome: 'stale' }]);
        expect(await store.books.load(book)).toEqual(before);
        expect(before?.version).toBe(version);
        expect(await store.books.findAnswer('user/demo/buyer-1', 'apply-5')).toBeUndefined();
      });

      it('a commit decided on another content of the same version is stale', async () => {
        await committed(newBook(book), applyTo(book, 1, 2));
        const phantom = applyTo(book, 5, 3);
        if (phantom.write === null) throw new Error('an application writes');
        const decidedElsewhere: Commit = {
          ...phantom,
          write: { ...phantom.write, audit: { ...phantom.write.audit, previousHash: 'hash-of-what-never-was' } },
        };
        expect(await commit(decidedElsewhere)).toEqual([{ outcome: 'stale' }]);
        expect(await store.books.load(book)).toMatchObject({ version: 2, chain: 'hash-2' });
      });

      it('a commit to a book that is not there is stale', async () => {
        expect(await commit(applyTo(book, 1, 2))).toEqual([{ outcome: 'stale' }]);
        expect(await store.books.findBookOf(idOf(1))).toBeUndefined();
      });

      it('of many commits decided on one version exactly one stands', async () => {
        await committed(newBook(book));
        const results = await commit(...Array.from({ length: 20 }, (_, number) => applyTo(book, number, 2)));
        expect(outcomes(results).filter((outcome) => outcome === 'committed')).toHaveLength(1);
        expect(outcomes(results).filter((outcome) => outcome === 'stale')).toHaveLength(19);
        expect((await store.books.load(book))?.afterSales).toHaveLength(1);
      });

      it('successive versions of one book, given together, all stand', async () => {
        const results = await commit(newBook(book), applyTo(book, 1, 2), applyTo(book, 2, 3), commitOf(book, 4, 'note', {}));
        expect(outcomes(results)).toEqual(['committed', 'committed', 'committed', 'committed']);
        const positions = results.map((result) => (result.outcome === 'committed' ? result.position : 0));
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
        expect((await store.books.load(book))?.version).toBe(4);
      });

      it('where the first of them cannot stand, those decided upon it are stale', async () => {
        await committed(newBook(book));
        const beyond = applyTo(book, 1, 2, {}, { changes: { caps: [reserve('order', PAID + 1)] } });
        expect(outcomes(await commit(beyond, applyTo(book, 2, 3), applyTo(keyOf(2), 3, 2), newBook(keyOf(3))))).toEqual([
          'capExceeded',
          'stale',
          'stale',
          'committed',
        ]);
        expect((await store.books.load(book))?.version).toBe(1);
      });
    });

    describe('caps', () => {
      const triples: readonly (readonly [keyof Triple, Triple])[] = [
        ['net', { net: 1, tax: 0, units: 0 }],
        ['tax', { net: 0, tax: 1, units: 0 }],
        ['units', { net: 0, tax: 0, units: 1 }],
      ];
      const opposite = ({ net, tax, units }: Triple): Triple => ({ net: 0 - net, tax: 0 - tax, units: 0 - units });
      const forbidden = triples.flatMap(([what, one]): [string, CapChange][] => [
        [`more reserved than the limit, in ${what}`, { key: 'freight', limit: NOTHING, reserved: one, posted: NOTHING }],
        [`more posted than the limit, in ${what}`, { key: 'freight', limit: NOTHING, reserved: NOTHING, posted: one }],
        [`less reserved than nothing, in ${what}`, { key: 'freight', limit: one, reserved: opposite(one), posted: one }],
        [`less posted than nothing, in ${what}`, { key: 'freight', limit: one, reserved: one, posted: opposite(one) }],
        [`a limit below nothing, in ${what}`, { key: 'freight', limit: opposite(one), reserved: NOTHING, posted: NOTHING }],
        [`a new row beyond its limit, in ${what}`, { key: 'goodwill', limit: NOTHING, reserved: NOTHING, posted: one }],
      ]);

      it.each(forbidden)('refuse %s, and nothing of the commit is kept', async (_, change) => {
        await committed(newBook(book));
        const before = await store.books.load(book);
        const [result] = await commit(applyTo(book, 1, 2, {}, { changes: { caps: [reserve('order', 5_000), change] } }));
        expect(result).toMatchObject({ outcome: 'capExceeded', detail: expect.stringContaining(change.key) });
        expect(await store.books.load(book)).toEqual(before);
        expect(await store.books.findAnswer('user/demo/buyer-1', 'apply-1')).toBeUndefined();
        expect(await store.books.findAfterSale(idOf(1))).toBeUndefined();
      });

      it('hold amounts up to 2^53 - 1 exactly, and refuse what is beyond', async () => {
        const most = Number.MAX_SAFE_INTEGER;
        const grow = (version: number, net: number) =>
          commitOf(book, version, 'note', {
            changes: {
              caps: [{ key: 'goodwill', limit: { net, tax: 0, units: 0 }, reserved: NOTHING, posted: { net, tax: 0, units: 0 } }],
            },
          });
        await committed(newBook(book), grow(2, most - 1), grow(3, 1));
        expect((await store.books.load(book))?.caps.find(({ key }) => key === 'goodwill')?.posted.net).toBe(most);
        expect(outcomes(await commit(grow(4, 1)))).toEqual(['capExceeded']);
        expect(outcomes(await commit(grow(4, most)))).toEqual(['capExceeded']);
      });

      it('are what the sum of all kept deltas says, whatever was refused between', async () => {
        const small = fc.record({
          net: fc.integer({ min: -3, max: 4 }),
          tax: fc.integer({ min: -2, max: 2 }),
          units: fc.integer({ min: -1, max: 2 }),
        });
        const change = fc.record({ limit: small, reserved: small, posted: small });
        const add = (a: Triple, b: Triple): Triple => ({ net: a.net + b.net, tax: a.tax + b.tax, units: a.units + b.units });
        let number = 100;
        await fc.assert(
          fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
            number += 1;
            const key = keyOf(number);
            await committed(newBook(key));
            let model = { limit: NOTHING, reserved: NOTHING, posted: NOTHING };
            let version = 2;
            for (const delta of changes) {
              const next = {
                limit: add(model.limit, delta.limit),
                reserved: add(model.reserved, delta.reserved),
                posted: add(model.posted, delta.posted),
              };
              const holds = (['net', 'tax', 'units'] as const).every(
                (of) =>
                  next.limit[of] >= 0 &&
                  next.reserved[of] >= 0 &&
                  next.posted[of] >= 0 &&
                  next.reserved[of] + next.posted[of] <= next.limit[of],
              );
              const [result] = await commit(commitOf(key, version, 'note', { changes: { caps: [{ key: 'x', ...delta }] } }));
              expect(result?.outcome).toBe(holds ? 'committed' : 'capExceeded');
              if (!holds) continue;
              model = next;
              version += 1;
            }
            const kept = (await store.books.load(key))?.caps.find((cap) => cap.key === 'x');
            expect(kept ?? { key: 'x', limit: NOTHING, reserved: NOTHING, posted: NOTHING }).toEqual({ key: 'x', ...model });
          }),
          { numRuns: scaled(25) },
        );
      });
    });

    describe('answers', () => {
      const caller = 'user/demo/buyer-1';

      it('are found by caller and key, with the commit and without one', async () => {
        const refusal: Commit = {
          book,
          expectedVersion: 1,
          write: null,
          answer: answerOf('b', { status: 409, version: null, body: '{"no":1}' }),
        };
        await committed(newBook(book, {}, { answer: answerOf('a') }));
        expect(await commit(refusal)).toEqual([{ outcome: 'committed', position: 0 }]);
        expect(await store.books.findAnswer(caller, 'a')).toEqual(answerOf('a'));
        expect(await store.books.findAnswer(caller, 'b')).toEqual(refusal.answer);
        expect(await store.books.findAnswer('merchant/m-1', 'a')).toBeUndefined();
        expect((await store.books.load(book))?.version).toBe(1);
      });

      it('are kept of refusals about a book that is not there', async () => {
        await committed({ book: keyOf(99), expectedVersion: 0, write: null, answer: answerOf('c', { status: 404, version: null }) });
        expect(await store.books.findAnswer(caller, 'c')).toEqual(answerOf('c', { status: 404, version: null }));
      });

      it('stop a second commit with the same key, which gets the first answer', async () => {
        const first = answerOf('same', { body: '{"first":true}' });
        const second = answerOf('same', { hash: 'another request', body: '{"first":false}' });
        await committed(newBook(book, {}, { answer: first }));
        expect(await commit(applyTo(book, 1, 2, {}, { answer: second }))).toEqual([{ outcome: 'answered', answer: first }]);
        expect(await commit({ book, expectedVersion: 1, write: null, answer: second })).toEqual([{ outcome: 'answered', answer: first }]);
        expect((await store.books.load(book))?.version).toBe(1);
      });

      it('come before the version: a stale repetition is answered', async () => {
        await committed(newBook(book), applyTo(book, 1, 2), commitOf(book, 3, 'note', {}));
        expect(await commit(applyTo(book, 1, 2))).toEqual([{ outcome: 'answered', answer: answerOf('apply-1', { version: 2 }) }]);
      });

      it('of one caller do not stop another with the same key', async () => {
        await committed(
          newBook(book, {}, { answer: answerOf('same') }),
          newBook(keyOf(2), {}, { answer: answerOf('same', { caller: 'user/demo/buyer-2' }) }),
        );
      });

      it('with one key given many times at once: one stands, the others get its answer', async () => {
        const repeated = Array.from({ length: 20 }, (_, number) =>
          newBook(keyOf(number), {}, { answer: answerOf('once', { hash: `request-${number}`, body: `{"order":${number}}` }) }),
        );
        const results = await commit(...repeated);
        const stood = results.findIndex(({ outcome }) => outcome === 'committed');
        expect(outcomes(results).filter((outcome) => outcome === 'committed')).toHaveLength(1);
        for (const result of results.filter(({ outcome }) => outcome !== 'committed')) {
          expect(result).toEqual({ outcome: 'answered', answer: repeated[stood]?.answer });
        }
      });

      it('of a commit that could not stand are not kept, so that the next with the key may', async () => {
        await committed(newBook(book));
        const beyond = applyTo(book, 1, 2, {}, { changes: { caps: [reserve('order', PAID + 1)] }, answer: answerOf('k') });
        const fine = applyTo(book, 1, 2, {}, { answer: answerOf('k', { body: '{"second":true}' }) });
        expect(outcomes(await commit(beyond, fine))).toEqual(['capExceeded', 'committed']);
        expect(await store.books.findAnswer(caller, 'k')).toEqual(fine.answer);
      });
    });

    describe('after-sales', () => {
      it('that are no longer live are left out of their book, and found by their id', async () => {
        const ended = afterSaleOf(1, 3, { state: 'settled', live: false, holds: false, reserved: [] });
        await committed(
          newBook(book),
          applyTo(book, 1, 2),
          commitOf(book, 3, 'timer', { about: idOf(1), changes: { afterSales: [ended] } }),
          applyTo(book, 2, 4),
        );
        const rows = await store.books.load(book);
        expect(rows?.afterSales.map(({ id }) => id)).toEqual([idOf(2)]);
        expect(rows?.timers.map(({ afterSaleId }) => afterSaleId)).toEqual([idOf(2)]);
        expect(await store.books.findAfterSale(idOf(1))).toEqual({ book, afterSale: ended });
        expect(await store.books.findBookOf(idOf(1))).toEqual(book);
      });

      it('that ended still bring the payouts that are not paid', async () => {
        const ended = afterSaleOf(1, 3, { state: 'settled', live: false });
        const held = payoutOf(idOf(1), { key: 'held', state: 'held' });
        await committed(
          newBook(book),
          applyTo(book, 1, 2, {}, { changes: { payouts: [payoutOf(idOf(1), { state: 'paid' }), held] } }),
          commitOf(book, 3, 'timer', { about: idOf(1), changes: { afterSales: [ended] } }),
        );
        expect((await store.books.load(book))?.payouts).toEqual([held]);
      });

      it('come in the order in which they were applied for', async () => {
        await committed(
          newBook(book),
          applyTo(book, 9, 2),
          applyTo(book, 3, 3),
          commitOf(book, 4, 'note', { changes: { afterSales: [afterSaleOf(9, 2)] } }),
        );
        expect((await store.books.load(book))?.afterSales.map(({ id }) => id)).toEqual([idOf(9), idOf(3)]);
      });
    });

    it('rejects a commit that is a bug, and keeps those that came with it', async () => {
      await committed(newBook(book), newBook(keyOf(2)), applyTo(book, 1, 2));
      const bugs: readonly (readonly [string, () => Commit])[] = [
        ['an after-sale of another order', () => applyTo(keyOf(2), 1, 2, {}, { answer: answerOf('bug-1') })],
        ['a text of an after-sale that is not there', () => commitOf(book, 3, 'note', { about: idOf(77) })],
        ['a refund number given twice', () => applyTo(book, 8, 3, { refundId: afterSaleOf(1, 2).refundId })],
        ['a new book without its order', () => commitOf(keyOf(5), 1, 'note', {})],
        ['half a cent', () => commitOf(book, 3, 'note', { changes: { caps: [reserve('order', 0.5)] } })],
        ['an amount beyond 2^53', () => commitOf(book, 3, 'note', { changes: { caps: [reserve('order', 2 ** 53)] } })],
      ];
      for (const [index, [what, bug]] of bugs.entries()) {
        const [bad, good] = await Promise.allSettled([store.books.commit(bug()), store.books.commit(newBook(keyOf(10 + index)))]);
        expect(bad.status, what).toBe('rejected');
        expect(good, what).toMatchObject({ status: 'fulfilled', value: { outcome: 'committed' } });
      }
      expect((await store.books.load(book))?.version).toBe(2);
      expect((await store.books.load(keyOf(2)))?.version).toBe(1);
    });

    it('never takes one book for another, whatever stands in its names', async () => {
      const names = ['a', 'a:b', 'A', 'ä', 'a\u0308', ' a', 'a%', "a'", 'a\u0000b', '日本', '😀', ''];
      const keys = names.flatMap((shop) =>
        names.map((order) => ({ ...keyOf(1, shop), orderNo: keyOf(1).orderNo.replace('O-1', order) as typeof book.orderNo })),
      );
      await committed(...keys.map((key, index) => newBook(key, { buyerUid: `buyer-${index}` })));
      for (const [index, key] of keys.entries()) {
        expect((await store.books.load(key))?.order).toMatchObject({ ...key, buyerUid: `buyer-${index}` });
      }
    });

    it('keeps rows apart from what the caller does with the objects afterwards', async () => {
      const made = newBook(book);
      await committed(made);
      const rows = await store.books.load(book);
      expect(rows?.order).not.toBe(made.write?.changes.order);
      expect(minor(PAID)).toBe(rows?.split.total.net);
      expect(rows?.order.placedAt).toBe(NOON - 3_600_000);
    });
  });
}
