import { OpenAPIHono, z } from '@hono/zod-openapi';
import { REFUSALS, type RefusalCode } from '../domain/refusals.js';
import type { AnswerDocument, Endpoint, EndpointDocument, HeaderName, Taken } from './endpoint.js';
import { PROBLEM_TYPE } from './problem.js';
import { explained } from './wire/meanings/meanings.js';
import { problemView } from './wire/problem.js';
import { publishable } from './wire/publishable.js';

/** The OpenAPI 3.1 document: made of the very endpoints that are served. */

type Registry = OpenAPIHono['openAPIRegistry'];
type Route = Parameters<Registry['registerPath']>[0];

const INFO = {
  openapi: '3.1.0',
  info: {
    title: 'Redress',
    version: '1.0.0',
    summary: 'After-sale system for online shops: refunds, returns, exchanges, repairs and arbitration',
    description: [
      'Each role has an entry point of its own: `/v1/user`, `/v1/merchant`, `/v1/operations`, and `/v1/platform` for machines.',
      'Amounts are whole minor units with their currency; times are RFC 3339.',
      'Every write names itself with an `Idempotency-Key`: sent again with the same key, the same request gets the first answer and changes nothing.',
      'An order’s version is its `ETag`; a command with `If-Match` is refused where the order has changed since.',
      'Refusals are problems of RFC 9457 with stable codes.',
    ].join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'Quotes', description: 'What a selection would refund, cent by cent' },
    { name: 'After-sales', description: 'Applying, and seeing what became of it' },
    { name: 'Commands', description: 'One path per command; an after-sale lists those that it takes now' },
    { name: 'Orders', description: 'Forward orders: their units, what is free and what is left' },
    { name: 'Evidence', description: 'Photos, videos and documents' },
    { name: 'Events', description: 'Live changes by server-sent events' },
    { name: 'Operations', description: 'Templates, payouts in doubt, dead letters, goodwill, the sandbox' },
    { name: 'Platform', description: 'Orders and reports from machine to machine, callbacks of partners' },
    { name: 'Service', description: 'Health, metrics, this document' },
  ],
};

/** The whole document. Made when it is first asked for: it takes longer than everything else at the start. */
export function documentOf(endpoints: readonly Endpoint[]): object {
  const app = new OpenAPIHono();
  registerShared(app.openAPIRegistry);
  for (const endpoint of endpoints) register(app.openAPIRegistry, endpoint);
  return explained(publishable(app.getOpenAPI31Document(INFO))) as object;
}

/** Puts what all operations share into the document. */
function registerShared(registry: Registry): void {
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token with the claims `role`, `sub`, and `platform` or `shops` where the role needs them',
  });
  registry.registerComponent('securitySchemes', 'partnerSignature', {
    type: 'apiKey',
    in: 'header',
    name: 'Redress-Signature',
    description: '`t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` with the secret shared with the partner',
  });
  for (const [name, header] of Object.entries(HEADERS)) registry.registerComponent('headers', name, header);
}

/** Puts one operation into the document. */
function register(registry: Registry, endpoint: Endpoint): void {
  registry.registerPath({
    method: endpoint.method,
    path: endpoint.path,
    operationId: endpoint.operationId,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    security: endpoint.access === 'open' ? (endpoint.signed === true ? [{ partnerSignature: [] }] : []) : [{ bearer: [] }],
    request: requestOf(endpoint),
    responses: { ...answersOf(endpoint), ...problemsOf(endpoint) },
  });
}

const key = z
  .string()
  .min(1)
  .max(200)
  .openapi({ description: 'Names this command; a retry uses the same', example: 'b6b6f6a0-8c1e-4ed6-9d29-0c43d7d1c1aa' });
const match = z.string().optional().openapi({ description: 'The version that the caller has seen, as `ETag` gave it', example: '"7"' });

