// `npm run dev`: compiles on every change and restarts the service, with stack traces that name src/.
// Its output has a folder of its own, so that bin/redress and the tests keep a dist/ that is whole.
import { spawn, spawnSync } from 'node:child_process';
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

// Whole compilations and not `tsc --watch`: they take well under a second, and the compiler's launcher
// does not hand a signal on to the process that watches, which would stay behind.
function compile() {
  const { status, signal } = spawnSync(
    process.execPath,
    [findCompiler(root), '-p', 'tsconfig.json', '--outDir', output, '--noEmitOnError'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  // Ctrl-C reaches the compiler as well.
  if (signal !== null) return;
  process.stdout.write(status === 0 ? 'dev: compiled\n' : 'dev: does not compile; what runs is left as it was\n');
  if (status !== 0) return;
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
  changes.close();
  clearTimeout(settling);
  service?.kill();
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

rmSync(output, { recursive: true, force: true });
compile();
