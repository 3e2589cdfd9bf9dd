import { randomUUID } from 'node:crypto';
import type { AfterSale } from '../../../src/actors/rows.js';
import type { Order } from '../../../src/domain/order.js';
import type { Random } from '../../../src/sim/random.js';
import type { Request } from '../client.js';
import { faultsOfBody } from '../contract.js';
import type { Operation } from '../document.js';
import { brokenHeaders, brokenIn, brokenPath, brokenText } from './breaks.js';
import { anOrder } from './deeds.js';
import { type Person, ROLES, type Town } from './town.js';
import { Values } from './values.js';

/** Requests as the document describes them, about something that is there, and what is broken of them. */

/** What a request is about: an order that is there, and an after-sale of it where there is one. */
export interface Subject {
  readonly order: Order | undefined;
  readonly afterSale: AfterSale | undefined;
}

export async function aSubject(town: Town, random: Random): Promise<Subject> {
  const record =
    town.afterSales.length > 0 && random.chance(3, 4) ? await town.recordOf(random.pick(town.afterSales.slice(-10))) : undefined;
  return { order: record?.order ?? anOrder(town, random), afterSale: record?.afterSale };
}

/** What the fields of a request about it say: shop and number together, its currency, its lines. */
function fieldsOf({ order, afterSale }: Subject, random: Random): ReadonlyMap<string, unknown> {
  if (order === undefined) return new Map();
  const line = random.pick(order.lines);
  return new Map<string, unknown>([
    ...Object.entries({ shopId: order.shopId, orderNo: order.orderNo, shop: order.shopId, order: order.orderNo }),
    ...Object.entries({
      currency: order.currency.code,
      lineNo: line.lineNo,
      lines: line.lineNo,
      sku: line.sku,
      promotionType: line.promotionType,
    }),
    ...Object.entries({ price: line.unitPrice, tenderId: order.tenders[0]?.id, evidence: undefined }),
    ...(afterSale === undefined ? [] : Object.entries({ id: afterSale.id, afterSaleId: afterSale.id })),
  ]);
}

export function personFor(town: Town, random: Random, { access }: Operation, { order }: Subject): Person | undefined {
  if (random.chance(1, 20)) return undefined;
  if (random.chance(1, 12)) return town.somebody(random, random.pick(ROLES));
  if (access === 'open' || access === 'signed') return undefined;
  return order !== undefined && random.chance(6, 7) ? town.concerned(random, access, order) : town.somebody(random, access);
}

/** A request for an operation as the document describes it. */
export function drawRequest(town: Town, random: Random, operation: Operation, subject: Subject, person: Person | undefined): Request {
  const values = new Values(random, town.seen, fieldsOf(subject, random));
  const of = (where: string) => operation.parameters.filter((parameter) => parameter.in === where);
  const path = operation.path.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    if (name === 'partner') return random.pick(['gateway', 'carrier', 'nobody']);
    const schema = of('path').find((parameter) => parameter.name === name)?.schema ?? {};
    return encodeURIComponent(String(values.of(schema, name)));
  });
  const chosen = (where: string) =>
    of(where).filter(({ required, name }) => required === true || random.chance(1, name === 'If-Match' ? 12 : 4));
  const query = chosen('query').map(
    ({ name, schema }) => `${name}=${encodeURIComponent(String(values.of(schema, name === 'cursor' ? 'next' : name)))}`,
  );
  const headers = Object.fromEntries(chosen('header').map(({ name, schema }) => [name.toLowerCase(), asHeader(values.of(schema, name))]));
  const [type] = Object.keys(operation.body);
  return {
    method: operation.method === 'GET' && random.chance(1, 30) ? 'HEAD' : operation.method,
    path: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers: {
      ...headers,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...('idempotency-key' in headers ? { 'idempotency-key': randomUUID() } : {}),
      ...(person === undefined ? {} : { authorization: `Bearer ${person.token}` }),
    },
    ...(type === undefined ? {} : { body: bodyOf(values, random, operation, type) }),
  };
}

/** What may stand in a header. */
const asHeader = (value: unknown): string => String(value).replaceAll(/[^\x20-\x7e]/g, '?');

function bodyOf(values: Values, random: Random, operation: Operation, type: string): string {
  const schema = operation.body[type]?.schema ?? {};
  if (!type.endsWith('json')) return 'content';
  const drawn = agreeing(random, values.of(schema));
  const faults = type === 'application/json' ? faultsOfBody(operation, type, drawn) : [];
  if (faults.length > 0) throw new Error(`a body for ${operation.operationId} was drawn of its schema, which refuses it: ${faults.join()}`);
  return type === 'application/x-ndjson' ? `${JSON.stringify(drawn)}\n` : JSON.stringify(drawn);
}

/** The body with its fields in agreement, where the document says so in words only. */
function agreeing(random: Random, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => agreeing(random, item));
  if (typeof value !== 'object' || value === null) return value;
  const body: Record<string, unknown> = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, agreeing(random, inner)]));
  if (random.chance(1, 10)) return body;
  const goesTo = body.to ?? body.way;
  if (goesTo === 'account') body.account ??= 'account-1';
  else if (goesTo === 'wallet' || goesTo === 'points') delete body.account;
  if (goesTo === 'points') body.points ??= 5;
  else if (typeof goesTo === 'string') delete body.points;
  if (typeof body.from === 'string' && typeof body.to === 'string' && body.from > body.to) [body.from, body.to] = [body.to, body.from];
  return body;
}

export function broken(random: Random, asked: Request): Request {
  switch (random.below(4)) {
    case 0:
      return { ...asked, path: brokenPath(random, asked.path) };
    case 1: {
      const headers = { ...asked.headers, ...brokenHeaders(random) };
      return {
        ...asked,
        headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
      };
    }
    case 2:
      return { ...asked, body: brokenText(random, typeof asked.body === 'string' ? asked.body : '{}') };
    default:
      return typeof asked.body === 'string' && asked.body.startsWith('{')
        ? { ...asked, body: JSON.stringify(brokenIn(random, JSON.parse(asked.body))) }
        : { ...asked, method: random.pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'HEAD']) };
  }
}
