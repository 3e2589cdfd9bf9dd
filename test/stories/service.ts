import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { readConfig, secretFileOf } from '../../src/config.js';
import type { BookKey } from '../../src/domain/ids.js';
import { type GatewayBehaviour, WELL_BEHAVED } from '../../src/partners/simulated/gatewayPlans.js';
import { openCore, type Service, serveCore, troubleTo } from '../../src/redress.js';
import type { MachineTime } from '../../src/server/clock.js';
import { createLog } from '../../src/server/log.js';
import { mintToken, readOrMakeSecret, type TokenHolder } from '../../src/server/tokens.js';
import { faultsFound } from '../verify/faults.js';
import { Caller } from './caller.js';
import { faultsOfBook } from './judge.js';
import { gatewayPayments } from './payments.js';

/** The whole service on a port of its own: HTTP, host, SQLite, jobs, and partners that do what a test says. */

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the log says of itself, entry by entry. */
export interface LogEntry {
  readonly level: string;
  readonly message: string;
  readonly alarm?: string;
  readonly orderNo?: string;
}

export interface Running {
  readonly service: Service;
  readonly url: string;
  readonly dataDirectory: string;
  /** how the simulated gateway behaves from now on */
  readonly gateway: Mutable<GatewayBehaviour>;
  readonly log: LogEntry[];
  caller(holder: TokenHolder): Promise<Caller>;
  /** Resolves once nothing is due and nothing is under way. */
  settled(): Promise<void>;
  /** The service's time, epoch milliseconds. */
  now(): number;
  /** Why a book breaks a promise, as sentences; its payments at the gateway included. */
  faultsOf(key: BookKey): Promise<string[]>;
  close(): Promise<void>;
}

export const RATES_OFF = {
  REDRESS_RATE_USER: '0',
  REDRESS_RATE_MERCHANT: '0',
  REDRESS_RATE_OPERATIONS: '0',
  REDRESS_RATE_PLATFORM: '0',
  REDRESS_RATE_STRANGERS: '0',
};

/** Starts a service; one on the data of another begins where that one ended. */
export async function startRunning(
  given: { readonly dataDirectory?: string; readonly settings?: Record<string, string>; readonly time?: MachineTime } = {},
): Promise<Running> {
  const dataDirectory = given.dataDirectory ?? mkdtempSync(join(tmpdir(), 'redress-stories-'));
  const config = readConfig({ ...RATES_OFF, REDRESS_DATA: dataDirectory, REDRESS_PORT: '0', REDRESS_SANDBOX: 'yes', ...given.settings });
  const log: LogEntry[] = [];
  const gateway: Mutable<GatewayBehaviour> = { ...WELL_BEHAVED };
  const logger = createLog('warn', { write: (line: string) => log.push(JSON.parse(line) as LogEntry) });
  const core = await openCore({ dataDirectory, writer: 'inline', guard: { tell: troubleTo(logger) } }, given.time);
  const service = await serveCore(core, config, { gateway, carrier: undefined }, logger);
  const secret = readOrMakeSecret(secretFileOf(config));
  return {
    service,
    url: service.url,
    dataDirectory,
    gateway,
    log,
    caller: async (holder) => {
      const token = await mintToken(secret, holder, { now: core.time.wall(), lifetimeMs: 3_600_000 });
      return new Caller(service.url, holder, token, () => JSON.stringify(log.at(-1)));
    },
    settled: () => service.runner.settled(),
    now: () => core.clock.now(),
    faultsOf: async (key) => [
      ...(await faultsOfBook(core.store, key, gatewayPayments(dataDirectory))),
      ...faultsFound(dataDirectory, [key]),
    ],
    close: () => service.close(),
  };
}

/** A service for all tests of a file; it ends, and its data goes, with them. */
export function runningService(settings: Record<string, string> = {}): () => Running {
  let running: Running | undefined;
  beforeAll(async () => {
    running = await startRunning({ settings });
  });
  afterAll(async () => {
    await running?.close();
    if (running !== undefined) rmSync(running.dataDirectory, { recursive: true, force: true });
  });
  return () => {
    if (running === undefined) throw new Error('the service has not started');
    return running;
  };
}
