import fc from 'fast-check';
import { expect, it } from 'vitest';
import { minor, shareAmong, shareByWeight, shareDown, shareHalfUp } from '../../src/domain/money.js';
import { scaled } from '../scale.js';

const runs = { numRuns: scaled(2000) };
const anyMinor = fc.oneof(fc.maxSafeNat(), fc.nat(1000), fc.nat(2 ** 31 - 1));

it('rounds half up exactly, also where products pass 2^53', () => {
  const anyShare = fc
    .tuple(anyMinor, anyMinor, anyMinor)
    .map(([value, a, b]) => ({ value, part: Math.min(a, b), whole: Math.max(a, b, 1) }));
  fc.assert(
    fc.property(anyShare, ({ value, part, whole }) => {
      const exact = (2n * BigInt(value) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole));
      expect(BigInt(shareHalfUp(value, part, whole))).toBe(exact);
      const { share, rest } = shareDown(value, part, whole);
      expect([BigInt(share), BigInt(rest)]).toEqual([
        (BigInt(value) * BigInt(part)) / BigInt(whole),
        (BigInt(value) * BigInt(part)) % BigInt(whole),
      ]);
    }),
    runs,
  );
});

it.each([
  [1, 1, 2, 1],
  [1, 2 ** 52 - 1, 2 ** 53 - 1, 0],
  [1, 2 ** 52, 2 ** 53 - 1, 1],
  [2 ** 53 - 1, 2 ** 53 - 1, 2 ** 53 - 1, 2 ** 53 - 1],
])('%i * %i / %i rounds to %i', (value, part, whole, rounded) => {
  expect(shareHalfUp(value, part, whole)).toBe(rounded);
});

it('shares all of an amount, to none more than its weight, each within one of its exact share', () => {
  const anySharing = fc.array(fc.record({ weight: fc.nat(1_000_000_000), count: fc.integer({ min: 1, max: 5 }) }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(anySharing, fc.nat(100), (weights, percent) => {
      const total = weights.reduce((all, { weight, count }) => all + weight * count, 0);
      const amount = Math.floor((total * percent) / 100);
      const shares = shareByWeight(minor(amount), weights);
      const given = shares.map(({ each, extra }, i) => each * (weights[i]?.count ?? 0) + extra);
      expect(given.reduce((all, share) => all + share, 0)).toBe(amount);
      for (const [i, { each, extra }] of shares.entries()) {
        const { weight, count } = weights[i] ?? { weight: 0, count: 0 };
        expect(each + Math.min(extra, 1)).toBeLessThanOrEqual(weight);
        expect(extra).toBeLessThanOrEqual(count);
      }
    }),
    runs,
  );
});

it('refuses to share by no weight at all, unless equally', () => {
  expect(() => shareAmong(minor(10), [0, 0])).toThrow(/nothing to share/);
  expect(shareAmong(minor(0), [0, 0])).toEqual([0, 0]);
  expect(shareAmong(minor(5), [0, 0], true)).toEqual([3, 2]);
});
