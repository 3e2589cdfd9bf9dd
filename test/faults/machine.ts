import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What only some machines let a test do: real file systems that are small, real files that nobody may write. */

const works = (command: string, ...words: readonly string[]): boolean => spawnSync(command, words, { stdio: 'ignore' }).status === 0;

export interface SmallDisk {
  readonly path: string;
  /** Takes all the room that is left. */
  fill(): void;
  free(): void;
  unmount(): void;
}

/** A file system of its own in memory, of so many megabytes; undefined where this user may not mount one. */
export function smallDisk(at: string, megabytes: number): SmallDisk | undefined {
  mkdirSync(at, { recursive: true });
  if (!works('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'redress-test', at)) return undefined;
  const filler = join(at, 'filler');
  return {
    path: at,
    fill: () => fill(filler),
    free: () => rmSync(filler, { force: true }),
    unmount: () => {
      works('umount', '--lazy', at);
    },
  };
}

function fill(file: string): void {
  const handle = openSync(file, 'a');
  try {
    for (const size of [1_048_576, 4_096]) writeUntilFull(handle, Buffer.alloc(size, 1));
  } finally {
    closeSync(handle);
  }
}

function writeUntilFull(handle: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(handle, bytes);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

/** Makes files that nobody may write, root neither; false where the file system or this user cannot. */
export const makeImmutable = (files: readonly string[]): boolean => works('chattr', '+i', ...files);
export const makeMutable = (files: readonly string[]): boolean => works('chattr', '-i', ...files);
