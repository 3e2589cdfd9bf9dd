import { expect, it } from 'vitest';
import { amountText, lengthText, timeText } from '../../src/cli/amounts.js';
import { table } from '../../src/cli/table.js';

it.each([
  { amount: 2833, exponent: 2, text: '28.33' },
  { amount: 5, exponent: 2, text: '0.05' },
  { amount: -5, exponent: 2, text: '-0.05' },
  { amount: 0, exponent: 3, text: '0.000' },
  { amount: 1000, exponent: 3, text: '1.000' },
  { amount: 100, exponent: 0, text: '100' },
  { amount: Number.MAX_SAFE_INTEGER, exponent: 2, text: '90071992547409.91' },
] as const)('writes $amount with $exponent decimals as $text', ({ amount, exponent, text }) => {
  expect(amountText(amount, { exponent })).toBe(text);
});

it.each([
  { ms: 0, text: '0s' },
  { ms: 999, text: '0s' },
  { ms: 59_999, text: '59s' },
  { ms: 3_600_000, text: '1h' },
  { ms: 2 * 86_400_000 + 3 * 3_600_000 + 59, text: '2d 3h' },
  { ms: -90_000, text: '1m 30s' },
])('writes $ms ms as $text', ({ ms, text }) => {
  expect(lengthText(ms)).toBe(text);
});

it('writes times to the second, in UTC', () => {
  expect(timeText(Date.UTC(2026, 2, 1, 9, 30, 59) + 999)).toBe('2026-03-01 09:30:59');
});

it('aligns columns, numbers at the right, by what a terminal shows', () => {
  const lines = table(
    [{ title: 'name' }, { title: 'amount', right: true }, { title: 'note' }],
    [
      ['毛巾', '28.33', 'two characters, four columns'],
      ['kettle', '5.00', ''],
    ],
  );
  expect(lines).toEqual(['name    amount  note', '毛巾     28.33  two characters, four columns', 'kettle    5.00']);
});

it('does not let a text move the cursor, change colours or turn round what follows', () => {
  expect(table([{ title: 'name' }], [['a\u001b[31mb\u202ec\nd']])[1]).toBe('a?[31mb?c?d');
});
