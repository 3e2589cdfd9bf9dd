import type { SourceFile } from './sourceFiles.js';

const MUTABLE_KINDS =
  /^new (?:Map|Set|WeakMap|WeakSet|WeakRef|Array|LRUCache|Date|(?:Big)?(?:Int|Uint)\w+Array|Uint8ClampedArray|Float\w+Array|ArrayBuffer|SharedArrayBuffer)\b/;
const READ_ONLY = /^(?:readonly\b|Readonly(?:Map|Set|Array)\b)/;

/** Variables, collections and static fields that outlive a call and can change. Relies on the formatter: module level is column 0. */
export function moduleState(file: SourceFile): { offset: number; text: string }[] {
  const declared = [...file.code.matchAll(/^(?:export )?(const|let|var) /gm)].filter((match) => {
    if (match[1] !== 'const') return true;
    const { annotation, value } = parts(statementFrom(file.code, match.index));
    if (READ_ONLY.test(annotation)) return false;
    return MUTABLE_KINDS.test(value) || /^\{\s*\}/.test(value) || (value.startsWith('[') && !/\bas const\b/.test(value));
  });
  const fields = [...file.code.matchAll(/\bstatic\s+(?:readonly\s+)?#?[\w$]+\s*[=:;]/g)];
  return [...declared, ...fields].map(({ index }) => ({
    offset: index,
    text: file.text.slice(index, index + 80).split('\n')[0] ?? '',
  }));
}

/** The statement that begins at `from`, up to its semicolon. */
function statementFrom(code: string, from: number): string {
  let depth = 0;
  for (let at = from; at < code.length; at += 1) {
    const sign = code.charAt(at);
    if ('([{'.includes(sign)) depth += 1;
    if (')]}'.includes(sign)) depth -= 1;
    if (sign === ';' && depth === 0) return code.slice(from, at);
  }
  return code.slice(from);
}

/** `const name: annotation = value` in its parts. */
function parts(statement: string): { annotation: string; value: string } {
  const [, annotation = '', value = ''] = /^(?:export )?const [\w$]+(?::\s*([\s\S]*?))?\s=\s+([\s\S]*)$/.exec(statement) ?? [];
  return { annotation, value };
}
