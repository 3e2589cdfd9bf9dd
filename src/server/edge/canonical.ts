import { type Refusal, refuse } from '../../domain/refusals.js';

/** How deep arrays and objects of a body may be nested. */
export const DEEPEST = 32;

const QUOTE = 34;
const BACKSLASH = 92;

/** What the text of a JSON document says before it is parsed: how many names its objects have, how deep it goes, and a number that parsing makes whole. */
function survey(text: string): { names: number; depth: number; rounded: string | undefined } {
  let names = 0;
  let depth = 0;
  let deepest = 0;
  let rounded: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === 58) names += 1;
    else if (code === 123 || code === 91) deepest = Math.max(deepest, ++depth);
    else if (code === 125 || code === 93) depth -= 1;
    else if (code === 46 || ((code === 101 || code === 69) && isDigit(text.charCodeAt(i - 1)))) {
      const number = numberAt(text, i);
      if (becomesWhole(number.text)) rounded ??= number.text;
      i = number.end - 1;
    }
  }
  return { names, depth: deepest, rounded };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const OF_NUMBERS = new Set([...'0123456789+-.eE'].map((character) => character.charCodeAt(0)));

/** The number whose point or exponent stands at `index`. */
function numberAt(text: string, index: number): { text: string; end: number } {
  let start = index;
  while (OF_NUMBERS.has(text.charCodeAt(start - 1))) start -= 1;
  let end = index + 1;
  while (OF_NUMBERS.has(text.charCodeAt(end))) end += 1;
  return { text: text.slice(start, end), end };
}

/** Whether a number that is not whole is read as if it were, as `1.0000000000000000001` is. */
function becomesWhole(text: string): boolean {
  const parts = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null || !Number.isInteger(Number(text))) return false;
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = `${whole}${fraction}`;
  let last = digits.length;
  while (last > 0 && digits[last - 1] === '0') last -= 1;
  return last > 0 && last > whole.length + Number(exponent);
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

/** A parsed body. */
export interface Parsed {
  readonly value: unknown;
}

/** The one text that equal bodies have in common: JSON with the names of every object in order. */
export const canonicalJson = (value: unknown): string => JSON.stringify(inOrder(value));

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const members = value as { readonly [name: string]: unknown };
  const ordered: { [name: string]: unknown } = {};
  for (const name of Object.keys(members).sort()) ordered[name] = inOrder(members[name]);
  return ordered;
}

/**
 * Parses a JSON body and refuses (`request.invalid`) what no operation could mean: malformed text, nesting
 * beyond `DEEPEST`, a name twice in one object or `__proto__`, numbers beyond 2^53, fractions too fine to be read,
 * lone surrogates.
 */
export function parseJson(text: string): Parsed | Refusal {
  const { names, depth, rounded } = survey(text);
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
  if (rounded !== undefined) {
    return refuse('request.invalid', `The number ${rounded.slice(0, 50)} is not whole; it would be read as if it were.`);
  }
  const walk: Walk = { names: 0, escaped: text.includes('\\u'), fault: undefined };
  check(value, walk, undefined, '');
  if (walk.fault !== undefined) return walk.fault;
  if (walk.names !== names) return refuse('request.invalid', 'An object of the body has the same name twice.');
  return { value };
}

interface Walk {
  names: number;
  /** only then can a string hold a lone surrogate: the bytes were valid UTF-8 */
  readonly escaped: boolean;
  fault: Refusal | undefined;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Where a container stands; written out only where something is at fault. */
interface Place {
  readonly above: Place | undefined;
  readonly step: string | number;
}

/** Looks at everything within a value. Faults are noted; the first one counts. */
function check(value: unknown, walk: Walk, above: Place | undefined, step: string | number): void {
  if (typeof value === 'number') {
    if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER) {
      walk.fault ??= at({ above, step }, 'A number is beyond 2^53; it would not be read exactly.');
    }
  } else if (typeof value === 'string') {
    if (walk.escaped && LONE_SURROGATE.test(value)) walk.fault ??= at({ above, step }, 'A text holds half of a surrogate pair.');
  } else if (typeof value === 'object' && value !== null) checkWithin(value, walk, { above, step });
}

function checkWithin(value: object, walk: Walk, place: Place): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) check(value[index], walk, place, index);
    return;
  }
  const members = value as { readonly [name: string]: unknown };
  for (const name of Object.keys(members)) {
    walk.names += 1;
    if (name === '__proto__' || (walk.escaped && LONE_SURROGATE.test(name))) {
      walk.fault ??= at(place, 'An object has a name that is not allowed.');
    } else check(members[name], walk, place, name);
  }
}

function at(place: Place, detail: string): Refusal {
  const path = written(place);
  return refuse('request.invalid', detail, path === '' ? {} : { path });
}

function written({ above, step }: Place): string {
  if (above === undefined) return '';
  const before = written(above);
  if (typeof step === 'number') return `${before}[${step}]`;
  return before === '' ? step : `${before}.${step}`;
}
