import { REFUSALS, type Refusal, type RefusalCode } from '../domain/refusals.js';
import type { Answer, Refused } from './answer.js';

/** Problems of RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json';

/** Refusals that are worth the same request again after a while, and how long that is at least. */
const RETRY_AFTER_MS: { readonly [C in RefusalCode]?: number } = {
  'service.overloaded': 1_000,
  'service.unavailable': 2_000,
  'service.outcomeUnknown': 1_000,
  'request.rateLimited': 1_000,
};

/** Where a code is explained: a place on the service's own documentation page. */
export const problemType = (code: RefusalCode): string => `/docs#${code}`;

/** A refusal as a problem: `type`, `title`, `status`, `detail`, `code`, and where they are known `path`, `errors`, `facts`. */
export function problemOf(refusal: Refusal, requestId: string) {
  const { status, title } = REFUSALS[refusal.code];
  const { errors, ...facts } = refusal.facts ?? {};
  return {
    type: problemType(refusal.code),
    title,
    status,
    detail: refusal.detail,
    code: refusal.code,
    ...(refusal.path === undefined ? {} : { path: refusal.path }),
    ...(errors === undefined ? {} : { errors }),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
    requestId,
  };
}

/** The answer to a refusal, with `WWW-Authenticate` and `Retry-After` where they belong. */
export function refusedAnswer({ refusal, headers, retryAfterMs }: Refused, requestId: string): Answer {
  const { status } = REFUSALS[refusal.code];
  const wait = retryAfterMs ?? RETRY_AFTER_MS[refusal.code];
  return {
    status,
    headers: {
      ...headers,
      'content-type': PROBLEM_TYPE,
      ...(refusal.code === 'auth.missing' ? { 'www-authenticate': 'Bearer' } : {}),
      ...(refusal.code === 'auth.invalid' ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {}),
      ...(wait === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(wait / 1_000))) }),
    },
    body: JSON.stringify(problemOf(refusal, requestId)),
  };
}
