import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryPoint } from '../../src/actors/principal.js';
import type { AfterSaleView } from '../../src/actors/views.js';
import { shopId } from '../../src/domain/ids.js';
import { mintToken, readOrMakeSecret, type TokenHolder } from '../../src/server/tokens.js';
import { Caller } from '../stories/caller.js';
import { RATES_OFF } from '../stories/service.js';
import { orderBody, photo, yuan } from '../stories/sketches.js';
import { jsonBodyOf, OPERATIONS, resolved, type Schema } from './document.js';

/**
 * A service as people start it, with its log as loud as it goes, lives through refunds, declines, disputes and broken
 * requests in which every personal field holds a marker. Nothing that it prints, counts or refuses with holds one.
 */

/** Fields of requests that hold what is a person's or a secret, and the marker that each holds here. */
const MARKERS = {
  ...{ buyerUid: 'mark-buyer', name: 'mark-name', phone: '+49 30 90009001', email: 'mark.email@example.com' },
  ...{ region: 'mark-region', city: 'mark-city', street: 'mark-street', postalCode: 'mark-post' },
  ...{ remark: 'mark-remark', text: 'mark-text', account: 'mark-account', counter: 'mark-counter' },
  ...{ courier: 'mark-courier', trackingNo: 'mark-tracking', url: 'https://mark-link.example/photo' },
} as const;

const SECRET_FIELDS = Object.keys(MARKERS);

const BIN = fileURLToPath(new URL('../../bin/redress', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'redress-telling-'));
let said = '';
/** every problem that anybody was answered with, and every event that was told */
let told = '';
let metrics = '';
const tokens: string[] = [];
const keys: string[] = [];

interface Person {
  readonly caller: Caller;
  try(
    method: string,
    path: string,
    body: unknown,
    headers?: { readonly [name: string]: string },
  ): Promise<{ status: number; body: unknown }>;
}

async function personOf(url: string, holder: TokenHolder): Promise<Person> {
  const token = await mintToken(readOrMakeSecret(join(data, 'token-secret')), holder, { now: Date.now(), lifetimeMs: 3_600_000 });
  tokens.push(token);
  const caller = new Caller(url, holder, token);
  return {
    caller,
    async try(method, path, body, headers = {}) {
      const key = `mark-key-${keys.length}`;
      keys.push(key);
      const answer = await caller.send(method, path, typeof body === 'string' ? { raw: body, key, headers } : { body, key, headers });
      if (answer.status >= 400) told += `${answer.text}\n`;
      return { status: answer.status, body: answer.body };
    },
  };
}

const ADDRESS = {
  name: MARKERS.name,
  phone: MARKERS.phone,
  country: 'CN',
  region: MARKERS.region,
  city: MARKERS.city,
  street: MARKERS.street,
  postalCode: MARKERS.postalCode,
};
const CONTACT = { name: MARKERS.name, phone: MARKERS.phone, email: MARKERS.email };
const PARCEL = { courier: MARKERS.courier, trackingNo: MARKERS.trackingNo };
const evidence = [{ ...photo(), url: MARKERS.url }];
const { remark, account } = MARKERS;
/** Which payment in whose ledger: books are written in these words. */
const reference = 'bank-0001';

type People = { readonly [E in EntryPoint]: Person };

async function lives(url: string): Promise<void> {
  const people: People = {
    user: await personOf(url, { role: 'user', platform: 'demo', buyerUid: MARKERS.buyerUid }),
    merchant: await personOf(url, { role: 'merchant', id: 'mark-merchant', shops: [shopId('shop-1')] }),
    operations: await personOf(url, { role: 'operations', id: 'mark-operator' }),
    platform: await personOf(url, { role: 'platform', id: 'machine', platform: 'demo' }),
  };
  const following = await fetch(`${url}/v1/user/events`, { headers: { authorization: `Bearer ${tokens[0]}` } });
  const heard = following.body?.getReader();
  const body = orderBody({ lines: [{ sku: 'milk', price: 600, quantity: 30 }], freight: 500 }, MARKERS.buyerUid, Date.now());
  expect((await people.platform.try('PUT', 'shops/shop-1/orders/O-1', body)).status).toBe(201);
  await disputes(people);
  await payouts(people);
  await broken(people, body);
  metrics = await (await fetch(`${url}/metrics`)).text();
  told += new TextDecoder().decode((await heard?.read())?.value);
  await heard?.cancel();
}

