import { moduleState } from './moduleState.js';
import { forbids, type Rule } from './rule.js';

/** Where time, ids and randomness are passed in. The loops that drive jobs stand in folders of their own and may wait. */
const isPure = (path: string): boolean =>
  /^src\/(?:domain|machines|actors|jobs)\/.*\.ts$/.test(path) && !/^src\/jobs\/(?:embedded|bullmq)\//.test(path);

const PURE = 'src/actors/host.ts';
const OUTSIDE = 'src/server/serve.ts';

export const PURITY_RULES: readonly Rule[] = [
  {
    name: 'pure rooms and job handlers read no clock',
    looksAt: isPure,
    find: forbids(
      'code',
      /\bDate\s*\??\.\s*now\b|\bnew\s+Date\b(?!\s*\(\s*[^\s)])|(?<![.\w$]|new\s)Date\s*\(|(?<![.\w$])performance\s*\??\.|\bhrtime\b|\bTemporal\s*\.\s*Now\b/,
    ),
    bad: [
      ['src/domain/a.ts', 'const a = Date.now();'],
      ['src/machines/a.ts', 'run({ clock: Date.now });'],
      [PURE, 'const at = new Date();'],
      [PURE, 'const at = new Date( );'],
      [PURE, 'const at = new Date;'],
      [PURE, 'const at = Date();'],
      ['src/jobs/payouts.ts', 'const a = `${performance.now()}`;'],
      ['src/jobs/handlers/relay.ts', 'const a = process.hrtime.bigint();'],
    ],
    good: [
      [PURE, 'const text = new Date(instant).toISOString();'],
      [PURE, '// Date.now() is passed in'],
      [PURE, "const text = 'Date.now()';"],
      [PURE, 'const at = context.now;'],
      [PURE, 'const at = parseDate();'],
      ['src/jobs/embedded/loop.ts', 'const a = Date.now();'],
      [OUTSIDE, 'const a = Date.now();'],
    ],
  },
  {
    name: 'pure rooms and job handlers draw no random values',
    looksAt: isPure,
    find: forbids(
      'code',
      /\bMath\s*\.\s*random\b|\brandom(?:UUID|Bytes|Int|Fill|FillSync)\b|\bgetRandomValues\b|\bnanoid\b|\bimport\s*\{[^}]*\bv[1467]\b[^}]*\}\s*from\b/,
    ),
    bad: [
      ['src/domain/a.ts', 'const a = Math.random();'],
      ['src/machines/a.ts', 'const id = crypto.randomUUID();'],
      [PURE, "import { createHash, randomBytes } from 'node:crypto';"],
      [PURE, 'crypto.getRandomValues(bytes);'],
      ['src/jobs/payouts.ts', "import { v4 as makeId } from 'uuid';"],
    ],
    good: [
      [PURE, "import { v5 } from 'uuid';"],
      [PURE, 'const salt = entropy.salt();'],
      [OUTSIDE, 'const id = randomUUID();'],
    ],
  },
  {
    name: 'pure rooms and job handlers set no timer',
    looksAt: isPure,
    find: forbids('code', /\b(?:setTimeout|setInterval|setImmediate)\b|\bAbortSignal\s*\.\s*timeout\b/),
    bad: [
      ['src/domain/a.ts', 'setTimeout(run, 10);'],
      ['src/machines/a.ts', 'globals.setInterval(run, 10);'],
      [PURE, 'await new Promise(setImmediate);'],
      ['src/jobs/relay.ts', 'const signal = AbortSignal.timeout(10);'],
    ],
    good: [
      [PURE, 'timers.set(row);'],
      [PURE, "const text = 'setTimeout';"],
      ['src/jobs/bullmq/worker.ts', 'setTimeout(run, 10);'],
    ],
  },
  {
    name: 'pure rooms and job handlers reach for nothing of the process',
    looksAt: isPure,
    find: forbids('code', /(?<![.\w$])process\s*\??[.[]|\bglobalThis\b|\bimport\s*\.\s*meta\b/),
    bad: [
      ['src/domain/a.ts', 'const a = process.env.TZ;'],
      [PURE, 'globalThis.cache = 1;'],
      ['src/jobs/relay.ts', 'const here = import.meta.url;'],
    ],
    good: [
      [PURE, 'queue.process(job);'],
      [OUTSIDE, 'const a = process.env.PORT;'],
    ],
  },
  {
    name: 'pure rooms and job handlers keep nothing at module level that changes',
    looksAt: isPure,
    find: moduleState,
    bad: [
      ['src/domain/a.ts', 'let count = 0;'],
      ['src/domain/a.ts', 'export let count = 0;'],
      ['src/domain/a.ts', 'var count = 0;'],
      ['src/machines/a.ts', 'const seen = new Map<string, number>();'],
      ['src/machines/a.ts', 'export const seen: Set<string> = new Set();'],
      [PURE, 'const seen = new WeakMap();'],
      [PURE, 'const books = new LRUCache({ max: 10 });'],
      [PURE, 'const queue: string[] = [];'],
      [PURE, "const names = ['a', 'b'];"],
      [PURE, 'const byName: Record<string, number> = {};'],
      ['src/jobs/relay.ts', 'class Relay {\n  static count = 0;\n}'.replace('\n}', ' }')],
    ],
    good: [
      ['src/domain/a.ts', "const names = ['a', 'b'] as const;"],
      ['src/domain/a.ts', "const names: readonly string[] = ['a', 'b'];"],
      ['src/domain/a.ts', "const names = ['a', 'b'] as const satisfies readonly string[];"],
      ['src/domain/a.ts', "const names: ReadonlySet<string> = new Set(['a']);"],
      ['src/domain/a.ts', "const names: ReadonlyMap<\n  string,\n  number\n> = new Map([['a', 1]]);"],
      ['src/domain/a.ts', 'export function f() {\n  let count = 0;\n  const seen = new Map();\n  return [seen, count];\n}'],
      ['src/domain/a.ts', 'const f = (): string[] => {\n  const all: string[] = [];\n  return all;\n};'],
      ['src/domain/a.ts', 'export const NOTHING: Money = { net: ZERO, tax: ZERO };'],
      [PURE, 'class Relay {\n  static of(): Relay {\n    return new Relay();\n  }\n}'],
      [OUTSIDE, 'let count = 0;'],
    ],
  },
];
