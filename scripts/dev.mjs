// `npm run dev`: compiles on every change and restarts the service, with stack traces that name src/.
// Its output has a folder of its own, so that bin/redress and the tests keep a dist/ that is whole.
import { spawn } from 'node:child_process';
import { rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyAssets, findCompiler } from './build.mjs';

/** An editor's save is several events; one compilation answers them all. */
const SETTLE_MS = 100;

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const output = join(root, '.dev');
const serve = process.argv.length > 2 ? process.argv.slice(2) : ['serve', '--examples'];

/** @type {import('node:child_process').ChildProcess | undefined} */
let service;

/** @type {import('node:child_process').ChildProcess | undefined} */
let compiler;
let changedMeanwhile = false;
let stopped = false;

// Whole compilations and not `tsc --watch`: they take well under a second. The compiler's launcher does not hand
// a signal on, so that both have a process group of their own, which is ended as one.
function compile() {
  changedMeanwhile = compiler !== undefined;
  if (compiler !== undefined || stopped) return;
  const words = [findCompiler(root), '-p', 'tsconfig.json', '--outDir', output, '--noEmitOnError'];
  compiler = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  compiler.once('exit', (status) => {
    compiler = undefined;
    if (stopped) return;
    process.stdout.write(status === 0 ? 'dev: compiled\n' : 'dev: does not compile; what runs is left as it was\n');
    if (changedMeanwhile) compile();
    else if (status === 0) takeOver();
  });
}

function takeOver() {
  copyAssets(source, output);
  service ??= startService();
}

function startService() {
  const options = ['--watch', '--watch-preserve-output', '--enable-source-maps'];
  const started = spawn(process.execPath, [...options, join(output, 'cli.js'), ...serve], { stdio: 'inherit' });
  started.once('exit', stop);
  return started;
}

/** @type {NodeJS.Timeout | undefined} */
let settling;
const changes = watch(source, { recursive: true }, () => {
  clearTimeout(settling);
  settling = setTimeout(compile, SETTLE_MS);
});

function stop() {
  stopped = true;
  changes.close();
  clearTimeout(settling);
  // It does not listen to anything less, and what it leaves is removed at the next start.
  if (compiler?.pid !== undefined) process.kill(-compiler.pid, 'SIGKILL');
  service?.kill();
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

rmSync(output, { recursive: true, force: true });
compile();
