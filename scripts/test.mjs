// `npm test`: check, build if stale, then every test. `npm test -- FILE` runs only that file.
// `npm run test:long` (`--long`) runs the same tests with ten times the counts.
// The last line is always `N passed, N failed, N skipped`; a run without any test is a failure.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const long = process.argv.includes('--long');
const wanted = process.argv.slice(2).filter((argument) => argument !== '--long');
const environment = { ...process.env };
if (long) environment.REDRESS_TEST_SCALE ??= '10';

/**
 * @param {string[]} command
 * @returns {boolean} whether it succeeded
 */
function run(command) {
  return spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit', env: environment }).status === 0;
}

/** @param {string} what */
function endWithoutTests(what) {
  process.stdout.write(`\n${what} failed, and counts as one failure; no test was run.\n0 passed, 1 failed, 0 skipped\n`);
  process.exitCode = 1;
}

if (wanted.length === 0 && !run([join(root, 'scripts/check.mjs'), '--without-tidy'])) endWithoutTests('The check');
else if (!run([join(root, 'scripts/buildIfStale.mjs')])) endWithoutTests('The build');
else if (!run([vitest, 'run', ...wanted])) process.exitCode = 1;
