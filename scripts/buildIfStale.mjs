import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOCK_WAIT_MS = 300_000;

/**
 * A hash over everything that dist/ is made from. Contents and not times: a checkout, a copy or an
 * image layer sets times as it likes, and a deleted file leaves none.
 * @param {string} root the project's folder
 * @returns {string}
 */
function fingerprintOf(root) {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of [...sources, join(root, 'tsconfig.json'), join(root, 'package-lock.json')]) {
    const content = readFileSync(path);
    hash.update(`${path.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} fingerprint
 */
function isFresh(root, fingerprint) {
  const built = join(root, 'dist', '.built');
  return existsSync(built) && readFileSync(built, 'utf8') === fingerprint;
}

/**
 * Runs `work` while no other process of this project builds. An exclusive SQLite transaction is the
 * lock, because the operating system drops it when its holder dies; a file with a process id stays.
 * @param {string} root
 * @param {() => void} work
 */
async function holdingTheBuildLock(root, work) {
  const { CannotBuild } = await import('./build.mjs');
  /** @type {import('better-sqlite3').Database} */
  let lock;
  try {
    const { default: Database } = await import('better-sqlite3');
    lock = new Database(join(root, '.dist.lock'), { timeout: LOCK_WAIT_MS });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new CannotBuild(`dist/ is out of date and cannot be built (${reason}).\nRun \`npm ci\` first.`, { cause });
  }
  try {
    lock.exec('BEGIN EXCLUSIVE');
    work();
  } finally {
    lock.close();
  }
}

/**
 * Makes dist/ what src/, tsconfig.json and package-lock.json say. Does nothing when it is that
 * already, and when there is no src/ but a built dist/ (a deployment without sources).
 * @param {string} root the project's folder
 */
export async function buildIfStale(root) {
  if (!existsSync(join(root, 'src')) && existsSync(join(root, 'dist', '.built'))) return;
  if (isFresh(root, fingerprintOf(root))) return;
  const { build, CannotBuild, findCompiler } = await import('./build.mjs');
  try {
    findCompiler(root);
    await holdingTheBuildLock(root, () => {
      // Whoever held the lock before may have built the very same sources.
      const fingerprint = fingerprintOf(root);
      if (isFresh(root, fingerprint)) return;
      process.stderr.write('redress: building dist/ from src/ ...\n');
      build(root, fingerprint);
    });
  } catch (error) {
    if (!(error instanceof CannotBuild)) throw error;
    process.stderr.write(`redress: ${error.message}\n`);
    process.exit(1);
  }
}

// Compared as real paths: a project reached through a symbolic link must not silently go unbuilt.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildIfStale(fileURLToPath(new URL('..', import.meta.url)));
}
