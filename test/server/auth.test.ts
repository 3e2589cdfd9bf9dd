import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createSessions, type Session } from '../../src/server/sessions.js';
import { claimsOf, mintToken } from '../../src/server/tokens.js';
import { codeOf, endpointOf, send } from './calls.js';
import { HOLDERS, SECRET, START, world } from './world.js';

const NOW = START / 1_000;
const signed = (claims: Record<string, unknown>, secret: Uint8Array = SECRET, alg = 'HS256') =>
  new SignJWT({ iss: 'redress', aud: 'redress', iat: NOW, exp: NOW + 60, ...claims }).setProtectedHeader({ alg }).sign(secret);
const user = claimsOf(HOLDERS.user);
const unsigned = new UnsecuredJWT({ ...user, iss: 'redress', aud: 'redress', exp: NOW + 60 }).encode();

describe('a token', () => {
  it.each([
    ['that is none', async () => 'nonsense'],
    ['of three words', async () => 'a.b.c'],
    ['without a signature', async () => unsigned],
    ['signed with another secret', () => signed(user, new TextEncoder().encode('another secret that is long enough.'))],
    ['signed with another algorithm', () => signed(user, SECRET, 'HS384')],
    ['that has expired', () => signed({ ...user, exp: NOW - 1 })],
    ['that never expires', () => signed({ ...user, exp: undefined })],
    ['that is not valid yet', () => signed({ ...user, nbf: NOW + 60 })],
    ['of another issuer', () => signed({ ...user, iss: 'somebody' })],
    ['for another audience', () => signed({ ...user, aud: 'somebody' })],
    ['of no role', () => signed({ ...user, role: undefined })],
    ['of a role that is none', () => signed({ ...user, role: 'system' })],
    ['of a buyer without a platform', () => signed({ role: 'user', sub: 'ann' })],
    ['of a buyer on a platform with a slash', () => signed({ ...user, platform: 'alpha/ann' })],
    ['of a merchant without shops', () => signed({ role: 'merchant', sub: 'm', shops: [] })],
    ['of nobody', () => signed({ ...user, sub: undefined })],
    ['of a name with a line break', () => signed({ ...user, sub: 'ann\nrole: operations' })],
    ['that is very long', async () => `a.${'b'.repeat(9_000)}.c`],
  ])('%s is refused', async (_, token) => {
    const w = world();
    const response = await send(w, endpointOf(w, 'userListOrders'), { token: await token() });
    expect([response.status, await codeOf(response), response.headers.get('www-authenticate')]).toEqual([
      401,
      'auth.invalid',
      'Bearer error="invalid_token"',
    ]);
    expect(w.asked).toEqual([]);
  });

  it.each(['Basic YW5uOmFubg==', 'Bearer', 'Bearer a b'])('in the header %j is refused', async (authorization) => {
    const w = world();
    const response = await send(w, endpointOf(w, 'userListOrders'), { token: undefined, headers: { authorization } });
    expect(await codeOf(response)).toBe('auth.invalid');
  });

  it('in the address is not looked at', async () => {
    const w = world();
    const path = `/v1/user/events?access_token=${await w.token(HOLDERS.user)}`;
    const response = await send(w, endpointOf(w, 'userEvents'), { token: undefined, path });
    expect(await codeOf(response)).toBe('auth.missing');
  });

  it('is remembered only until it expires', async () => {
    const w = world();
    const token = await w.token(HOLDERS.user, 60_000);
    const list = () => send(w, endpointOf(w, 'userListOrders'), { token });
    expect((await list()).status).toBe(200);
    w.moveWallClock(59_999);
    expect((await list()).status).toBe(200);
    w.moveWallClock(1);
    expect(await codeOf(await list())).toBe('auth.invalid');
  });

  it('that was verified is opened again at once', async () => {
    const sessions = createSessions({ kind: 'secret', secret: SECRET }, () => START, 10);
    const authorization = `Bearer ${await mintToken(SECRET, HOLDERS.merchant, { now: START, lifetimeMs: 60_000 })}`;
    const first = await sessions.open(authorization);
    expect(first).toEqual({ principal: HOLDERS.merchant, caller: 'merchant/m1', expiresAt: START + 60_000 } satisfies Session);
    expect(sessions.open(authorization)).toBe(first);
  });
});

describe('a key set', () => {
  const issuer = 'https://issuer.example';
  const audience = 'redress-api';
  const keysOf = (port: number) => ({
    kind: 'jwks' as const,
    url: new URL(`http://127.0.0.1:${port}/keys`),
    issuer,
    audience,
    algorithms: ['ES256'],
  });

  async function withKeySet<T>(body: string, run: (port: number) => Promise<T>): Promise<T> {
    const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    try {
      return await run(typeof address === 'object' && address !== null ? address.port : 0);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  it('verifies with public keys, its own issuer and audience, and pinned algorithms', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
    const token = (claims: Record<string, unknown>) =>
      new SignJWT({ ...claimsOf(HOLDERS.operations), iss: issuer, aud: audience, exp: NOW + 60, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .sign(privateKey);
    await withKeySet(JSON.stringify({ keys: [jwk] }), async (port) => {
      const sessions = createSessions(keysOf(port), () => START, 10);
      expect(await sessions.open(`Bearer ${await token({})}`)).toMatchObject({ caller: 'operations/o1' });
      expect(await sessions.open(`Bearer ${await token({ aud: 'redress' })}`)).toMatchObject({ code: 'auth.invalid' });
      const confused = await new SignJWT({ ...claimsOf(HOLDERS.operations), iss: issuer, aud: audience, exp: NOW + 60 })
        .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
        .sign(new TextEncoder().encode(JSON.stringify(jwk)));
      expect(await sessions.open(`Bearer ${confused}`)).toMatchObject({ code: 'auth.invalid' });
    });
  });

  it('that cannot be had is no word against the token', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const token = await new SignJWT({ ...claimsOf(HOLDERS.operations), iss: issuer, aud: audience, exp: NOW + 60 })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
    const port = await withKeySet('{}', async (free) => free);
    const sessions = createSessions(keysOf(port), () => START, 10);
    expect(await sessions.open(`Bearer ${token}`)).toMatchObject({ code: 'service.unavailable' });
  });
});
