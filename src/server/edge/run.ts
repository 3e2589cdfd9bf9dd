import { hash } from 'node:crypto';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { Unavailable } from '../../actors/unavailable.js';
import { isRefusal, type Refusal, refuse } from '../../domain/refusals.js';
import { type Answer, isRefused, type Outcome } from '../answer.js';
import type { Endpoint } from '../endpoint.js';
import type { Metrics } from '../metrics.js';
import { refusedAnswer } from '../problem.js';
import type { Session, Sessions } from '../sessions.js';
import { type BodyLimits, readBytes, refuseByHeaders, textOf } from './body.js';
import { canonicalJson, parseJson } from './canonical.js';
import { commandIdOf, keyOf, requestHash, versionOf } from './keys.js';
import type { Rate, RateLimit } from './rateLimit.js';
import { requestIdOf } from './requestId.js';
import type { Shares, Slots } from './slots.js';

/** What every request passes through. */
export interface Edge {
  readonly sessions: Sessions;
  readonly slots: Slots;
  /** places of those who sign instead of bearing a token: nobody is known before their body is read, so they have their own */
  readonly signedSlots: Slots;
  /** requests under way by caller; of those who sign by address */
  readonly shares: Shares;
  readonly rateLimit: RateLimit;
  readonly rates: { readonly [role in Session['principal']['role']]: Rate };
  /** requests without a valid token, by the address that they come from */
  readonly strangers: Rate;
  readonly body: BodyLimits;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** milliseconds that never go back */
  readonly elapsed: () => number;
}

/** The connection, where there is one. */
export interface Bindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
  readonly outgoing?: { destroy(): void };
}

/**
 * Runs one operation for one request: place, token, rate, key, body, parse, handler, in this order, so that what
 * is refused costs as little as it can. Nothing is thrown out of here.
 */
export async function run(edge: Edge, endpoint: Endpoint, context: Context<{ Bindings: Bindings }>): Promise<Response> {
  const startedAt = edge.elapsed();
  const requestId = requestIdOf(context.req.header('x-request-id'));
  const slots = endpoint.unbounded === true ? undefined : endpoint.signed === true ? edge.signedSlots : edge.slots;
  if (slots?.enter() === false) return finish(edge, endpoint, requestId, startedAt, OVERLOADED);
  try {
    return finish(edge, endpoint, requestId, startedAt, await admitted(edge, endpoint, requestId, context));
  } catch (error) {
    return finish(edge, endpoint, requestId, startedAt, faultOf(edge, endpoint, requestId, error));
  } finally {
    slots?.leave();
  }
}

const OVERLOADED: Outcome = { refusal: refuse('service.overloaded', 'More requests are being worked on than the service takes at once.') };

/** Opens the session, looks whether the caller may come in now, and then goes on. */
async function admitted(edge: Edge, endpoint: Endpoint, requestId: string, context: Context<{ Bindings: Bindings }>): Promise<Outcome> {
  const opened = endpoint.access === 'open' ? undefined : edge.sessions.open(context.req.header('authorization'));
  const session = opened instanceof Promise ? await opened : opened;
  const address = `stranger/${context.env?.incoming?.socket?.remoteAddress ?? ''}`;
  const refusal = admission(edge, endpoint, session, address);
  if (refusal !== undefined) return refusal;
  if (isRefusal(session)) return { refusal: session };
  const [caller, most] = shareOf(edge, endpoint, session, address);
  if (most === 0) return outcomeOf(edge, endpoint, requestId, context, session);
  if (!edge.shares.enter(caller, most)) return session === undefined ? OVERLOADED : limited(LATER_MS);
  try {
    return await outcomeOf(edge, endpoint, requestId, context, session);
  } finally {
    edge.shares.leave(caller);
  }
}

/** How many requests of whom may be under way; 0 for no limit. Nobody holds every place by sending slowly what they send. */
function shareOf(edge: Edge, endpoint: Endpoint, session: Session | undefined, address: string): readonly [caller: string, most: number] {
  if (session !== undefined) return [session.caller, edge.rates[session.principal.role].perSecond];
  return [address, endpoint.signed === true ? Math.ceil(edge.signedSlots.limit / 2) : 0];
}

async function outcomeOf(
  edge: Edge,
  endpoint: Endpoint,
  requestId: string,
  context: Context<{ Bindings: Bindings }>,
  session: Session | undefined,
): Promise<Outcome> {
  const header = (name: string) => context.req.header(name);
  const request = context.req.raw;
  const looksAtAddress = endpoint.params !== undefined || endpoint.query !== undefined;
  if (looksAtAddress && !isDecodable(request.url))
    return { refusal: refuse('request.invalid', 'The address is not percent-encoded UTF-8.') };
  const key = endpoint.keyed ? keyOf(header('idempotency-key')) : undefined;
  if (isRefusal(key)) return { refusal: key };
  if (endpoint.keyed && key === undefined) {
    return {
      refusal: refuse('idempotency.missing', 'Name the command with an Idempotency-Key, so that a retry cannot do it twice.', {
        path: 'Idempotency-Key',
      }),
    };
  }
  const ifVersion = endpoint.matched ? versionOf(header('if-match')) : undefined;
  if (isRefusal(ifVersion)) return { refusal: ifVersion };

  const taken = await take(edge, endpoint, request, header);
  if (isRefusal(taken)) return { refusal: taken };
  const idempotency = key === undefined ? undefined : { key, hash: requestHash(request.method, context.req.path, taken.canonical()) };
  const outgoing = context.env?.outgoing;
  const outcome = await endpoint.run({
    session,
    requestId,
    commandId: commandIdOf(session?.caller ?? '', idempotency),
    ifVersion,
    idempotency,
    request,
    cut: outgoing === undefined ? undefined : () => outgoing.destroy(),
    params: endpoint.params === undefined ? undefined : context.req.param(),
    query: endpoint.query === undefined ? undefined : queryOf(context.req.queries()),
    body: taken.value,
  });
  return isRefusal(outcome) ? { refusal: outcome } : outcome;
}

