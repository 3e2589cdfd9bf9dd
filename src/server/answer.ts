import type { Reply } from '../actors/ports.js';
import type { Json, Refusal } from '../domain/refusals.js';

/** What an operation answers with, before request id and security headers are put on it. Header names are lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

/** A refusal on its way out, with how long to wait where waiting helps. */
export interface Refused {
  readonly refusal: Refusal;
  readonly headers?: { readonly [name: string]: string };
  readonly retryAfterMs?: number;
}

export type Outcome = Answer | Refused;

/** Whether an outcome is a refusal. */
export const isRefused = (outcome: Outcome): outcome is Refused => 'refusal' in outcome;

export const JSON_TYPE = 'application/json';
const JSON_HEADERS = { 'content-type': JSON_TYPE };

/** An entity tag is the book's version. */
export const etagOf = (version: number): string => `"${version}"`;

/** A JSON answer of text that is serialized already. */
export function jsonText(body: string, status = 200, headers?: { readonly [name: string]: string }): Answer {
  return { status, headers: headers === undefined ? JSON_HEADERS : { ...JSON_HEADERS, ...headers }, body };
}

/** A JSON answer. */
export const json = (value: Json | object, status = 200, headers?: { readonly [name: string]: string }): Answer =>
  jsonText(JSON.stringify(value), status, headers);

/** A view with its version as entity tag. */
export const versioned = <V extends { readonly version: number }>(view: V): Answer => json(view, 200, { etag: etagOf(view.version) });

/** What the host replied, with `ETag`, `Idempotency-Replayed` and the time to wait. */
export function replied(reply: Reply, headers: { readonly [name: string]: string } = {}): Outcome {
  const replay = reply.replayed ? { ...headers, 'idempotency-replayed': 'true' } : headers;
  if (reply.kind === 'done') return jsonText(reply.body, reply.status, { ...replay, etag: etagOf(reply.version) });
  const refused = { refusal: reply.refusal, headers: replay };
  return reply.retryAfterMs === undefined ? refused : { ...refused, retryAfterMs: reply.retryAfterMs };
}
