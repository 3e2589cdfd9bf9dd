import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { medianOf } from './figures.js';
import { DATA } from './folders.js';

/** What the figures were measured on, as lines of Markdown. */
export function describeMachine(): string[] {
  const [cpu] = cpus();
  const database = new Database(':memory:');
  const sqlite = database.prepare<[], string>('SELECT sqlite_version()').pluck().get();
  database.close();
  return [
    `- ${new Date().toISOString().slice(0, 10)}; load of the machine in the minute before: ${(loadavg()[0] ?? 0).toFixed(2)}`,
    `- ${cpus().length} cores of ${cpu?.model ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB of memory`,
    `- ${type()} ${release()}; data on ${fileSystemOf(DATA)}, where 4 kB written and synced take ${syncMs().toFixed(2)} ms (median)`,
    `- Node.js ${process.version}, SQLite ${sqlite}`,
  ];
}

/** The kind of file system that a folder is on, from the longest mount point above it. */
function fileSystemOf(folder: string): string {
  const path = `${resolve(folder)}/`;
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, at = '']) => path.startsWith(at.endsWith('/') ? at : `${at}/`))
    .sort(([, a = ''], [, b = '']) => b.length - a.length);
  return mounts[0]?.[2] ?? 'an unknown file system';
}

const SYNCS = 200;
const PAGE = Buffer.alloc(4_096, 1);

function syncMs(): number {
  mkdirSync(DATA, { recursive: true });
  const file = join(DATA, 'sync-probe');
  const handle = openSync(file, 'w');
  try {
    const took = Array.from({ length: SYNCS }, (_, page) => {
      const startedAt = performance.now();
      writeSync(handle, PAGE, 0, PAGE.length, page * PAGE.length);
      fdatasyncSync(handle);
      return performance.now() - startedAt;
    });
    return medianOf(took);
  } finally {
    closeSync(handle);
    rmSync(file);
  }
}
