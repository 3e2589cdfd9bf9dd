import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Names, addresses and free text stand in the files that this process makes from now on: they are for their owner alone. */
export function keepToOwner(): void {
  process.umask(0o077);
}

/**
 * Makes a directory with all that are above it. Their names are on disk when it returns, without which a loss of power
 * could take away the files in them, however well they were synced.
 */
export function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let made = resolve(path); made !== top; made = dirname(made)) syncDirectory(dirname(made));
}

function syncDirectory(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
