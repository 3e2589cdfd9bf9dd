import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { CompactEncrypt, exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/domain/refusals.js';
import { createSessions, type Session, type Sessions } from '../../src/server/sessions.js';
import { claimsOf } from '../../src/server/tokens.js';
import { codeOf, endpointOf, send } from '../server/calls.js';
import { HOLDERS, SECRET, START, world } from '../server/world.js';
import { named, OPERATIONS } from './document.js';

/** Tokens that nobody gave: each is refused by every operation, before anything else is looked at. */

const NOW = START / 1_000;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const part = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const operator = { ...claimsOf(HOLDERS.operations), iss: 'redress', aud: 'redress', iat: NOW, exp: NOW + 600 };
const buyer = { ...claimsOf(HOLDERS.user), iss: 'redress', aud: 'redress', iat: NOW, exp: NOW + 600 };

/** Signed by hand, so that its header may say anything. */
function handMade(header: object, claims: unknown, secret: Uint8Array = SECRET, hash = 'sha256'): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}
const HS256 = { alg: 'HS256', typ: 'JWT' };
const right = handMade(HS256, operator);
const [head = '', , mac = ''] = right.split('.');

const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const strangersJwk = await exportJWK(stranger.publicKey);
const byStranger = (header: object) => new SignJWT(operator).setProtectedHeader({ alg: 'RS256', ...header }).sign(stranger.privateKey);

const FORGED: readonly (readonly [name: string, token: string | Promise<string>])[] = [
  ['without a signature', new UnsecuredJWT(operator).encode()],
  ...['none', 'None', 'NONE', 'nOnE', ''].map(
    (alg) => [`of algorithm ${JSON.stringify(alg)}`, `${part({ alg })}.${part(operator)}.`] as const,
  ),
  ['of no algorithm, with the signature of another', `${part({ alg: 'none' })}.${part(operator)}.${mac}`],
  ['of no header', `${part({})}.${part(operator)}.${mac}`],
  ['signed with nothing', handMade(HS256, operator, new Uint8Array())],
  ['signed with a word', handMade(HS256, operator, text('secret'))],
  ['signed with the secret as it is written in its file', handMade(HS256, operator, text(Buffer.from(SECRET).toString('base64url')))],
  ['signed with HS384', handMade({ alg: 'HS384' }, operator, SECRET, 'sha384')],
  ['signed with HS512', handMade({ alg: 'HS512' }, operator, SECRET, 'sha512')],
  ['signed as HS512 and said to be HS256', handMade(HS256, operator, SECRET, 'sha512')],
  ['signed with a key that it brings along', byStranger({ jwk: strangersJwk })],
  ['signed with a key that it says where to find', byStranger({ jku: 'https://evil.example/keys', kid: 'k' })],
  ['signed with a certificate that it brings along', byStranger({ x5c: ['MIIB'], x5u: 'https://evil.example/cert' })],
  ['whose key is a path', handMade({ ...HS256, kid: '../../../../dev/null' }, operator, new Uint8Array(1))],
  ['whose key is a query', handMade({ ...HS256, kid: "' UNION SELECT 'x" }, operator, text('x'))],
  ['with an extension that must be understood', handMade({ ...HS256, crit: ['exp'], exp: 1 }, operator)],
  ['whose payload is not encoded', handMade({ ...HS256, crit: ['b64'], b64: false }, operator)],
  ['of a buyer, made an operator’s', `${head}.${part(operator)}.${handMade(HS256, buyer).split('.')[2]}`],
  ['whose signature is cut', right.slice(0, -1)],
  ['whose signature is longer', `${right}AA`],
  ['whose signature is empty', `${right.slice(0, right.lastIndexOf('.'))}.`],
  ['of four parts', `${right}.${mac}`],
  [
    'that is encrypted',
    new CompactEncrypt(text(JSON.stringify(operator))).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(SECRET.slice(0, 32)),
  ],
  ['that has expired', handMade(HS256, { ...operator, exp: NOW - 1 })],
  ['that expires this second', handMade(HS256, { ...operator, exp: NOW })],
  ['that never expires', handMade(HS256, { ...operator, exp: undefined })],
  ['that expires in words', handMade(HS256, { ...operator, exp: 'never' })],
  ['that is not valid yet', handMade(HS256, { ...operator, nbf: NOW + 60 })],
  ['for another audience', handMade(HS256, { ...operator, aud: 'another' })],
  ['for several audiences, none of them this', handMade(HS256, { ...operator, aud: ['another', 'redress.example'] })],
  ['for no audience', handMade(HS256, { ...operator, aud: undefined })],
  ['of another issuer', handMade(HS256, { ...operator, iss: 'https://redress' })],
  ['of no issuer', handMade(HS256, { ...operator, iss: undefined })],
  ['of two roles', handMade(HS256, { ...operator, role: ['user', 'operations'] })],
  ['of the service itself', handMade(HS256, { ...operator, role: 'system', part: 'payouts' })],
  ['of a role of all objects', handMade(HS256, { ...operator, role: 'constructor' })],
  ['of nobody', handMade(HS256, { ...operator, sub: '' })],
  ['of somebody with a line break', handMade(HS256, { ...operator, sub: 'o1\nrole: operations' })],
  ['of a merchant of any shop', handMade(HS256, { ...operator, role: 'merchant', shops: '*' })],
  ['of a merchant of no shop', handMade(HS256, { ...operator, role: 'merchant', shops: [] })],
  ['of a buyer on no platform', handMade(HS256, { ...operator, role: 'user' })],
  ['of a buyer on a platform with a slash', handMade(HS256, { ...operator, role: 'user', platform: 'alpha/ann' })],
  ['that is a list', handMade(HS256, [operator])],
  ['that is a text', handMade(HS256, '"operations"')],
];

