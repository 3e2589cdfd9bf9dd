import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { ENTRY_POINTS, type EntryPoint } from '../actors/principal.js';
import { type Config, secretFileOf } from '../config.js';
import { shopId } from '../domain/ids.js';
import { isRefusal } from '../domain/refusals.js';
import { durationSchema, milliseconds } from '../machines/duration.js';
import { createSessions } from '../server/sessions.js';
import { mintToken, readOrMakeSecret, type TokenHolder } from '../server/tokens.js';
import { CliFailure, EXIT } from './failure.js';
import { dataOption, type SettingOptions, settingsOf } from './settings.js';
import type { Terminal } from './terminal.js';

interface TokenOptions extends SettingOptions {
  readonly role: EntryPoint;
  readonly platform?: string;
  readonly buyer?: string;
  readonly id?: string;
  readonly shop: readonly string[];
  readonly expires?: string;
}

/** What each role's token names, and what it must not. */
const FLAGS: Readonly<Record<EntryPoint, readonly ('platform' | 'buyer' | 'id' | 'shop')[]>> = {
  user: ['platform', 'buyer'],
  merchant: ['id', 'shop'],
  operations: ['id'],
  platform: ['id', 'platform'],
};

const HELP = `
What each role needs:
  user        --platform, --buyer      a buyer, known by platform and number together
  merchant    --id, --shop (repeated)  a person or system of these shops
  operations  --id                     a person of the house
  platform    --id, --platform         a machine of an order platform

Example:
  curl -H "Authorization: Bearer $(redress token --role user --platform demo --buyer buyer-1)" \\
    http://127.0.0.1:7337/v1/user/orders`;

/** `redress token`: signs a token with the secret of a data directory, and prints it alone. */
export function tokenCommand(terminal: Terminal): Command {
  return new Command('token')
    .description('print a token that the service accepts')
    .addOption(new Option('--role <role>', 'whom it is for').choices(ENTRY_POINTS).makeOptionMandatory())
    .option('--platform <name>', 'platform of the buyer, or of the machine')
    .option('--buyer <uid>', 'the buyer’s number on the platform')
    .option('--id <name>', 'name of the person or machine')
    .option('--shop <shopId>', 'a shop of the merchant; repeat for more', (shop: string, all: readonly string[]) => [...all, shop], [])
    .option('--expires <duration>', 'life of the token, such as 30m, 12h or 7d (REDRESS_TOKEN_LIFETIME where nothing is given)')
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async (options: TokenOptions) => terminal.out(await makeToken(terminal, options)));
}

async function makeToken(terminal: Terminal, options: TokenOptions): Promise<string> {
  const config = settingsOf(terminal, options);
  const holder = holderOf(options);
  const lifetimeMs = options.expires === undefined ? config.tokenLifetimeMs : lifetimeOf(options.expires);
  if (config.jwksUrl !== undefined) {
    throw new CliFailure('The service verifies tokens by a key set (REDRESS_JWKS_URL); who holds its keys makes them.', EXIT.usage);
  }
  const file = secretFileOf(config);
  if (!existsSync(file)) terminal.err(`redress: made a new secret, ${file}; only a service on this data accepts the token`);
  return signedToken(config, holder, { now: Date.now(), lifetimeMs });
}

/**
 * A token that the service on this data accepts: it is verified by the code that verifies requests.
 * @param life `now` in epoch milliseconds
 */
export async function signedToken(
  config: Config,
  holder: TokenHolder,
  life: { readonly now: number; readonly lifetimeMs: number },
): Promise<string> {
  const secret = readOrMakeSecret(secretFileOf(config));
  const token = await mintToken(secret, holder, life);
  const session = await createSessions({ kind: 'secret', secret }, () => life.now, 1).open(`Bearer ${token}`);
  if (isRefusal(session)) throw new CliFailure('The names are too long or hold characters that no token may hold.', EXIT.usage);
  return token;
}

function holderOf(options: TokenOptions): TokenHolder {
  const { role } = options;
  const given = { platform: options.platform, buyer: options.buyer, id: options.id, shop: options.shop.length === 0 ? undefined : '' };
  for (const [flag, value] of Object.entries(given)) {
    const wanted = FLAGS[role].some((name) => name === flag);
    if (wanted && value === undefined) throw new CliFailure(`A token of role ${role} needs --${flag}.`, EXIT.usage);
    if (!wanted && value !== undefined) throw new CliFailure(`A token of role ${role} takes no --${flag}.`, EXIT.usage);
  }
  const { platform = '', buyer = '', id = '' } = options;
  switch (role) {
    case 'user':
      return { role, platform, buyerUid: buyer };
    case 'merchant':
      return { role, id, shops: options.shop.map(shopId) };
    case 'platform':
      return { role, id, platform };
    default:
      return { role, id };
  }
}

function lifetimeOf(text: string): number {
  const duration = durationSchema.safeParse(text);
  if (!duration.success) throw new CliFailure(`--expires: ${duration.error.issues[0]?.message ?? 'expected a duration'}`, EXIT.usage);
  return milliseconds(duration.data);
}
