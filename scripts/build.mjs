import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Something the person at the keyboard can mend; printed without a stack. */
export class CannotBuild extends Error {}

/**
 * The path of the pinned compiler.
 * @param {string} root the project's folder
 * @returns {string}
 */
export function findCompiler(root) {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve('typescript/package.json');
    return join(dirname(manifest), 'bin', 'tsc');
  } catch {
    throw new CannotBuild(
      'TypeScript is not installed, so dist/ cannot be built from src/.\n' +
        'Run `npm ci` (with `--omit=dev` TypeScript is left out), or bring a dist/ that was built from exactly these sources.',
    );
  }
}

/**
 * Copies what the compiler leaves alone (SQL, JSON, styles) beside what it wrote.
 * @param {string} from
 * @param {string} to
 */
export function copyAssets(from, to) {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.tsx?$/.test(entry.name)) continue;
    const source = join(entry.parentPath, entry.name);
    cpSync(source, join(to, source.slice(from.length)));
  }
}

/**
 * Compiles src/ into a folder beside dist/ and puts it in dist/'s place once it is whole, so that a
 * failed build leaves the old dist/ as it was. The caller holds the build lock.
 * @param {string} root the project's folder
 * @param {string} fingerprint of the sources, kept in dist/.built
 */
export function build(root, fingerprint) {
  const compiler = findCompiler(root);
  const staging = join(root, '.dist');
  const dist = join(root, 'dist');
  rmSync(staging, { recursive: true, force: true });
  // All output goes to stderr: the stdout of `redress token` and its like belongs to them.
  const compiled = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json', '--outDir', staging, '--noEmitOnError'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (compiled.error) throw compiled.error;
  if (compiled.status !== 0) throw new CannotBuild('src/ does not compile; the errors stand above.');
  copyAssets(join(root, 'src'), staging);
  writeFileSync(join(staging, '.built'), fingerprint);
  if (existsSync(dist)) rmSync(dist, { recursive: true });
  renameSync(staging, dist);
}
