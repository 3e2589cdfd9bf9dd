import fc from 'fast-check';
import type { Random } from '../../../src/sim/random.js';
import { drawn } from './values.js';

/** What nobody should send: right bodies with something wrong in them, and texts that are no bodies. */

const ODD: readonly unknown[] = [
  ...[null, true, false, -1, 0, 0.1, 1e21, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -0],
  ...['', ' ', '__proto__', '\u0000', '\u202e', '../..', '1', 'x'.repeat(3_000), '\ud800', '2026-02-30T00:00:00Z', '9999-12-31T23:59:59Z'],
  ...[[], {}, [[]], [null], { amount: 1 }, { amount: -1, currency: 'CNY' }, { constructor: { prototype: {} } }, { length: 1e9 }],
];
const anything: fc.Arbitrary<unknown> = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.jsonValue({ maxDepth: 3 }));
const oddValue = (random: Random): unknown => (random.chance(3, 4) ? random.pick(ODD) : drawn(random, anything));

/** The value with one place within it left out, changed, or with something more. */
export function brokenIn(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(1, 6)) return oddValue(random);
  const names = Object.keys(value);
  if (names.length === 0) return Array.isArray(value) ? [oddValue(random)] : { surprise: oddValue(random) };
  const name = random.pick(names);
  const inner: unknown = Reflect.get(value, name);
  const how = random.weighted([['deeper', 6] as const, ['gone', 1] as const, ['more', 1] as const]);
  if (Array.isArray(value)) {
    const index = Number(name);
    if (how === 'gone') return value.toSpliced(index, 1);
    return how === 'more' ? [...value, inner] : value.toSpliced(index, 1, brokenIn(random, inner));
  }
  const rest = Object.entries(value).filter(([other]) => how === 'more' || other !== name);
  if (how === 'gone') return Object.fromEntries(rest);
  if (how === 'deeper') return Object.fromEntries([...rest, [name, brokenIn(random, inner)]]);
  return Object.fromEntries([...rest, [random.pick(['surprise', 'role', 'state', 'version', 'constructor', '']), oddValue(random)]]);
}

const nested = (depth: number): string => `${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`;

/** Text that is no body, or not this one. */
export function brokenText(random: Random, right: string): string | Uint8Array {
  return random.pick<() => string | Uint8Array>([
    () => '',
    () => right.slice(0, random.below(right.length)),
    () => `${right}${right}`,
    () => right.replace(/[{[,:"]/, ''),
    () => `{"__proto__":{"role":"operations"},${right.slice(1)}`,
    () => `\ufeff${right}`,
    () => right.replaceAll(/\d+/g, '1e400'),
    () => right.replaceAll(/\d+/g, '9007199254740993'),
    () => nested(random.pick([20, 40, 3_000])),
    () => `[${'0,'.repeat(5_000)}0]`,
    () => Uint8Array.from({ length: 40 }, () => random.below(256)),
    () => 'null',
  ])();
}

/** Headers that say something wrong, to be put over the right ones; an undefined one is left out. */
export function brokenHeaders(random: Random): { readonly [name: string]: string | readonly string[] | undefined } {
  return random.pick<{ readonly [name: string]: string | readonly string[] | undefined }>([
    { 'content-type': undefined },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-encoding': 'gzip' },
    { 'content-encoding': 'deflate, br' },
    { 'idempotency-key': undefined },
    { 'idempotency-key': '' },
    { 'idempotency-key': 'two words' },
    { 'idempotency-key': 'k'.repeat(201) },
    { 'idempotency-key': ['a', 'b'] },
    { 'if-match': '"0"' },
    { 'if-match': '*' },
    { 'if-match': 'W/"1"' },
    { 'if-match': '"1", "2"' },
    { 'last-event-id': '-1' },
    { 'last-event-id': '9999999999999999' },
    { 'x-request-id': '<b>' },
    { 'redress-signature': 't=1,v1=0' },
    { range: 'bytes=0-1' },
    { 'x-http-method-override': 'DELETE' },
    { accept: 'text/html' },
    { expect: '100-continue' },
    { cookie: 'token=x' },
    { 'transfer-encoding': 'chunked' },
  ]);
}

const SEGMENTS = [
  '..',
  '%2e%2e',
  '%2f',
  '%00',
  '%',
  '%ff',
  '*',
  '',
  'null',
  "'",
  '%F0%9F%98%80',
  'a%2Fb',
  ';x=y',
  '__proto__',
  'x'.repeat(300),
];

/** The path with a step or a query that is not right. */
export function brokenPath(random: Random, path: string): string {
  const [plain = '', query = ''] = path.split('?');
  if (random.chance(1, 3)) {
    const name = random.pick(['limit', 'cursor', 'state', 'type', 'shop', 'order', 'appliedFrom', '__proto__', 'a[b]', 'access_token']);
    const value = random.pick(['', '0', '-1', '1e9', 'x', '%00', '%ff', '..%2f', 'YWJj', '2026-13-01T00:00:00Z', 'a,b,,c', '1&limit=2']);
    return `${plain}?${query === '' ? '' : `${query}&`}${name}=${value}`;
  }
  const steps = plain.split('/');
  const at = 1 + random.below(steps.length - 1);
  return `/${steps
    .slice(1)
    .toSpliced(at - 1, random.below(2), random.pick(SEGMENTS))
    .join('/')}`;
}
