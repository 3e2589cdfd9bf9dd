import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OrderView } from '../../src/actors/views.js';
import { sign } from '../../src/server/edge/signatures.js';
import { endpointOf, faultsOfAnswer, send } from '../server/calls.js';
import { START, world } from '../server/world.js';
import type { Case } from '../stories/case.js';
import { runningService } from '../stories/service.js';
import { type Story, tell } from '../stories/story.js';

/** What only a partner may say is taken from nobody else, and from the partner once. */

const SECRET = 'the secret of the gateway, long enough';
const PAID = JSON.stringify({ eventId: 'e1', type: 'payout.paid', payoutKey: 'p1', attempt: 1, reference: 'r1' });
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const SECONDS = START / 1_000;
const mac = (seconds: string | number, body: string, secret = SECRET, hash = 'sha256'): string =>
  createHmac(hash, secret).update(`${seconds}.${body}`).digest('hex');
const RIGHT = sign(SECRET, bytesOf(PAID), START);
const hex = mac(SECONDS, PAID);

const shared = world();

/** The code of the answer to a callback with this header; `ok` where it went through to the payout that is not there. */
async function codeFor(header: string | undefined, raw = PAID, partner = 'gateway'): Promise<string> {
  const endpoint = endpointOf(shared, 'platformCallback');
  const response = await send(shared, endpoint, {
    raw,
    path: `/v1/platform/callbacks/${encodeURIComponent(partner)}`,
    headers: { 'redress-signature': header ?? '' },
  });
  expect(await faultsOfAnswer(endpoint, response.clone())).toEqual([]);
  return ((await response.json()) as { code?: string }).code ?? 'ok';
}

describe('a signature', () => {
  it('that is right is taken', async () => {
    expect(await codeFor(RIGHT)).toBe('payout.notFound');
  });

  it.each<readonly [name: string, header: string | undefined]>([
    ['that is missing', undefined],
    ['without a time', `v1=${hex}`],
    ['without a hash', `t=${SECONDS}`],
    ['of an empty hash', `t=${SECONDS},v1=`],
    ['of a short hash', `t=${SECONDS},v1=${hex.slice(0, 62)}`],
    ['of a long hash', `t=${SECONDS},v1=${hex}00`],
    ['in capitals', `t=${SECONDS},v1=${hex.toUpperCase()}`],
    ['with a space', `t=${SECONDS}, v1=${hex}`],
    ['in another order', `v1=${hex},t=${SECONDS}`],
    ['with two times, one of them right', `t=${SECONDS},t=1,v1=${hex}`],
    ['with two hashes, one of them right', `t=${SECONDS},v1=${hex},v1=${'0'.repeat(64)}`],
    ['twice in one header', `${RIGHT}, ${RIGHT}`],
    ['of an older scheme', `t=${SECONDS},v0=${hex}`],
    ['for another time', `t=${SECONDS + 1},v1=${hex}`],
    ['of a negative time', `t=-${SECONDS},v1=${mac(-SECONDS, PAID)}`],
    ['of a time in words', `t=now,v1=${mac('now', PAID)}`],
    ['of a time in milliseconds', `t=${START},v1=${mac(START, PAID)}`],
    ['of a time beyond all', `t=999999999999,v1=${mac('999999999999', PAID)}`],
    ['of a time as a fraction', `t=${SECONDS}.5,v1=${mac(`${SECONDS}.5`, PAID)}`],
    ['of the body alone', `t=${SECONDS},v1=${createHmac('sha256', SECRET).update(PAID).digest('hex')}`],
    ['by another hash', `t=${SECONDS},v1=${mac(SECONDS, PAID, SECRET, 'sha3-256')}`],
    ['with no secret', `t=${SECONDS},v1=${mac(SECONDS, PAID, '')}`],
    ['with the secret of another partner', sign('the secret of the carrier, long enough', bytesOf(PAID), START)],
    ['with what stands in for a partner that is not known', sign('no partner has this secret', bytesOf(PAID), START)],
  ])('%s is refused', async (_, header) => {
    expect(await codeFor(header)).toBe('callback.invalid');
    expect(shared.sent).toEqual([]);
  });

  it('does not fit once any byte of it or of the body is another', async () => {
    const changed = (text: string, at: number): string => `${text.slice(0, at)}${text.charAt(at) === '0' ? '1' : '0'}${text.slice(at + 1)}`;
    const codes = new Set<string>();
    for (let at = 0; at < RIGHT.length; at += 1) codes.add(await codeFor(changed(RIGHT, at)));
    for (let at = 0; at < PAID.length; at += 1) codes.add(await codeFor(RIGHT, changed(PAID, at)));
    for (const raw of [`${PAID} `, ` ${PAID}`, `${PAID}\n`, `\ufeff${PAID}`, '']) codes.add(await codeFor(RIGHT, raw));
    expect([...codes]).toEqual(['callback.invalid']);
  });

  it('of a partner that is not known is refused, whatever it is called and signed with', async () => {
    for (const partner of ['nobody', 'Gateway', 'gateway ', 'carrier', '__proto__', 'constructor']) {
      for (const secret of [SECRET, '', 'undefined', 'no partner has this secret']) {
        const header = secret === '' ? `t=${SECONDS},v1=${mac(SECONDS, PAID, '')}` : sign(secret, bytesOf(PAID), START);
        expect([partner, await codeFor(header, PAID, partner)]).toEqual([partner, 'callback.invalid']);
      }
    }
  });

  it.each(['role', 'principal', 'amount', 'state', 'way', 'outcome', 'told', 'book', '__proto__', 'constructor'])(
    'does not let a partner say more than its words: %s',
    async (name) => {
      const raw = PAID.replace('{', `{"${name}":"paid",`);
      expect(await codeFor(sign(SECRET, bytesOf(raw), START), raw)).toBe('request.invalid');
      expect(shared.sent).toEqual([]);
    },
  );

  it('is no token, and a token is no signature', async () => {
    const endpoint = endpointOf(shared, 'operationsListOrders');
    const listed = await send(shared, endpoint, { token: undefined, headers: { 'redress-signature': RIGHT } });
    expect(listed.status).toBe(401);
    const token = await shared.token({ role: 'operations', id: 'o1' });
    const called = await send(shared, endpointOf(shared, 'platformCallback'), { token, raw: PAID, headers: { 'redress-signature': '' } });
    expect(called.status).toBe(401);
  });
});