const PICKUP = { kind: 'pickup', address: ADDRESS, from: '2099-01-01T09:00:00Z', to: '2099-01-01T12:00:00Z' };
const application = (more: object) => ({
  ...{ shopId: 'shop-1', orderNo: 'O-1', claim: { kind: 'unit' }, selection: [{ lineNo: 1, quantity: 1 }] },
  ...{ evidence, contact: CONTACT, remark },
  ...more,
});

async function apply(people: People, more: object, by: EntryPoint = 'user'): Promise<string> {
  const answer = await people[by].try('POST', 'after-sales', application(more));
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return (answer.body as AfterSaleView).id;
}

/** Every kind of after-sale, with whatever anybody can say in it. */
async function disputes(people: People): Promise<void> {
  const give = (by: EntryPoint, id: string, word: string, body: object = {}) => people[by].try('POST', `after-sales/${id}/${word}`, body);
  const returned = await apply(people, { type: 'return', reason: 'defective', wayBack: { kind: 'courier', ...PARCEL } });
  for (const visibility of ['all', 'internal']) await give('merchant', returned, 'note', { text: MARKERS.text, visibility });
  await give('merchant', returned, 'askEvidence', { remark });
  await give('user', returned, 'provide', { evidence, remark });
  await give('merchant', returned, 'approve', { returnAddress: ADDRESS, remark });
  await give('user', returned, 'handOver', PARCEL);
  await give('merchant', returned, 'received', { remark });
  await give('merchant', returned, 'inspect', { result: 'none', sellable: false, remark });
  await give('merchant', returned, 'ship', PARCEL);
  await give('operations', returned, 'repayFreight', { amount: yuan(100), evidence, to: 'account', account });
  const picked = await apply(people, { type: 'exchange', reason: 'defective', wanted: { sku: 'milk' }, wayBack: PICKUP });
  await give('merchant', picked, 'approve', { remark });
  await give('user', picked, 'reschedule', { from: '2099-01-02T09:00:00Z', to: '2099-01-02T12:00:00Z' });
  const repaired = await apply(people, { type: 'repair', reason: 'defective', wayBack: { kind: 'counter', counter: MARKERS.counter } });
  await give('merchant', repaired, 'reject', { remark });
  await give('user', repaired, 'appeal', { remark, evidence });
  await give('operations', repaired, 'hold', { remark });
  await give('operations', repaired, 'release');
  await give('operations', repaired, 'extend', { by: '1h', remark });
  await give('operations', repaired, 'override', { verdict: { outcome: 'refund' }, remark });
  const offered = await apply(people, { type: 'refund', reason: 'defective', claim: { kind: 'money', amount: yuan(100) } });
  await give('merchant', offered, 'offer', { amount: yuan(50), remark });
  await give('user', offered, 'decline', { remark });
}