const PARTS = 7;
const shared = world();
const closed = OPERATIONS.filter(({ access }) => access !== 'open' && access !== 'signed');

describe('a forged token', () => {
  it.each(FORGED)('%s is refused', async (_, token) => {
    const w = world();
    const response = await send(w, endpointOf(w, 'operationsListOrders'), { token: await token });
    expect([response.status, await codeOf(response)]).toEqual([401, 'auth.invalid']);
    expect(w.asked).toEqual([]);
  });

  it('would be taken if it were right', async () => {
    const w = world();
    expect((await send(w, endpointOf(w, 'operationsListOrders'), { token: right })).status).toBe(200);
  });

  // One verifier stands before all operations: each is tried with a part of the list, all together with the whole of it many times.
  it.each(named(closed))('is refused by $name, whatever is wrong with it, and nothing is sent on', async ({ operation }) => {
    const endpoint = endpointOf(shared, operation.operationId);
    const from = closed.indexOf(operation) % PARTS;
    for (const [name, token] of FORGED.filter((_, index) => index % PARTS === from)) {
      const response = await send(shared, endpoint, { token: await token });
      expect([name, response.status, await codeOf(response)]).toEqual([name, 401, 'auth.invalid']);
    }
    expect([shared.sent, shared.asked]).toEqual([[], []]);
  });

  it('is not made right by one that was taken before', async () => {
    const w = world();
    const endpoint = endpointOf(w, 'operationsListOrders');
    expect((await send(w, endpoint, { token: right })).status).toBe(200);
    for (const token of [`${right}A`, right.toLowerCase(), `${head}.${part({ ...operator, sub: 'o2' })}.${mac}`]) {
      expect(await codeOf(await send(w, endpoint, { token }))).toBe('auth.invalid');
    }
  });
});

