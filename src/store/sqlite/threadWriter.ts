import type { Worker } from 'node:worker_threads';
import type { Compacted } from '../../actors/erasure.js';
import type { MemberResult } from './group.js';
import type { WriterBackend } from './writer.js';
import type { WriteRequest } from './writes.js';

/** What goes to the writer's thread; the answer is the list of results, or `closed`. */
export type ThreadMessage = { readonly kind: 'run'; readonly requests: readonly WriteRequest[] } | { readonly kind: 'compact' | 'close' };

type Answer = readonly MemberResult<unknown>[] | 'closed' | { readonly died: string };

interface Running {
  readonly worker: Worker;
  /** answer what the thread was asked, in the order in which it was */
  readonly asked: ((answer: Answer) => void)[];
}

/**
 * Writes in a thread of its own, so that syncing never holds up the others. When the thread dies, what
 * it was at work on is `unknown`, and the next group starts a new one.
 */
export function threadBackend(spawn: () => Worker): WriterBackend {
  let running: Running | undefined;

  function start(): Running {
    const started: Running = { worker: spawn(), asked: [] };
    let cause = 'it ended';
    started.worker.on('message', (answer: Answer) => started.asked.shift()?.(answer));
    started.worker.on('error', (error) => {
      cause = error instanceof Error ? error.message : String(error);
    });
    // Only now has the thread let go of its transaction.
    started.worker.on('exit', () => {
      if (running === started) running = undefined;
      for (const answer of started.asked.splice(0)) answer({ died: cause });
    });
    return started;
  }

  function ask(message: ThreadMessage): Promise<Answer> {
    const thread = running ?? start();
    running = thread;
    return new Promise((resolve) => {
      thread.asked.push(resolve);
      thread.worker.postMessage(message);
    });
  }

  return {
    run: async (requests) => {
      const answer = await ask({ kind: 'run', requests });
      if (answer === 'closed') throw new Error('the writer was closed while it was writing');
      if (!('died' in answer)) return answer;
      return requests.map(() => ({ kind: 'unknown', detail: `the writer died while it was writing: ${answer.died}` }));
    },
    compact: async () => {
      const answer = await ask({ kind: 'compact' });
      if (answer === 'closed') throw new Error('the writer was closed while it compacted');
      const [result] = 'died' in answer ? [] : (answer as readonly MemberResult<Compacted>[]);
      return result ?? { kind: 'unknown', detail: 'the writer died while it compacted' };
    },
    // At the end of this turn of the event loop: a message costs more than a row, and so does a sync.
    gathered: () => new Promise((resolve) => setImmediate(resolve)),
    close: async () => {
      const thread = running;
      if (thread === undefined) return;
      await ask({ kind: 'close' });
      await thread.worker.terminate();
    },
  };
}
