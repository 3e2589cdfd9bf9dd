import { describe, expect, it } from 'vitest';
import type { OrderLock } from '../../src/actors/hostPorts.js';
import { type BookKey, orderNo, shopId } from '../../src/domain/ids.js';

const book = (order: string, shop = 'shop'): BookKey => ({ orderNo: orderNo(order), shopId: shopId(shop) });

/** Whether a turn has come by now; what could give it was given its time. */
async function hasCome(turn: Promise<unknown>): Promise<boolean> {
  let come = false;
  void turn.then(() => {
    come = true;
  });
  for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve));
  return come;
}

/** What every lock of orders must do, while nothing goes wrong. */
export function describeLock(name: string, make: () => OrderLock): void {
  describe(`${name} gives turns`, () => {
    it('to who asks for a book that nobody has, and again once that turn has ended', async () => {
      const lock = make();
      for (let turn = 0; turn < 3; turn++) await (await lock.acquire(book('one')))();
    });

    it('to one at a time, and to everybody in the end', async () => {
      const lock = make();
      let inside = 0;
      let most = 0;
      let turns = 0;
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const end = await lock.acquire(book('one'));
          inside += 1;
          most = Math.max(most, inside);
          turns += 1;
          for (let i = 0; i < 3; i++) await Promise.resolve();
          inside -= 1;
          await end();
        }),
      );
      expect({ most, turns }).toEqual({ most: 1, turns: 50 });
    });

    it('of each book by itself, however alike their names are', async () => {
      const lock = make();
      const ends = [];
      for (const key of [book('one'), book('two'), book('one', 'other'), book('a:b', 'c'), book('a', 'b:c')])
        ends.push(await lock.acquire(key));
      for (const end of ends) await end();
      expect(ends).toHaveLength(5);
    });

    it('that nobody ends but who has them: to end one twice ends no other', async () => {
      const lock = make();
      const first = await lock.acquire(book('one'));
      await first();
      const second = await lock.acquire(book('one'));
      const third = lock.acquire(book('one'));
      await first();
      expect(await hasCome(third)).toBe(false);
      await second();
      await (await third)();
    });
  });
}
