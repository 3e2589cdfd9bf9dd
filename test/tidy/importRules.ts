import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { importsOf, MAY_IMPORT, packageOf, roomOf, target } from './rooms.js';
import type { Rule } from './rule.js';
import { ROOT } from './sourceFiles.js';

const manifest = z.object({ dependencies: z.record(z.string(), z.string()) });
const shipped = Object.keys(manifest.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))).dependencies);

/** Packages that neither read a clock nor touch the outside, as these rooms use them. */
const PACKAGES_OF_PURE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  domain: ['zod'],
  machines: ['zod', 'xstate', 'uuid', '@viz-js/viz'],
  actors: ['zod', 'xstate', 'uuid', 'lru-cache', 'node:crypto'],
};

const inSource = (path: string): boolean => /^src\/.*\.tsx?$/.test(path);
const isRelative = (specifier: string): boolean => specifier.startsWith('.');

export const IMPORT_RULES: readonly Rule[] = [
  {
    name: 'every source file stands in a room that the house has',
    looksAt: inSource,
    find: ({ path }) =>
      roomOf(path) !== undefined && (roomOf(path) ?? '') in MAY_IMPORT ? [] : [{ offset: 0, text: 'belongs to no room' }],
    bad: [
      ['src/utils/text.ts', 'export {};'],
      ['src/common.ts', 'export {};'],
    ],
    good: [
      ['src/domain/money.ts', 'export {};'],
      ['src/store/sqlite/load.ts', 'export {};'],
      ['src/cli.ts', 'export {};'],
    ],
  },
  {
    name: 'a room imports only the rooms below it',
    looksAt: inSource,
    find: (file) =>
      importsOf(file)
        .filter(({ specifier }) => isRelative(specifier))
        .filter(({ specifier }) => {
          const from = roomOf(file.path) ?? '';
          const to = roomOf(target(file, specifier));
          return to === undefined || (to !== from && !MAY_IMPORT[from]?.includes(to));
        })
        .map(({ specifier, offset }) => ({ offset, text: specifier })),
    bad: [
      ['src/domain/a.ts', "import { b } from '../machines/b.js';"],
      ['src/domain/a.ts', "import {\n  b,\n} from '../actors/b.js';"],
      ['src/domain/inner/a.ts', "import type { B } from '../../machines/b.js';"],
      ['src/machines/a.ts', "import '../actors/b.js';"],
      ['src/machines/a.ts', "export * from '../store/sqlite/b.js';"],
      ['src/actors/a.ts', "const b = await import('../jobs/b.js');"],
      ['src/actors/a.ts', "import { b } from '../redress.js';"],
      ['src/store/a.ts', "import { b } from '../server/b.js';"],
      ['src/locks/a.ts', "import { b } from '../jobs/b.js';"],
      ['src/jobs/a.ts', "import { b } from '../store/b.js';"],
      ['src/search/a.ts', "import { b } from '../config.js';"],
      ['src/partners/a.ts', "import { b } from '../search/b.js';"],
      ['src/server/a.ts', "import { b } from '../sim/b.js';"],
      ['src/console/a.tsx', "import { b } from '../server/b.js';"],
      ['src/cli.ts', "import { b } from '../test/b.js';"],
      ['src/server/a.ts', "import { b } from '../cli/b.js';"],
    ],
    good: [
      ['src/domain/a.ts', "import { b } from './b.js';"],
      ['src/domain/a.ts', "// import { b } from '../machines/b.js';"],
      ['src/machines/a.ts', "import { b } from '../domain/b.js';"],
      ['src/actors/a.ts', "import { b } from '../machines/b.js';"],
      ['src/store/sqlite/a.ts', "import { b } from '../../actors/b.js';\nimport { c } from '../c.js';"],
      ['src/sim/a.ts', "import { b } from '../redress.js';"],
      ['src/cli/show/a.ts', "import { b } from '../../store/b.js';"],
      ['src/cli.ts', "import { b } from './cli/b.js';"],
      ['src/redress.ts', "import { b } from './store/b.js';\nimport { c } from './sim/c.js';"],
    ],
  },
  {
    name: 'domain, machines and actors import only packages that touch nothing outside',
    looksAt: (path) => inSource(path) && (roomOf(path) ?? '') in PACKAGES_OF_PURE_ROOMS,
    find: (file) =>
      importsOf(file)
        .filter(({ specifier }) => !isRelative(specifier))
        .filter(({ specifier }) => !PACKAGES_OF_PURE_ROOMS[roomOf(file.path) ?? '']?.includes(packageOf(specifier)))
        .map(({ specifier, offset }) => ({ offset, text: specifier })),
    bad: [
      ['src/domain/a.ts', "import { createHash } from 'node:crypto';"],
      ['src/machines/a.ts', "import { readFileSync } from 'node:fs';"],
      ['src/actors/a.ts', "import { setTimeout as wait } from 'node:timers/promises';"],
      ['src/actors/a.ts', "import Database from 'better-sqlite3';"],
      ['src/actors/a.ts', "import { Hono } from 'hono';"],
    ],
    good: [
      ['src/machines/a.ts', "import { setup } from 'xstate';"],
      ['src/actors/a.ts', "import { createHash } from 'node:crypto';"],
      ['src/store/a.ts', "import Database from 'better-sqlite3';"],
    ],
  },
  {
    name: 'what is shipped imports only what is installed with it',
    looksAt: inSource,
    find: (file) =>
      importsOf(file)
        .filter(({ specifier }) => !isRelative(specifier) && !specifier.startsWith('node:'))
        .filter(({ specifier }) => !shipped.includes(packageOf(specifier)))
        .map(({ specifier, offset }) => ({ offset, text: specifier })),
    bad: [
      ['src/sim/a.ts', "import { it } from 'vitest';"],
      ['src/server/a.ts', "import { a } from '@nobody/nothing/inner';"],
      ['src/server/a.ts', "import { readFileSync } from 'fs';"],
    ],
    good: [
      ['src/server/a.ts', "import { readFileSync } from 'node:fs';\nimport { streamSSE } from 'hono/streaming';"],
      ['src/server/a.ts', "import { serve } from '@hono/node-server/serve-static';"],
    ],
  },
];
