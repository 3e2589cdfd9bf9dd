import { join } from 'node:path';
import { z } from 'zod';
import type { ServerSettings } from './server/dependencies.js';
import { LOG_LEVELS } from './server/log.js';
import type { ListenSettings } from './server/serve.js';

/** Every setting of the service: its name in the environment, default, unit and meaning, in one table. */

export interface ConfigKey {
  readonly env: string;
  /** as it would be written in the environment; empty where nothing is set */
  readonly byDefault: string;
  readonly unit: string;
  readonly meaning: string;
}

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,15}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));
const yesNo = z.enum(['yes', 'no']).transform((value) => value === 'yes');
const optionalText = z.string().transform((value) => (value === '' ? undefined : value));
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

function key<S extends z.ZodType<unknown, string>>(env: string, byDefault: string, unit: string, meaning: string, schema: S) {
  return { env, byDefault, unit, meaning, schema };
}

/** What is answered there decides over money: on its way it must not be changed. */
function isGatewayUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

const MEGABYTE = 1_048_576;

const KEYS = {
  host: key('REDRESS_HOST', '127.0.0.1', 'address', 'Address to listen on', z.string().min(1)),
  port: key('REDRESS_PORT', '7337', 'port', 'Port to listen on; 0 takes any free one', whole(0, 65_535)),
  data: key('REDRESS_DATA', './data', 'directory', 'Where the data, the secret and the evidence are kept', z.string().min(1)),
  sandbox: key('REDRESS_SANDBOX', 'no', 'yes or no', 'Let operations move the clock forward, and cut the simulated gateway off', yesNo),
  logLevel: key(
    'REDRESS_LOG',
    'info',
    LOG_LEVELS.join(', '),
    'Least severe entry of the log; `debug` logs every request',
    z.enum(LOG_LEVELS),
  ),
  connectionLimit: key(
    'REDRESS_CONNECTIONS',
    '2000',
    'connections',
    'Open connections; further ones are closed at once',
    whole(1, 1_000_000),
  ),
  inFlightLimit: key(
    'REDRESS_IN_FLIGHT',
    '256',
    'requests',
    'Requests worked on at once; further ones are answered 503',
    whole(1, 100_000),
  ),
  headersLimitBytes: key('REDRESS_HEADERS_LIMIT', '16384', 'bytes', 'Size of all headers of a request', whole(1_024, MEGABYTE)),
  headersTimeoutMs: key('REDRESS_HEADERS_TIMEOUT', '10000', 'ms', 'Time for all headers of a request to arrive', whole(100, 600_000)),
  bodyLimitBytes: key('REDRESS_BODY_LIMIT', String(MEGABYTE), 'bytes', 'Size of a JSON body', whole(1_024, 64 * MEGABYTE)),
  bodyTimeoutMs: key('REDRESS_BODY_TIMEOUT', '15000', 'ms', 'Time for a body to arrive; an import may take longer', whole(100, 600_000)),
  importLineLimitBytes: key(
    'REDRESS_IMPORT_LINE_LIMIT',
    String(MEGABYTE),
    'bytes',
    'Size of one line of an import',
    whole(1_024, 64 * MEGABYTE),
  ),
  importWindow: key('REDRESS_IMPORT_WINDOW', '512', 'orders', 'Orders of one import under way at once', whole(1, 10_000)),
  imports: key('REDRESS_IMPORTS', '8', 'imports', 'Imports under way at once; further ones are answered 503', whole(1, 1_000)),
  evidenceLimitBytes: key(
    'REDRESS_EVIDENCE_LIMIT',
    String(10 * MEGABYTE),
    'bytes',
    'Size of one piece of evidence',
    whole(1_024, 512 * MEGABYTE),
  ),
  uploadRate: key(
    'REDRESS_UPLOAD_RATE',
    '100',
    'kB/s',
    'Evidence that a caller may upload over time; what 1000 s allow at once; 0 for no limit',
    whole(0, 10_000_000),
  ),
  downloads: key(
    'REDRESS_DOWNLOADS',
    '32',
    'downloads',
    'Downloads of evidence under way at once, a quarter of them by one caller',
    whole(1, 10_000),
  ),
  keepAliveTimeoutMs: key('REDRESS_KEEP_ALIVE', '65000', 'ms', 'Time a connection is kept on which nothing moves', whole(1_000, 3_600_000)),
  shutdownTimeoutMs: key(
    'REDRESS_SHUTDOWN_TIMEOUT',
    '10000',
    'ms',
    'Time for requests under way once the service stops',
    whole(0, 600_000),
  ),
  rateUser: key(
    'REDRESS_RATE_USER',
    '50',
    'requests/s',
    'Per buyer; twice as many after a pause, as many under way at once; 0 for no limit',
    whole(0, 1_000_000),
  ),
  rateMerchant: key('REDRESS_RATE_MERCHANT', '500', 'requests/s', 'Per merchant; as for buyers', whole(0, 1_000_000)),
  rateOperations: key('REDRESS_RATE_OPERATIONS', '500', 'requests/s', 'Per operator; as for buyers', whole(0, 1_000_000)),
  ratePlatform: key('REDRESS_RATE_PLATFORM', '5000', 'requests/s', 'Per machine of a platform; as for buyers', whole(0, 1_000_000)),
  rateStrangers: key(
    'REDRESS_RATE_STRANGERS',
    '50',
    'requests/s',
    'Without a valid token, per address; twice as many after a pause; 0 for no limit',
    whole(0, 1_000_000),
  ),
  rateCallers: key('REDRESS_RATE_CALLERS', '100000', 'callers', 'Callers whose rate is remembered', whole(100, 10_000_000)),
  secretFile: key(
    'REDRESS_SECRET_FILE',
    '',
    'file',
    'Secret that signs tokens, made on first start with mode 0600; `token-secret` in the data directory where nothing is set',
    optionalText,
  ),
  tokenLifetimeMs: key('REDRESS_TOKEN_LIFETIME', '86400000', 'ms', 'Life of a token made by `redress token`', whole(1_000, 31_536_000_000)),
  tokensRemembered: key(
    'REDRESS_TOKENS_REMEMBERED',
    '10000',
    'tokens',
    'Verified tokens that are remembered until they expire',
    whole(1, 1_000_000),
  ),
  jwksUrl: key('REDRESS_JWKS_URL', '', 'URL', 'Key set that verifies tokens; replaces the secret', optionalText),
  jwtIssuer: key('REDRESS_JWT_ISSUER', '', 'text', 'Issuer that tokens must name; needed with a key set', optionalText),
  jwtAudience: key('REDRESS_JWT_AUDIENCE', '', 'text', 'Audience that tokens must name; needed with a key set', optionalText),
  jwtAlgorithms: key(
    'REDRESS_JWT_ALGORITHMS',
    'RS256,PS256,ES256,EdDSA',
    'list',
    'Algorithms of a key set; a shared secret is none of them',
    list,
  ),
  partnersFile: key(
    'REDRESS_PARTNERS_FILE',
    '',
    'file',
    'Secrets of partners that send callbacks (JSON); `partners.json` in the data directory where nothing is set',
    optionalText,
  ),
  simulationFile: key(
    'REDRESS_SIMULATION_FILE',
    '',
    'file',
    'How the simulated gateway and carrier behave (JSON, see docs/partners.md); they pay at once and move no parcels where nothing is set',
    optionalText,
  ),
  gatewayUrl: key(
    'REDRESS_GATEWAY_URL',
    '',
    'URL',
    'Payment gateway that is asked over HTTP (see docs/partners.md): https, or http on this machine; simulated where nothing is set',
    z.union([
      z.literal('').transform(() => undefined),
      z.string().refine(isGatewayUrl, 'expected https://..., or http:// on this machine'),
    ]),
  ),
  gatewayTimeoutMs: key(
    'REDRESS_GATEWAY_TIMEOUT',
    '5000',
    'ms',
    'Time for an answer of that gateway; without one the payout is unknown, and asked about',
    whole(100, 10_000),
  ),
  callbackToleranceMs: key(
    'REDRESS_CALLBACK_TOLERANCE',
    '300000',
    'ms',
    'How far the time of a signature may be off',
    whole(1_000, 3_600_000),
  ),
  eventStreams: key('REDRESS_EVENT_STREAMS', '500', 'streams', 'Open streams of live events', whole(0, 100_000)),
  eventStreamsOfCaller: key(
    'REDRESS_EVENT_STREAMS_OF_CALLER',
    '25',
    'streams',
    'Open streams of live events of one caller',
    whole(1, 100_000),
  ),
  eventBuffer: key('REDRESS_EVENT_BUFFER', '1000', 'events', 'Events that wait for one client before it is cut', whole(1, 100_000)),
  heartbeatMs: key('REDRESS_HEARTBEAT', '15000', 'ms', 'Pause after which a stream is kept alive', whole(100, 300_000)),
  pageLimit: key('REDRESS_PAGE_LIMIT', '200', 'entries', 'Longest part of a list', whole(1, 1_000)),
} as const;

