import { statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { createSessions } from '../../src/server/sessions.js';
import { readOrMakeSecret } from '../../src/server/tokens.js';
import { directory, redress, redressWith } from './redress.js';

it.each([
  {
    words: ['--role', 'user', '--platform', 'demo', '--buyer', 'b-1'],
    principal: { role: 'user', platform: 'demo', buyerUid: 'b-1' },
  },
  {
    words: ['--role', 'merchant', '--id', 'desk', '--shop', 's-1', '--shop', 's-2'],
    principal: { role: 'merchant', id: 'desk', shops: ['s-1', 's-2'] },
  },
  { words: ['--role', 'operations', '--id', 'op'], principal: { role: 'operations', id: 'op' } },
  { words: ['--role', 'platform', '--id', 'oms', '--platform', 'demo'], principal: { role: 'platform', id: 'oms', platform: 'demo' } },
])('makes a token that is verified as $principal.role', async ({ words, principal }) => {
  const data = directory();
  const { status, out } = await redress(['token', ...words, '--data', data]);
  expect(status).toBe(0);
  const file = join(data, 'token-secret');
  const sessions = createSessions({ kind: 'secret', secret: readOrMakeSecret(file) }, () => Date.now(), 1);
  expect(await sessions.open(`Bearer ${out.trim()}`)).toMatchObject({ principal });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('gives it the life that is asked for', async () => {
  const { out } = await redress(['token', '--role', 'operations', '--id', 'op', '--expires', '90m', '--data', directory()]);
  const { iat = 0, exp = 0 } = decodeJwt(out.trim());
  expect(exp - iat).toBe(90 * 60);
});

it('says when it made a new secret, on stderr alone', async () => {
  const data = directory();
  const words = ['token', '--role', 'operations', '--id', 'op', '--data', data];
  expect((await redress(words)).err).toContain('made a new secret');
  expect((await redress(words)).err).toBe('');
});

it.each([
  { words: ['--role', 'user', '--platform', 'demo'], says: 'A token of role user needs --buyer.' },
  { words: ['--role', 'merchant', '--id', 'desk'], says: 'A token of role merchant needs --shop.' },
  { words: ['--role', 'operations', '--id', 'op', '--shop', 's'], says: 'A token of role operations takes no --shop.' },
  { words: ['--role', 'operations', '--id', 'op', '--expires', 'soon'], says: '--expires: expected a whole number followed by' },
  { words: ['--role', 'operations', '--id', 'a\u0007'], says: 'characters that no token may hold' },
])('refuses $words', async ({ words, says }) => {
  const { status, out, err } = await redress(['token', ...words, '--data', directory()]);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(says);
});

it('makes none where a key set verifies tokens', async () => {
  const environment = { REDRESS_JWKS_URL: 'https://example.com/keys', REDRESS_JWT_ISSUER: 'i', REDRESS_JWT_AUDIENCE: 'a' };
  const { status, err } = await redressWith(environment, ['token', '--role', 'operations', '--id', 'op', '--data', directory()]);
  expect(status).toBe(2);
  expect(err).toContain('who holds its keys makes them');
});
