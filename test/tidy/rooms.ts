import { posix } from 'node:path';
import type { SourceFile } from './sourceFiles.js';

const PURE = ['domain', 'machines', 'actors'] as const;
const OUTER = ['store', 'locks', 'jobs', 'search', 'partners', 'server', 'console'] as const;
/** Single files that may import everything; the command line has a folder besides. */
export const WIRING = ['redress', 'cli', 'config'] as const;

/** Which rooms a room may import besides itself. What stands here, `biome.json` says too; a test holds them together. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  machines: ['domain'],
  actors: ['domain', 'machines'],
  ...Object.fromEntries(OUTER.map((room) => [room, PURE])),
  sim: [...PURE, ...OUTER, ...WIRING, 'load'],
  // It judges the service from outside, so it must not share its rules.
  load: ['domain'],
  ...Object.fromEntries(WIRING.map((part) => [part, [...PURE, ...OUTER, ...WIRING, 'sim', 'load']])),
};

/** The room of a path: `src/store/sqlite/load.ts` is in `store`, `src/cli.ts` is `cli` itself. */
export const roomOf = (path: string): string | undefined => /^src\/([^/.]+)/.exec(path)?.[1];

export interface Import {
  readonly specifier: string;
  readonly offset: number;
}

/** Everything a file imports, statically, dynamically or only for its types. */
export function importsOf(file: SourceFile): Import[] {
  const pattern = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])(\s*)\1/g;
  return [...file.code.matchAll(pattern)].map((match) => {
    const start = match.index + match[0].length - 1 - (match[2]?.length ?? 0);
    return { specifier: file.text.slice(start, match.index + match[0].length - 1), offset: start };
  });
}

/** The path that a relative import leads to, from the project's folder. */
export const target = (file: SourceFile, specifier: string): string => posix.join(posix.dirname(file.path), specifier);
/** `@scope/name/inner` and `name/inner` without what is inside. */
export const packageOf = (specifier: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
