import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ActorHost } from '../../src/actors/host.js';
import { HOST_LIMITS } from '../../src/actors/hostPorts.js';
import type { BookStore } from '../../src/actors/ports.js';
import { RULES, type Rules } from '../../src/actors/rules.js';
import { type Config, readConfig, secretFileOf } from '../../src/config.js';
import { shopId } from '../../src/domain/ids.js';
import { type Cast, mintedCast } from '../../src/load/people.js';
import { type LoadAsked, runLoad } from '../../src/load/run.js';
import { steady } from '../../src/load/scenarios/steady.js';
import { machineTime } from '../../src/load/service/time.js';
import { inProcessLock } from '../../src/locks/inProcess.js';
import { ChartBook } from '../../src/machines/chartBook.js';
import { WELL_BEHAVED } from '../../src/partners/simulated/gatewayPlans.js';
import { type Core, openCore, type Service, serveCore } from '../../src/redress.js';
import { createLog } from '../../src/server/log.js';
import { mintToken, readOrMakeSecret } from '../../src/server/tokens.js';
import { RATES_OFF } from '../stories/service.js';

/** A service over HTTP from which something is taken away, as a saboteur of the simulator does it: by other parts, never by a hook. */
export interface TakenAway {
  readonly rules?: Partial<Rules>;
  readonly wrapBooks?: (books: BookStore) => BookStore;
}

export interface Weakened {
  readonly url: string;
  readonly dataDirectory: string;
  readonly cast: Cast;
  stop(): Promise<void>;
  /** Starts it again, on the same port and data. */
  start(): Promise<void>;
}

const sabotaged = (core: Core, { rules = {}, wrapBooks = (books) => books }: TakenAway): Core => ({
  ...core,
  host: new ActorHost({
    store: wrapBooks(core.books),
    templates: core.templates,
    evidence: core.store.evidence,
    lock: inProcessLock(),
    clock: core.clock,
    entropy: { salt: () => randomBytes(16).toString('hex') },
    rules: { ...RULES, ...rules },
    charts: new ChartBook(),
    limits: HOST_LIMITS,
  }),
});

async function serveSabotaged(config: Config, taken: TakenAway): Promise<Service> {
  const core = await openCore({ dataDirectory: config.data, writer: 'inline' });
  return serveCore(sabotaged(core, taken), config, { gateway: WELL_BEHAVED, carrier: undefined }, createLog('silent'));
}

/** Starts a sandbox service without some of its guards; it ends, and its data goes, with the test. */
export async function serviceWithout(taken: TakenAway = {}, more: Record<string, string> = {}): Promise<Weakened> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'redress-weakened-'));
  const settings = { ...RATES_OFF, REDRESS_DATA: dataDirectory, REDRESS_SANDBOX: 'yes', ...more };
  let service = await serveSabotaged(readConfig({ ...settings, REDRESS_PORT: '0' }), taken);
  const { url } = service;
  const config = readConfig({ ...settings, REDRESS_PORT: new URL(url).port });
  onTestFinished(async () => {
    await service.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  });
  const secret = readOrMakeSecret(secretFileOf(config));
  return {
    url,
    dataDirectory,
    cast: mintedCast((person) => {
      const holder = person.role === 'merchant' ? { ...person, shops: person.shops.map(shopId) } : person;
      return mintToken(secret, holder, { now: Date.now(), lifetimeMs: 3_600_000 });
    }),
    stop: () => service.close(),
    start: async () => {
      service = await serveSabotaged(config, taken);
    },
  };
}

/** Ends a load after so many moves, however long they take. */
export function afterMoves(count: number): () => boolean {
  let moves = 0;
  return () => {
    moves += 1;
    return moves > count;
  };
}

/** What a small load asks for, save what a test wants otherwise. */
export const smallLoad = ({ url, cast }: Weakened, more: Partial<LoadAsked> = {}): LoadAsked => ({
  ...{ url, cast, scenario: steady, wishes: { seconds: 600, orders: 4, connections: 12, skew: 1 }, seed: 7, keys: 60 },
  ...{ patienceMs: 60_000, sockets: 64, time: machineTime, stopped: afterMoves(120) },
  watch: { begun: () => undefined, started: () => undefined, told: () => undefined },
  ...more,
});

/** Loads a service a little, and gives the report. */
export const loadLittle = (weakened: Weakened, more: Partial<LoadAsked> = {}) => runLoad(smallLoad(weakened, more));