/** Payouts that a gateway declines, loses and forgets, until people have to see to them; and goodwill to an account. */
async function payouts(people: People): Promise<void> {
  const { operations, merchant, platform } = people;
  const ids: string[] = [];
  for (let round = 0; round < 6; round += 1) ids.push(await apply(people, { type: 'refund', reason: 'missing' }));
  for (const id of ids) await merchant.try('POST', `after-sales/${id}/approve`, { remark });
  for (const to of ['account', 'wallet', 'account']) {
    await operations.try('POST', 'orders/shop-1/O-1/goodwill', { amount: yuan(10), to, ...(to === 'account' ? { account } : {}), remark });
  }
  const forward = (duration: string) => operations.try('POST', 'clock', { forward: duration });
  for (const duration of ['1h', '6h', '12h', '24h', '24h']) await forward(duration);
  for (const [index, id] of ids.entries()) {
    if (index % 2 === 0) await operations.try('POST', `after-sales/${id}/anotherWay`, { way: 'account', account });
    else await operations.try('POST', `after-sales/${id}/paidByHand`, { reference });
  }
  const listed = await operations.caller.send('GET', 'payouts');
  for (const { key } of (listed.body as { items: { key: string }[] }).items) {
    await operations.try('POST', 'payouts/anotherWay', { payoutKey: key, way: 'account', account });
    await operations.try('POST', 'payouts/paidByHand', { payoutKey: key, reference });
  }
  await platform.try('POST', 'shops/shop-1/orders/O-1/moved-elsewhere', { reference, amount: yuan(999_999) });
  for (const duration of ['6h', '2d', '30d']) await forward(duration);
}

/** What is wrong in every way, with everything personal in it. */
async function broken(people: People, order: object): Promise<void> {
  const { user, merchant, operations, platform } = people;
  const whole = application({ type: 'return', reason: 'defective', wayBack: PICKUP });
  const text = JSON.stringify(whole);
  for (const body of [
    text.slice(0, -1),
    `${text}}`,
    text.replace('"O-1"', '"O-404"'),
    text.replace('"unit"', `"${account}"`),
    text.replace('"CN"', `"${MARKERS.city}"`),
    text.replace('"quantity":1', '"quantity":99'),
    text.replace(MARKERS.email, 'no email at all'),
    text.replace('"kind":"photo"', `"kind":"${MARKERS.street}"`),
    `{"remark":"${remark}","remark":"${remark}"}`,
  ]) {
    await user.try('POST', 'after-sales', body, { 'content-type': 'application/json' });
    await user.try('POST', 'quotes', body, { 'content-type': 'application/json' });
    await user.try('POST', 'after-sales', body, { 'content-type': 'text/plain' });
    await platform.try(
      'POST',
      'orders/import',
      `${body}\n${JSON.stringify({ ...order, shopId: 'shop-1', orderNo: 'O-1', paidAt: remark })}\n`,
      { 'content-type': 'application/x-ndjson' },
    );
  }
  const nobody = '0198c5a0-7c1e-7000-8000-000000000001';
  await user.try('POST', `after-sales/${nobody}/withdraw`, { remark }, { 'if-match': '"1"' });
  await merchant.try('POST', `after-sales/${nobody}/reject`, { remark, [remark.replace('mark', 'field')]: remark });
  await operations.try('POST', `orders/shop-1/O-1/goodwill`, { amount: { amount: 1, currency: 'USD' }, to: 'account', account, remark });
  await operations.try('POST', 'payouts/retry', { payoutKey: `book/O-1:shop-1:9:${account}` });
  await operations.try('POST', 'erasures', { platform: 'demo', buyerUid: MARKERS.buyerUid });
  const forged = new Caller(user.caller.url, user.caller.holder, `${tokens[0]}x`);
  told += (await forged.send('POST', 'after-sales', { body: whole })).text;
}

