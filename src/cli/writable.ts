import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliFailure, EXIT } from './failure.js';

/** Whether results can be written, looked at before the work begins: after hours it would be late to find that they cannot. */

/** Refuses an option that names a file which cannot be written. Nothing is written yet, and what is there stays. */
export function judgeFile(option: string, file: string | undefined): void {
  if (file === undefined) return;
  const there = statSync(file, { throwIfNoEntry: false });
  const wrong = there === undefined ? faultOfDirectory(dirname(file)) : there.isDirectory() ? 'it is a directory' : faultOfAccess(file);
  if (wrong !== undefined) throw new CliFailure(`${option}: ${file} cannot be written: ${wrong}.`, EXIT.usage);
}

/** Refuses an option that names a directory into which nothing can be written. */
export function judgeDirectory(option: string, directory: string): void {
  const wrong = faultOfDirectory(directory);
  if (wrong !== undefined) throw new CliFailure(`${option}: nothing can be written to ${directory}: ${wrong}.`, EXIT.usage);
}

function faultOfDirectory(directory: string): string | undefined {
  const isThere = statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
  return isThere ? faultOfAccess(directory) : `there is no directory ${directory}`;
}

function faultOfAccess(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
