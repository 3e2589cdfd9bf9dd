import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, seen from `.bench/bench/`. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CLI = join(ROOT, 'dist', 'cli.js');
/** Where data is prepared and measured; git ignores it. */
export const DATA = join(ROOT, 'bench', 'data');
export const RESULTS = join(ROOT, 'bench', 'results');

/** Changes whenever data that was prepared before may no longer be what the product would write. */
export function fingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of ['src/domain', 'src/actors', 'src/store']) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      if (name.endsWith('.ts')) hash.update(`${name}\0`).update(readFileSync(join(ROOT, folder, name)));
    }
  }
  return hash
    .update(readFileSync(join(ROOT, 'bench', 'orders.ts')))
    .digest('hex')
    .slice(0, 16);
}
