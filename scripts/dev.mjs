// `npm run dev`: compiles on every change and restarts the service, with stack traces that name src/.
// Its output has a folder of its own, so that bin/redress and the tests keep a dist/ that is whole.
import { spawn, spawnSync } from 'node:child_process';
import { rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyAssets, findCompiler } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const output = join(root, '.dev');
const compile = [findCompiler(root), '-p', join(root, 'tsconfig.json'), '--outDir', output];
const serve = process.argv.length > 2 ? process.argv.slice(2) : ['serve', '--examples'];

rmSync(output, { recursive: true, force: true });
spawnSync(process.execPath, compile, { stdio: 'inherit' });
copyAssets(source, output);

const children = [
  spawn(process.execPath, [...compile, '--watch', '--preserveWatchOutput'], { stdio: 'inherit' }),
  spawn(process.execPath, ['--watch', '--watch-preserve-output', '--enable-source-maps', join(output, 'cli.js'), ...serve], {
    stdio: 'inherit',
  }),
];
const assets = watch(source, { recursive: true }, (_, name) => {
  if (name !== null && !/\.tsx?$/.test(name)) copyAssets(source, output);
});

function stop() {
  assets.close();
  for (const child of children) child.kill();
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
for (const child of children) child.once('exit', stop);
