import { fileURLToPath } from 'node:url';

export const SPEC = fileURLToPath(new URL('../../../SPEC.md', import.meta.url));

/**
 * A text with another content between `<!-- name -->` and `<!-- end of name -->`. Compared with the
 * file as a file snapshot, so that `vitest --update` brings the file up to date.
 */
export function withSection(text: string, name: string, content: string): string {
  const begin = `<!-- ${name} -->`;
  const end = `<!-- end of ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new RangeError(`the text has no section ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}