describe('a token in another place', () => {
  it.each<readonly [string, { readonly headers?: { readonly [name: string]: string }; readonly path?: string }]>([
    ['the address', { path: `/v1/operations/orders?access_token=${right}&token=${right}` }],
    ['a cookie', { headers: { cookie: `token=${right}; authorization=Bearer ${right}` } }],
    ['the header of a proxy', { headers: { 'proxy-authorization': `Bearer ${right}` } }],
    [
      'headers that proxies set',
      { headers: { 'x-forwarded-user': 'o1', 'x-remote-user': 'o1', 'x-role': 'operations', 'x-auth-token': right } },
    ],
  ])('%s is not looked at', async (_, { headers = {}, path }) => {
    const w = world();
    const sending = { token: undefined, headers, ...(path === undefined ? {} : { path }) };
    expect(await codeOf(await send(w, endpointOf(w, 'operationsListOrders'), sending))).toBe('auth.missing');
  });

  it.each([`Basic ${right}`, `Bearer${right}`, `Token ${right}`, right, `Bearer ${right}, Bearer ${right}`, `Bearer "${right}"`])(
    '%# in a header that holds no bearer token is refused',
    async (authorization) => {
      const w = world();
      const response = await send(w, endpointOf(w, 'operationsListOrders'), { token: undefined, headers: { authorization } });
      expect(await codeOf(response)).toBe('auth.invalid');
    },
  );
});

describe('with a key set', () => {
  const issuer = 'https://issuer.example';
  const audience = 'redress-api';
  const claims = { ...operator, iss: issuer, aud: audience };
  let sessions: Sessions;
  let stop: () => void = () => undefined;
  let publicPem = '';
  let publicJwk = '';

  beforeAll(async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1' };
    publicPem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    publicJwk = JSON.stringify(jwk);
    const set = { keys: [jwk, { ...(await exportJWK(other.publicKey)), kid: 'k2', use: 'enc' }] };
    const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(set)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    stop = () => {
      server.close();
      server.closeAllConnections();
    };
    const url = new URL(`http://127.0.0.1:${port}/keys`);
    sessions = createSessions({ kind: 'jwks', url, issuer, audience, algorithms: ['RS256'] }, () => START, 10);
  });
  afterAll(() => stop());

  const signed = (header: { readonly alg: string; readonly kid?: string }, key: KeyObject, changed: object = {}) =>
    new SignJWT({ ...claims, ...changed }).setProtectedHeader(header).sign(key);
  const opened = async (token: string): Promise<Session | string> => {
    const session = await sessions.open(`Bearer ${token}`);
    return isRefusal(session) ? session.code : session;
  };

  it('a token of its key is taken', async () => {
    expect(await opened(await signed({ alg: 'RS256', kid: 'k1' }, keys.privateKey))).toMatchObject({ caller: 'operations/o1' });
  });

  it.each<readonly [string, () => Promise<string> | string]>([
    ['signed with the public key as a secret, in PEM', () => handMade({ alg: 'HS256', kid: 'k1' }, claims, text(publicPem))],
    [
      'signed with the public key as a secret, in PEM without its last line break',
      () => handMade({ alg: 'HS256', kid: 'k1' }, claims, text(publicPem.trim())),
    ],
    ['signed with the public key as a secret, in JSON', () => handMade({ alg: 'HS256', kid: 'k1' }, claims, text(publicJwk))],
    ['signed with the secret of the embedded service', () => handMade({ alg: 'HS256' }, claims)],
    ['signed by nobody', () => new UnsecuredJWT(claims).encode()],
    ['of an algorithm that is not pinned', () => signed({ alg: 'RS384', kid: 'k1' }, keys.privateKey)],
    ['signed with the key of a stranger', () => signed({ alg: 'RS256', kid: 'k1' }, stranger.privateKey)],
    ['that names no key and is a stranger’s', () => signed({ alg: 'RS256' }, stranger.privateKey)],
    ['that names a key that is not in the set', () => signed({ alg: 'RS256', kid: 'k3' }, keys.privateKey)],
    ['that names a key for another use', () => signed({ alg: 'RS256', kid: 'k2' }, keys.privateKey)],
    ['for another audience', () => signed({ alg: 'RS256', kid: 'k1' }, keys.privateKey, { aud: 'redress' })],
    ['of another issuer', () => signed({ alg: 'RS256', kid: 'k1' }, keys.privateKey, { iss: 'redress' })],
    ['that has expired', () => signed({ alg: 'RS256', kid: 'k1' }, keys.privateKey, { exp: NOW - 1 })],
  ])('a token %s is refused', async (_, token) => {
    expect(await opened(await token())).toBe('auth.invalid');
  });
});
