import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/domain/refusals.js';
import { canonicalJson, DEEPEST, parseJson } from '../../src/server/edge/canonical.js';

const shuffled = (value: unknown, seed: number): unknown => {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, seed));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, inner]) => [name, shuffled(inner, seed)] as const);
  return Object.fromEntries(members.map((_, i) => members[(i + seed) % members.length] ?? ['', null]));
};

const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__proto__');
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.string({ unit: 'binary' })),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

describe('a JSON text', () => {
  it('is parsed as JSON.parse does, and written the same whatever its spaces and order of names', () => {
    fc.assert(
      fc.property(json, fc.nat(10), fc.constantFrom(0, 1, 4), (value, seed, spaces) => {
        const one = parseJson(JSON.stringify(value));
        const other = parseJson(JSON.stringify(shuffled(value, seed), null, spaces));
        if (isRefusal(one) || isRefusal(other)) throw new Error('refused');
        expect(one.value).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(other.value)).toBe(canonicalJson(one.value));
        expect(JSON.parse(canonicalJson(one.value))).toEqual(one.value);
      }),
    );
  });

  it.each([
    ['other numbers', '{"a":1}', '{"a":2}'],
    ['a number and its text', '{"a":1}', '{"a":"1"}'],
    ['null and nothing', '{"a":null}', '{}'],
    ['another order of a list', '[1,2]', '[2,1]'],
    ['a name with a dot and an object', '{"a.b":1}', '{"a":{"b":1}}'],
  ])('of %s is written otherwise', (_, a, b) => {
    const [one, other] = [parseJson(a), parseJson(b)];
    if (isRefusal(one) || isRefusal(other)) throw new Error('refused');
    expect(canonicalJson(one.value)).not.toBe(canonicalJson(other.value));
  });

  it.each([
    ['"a:b{[\\"]}\\\\"', true],
    ['{"a":"\\\\","b":":"}', true],
    ['{"a":{"a":1},"b":[{"a":1},{"a":1}]}', true],
    ['"\\ud83d\\ude00"', true],
    ['{"":{"":1}}', true],
    [`${'['.repeat(DEEPEST)}${']'.repeat(DEEPEST)}`, true],
    [`${'['.repeat(DEEPEST + 1)}${']'.repeat(DEEPEST + 1)}`, false],
    ['{"a":1,"a":1}', false],
    ['{"a":1,"\\u0061":2}', false],
    ['{"a":{"b":1,"b":1}}', false],
    ['{"__proto__":1}', false],
    ['[1.0,-10e-1,100.50e2,0.000,1E3,0e-99]', true],
    ['{"a.b":"1.0000000000000000001e1"}', true],
    ['[0.5,1e-7]', true],
    ['[1.0000000000000000001]', false],
    ['{"a":100.00000000000000001}', false],
    ['[10000000000000000001e-19]', false],
    ['[4.9e-400]', false],
    ['{"a":{"__proto__":{}}}', false],
    ['{"\\ud83d":1}', false],
    ['"\\ude00\\ud83d"', false],
    ['9007199254740992', false],
    ['[1e999]', false],
    ['', false],
    ['   ', false],
    ['"', false],
    ['{"a":1', false],
    ["{'a':1}", false],
    ['NaN', false],
    ['\u0000', false],
  ])('%s is taken: %s', (text, taken) => {
    expect(isRefusal(parseJson(text))).toBe(!taken);
  });

  it('names the place of the fault', () => {
    expect(parseJson('{"a":[0,{"b":1e99}]}')).toMatchObject({ code: 'request.invalid', path: 'a[1].b' });
    expect(parseJson('{"a":[{"__proto__":1}]}')).toMatchObject({ path: 'a[0]' });
  });

  it('of a megabyte of anything is judged at once', () => {
    for (const piece of ['[', '{"a":', '"\\\\', '\\', '"a":', '1,', ':', '.', '1.', '1e', '0']) {
      expect(isRefusal(parseJson(piece.repeat(1_000_000 / piece.length)))).toBe(true);
    }
  });
});
