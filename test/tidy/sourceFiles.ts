import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Views, viewsOf } from './views.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A file of the project, with forward slashes in its path from the project's folder. */
export interface SourceFile extends Views {
  readonly path: string;
  readonly text: string;
}

const MADE_NOT_WRITTEN = new Set(['node_modules', '.git', 'dist', '.dist', '.dev', '.bench', 'data', 'coverage']);
/** Folders whose name may stand for something else in another place. */
const MADE_HERE = new Set(['bench/results']);
const READABLE = /\.(?:[cm]?[jt]sx?|json|md|sql|css|html|ya?ml|sh)$|^(?:bin|\.ci)\//;

export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, ...viewsOf(text) };
}

/** Every text file that people wrote. */
export function sourceFiles(): SourceFile[] {
  return pathsUnder(ROOT)
    .filter((path) => READABLE.test(path))
    .map((path) => sourceFile(path, readFileSync(join(ROOT, path), 'utf8')));
}

function pathsUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (MADE_NOT_WRITTEN.has(entry.name)) return [];
    const path = join(folder, entry.name);
    const shown = relative(ROOT, path).split(sep).join('/');
    if (MADE_HERE.has(shown)) return [];
    if (entry.isDirectory()) return pathsUnder(path);
    return entry.isFile() ? [shown] : [];
  });
}
