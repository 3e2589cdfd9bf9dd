import { once } from 'node:events';
import { request } from 'node:http';
import { importedOrder } from '../orders.js';
import type { Voices } from './requests.js';

/** Orders sent as one import, line by line, as fast as they are taken. */
export interface Imported {
  readonly perSecond: number;
  /** lines that were not answered with 201, and the first of them */
  readonly wrong: number;
  readonly firstWrong: string | null;
}

const LINES_PER_WRITE = 64;

/** @param prefix how the numbers of the orders begin; no order of this number may be there */
export async function importOrders(port: number, voices: Voices, prefix: string, count: number): Promise<Imported> {
  const now = Date.now();
  const lines = Array.from({ length: count }, (_, index) => `${JSON.stringify(importedOrder(prefix, index, now))}\n`);
  const parts = Array.from({ length: Math.ceil(count / LINES_PER_WRITE) }, (_, part) =>
    Buffer.from(lines.slice(part * LINES_PER_WRITE, (part + 1) * LINES_PER_WRITE).join('')),
  );
  const startedAt = performance.now();
  const sent = request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/v1/platform/orders/import',
    headers: { authorization: `Bearer ${voices.platform}`, 'content-type': 'application/x-ndjson' },
  });
  const results = new Promise<string>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve(text));
      response.once('error', reject);
    });
  });
  for (const part of parts) if (!sent.write(part)) await once(sent, 'drain');
  sent.end();
  const text = await results;
  const seconds = (performance.now() - startedAt) / 1_000;
  const wrong = text.split('\n').filter((line) => line !== '' && !line.includes('"status":201'));
  const answered = text.split('\n').length - 1;
  if (answered !== count) throw new Error(`${count} orders were sent and ${answered} answered: ${text.slice(0, 500)}`);
  return { perSecond: (count - wrong.length) / seconds, wrong: wrong.length, firstWrong: wrong[0] ?? null };
}
