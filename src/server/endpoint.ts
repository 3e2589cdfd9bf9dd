import type { z } from 'zod';
import type { EntryPoint } from '../actors/principal.js';
import type { CommandId } from '../domain/ids.js';
import { type Json, type Refusal, type RefusalCode, refuse } from '../domain/refusals.js';
import type { Outcome } from './answer.js';
import { faultsOf } from './edge/faults.js';
import type { Session } from './sessions.js';
import type { TokenHolder } from './tokens.js';

/** What every call brings, whatever its operation takes. */
export interface Caller {
  /** who calls; `undefined` only where `access` is `open` */
  readonly session: Session | undefined;
  readonly requestId: string;
  /** the same for the same caller, key and request; else drawn at random */
  readonly commandId: CommandId;
  readonly ifVersion: number | undefined;
  readonly idempotency: { readonly key: string; readonly hash: string } | undefined;
  readonly request: Request;
  /** cuts the connection without an answer; absent in tests without a server */
  readonly cut: (() => void) | undefined;
}

/** A call as the handler gets it: everything is parsed. */
export interface Call<P, Q, B> extends Caller {
  readonly principal: TokenHolder;
  /** the caller's name, as `callerOf` writes it */
  readonly caller: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

/** How the body of an operation is taken in. */
export type Taken =
  /** none; one that is sent is not looked at */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'json'; readonly limitBytes?: number }
  /** whole, as bytes */
  | { readonly kind: 'bytes'; readonly types: readonly string[]; readonly limitBytes: number }
  /** by the handler itself, as it comes */
  | { readonly kind: 'stream'; readonly types: readonly string[] };

export interface AnswerDocument {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** `application/json` where nothing else is said */
  readonly type?: string;
  readonly headers?: readonly HeaderName[];
  readonly example?: Json | object;
}
export type HeaderName = 'ETag' | 'Idempotency-Replayed' | 'Location' | 'Link';

export interface EndpointDocument {
  readonly method: 'get' | 'post' | 'put';
  /** as OpenAPI writes it: `/v1/user/after-sales/{id}` */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: EntryPoint | 'open';
  /** whether an `Idempotency-Key` is demanded */
  readonly keyed: boolean;
  /** whether `If-Match` is looked at */
  readonly matched: boolean;
  readonly takes: Taken;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly bodyExample?: Json | object;
  readonly answers: { readonly [status: number]: AnswerDocument };
  /** refusals of its own, beside those that its kind always has */
  readonly refusals: readonly RefusalCode[];
  /** headers of its own */
  readonly headers?: { readonly [name: string]: z.ZodType };
  /** called by partners, who sign instead of bearing a token */
  readonly signed?: boolean;
  /** under which word metrics count it */
  readonly counted: string;
  /** no place among the requests in flight: health, and streams that are bounded otherwise */
  readonly unbounded?: boolean;
  /** asked again and again by what watches over the service: no rate holds it back */
  readonly probe?: boolean;
}

/** What arrived, not yet looked at. */
export interface Arrived extends Caller {
  readonly params: unknown;
  readonly query: unknown;
  /** parsed JSON, or bytes */
  readonly body: unknown;
}

/** An operation: its document, and what it does. */
export interface Endpoint extends EndpointDocument {
  run(arrived: Arrived): Promise<Outcome> | Refusal;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/**
 * Makes an operation of its document and its handler. Parameters, query and body are parsed by their schemas;
 * what does not fit is `request.invalid` with every field at fault.
 */
export function endpoint<D extends EndpointDocument>(
  document: D,
  handle: (
    call: Call<Parsed<D['params']>, Parsed<D['query']>, D['takes'] extends { kind: 'json' } ? Parsed<D['body']> : Uint8Array>,
  ) => Promise<Outcome>,
): Endpoint {
  return {
    ...document,
    run(arrived) {
      const params = parsed(document.params, arrived.params);
      const query = parsed(document.query, arrived.query);
      const body = document.takes.kind === 'json' ? parsed(document.body, arrived.body) : { data: arrived.body };
      if (params.error !== undefined || query.error !== undefined || body.error !== undefined) {
        return invalid([...faultsOf(params.error), ...faultsOf(query.error), ...faultsOf(body.error)]);
      }
      const { session, requestId, commandId, ifVersion, idempotency, request, cut } = arrived;
      if (session === undefined) throw new Error(`${document.operationId} was called without a session`);
      const { principal, caller } = session;
      const call = {
        session,
        requestId,
        commandId,
        ifVersion,
        idempotency,
        request,
        cut,
        principal,
        caller,
        params: params.data,
        query: query.data,
        body: body.data,
      };
      return handle(call as Parameters<typeof handle>[0]);
    },
  };
}

/** Makes an operation that anybody may call; it looks at what arrived by itself. */
export function openEndpoint(
  document: EndpointDocument & { readonly access: 'open' },
  handle: (arrived: Arrived) => Promise<Outcome>,
): Endpoint {
  return { ...document, run: handle };
}

const ABSENT: { data?: unknown; error?: z.ZodError | undefined } = {};

function parsed(schema: z.ZodType | undefined, value: unknown): { data?: unknown; error?: z.ZodError | undefined } {
  return schema === undefined ? ABSENT : schema.safeParse(value);
}

function invalid(faults: ReturnType<typeof faultsOf>): Refusal {
  const [first] = faults;
  const detail = first === undefined ? 'The request is not valid.' : `${first.path === '' ? 'The body' : first.path}: ${first.message}`;
  return refuse('request.invalid', detail, {
    ...(first === undefined || first.path === '' ? {} : { path: first.path }),
    facts: { errors: faults.map((fault) => ({ ...fault })) },
  });
}
