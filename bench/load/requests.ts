import { createHmac } from 'node:crypto';
import { applicationBody, paidBody, SHOP } from '../orders.js';

/** Requests as they go over the wire. The same bytes go to the product and to the limit that stands beside it. */

/** Who speaks: tokens by buyer, one of the merchant, and what the gateway signs with. */
export interface Voices {
  readonly buyers: readonly string[];
  readonly merchant: string;
  readonly platform: string;
  readonly gatewaySecret: string;
}

export interface Wire {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** The text of a request; everything in it is ASCII, so that characters are bytes. */
export function written({ method, path, headers, body }: Wire): string {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...headers];
  if (method === 'POST') lines.push('Content-Type: application/json', `Content-Length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const bearer = (token: string): string => `Authorization: Bearer ${token}`;
const keyed = (key: string): string => `Idempotency-Key: ${key}`;

export const APPLY_PATH = '/v1/user/after-sales';
export const QUOTE_PATH = '/v1/user/quotes';
export const LIST_PATH = '/v1/merchant/after-sales';
export const CALLBACK_PATH = '/v1/platform/callbacks/gateway';
/** Paths as Hono writes them, with the place of the id. */
export const APPROVE_PATH = '/v1/merchant/after-sales/:id/approve';

export const applyWire = (token: string, key: string, orderNo: string): Wire => ({
  method: 'POST',
  path: APPLY_PATH,
  headers: [bearer(token), keyed(key)],
  body: applicationBody(orderNo),
});

/** A command on an after-sale, by its buyer or by the merchant. */
const commandWire =
  (path: string) =>
  (token: string, key: string, afterSaleId: string, body = '{}'): Wire => ({
    method: 'POST',
    path: path.replace(':id', afterSaleId),
    headers: [bearer(token), keyed(key)],
    body,
  });

export const approveWire = commandWire(APPROVE_PATH);
export const withdrawWire = commandWire('/v1/user/after-sales/:id/withdraw');
export const noteWire = commandWire('/v1/user/after-sales/:id/note');

/** @param seconds since 1970, which the signature covers */
export function paidWire(secret: string, afterSaleId: string, seconds: number): Wire {
  const body = paidBody(afterSaleId);
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { method: 'POST', path: CALLBACK_PATH, headers: [`Redress-Signature: t=${seconds},v1=${mac}`], body };
}

export const quoteWire = (token: string, orderNo: string): Wire => ({
  method: 'POST',
  path: QUOTE_PATH,
  headers: [bearer(token)],
  body: applicationBody(orderNo),
});

export const listWire = (token: string): Wire => ({ method: 'GET', path: LIST_PATH, headers: [bearer(token)], body: '' });

export const orderWire = (token: string, orderNo: string): Wire => ({
  method: 'GET',
  path: `/v1/user/orders/${SHOP}/${orderNo}`,
  headers: [bearer(token)],
  body: '',
});