beforeAll(async () => {
  const simulation = join(data, 'simulation.json');
  const often = { of: 1, outOf: 3 };
  writeFileSync(
    simulation,
    JSON.stringify({
      gateway: {
        declined: { of: 2, outOf: 3 },
        lostBefore: often,
        lostAfter: often,
        askLost: often,
        calledBack: often,
        callbackRepeated: often,
      },
    }),
  );
  const settings = {
    ...RATES_OFF,
    REDRESS_DATA: data,
    REDRESS_PORT: '0',
    REDRESS_SANDBOX: 'yes',
    REDRESS_LOG: 'debug',
    REDRESS_SIMULATION_FILE: simulation,
  };
  const child = spawn(process.execPath, [BIN, 'serve'], { env: { PATH: process.env.PATH, NO_COLOR: '1', ...settings } });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  const ended = once(child, 'close');
  let url: string | undefined;
  let life: Promise<unknown> = Promise.resolve(new Error('the service did not start'));
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`;
    if (url !== undefined) continue;
    url = /serves (http:\/\/\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      // What goes wrong in it is kept until the service has ended, and what it said with it.
      life = lives(url)
        .catch((error: unknown) => error)
        .finally(() => child.kill('SIGTERM'));
    }
  }
  await ended;
  expect([await life, said]).toEqual([undefined, said]);
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

describe('a service that has seen everything', () => {
  it('has said much, refused much and counted much', () => {
    for (const word of [
      '"operation":"userApply"',
      '"operation":"merchantApprove"',
      '"message":"alarm"',
      '"message":"job ',
      '"code":"request.invalid"',
      '"code":"auth.invalid"',
    ]) {
      expect([word, said.includes(word)]).toEqual([word, true]);
    }
    expect(told.split('\n').length).toBeGreaterThan(40);
    expect(metrics).toContain('redress_requests_total{operation="apply",code="ok"}');
    expect(said).not.toMatch(/"message":"request failed"|UnhandledPromise|uncaught/i);
  });

  it.each(Object.entries(MARKERS))('told nobody of the %s: not in its log, its metrics, a refusal or an event', (_, marker) => {
    const lines = [said, metrics, told].flatMap((text) => text.split('\n').filter((line) => line.includes(marker)));
    expect(lines).toEqual([]);
  });

  it('told nobody of tokens, keys, secrets or who operates it', () => {
    const partners = JSON.parse(readFileSync(join(data, 'partners.json'), 'utf8')) as Record<string, { secret: string }>;
    const secrets = [...Object.values(partners).map(({ secret }) => secret), readFileSync(join(data, 'token-secret'), 'utf8').trim()];
    for (const secret of [...tokens, ...keys, ...secrets, 'mark-merchant', 'mark-operator']) {
      expect([secret, said.includes(secret), metrics.includes(secret), told.includes(secret)]).toEqual([secret, false, false, false]);
    }
  });

  it('keeps what it keeps for its owner alone', () => {
    const modes = ['.', ...readdirSync(data)]
      .filter((file) => file !== 'simulation.json')
      .map((file) => [file, (statSync(join(data, file)).mode & 0o077).toString(8)]);
    expect(modes.filter(([, others]) => others !== '0')).toEqual([]);
  });
});

describe('the list of what is personal', () => {
  it('has every free text and every word about a person that the document knows', () => {
    const personal = /name|phone|mail|street|city|region|postal|address|contact|buyer|remark|text|account|courier|tracking|counter|url/i;
    /** names of goods, templates and fees */
    const KNOWN_OTHERS = new Set([
      'operationsPublishTemplate.name',
      'operationsPublishTemplate.fees[].name',
      'platformPutOrder.lines[].name',
    ]);
    const missed = OPERATIONS.flatMap((operation) => textsIn(jsonBodyOf(operation) ?? {}, operation.operationId))
      .filter((place) => personal.test(place.slice(place.lastIndexOf('.') + 1)) && !KNOWN_OTHERS.has(place))
      .map((place) => place.slice(place.lastIndexOf('.') + 1))
      .filter((field) => !SECRET_FIELDS.includes(field) && field !== 'returnAddress');
    expect([...new Set(missed)]).toEqual([]);
  });
});

/** The places of all texts within a schema. */
function textsIn(given: Schema, place: string): string[] {
  const schema = resolved(given);
  const inner = [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, of]) => textsIn(of, `${place}.${name}`)),
    ...(schema.items === undefined ? [] : textsIn(schema.items, `${place}[]`)),
    ...[...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((of) => textsIn(of, place)),
  ];
  return schema.type === 'string' && schema.enum === undefined ? [place, ...inner] : inner;
}
