import { type SourceFile, sourceFile } from './sourceFiles.js';

/** `text` stands where `offset` is; what is wrong is told by the rule's name. */
interface Finding {
  readonly offset: number;
  readonly text: string;
}

/** Something that no file may do, with examples that prove the rule to be awake. */
export interface Rule {
  readonly name: string;
  readonly looksAt: (path: string) => boolean;
  readonly find: (file: SourceFile) => readonly Finding[];
  /** path and text of files that break it, each exactly once, on the last line */
  readonly bad: readonly (readonly [path: string, text: string])[];
  /** path and text of files that come close and keep it */
  readonly good: readonly (readonly [path: string, text: string])[];
}

/** A rule about what a view of the text must not match. */
export function forbids(view: 'text' | 'code' | 'strings', pattern: RegExp): Rule['find'] {
  const everywhere = new RegExp(pattern, `${pattern.flags.replace('g', '')}g`);
  return (file) => [...file[view].matchAll(everywhere)].map((match) => ({ offset: match.index, text: match[0].trim() }));
}

/** What breaks the rule, as `path:line text`. */
export function findings(rule: Rule, files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => rule.looksAt(file.path))
    .flatMap((file) => rule.find(file).map(({ offset, text }) => `${file.path}:${file.text.slice(0, offset).split('\n').length} ${text}`));
}

/** The lines at which an example breaks the rule. */
export function linesOf(rule: Rule, [path, text]: readonly [path: string, text: string]): number[] {
  return findings(rule, [sourceFile(path, text)]).map((finding) => Number(/^[^:]*:(\d+)/.exec(finding)?.[1]));
}

export const isCode = (path: string): boolean => /^(?:src|test|bench|examples)\/.*\.ts$/.test(path) && !isTidy(path);
/** The tidy test itself is full of what it forbids. */
export const isTidy = (path: string): boolean => path.startsWith('test/tidy');
