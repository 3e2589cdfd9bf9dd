import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const page = textOf('SECURITY.md');
const [, body = ''] = /<!-- threats -->\n([\s\S]*?)<!-- end of threats -->/.exec(page) ?? [];

/** Each threat with what it says and the lines that name what stops it. */
const threats = body
  .split(/^### /m)
  .slice(1)
  .map((text) => ({
    name: text.split('\n', 1)[0] ?? '',
    said: text.split('\n').filter((line) => line !== '' && !line.startsWith('- ')).length,
    lines: [...text.matchAll(/^- (.+)$/gm)].map(([, line = '']) => line),
  }));
const lines = threats.flatMap((threat) => threat.lines);
const TEST = /^test "(.+)" in `([\w/.]+)`$/;
const FUNCTION = /^function `(\w+)` in `([\w/.]+)`$/;
const namedBy = (pattern: RegExp): (readonly [name: string, path: string])[] =>
  lines.flatMap((line) => {
    const [, name, path] = pattern.exec(line) ?? [];
    return name === undefined || path === undefined ? [] : [[name, path] as const];
  });

describe('SECURITY.md', () => {
  it('names many threats', () => {
    expect(threats.length).toBeGreaterThan(10);
  });

  it.each(threats)('says of "$name" what stops it, and which test shows that', ({ said, lines: named }) => {
    expect(said).toBeGreaterThan(1);
    expect(named.some((line) => TEST.test(line))).toBe(true);
    expect(named.filter((line) => !TEST.test(line) && !FUNCTION.test(line))).toEqual([]);
  });

  it.each(namedBy(TEST))('names a test that is there: "%s" in %s', (name, path) => {
    expect(path).toMatch(/^test\/.+\.test\.ts$/);
    expect(textOf(path)).toContain(name);
  });

  it.each(namedBy(FUNCTION))('names a function that is there: %s in %s', (name, path) => {
    expect(textOf(path)).toMatch(new RegExp(`(?:function|const) ${name}\\b`));
  });

  it.each([...page.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, target = '']) => target))('links to %s, which is there', (target) => {
    expect(existsSync(join(ROOT, target))).toBe(true);
  });
});
