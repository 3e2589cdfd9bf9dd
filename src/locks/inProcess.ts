import type { OrderLock } from '../actors/hostPorts.js';
import { type BookKey, bookName } from '../domain/ids.js';

/** Turns within one process, first come first served. With one host the mailbox alone keeps order; with several, this does. */
export function inProcessLock(): OrderLock {
  const turns = new Map<string, Promise<void>>();
  return {
    async acquire(book: BookKey) {
      const name = bookName(book);
      const before = turns.get(name);
      let end = (): void => undefined;
      const mine = new Promise<void>((resolve) => {
        end = resolve;
      });
      const turn = before === undefined ? mine : before.then(() => mine);
      turns.set(name, turn);
      await before;
      return async () => {
        end();
        if (turns.get(name) === turn) turns.delete(name);
      };
    },
  };
}
