import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CliFailure } from '../failure.js';

/** A sandbox service of the load's own, in a process beside it, on data that go with it. */

const REDRESS = fileURLToPath(new URL('../../../bin/redress', import.meta.url));
const SERVES = /serves http:\/\/\S+:(\d+)/;

/** A load is one caller behind many names; it is not to measure the limits of single callers. */
const NO_RATES = Object.fromEntries(
  ['USER', 'MERCHANT', 'OPERATIONS', 'PLATFORM', 'STRANGERS'].map((name) => [`REDRESS_RATE_${name}`, '0']),
);

export interface OwnService {
  readonly url: string;
  readonly dataDirectory: string;
  /** Kills it as a power cut would, and starts it again on what it left. */
  crash(): Promise<void>;
  /** Ends it, and removes its data. */
  close(): Promise<void>;
}

/** Starts a sandbox in a process of its own on new data, which goes with it. */
export async function startOwnService(environment: { readonly [name: string]: string | undefined }): Promise<OwnService> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'redress-load-'));
  const start = async (wanted: number) => {
    const child = spawn(process.execPath, [REDRESS, 'serve', '--sandbox', '--port', String(wanted), '--data', dataDirectory], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { REDRESS_LOG: 'error', ...environment, ...NO_RATES, NO_COLOR: '1' },
    });
    return { child, ended: once(child, 'close'), port: await portOf(child) };
  };
  let running = await start(0);
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    running.child.kill(signal);
    await running.ended;
  };
  return {
    url: `http://127.0.0.1:${running.port}`,
    dataDirectory,
    crash: async () => {
      await end('SIGKILL');
      running = await start(running.port);
    },
    close: async () => {
      await end('SIGTERM');
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  const said: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  if (child.stdout !== null) {
    for await (const line of createInterface({ input: child.stdout })) {
      const port = SERVES.exec(line)?.[1];
      if (port === undefined) continue;
      child.stdout.resume();
      return Number(port);
    }
  }
  throw new CliFailure(`The service did not start: ${said.join('').trim()}`);
}
