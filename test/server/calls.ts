import type { z } from 'zod';
import { REFUSALS, type RefusalCode } from '../../src/domain/refusals.js';
import { sign } from '../../src/server/edge/signatures.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import { refusalsOf } from '../../src/server/openapi.js';
import { problemView } from '../../src/server/wire/problem.js';
import { AFTER_SALE_ID, ORDER_BODY, TEMPLATE } from './samples.js';
import { HOLDERS, newKey, START, type World } from './world.js';

/** Requests that each operation takes, and answers held against what the document says of them. */

export interface Sending {
  readonly token?: string | undefined;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
  /** as it is, in place of JSON */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly path?: string;
  readonly method?: string;
}

const PARAMS: { readonly [name: string]: string } = {
  id: AFTER_SALE_ID,
  shopId: 's1',
  orderNo: 'o1',
  evidenceId: 'e1000000-0000-4000-8000-000000000001',
  partner: 'gateway',
};

export const pathOf = (endpoint: Pick<Endpoint, 'path'>): string =>
  endpoint.path.replaceAll(/\{(.+?)\}/g, (_, name: string) => PARAMS[name] ?? name);

const BODIES: { readonly [operationId: string]: unknown } = {
  platformPutOrder: ORDER_BODY,
  operationsPublishTemplate: TEMPLATE,
  operationsResumeDeadLetter: { key: 'dead' },
};

/** A body that the operation takes, with the headers that say so. */
export function rightBody(endpoint: Endpoint): { body?: string | Uint8Array<ArrayBuffer>; headers: Record<string, string> } {
  switch (endpoint.takes.kind) {
    case 'nothing':
      return { headers: {} };
    case 'json':
      return {
        body: JSON.stringify(BODIES[endpoint.operationId] ?? endpoint.bodyExample),
        headers: { 'content-type': 'application/json' },
      };
    case 'stream':
      return {
        body: `${JSON.stringify({ shopId: 's1', orderNo: 'o1', ...ORDER_BODY })}\n`,
        headers: { 'content-type': 'application/x-ndjson' },
      };
    default: {
      if (endpoint.signed !== true) return { body: 'content', headers: { 'content-type': endpoint.takes.types[0] ?? '' } };
      const body = JSON.stringify({ eventId: 'e1', type: 'payout.paid', payoutKey: 'p1', attempt: 1, reference: 'r1' });
      const signature = sign('the secret of the gateway, long enough', new TextEncoder().encode(body), START);
      return { body, headers: { 'content-type': 'application/json', 'redress-signature': signature } };
    }
  }
}

/** Sends a right request, changed as told. */
export async function send(world: World, endpoint: Endpoint, change: Sending = {}): Promise<Response> {
  const right = rightBody(endpoint);
  const token = 'token' in change ? change.token : endpoint.access === 'open' ? undefined : await world.token(HOLDERS[endpoint.access]);
  const body = change.raw ?? (change.body === undefined ? right.body : JSON.stringify(change.body));
  return world.app.request(change.path ?? pathOf(endpoint), {
    method: change.method ?? endpoint.method.toUpperCase(),
    headers: {
      ...right.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(endpoint.keyed ? { 'idempotency-key': newKey() } : {}),
      ...change.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}

/** Why an answer is not what the document says of the operation; empty where it is. */
export async function faultsOfAnswer(endpoint: Endpoint, response: Response): Promise<string[]> {
  const type = response.headers.get('content-type')?.split(';')[0];
  const faults = response.headers.get('x-request-id') === null ? ['no request id'] : [];
  const documented = endpoint.answers[response.status];
  if (type === 'application/problem+json') return [...faults, ...faultsOfProblem(endpoint, response.status, await response.json())];
  if (documented === undefined) return [...faults, `status ${response.status} is not documented`];
  for (const name of documented.headers ?? []) {
    if (name === 'ETag' && response.headers.get('etag') === null) faults.push('no ETag');
  }
  if (documented.type === 'application/x-ndjson') return [...faults, ...faultsOfLines(documented.schema, await response.text())];
  if (documented.type !== undefined) return documented.type === '*/*' || type === documented.type ? faults : [...faults, `type ${type}`];
  return [...faults, ...faultsOfValue(documented.schema, await response.json())];
}

const faultsOfLines = (schema: z.ZodType | undefined, text: string): string[] =>
  text
    .trim()
    .split('\n')
    .flatMap((line) => faultsOfValue(schema, JSON.parse(line)));

function faultsOfProblem(endpoint: Endpoint, status: number, body: unknown): string[] {
  const problem = problemView.safeParse(body);
  if (!problem.success) return [problem.error.message];
  const { code } = problem.data;
  const faults = refusalsOf(endpoint).includes(code) ? [] : [`${code} is not documented`];
  return REFUSALS[code].status === status ? faults : [...faults, `${code} came with ${status}`];
}

/** Schemas of answers leave unknown fields out of what they give; here they are faults. */
function faultsOfValue(schema: z.ZodType | undefined, value: unknown): string[] {
  const parsed = schema?.safeParse(value);
  if (parsed === undefined) return ['no schema'];
  if (!parsed.success) return [parsed.error.message];
  return sameJson(parsed.data, value) ? [] : [`fields that are not documented: ${JSON.stringify(value)}`];
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
};
const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

export async function codeOf(response: Response): Promise<RefusalCode | undefined> {
  const parsed = problemView.safeParse(await response.clone().json());
  return parsed.success ? parsed.data.code : undefined;
}

export function endpointOf(world: World, operationId: string): Endpoint {
  const found = world.endpoints.find((endpoint) => endpoint.operationId === operationId);
  if (found === undefined) throw new Error(`there is no ${operationId}`);
  return found;
}
