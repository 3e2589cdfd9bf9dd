import { z } from '@hono/zod-openapi';
import { ENTRY_POINTS, type EntryPoint } from '../../actors/principal.js';
import { isRefusal } from '../../domain/refusals.js';
import { json, versioned } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import { listedOrder, listOrder } from '../wire/lists.js';
import { orderView } from '../wire/views.js';
import { name } from '../wire/words.js';
import { pageAnswer, pageOf, pageQuery, pageRequest } from './pages.js';
import { entryPath, operationId, orderParams } from './paths.js';
import { visibleTo } from './visible.js';

type Parts = Pick<Dependencies, 'host' | 'reads' | 'settings'>;

/** Lists of orders, and one with what is free and left of each unit. */
export const orderRoutes = (parts: Parts): Endpoint[] =>
  ENTRY_POINTS.flatMap((entry) => [listRoute(entry, parts), orderRoute(entry, parts)]);

function listRoute(entry: EntryPoint, { reads, settings }: Parts): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: entryPath(entry, 'orders'),
      operationId: operationId(entry, 'listOrders'),
      tag: 'Orders',
      summary: 'List orders, newest first',
      access: entry,
      keyed: false,
      matched: false,
      takes: { kind: 'nothing' },
      query: z.strictObject({ shop: name().optional(), order: name().optional(), ...pageQuery(settings.pageLimit) }),
      answers: { 200: { description: 'A part of the list', schema: pageOf(listedOrder, 'OrderPage'), headers: ['Link'] } },
      refusals: [],
      counted: 'listOrders',
    },
    async ({ principal, query, request }) => {
      const visible = visibleTo(principal, query.shop);
      if (visible === undefined) return json({ items: [], next: null });
      const filter = query.order === undefined ? visible : { ...visible, orderNo: query.order };
      return pageAnswer(await reads.listOrders(filter, pageRequest(query, settings.pageLimit)), request.url, listOrder);
    },
  );
}

function orderRoute(entry: EntryPoint, { host }: Parts): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: entryPath(entry, 'orders/{shopId}/{orderNo}'),
      operationId: operationId(entry, 'getOrder'),
      tag: 'Orders',
      summary: 'Show one order: units free and left, after-sales, and what may be applied for',
      access: entry,
      keyed: false,
      matched: false,
      takes: { kind: 'nothing' },
      params: orderParams,
      answers: { 200: { description: 'The order', schema: orderView, headers: ['ETag'] } },
      refusals: ['order.notFound'],
      counted: 'getOrder',
    },
    async ({ principal, params }) => {
      const view = await host.order(params, principal);
      return isRefusal(view) ? { refusal: view } : versioned(view);
    },
  );
}
