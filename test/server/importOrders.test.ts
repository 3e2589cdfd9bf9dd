import { describe, expect, it, vi } from 'vitest';
import { refuse } from '../../src/domain/refusals.js';
import { readLines } from '../../src/server/edge/lines.js';
import type { LineResult } from '../../src/server/routes/importOrders.js';
import { endpointOf, send } from './calls.js';
import { ORDER_BODY } from './samples.js';
import { done, world } from './world.js';

const order = (orderNo: string, change: object = {}): string => JSON.stringify({ shopId: 's1', orderNo, ...ORDER_BODY, ...change });
const resultsOf = (text: string): LineResult[] =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LineResult);

async function imported(lines: readonly string[], w = world()) {
  const response = await send(w, endpointOf(w, 'platformImportOrders'), { raw: lines.join('\n') });
  return { w, response, results: resultsOf(await response.text()) };
}

describe('an import', () => {
  it('gives one result per line, in their order, whatever becomes of each', async () => {
    const { response, results } = await imported([
      order('o1'),
      '',
      '{"shopId":',
      order('o2', { platform: 'beta' }),
      order('o3', { currency: 'ZZZ' }),
      order('o4', { surprise: 1 }),
      order('x'.repeat(6_000)),
      order('o5'),
    ]);
    expect(response.status).toBe(200);
    expect(results.map(({ line, orderNo, status, problem }) => [line, orderNo, status, problem?.code])).toEqual([
      [1, 'o1', 200, undefined],
      [3, undefined, 422, 'import.lineInvalid'],
      [4, 'o2', 403, 'auth.forbidden'],
      [5, 'o3', 422, 'order.currencyUnknown'],
      [6, 'o4', 422, 'import.lineInvalid'],
      [7, undefined, 413, 'request.tooLarge'],
      [8, 'o5', 200, undefined],
    ]);
    expect(results[4]?.problem?.errors).toEqual([{ path: 'surprise', message: 'There is no such field here.' }]);
  });

  it('tells a refusal of one order, and a fault of the service, beside the others', async () => {
    const w = world();
    w.replyWith(({ book }) => {
      if (book.orderNo === 'o2')
        return { kind: 'refused', refusal: refuse('order.changed', 'No.'), status: 409, body: '', replayed: false };
      if (book.orderNo === 'o3') throw new Error('a fault');
      return done({ version: 1 }, 201, 1);
    });
    const { results } = await imported(
      ['o1', 'o2', 'o3', 'o4'].map((orderNo) => order(orderNo)),
      w,
    );
    expect(results.map(({ status, version, problem }) => [status, version, problem?.code])).toEqual([
      [201, 1, undefined],
      [409, undefined, 'order.changed'],
      [500, undefined, 'service.failed'],
      [201, 1, undefined],
    ]);
  });

  it('has no more orders under way than its window, and waits for whoever reads the results', async () => {
    const w = world();
    let underWay = 0;
    let most = 0;
    let sent = 0;
    w.replyWith(async () => {
      underWay += 1;
      sent += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return done({ version: 1 });
    });
    let given = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          given += 1;
          if (given > 500) controller.close();
          else controller.enqueue(new TextEncoder().encode(`${order(`o${given}`)}\n`));
        },
      },
      { highWaterMark: 0 },
    );
    const endpoint = endpointOf(w, 'platformImportOrders');
    const token = await w.token({ role: 'platform', id: 'p1', platform: 'alpha' });
    const response = await w.app.request(
      new Request('http://localhost/v1/platform/orders/import', {
        method: endpoint.method.toUpperCase(),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
        body,
        duplex: 'half',
      } as RequestInit),
    );
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
    await reader.read();
    await vi.waitUntil(() => underWay === 0);
    expect(sent).toBeLessThan(20);
    let text = '';
    const decoder = new TextDecoder();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += decoder.decode(piece.value);
    expect(sent).toBe(500);
    expect(resultsOf(text).at(-1)?.line).toBe(500);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('lines', () => {
  it.each([
    ['ends without a newline', ['a\nb'], ['1 a', '2 b']],
    ['ends with a newline', ['a\nb\n'], ['1 a', '2 b']],
    ['has empty lines', ['\n\na\r\n \n'], ['3 a\r']],
    ['comes in small pieces', ['a', 'b\n', '', 'c', '\nd'], ['1 ab', '2 c', '3 d']],
    ['has a line that is too long', [`${'x'.repeat(12)}\nb`, 'b'], ['1 request.tooLarge', '2 bb']],
    ['has a line that is too long in small pieces', ['xxxxxx', 'xxxxxx', '\nb'], ['1 request.tooLarge', '2 b']],
  ])('of a stream that %s', async (_, pieces, expected) => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
    const lines: string[] = [];
    for await (const { number, text } of readLines(stream, 10)) lines.push(`${number} ${typeof text === 'string' ? text : text.code}`);
    expect(lines).toEqual(expected);
  });
});
