import { forbids, isCode, isTidy, type Rule } from './rule.js';

const LONGEST = 300;

/** Files that are one thought although they are longer, and why. */
export const LONG_FILES: Readonly<Record<string, string>> = {};

const anywhere = (path: string): boolean => !isTidy(path) && path !== 'package-lock.json';
const linesIn = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
const SOME = 'src/server/a.ts';

export const TEXT_RULES: readonly Rule[] = [
  {
    name: `source files have at most ${LONGEST} lines`,
    looksAt: (path) => /^(?:src|bench|scripts|bin)\//.test(path) && !(path in LONG_FILES),
    find: ({ text }) =>
      linesIn(text) > LONGEST ? [{ offset: text.split('\n', LONGEST).join('\n').length + 1, text: `${linesIn(text)} lines` }] : [],
    bad: [
      ['src/domain/a.ts', `${'a\n'.repeat(LONGEST)}a`],
      ['src/console/a.css', `${'\n'.repeat(LONGEST)}a`],
    ],
    good: [
      ['src/domain/a.ts', '\n'.repeat(LONGEST)],
      ['test/domain/a.test.ts', '\n'.repeat(LONGEST + 1)],
    ],
  },
  {
    name: 'nothing is typed as any',
    looksAt: isCode,
    find: forbids('code', /\bas\s+any\b|(?:[:<|&,(=[]|\bextends\b)\s*any\b(?!\s*[(:.])/),
    bad: [
      [SOME, 'const a: any = 1;'],
      [SOME, 'function f(a: string, b: any): void {}'],
      [SOME, 'const a = b as any;'],
      [SOME, 'const a = c ? (b as any) : d;'],
      [SOME, 'const a = new Map<string, any>();'],
      [SOME, 'const f = (): any[] => [];'],
      ['test/a.test.ts', 'type A = string | any;'],
    ],
    good: [
      [SOME, '// any of these, any other'],
      [SOME, "const text = 'of: any kind';"],
      [SOME, 'const a = Promise.any(all);'],
      [SOME, 'const a = { many: 1, any: 2 };'],
      [SOME, 'const company: Company = 1;'],
    ],
  },
  {
    name: 'no value is asserted to be there',
    looksAt: isCode,
    find: forbids('code', /(?<=[\w$)\]])!(?!=)/),
    bad: [
      [SOME, 'const a = b!;'],
      [SOME, 'const a = list[0]!.name;'],
      [SOME, 'const a = find()!.name;'],
      [SOME, 'class A {\n  private name!: string; }'],
      ['test/a.test.ts', 'f(a!, b);'],
    ],
    good: [
      [SOME, 'if (a !== b && a != c && !d) f(!e);'],
      [SOME, "const text = 'done!';"],
      [SOME, 'const a = /b(?!c)[x]!/;'],
      [SOME, 'const text = `${a}!`;'],
      [SOME, 'f(a /* really! */);'],
    ],
  },
  {
    name: 'no cast goes through unknown, any or never',
    looksAt: isCode,
    find: forbids('code', /\bas\s+(?:unknown|any|never)\s+as\b/),
    bad: [
      [SOME, 'const a = b as unknown as Book;'],
      ['test/a.test.ts', 'const a = b as unknown\n  as Book;'.replace('\n ', '')],
    ],
    good: [[SOME, 'const a = JSON.parse(text) as unknown;']],
  },
  {
    name: 'no compiler complaint is silenced',
    looksAt: (path) => /\.[cm]?[jt]sx?$/.test(path) && !isTidy(path),
    find: forbids('text', /@ts-(?:ignore|expect-error|nocheck)/),
    bad: [
      [SOME, '// @ts-ignore'],
      ['scripts/a.mjs', '// @ts-expect-error: because'],
      ['src/console/a.tsx', '// @ts-nocheck'],
    ],
    good: [[SOME, '// the parts of it']],
  },
  {
    name: 'no work is left as a note',
    looksAt: anywhere,
    find: forbids('text', /\b(?:TODO|FIXME|HACK)\b/),
    bad: [
      [SOME, '// TODO: later'],
      ['docs/architecture.md', 'FIXME'],
    ],
    good: [[SOME, "const currency = 'XXX'; // todo lists are for others"]],
  },
  {
    name: 'no test is left out or runs alone',
    looksAt: (path) => /^test\/.*\.ts$/.test(path) && !isTidy(path),
    find: forbids('code', /\b(?:it|test|describe|suite)\s*\.(?:\s*\w+\s*\.)*\s*(?:skip|only|todo|fails)\b/),
    bad: [
      ['test/a.test.ts', "it.skip('does', () => {});"],
      ['test/a.test.ts', "describe.only('does', () => {});"],
      ['test/a.test.ts', "test.concurrent.todo('does');"],
    ],
    good: [['test/a.test.ts', "it.each([])('does only this', () => {});\nlist.skip(1);"]],
  },
  {
    name: 'SQL of the store neither reads a clock nor draws random values',
    looksAt: (path) => /^src\/store\/.*\.(?:ts|sql)$/.test(path),
    find: (file) =>
      forbids(
        file.path.endsWith('.sql') ? 'text' : 'strings',
        /\brandom(?:blob)?\s*\(|\brand\s*\(|\b(?:datetime|date|time|strftime|julianday|unixepoch)\s*\((?:\s*\)|[^)]*'now)|\bcurrent_(?:timestamp|date|time)\b|\b(?:now|sysdate|uuid|curdate|curtime|utc_timestamp|unix_timestamp)\s*\(\s*\d?\s*\)/i,
      )(file),
    bad: [
      ['src/store/sqlite/a.ts', 'const sql = `SELECT random()`;'],
      ['src/store/sqlite/a.ts', 'const sql = "INSERT INTO t VALUES (datetime(\'now\'))";'],
      ['src/store/sqlite/a.ts', "const sql = 'INSERT INTO t VALUES (datetime(\\'now\\'))';"],
      ['src/store/sqlite/a.ts', "const sql = `SELECT strftime('%s', 'now')`;"],
      ['src/store/sqlite/a.ts', "const sql = 'SELECT unixepoch()';"],
      ['src/store/mysql/a.ts', "const sql = 'SELECT NOW(3)';"],
      ['src/store/sqlite/schema.sql', 'CREATE TABLE t (\n  at INTEGER DEFAULT CURRENT_TIMESTAMP'],
    ],
    good: [
      ['src/store/sqlite/a.ts', 'const at = clock.now();\nconst sql = `SELECT ${clock.now()} /* random order */`;'],
      ['src/store/sqlite/a.ts', "const sql = 'SELECT datetime(at / 1000, ?)';"],
      [SOME, "const sql = 'SELECT random()';"],
    ],
  },
  {
    name: 'the project speaks of itself alone: no paths of a workplace, no registry hosts',
    looksAt: (path) => !isTidy(path),
    find: forbids(
      'text',
      /(?<![\w.)}])\/(?:work|home|root|Users)\/\w|https?:\/\/[^\s/'"]*(?:registry|mirror)|\b(?:npmmirror|artifactory|verdaccio)\b|\bissue #?\d+/i,
    ),
    bad: [
      ['README.md', 'see /home/somebody/redress'],
      ['src/server/a.ts', "const path = '/work/redress';"],
      ['package-lock.json', '"resolved": "https://registry.example.org/a.tgz"'],
      ['docs/a.md', 'as issue 3 says'],
    ],
    good: [
      ['README.md', 'see src/server/home/page.ts, /workers/x, /homes and https://example.org/home/a'],
      ['src/server/a.ts', 'registry.metrics();'],
    ],
  },
];
