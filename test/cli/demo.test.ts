import { expect, it } from 'vitest';
import { redress } from './redress.js';

it('tells the same story each time, and every sum of it comes out', async () => {
  const [first, second] = await Promise.all([redress(['demo']), redress(['demo'])]);
  expect(first).toMatchObject({ status: 0, err: '' });
  expect(second.out).toBe(first.out);
  expect(first.out.match(/^ {2}(?:ok|no)(?= {2}.+: -?\d)/gm)).toEqual(Array.from({ length: 9 }, () => '  ok'));
});

it('tells of a split, a race that one of ten wins, a double callback and a ruling', async () => {
  const { out } = await redress(['demo']);
  expect(out).toContain('sum of all          796.00             -99.50        -40.00            -32.83  623.67');
  expect(out).toContain('1 is accepted: #2');
  expect(out).toMatch(/9 are refused: selection\.tooMany/);
  expect(out).toContain('nothing changes: a payout is paid once');
  expect(out).toContain('rule: 66.82 CNY of it, borne by the platform');
  expect(out).toContain('command.notAllowed');
  expect(out).toMatch(/^ +8 .+ merchant\/desk-1 +provide +#2$/m);
});
