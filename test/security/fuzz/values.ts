import fc from 'fast-check';
import type { Random } from '../../../src/sim/random.js';
import { resolved, type Schema } from '../document.js';

/** Values of the document's schemas: mostly made of what has been seen, so that they reach something that is there. */

/** What has been seen under a name, newest last. */
export class Seen {
  readonly #pools = new Map<string, unknown[]>();

  /** Takes every text, number and flag of an answer under its name. */
  take(value: unknown, name = ''): void {
    if (Array.isArray(value)) for (const item of value.slice(0, 20)) this.take(item, name);
    else if (typeof value === 'object' && value !== null) for (const [inner, of] of Object.entries(value)) this.take(of, inner);
    else if (value !== null && value !== undefined) this.add(name, value);
  }

  add(name: string, value: unknown): void {
    const pool = this.#pools.get(name) ?? [];
    if (pool.includes(value)) return;
    pool.push(value);
    if (pool.length > POOL) pool.shift();
    this.#pools.set(name, pool);
  }

  pick(random: Random, name: string): unknown {
    const pool = this.#pools.get(name) ?? [];
    return pool.length === 0 ? undefined : random.pick(pool);
  }
}
const POOL = 40;

/** Texts for the patterns of the document; those of any other are made by fast-check. */
const WORDS: { readonly [pattern: string]: readonly string[] } = {
  '^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+$': [
    ...[
      'x',
      'milk',
      'a b',
      '牛奶',
      '😀',
      '__proto__',
      'constructor',
      'toString',
      "'; DROP TABLE book; --",
      '<script>',
      '%00',
      '../..',
      'ß',
    ],
    ...['a:b', 'a%3Ab', 'a/b', 'a\\b', '"', '{}', '%s%n', 'null', '0', '-1', 'NaN', 'e\u0301', '\u{1f9ff}'],
  ],
  '^(?:[^\\p{Cc}\\p{Cs}]|[\\n\\r\\t])+$': ['x', 'two\nlines', '\r\nSet-Cookie: a=b', '\t', '👩‍👩‍👧', 'שלום', '{"level":"error"}', '\u2028'],
};

const FORMATS: { readonly [format: string]: (random: Random) => string } = {
  uuid: (random) => random.uuid(),
  email: (random) => random.pick(['ann@example.com', 'a.b+c@example.org']),
  uri: (random) => random.pick(['https://example.org/photo', 'https://example.org/%F0%9F%98%80?a=b#c']),
  'date-time': (random) => new Date(1_500_000_000_000 + random.below(1_000_000) * 1_000_000).toISOString(),
  binary: () => 'content',
};

export class Values {
  readonly #random: Random;
  readonly #seen: Seen;
  readonly #fixed: ReadonlyMap<string, unknown>;

  /** `fixed`: what fields of a name mostly say in this request */
  constructor(random: Random, seen: Seen, fixed: ReadonlyMap<string, unknown>) {
    this.#random = random;
    this.#seen = seen;
    this.#fixed = fixed;
  }

  /** A value of the schema. `name` is that of the field it stands in. */
  of(given: Schema, name = '', depth = 0): unknown {
    const random = this.#random;
    const schema = resolved(given);
    const fixed = random.chance(19, 20) ? this.#fixed.get(name) : undefined;
    const known = fixed ?? (random.chance(4, 5) ? this.#seen.pick(random, name) : undefined);
    if (known !== undefined && fits(schema, known)) return known;
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices !== undefined) return this.of(random.pick(choices), name, depth);
    if (schema.enum !== undefined) return random.pick(schema.enum);
    switch (typeof schema.type === 'string' ? schema.type : schema.type?.[0]) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, name, depth);
      case 'integer':
      case 'number':
        return this.#number(schema);
      case 'boolean':
        return random.chance(1, 2);
      case 'string':
        return this.#text(schema);
      default:
        return random.pick([null, 1, 'x', [], {}]);
    }
  }

  #object(schema: Schema, depth: number): object {
    const required = schema.required ?? [];
    const entries = Object.entries(schema.properties ?? {}).filter(
      ([name]) => required.includes(name) || (depth < 6 && this.#random.chance(1, 2)),
    );
    return Object.fromEntries(entries.map(([name, inner]) => [name, this.of(inner, name, depth + 1)]));
  }

  #array(schema: Schema, name: string, depth: number): unknown[] {
    const { minItems = 0, maxItems = 4, items = {} } = schema;
    const length = Math.min(maxItems, minItems + this.#random.weighted([[0, 4] as const, [1, 4] as const, [3, 1] as const]));
    return Array.from({ length }, () => this.of(items, name, depth + 1));
  }

  #number({ minimum = -10, maximum = Number.MAX_SAFE_INTEGER, exclusiveMinimum }: Schema): number {
    const least = Math.max(minimum, exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1);
    const near = Math.min(maximum, least + this.#random.below(20));
    return this.#random.weighted([
      [near, 12],
      [least, 4],
      [Math.min(maximum, least + this.#random.spread(1, 100_000)), 4],
      [maximum, 1],
    ]);
  }

  #text(schema: Schema): string {
    const { pattern, format = '', minLength = 0, maxLength = 60 } = schema;
    const random = this.#random;
    const made = FORMATS[format];
    if (made !== undefined) return made(random);
    if (pattern === undefined) return random.pick(['', 'x', 'a text', '牛奶']).padEnd(minLength, 'x').slice(0, maxLength);
    const words = WORDS[pattern];
    if (words === undefined) return drawn(random, fc.stringMatching(new RegExp(pattern)));
    const word = random.pick(words).slice(0, maxLength);
    return random.chance(1, 25) ? 'x'.repeat(maxLength) : word;
  }
}

/** One value of an arbitrary, as the random says. */
export const drawn = <T>(random: Random, arbitrary: fc.Arbitrary<T>): T => {
  const [value] = fc.sample(arbitrary, { numRuns: 1, seed: random.word() | 0 });
  if (value === undefined) throw new Error('nothing was drawn');
  return value;
};

/** Whether something seen may stand where the schema stands, as far as a glance tells. */
function fits({ type, enum: words, pattern, format, maxLength, minimum, exclusiveMinimum, maximum }: Schema, value: unknown): boolean {
  if (words !== undefined) return words.includes(value);
  if (type === 'string') {
    if (typeof value !== 'string' || (maxLength !== undefined && value.length > maxLength)) return false;
    if (format === 'date-time') return !Number.isNaN(Date.parse(value)) && value.includes('T');
    return (
      (format === undefined || (format === 'uuid' && /^[0-9a-f-]{36}$/.test(value))) &&
      (pattern === undefined || new RegExp(pattern, 'u').test(value))
    );
  }
  if (type === 'integer') {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return false;
    return value >= (minimum ?? value) && value > (exclusiveMinimum ?? value - 1) && value <= (maximum ?? value);
  }
  return type === 'boolean' && typeof value === 'boolean';
}
