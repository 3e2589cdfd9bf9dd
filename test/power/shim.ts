import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** `shim.c`, which stands between a process and its files: compiled, and told what to do while the process runs. */

/** What of an operation can be made to fail. */
const OPERATIONS = { write: 1, truncate: 2, sync: 4, open: 8, unlink: 16 } as const;
export type Operation = keyof typeof OPERATIONS;

export interface Fault {
  readonly operations: readonly Operation[];
  readonly error: 'ENOSPC' | 'EROFS' | 'EACCES' | 'EPERM' | 'EIO';
  /** so many operations go through before the first fails */
  readonly after?: number;
  /** so many bytes are written before the first write fails, the last of them in part */
  readonly afterBytes?: number;
  /** so many fail, and then none; all until told otherwise where nothing is said */
  readonly times?: number;
}

/** The struct of the same name in `shim.c`. */
const SIZE = 40;
const AT = { operations: 0, error: 4, after: 8, bytes: 16, times: 20, failed: 24, swallow: 32 } as const;

export interface Shim {
  /** for the environment of the process */
  readonly environment: { readonly [name: string]: string };
  /** where it writes down what has happened to the files */
  readonly log: string;
  /** From now on operations fail as told. */
  fail(fault: Fault): void;
  heal(): void;
  /** From now on syncs say that they have worked, and do nothing. */
  swallowSyncs(): void;
  /** how many operations have failed since the fault was set */
  failed(): number;
}

const SOURCE = fileURLToPath(new URL('./shim.c', import.meta.url));

/** Compiles the shim. Throws a sentence for a person where this machine cannot. */
function compile(into: string): string {
  if (process.platform !== 'linux') throw new Error('Loss of power and failing disks are tried on Linux only: shim.c is preloaded there.');
  const library = join(into, 'shim.so');
  const words = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, SOURCE, '-ldl', '-lpthread'];
  const { error, status, stderr } = spawnSync('cc', words, { encoding: 'utf8' });
  if (error !== undefined)
    throw new Error(
      `These tests compile shim.c with a C compiler, and there is none called cc: ${error.message}. On Debian: apt install gcc.`,
    );
  if (status !== 0) throw new Error(`cc could not compile shim.c:\n${stderr}`);
  return library;
}

/** Gives shims for directories; what they are made of is gone after the tests of the file. */
export function shims(): (directory: string, options?: { readonly recording?: boolean }) => Shim {
  const folder = mkdtempSync(join(tmpdir(), 'redress-power-'));
  const controls: number[] = [];
  let library: string | undefined;
  afterAll(() => {
    for (const control of controls) closeSync(control);
    rmSync(folder, { recursive: true, force: true });
  });
  return (directory, { recording = false } = {}) => {
    library ??= compile(folder);
    const name = join(folder, `shim-${controls.length}`);
    writeFileSync(`${name}.control`, Buffer.alloc(SIZE));
    const control = openSync(`${name}.control`, 'r+');
    controls.push(control);
    const environment = {
      LD_PRELOAD: library,
      POWER_DIRECTORY: directory,
      POWER_CONTROL: `${name}.control`,
      ...(recording ? { POWER_LOG: `${name}.log` } : {}),
      // The library would not see what the kernel is asked for in other ways than by calls.
      UV_USE_IO_URING: '0',
    };
    return { environment, log: `${name}.log`, ...controlOf(control) };
  };
}

function controlOf(file: number): Pick<Shim, 'fail' | 'heal' | 'swallowSyncs' | 'failed'> {
  const put = (at: number, value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    writeSync(file, bytes, 0, 4, at);
  };
  const putLong = (at: number, value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    writeSync(file, bytes, 0, 8, at);
  };
  const heal = () => put(AT.operations, 0);
  return {
    heal,
    fail: ({ operations, error, after, afterBytes, times = 0 }) => {
      heal();
      put(AT.error, constants.errno[error]);
      putLong(AT.after, afterBytes ?? after ?? 0);
      put(AT.bytes, afterBytes === undefined ? 0 : 1);
      put(AT.times, times);
      putLong(AT.failed, 0);
      // The last to be written: the process looks at this one first.
      put(
        AT.operations,
        operations.reduce((all, operation) => all | OPERATIONS[operation], 0),
      );
    },
    swallowSyncs: () => put(AT.swallow, 1),
    failed: () => {
      const bytes = Buffer.alloc(8);
      readSync(file, bytes, 0, 8, AT.failed);
      return Number(bytes.readBigInt64LE());
    },
  };
}
