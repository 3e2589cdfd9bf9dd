import type { Connection } from './connection.js';
import { recoveringRunner } from './recovering.js';
import type { WriterBackend } from './writer.js';

/** Writes in the caller's own thread: for tools, tests and simulations. */
export function inlineBackend(open: () => Connection): WriterBackend {
  const runner = recoveringRunner(open);
  return {
    run: (requests) => Promise.resolve(runner.run(requests)),
    compact: () => Promise.resolve(runner.compact()),
    close: () => {
      runner.close();
      return Promise.resolve();
    },
  };
}