type Values = { readonly [K in keyof typeof KEYS]: z.output<(typeof KEYS)[K]['schema']> };

/** The settings of the service. */
export type Config = Values;

/** The table of all keys, as README shows it. */
export const CONFIG_KEYS: readonly ConfigKey[] = Object.values(KEYS).map(({ env, byDefault, unit, meaning }) => ({
  env,
  byDefault,
  unit,
  meaning,
}));

/** Something in the environment that is no setting, or no value for it; one sentence per fault. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** Reads the settings. Throws `ConfigInvalid` with every fault at once; a name that begins with REDRESS_ and is none of ours is one. */
export function readConfig(environment: { readonly [name: string]: string | undefined }): Config {
  const faults = Object.keys(environment)
    .filter((name) => name.startsWith('REDRESS_') && !CONFIG_KEYS.some(({ env }) => env === name))
    .map((name) => `${name}: there is no such setting`);
  const values: { [name: string]: unknown } = {};
  for (const [name, { env, byDefault, schema }] of Object.entries(KEYS)) {
    const parsed = schema.safeParse(environment[env] ?? byDefault);
    if (parsed.success) values[name] = parsed.data;
    else faults.push(`${env}: ${parsed.error.issues.map(({ message }) => message).join('; ')}`);
  }
  if (faults.length > 0) throw new ConfigInvalid(faults);
  const config = values as Values;
  if (config.jwksUrl !== undefined && (config.jwtIssuer === undefined || config.jwtAudience === undefined)) {
    throw new ConfigInvalid(['REDRESS_JWKS_URL: needs REDRESS_JWT_ISSUER and REDRESS_JWT_AUDIENCE']);
  }
  if (config.jwksUrl !== undefined && !URL.canParse(config.jwksUrl)) throw new ConfigInvalid(['REDRESS_JWKS_URL: expected a URL']);
  if (config.jwtAlgorithms.some((algorithm) => algorithm.startsWith('HS') || algorithm === 'none')) {
    throw new ConfigInvalid(['REDRESS_JWT_ALGORITHMS: a key set verifies with public keys only']);
  }
  if (config.heartbeatMs >= config.keepAliveTimeoutMs) {
    throw new ConfigInvalid(['REDRESS_HEARTBEAT: a stream must be kept alive before REDRESS_KEEP_ALIVE ends its connection']);
  }
  return config;
}

/** The secret's file, and that of the partners. */
export const secretFileOf = ({ secretFile, data }: Config): string => secretFile ?? join(data, 'token-secret');
/** Where the secrets of partners are kept: as set, else in the data directory. */
export const partnersFileOf = ({ partnersFile, data }: Config): string => partnersFile ?? join(data, 'partners.json');

/** The edge's part of the settings. */
export function serverSettingsOf(config: Config): ServerSettings {
  const rate = (perSecond: number) => ({ perSecond, burst: 2 * perSecond });
  return {
    ...config,
    rates: {
      user: rate(config.rateUser),
      merchant: rate(config.rateMerchant),
      operations: rate(config.rateOperations),
      platform: rate(config.ratePlatform),
    },
    strangers: rate(config.rateStrangers),
    uploads: {
      perSecond: config.uploadRate,
      // However low the rate, a piece of the greatest size can be uploaded.
      burst: Math.max(1_000 * config.uploadRate, Math.ceil(config.evidenceLimitBytes / 1_000)),
    },
  };
}

/** The listener's part of the settings. */
export const listenSettingsOf = (config: Config): ListenSettings => config;
