import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a directory that holds one of these words anywhere in its bytes, with the words. */
export function filesHolding(directory: string, words: readonly string[]): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    return words.filter((word) => bytes.includes(word)).map((word) => `${entry.name}: ${word}`);
  });
}
