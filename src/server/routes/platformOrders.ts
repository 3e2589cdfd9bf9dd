import { z } from '@hono/zod-openapi';
import type { OrderReport } from '../../actors/command.js';
import { type BookKey, lineNo, tenderId } from '../../domain/ids.js';
import { isRefusal, type RefusalCode, refuse } from '../../domain/refusals.js';
import { type Outcome, replied } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import type { TokenHolder } from '../tokens.js';
import { selection } from '../wire/application.js';
import { orderBody } from '../wire/order.js';
import { plainReply } from '../wire/plainReply.js';
import { price } from '../wire/price.js';
import { toOrder } from '../wire/toOrder.js';
import { name, payoutKey, time } from '../wire/words.js';
import { envelope } from './envelope.js';
import { entryPath, operationId, orderParams } from './paths.js';

type Parts = Pick<Dependencies, 'host'>;

/** What a platform says of its orders. */
export const ORDER_REFUSALS: readonly RefusalCode[] = [
  'order.unbalanced',
  'order.currencyUnknown',
  'order.currencyMixed',
  'order.changed',
  'order.factContradicted',
  'order.lineNotFound',
  'order.tenderNotFound',
  'payout.notFound',
  'payout.contradicted',
  'order.notFound',
  'split.unbalanced',
  'command.notYours',
  'auth.forbidden',
];

const shared = { tag: 'Platform', access: 'platform', params: orderParams, takes: { kind: 'json' } } as const;

/** An order of another platform than the token's is refused: a platform speaks for itself. */
export const ofOwnPlatform = (order: { readonly platform: string }, principal: TokenHolder) =>
  principal.role === 'platform' && principal.platform === order.platform
    ? undefined
    : refuse('auth.forbidden', 'The order names another platform than the token.', { path: 'platform' });

/** Orders as platforms put them, and what platforms report of them. */
export const platformOrderRoutes = (parts: Parts): Endpoint[] => [putRoute(parts), ...linesRoutes(parts), movedRoute(parts)];

function putRoute({ host }: Parts): Endpoint {
  return endpoint(
    {
      ...shared,
      method: 'put',
      path: entryPath('platform', 'shops/{shopId}/orders/{orderNo}'),
      operationId: operationId('platform', 'putOrder'),
      summary: 'Put an order, or correct it',
      description: 'Idempotent by order and content: the same order again changes nothing. Amounts cannot change after a first after-sale.',
      keyed: false,
      matched: true,
      body: orderBody,
      answers: {
        200: { description: 'The order is as it was given', schema: plainReply, headers: ['ETag'] },
        201: { description: 'The order is new', schema: plainReply, headers: ['ETag', 'Location'] },
      },
      refusals: ORDER_REFUSALS,
      counted: 'putOrder',
    },
    async (call): Promise<Outcome> => {
      const order = toOrder(call.body, call.params);
      if (isRefusal(order)) return { refusal: order };
      const refusal = ofOwnPlatform(order, call.principal);
      if (refusal !== undefined) return { refusal };
      const reply = await host.send(envelope(call, call.params, { kind: 'putOrder', order }), call.principal);
      return replied(reply, reply.kind === 'done' && reply.status === 201 ? { location: orderPath(call.params) } : {});
    },
  );
}

const orderPath = (key: BookKey): string =>
  entryPath('platform', `orders/${encodeURIComponent(key.shopId)}/${encodeURIComponent(key.orderNo)}`);

const lines = z.strictObject({ lines: z.array(z.int().min(1).transform(lineNo)).min(1).max(1_000), at: time }).openapi('LinesReported');
const LINES_EXAMPLE = { lines: [1, 2], at: '2026-03-02T09:30:00Z' };
const LINES_REPORTED = [
  { type: 'shipped', verb: 'reportShipped', summary: 'Report that lines were shipped' },
  { type: 'delivered', verb: 'reportDelivered', summary: 'Report that lines were delivered' },
  { type: 'stopped', verb: 'reportStopped', summary: 'Report that lines will not be shipped' },
] as const;

const report = { ...shared, method: 'post', keyed: true, matched: true } as const;
const reported = { 200: { description: 'It is noted', schema: plainReply, headers: ['ETag', 'Idempotency-Replayed'] } } as const;
const reportPath = (word: string): string => entryPath('platform', `shops/{shopId}/orders/{orderNo}/${word}`);

const linesRoutes = ({ host }: Parts): Endpoint[] =>
  LINES_REPORTED.map(({ type, verb, summary }) =>
    endpoint(
      {
        ...report,
        path: reportPath(type),
        operationId: operationId('platform', verb),
        summary,
        body: lines,
        bodyExample: LINES_EXAMPLE,
        answers: reported,
        refusals: ['order.notFound', 'order.lineNotFound', 'order.factContradicted', 'command.notYours'],
        counted: type,
      },
      async (call) =>
        replied(await host.send(envelope(call, call.params, { kind: 'report', report: { type, ...call.body } }), call.principal)),
    ),
  );

const moved = z
  .strictObject({
    reference: name(200),
    amount: price,
    tenderId: name().transform(tenderId).optional(),
    payoutKey: payoutKey.optional(),
    units: z.strictObject({ claim: z.enum(['unit', 'money']), selection: selection.min(1) }).optional(),
  })
  .openapi('MovedElsewhere');

function movedRoute({ host }: Parts): Endpoint {
  return endpoint(
    {
      ...report,
      path: reportPath('moved-elsewhere'),
      operationId: operationId('platform', 'reportMovedElsewhere'),
      summary: 'Report money that went back outside Redress',
      description:
        'Before import, by a chargeback, at a marketplace’s own desk. It is posted against the same caps; a reference counts once. ' +
        'Where it stands for a payout that is still to be paid, name its key: that payout is settled by it, wholly or in part.',
      body: moved,
      bodyExample: { reference: 'chargeback-0001', amount: { amount: 1234, currency: 'CNY' }, tenderId: 'card-1' },
      answers: reported,
      refusals: MOVED_REFUSALS,
      counted: 'movedElsewhere',
    },
    async (call) => {
      const command = { kind: 'report', report: { type: 'movedElsewhere', ...call.body } as OrderReport } as const;
      return replied(await host.send(envelope(call, call.params, command), call.principal));
    },
  );
}

const MOVED_REFUSALS: readonly RefusalCode[] = [
  'order.notFound',
  'order.tenderNotFound',
  'order.lineNotFound',
  'order.currencyMixed',
  'amount.missing',
  'split.ambiguous',
  'split.notFound',
  'selection.repeated',
  'selection.tooMany',
  'selection.claimed',
  'selection.weightInvalid',
  'payout.notFound',
  'payout.contradicted',
  'cap.exceeded',
  'command.notYours',
];
