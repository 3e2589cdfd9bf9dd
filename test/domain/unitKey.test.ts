import { expect, it } from 'vitest';
import { keyId, lineKeys } from '../../src/domain/unitKey.js';
import { orderOf } from './orders.js';

const milk = { sku: 'milk', promotionType: '1205' };

it('names each line by the shortest key whose units are all alike, and counts num through the lines', () => {
  const order = orderOf({
    lines: [
      { ...milk, unitPrice: 600, quantity: 2 },
      { sku: 'tea', unitPrice: 300, quantity: 5 },
      { ...milk, unitPrice: 450 },
      { ...milk, promotionType: 'none', unitPrice: 700 },
      { sku: 'fish', unitPrice: 900, weightGrams: 500 },
      { sku: 'fish', unitPrice: 900, weightGrams: 700 },
    ],
  });
  expect(lineKeys(order).map(({ text, firstNum, alike }) => [text, firstNum, alike])).toEqual([
    ['milk_1205_600', 1, true],
    ['tea_none', 1, true],
    ['milk_1205_450', 3, true],
    ['milk_none', 1, true],
    ['fish_none_900_500', 1, true],
    ['fish_none_900_700', 2, true],
  ]);
});

it('says where no key is precise enough, because only the promotions in scope differ', () => {
  const order = orderOf({
    lines: [
      { ...milk, unitPrice: 600 },
      { ...milk, unitPrice: 600 },
    ],
    promotions: [{ amount: 10, lines: [2] }],
  });
  expect(lineKeys(order).map(({ text, alike }) => [text, alike])).toEqual([
    ['milk_1205_600', false],
    ['milk_1205_600', false],
  ]);
});

it('keeps keys apart whose texts read the same', () => {
  expect(keyId({ sku: 'a_b', promotionType: 'c' })).not.toBe(keyId({ sku: 'a', promotionType: 'b_c' }));
});
