import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/server/endpoint.js';
import { Random } from '../../src/sim/random.js';
import { codeOf, endpointOf, send } from '../server/calls.js';
import { world } from '../server/world.js';
import { faultsOfBody } from './contract.js';
import { jsonBodyOf, named, OPERATIONS } from './document.js';
import { Seen, Values } from './fuzz/values.js';

/** Fields that callers must not set are refused wherever they stand, and what stands beside the body sets nothing. */

/** What would be worth setting, of the caller and of what is kept. */
const COVETED: readonly (readonly [name: string, value: unknown])[] = [
  ...(['role', 'principal', 'caller', 'applicant', 'by', 'actor'] as const).map((name) => [name, 'operations'] as const),
  ...(['platform', 'buyerUid', 'shops', 'sub', 'owner'] as const).map((name) => [name, 'alpha'] as const),
  ...(['state', 'status', 'chart', 'allowedCommands', 'kind', 'command'] as const).map((name) => [name, 'settled'] as const),
  ...(['version', 'refundId', 'decisionNo', 'attempt', 'posted', 'reserved', 'limit'] as const).map((name) => [name, 1] as const),
  ...(['id', 'afterSaleId', 'commandId', 'payoutKey', 'capKey', 'source', 'template'] as const).map((name) => [name, 'x'] as const),
  ...(['refundAmount', 'amounts', 'refund', 'paid', 'cap', 'extra'] as const).map(
    (name) => [name, { amount: 1, currency: 'CNY' }] as const,
  ),
  ...(['bearer', 'fault', 'internal', 'visibility', 'told', 'automatic', 'byExternal', 'now', 'at'] as const).map(
    (name) => [name, true] as const,
  ),
];

/** Every object within a value, with the value as it is when that object gets one more field. */
function* withField(value: unknown, name: string, given: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const changed of withField(item, name, given)) yield value.with(index, changed);
  } else if (typeof value === 'object' && value !== null) {
    if (!(name in value)) yield { ...value, [name]: given };
    for (const [inner, of] of Object.entries(value)) for (const changed of withField(of, name, given)) yield { ...value, [inner]: changed };
  }
}

const shared = world();
const right = (endpoint: Endpoint): unknown => endpoint.bodyExample ?? {};
const withJson = OPERATIONS.filter((operation) => jsonBodyOf(operation) !== undefined && operation.access !== 'signed');

describe('a field that is nobody’s to set', () => {
  it.each(named(withJson))('is refused by $name, however deep it stands, and nothing is sent on', async ({ operation }) => {
    const endpoint = endpointOf(shared, operation.operationId);
    const values = new Values(new Random(operation.operationId), new Seen(), new Map());
    const bodies = [right(endpoint), ...Array.from({ length: 3 }, () => values.of(jsonBodyOf(operation) ?? {}))];
    let tried = 0;
    for (const [index, [name, value]] of COVETED.entries()) {
      const changed = [...withField(bodies[index % bodies.length], name, value)];
      const body = changed[index % changed.length];
      // Where the document knows the field it is no stranger.
      if (changed.length === 0 || faultsOfBody(operation, 'application/json', body).length === 0) continue;
      tried += 1;
      const response = await send(shared, endpoint, { body });
      expect([JSON.stringify(body), response.status, await codeOf(response)]).toEqual([JSON.stringify(body), 400, 'request.invalid']);
    }
    expect(tried).toBeGreaterThan(COVETED.length / 2);
    expect(shared.sent).toEqual([]);
  });

  it('is named in the answer', async () => {
    const body = {
      shopId: 's1',
      orderNo: 'o1',
      type: 'refund',
      reason: 'r',
      claim: { kind: 'unit' },
      selection: [{ lineNo: 1, quantity: 1, state: 'free' }],
    };
    const response = await send(shared, endpointOf(shared, 'userApply'), { body });
    const { errors } = (await response.json()) as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toEqual(['selection[0].state']);
  });
});

describe('what stands beside the body', () => {
  const operations = OPERATIONS.filter(({ access, method }) => access !== 'open' && access !== 'signed' && method !== 'GET');
  it.each(named(operations))('does not change who calls $name, nor what is asked', async ({ operation }) => {
    const w = shared;
    w.sent.length = 0;
    const endpoint = endpointOf(w, operation.operationId);
    const path = `${operation.path.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => ({ shopId: 's1', orderNo: 'o1' })[name] ?? '0198c5a0-7c1e-7000-8000-000000000001')}`;
    const key = { 'idempotency-key': 'the-same' };
    await (await send(w, endpoint, { path, headers: key })).text();
    const plain = structuredClone(w.sent);
    w.sent.length = 0;
    const headers = {
      ...key,
      ...{ 'x-role': 'operations', 'x-user-id': 'bob', 'x-forwarded-for': '127.0.0.1', 'x-http-method-override': 'DELETE' },
      ...{ 'x-original-url': '/v1/operations/clock', 'x-rewrite-url': '/v1/operations/clock', cookie: 'role=operations' },
    };
    await (await send(w, endpoint, { path: `${path}?role=operations&buyerUid=bob&shopId=s2&state=settled`, headers })).text();
    const told = w.sent.map(({ envelope, principal }) => ({ principal, book: envelope.book, command: envelope.command }));
    expect(told).toEqual(plain.map(({ envelope, principal }) => ({ principal, book: envelope.book, command: envelope.command })));
  });
});
