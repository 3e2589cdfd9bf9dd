import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { here, putOrders } from './here.js';
import { directory, ROOT, serving } from './redress.js';

const BUYER = 'demo/Xanthippe';
const orders = ['odd-cents.json', 'electronics.json']
  .map((name) => JSON.parse(readFileSync(join(ROOT, 'examples', name), 'utf8')) as object)
  .map((order) => ({ ...order, buyerUid: 'Xanthippe', platform: 'demo' }));

/** Files of the data that hold the buyer's name anywhere. */
const holding = (data: string): string[] => readdirSync(data).filter((name) => readFileSync(join(data, name)).includes('Xanthippe'));

it('erases in data that no service has open; what is left in free parts goes with compacting', async () => {
  const data = directory();
  await putOrders(data, orders);
  const erased = await here(['erase', '--buyer', BUYER, '--data', data, '--no-compact']);
  expect(erased).toMatchObject({ status: 0, out: expect.stringMatching(/^Erased: 2 orders, 0 uploads, 0 kept answers\.\n.*erased-/) });
  expect(erased.err).toContain('free parts of the files still hold what was erased');
  expect(holding(data)).toEqual(['redress.db']);
  expect(await here(['erase', '--compact-only', '--data', data])).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Rewritten: /),
  });
  expect(holding(data)).toEqual([]);
  const again = await here(['erase', '--buyer', BUYER, '--data', data]);
  expect(again).toMatchObject({ status: 1, err: expect.stringContaining('buyer.notFound') });
});

it('erases through a running service, and not beside it', async () => {
  const data = directory();
  await putOrders(data, orders);
  const service = await serving(['--data', data]);
  expect(await here(['erase', '--buyer', BUYER, '--data', data])).toMatchObject({ status: 3 });
  const token = (await here(['token', '--role', 'operations', '--id', 'ops-1', '--data', data])).out.trim();
  const through = ['--url', service.url, '--token', token];
  expect(await here(['erase', '--buyer', BUYER, ...through])).toMatchObject({ status: 0, out: expect.stringContaining('2 orders') });
  expect(holding(data)).toEqual([]);
  const unknown = await here(['erase', '--buyer', BUYER, ...through]);
  expect(unknown).toMatchObject({ status: 1, err: expect.stringContaining('buyer.notFound') });
});

it.each([
  { words: ['--buyer', 'demo'], says: '--buyer: expected the platform, a slash' },
  { words: [], says: 'Give either --buyer or --compact-only.' },
  { words: ['--buyer', BUYER, '--url', 'http://localhost:1'], says: '--url and --token belong together.' },
  { words: ['--buyer', BUYER, '--data', '/nowhere/at/all'], says: 'There is no data in /nowhere/at/all.', code: 3 },
])('refuses $words with a reason', async ({ words, says, code = 2 }) => {
  const { status, err } = await here(['erase', ...words]);
  expect(status).toBe(code);
  expect(err).toContain(says);
});
