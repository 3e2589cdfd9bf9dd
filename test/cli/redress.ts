import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Runs the command line as people do: `bin/redress`, in a process of its own. */

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'bin/redress');

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly said: { out: string; err: string };
  readonly ended: Promise<Ended>;
}

/** What `bin/redress` says before the command runs, when sources have changed since the last build. */
const BUILDING = 'redress: building dist/ from src/ ...\n';

function start(words: readonly string[], environment: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [BIN, ...words], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...environment },
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, out: said.out, err: said.err.replace(BUILDING, '') }));
  });
  return { child, said, ended };
}

/** Runs one command to its end. `input` is piped in. */
export function redress(words: readonly string[], input = ''): Promise<Ended> {
  const { child, ended } = start(words, {});
  child.stdin?.end(input);
  return ended;
}

/** The same with settings in the environment. */
export function redressWith(environment: Readonly<Record<string, string>>, words: readonly string[]): Promise<Ended> {
  const { child, ended } = start(words, environment);
  child.stdin?.end();
  return ended;
}

export interface Running {
  readonly url: string;
  /** what it has said so far */
  out(): string;
  /** asks it to stop, and resolves once it has ended */
  stop(signal: 'SIGINT' | 'SIGTERM'): Promise<Ended>;
}

/** Starts a service on a free port and waits until it has said all that it says at the start. */
export async function serving(words: readonly string[]): Promise<Running> {
  const { child, said, ended } = start(['serve', '--port', '0', ...words], { REDRESS_LOG: 'silent' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => {
      if (said.out.includes('Ctrl-C stops it.')) resolve();
    });
    ended.then(({ status, err }) => reject(new Error(`the service ended with ${status}: ${err}`)), reject);
  });
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said.out)?.[0];
  if (url === undefined) throw new Error(`no address in ${said.out}`);
  return {
    url,
    out: () => said.out,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** A directory that goes when its test ends. */
export function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'redress-cli-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}
