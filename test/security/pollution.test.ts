import { afterAll, describe, expect, it } from 'vitest';
import { codeOf, endpointOf, send } from '../server/calls.js';
import { world } from '../server/world.js';
import { RATES_OFF, runningService } from '../stories/service.js';
import { photo, yuan } from '../stories/sketches.js';
import { tell } from '../stories/story.js';
import { jsonBodyOf, named, OPERATIONS } from './document.js';

/** Names that objects have from their prototype: as fields they are refused, as what somebody calls something they are words like others. */

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'];
const BEFORE = JSON.stringify(Object.getOwnPropertyNames(Object.prototype).sort());
afterAll(() => {
  expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype).sort())).toBe(BEFORE);
  expect(Reflect.get({}, 'role')).toBeUndefined();
});

const shared = world();

describe('a field of the name of a prototype', () => {
  it.each(named(OPERATIONS.filter((operation) => jsonBodyOf(operation) !== undefined && operation.access !== 'signed')))(
    'is refused by $name',
    async ({ operation }) => {
      const endpoint = endpointOf(shared, operation.operationId);
      const right = JSON.stringify(endpoint.bodyExample ?? {});
      const bodies = NAMES.flatMap((name) => [
        right.replace('{', `{"${name}":{"role":"operations"}${right.startsWith('{}') ? '' : ','}`),
        right.replace('{', `{"\\u005f${name.slice(1)}":1${right.startsWith('{}') ? '' : ','}`),
      ]);
      for (const raw of bodies) {
        const response = await send(shared, endpoint, { raw });
        expect([raw, response.status, await codeOf(response)]).toEqual([raw, 400, 'request.invalid']);
      }
      expect(shared.sent).toEqual([]);
    },
  );

  it.each(NAMES)('%s in a query is refused or not looked at, and pollutes nothing', async (name) => {
    const listed = await send(shared, endpointOf(shared, 'userListOrders'), { path: `/v1/user/orders?${name}=x&${name}[role]=operations` });
    expect([listed.status, await codeOf(listed)]).toEqual([400, 'request.invalid']);
    expect(Reflect.get({}, 'role')).toBeUndefined();
  });

  it.each(NAMES)('%s in a line of an import is the fault of that line', async (name) => {
    const raw = `{"${name}":{"a":1},"shopId":"s1"}\n`;
    const response = await send(shared, endpointOf(shared, 'platformImportOrders'), { raw });
    expect(JSON.parse(await response.text())).toMatchObject({ line: 1, problem: { code: 'import.lineInvalid' } });
  });

  it.each(NAMES)('%s as partner, command, job, cursor or payout is none that is there', async (name) => {
    const w = shared;
    const path = `/v1/platform/callbacks/${name}`;
    expect(await codeOf(await send(w, endpointOf(w, 'platformCallback'), { path }))).toBe('callback.invalid');
    const command = await w.app.request(`/v1/user/after-sales/0198c5a0-7c1e-7000-8000-000000000001/${name}`, { method: 'POST' });
    expect(command.status).toBe(404);
    expect(await codeOf(await send(w, endpointOf(w, 'operationsResumeDeadLetter'), { body: { key: name } }))).toBe('job.notFound');
    expect(await codeOf(await send(w, endpointOf(w, 'operationsRetryOfPayout'), { body: { payoutKey: name } }))).toBe('payout.notFound');
    expect((await w.app.request(`/v1/${name}/orders`)).status).toBe(404);
  });
});

const running = runningService(RATES_OFF);

describe('an order in which everything is called so', () => {
  it.each(NAMES.slice(0, 4))('%s goes through a return, an exchange and goodwill, and keeps every promise', async (name) => {
    const story = await tell(running(), {
      shopId: name,
      lines: [
        { sku: name, promotionType: name, category: name, price: 900, quantity: 3 },
        { sku: 'plain', price: 500, quantity: 2 },
      ],
      off: [{ amount: 100 }],
      freight: 300,
      tenders: [
        { id: name, kind: 'card', amount: 3_000 },
        { id: `${name}2`, kind: 'wallet', amount: 900 },
      ],
    });
    const given = await story.apply({
      type: 'return',
      reason: 'other',
      wayBack: { kind: 'courier', courier: name, trackingNo: name },
      selection: [{ sku: name, promotionType: name, quantity: 1 }],
      evidence: [photo(name)],
    });
    await given.give('merchant', 'approve');
    await given.give('merchant', 'received');
    await given.becomes('returning.inspecting');
    await given.give('merchant', 'inspect', { result: 'all', sellable: true });
    await given.becomes('completed');
    const exchanged = await story.apply({
      type: 'exchange',
      reason: 'other',
      wanted: { sku: name },
      wayBack: { kind: 'counter', counter: name },
      selection: [{ lineNo: 2, quantity: 1 }],
    });
    await exchanged.give('merchant', 'approve', { price: yuan(700) });
    const goodwill = { amount: yuan(50), to: 'account', account: name, remark: name };
    const path = `orders/${encodeURIComponent(name)}/${story.key.orderNo}/goodwill`;
    expect((await story.send('operations', 'POST', path, { body: goodwill })).status).toBe(201);
    const moved = await story.report('moved-elsewhere', { reference: name, amount: yuan(10), tenderId: name });
    expect([moved.status, moved.text]).toEqual([200, moved.text]);
    expect((await story.send('user', 'GET', `orders?order=${story.key.orderNo}&shop=${encodeURIComponent(name)}`)).text).toContain(
      story.key.orderNo,
    );
    await story.holds();
  });
});
