import { resolve } from 'node:path';
import type { Config } from '../../config.js';
import type { Order } from '../../domain/order.js';
import type { TokenHolder } from '../../server/tokens.js';
import { lengthText, priceText } from '../amounts.js';
import { indented, pairs } from '../table.js';
import type { Style } from '../terminal.js';
import type { FirstRefund, Shown } from './firstRefund.js';

/** What a service says of itself once it listens. */

export interface GivenToken {
  readonly holder: TokenHolder;
  readonly token: string;
}

/** Whom the tokens of the example orders are for: a buyer, a desk of all shops, the house, the platform's machine. */
export function exampleHolders(orders: readonly Order[], buyer: TokenHolder): readonly TokenHolder[] {
  const platform = orders[0]?.platform ?? 'demo';
  return [
    buyer,
    { role: 'merchant', id: 'desk-1', shops: [...new Set(orders.map(({ shopId }) => shopId))].sort() },
    { role: 'operations', id: 'operator-1' },
    { role: 'platform', id: 'oms-1', platform },
  ];
}

/** Where everything is, and that no real money moves. */
export function whereabouts(url: string, config: Config, style: Style): string[] {
  return [
    style.title(`Redress serves ${url}`),
    '',
    ...indented(
      pairs([
        ['API', `${url}/v1/user · /v1/merchant · /v1/operations · /v1/platform`],
        ['documentation', `${url}/docs`],
        ['OpenAPI', `${url}/openapi.json`],
        ['health', `${url}/healthz`],
        ['data', resolve(config.data)],
        ['partners', partnersText(config)],
        ...(config.sandbox ? [['sandbox', `POST ${url}/v1/operations/clock moves the clock: {"forward":"48h"}`] as const] : []),
      ]),
    ),
  ];
}

const partnersText = ({ gatewayUrl }: Config): string =>
  gatewayUrl === undefined
    ? 'payment gateway and carrier are simulated: no real money moves'
    : `payments are made by ${new URL(gatewayUrl).host}; the carrier is simulated`;

/** One token per role, each below whom it is for. */
export function tokenLines(given: readonly GivenToken[], lifetimeMs: number, style: Style): string[] {
  return [
    style.title(`Tokens, one per role, for ${lengthText(lifetimeMs)}`),
    ...given.flatMap(({ holder, token }) => ['', ...indented([`${holder.role}: ${heldBy(holder)}`, style.faint(token)])]),
  ];
}

function heldBy(holder: TokenHolder): string {
  switch (holder.role) {
    case 'user':
      return `${holder.buyerUid} of ${holder.platform}`;
    case 'merchant':
      return `${holder.id} of ${holder.shops.join(', ')}`;
    case 'platform':
      return `${holder.id} of ${holder.platform}`;
    default:
      return holder.id;
  }
}

/** Three lines to paste that take a refund through. */
export function refundLines(url: string, refund: FirstRefund, given: readonly GivenToken[], style: Style): string[] {
  const { order, line, amount, requests } = refund;
  const [apply, approve, look] = requests;
  const price = priceText(amount, order.currency);
  const curl = (shown: Shown) => curlLine(url, shown, given.find(({ holder }) => holder.role === shown.role)?.token ?? '');
  const step = (what: string, shown: Shown) => ['', style.title(what), curl(shown)];
  return [
    style.title('A refund in three lines to paste'),
    `Order ${order.orderNo}: one of ${line.quantity} (${line.name}) was missing, which makes ${price}.`,
    ...step('1. The buyer applies: the money is reserved, and the shop is asked.', apply),
    ...step('2. The shop approves: the refund goes to the payment gateway.', approve),
    ...step('3. Look at it: paid, with its timeline and its transfers.', look),
    '',
    `Everything about that order: redress show ${order.shopId} ${order.orderNo}`,
  ];
}

/** A request as a line for a POSIX shell. */
export function curlLine(url: string, { method, path, idempotencyKey, body }: Shown, token: string): string {
  const headers = [
    `Authorization: Bearer ${token}`,
    ...(idempotencyKey === undefined ? [] : [`Idempotency-Key: ${idempotencyKey}`]),
    ...(body === undefined ? [] : ['Content-Type: application/json']),
  ];
  return [
    `curl -sS -w '\\n' -X ${method} ${url}${path}`,
    ...headers.map((header) => `-H ${quoted(header)}`),
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
  ].join(' ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
