import { forbids, type Rule } from './rule.js';

const ROOMS = /^src\/.*\.ts$/;
const SOME = 'src/domain/a.ts';

export const DOCSTRING_RULES: readonly Rule[] = [
  {
    name: 'exported functions have a docstring',
    looksAt: (path) => ROOMS.test(path),
    find: forbids('text', /(?<!\*\/\n)^export (?:(?:async )?function\*? \w+|const \w+[^=\n]*= (?:async )?(?:(?:<[^>\n]*>)?\(|\w+ =>))/m),
    bad: [
      [SOME, 'export function a(): void {}'],
      [SOME, 'export async function a(): Promise<void> {}'],
      [SOME, 'export function* a(): Generator<number> {}'],
      [SOME, 'export const a = (b: number): number => b;'],
      [SOME, 'export const a: Rule = async (b) => b;'],
      [SOME, 'export const a = <T>(b: T): T => b;'],
      [SOME, 'export const a: Rule = b => b;'],
      [SOME, '/** A file of one thought. */\n\nexport function a(): void {}'],
      [SOME, '// A comment is none.\nexport function a(): void {}'],
      ['src/server/routes/a.ts', '/** One. */\nexport const a = () => 1;\nexport const b = () => 2;'],
    ],
    good: [
      [SOME, '/** What it is. */\nexport function a(): void {}'],
      [SOME, '/**\n * What it is.\n */\nexport const a = (b: number): number => b;'],
      [SOME, 'function a(): void {}'],
      [SOME, 'export const a = 1;'],
      [SOME, 'export const a = z.object({ b: c });'],
      [SOME, 'export const a: readonly number[] = [1];'],
      ['test/a.test.ts', 'export function a(): void {}'],
    ],
  },
];
