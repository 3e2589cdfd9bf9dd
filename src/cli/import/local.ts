import { randomUUID } from 'node:crypto';
import { outcomeOfPut, type Reply } from '../../actors/ports.js';
import { commandId } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import { isRefusal, type Refusal } from '../../domain/refusals.js';
import type { Core } from '../../redress.js';
import type { Line } from '../../server/edge/lines.js';
import { parseOrder } from '../../server/wire/toOrder.js';
import type { LineResult } from './result.js';
import { jsonOf } from './source.js';

/** Imports lines into data that this process has opened; `window` of them are under way at once. Results keep the order of the lines. */
export async function* importInto(core: Pick<Core, 'host'>, lines: AsyncIterable<Line>, window: number): AsyncGenerator<LineResult> {
  const underWay: Promise<LineResult>[] = [];
  for await (const line of lines) {
    underWay.push(importLine(core, line));
    if (underWay.length < window) continue;
    const oldest = underWay.shift();
    if (oldest !== undefined) yield await oldest;
  }
  for (const result of underWay) yield await result;
}

async function importLine({ host }: Pick<Core, 'host'>, { number, text }: Line): Promise<LineResult> {
  const json = jsonOf(text);
  if (isRefusal(json)) return refused(number, json);
  const order = parseOrder(json.value);
  if (isRefusal(order)) return { ...namesIn(json.value), ...refused(number, order) };
  const { shopId, orderNo, platform } = order;
  const reply = await host.send(
    { id: commandId(randomUUID()), book: { shopId, orderNo }, command: { kind: 'putOrder', order } },
    { role: 'platform', id: 'import', platform },
  );
  return resultOf(number, order, reply);
}

function resultOf(line: number, { shopId, orderNo }: Order, reply: Reply): LineResult {
  if (reply.kind === 'refused') return { shopId, orderNo, ...refused(line, reply.refusal) };
  return { line, shopId, orderNo, outcome: outcomeOfPut(reply) };
}

/** As the service says it: a line of the wrong form is `import.lineInvalid`. */
function refused(line: number, { code: known, detail, path }: Refusal): LineResult {
  const code = known === 'request.invalid' ? 'import.lineInvalid' : known;
  return { line, outcome: 'refused', why: path === undefined ? { code, detail } : { code, detail, path } };
}

/** Shop and number of an order that is not valid, as far as it names them. */
function namesIn(value: unknown): Pick<LineResult, 'shopId' | 'orderNo'> {
  if (typeof value !== 'object' || value === null) return {};
  const shop = 'shopId' in value && typeof value.shopId === 'string' ? value.shopId : undefined;
  const order = 'orderNo' in value && typeof value.orderNo === 'string' ? value.orderNo : undefined;
  return { ...(shop === undefined ? {} : { shopId: shop }), ...(order === undefined ? {} : { orderNo: order }) };
}
