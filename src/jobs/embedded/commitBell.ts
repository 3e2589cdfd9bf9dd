import type { BookStore, Commit } from '../../actors/ports.js';

/** Tells of each commit of this process as soon as it is on disk, or may be. */
export interface CommitBell {
  /** Gives how to stop. */
  subscribe(listener: (commit: Commit) => void): () => void;
}

/**
 * A store that rings for each commit, so that what a command wants to happen does not wait for a poll.
 * It hands over the commit itself: nothing has to be read to see whether there is anything to do.
 */
export function bellFor(books: BookStore): { readonly books: BookStore; readonly bell: CommitBell } {
  const listeners = new Set<(commit: Commit) => void>();
  return {
    books: {
      load: (key) => books.load(key),
      newest: (key) => books.newest(key),
      findAnswer: (caller, key) => books.findAnswer(caller, key),
      findBookOf: (id) => books.findBookOf(id),
      findAfterSale: (id) => books.findAfterSale(id),
      commit: async (commit) => {
        const outcome = await books.commit(commit);
        if (commit.write !== null && (outcome.outcome === 'committed' || outcome.outcome === 'unknown')) {
          for (const listener of listeners) listener(commit);
        }
        return outcome;
      },
    },
    bell: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
        };
      },
    },
  };
}
