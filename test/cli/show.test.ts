import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { follow, printedRequests } from './printed.js';
import { directory, ROOT, redress, serving } from './redress.js';

it('shows the rows of an order that nothing has happened to', async () => {
  const data = directory();
  await redress(['import', 'examples/yen-no-decimals.json', '--data', data]);
  const { status, out, err } = await redress(['show', 'shop-3', 'E-1006', '--data', data]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('Order E-1006 of shop-3, version 1, amounts in JPY');
  expect(out).toContain('putOrder');
  expect(out).toMatch(/^ {2}order +net +\d+ +0 +0 +\d+$/m);
});

it('shows book, timeline, caps, ledger and deadlines while a service runs', async () => {
  const data = directory();
  const service = await serving(['--examples', '--data', data]);
  const [apply] = printedRequests(service.out());
  if (apply === undefined) throw new Error('three lines are printed');
  const { id } = await follow(apply);
  const { status, out } = await redress(['show', 'E-1005', '--data', data]);
  expect(status).toBe(0);
  expect(out).toMatch(/^ {2}1 +towel_none +Bath towel +delivered +1 +28\.33 +0\.00 +28\.33 +0\.00 +held by #1$/m);
  expect(out).toMatch(
    new RegExp(`^ {2}#1 +refund +missing +1\\.1 +reviewing\\.merchant +28\\.33 +0\\.00 +merchant +user +${String(id)}$`, 'm'),
  );
  expect(out).toMatch(/^ +2 .+ user\/demo +apply +#1 reviewing\.merchant +.*type refund, reason missing, claim unit, .+$/m);
  expect(out).toMatch(/^ {2}#1 +merchantReview .+ in 1d 23h$/m);
  expect(out).toMatch(/^ {2}tender:card +amount +85\.00 +28\.33 +0\.00 +56\.67$/m);
  expect(out).toMatch(/^ +2 +#1 +pending +payable:#1 +tender:card +28\.33 +0\.00$/m);
  expect(out).toMatch(/^ {2}sum +0\.00 +0\.00 +0\.00 +0\.00$/m);
});

it('gives the rows as JSON', async () => {
  const data = directory();
  await redress(['import', 'examples/dinar-three-decimals.json', '--data', data]);
  const { out } = await redress(['show', 'E-1007', '--json', '--data', data]);
  const shown: unknown = JSON.parse(out);
  expect(shown).toMatchObject({ shopId: 'shop-3', orderNo: 'E-1007', version: 1, order: { currency: { code: 'KWD', exponent: 3 } } });
  expect(shown).toMatchObject({
    caps: expect.arrayContaining([expect.objectContaining({ key: 'order' })]),
    timeline: [{ command: 'putOrder' }],
  });
});

it('asks for the shop where several have the number', async () => {
  const data = directory();
  const order = JSON.stringify(JSON.parse(readFileSync(join(ROOT, 'examples/odd-cents.json'), 'utf8')));
  await redress(['import', '-', '--data', data], `${order}\n${order.replace('"shop-1"', '"shop-9"')}`);
  const { status, err } = await redress(['show', 'E-1005', '--data', data]);
  expect(status).toBe(1);
  expect(err).toContain('Several shops have an order E-1005; name one: redress show shop-1 E-1005 (also shop-9).');
  expect((await redress(['show', 'shop-9', 'E-1005', '--data', data])).out).toContain('Order E-1005 of shop-9');
});

it.each([
  { case: 'an order that is not there', words: ['E-1'], status: 1, says: 'There is no order E-1 in this data.' },
  { case: 'an order of another shop', words: ['shop-2', 'E-1005'], status: 1, says: 'There is no order E-1005 of shop shop-2' },
])('says that it knows no $case', async ({ words, status, says }) => {
  const data = directory();
  await redress(['import', 'examples/odd-cents.json', '--data', data]);
  const shown = await redress(['show', ...words, '--data', data]);
  expect(shown).toMatchObject({ status, out: '' });
  expect(shown.err).toContain(says);
});

it('says that there is no data, and makes none', async () => {
  const { status, err } = await redress(['show', 'E-1', '--data', `${directory()}/nothing`]);
  expect(status).toBe(3);
  expect(err).toMatch(/There is no data in .+nothing\./);
});
