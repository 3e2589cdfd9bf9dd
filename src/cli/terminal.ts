import { Readable } from 'node:stream';
import { styleText } from 'node:util';

/** Where the commands write and what they read, so that tests can stand in for a terminal. */
export interface Terminal {
  readonly environment: { readonly [name: string]: string | undefined };
  /** results go here, a line at a time */
  out(line: string): void;
  /** everything that is not a result */
  err(line: string): void;
  /** rewrites one line on a terminal, and does nothing elsewhere; empty clears it */
  progress(line: string): void;
  /** whether `progress` shows anything */
  readonly progressShown: boolean;
  /** whether a person reads the results as they come */
  readonly watched: boolean;
  readonly style: Style;
  stdin(): ReadableStream<Uint8Array>;
  /** resolves when the process is asked to stop */
  stopAsked(): Promise<string>;
}

export interface Style {
  title(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

export const PLAIN: Style = { title: (text) => text, faint: (text) => text, good: (text) => text, bad: (text) => text };

const COLOURED: Style = {
  title: (text) => styleText('bold', text, { validateStream: false }),
  faint: (text) => styleText('dim', text, { validateStream: false }),
  good: (text) => styleText('green', text, { validateStream: false }),
  bad: (text) => styleText('red', text, { validateStream: false }),
};

const CLEAR_LINE = '\r\u001b[2K';

/** The terminal that this process was started from. Colours only where they are shown and wanted (`NO_COLOR`). */
export function processTerminal(process: NodeJS.Process): Terminal {
  const { stdout, stderr, env } = process;
  let shown = false;
  const clear = () => {
    if (shown) stderr.write(CLEAR_LINE);
    shown = false;
  };
  // A reader that has seen enough (`redress show ... | head`) is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
  return {
    environment: env,
    watched: stdout.isTTY,
    progressShown: stderr.isTTY,
    style: stdout.isTTY && (env.NO_COLOR ?? '') === '' ? COLOURED : PLAIN,
    out(line) {
      clear();
      stdout.write(`${line}\n`);
    },
    err(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    progress(line) {
      if (!stderr.isTTY) return;
      clear();
      if (line === '') return;
      stderr.write(line);
      shown = true;
    },
    stdin: () => Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
    stopAsked: () => signalOf(process),
  };
}

/** The first signal to stop; the second ends the process at once. */
function signalOf(process: NodeJS.Process): Promise<string> {
  return new Promise((resolve) => {
    const asked = (signal: NodeJS.Signals) => {
      for (const name of STOPPING) {
        process.off(name, asked);
        process.once(name, () => process.exit(130));
      }
      resolve(signal);
    };
    for (const name of STOPPING) process.on(name, asked);
  });
}

const STOPPING = ['SIGINT', 'SIGTERM'] as const;
