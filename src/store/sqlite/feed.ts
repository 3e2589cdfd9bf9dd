import type { ChangeNotice } from '../../actors/reads.js';
import type { Connection } from './connection.js';
import { failureOf, reading } from './failure.js';
import { trailReads } from './trail.js';

/** Notices read at once; the rest follows with the next read. */
const AT_ONCE = 500;

type Listener = (change: ChangeNotice) => void;

export interface Feed {
  /** Calls the listener after each commit from now on, in the order of positions; one that throws is called no more. Gives how to stop. */
  subscribe(listener: Listener): () => void;
  /** Tells the listeners of what has been committed meanwhile. */
  committed(): void;
}

/** Tells of commits by reading them back, so that their order is that of the file, whoever's answer came first. */
export function commitFeed(connection: Connection): Feed {
  const trail = trailReads(connection);
  const listeners = new Set<Listener>();
  let told = 0;

  function tell(): void {
    for (;;) {
      const changes = trail.changesSince(told, AT_ONCE);
      if (changes.kind === 'reset') {
        told = changes.newest;
        return;
      }
      told = changes.safeUpTo;
      for (const change of changes.events) for (const listener of [...listeners]) call(listener, change);
      if (changes.events.length < AT_ONCE) return;
    }
  }

  function call(listener: Listener, change: ChangeNotice): void {
    try {
      listener(change);
    } catch {
      // The commit is on disk: a listener that fails must not make it look otherwise.
      listeners.delete(listener);
    }
  }

  return {
    subscribe: (listener) => {
      if (listeners.size === 0) told = reading(connection, trail.newestPosition);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    committed: () => {
      if (listeners.size === 0) return;
      try {
        tell();
      } catch (error) {
        // What cannot be read now is told with the next commit.
        if (failureOf(error) === undefined && connection.open) throw error;
      }
    },
  };
}