function requestOf(endpoint: EndpointDocument): NonNullable<Route['request']> {
  const headers = {
    ...(endpoint.keyed ? { 'Idempotency-Key': key } : {}),
    ...(endpoint.matched ? { 'If-Match': match } : {}),
    ...endpoint.headers,
  };
  return {
    ...(endpoint.params === undefined ? {} : { params: endpoint.params }),
    ...(endpoint.query === undefined ? {} : { query: endpoint.query }),
    ...(Object.keys(headers).length === 0 ? {} : { headers: z.object(headers) }),
    ...(endpoint.takes.kind === 'nothing' ? {} : { body: { required: true, content: contentOf(endpoint, endpoint.takes) } }),
  };
}

function contentOf(endpoint: EndpointDocument, takes: Exclude<Taken, { kind: 'nothing' }>) {
  const schema = endpoint.body ?? z.string().openapi({ format: 'binary' });
  const media = endpoint.bodyExample === undefined ? { schema } : { schema, example: endpoint.bodyExample };
  return takes.kind === 'json' ? { 'application/json': media } : Object.fromEntries(takes.types.map((type) => [type, media]));
}

const HEADERS: Record<
  HeaderName | 'X-Request-Id' | 'Retry-After' | 'WWW-Authenticate',
  { description: string; schema: { type: 'string' | 'integer' } }
> = {
  ETag: { description: 'The order’s version', schema: { type: 'string' } },
  'Idempotency-Replayed': { description: '`true` where this is the answer kept from the first time', schema: { type: 'string' } },
  Location: { description: 'Where the new object is', schema: { type: 'string' } },
  Link: { description: 'The next page, `rel="next"`', schema: { type: 'string' } },
  'X-Request-Id': { description: 'Finds the request in the log', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } },
  'WWW-Authenticate': { description: 'What kind of token is missing', schema: { type: 'string' } },
};
const headersOf = (names: readonly (keyof typeof HEADERS)[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

function answersOf(endpoint: EndpointDocument): Route['responses'] {
  return Object.fromEntries(Object.entries(endpoint.answers).map(([status, answer]) => [status, answerOf(answer)]));
}

function answerOf(answer: AnswerDocument) {
  const headers = headersOf([...(answer.headers ?? []), 'X-Request-Id']);
  if (answer.schema === undefined) return { description: answer.description, headers };
  const media = answer.example === undefined ? { schema: answer.schema } : { schema: answer.schema, example: answer.example };
  return { description: answer.description, headers, content: { [answer.type ?? 'application/json']: media } };
}

/** Refusals by the status they are answered with. */
function problemsOf(endpoint: EndpointDocument): Route['responses'] {
  const byStatus = new Map<number, RefusalCode[]>();
  for (const code of refusalsOf(endpoint)) byStatus.set(REFUSALS[code].status, [...(byStatus.get(REFUSALS[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => `\`${code}\`: ${REFUSALS[code].title}`).join('\n\n'),
          headers: headersOf([
            'X-Request-Id',
            ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
            ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
          ]),
          content: { [PROBLEM_TYPE]: { schema: problemView } },
        },
      ]),
  );
}

/** Every refusal that an operation can answer with: its own, and those of its kind. */
export function refusalsOf(endpoint: EndpointDocument): RefusalCode[] {
  const codes: RefusalCode[] = [...endpoint.refusals, 'service.failed'];
  if (endpoint.unbounded !== true) codes.push('service.overloaded', 'service.unavailable');
  if (endpoint.access !== 'open')
    codes.push('auth.missing', 'auth.invalid', 'auth.forbidden', 'request.rateLimited', 'service.unavailable');
  if (endpoint.access === 'open' && endpoint.signed !== true && endpoint.probe !== true) codes.push('request.rateLimited');
  if (endpoint.takes.kind !== 'nothing') codes.push('request.invalid', 'request.unsupportedType', 'request.tooLarge', 'request.timeout');
  if (endpoint.params !== undefined || endpoint.query !== undefined) codes.push('request.invalid');
  if (endpoint.keyed) codes.push('request.invalid', 'idempotency.missing', 'idempotency.reused', 'service.outcomeUnknown');
  if (endpoint.matched) codes.push('request.invalid', 'version.stale');
  return [...new Set(codes)];
}
