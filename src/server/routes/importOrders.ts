import { z } from '@hono/zod-openapi';
import { outcomeOfPut } from '../../actors/ports.js';
import { orderNo, shopId } from '../../domain/ids.js';
import { isRefusal, type Refusal, refuse } from '../../domain/refusals.js';
import { isRefused, replied } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { parseJson } from '../edge/canonical.js';
import { commandIdOf } from '../edge/keys.js';
import { readLines } from '../edge/lines.js';
import { createSlots } from '../edge/slots.js';
import { type Call, type Endpoint, endpoint } from '../endpoint.js';
import { problemOf } from '../problem.js';
import { importedOrder } from '../wire/order.js';
import { problemView } from '../wire/problem.js';
import { parseOrder } from '../wire/toOrder.js';
import { name } from '../wire/words.js';
import { entryPath, operationId } from './paths.js';
import { ORDER_REFUSALS, ofOwnPlatform } from './platformOrders.js';

type Parts = Pick<Dependencies, 'host' | 'settings' | 'log'>;
type ImportCall = Pick<Call<undefined, undefined, unknown>, 'principal' | 'requestId' | 'request'>;

const NDJSON = 'application/x-ndjson';

const lineResult = z
  .object({
    line: z.int().openapi({ description: 'From 1' }),
    shopId: z.string().optional(),
    orderNo: z.string().optional(),
    status: z.int(),
    outcome: z.enum(['new', 'changed', 'unchanged', 'refused']),
    version: z.int().optional(),
    problem: problemView.optional(),
  })
  .openapi('ImportedLine', { example: { line: 1, shopId: 'shop-1', orderNo: '20260301-0001', status: 201, outcome: 'new', version: 1 } });
export type LineResult = z.output<typeof lineResult>;

/** Import of many orders in one request: a result per line, as they are decided, in the order of the lines. */
export function importRoutes(parts: Parts): Endpoint[] {
  const slots = createSlots(parts.settings.imports);
  return [
    endpoint(
      {
        method: 'post',
        path: entryPath('platform', 'orders/import'),
        operationId: operationId('platform', 'importOrders'),
        tag: 'Platform',
        summary: 'Import orders, one JSON object per line',
        description:
          'Results come back while lines are read, one per line and in their order; a reader that is slow slows the import down. Each order stands or falls alone; sending the same again changes nothing. An import of which nothing comes for a while ends with the lines that came.',
        access: 'platform',
        keyed: false,
        matched: false,
        takes: { kind: 'stream', types: [NDJSON] },
        body: importedOrder,
        answers: { 200: { description: 'One result per line', type: NDJSON, schema: lineResult } },
        refusals: [...ORDER_REFUSALS, 'import.lineInvalid'],
        counted: 'importOrders',
      },
      async ({ principal, requestId, request }) => {
        if (!slots.enter()) return { refusal: refuse('service.overloaded', 'As many imports are under way as the service takes at once.') };
        const body = resultStream(parts, { principal, requestId, request }, () => slots.leave());
        return { status: 200, headers: { 'content-type': NDJSON }, body };
      },
    ),
  ];
}

/** `onEnd` is called once: with the last result, or when nobody wants more. */
function resultStream(parts: Parts, call: ImportCall, onEnd: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const results = importLines(parts, call);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await results.next();
      if (done !== true) {
        controller.enqueue(encoder.encode(value));
        return;
      }
      controller.close();
      onEnd();
    },
    async cancel() {
      onEnd();
      await results.return(undefined);
    },
  });
}

/** Text of results, some lines at a time: a window of orders is under way at once, so that their commits can be grouped. */
async function* importLines(parts: Parts, call: ImportCall): AsyncGenerator<string, undefined> {
  const { body } = call.request;
  if (body === null) return;
  const { importWindow, importLineLimitBytes, bodyTimeoutMs } = parts.settings;
  let underWay: Promise<LineResult>[] = [];
  try {
    for await (const { number, text } of readLines(body, importLineLimitBytes, bodyTimeoutMs)) {
      underWay.push(importLine(parts, call, number, text));
      if (underWay.length < importWindow) continue;
      const half = underWay.splice(0, Math.ceil(importWindow / 2));
      yield written(await Promise.all(half));
    }
  } catch (error) {
    parts.log.info({ requestId: call.requestId, error }, 'import broke off');
  }
  const rest = underWay;
  underWay = [];
  if (rest.length > 0) yield written(await Promise.all(rest));
}

const written = (results: readonly LineResult[]): string => results.map((result) => `${JSON.stringify(result)}\n`).join('');

/** Imports one line. Faults of the service are results too: the stream has begun, and other lines go on. */
async function importLine({ host, log }: Parts, call: ImportCall, line: number, text: string | Refusal): Promise<LineResult> {
  const refused = (refusal: Refusal, names: Names = {}): LineResult => {
    const problem = problemOf(refusal, call.requestId);
    return { line, ...names, status: problem.status, outcome: 'refused', problem: problem as LineResult['problem'] };
  };
  let names: Names = {};
  try {
    const json = isRefusal(text) ? text : parseJson(text);
    if (isRefusal(json)) return refused(ofLine(json));
    const order = parseOrder(json.value);
    if (isRefusal(order)) return refused(ofLine(order), namesIn(json.value));
    names = { shopId: order.shopId, orderNo: order.orderNo };
    const foreign = ofOwnPlatform(order, call.principal);
    if (foreign !== undefined) return refused(foreign, names);
    const book = { shopId: shopId(order.shopId), orderNo: orderNo(order.orderNo) };
    const reply = await host.send({ id: commandIdOf('', undefined), book, command: { kind: 'putOrder', order } }, call.principal);
    const outcome = replied(reply);
    if (isRefused(outcome)) return refused(outcome.refusal, names);
    if (reply.kind !== 'done') throw new Error('an outcome that is no refusal has a reply that is one');
    return { line, ...names, status: outcome.status, outcome: outcomeOfPut(reply), version: reply.version };
  } catch (error) {
    log.error({ requestId: call.requestId, error }, 'import of a line failed');
    return refused(refuse('service.failed', 'The line failed for a reason of the service.'), names);
  }
}

type Names = Pick<LineResult, 'shopId' | 'orderNo'>;

const namesOfLine = z.object({ shopId: name().optional().catch(undefined), orderNo: name().optional().catch(undefined) });

/** The order that a refused line names, as far as it does: who sent it need not count lines to find it. */
const namesIn = (json: unknown): Names => namesOfLine.safeParse(json).data ?? {};

/** What is wrong with the form of a line is `import.lineInvalid`, with the fields at fault. */
const ofLine = (refusal: Refusal): Refusal => (refusal.code === 'request.invalid' ? { ...refusal, code: 'import.lineInvalid' } : refusal);