const running = runningService();
let story: Story;
let refund: Case;

beforeAll(async () => {
  story = await tell(running(), { lines: [{ sku: 'milk', price: 600, quantity: 3 }] });
  // The gateway takes the payout and says nothing of it: what is told here is all that is told.
  Object.assign(running().gateway, { accepted: { of: 1, outOf: 1 }, callbackLost: { of: 1, outOf: 1 }, settle: { leastMs: 0, mostMs: 0 } });
  refund = await story.apply({ reason: 'missing' });
  await refund.give('merchant', 'approve');
  await running().settled();
});

interface Sent {
  readonly status: number;
  readonly replayed: boolean;
  readonly code: string | undefined;
}

/** Sends bytes with a header made elsewhere, as who has listened would. */
async function sendAgain(body: string, header: string): Promise<Sent> {
  const response = await fetch(`${running().url}/v1/platform/callbacks/gateway`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'redress-signature': header },
    body,
  });
  const { code } = (await response.json()) as { readonly code?: string };
  return { status: response.status, replayed: response.headers.get('idempotency-replayed') === 'true', code };
}

describe('a callback that is sent again', () => {
  const secretOf = (): string =>
    (JSON.parse(readFileSync(`${running().dataDirectory}/partners.json`, 'utf8')) as Record<string, { secret: string }>).gateway?.secret ??
    '';
  const refunded = async (): Promise<number> => ((await story.order()) as OrderView).refunded.amount;

  it('pays once, however often and however many at once, and nothing else is moved by it', async () => {
    const [payout] = (await refund.see()).payouts;
    const said = { eventId: 'evt-1', type: 'payout.paid', payoutKey: payout?.key, attempt: payout?.attempt, reference: 'gw-1' };
    const body = JSON.stringify(said);
    const header = sign(secretOf(), bytesOf(body), Date.now());
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendAgain(body, header)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await running().settled();
    expect(await refunded()).toBe(600);
    const { version } = await story.order();

    const other = JSON.stringify({ ...said, reference: 'gw-2' });
    expect(await sendAgain(other, sign(secretOf(), bytesOf(other), Date.now()))).toMatchObject({ status: 422, code: 'idempotency.reused' });
    expect(await sendAgain(other, header)).toMatchObject({ status: 401, code: 'callback.invalid' });
    const old = sign(secretOf(), bytesOf(body), Date.now() - 301_000);
    expect(await sendAgain(body, old)).toMatchObject({ status: 401, code: 'callback.invalid' });
    const anew = JSON.stringify({ ...said, eventId: 'evt-2' });
    expect((await sendAgain(anew, sign(secretOf(), bytesOf(anew), Date.now()))).status).toBe(200);
    const declined = JSON.stringify({
      eventId: 'evt-3',
      type: 'payout.declined',
      payoutKey: said.payoutKey,
      attempt: said.attempt,
      code: 'closed',
    });
    expect([200, 409]).toContain((await sendAgain(declined, sign(secretOf(), bytesOf(declined), Date.now()))).status);
    await running().settled();
    expect(await refunded()).toBe(600);
    expect((await story.order()).version - version).toBeLessThanOrEqual(1);
    await story.holds();
  });
});
