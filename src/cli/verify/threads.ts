import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Scope } from '../../store/sqlite/verify/verifier.js';
import type { Range } from '../../store/sqlite/verify/walk.js';
import type { Tally } from './tally.js';

/** A thread that verifies ranges of orders, one after the other. */
export interface Helper {
  verify(range: Range): Promise<Tally>;
  end(): Promise<void>;
}

export interface HelperData {
  readonly dataDirectory: string;
  readonly scope: Scope;
}

/** Starts threads that verify orders, each by a connection of its own. */
export function startHelpers(count: number, dataDirectory: string, scope: Scope): Promise<Helper[]> {
  const workerData: HelperData = { dataDirectory, scope };
  return Promise.all(Array.from({ length: count }, () => startHelper(workerData)));
}

async function startHelper(workerData: HelperData): Promise<Helper> {
  const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData, name: 'redress-verify' });
  await once(worker, 'message');
  return {
    verify: async (range) => {
      worker.postMessage(range);
      // What the thread throws comes as an `error`, which `once` rejects with.
      const [tally] = (await once(worker, 'message')) as [Tally];
      return tally;
    },
    end: async () => {
      await worker.terminate();
    },
  };
}
