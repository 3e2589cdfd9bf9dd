import { z } from '@hono/zod-openapi';
import type { BookCommand } from '../../actors/command.js';
import { refuse } from '../../domain/refusals.js';
import { replied } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Call, type Endpoint, endpoint } from '../endpoint.js';
import { payoutInDoubt, viewPayoutInDoubt } from '../wire/lists.js';
import { plainReply } from '../wire/plainReply.js';
import { name, payoutKey } from '../wire/words.js';
import { envelope } from './envelope.js';
import { pageAnswer, pageOf, pageQuery, pageRequest } from './pages.js';
import { entryPath, operationId } from './paths.js';

type Parts = Pick<Dependencies, 'host' | 'reads' | 'settings'>;

const shared = { tag: 'Operations', access: 'operations' } as const;

/** `unknown` waits for its gateway, `declined` for a person or its next attempt. */
const DOUBTFUL = ['unknown', 'declined'] as const;

/** Payouts in doubt, and what a person can do about one that no after-sale waits for. */
export const payoutRoutes = (parts: Parts): Endpoint[] => [
  listRoute(parts),
  commandRoute(parts, 'retry', 'Send a payout again, or ask again for one of unknown outcome', z.strictObject({ payoutKey }), () => ({
    type: 'retry',
  })),
  commandRoute(
    parts,
    'anotherWay',
    'Send a declined payout another way',
    z
      .strictObject({ payoutKey, way: z.enum(['wallet', 'account']), account: name(200).optional() })
      .refine(({ way, account }) => (way === 'account') === (account !== undefined), {
        path: ['account'],
        message: 'expected an account exactly where the money goes to one',
      }),
    ({ way, account }) => ({ type: 'anotherWay', way, ...(account === undefined ? {} : { account }) }),
  ),
  commandRoute(
    parts,
    'paidByHand',
    'Say that a declined payout was made by hand',
    z.strictObject({ payoutKey, reference: name(200) }),
    ({ reference }) => ({ type: 'paidByHand', reference }),
  ),
];

function listRoute({ reads, settings }: Parts): Endpoint {
  return endpoint(
    {
      ...shared,
      method: 'get',
      path: entryPath('operations', 'payouts'),
      operationId: operationId('operations', 'listPayoutsInDoubt'),
      summary: 'List payouts in doubt: of unknown outcome, or declined',
      keyed: false,
      matched: false,
      takes: { kind: 'nothing' },
      query: z.strictObject({ state: z.enum(DOUBTFUL).optional(), ...pageQuery(settings.pageLimit) }),
      answers: { 200: { description: 'A part of the list, oldest first', schema: pageOf(payoutInDoubt, 'PayoutPage'), headers: ['Link'] } },
      refusals: [],
      counted: 'listPayoutsInDoubt',
    },
    async ({ query, request }) => {
      const states = query.state === undefined ? DOUBTFUL : [query.state];
      return pageAnswer(await reads.payoutsInDoubt(states, pageRequest(query, settings.pageLimit)), request.url, viewPayoutInDoubt);
    },
  );
}

type PayoutCommand = Extract<BookCommand, { kind: 'payout' }>['command'];

function commandRoute<B extends { readonly payoutKey: string }>(
  { host, reads }: Parts,
  word: PayoutCommand['type'],
  summary: string,
  body: z.ZodType<B>,
  commandOf: (body: B) => PayoutCommand,
): Endpoint {
  return endpoint(
    {
      ...shared,
      method: 'post',
      path: entryPath('operations', `payouts/${word}`),
      operationId: operationId('operations', `${word}OfPayout`),
      summary,
      description: 'For goodwill and late payments. Where an after-sale waits for the payout, the after-sale takes the command.',
      keyed: true,
      matched: true,
      takes: { kind: 'json' },
      body,
      answers: { 200: { description: 'It is done', schema: plainReply, headers: ['ETag', 'Idempotency-Replayed'] } },
      refusals: [
        'payout.notFound',
        'payout.contradicted',
        'command.notAllowed',
        'command.notYours',
        'command.payoutUnknown',
        'command.wayUnknown',
      ],
      counted: `payout.${word}`,
    },
    async (call: Call<undefined, undefined, B>) => {
      const found = await reads.findPayout(call.body.payoutKey);
      if (found === undefined) return { refusal: refuse('payout.notFound', 'There is no payout of this key.', { path: 'payoutKey' }) };
      const command = { kind: 'payout', payoutKey: call.body.payoutKey, command: commandOf(call.body) } as const;
      return replied(await host.send(envelope(call, found.book, command), call.principal));
    },
  );
}
