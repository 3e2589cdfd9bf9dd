import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { mintToken, readOrMakeSecret, type TokenHolder } from '../../src/server/tokens.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { Caller } from '../stories/caller.js';
import { faultsOfBook } from '../stories/judge.js';
import { gatewayPayments } from '../stories/payments.js';
import { RATES_OFF } from '../stories/service.js';
import { faultsFound } from '../verify/faults.js';

/** The service as people start it, in a process of its own, so that it can be killed. */

/** What `bin/redress` runs once it has seen to the build, which `npm test` has done before. */
const REDRESS = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** A gateway that is slow, forgets to answer and settles later, so that payouts are everywhere on their way. */
export const UNSTEADY_GATEWAY = {
  answer: { leastMs: 0, mostMs: 25 },
  accepted: { of: 1, outOf: 5 },
  settle: { leastMs: 5, mostMs: 100 },
  lostAfter: { of: 1, outOf: 10 },
  lostBefore: { of: 1, outOf: 20 },
  calledBack: { of: 1, outOf: 3 },
  callback: { leastMs: 0, mostMs: 60 },
  declined: { of: 1, outOf: 10 },
};

const SERVES = /serves (http:\/\/\S+)/;

export interface Serving {
  readonly url: string;
  readonly dataDirectory: string;
  /** lines of its output since it serves, the log among them */
  readonly said: readonly string[];
  caller(holder: TokenHolder): Promise<Caller>;
  /** Ends it at once; it has no time for anything. */
  kill(): Promise<void>;
  /** Ends it in order; gives its exit code. */
  stop(): Promise<number | null>;
}

/** Gives directories and services that are gone after the tests of the file; what came last goes first. */
export function servingTests() {
  const endings: (() => void | Promise<void>)[] = [];
  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  });
  return {
    /** Has something ended too. */
    ending: (end: () => void | Promise<void>): void => {
      endings.push(end);
    },
    directory: (): string => {
      const directory = mkdtempSync(join(tmpdir(), 'redress-serving-'));
      endings.push(() => rmSync(directory, { recursive: true, force: true }));
      return directory;
    },
    start: async (dataDirectory: string, gateway: object = {}, environment: { readonly [name: string]: string } = {}): Promise<Serving> => {
      const { serving, child, ended } = spawnServing(dataDirectory, gateway, environment);
      endings.push(async () => {
        child.kill('SIGKILL');
        await ended;
      });
      return serving();
    },
  };
}

/** Starts the service on a directory, with a gateway that behaves as told. */
function spawnServing(dataDirectory: string, gateway: object, environment: { readonly [name: string]: string }) {
  const simulation = join(dataDirectory, 'simulation.json');
  writeFileSync(simulation, JSON.stringify({ gateway }));
  const settings = { ...RATES_OFF, REDRESS_DATA: dataDirectory, REDRESS_PORT: '0', REDRESS_SANDBOX: 'yes', REDRESS_LOG: 'error' };
  const child = spawn(process.execPath, [REDRESS, 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...settings, REDRESS_SIMULATION_FILE: simulation, ...environment },
  });
  const ended = once(child, 'close');
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    await ended;
    return child.exitCode;
  };
  const serving = async (): Promise<Serving> => {
    const { url, said } = await served(child);
    const secret = readOrMakeSecret(join(dataDirectory, 'token-secret'));
    return {
      url,
      dataDirectory,
      said,
      caller: async (holder) => new Caller(url, holder, await mintToken(secret, holder, { now: Date.now(), lifetimeMs: 3_600_000 })),
      kill: async () => {
        await end('SIGKILL');
      },
      stop: () => end('SIGTERM'),
    };
  };
  return { serving, child, ended };
}

/** The address that it says it serves, and all that it says; fails where it ends before. */
async function served(child: ChildProcess): Promise<{ readonly url: string; readonly said: readonly string[] }> {
  const said: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  if (child.stdout === null) throw new Error('the service has no output');
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      said.push(line);
      const url = SERVES.exec(line)?.[1];
      if (url !== undefined) resolve({ url, said });
    });
    lines.on('close', () => reject(new Error(`the service ended: ${said.join('\n')}`)));
  });
}

/** Why books break a promise, told beside a service that is running or from what a killed one left. */
export async function faultsOfData(dataDirectory: string, keys: readonly Parameters<typeof faultsOfBook>[1][]): Promise<string[]> {
  const store = openSqliteStore({ dataDirectory, writer: 'inline', readOnly: true });
  try {
    const payments = gatewayPayments(dataDirectory);
    const faults: string[] = [];
    for (const key of keys) faults.push(...(await faultsOfBook(store, key, payments)).map((fault) => `${key.orderNo}: ${fault}`));
    return [...faults, ...faultsFound(dataDirectory, keys)];
  } finally {
    await store.close();
  }
}
