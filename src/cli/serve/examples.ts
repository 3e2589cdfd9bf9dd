import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandId } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import { isRefusal } from '../../domain/refusals.js';
import { shiftToYesterday } from '../../domain/shiftOrder.js';
import type { Core } from '../../redress.js';
import { parseOrder } from '../../server/wire/toOrder.js';
import { refusalText } from '../failure.js';

const FOLDER = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** One example order by the name of its file, with the times that the file has. */
export function readExample(file: string): Order {
  const order = parseOrder(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
  if (isRefusal(order)) throw new Error(`the example ${file} is refused with ${refusalText(order)}`);
  return order;
}

/** All example orders, in the order of their numbers. */
export const readExamples = (): Order[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map(readExample)
    .sort((a, b) => (a.orderNo < b.orderNo ? -1 : 1));

export interface LoadedExamples {
  readonly orders: readonly Order[];
  /** how many were not there before */
  readonly added: number;
}

/**
 * Puts the example orders that are not there yet, as delivered lately. One that is there is left as it is:
 * its times were reckoned when it came, and promises may rest on them.
 */
export async function loadExamples(core: Pick<Core, 'host' | 'store' | 'clock'>): Promise<LoadedExamples> {
  const orders = shiftToYesterday(readExamples(), core.clock.now());
  const added = await Promise.all(orders.map((order) => addExample(core, order)));
  return { orders, added: added.filter((isNew) => isNew).length };
}

async function addExample({ host, store }: Pick<Core, 'host' | 'store'>, order: Order): Promise<boolean> {
  const book = { shopId: order.shopId, orderNo: order.orderNo };
  if ((await store.reads.order(book)) !== undefined) return false;
  const reply = await host.send(
    { id: commandId(randomUUID()), book, command: { kind: 'putOrder', order } },
    { role: 'platform', id: 'examples', platform: order.platform },
  );
  if (reply.kind === 'refused') throw new Error(`the example ${order.orderNo} is refused with ${refusalText(reply.refusal)}`);
  return true;
}
