import { expect, it } from 'vitest';
import { currencies, currencyOf } from '../../src/domain/currency.js';

it.each([
  ['CNY', 2],
  ['USD', 2],
  ['EUR', 2],
  ['JPY', 0],
  ['KRW', 0],
  ['KWD', 3],
  ['TND', 3],
])('%s has %i decimals', (code, exponent) => {
  expect(currencyOf(code)).toEqual({ code, exponent });
});

it.each(['', 'cny', 'XXX', 'XAU', 'CLF', 'UYW', 'DEM', 'constructor', '__proto__', 'CNY '])('%j is refused', (code) => {
  expect(currencyOf(code)).toMatchObject({ code: 'order.currencyUnknown', facts: { currency: code } });
});

it('knows each code once', () => {
  const codes = currencies().map(({ code }) => code);
  expect(codes.length).toBeGreaterThan(150);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^[A-Z]{3}$/);
});
