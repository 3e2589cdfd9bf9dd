// `npm run check`: types, then lint, format and import rules, then the tidy test. Every step runs, so
// that one look shows everything there is to mend. `--without-tidy` is for `npm test`, whose run of all
// tests holds the tidy test anyway.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCompiler } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = createRequire(import.meta.url);
const biome = installed.resolve('@biomejs/biome/bin/biome');
const vitest = join(dirname(installed.resolve('vitest/package.json')), 'vitest.mjs');

/** @type {{ name: string, command: string[] }[]} */
const steps = [
  // src/ alone first: with the tests beside it, a type of theirs could hide that src/ lacks one.
  { name: 'types of src', command: [findCompiler(root), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'types of tests, scripts and examples', command: [findCompiler(root), '-p', 'tsconfig.check.json'] },
  // What runs in a browser knows other globals than what runs in Node.js.
  { name: 'types of pages', command: [findCompiler(root), '-p', 'tsconfig.page.json'] },
  { name: 'lint, format and import rules', command: [biome, 'check', '--error-on-warnings'] },
];
if (!process.argv.includes('--without-tidy')) {
  steps.push({ name: 'tidy', command: [vitest, 'run', '--reporter=dot', 'test/tidy.test.ts', 'test/tooling/importRules.test.ts'] });
}

const failed = [];
for (const { name, command } of steps) {
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  process.stdout.write(`check: ${name}: ${status === 0 ? 'ok' : 'FAILED'}\n`);
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) process.exitCode = 1;
