// `npm run bench`: builds dist/ if it is stale, compiles bench/ into .bench/ and measures.
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findCompiler } from '../scripts/build.mjs';
import { buildIfStale } from '../scripts/buildIfStale.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, '.bench');

await buildIfStale(root);
// Types are checked by `npm run check`, which takes ten times as long as this.
const compiled = spawnSync(process.execPath, [findCompiler(root), '-p', 'bench/tsconfig.json', '--outDir', output, '--noCheck'], {
  cwd: root,
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(1);
// Code of src/ looks for the templates beside its own folder.
cpSync(join(root, 'templates'), join(output, 'templates'), { recursive: true });
await import(pathToFileURL(join(output, 'bench', 'main.js')).href);
