import { z } from '@hono/zod-openapi';
import type { EntryPoint } from '../../actors/principal.js';
import { refuse } from '../../domain/refusals.js';
import { durationSchema, milliseconds } from '../../machines/duration.js';
import { json, replied } from '../answer.js';
import type { Dependencies } from '../dependencies.js';
import { type Endpoint, endpoint } from '../endpoint.js';
import type { Once } from '../once.js';
import { deadLetterView, viewDeadLetter } from '../wire/lists.js';
import { plainReply } from '../wire/plainReply.js';
import { price } from '../wire/price.js';
import { name, shown, shownTime, text } from '../wire/words.js';
import { envelope } from './envelope.js';
import { pageAnswer, pageOf, pageQuery, pageRequest } from './pages.js';
import { entryPath, operationId, orderParams } from './paths.js';

type Parts = Pick<Dependencies, 'host' | 'reads' | 'deadLetters' | 'sandbox' | 'clock' | 'settings'> & { readonly once: Once };

const OPERATIONS: EntryPoint = 'operations';
const shared = { tag: 'Operations', access: OPERATIONS, matched: false } as const;
const read = { ...shared, method: 'get', keyed: false, takes: { kind: 'nothing' } } as const;
const write = { ...shared, method: 'post', keyed: true, takes: { kind: 'json' } } as const;

/** What only the house does: dead letters, goodwill, the sandbox's clock and gateway. */
export const operationsRoutes = (parts: Parts): Endpoint[] => [
  deadLettersRoute(parts),
  resumeRoute(parts),
  goodwillRoute(parts),
  clockRoute(parts),
  gatewayRoute(parts),
];

function deadLettersRoute({ reads, settings }: Parts): Endpoint {
  return endpoint(
    {
      ...read,
      path: entryPath(OPERATIONS, 'dead-letters'),
      operationId: operationId(OPERATIONS, 'listDeadLetters'),
      summary: 'List the jobs that were given up',
      query: z.strictObject(pageQuery(settings.pageLimit)),
      answers: { 200: { description: 'A part of the list', schema: pageOf(deadLetterView, 'DeadLetterPage'), headers: ['Link'] } },
      refusals: [],
      counted: 'listDeadLetters',
    },
    async ({ query, request }) => pageAnswer(await reads.deadLetters(pageRequest(query, settings.pageLimit)), request.url, viewDeadLetter),
  );
}

function resumeRoute({ deadLetters, once, clock }: Parts): Endpoint {
  return endpoint(
    {
      ...write,
      path: entryPath(OPERATIONS, 'dead-letters/resume'),
      operationId: operationId(OPERATIONS, 'resumeDeadLetter'),
      summary: 'Put a job that was given up back to work',
      body: z.strictObject({ key: name(500) }),
      bodyExample: { key: 'payout:1:1' },
      answers: { 200: { description: 'It is queued', schema: plainReply, headers: ['Idempotency-Replayed'] } },
      refusals: ['job.notFound'],
      counted: 'resumeDeadLetter',
    },
    (call) =>
      once(call, async () => {
        const { key } = call.body;
        if (await deadLetters.resume(key, clock.now())) return json({ key, state: 'queued' });
        return { refusal: refuse('job.notFound', 'No job of this key was given up.', { path: 'key' }) };
      }),
  );
}

const goodwill = z
  .strictObject({
    amount: price,
    to: z.enum(['wallet', 'points', 'account']),
    points: z.int().min(1).optional().openapi({ description: 'How many, for `points`' }),
    account: name(200).optional().openapi({ description: 'Which one, for `account`' }),
    remark: text(),
  })
  .refine((body) => (body.to === 'points') === (body.points !== undefined), {
    path: ['points'],
    message: 'expected how many where it goes to points, and only there',
  })
  .refine((body) => (body.to === 'account') === (body.account !== undefined), {
    path: ['account'],
    message: 'expected which one where it goes to an account, and only there',
  })
  .openapi('GoodwillGiven');

