import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ordinaryEnvironment } from './environment.js';
import { CLI, DATA, fingerprint } from './folders.js';
import { hotOrder, ordinaryOrder } from './orders.js';

/** Data directories full of orders that nobody has applied for yet, made by `redress import` and kept between runs. */

/** Orders have to be delivered lately, or applications come too late. */
const FRESH_MS = 7 * 24 * 3_600_000;

export interface Dataset {
  readonly directory: string;
  readonly orders: number;
}

/** Makes a data directory with this many ordinary orders and the hot one, or finds it made. */
export async function datasetOf(orders: number, tell: (line: string) => void): Promise<Dataset> {
  const group = fingerprint();
  forgetOthers(group);
  const directory = join(DATA, 'orders', `${group}-${orders}`);
  if (existsSync(directory) && Date.now() - statSync(directory).mtimeMs < FRESH_MS) return { directory, orders };
  rmSync(directory, { recursive: true, force: true });
  tell(`importing ${orders.toLocaleString('en')} orders ...`);
  const making = `${directory}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  await importInto(making, orders);
  renameSync(making, directory);
  return { directory, orders };
}

function forgetOthers(group: string): void {
  const folder = join(DATA, 'orders');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (!name.startsWith(group)) rmSync(join(folder, name), { recursive: true });
}

async function importInto(directory: string, orders: number): Promise<void> {
  const child = spawn(process.execPath, [CLI, 'import', '-', '--data', directory], {
    env: ordinaryEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = `${complaints}${text}`.slice(-2_000);
  });
  const ended = once(child, 'close');
  // An import that ends early says why by itself: that the rest of the orders cannot be written then tells nothing more.
  const [, [code]] = await Promise.all([pipeline(linesOf(orders), child.stdin).catch((error: unknown) => error), ended]);
  if (code !== 0) throw new Error(`the import ended with ${code}: ${complaints}`);
}

function* linesOf(orders: number): Generator<string> {
  const now = Date.now();
  yield `${JSON.stringify(hotOrder(now))}\n`;
  for (let index = 0; index < orders; index++) yield `${JSON.stringify(ordinaryOrder(index, now))}\n`;
}

/** A copy to work on; on disk before anything is measured, so that its own writing disturbs nothing. */
export function copyOf(dataset: Dataset, name: string): string {
  const copy = workFolder(name);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const file of readdirSync(dataset.directory)) {
    copyFileSync(join(dataset.directory, file), join(copy, file));
    syncFile(join(copy, file));
  }
  return copy;
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const RUNS = join(DATA, 'runs');

/** A folder of this run alone, which ends with it. */
export const workFolder = (name: string): string => join(RUNS, String(process.pid), name);

/** Lets go of the folders of this run, and of runs that ended without doing so. */
export function forgetWork(): void {
  if (!existsSync(RUNS)) return;
  for (const run of readdirSync(RUNS)) {
    if (run === String(process.pid) || !existsSync(`/proc/${run}`)) rmSync(join(RUNS, run), { recursive: true });
  }
}
