import { describe, expect, it } from 'vitest';
import { DOCSTRING_RULES } from './tidy/docstringRules.js';
import { IMPORT_RULES } from './tidy/importRules.js';
import { PURITY_RULES } from './tidy/purityRules.js';
import { findings, linesOf } from './tidy/rule.js';
import { sourceFiles } from './tidy/sourceFiles.js';
import { LONG_FILES, TEXT_RULES } from './tidy/textRules.js';
import { viewsOf } from './tidy/views.js';

const files = sourceFiles();

describe.each([...PURITY_RULES, ...IMPORT_RULES, ...TEXT_RULES, ...DOCSTRING_RULES])('$name', (rule) => {
  it('finds each example that breaks it, where it does, once', () => {
    expect(rule.bad.map((example) => ({ example, lines: linesOf(rule, example) }))).toEqual(
      rule.bad.map((example) => ({ example, lines: [example[1].split('\n').length] })),
    );
    expect(rule.bad).not.toEqual([]);
  });

  it('leaves alone each example that only comes close', () => {
    expect(rule.good.map((example) => ({ example, lines: linesOf(rule, example) }))).toEqual(
      rule.good.map((example) => ({ example, lines: [] })),
    );
  });

  it('is kept by every file of the project', () => {
    expect(findings(rule, files)).toEqual([]);
  });
});

describe('the scan', () => {
  it.each(['src/domain/money.ts', 'src/actors/ports.ts', 'test/tidy.test.ts', 'scripts/test.mjs', 'bin/redress', 'package.json'])(
    'reads %s',
    (path) => {
      expect(files.map((file) => file.path)).toContain(path);
    },
  );

  it('gives only files that are still long a leave to be long', () => {
    const long = files.filter(({ path, text }) => path in LONG_FILES && text.split('\n').length > 300).map(({ path }) => path);
    expect(long.sort()).toEqual(Object.keys(LONG_FILES).sort());
  });

  it.each([
    { text: "a('b'); // c", code: "a(' ');     ", strings: '   b        ' },
    { text: 'a /* b\n*/ c', code: 'a     \n   c', strings: '      \n    ' },
    { text: '`a${b}c`', code: '` ${b} `', strings: ' a    c ' },
    { text: '`${`a${b}`}c`', code: '`${` ${b}`} `', strings: '    a      c ' },
    { text: '`${{ a: {} }}b`', code: '`${{ a: {} }} `', strings: '             b ' },
    { text: "a = /'[/]/g + 'b'", code: "a =       g + ' '", strings: '               b ' },
    { text: "a / b / 'c'", code: "a / b / ' '", strings: '         c ' },
    { text: "'a\\'b' + c", code: "'    ' + c", strings: " a\\'b     " },
    { text: "return /a'/", code: 'return     ', strings: '           ' },
  ])('tells code from strings and comments in $text', ({ text, code, strings }) => {
    expect(viewsOf(text).code).toBe(code);
    expect(viewsOf(text).strings).toBe(strings);
  });
});
