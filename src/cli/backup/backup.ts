import { copyFileSync, existsSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type Config, partnersFileOf, secretFileOf } from '../../config.js';
import { gatewayFileOf } from '../../redress.js';
import { copyDatabase, judgeFile } from '../../store/sqlite/copy.js';
import { makeDirectory } from '../../store/sqlite/directory.js';
import { databaseFile } from '../../store/sqlite/open.js';
import { StoreUnusable } from '../../store/sqlite/unusable.js';
import { CliFailure, EXIT } from '../failure.js';
import { DATABASE, type HeldFile, heldFile, MANIFEST, type Manifest, PAYMENTS, SECRETS, sync } from './manifest.js';

export interface BackupAsked {
  /** leaves out the secret that signs tokens and those of partners */
  readonly secrets: boolean;
  /** replaces a backup that is there */
  readonly force: boolean;
  /** epoch milliseconds */
  readonly now: number;
}

/**
 * Copies the data to a new directory, while a service may be writing to it. It is there as a whole and on disk, or
 * not at all. Throws `CliFailure` where the target is taken, or lies among the data.
 */
export async function backUp(config: Config, target: string, asked: BackupAsked): Promise<Manifest> {
  if (!existsSync(databaseFile(config.data))) throw new StoreUnusable('missing', `There is no data in ${config.data}.`);
  if (isWithin(target, config.data))
    throw new CliFailure(
      `${target} lies in the data directory ${config.data}, where no erasure reaches a backup; name a place outside.`,
      EXIT.usage,
    );
  judgeTarget(target, asked.force);
  const parent = dirname(resolve(target));
  makeDirectory(parent);
  const unfinished = mkdtempSync(join(parent, `${basename(target)}.unfinished-`));
  try {
    const made = await fill(unfinished, config, asked);
    putInPlace(unfinished, target);
    return made;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Whether a place is a directory or lies in it, by whatever links either is named. */
function isWithin(place: string, directory: string): boolean {
  const way = relative(realpathSync(directory), truePathOf(resolve(place)));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The path without links, of what may not be there yet. */
function truePathOf(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(truePathOf(dirname(path)), basename(path));
}

function judgeTarget(target: string, force: boolean): void {
  if (!existsSync(target)) return;
  if (!force) throw new CliFailure(`${target} is there already. Name another directory, or replace the backup in it with --force.`);
  // What was never a backup is not ours to replace.
  if (!existsSync(join(target, MANIFEST))) throw new CliFailure(`${target} is no backup, and stays as it is.`);
}

async function fill(directory: string, config: Config, { secrets, now }: BackupAsked): Promise<Manifest> {
  const database = join(directory, DATABASE);
  copyDatabase(databaseFile(config.data), database);
  const payments = gatewayFileOf(config.data);
  if (existsSync(payments)) copyDatabase(payments, join(directory, PAYMENTS));
  if (secrets) for (const [name, file] of secretFilesOf(config)) copyFileSync(file, join(directory, name));
  const files: { [name: string]: HeldFile } = {};
  for (const name of [DATABASE, PAYMENTS, ...SECRETS]) {
    const file = join(directory, name);
    if (!existsSync(file)) continue;
    sync(file);
    files[name] = await heldFile(file);
  }
  const made: Manifest = { format: 1, madeAt: new Date(now).toISOString(), ...judgeFile(database), files };
  writeFileSync(join(directory, MANIFEST), `${JSON.stringify(made, null, 2)}\n`);
  sync(join(directory, MANIFEST));
  sync(directory);
  return made;
}

/** The secrets that are there, by the names that a backup has for them; wherever the settings keep them. */
function secretFilesOf(config: Config): (readonly [name: (typeof SECRETS)[number], file: string])[] {
  const all = [
    ['token-secret', secretFileOf(config)],
    ['partners.json', partnersFileOf(config)],
  ] as const;
  return all.filter(([, file]) => existsSync(file));
}

function putInPlace(unfinished: string, target: string): void {
  const parent = dirname(resolve(target));
  const before = existsSync(target) ? mkdtempSync(join(parent, `${basename(target)}.replaced-`)) : undefined;
  if (before !== undefined) renameSync(target, join(before, 'backup'));
  renameSync(unfinished, target);
  sync(parent);
  if (before !== undefined) rmSync(before, { recursive: true });
}
