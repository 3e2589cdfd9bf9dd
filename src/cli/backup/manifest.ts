import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CliFailure } from '../failure.js';

/** What a backup says of itself, in a file beside the others. */

export const MANIFEST = 'backup.json';

/** The files that a backup may hold, in the order in which they are copied. */
export const DATABASE = 'redress.db';
/** after the database: what it tells of payments is never older than what the database tells */
export const PAYMENTS = 'simulated-payments.db';
export const SECRETS = ['token-secret', 'partners.json'] as const;

const held = z.strictObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const names = z.enum([DATABASE, PAYMENTS, ...SECRETS]);
export const manifest = z.strictObject({
  format: z.literal(1),
  /** RFC 3339 */
  madeAt: z.string(),
  schema: z.int().min(1),
  orders: z.int().min(0),
  /** position of the newest event */
  newest: z.int().min(0),
  files: z.partialRecord(names, held),
});
export type Manifest = z.output<typeof manifest>;
export type HeldFile = z.output<typeof held>;

/** Size and hash of a file. */
export async function heldFile(file: string): Promise<HeldFile> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return { bytes: statSync(file).size, sha256: hash.digest('hex') };
}

/** Reads the manifest of a backup. Throws where there is none of this form. */
export function readManifest(directory: string): Manifest {
  const file = join(directory, MANIFEST);
  try {
    return manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new CliFailure(`${directory} is no backup: ${file} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
}

/** Has a file, or the names in a directory, on disk when it returns. */
export function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
