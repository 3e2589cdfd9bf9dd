import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Processes of the benchmark that are asked and answer, one question at a time. */

export interface Talking<Ask, Answer> {
  readonly pid: number;
  ask(question: Ask): Promise<Answer>;
  end(): Promise<void>;
}

type Said<Answer> = { readonly answer: Answer } | { readonly failed: string };

/**
 * Starts a module of this folder as a process of its own.
 * @param module path from this folder, `load/process.js`
 */
export function startTalking<Ask, Answer>(module: string): Talking<Ask, Answer> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), { serialization: 'advanced' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    ask: (question) => asked<Answer>(child, module, question),
    end: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

function asked<Answer>(child: ChildProcess, module: string, question: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`${module} ended with ${code} before it answered`));
    child.once('exit', died);
    child.once('message', (said) => {
      child.off('exit', died);
      const heard = said as Said<Answer>;
      if ('failed' in heard) reject(new Error(`${module}: ${heard.failed}`));
      else resolve(heard.answer);
    });
    child.send(question as object);
  });
}

/** The other side: answers each question until the benchmark hangs up. */
export function answering<Ask, Answer>(answer: (question: Ask) => Promise<Answer> | Answer): void {
  process.on('message', (question) => {
    void (async () => {
      try {
        process.send?.({ answer: await answer(question as Ask) });
      } catch (error) {
        process.send?.({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    })();
  });
  process.once('disconnect', () => process.exit());
}
