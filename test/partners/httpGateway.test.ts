import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PayRequest } from '../../src/actors/partners.js';
import { tenderId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import { httpGateway } from '../../src/partners/http/gateway.js';
import { refuseSignature, SIGNATURE_HEADER, sign } from '../../src/server/edge/signatures.js';
import { startRunning } from '../stories/service.js';

const SECRET = 'the secret that both sides know, long enough';
const NOW = Date.UTC(2026, 0, 1);
const REQUEST: PayRequest = {
  ...{ key: 'after-sale:1:card', attempt: 2, amount: minor(2_833), currency: 'CNY', way: 'account', tenderId: tenderId('card') },
  ...{ account: 'IBAN', points: 0 },
};
const ABOUT = { key: REQUEST.key, attempt: REQUEST.attempt };

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let received: Received[] = [];
/** how the gateway answers; undefined: not at all */
let answer: { readonly status: number; readonly text: string; readonly headers?: { readonly [name: string]: string } } | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      received.push({ path: request.url, headers: request.headers, body });
      if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function gatewayThat(says: typeof answer | object) {
  received = [];
  answer = says !== undefined && 'status' in says ? (says as NonNullable<typeof answer>) : { status: 200, text: JSON.stringify(says) };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/redress/`;
  return httpGateway({ url, timeoutMs: 200, sign: (body) => [SIGNATURE_HEADER, sign(SECRET, body, NOW)] });
}

it('keeps the service from starting where no partner speaks for it', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'redress-partners-'));
  onTestFinished(() => rmSync(dataDirectory, { recursive: true, force: true }));
  writeFileSync(join(dataDirectory, 'partners.json'), JSON.stringify({ gateway: { secret: SECRET, says: 'parcels' } }));
  const started = startRunning({ dataDirectory, settings: { REDRESS_GATEWAY_URL: 'http://127.0.0.1:1' } });
  await expect(started).rejects.toThrow('needs a partner named gateway');
});

describe('a gateway over HTTP', () => {
  it('is sent everything that a payment needs, signed', async () => {
    expect(await gatewayThat({ ...ABOUT, outcome: 'paid', reference: 'gw-1' }).pay(REQUEST)).toEqual({
      outcome: 'paid',
      reference: 'gw-1',
    });
    const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = received;
    expect(path).toBe('/redress/payments');
    expect(JSON.parse(body)).toEqual(REQUEST);
    const signed = { header: String(headers['redress-signature']), body: new TextEncoder().encode(body), secret: SECRET };
    expect(refuseSignature(signed, NOW, 1_000)).toBeUndefined();
    expect(refuseSignature({ ...signed, body: new TextEncoder().encode(body.replace('2833', '9999')) }, NOW, 1_000)).toBeDefined();
  });

  it.each([
    [
      { outcome: 'declined', code: 'closed' },
      { outcome: 'declined', code: 'closed' },
    ],
    [{ outcome: 'accepted', more: 'is not looked at' }, { outcome: 'accepted' }],
    [
      { outcome: 'declined', code: 'closed', told: true },
      { outcome: 'declined', code: 'closed' },
    ],
  ])('takes %j for an answer to a payment', async (said, heard) => {
    expect(await gatewayThat({ ...ABOUT, ...said }).pay(REQUEST)).toEqual(heard);
  });

  it.each([
    [{ outcome: 'paid', reference: 'gw-1' }],
    [{ outcome: 'declined', code: 'closed' }],
    [{ outcome: 'pending' }],
    [{ outcome: 'notFound' }],
  ])('takes %j for an answer to a question', async (said) => {
    expect(await gatewayThat({ ...ABOUT, ...said }).ask(ABOUT.key, ABOUT.attempt)).toEqual(said);
    expect(received[0]).toMatchObject({ path: '/redress/payments/question', body: JSON.stringify(ABOUT) });
  });

  it.each([
    ['a payment is never not found', { ...ABOUT, outcome: 'notFound' }],
    ['a payment without a reference', { ...ABOUT, outcome: 'paid' }],
    ['another key', { ...ABOUT, key: 'another:1:card', outcome: 'paid', reference: 'gw-1' }],
    ['another attempt', { ...ABOUT, attempt: 1, outcome: 'paid', reference: 'gw-1' }],
    ['no JSON', { status: 200, text: '<html>' }],
    ['a fault', { status: 500, text: JSON.stringify({ ...ABOUT, outcome: 'declined', code: 'x' }) }],
    ['a path that is not there', { status: 404, text: JSON.stringify({ ...ABOUT, outcome: 'declined', code: 'x' }) }],
    ['another address', { status: 302, text: '', headers: { location: 'http://127.0.0.1:1/' } }],
    ['too much', { status: 200, text: ' '.repeat(100_000) }],
    ['nothing in time', undefined],
  ])('takes nothing for an outcome that is %s', async (_, says) => {
    const gateway = gatewayThat(says ?? { status: 0, text: '' });
    if (says === undefined) answer = undefined;
    await expect(gateway.pay(REQUEST)).rejects.toThrow();
    expect(received).toHaveLength(1);
  });

  it('that cannot be reached, or never heard a question, settles nothing', async () => {
    await expect(gatewayThat({ status: 404, text: '' }).ask('k', 1)).rejects.toThrow('the gateway answers 404');
    const nowhere = httpGateway({ url: 'http://127.0.0.1:1', timeoutMs: 200, sign: () => ['x', 'y'] });
    await expect(nowhere.pay(REQUEST)).rejects.toThrow();
  });
});
