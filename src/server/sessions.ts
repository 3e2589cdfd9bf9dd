import { hash } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { callerOf } from '../actors/principal.js';
import { shopId } from '../domain/ids.js';
import { type Refusal, refuse } from '../domain/refusals.js';
import { TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenHolder } from './tokens.js';

/** A verified token. */
export interface Session {
  readonly principal: TokenHolder;
  /** as `callerOf` writes it */
  readonly caller: string;
  /** epoch milliseconds */
  readonly expiresAt: number;
}

/** Where the keys of tokens come from. Algorithms are pinned; a token never chooses its own kind of key. */
export type TokenKeys =
  | { readonly kind: 'secret'; readonly secret: Uint8Array }
  | {
      readonly kind: 'jwks';
      readonly url: URL;
      readonly issuer: string;
      readonly audience: string;
      readonly algorithms: readonly string[];
    };

export interface Sessions {
  /** The session of an `Authorization` header; at once where the token was verified before. */
  open(authorization: string | undefined): Session | Refusal | Promise<Session | Refusal>;
}

const LONGEST_TOKEN = 8_192;
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;

const clean = z.string().regex(/^[^\p{Cc}\p{Cf}\p{Cs}]{1,128}$/u);
/** a platform's name stands before the buyer's in the caller's name, so it holds no slash */
const platform = z.string().regex(/^[^\p{Cc}\p{Cf}\p{Cs}/]{1,64}$/u);
const CLAIMS = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), sub: clean, platform, exp: z.number() }),
  z.object({ role: z.literal('merchant'), sub: clean, shops: z.array(clean).min(1).max(1_000), exp: z.number() }),
  z.object({ role: z.literal('operations'), sub: clean, exp: z.number() }),
  z.object({ role: z.literal('platform'), sub: clean, platform, exp: z.number() }),
]);

const invalid = (detail: string): Refusal => refuse('auth.invalid', detail);

/**
 * Verifies bearer tokens and remembers them, by their hash, until they expire.
 * @param now the wall clock, epoch milliseconds
 * @param remembered how many tokens are kept
 */
export function createSessions(keys: TokenKeys, now: () => number, remembered: number): Sessions {
  const verify = verifierOf(keys);
  const sessions = new LRUCache<string, Session>({ max: remembered });
  return {
    open(authorization) {
      if (authorization === undefined) return refuse('auth.missing', 'Give a bearer token in the Authorization header.');
      const token = authorization.length > LONGEST_TOKEN ? undefined : BEARER.exec(authorization)?.[1];
      if (token === undefined) return invalid('The Authorization header holds no bearer token.');
      const name = hash('sha256', token);
      const known = sessions.get(name);
      if (known !== undefined) return known.expiresAt > now() ? known : invalid('The token has expired.');
      return opened(verify, token, now()).then((session) => {
        if ('principal' in session) sessions.set(name, session);
        return session;
      });
    },
  };
}

type Verify = (token: string, now: Date) => ReturnType<typeof jwtVerify>;

function verifierOf(keys: TokenKeys): Verify {
  const requiredClaims = ['exp', 'sub'];
  if (keys.kind === 'secret') {
    const options = { algorithms: ['HS256'], issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, requiredClaims };
    return (token, currentDate) => jwtVerify(token, keys.secret, { ...options, currentDate });
  }
  const keySet: JWTVerifyGetKey = createRemoteJWKSet(keys.url);
  const options = { algorithms: [...keys.algorithms], issuer: keys.issuer, audience: keys.audience, requiredClaims };
  return (token, currentDate) => jwtVerify(token, keySet, { ...options, currentDate });
}

async function opened(verify: Verify, token: string, now: number): Promise<Session | Refusal> {
  let payload: unknown;
  try {
    ({ payload } = await verify(token, new Date(now)));
  } catch (error) {
    if (error instanceof errors.JWTExpired) return invalid('The token has expired.');
    if (isUnreachable(error)) return refuse('service.unavailable', 'The keys that verify tokens cannot be fetched now.');
    if (error instanceof errors.JOSEError) return invalid('The token could not be verified.');
    throw error;
  }
  const claims = CLAIMS.safeParse(payload);
  if (!claims.success) return invalid('The token lacks a claim: role, sub, and platform or shops where the role needs them.');
  const principal = principalOf(claims.data);
  return { principal, caller: callerOf(principal), expiresAt: claims.data.exp * 1_000 };
}

/** The key set could not be had, which says nothing about the token. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error instanceof TypeError) return true;
  return error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC';
}

function principalOf(claims: z.infer<typeof CLAIMS>): TokenHolder {
  switch (claims.role) {
    case 'user':
      return { role: 'user', platform: claims.platform, buyerUid: claims.sub };
    case 'merchant':
      return { role: 'merchant', id: claims.sub, shops: claims.shops.map(shopId) };
    case 'platform':
      return { role: 'platform', id: claims.sub, platform: claims.platform };
    default:
      return { role: 'operations', id: claims.sub };
  }
}