/** Whether the session may use this entry point now: role, then rate. Strangers have a rate of their own, by address. */
function admission(edge: Edge, endpoint: Endpoint, session: Session | Refusal | undefined, address: string): Outcome | undefined {
  if (session === undefined && (endpoint.signed === true || endpoint.probe === true)) return undefined;
  if (session === undefined || isRefusal(session)) {
    const wait = edge.rateLimit.take(address, edge.strangers);
    if (wait !== 0) return limited(wait);
    return session === undefined ? undefined : { refusal: session };
  }
  if (session.principal.role !== endpoint.access) {
    return {
      refusal: refuse('auth.forbidden', `A token of role ${session.principal.role} may not use the entry point ${endpoint.access}.`),
    };
  }
  const wait = edge.rateLimit.take(session.caller, edge.rates[session.principal.role]);
  return wait === 0 ? undefined : limited(wait);
}

const LATER_MS = 1_000;
const limited = (retryAfterMs: number): Outcome => ({
  refusal: refuse('request.rateLimited', 'This caller sends more requests than it may, or has too many under way.'),
  retryAfterMs,
});

/** Left as it is, an address that cannot be decoded would name what another names once decoded: `%` and `%25`. */
function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

interface TakenIn {
  readonly value: unknown;
  /** what the hash of the request covers of its body */
  readonly canonical: () => string;
}
const NOTHING: TakenIn = { value: undefined, canonical: () => '' };
const JSON_TYPES = ['application/json'];

async function take(
  edge: Edge,
  { takes }: Endpoint,
  request: Request,
  header: (name: string) => string | undefined,
): Promise<TakenIn | Refusal> {
  if (takes.kind === 'nothing') return NOTHING;
  const limits = 'limitBytes' in takes && takes.limitBytes !== undefined ? { ...edge.body, bytes: takes.limitBytes } : edge.body;
  const unbounded = takes.kind === 'stream' ? { ...limits, bytes: Number.MAX_SAFE_INTEGER } : limits;
  const refusal = refuseByHeaders(header, takes.kind === 'json' ? JSON_TYPES : takes.types, unbounded);
  if (refusal !== undefined || takes.kind === 'stream') return refusal ?? NOTHING;
  const bytes = await readBytes(request, limits);
  if (isRefusal(bytes)) return bytes;
  if (takes.kind === 'bytes') return { value: bytes, canonical: () => hash('sha256', bytes) };
  const text = textOf(bytes);
  const parsed = isRefusal(text) ? text : parseJson(text);
  return isRefusal(parsed) ? parsed : { value: parsed.value, canonical: () => canonicalJson(parsed.value) };
}

/** Query parameters; one that is given twice stays a list, which no schema takes. */
function queryOf(given: Record<string, string[]>): { [name: string]: string | string[] } {
  const query: { [name: string]: string | string[] } = {};
  for (const [name, values] of Object.entries(given)) {
    const [only] = values;
    query[name === '__proto__' ? '__proto__ ' : name] = values.length === 1 && only !== undefined ? only : values;
  }
  return query;
}

function faultOf(edge: Edge, endpoint: Endpoint, requestId: string, error: unknown): Outcome {
  if (error instanceof Unavailable) {
    const code =
      error.reason === 'overloaded' ? 'service.overloaded' : error.reason === 'lost' ? 'service.outcomeUnknown' : 'service.unavailable';
    edge.log.warn({ requestId, operation: endpoint.operationId, reason: error.reason }, 'unavailable');
    return { refusal: refuse(code, 'The service cannot do this now; try again later.'), retryAfterMs: error.retryAfterMs };
  }
  edge.log.error({ requestId, operation: endpoint.operationId, error }, 'request failed');
  return { refusal: refuse('service.failed', 'The request failed for a reason of the service. The request id finds it in the log.') };
}

function finish(edge: Edge, endpoint: Endpoint, requestId: string, startedAt: number, outcome: Outcome): Response {
  const refused = isRefused(outcome);
  const code = refused ? outcome.refusal.code : outcome.headers['idempotency-replayed'] === undefined ? 'ok' : 'replayed';
  const answer = refused ? refusedAnswer(outcome, requestId) : outcome;
  const milliseconds = edge.elapsed() - startedAt;
  edge.metrics.answered(endpoint.counted, code, milliseconds / 1_000);
  if (edge.log.isLevelEnabled('debug')) {
    edge.log.debug(
      { requestId, operation: endpoint.operationId, status: answer.status, code, milliseconds: Math.round(milliseconds * 10) / 10 },
      'answered',
    );
  }
  return responseOf(answer, requestId);
}

/** The headers of an answer as every answer has them: never kept by caches, never taken for another type, with the request id. */
export const headersOf = ({ headers }: Pick<Answer, 'headers'>, requestId: string): { readonly [name: string]: string } => ({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  ...headers,
  'x-request-id': requestId,
});

/** The answer as a response; plain headers, which the server writes without a detour. */
export const responseOf = (answer: Answer, requestId: string): Response =>
  new Response(answer.body, { status: answer.status, headers: headersOf(answer, requestId) });