function goodwillRoute({ host }: Parts): Endpoint {
  return endpoint(
    {
      ...write,
      matched: true,
      path: entryPath(OPERATIONS, 'orders/{shopId}/{orderNo}/goodwill'),
      operationId: operationId(OPERATIONS, 'giveGoodwill'),
      summary: 'Give money beyond the caps, from the platform’s account',
      params: orderParams,
      body: goodwill,
      bodyExample: { amount: { amount: 1000, currency: 'CNY' }, to: 'wallet', remark: 'For the trouble with the courier.' },
      answers: { 201: { description: 'It is on its way', schema: plainReply, headers: ['ETag', 'Idempotency-Replayed'] } },
      refusals: [
        'order.notFound',
        'order.currencyMixed',
        'goodwill.capExceeded',
        'command.notYours',
        'command.amountInvalid',
        'template.notFound',
      ],
      counted: 'goodwill',
    },
    async (call) => {
      const { amount, to, points, account, remark } = call.body;
      const command = {
        kind: 'goodwill',
        amount,
        to,
        remark,
        ...(points === undefined ? {} : { points }),
        ...(account === undefined ? {} : { account }),
      } as const;
      return replied(await host.send(envelope(call, call.params, command), call.principal));
    },
  );
}

/** RFC 3339 writes years with four digits; the longest deadline and its longest extension, 999999 days each, are left. */
const LAST_TIME = Date.UTC(4500, 0, 1);

function clockRoute({ sandbox, once }: Parts): Endpoint {
  return endpoint(
    {
      ...write,
      path: entryPath(OPERATIONS, 'clock'),
      operationId: operationId(OPERATIONS, 'moveClock'),
      summary: 'Move the sandbox’s clock forward',
      description: 'Deadlines that come by it are taken as if the time had passed. Refused outside the sandbox.',
      body: z.strictObject({ forward: durationSchema }),
      bodyExample: { forward: '48h' },
      answers: {
        200: {
          description: 'The time it is now',
          schema: z.object({ now: shownTime }).openapi('ClockMoved'),
          headers: ['Idempotency-Replayed'],
        },
      },
      refusals: ['sandbox.disabled'],
      counted: 'moveClock',
    },
    async (call) => {
      if (sandbox === undefined) return { refusal: refuse('sandbox.disabled', 'Start the service with --sandbox to move its clock.') };
      const by = milliseconds(call.body.forward);
      return once(call, async () => {
        if (sandbox.clock.now() + by <= LAST_TIME) return json({ now: shown(await sandbox.clock.forward(by)) });
        return { refusal: refuse('request.invalid', 'The clock goes no further than the year 4499.', { path: 'forward' }) };
      });
    },
  );
}

function gatewayRoute({ sandbox, once }: Parts): Endpoint {
  return endpoint(
    {
      ...write,
      path: entryPath(OPERATIONS, 'gateway'),
      operationId: operationId(OPERATIONS, 'switchGateway'),
      summary: 'Cut the sandbox’s gateway off, or let it answer again',
      description:
        'While it is off, half of the payments that are sent to it take effect, and none is answered. Refused outside the sandbox.',
      body: z.strictObject({ answers: z.boolean() }),
      bodyExample: { answers: false },
      answers: {
        200: {
          description: 'What it does now',
          schema: z.object({ answers: z.boolean() }).openapi('GatewaySwitched'),
          headers: ['Idempotency-Replayed'],
        },
      },
      refusals: ['sandbox.disabled'],
      counted: 'switchGateway',
    },
    async (call) => {
      if (sandbox === undefined) return { refusal: refuse('sandbox.disabled', 'Start the service with --sandbox to cut its gateway off.') };
      return once(call, async () => {
        const { answers } = call.body;
        sandbox.gateway.answers(answers);
        return json({ answers });
      });
    },
  );
}
