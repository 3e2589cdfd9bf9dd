import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { directory, ROOT, redress, serving } from './redress.js';

const example = (name: string): string => readFileSync(join(ROOT, 'examples', name), 'utf8');
const line = (name: string): string => JSON.stringify(JSON.parse(example(name)));

it('imports lines that are piped in, each with a result, and the same again changes nothing', async () => {
  const data = directory();
  const input = `${line('odd-cents.json')}\n\n${line('electronics.json')}\n`;
  const first = await redress(['import', '-', '--data', data], input);
  expect(first).toMatchObject({ status: 0, out: 'line 1 shop-1/E-1005: new\nline 3 shop-3/E-1011: new\n' });
  expect(first.err).toContain('2 orders: 2 new');
  const again = await redress(['import', '-', '--data', data], input);
  expect(again).toMatchObject({ status: 0, out: 'line 1 shop-1/E-1005: unchanged\nline 3 shop-3/E-1011: unchanged\n' });
});

it('takes a correction of an order that has no after-sale yet', async () => {
  const data = directory();
  await redress(['import', '-', '--data', data], line('odd-cents.json'));
  const corrected = line('odd-cents.json').replace('Bath towel', 'Bath towel, large');
  expect(await redress(['import', '-', '--data', data], corrected)).toMatchObject({ status: 0, out: 'line 1 shop-1/E-1005: changed\n' });
});

it.each([
  { case: 'one document over many lines', text: () => example('odd-cents.json'), orders: ['shop-1/E-1005'] },
  {
    case: 'a list of orders',
    text: () => `[${example('odd-cents.json')},\n${example('electronics.json')}]`,
    orders: ['shop-1/E-1005', 'shop-3/E-1011'],
  },
  { case: 'a list on one line', text: () => `[${line('odd-cents.json')}]\n`, orders: ['shop-1/E-1005'] },
])('reads a file with $case', async ({ text, orders }) => {
  const data = directory();
  const file = join(data, 'orders.json');
  writeFileSync(file, text());
  const { status, out } = await redress(['import', file, '--data', data]);
  expect({ status, out }).toEqual({ status: 0, out: orders.map((order, i) => `line ${i + 1} ${order}: new\n`).join('') });
});

it('refuses bad lines one by one with their reasons, keeps the good ones, and fails', async () => {
  const data = directory();
  const dearer = line('electronics.json').replace('"amount":', '"amount":1');
  const input = ['{"shopId":', line('odd-cents.json'), '[]', '{"shopId":"s","orderNo":"o"}', dearer].join('\n');
  const { status, out, err } = await redress(['import', '-', '--data', data], input);
  expect(status).toBe(1);
  expect(out.split('\n')).toEqual([
    expect.stringMatching(/^line 1: refused, import\.lineInvalid: /),
    'line 2 shop-1/E-1005: new',
    expect.stringMatching(/^line 3: refused, import\.lineInvalid/),
    expect.stringMatching(/^line 4 s\/o: refused, import\.lineInvalid at /),
    expect.stringMatching(/^line 5 shop-3\/E-1011: refused, order\.unbalanced/),
    '',
  ]);
  expect(err).toContain('5 orders: 1 new, 4 refused');
  expect(err).toContain('4 orders were refused');
});

it.each([
  { case: 'a file that is not there', words: ['nowhere.ndjson'], says: 'nowhere.ndjson cannot be read' },
  { case: 'a folder', words: ['.'], says: 'is no file' },
  { case: 'an address without a token', words: ['-', '--url', 'http://127.0.0.1:1'], says: '--url and --token belong together' },
  { case: 'an address that is none', words: ['-', '--url', 'here', '--token', 't'], says: 'here is no address' },
])('refuses $case as wrong usage', async ({ words, says }) => {
  const { status, err } = await redress(['import', ...words]);
  expect(status).toBe(2);
  expect(err).toContain(says);
});

it('imports through a running service, which refuses the data to anybody else', async () => {
  const data = directory();
  const service = await serving(['--data', data]);
  const token = (await redress(['token', '--role', 'platform', '--id', 'oms', '--platform', 'demo', '--data', data])).out.trim();
  const through = ['--url', service.url, '--token', token];
  const input = `${line('odd-cents.json')}\n\nnonsense\n${line('platform-split-records.json')}\n`;

  const { status, out, err } = await redress(['import', '-', ...through], input);
  expect(status).toBe(1);
  expect(out.split('\n')).toEqual([
    'line 1 shop-1/E-1005: new',
    expect.stringMatching(/^line 3: refused, import\.lineInvalid/),
    expect.stringMatching(/^line 4 shop-2\/E-1017: refused, auth\.forbidden at platform/),
    '',
  ]);
  expect(err).toContain('3 orders: 1 new, 2 refused');
  expect(await redress(['import', '-', ...through], line('odd-cents.json'))).toMatchObject({
    status: 0,
    out: 'line 1 shop-1/E-1005: unchanged\n',
  });

  const locked = await redress(['import', '-', '--data', data], input);
  expect(locked).toMatchObject({ status: 3, out: '' });
  expect(locked.err).toContain('Another process is writing to this data');

  const stranger = await redress(['import', '-', '--url', service.url, '--token', 'nobody'], input);
  expect(stranger).toMatchObject({ status: 1, out: '' });
  expect(stranger.err).toContain('auth.invalid');

  await service.stop('SIGTERM');
  const gone = await redress(['import', '-', ...through], input);
  expect(gone.status).toBe(1);
  expect(gone.err).toContain('cannot be reached');
});
