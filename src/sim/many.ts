import { type ChildProcess, fork } from 'node:child_process';
import { type Judged, judgeSeed, type SeedOptions } from './judged.js';

/** Runs many seeds, here or in processes beside each other; tells of each as it ends. */

export interface ManyOptions extends SeedOptions {
  readonly jobs: number;
  /** true: no further seed is begun */
  readonly enough: () => boolean;
  readonly ended: (seed: string, judged: Judged) => void;
  /** the program of the processes beside this one */
  readonly worker?: URL;
}

type Answer = { readonly seed: string; readonly judged: Judged } | { readonly seed: string; readonly failed: string };

/** Runs seeds one after another, or in processes beside each other, until there are enough. */
export async function runMany(seeds: Iterable<string>, options: ManyOptions): Promise<void> {
  const queue = seeds[Symbol.iterator]();
  const next = (): string | undefined => {
    if (options.enough()) return undefined;
    const { value, done } = queue.next();
    return done === true ? undefined : value;
  };
  if (options.jobs === 1) return runHere(next, options);
  const lanes = Array.from({ length: options.jobs }, () => runBeside(next, options));
  const results = await Promise.allSettled(lanes);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function runHere(next: () => string | undefined, options: ManyOptions): Promise<void> {
  for (let seed = next(); seed !== undefined; seed = next()) options.ended(seed, await judgeSeed(seed, options));
}

async function runBeside(next: () => string | undefined, options: ManyOptions): Promise<void> {
  const { overrides, directory } = options;
  const child = fork(options.worker ?? new URL('./worker.js', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  try {
    for (let seed = next(); seed !== undefined; seed = next()) {
      const answer = await ask(child, { seed, options: { overrides, directory } });
      if ('failed' in answer) throw new Error(`seed ${answer.seed} could not be run: ${answer.failed}`);
      options.ended(answer.seed, answer.judged);
    }
  } finally {
    if (child.connected) child.disconnect();
  }
}

function ask(child: ChildProcess, order: { readonly seed: string; readonly options: SeedOptions }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null, signal: string | null): void =>
      reject(new Error(`a process ended with ${signal ?? code} while it ran seed ${order.seed}`));
    child.once('exit', gone);
    child.once('message', (answer) => {
      child.off('exit', gone);
      resolve(answer as Answer);
    });
    child.send(order);
  });
}
