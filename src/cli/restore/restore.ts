import { chmodSync, copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type FileFacts, judgeFile } from '../../store/sqlite/copy.js';
import { makeDirectory } from '../../store/sqlite/directory.js';
import { takeWriterLock } from '../../store/sqlite/lock.js';
import { lockFile } from '../../store/sqlite/open.js';
import { DATABASE, heldFile, type Manifest, readManifest, sync } from '../backup/manifest.js';
import { CliFailure, EXIT } from '../failure.js';

/**
 * Puts a backup into a directory that holds nothing, and looks it through there. Throws `StoreUnusable` where a service
 * has the directory open or the data cannot be used, `CliFailure` where it is not empty or the backup not whole.
 */
export async function restore(from: string, dataDirectory: string): Promise<{ readonly manifest: Manifest; readonly facts: FileFacts }> {
  const manifest = readManifest(from);
  await judgeWhole(from, manifest);
  makeDirectory(dataDirectory);
  const lock = takeWriterLock(lockFile(dataDirectory));
  try {
    // The lock has a journal beside it.
    const others = readdirSync(dataDirectory).filter((name) => !name.startsWith(basename(lockFile(dataDirectory))));
    if (others.length > 0) {
      throw new CliFailure(`${dataDirectory} is not empty; a backup is restored into an empty directory.`, EXIT.data);
    }
    return { manifest, facts: fill(from, dataDirectory, manifest) };
  } finally {
    lock.release();
  }
}

/** Whether every file is as it was when the backup was made. */
async function judgeWhole(from: string, { files }: Manifest): Promise<void> {
  if (files[DATABASE] === undefined) throw new CliFailure(`${from} is no backup: it holds no ${DATABASE}.`);
  for (const [name, held] of Object.entries(files)) {
    const file = join(from, name);
    if (!existsSync(file)) throw new CliFailure(`The backup is not whole: ${file} is not there.`);
    const now = await heldFile(file);
    if (now.sha256 !== held.sha256) throw new CliFailure(`The backup is damaged: ${file} is not what was backed up.`);
  }
}

/** Without the database nothing is there to serve: it gets its name last, when all else is on disk. */
function fill(from: string, to: string, { files }: Manifest): FileFacts {
  const names = Object.keys(files).sort((a, b) => Number(a === DATABASE) - Number(b === DATABASE));
  const unfinished = (name: string) => join(to, `${name}.restoring`);
  try {
    for (const name of names) {
      copyFileSync(join(from, name), unfinished(name));
      chmodSync(unfinished(name), 0o600);
      sync(unfinished(name));
    }
    const facts = judgeFile(unfinished(DATABASE));
    for (const name of names) renameSync(unfinished(name), join(to, name));
    sync(to);
    return facts;
  } catch (error) {
    for (const name of names) rmSync(unfinished(name), { force: true });
    throw error;
  }
}
