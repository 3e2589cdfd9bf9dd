import { failureOf } from './failure.js';

/** Why a data directory cannot be opened. The message is for the person who started the program. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
  constructor(
    readonly code: 'locked' | 'newerSchema' | 'olderSchema' | 'foreignFile' | 'missing' | 'damaged' | 'unreachable',
    message: string,
  ) {
    super(message);
  }
}

const MENDING = 'Bring back a backup, or what can still be read of it.';

/** An error of the disk or of the database itself, in words for that person; undefined for a bug, and for what is in words already. */
export function asUnusable(error: unknown, dataDirectory: string): StoreUnusable | undefined {
  const failure = failureOf(error);
  if (failure?.reason === 'damaged') return new StoreUnusable('damaged', `${dataDirectory} cannot be used. ${failure.detail} ${MENDING}`);
  if (failure !== undefined) return new StoreUnusable('unreachable', `${dataDirectory} cannot be used. ${failure.detail}`);
  const isOfSystem = error instanceof Error && 'syscall' in error;
  return isOfSystem ? new StoreUnusable('unreachable', `${dataDirectory} cannot be used. ${error.message}`) : undefined;
}
