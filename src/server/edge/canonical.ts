import { type Refusal, refuse } from '../../domain/refusals.js';

/** How deep arrays and objects of a body may be nested. */
export const DEEPEST = 32;

const QUOTE = 34;
const BACKSLASH = 92;

/** What the text of a JSON document says before it is parsed: how many names its objects have, and how deep it goes. */
function survey(text: string): { names: number; depth: number } {
  let names = 0;
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === 58) names += 1;
    else if (code === 123 || code === 91) deepest = Math.max(deepest, ++depth);
    else if (code === 125 || code === 93) depth -= 1;
  }
  return { names, depth: deepest };
}

/** The closing quote of the string that opens at `start`; the end of the text where there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/** A parsed body, and the one text that equal bodies have in common. */
export interface Parsed {
  readonly value: unknown;
  /** JSON with the names of every object in order */
  readonly canonical: string;
}

/**
 * Parses a JSON body and refuses (`request.invalid`) what no operation could mean: malformed text, nesting
 * beyond `DEEPEST`, a name twice in one object or `__proto__`, numbers beyond 2^53, lone surrogates.
 */
export function parseJson(text: string): Parsed | Refusal {
  const { names, depth } = survey(text);
  if (depth > DEEPEST) return refuse('request.invalid', `The body is nested deeper than ${DEEPEST} levels.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(
      'request.invalid',
      text.trim() === '' ? 'The body is empty; a JSON object is expected.' : 'The body is not well-formed JSON.',
    );
  }
  const walk: Walk = { names: 0, escaped: text.includes('\\u'), fault: undefined };
  const ordered = inOrder(value, walk, '');
  if (walk.fault !== undefined) return walk.fault;
  if (walk.names !== names) return refuse('request.invalid', 'An object of the body has the same name twice.');
  return { value, canonical: JSON.stringify(ordered) };
}

interface Walk {
  names: number;
  /** only then can a string hold a lone surrogate: the bytes were valid UTF-8 */
  readonly escaped: boolean;
  fault: Refusal | undefined;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function inOrder(value: unknown, walk: Walk, path: string): unknown {
  if (typeof value === 'number') {
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) walk.fault ??= at(path, 'A number is beyond 2^53; it would not be read exactly.');
    return value;
  }
  if (typeof value === 'string') {
    if (walk.escaped && LONE_SURROGATE.test(value)) walk.fault ??= at(path, 'A text holds half of a surrogate pair.');
    return value;
  }
  if (Array.isArray(value)) return value.map((item, i) => inOrder(item, walk, `${path}[${i}]`));
  if (typeof value !== 'object' || value === null) return value;
  const ordered: { [name: string]: unknown } = {};
  for (const [name, member] of Object.entries(value).sort(byName)) {
    walk.names += 1;
    if (name === '__proto__' || (walk.escaped && LONE_SURROGATE.test(name)))
      walk.fault ??= at(path, 'An object has a name that is not allowed.');
    else ordered[name] = inOrder(member, walk, path === '' ? name : `${path}.${name}`);
  }
  return ordered;
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

function at(path: string, detail: string): Refusal {
  return refuse('request.invalid', detail, path === '' ? {} : { path });
}
