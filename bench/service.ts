import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shopId } from '../src/domain/ids.js';
import { readOrMakePartners } from '../src/server/partners.js';
import { mintToken, readOrMakeSecret } from '../src/server/tokens.js';
import { ordinaryEnvironment } from './environment.js';
import { CLI, RESULTS } from './folders.js';
import type { Voices } from './load/requests.js';
import { buyers, SHOP } from './orders.js';

/** The service in a process of its own, as `redress serve` starts it. */
export interface Service {
  readonly port: number;
  readonly pid: number;
  /** processor time used so far, in seconds */
  cpuSeconds(): number;
  /** resident memory, bytes */
  memory(): number;
  stop(): Promise<void>;
}

/** What differs from an ordinary start: no limit on the rate of one caller, and a gateway that waits to be told. */
const SETTINGS = {
  REDRESS_RATE_USER: '0',
  REDRESS_RATE_MERCHANT: '0',
  REDRESS_RATE_PLATFORM: '0',
};

const DAY_MS = 86_400_000;

/** A gateway that accepts everything and never settles by itself: the load brings the result. */
const GATEWAY = {
  gateway: { accepted: { of: 1, outOf: 1 }, settle: { leastMs: DAY_MS, mostMs: DAY_MS }, callbackLost: { of: 1, outOf: 1 } },
};

/** Where profiles of the service go, one per thread and start. */
export const PROFILES = join(RESULTS, 'profiles');

/** As `bin/redress` and `npm start` have it: what a request leaves behind is garbage before it is moved to where collecting is dear. */
const YOUNG_SPACE = '--max-semi-space-size=32';

/** Starts the service on a data directory and waits until it says where it listens. */
export async function startService(directory: string, options: { readonly profile: boolean }): Promise<Service> {
  const simulation = join(directory, 'simulation.json');
  writeFileSync(simulation, JSON.stringify(GATEWAY));
  if (options.profile) mkdirSync(PROFILES, { recursive: true });
  const profiling = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${PROFILES}`] : [];
  const child = spawn(process.execPath, [...profiling, YOUNG_SPACE, CLI, 'serve', '--port', '0', '--data', directory], {
    env: { ...ordinaryEnvironment(), ...SETTINGS, REDRESS_SIMULATION_FILE: simulation },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let said = '';
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 4_000) said += text;
      const found = /serves http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then((code) => reject(new Error(`the service ended with ${code}: ${said}`)));
  });
  const pid = child.pid ?? 0;
  return {
    port,
    pid,
    cpuSeconds: () => cpuSecondsOf(pid),
    memory: () => memoryOf(pid),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const TICKS_PER_SECOND = 100;

function cpuSecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function memoryOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}

/** Tokens and secrets that a service on this directory accepts. */
export async function voicesFor(directory: string): Promise<Voices> {
  const secret = readOrMakeSecret(join(directory, 'token-secret'));
  const gateway = readOrMakePartners(join(directory, 'partners.json')).get('gateway');
  const life = { now: Date.now(), lifetimeMs: DAY_MS };
  return {
    buyers: await Promise.all(buyers().map((buyer) => mintToken(secret, { role: 'user', ...buyer }, life))),
    merchant: await mintToken(secret, { role: 'merchant', id: 'desk-1', shops: [shopId(SHOP)] }, life),
    platform: await mintToken(secret, { role: 'platform', id: 'oms-1', platform: 'demo' }, life),
    gatewaySecret: gateway?.secret ?? '',
  };
}
