/** The same text seen three ways. Each view has the length and the lines of the text, so places agree. */
export interface Views {
  /** comments, regular expressions and what stands in strings are blank; the quotes stay */
  readonly code: string;
  /** only what stands in strings */
  readonly strings: string;
}

const WORDS_BEFORE_REGEX = /(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield)$/;
const SIGNS_BEFORE_REGEX = '(,=:[!&|?{};+-*%<>~^';

/** Splits TypeScript into its views. Knows strings, templates with nested expressions, comments and regular expressions. */
export function viewsOf(text: string): Views {
  const code = [...blank(text)];
  const strings = [...blank(text)];
  /** one entry per template that is open: how many braces stand open in its current expression */
  const templates: number[] = [];
  let at = 0;
  let inTemplate = false;

  const keep = (view: string[], until: number) => {
    for (; at < until; at += 1) view[at] = text.charAt(at);
  };
  const skipTo = (until: number) => {
    at = until;
  };

  while (at < text.length) {
    if (inTemplate) {
      const end = endOfTemplatePart(text, at);
      keep(strings, end);
      const closes = text.charAt(at) === '`';
      keep(code, at + (closes ? 1 : 2));
      inTemplate = false;
      if (closes) templates.pop();
      continue;
    }
    const sign = text.charAt(at);
    if (text.startsWith('//', at)) skipTo(endOf(text, '\n', at));
    else if (text.startsWith('/*', at)) skipTo(endOf(text, '*/', at + 2) + 2);
    else if (sign === "'" || sign === '"') {
      const end = endOfQuoted(text, at + 1, sign);
      keep(code, at + 1);
      keep(strings, end);
      keep(code, at + 1);
    } else if (sign === '/' && startsRegex(code.slice(Math.max(0, at - 200), at).join(''))) {
      skipTo(endOfRegex(text, at + 1));
    } else {
      if (sign === '`') {
        templates.push(0);
        inTemplate = true;
      }
      const open = templates.length - 1;
      if (sign === '{' && open >= 0) templates[open] = (templates[open] ?? 0) + 1;
      if (sign === '}' && open >= 0) {
        inTemplate = templates[open] === 0;
        templates[open] = Math.max(0, (templates[open] ?? 0) - 1);
      }
      keep(code, at + 1);
    }
  }
  return { code: code.slice(0, text.length).join(''), strings: strings.slice(0, text.length).join('') };
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

function endOf(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? text.length : found;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== quote && text.charAt(at) !== '\n') at += text.charAt(at) === '\\' ? 2 : 1;
  return at;
}

/** The place of the closing backtick, or of the next `${`. */
function endOfTemplatePart(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== '`' && !text.startsWith('${', at)) at += text.charAt(at) === '\\' ? 2 : 1;
  return at;
}

function startsRegex(before: string): boolean {
  const trimmed = before.trimEnd();
  return trimmed === '' || SIGNS_BEFORE_REGEX.includes(trimmed.slice(-1)) || WORDS_BEFORE_REGEX.test(trimmed);
}

function endOfRegex(text: string, from: number): number {
  let at = from;
  let inClass = false;
  for (; at < text.length && text.charAt(at) !== '\n'; at += 1) {
    const sign = text.charAt(at);
    if (sign === '\\') at += 1;
    else if (sign === '[') inClass = true;
    else if (sign === ']') inClass = false;
    else if (sign === '/' && !inClass) return at + 1;
  }
  return at;
}
