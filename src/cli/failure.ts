import { CommanderError } from 'commander';
import { ConfigInvalid } from '../config.js';
import type { Refusal } from '../domain/refusals.js';
import { failureOf } from '../store/sqlite/failure.js';
import { StoreUnusable } from '../store/sqlite/unusable.js';

/** What the exit code of `redress` says. */
export const EXIT = {
  done: 0,
  /** it was tried and did not work */
  failed: 1,
  /** the command line or a setting is wrong; nothing was tried */
  usage: 2,
  /** the data cannot be opened: another process writes to it, it is not there, or another version wrote it */
  data: 3,
  /** the address cannot be listened on */
  address: 4,
  /** a verification found what is not as it should be */
  differs: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something the person at the keyboard can mend; said without a stack. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failed,
  ) {
    super(message);
  }
}

/** A refusal as one line: `order.notFound at lines[0]: There is no such order.` */
export const refusalText = ({ code, path, detail }: Pick<Refusal, 'detail' | 'path'> & { readonly code: string }): string =>
  `${code}${path === undefined ? '' : ` at ${path}`}: ${detail}`;

const systemCodeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

const CANNOT_LISTEN: { readonly [code: string]: string } = {
  EADDRINUSE: 'is taken by another process',
  EACCES: 'may not be used by this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'is not an address',
};

/** The failure to listen, in words; undefined where the error is another. */
export function listenFailure(error: unknown, host: string, port: number): CliFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const why = CANNOT_LISTEN[systemCodeOf(error)];
  const isListening = 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'getaddrinfo');
  if (why === undefined || !isListening) return undefined;
  return new CliFailure(`${host}:${port} ${why}. Choose another with --port (0 takes any free one) or --host.`, EXIT.address);
}

/** What to say of an error, and the exit code. An error that nobody expected is said with its stack. */
export function explain(error: unknown): { readonly said: string; readonly exitCode: number } {
  if (error instanceof CliFailure) return { said: error.message, exitCode: error.exitCode };
  if (error instanceof StoreUnusable) return { said: error.message, exitCode: EXIT.data };
  if (error instanceof ConfigInvalid) {
    return { said: `A setting is wrong.\n${error.faults.map((fault) => `  ${fault}`).join('\n')}`, exitCode: EXIT.usage };
  }
  const failure = failureOf(error);
  if (failure !== undefined) return { said: failure.detail, exitCode: EXIT.data };
  if (error instanceof Error && 'syscall' in error) return { said: error.message, exitCode: EXIT.failed };
  // Commander has said it already; help that was asked for is no failure.
  if (error instanceof CommanderError) return { said: '', exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage };
  return { said: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: EXIT.failed };
}
