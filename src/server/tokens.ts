import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import type { Principal } from '../actors/principal.js';
import { makeOnce } from './madeOnce.js';

export const TOKEN_ISSUER = 'redress';
export const TOKEN_AUDIENCE = 'redress';

/** A secret of fewer bytes is refused: HS256 wants at least as many as its hash has. */
const SECRET_BYTES = 32;

/**
 * The secret that signs tokens in the embedded service: read from the file, or made and written there first,
 * readable by its owner alone. Throws where the file holds too little to be a secret.
 */
export function readOrMakeSecret(file: string): Uint8Array {
  const kept = readSecret(file) ?? makeSecret(file);
  if (kept.byteLength < SECRET_BYTES)
    throw new Error(`${file} holds fewer than ${SECRET_BYTES} bytes; remove it to have a new secret made`);
  return kept;
}

function readSecret(file: string): Uint8Array | undefined {
  try {
    const secret = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
    chmodSync(file, 0o600);
    return secret;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function makeSecret(file: string): Uint8Array {
  const secret = randomBytes(SECRET_BYTES);
  if (makeOnce(file, `${secret.toString('base64url')}\n`)) return secret;
  return readSecret(file) ?? secret;
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

/** Who a token is for; the service's own parts have none. */
export type TokenHolder = Exclude<Principal, { role: 'system' }>;

/** The claims of a holder: `role`, `sub`, and where they belong `platform` and `shops`. */
export function claimsOf(holder: TokenHolder) {
  switch (holder.role) {
    case 'user':
      return { role: holder.role, sub: holder.buyerUid, platform: holder.platform };
    case 'merchant':
      return { role: holder.role, sub: holder.id, shops: [...holder.shops] };
    case 'platform':
      return { role: holder.role, sub: holder.id, platform: holder.platform };
    default:
      return { role: holder.role, sub: holder.id };
  }
}

/**
 * Mints a token signed with the embedded service's secret (HS256).
 * @param now epoch milliseconds
 */
export function mintToken(
  secret: Uint8Array,
  holder: TokenHolder,
  life: { readonly now: number; readonly lifetimeMs: number },
): Promise<string> {
  const issuedAt = Math.floor(life.now / 1_000);
  return new SignJWT(claimsOf(holder))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.floor(life.lifetimeMs / 1_000))
    .sign(secret);
}
