import { existsSync } from 'node:fs';
import { z } from 'zod';
import { type Config, secretFileOf } from '../../config.js';
import { shopId } from '../../domain/ids.js';
import { type Cast, type GivenToken, givenCast, mintedCast, type Person, TokensMismatched } from '../../load/people.js';
import { mintToken, readOrMakeSecret, type TokenHolder } from '../../server/tokens.js';
import { CliFailure, EXIT } from '../failure.js';

/** Who plays in a load: those whose tokens were given, or whoever is needed, by the secret of a data directory. */

const LIFETIME_MS = 86_400_000;

const claims = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), sub: z.string(), platform: z.string() }),
  z.object({ role: z.literal('merchant'), sub: z.string(), shops: z.array(z.string()).min(1) }),
  z.object({ role: z.literal('operations'), sub: z.string() }),
  z.object({ role: z.literal('platform'), sub: z.string(), platform: z.string() }),
]);

/** Whom a token is for, as it says itself; only the service verifies it. */
function givenToken(token: string): GivenToken {
  try {
    const said = claims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
    return { token, person: personOf(said) };
  } catch {
    throw new CliFailure('A token given with --token is none that Redress takes; redress token makes them.', EXIT.usage);
  }
}

function personOf(said: z.output<typeof claims>): Person {
  switch (said.role) {
    case 'user':
      return { role: 'user', platform: said.platform, buyerUid: said.sub };
    case 'merchant':
      return { role: 'merchant', id: said.sub, shops: said.shops };
    case 'platform':
      return { role: 'platform', id: said.sub, platform: said.platform };
    default:
      return { role: 'operations', id: said.sub };
  }
}

/** Who acts, by tokens that were given: one of each role. Throws `CliFailure` where one is missing or unreadable. */
export function castOfTokens(tokens: readonly string[]): Cast {
  try {
    return givenCast(tokens.map(givenToken));
  } catch (error) {
    throw error instanceof TokensMismatched ? new CliFailure(error.message, EXIT.usage) : error;
  }
}

/** @param now epoch milliseconds */
export function castOfSecret(config: Config, now: number): Cast {
  const file = secretFileOf(config);
  if (config.jwksUrl !== undefined || !existsSync(file)) {
    throw new CliFailure(
      `There is no secret to sign tokens with (${file}). Give a token of each role with --token, the data directory of the service with --data, or --start.`,
      EXIT.usage,
    );
  }
  const secret = readOrMakeSecret(file);
  return mintedCast((person) => mintToken(secret, holderOf(person), { now, lifetimeMs: LIFETIME_MS }));
}

const holderOf = (person: Person): TokenHolder => (person.role === 'merchant' ? { ...person, shops: person.shops.map(shopId) } : person);
