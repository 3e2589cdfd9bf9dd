import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a file that only its owner may read, whole and on disk before anybody can find it: one that a loss of power
 * left empty would keep the service from starting. False where somebody else made it meanwhile; theirs stays.
 */
export function makeOnce(file: string, text: string): boolean {
  const directory = dirname(file);
  mkdirSync(directory, { recursive: true });
  const unnamed = `${file}.${randomBytes(6).toString('hex')}.new`;
  const handle = openSync(unnamed, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(unnamed, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(unnamed);
    syncDirectory(directory);
  }
}

/** The name of a file is on disk once its directory is. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
