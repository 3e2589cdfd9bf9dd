import { analyse } from 'scslre';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type SourceFile, sourceFile, sourceFiles } from '../tidy/sourceFiles.js';
import { DOCUMENT } from './document.js';

/** No text makes a regular expression take longer than in proportion to its length: told from its structure, not by a clock. */

interface Literal {
  readonly source: string;
  readonly flags: string;
  readonly place: string;
}

/** What stands in neither view of a file is a comment or a regular expression. */
function literalsOf({ path, text, code, strings }: SourceFile): Literal[] {
  const found: Literal[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (/\s/.test(text.charAt(at)) || code.charAt(at) !== ' ' || strings.charAt(at) !== ' ') continue;
    if (text.startsWith('//', at)) at = endOf(text, '\n', at);
    else if (text.startsWith('/*', at)) at = endOf(text, '*/', at) + 1;
    else {
      const end = endOfLiteral(text, at + 1);
      const [flags = ''] = /^[a-z]*/.exec(text.slice(end + 1, end + 10)) ?? [];
      found.push({ source: text.slice(at + 1, end), flags, place: `${path}:${text.slice(0, at).split('\n').length}` });
      at = end;
    }
  }
  return found;
}

function endOf(text: string, what: string, from: number): number {
  const end = text.indexOf(what, from);
  return end < 0 ? text.length : end;
}

function endOfLiteral(text: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '\\') at += 1;
    else if (sign === '[') inClass = true;
    else if (sign === ']') inClass = false;
    else if (sign === '/' && !inClass) return at;
  }
  throw new Error(`a regular expression does not end: ${text.slice(from, from + 40)}`);
}

/** What repeated text it is slow on, and how; empty where it is slow on none. */
const slownessOf = ({ source, flags }: Pick<Literal, 'source' | 'flags'>): string[] =>
  analyse({ source, flags }).reports.map(
    ({ type, exponential, character }) => `${exponential ? 'exponential' : type} on ${character.pick}`,
  );

const sources = sourceFiles().filter(({ path }) => path.startsWith('src/'));
const literals = sources.flatMap(literalsOf);
const patterns = [
  ...new Set([...JSON.stringify(DOCUMENT).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, text = '']) => JSON.parse(text) as string)),
];
/** Those of the library that stand behind what the wire calls uuid, email, time and link. */
const LIBRARY = { uuid: z.regexes.uuid(), email: z.regexes.email, datetime: z.regexes.datetime({ offset: true }), https: /^https$/ };

describe('a regular expression', () => {
  it('of src is found, wherever it stands', () => {
    const text = ["const a = /x'[/]/gu.test(b) ? '/no/' : `/$", '{c / d / e}/`; // /no/\n/* /no/ */ return /y\\//;'].join('');
    expect(literalsOf(sourceFile('a.ts', text)).map(({ source, flags, place }) => [source, flags, place])).toEqual([
      ["x'[/]", 'gu', 'a.ts:1'],
      ['y\\/', '', 'a.ts:2'],
    ]);
    expect(literals.length).toBeGreaterThan(40);
  });

  it.each([
    ['(a+)+$', ''],
    ['^(\\w+\\s?)*$', ''],
    ['^([a-z]+)*\\d$', 'i'],
    ['^\\s*(.*?)\\s*$', ''],
    ['^a*a*b$', ''],
    ['\\/+$', ''],
  ])('like /%s/%s would be found out', (source, flags) => {
    expect(slownessOf({ source, flags })).not.toEqual([]);
  });

  it.each(literals.map((literal) => ({ ...literal, shown: `/${literal.source}/${literal.flags}` })))(
    'of $place takes any text: $shown',
    (literal) => {
      expect(slownessOf(literal)).toEqual([]);
    },
  );

  it.each(patterns.map((source) => ({ source })))('of the document takes any text: $source', ({ source }) => {
    expect(slownessOf({ source, flags: 'u' })).toEqual([]);
  });

  it.each(Object.entries(LIBRARY))('behind %s takes any text', (_, { source, flags }) => {
    expect(slownessOf({ source, flags })).toEqual([]);
  });

  it('is never made of text that came from somewhere', () => {
    expect(sources.filter(({ code }) => /\bRegExp\s*\(/.test(code)).map(({ path }) => path)).toEqual([]);
  });
});
