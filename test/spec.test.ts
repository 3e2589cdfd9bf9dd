import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../src/store/sqlite/schema.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The part of a page between `<!-- name -->` and `<!-- end of name -->`. */
function section(path: string, name: string): string {
  const found = new RegExp(`<!-- ${name} -->\\n([^]*?)<!-- end of ${name} -->`).exec(textOf(path))?.[1];
  if (found === undefined) throw new RangeError(`${path} has no section ${name}`);
  return found;
}

/** Each promise of SPEC.md with the lines that name what enforces it. */
const promises = section('SPEC.md', 'promises')
  .split(/^### /m)
  .slice(1)
  .map((text) => ({
    number: Number(/^\d+/.exec(text)?.[0]),
    isThere: !/^Not yet: /m.test(text),
    named: [...text.matchAll(/^- (.+)$/gm)].map(([, line = '']) => line),
  }));

const named = promises.flatMap((promise) => promise.named);
const linesLike = (pattern: RegExp): (readonly [name: string, place: string])[] =>
  named.flatMap((line) => {
    const found = pattern.exec(line);
    return found === null ? [] : [[found[1] ?? '', found[2] ?? ''] as const];
  });

const CONSTRAINT = /^constraint `(.+)` of table `(\w+)`$/;
const FUNCTION = /^(?:function|judge) `(\w+)` in `([\w/.]+)`$/;
const TEST = /^test "(.+)" in `([\w/.]+)`$/;

/** The SQL of a table and its indexes, as a new file has them. */
function sqlOf(table: string): string {
  const connection = new Database(':memory:');
  for (const { sql } of MIGRATIONS) connection.exec(sql);
  const sql = connection
    .prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL')
    .pluck()
    .all(table);
  connection.close();
  return sql.join('\n');
}

describe('SPEC.md', () => {
  it('numbers eleven promises', () => {
    expect(promises.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each(promises.map((promise) => [promise.number, promise] as const))(
    'names for promise %i a test, or says that it is not there yet',
    (_, { isThere, named: lines }) => {
      expect(lines.some((line) => TEST.test(line))).toBe(isThere);
    },
  );

  it.each(named)('says in a form that can be checked: %s', (line) => {
    expect([CONSTRAINT, FUNCTION, TEST].some((form) => form.test(line))).toBe(true);
  });

  it.each(linesLike(CONSTRAINT))('names a constraint that is there: %s of %s', (constraint, table) => {
    expect(sqlOf(table)).toContain(constraint);
  });

  it.each(linesLike(FUNCTION))('names a function that is there: %s in %s', (name, path) => {
    expect(textOf(path)).toMatch(new RegExp(`(?:function\\*?|const) ${name}\\b|^  ${name}[,:]`, 'm'));
  });

  it.each(linesLike(TEST))('names a test that is there: "%s" in %s', (name, path) => {
    expect(path).toMatch(/^test\//);
    expect(textOf(path)).toContain(name);
  });
});

describe.each([
  'README.md',
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/development.md',
  'docs/durability.md',
  'docs/simulator.md',
  'docs/decisions/violations-found.md',
  'docs/decisions/README.md',
  'examples/README.md',
])('%s', (page) => {
  const folder = page.split('/').slice(0, -1).join('/');
  const text = textOf(page);

  it.each([...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target))(
    'links to %s, which is there',
    (target) => {
      expect(existsSync(join(ROOT, folder, target))).toBe(true);
    },
  );

  it('names only files that are there', () => {
    const files = [...text.matchAll(/`((?:src|test|scripts|docs|templates)\/[\w/.-]*\w)`/g)].map(([, path = '']) => path);
    expect(files.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

it('docs/decisions/README.md lists every page beside it', () => {
  const pages = readdirSync(join(ROOT, 'docs/decisions')).filter((page) => page !== 'README.md');
  const listed = [...textOf('docs/decisions/README.md').matchAll(/^\| \[(.+\.md)\]\(\1\)/gm)].map(([, page]) => page);
  expect(listed.sort()).toEqual(pages.sort());
});
