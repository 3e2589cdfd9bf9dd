import { mkdirSync } from 'node:fs';
import { readConfig } from '../../src/config.js';
import { commandId } from '../../src/domain/ids.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { outageSwitch } from '../../src/partners/simulated/outage.js';
import { openCore, serverOver } from '../../src/redress.js';
import { createLog } from '../../src/server/log.js';
import { parseOrder } from '../../src/server/wire/toOrder.js';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile } from '../../src/store/sqlite/open.js';
import { workFolder } from '../dataset.js';
import {
  APPLY_PATH,
  APPROVE_PATH,
  applyWire,
  approveWire,
  CALLBACK_PATH,
  LIST_PATH,
  listWire,
  paidWire,
  QUOTE_PATH,
  quoteWire,
  type Wire,
} from '../load/requests.js';
import { orderNoOf, ordinaryOrder } from '../orders.js';
import { voicesFor } from '../service.js';
import type { Echoed } from './echo.js';
import { pictureOf, tablesOf, type WrittenRow, writtenBetween } from './writtenRows.js';

/** What the product answers to each request of the benchmark, and what it writes to answer so. */
export interface Captured {
  readonly echoed: readonly Echoed[];
  readonly rows: { readonly apply: readonly WrittenRow[]; readonly approve: readonly WrittenRow[]; readonly paid: readonly WrittenRow[] };
}

const ORDERS = 40;
const LISTED = 30;

/**
 * Runs each request once through the product in this process, on a small file of its own and without jobs, so
 * that the difference between the files is what the command's own commit wrote.
 */
export async function capture(): Promise<Captured> {
  const directory = workFolder('captured');
  mkdirSync(directory, { recursive: true });
  const voices = await voicesFor(directory);
  const core = await openCore({ dataDirectory: directory, writer: 'inline' });
  const config = readConfig({ REDRESS_DATA: directory });
  const { app } = serverOver(core, config, createLog('silent'), { outage: outageSwitch(), alarmsRaised: new Map() });
  const reader = openConnection(databaseFile(directory), { readOnly: true });
  const tables = tablesOf(reader);

  const send = async (path: string, wire: Wire): Promise<{ echoed: Echoed; rows: WrittenRow[] }> => {
    const before = pictureOf(reader, tables);
    const echoed = await answerOf(app, path, wire);
    return { echoed, rows: writtenBetween(tables, before, pictureOf(reader, tables)) };
  };

  try {
    await putOrders(core, Date.now());
    const token = (index: number) => voices.buyers[index] ?? '';
    for (let index = 1; index <= LISTED; index++) await send(APPLY_PATH, applyWire(token(index), `other-${index}`, orderNoOf(index)));
    const apply = await send(APPLY_PATH, applyWire(token(0), 'captured-1-00000000', orderNoOf(0)));
    const { id } = JSON.parse(apply.echoed.body) as { id: string };
    const approve = await send(APPROVE_PATH, approveWire(voices.merchant, `captured-2-${id}`, id));
    const paid = await send(CALLBACK_PATH, paidWire(voices.gatewaySecret, id, Math.floor(Date.now() / 1_000)));
    const quote = await send(QUOTE_PATH, quoteWire(token(LISTED + 1), orderNoOf(LISTED + 1)));
    const list = await send(LIST_PATH, listWire(voices.merchant));
    return {
      echoed: [apply, approve, paid, quote, list].map(({ echoed }) => echoed),
      rows: { apply: apply.rows, approve: approve.rows, paid: paid.rows },
    };
  } finally {
    reader.close();
    await core.store.close();
  }
}

async function putOrders(core: Awaited<ReturnType<typeof openCore>>, now: number): Promise<void> {
  for (let index = 0; index < ORDERS; index++) {
    const order = parseOrder(JSON.parse(JSON.stringify(ordinaryOrder(index, now))));
    if (isRefusal(order)) throw new Error(`the order of the benchmark is refused: ${order.detail}`);
    const { shopId, orderNo, platform } = order;
    const id = commandId(crypto.randomUUID());
    const reply = await core.host.send(
      { id, book: { shopId, orderNo }, command: { kind: 'putOrder', order } },
      { role: 'platform', id: 'bench', platform },
    );
    if (reply.kind === 'refused') throw new Error(`the order of the benchmark is refused: ${reply.refusal.detail}`);
  }
}

/** Headers that node adds to every answer by itself. */
const ADDED = new Set(['content-length', 'date', 'connection', 'keep-alive']);

async function answerOf(
  app: { fetch: (request: Request) => Response | Promise<Response> },
  path: string,
  { method, path: sentTo, headers, body }: Wire,
): Promise<Echoed> {
  const sent = new Headers(headers.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
  if (method === 'POST') {
    sent.set('Content-Type', 'application/json');
    sent.set('Content-Length', String(body.length));
  }
  const request = new Request(`http://127.0.0.1${sentTo}`, { method, headers: sent, ...(method === 'POST' ? { body } : {}) });
  const response = await app.fetch(request);
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${method} ${sentTo} is answered ${response.status}: ${text}`);
  return {
    method,
    path,
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !ADDED.has(name))),
    body: text,
  };
}
