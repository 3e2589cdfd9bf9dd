import { expect, it } from 'vitest';
import { minor } from '../../src/domain/money.js';
import { missingWeight } from '../../src/domain/weight.js';

it.each([
  [1990, 500, 430, 279],
  [1990, 500, 0, 1990],
  [1, 2, 1, 1],
  [0, 500, 430, 0],
])('a unit that cost %i and weighs less than %i g, %i g, is short of %i', (cost, sold, actual, missing) => {
  expect(missingWeight(minor(cost), sold, actual)).toBe(missing);
});

it.each([500, 501, -1, 1.5, Number.NaN])('%d g is no short weight of 500 g', (actual) => {
  expect(missingWeight(minor(1990), 500, actual)).toMatchObject({ code: 'selection.weightInvalid' });
});
