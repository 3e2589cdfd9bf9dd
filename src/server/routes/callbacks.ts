import { z } from '@hono/zod-openapi';
import { notThere } from '../../actors/authorize.js';
import type { Envelope, PayoutOutcome } from '../../actors/command.js';
import type { Reply } from '../../actors/ports.js';
import type { Principal } from '../../actors/principal.js';
import { afterSaleId } from '../../domain/ids.js';
import { isRefusal, refuse } from '../../domain/refusals.js';
import { json, type Outcome, replied } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { textOf } from '../edge/body.js';
import { canonicalJson, parseJson } from '../edge/canonical.js';
import { faultsOf } from '../edge/faults.js';
import { commandIdOf, requestHash } from '../edge/keys.js';
import { refuseSignature, SIGNATURE_HEADER } from '../edge/signatures.js';
import { type Arrived, type Endpoint, openEndpoint } from '../endpoint.js';
import { toCommand } from '../wire/commands.js';
import { name, payoutKey, uuid } from '../wire/words.js';

type Parts = Pick<Dependencies, 'host' | 'books' | 'reads' | 'partners' | 'settings' | 'wallClock'>;

const eventId = name(200);
const attempt = z.int().min(1);
const afterSale = uuid.transform(afterSaleId);
const parcel = { courier: name(100).optional(), trackingNo: name(100).optional() };

const callback = z
  .discriminatedUnion('type', [
    z.strictObject({ eventId, type: z.literal('payout.paid'), payoutKey, attempt, reference: name(200) }),
    z.strictObject({ eventId, type: z.literal('payout.declined'), payoutKey, attempt, code: name(100) }),
    z.strictObject({ eventId, type: z.literal('parcel.handedOver'), afterSaleId: afterSale, ...parcel }),
    z.strictObject({ eventId, type: z.literal('parcel.received'), afterSaleId: afterSale }),
    z.strictObject({ eventId, type: z.literal('parcel.delivered'), afterSaleId: afterSale }),
    z.strictObject({ eventId, type: z.literal('parcel.lost'), afterSaleId: afterSale }),
  ])
  .openapi('Callback', {
    example: {
      eventId: 'evt-0001',
      type: 'payout.paid',
      payoutKey: '0198c5a0-7c1e-7000-8000-000000000001:1:card-1',
      attempt: 1,
      reference: 'gw-0001',
    },
  });
type Callback = z.output<typeof callback>;
const takenView = z.object({ taken: z.literal(true) }).openapi('Taken');

const PARCEL_WORDS = {
  'parcel.handedOver': 'handOver',
  'parcel.received': 'received',
  'parcel.delivered': 'delivered',
  'parcel.lost': 'lost',
} as const;

/** Signed callbacks of gateways and carriers. Each event of a partner counts once, however often it is sent. */
export function callbackRoutes(parts: Parts): Endpoint[] {
  return [
    openEndpoint(
      {
        method: 'post',
        path: '/v1/platform/callbacks/{partner}',
        operationId: 'platformCallback',
        tag: 'Platform',
        summary: 'Take what a gateway or carrier has to say',
        description: `Signed with the secret shared with the partner: \`${SIGNATURE_HEADER}: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">\`.`,
        access: 'open',
        signed: true,
        keyed: false,
        matched: false,
        takes: { kind: 'bytes', types: ['application/json'], limitBytes: parts.settings.bodyLimitBytes },
        params: z.object({ partner: name(64) }),
        body: callback,
        headers: { [SIGNATURE_HEADER]: z.string() },
        answers: { 200: { description: 'It was taken, now or before', schema: takenView, headers: ['Idempotency-Replayed'] } },
        refusals: [
          'callback.invalid',
          'payout.notFound',
          'payout.contradicted',
          'afterSale.notFound',
          'command.notAllowed',
          'command.notYours',
          'idempotency.reused',
          'service.outcomeUnknown',
        ],
        counted: 'callback',
      },
      (arrived) => take(parts, arrived),
    ),
  ];
}

async function take(parts: Parts, { params, body, request }: Arrived): Promise<Outcome> {
  const { partner } = z.object({ partner: z.string() }).parse(params);
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  const known = parts.partners.get(partner);
  const signed = { header: request.headers.get(SIGNATURE_HEADER) ?? undefined, body: bytes, secret: known?.secret };
  const unsigned = refuseSignature(signed, parts.wallClock(), parts.settings.callbackToleranceMs);
  if (unsigned !== undefined || known === undefined)
    return { refusal: unsigned ?? refuse('callback.invalid', 'There is no such partner.') };
  const text = textOf(bytes);
  const json = isRefusal(text) ? text : parseJson(text);
  if (isRefusal(json)) return { refusal: json };
  const parsed = callback.safeParse(json.value);
  if (!parsed.success) {
    const errors = faultsOf(parsed.error).map((fault) => ({ ...fault }));
    return { refusal: refuse('request.invalid', 'The callback is not of a form that is known.', { facts: { errors } }) };
  }
  const idempotency = { key: `${partner}/${parsed.data.eventId}`, hash: requestHash('POST', partner, canonicalJson(json.value)) };
  const named = { id: commandIdOf(`partner/${partner}`, idempotency), idempotency };
  const principal: Principal = { role: 'system', part: known.says === 'payouts' ? 'payouts' : 'carriers' };
  if ('payoutKey' in parsed.data !== (known.says === 'payouts')) {
    return { refusal: refuse('command.notYours', `The partner ${partner} speaks only of ${known.says}.`, { path: 'type' }) };
  }
  return 'payoutKey' in parsed.data ? payoutResult(parts, parsed.data, named, principal) : parcelNews(parts, parsed.data, named, principal);
}

type Named = Pick<Envelope, 'id' | 'idempotency'>;

async function payoutResult(
  { host, reads }: Parts,
  said: Extract<Callback, { payoutKey: string }>,
  named: Named,
  principal: Principal,
): Promise<Outcome> {
  const found = await reads.findPayout(said.payoutKey);
  if (found === undefined) return { refusal: refuse('payout.notFound', 'There is no payout of this key.', { path: 'payoutKey' }) };
  const result: PayoutOutcome =
    said.type === 'payout.paid' ? { outcome: 'paid', reference: said.reference } : { outcome: 'declined', code: said.code, told: true };
  const command = { kind: 'payoutResult', payoutKey: said.payoutKey, attempt: said.attempt, result } as const;
  return toPartner(await host.send({ ...named, book: found.book, command }, principal));
}

async function parcelNews(
  { host, books }: Parts,
  said: Exclude<Callback, { payoutKey: string }>,
  named: Named,
  principal: Principal,
): Promise<Outcome> {
  const book = await books.findBookOf(said.afterSaleId);
  if (book === undefined) return { refusal: notThere('afterSale.notFound') };
  const { eventId: _, type, afterSaleId: id, ...news } = said;
  const command = { kind: 'afterSale', afterSaleId: id, command: toCommand(PARCEL_WORDS[type], news) } as const;
  return toPartner(await host.send({ ...named, book, command }, principal));
}

/** A partner learns that its event counts, and nothing of the case. */
function toPartner(reply: Reply): Outcome {
  if (reply.kind === 'done') return json({ taken: true }, 200, reply.replayed ? { 'idempotency-replayed': 'true' } : {});
  if (reply.refusal.code !== 'idempotency.reused') return replied(reply);
  const refusal = refuse('idempotency.reused', 'The event was told with other content before.', { path: 'eventId' });
  return replied({ ...reply, refusal });
}
