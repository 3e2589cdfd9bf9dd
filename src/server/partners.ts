import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Partner } from './dependencies.js';
import { makeOnce } from './madeOnce.js';

const partners = z.record(
  z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  z.strictObject({ secret: z.string().min(32).max(500), says: z.enum(['payouts', 'parcels']) }),
);

/**
 * Who may send callbacks, and the secret that each signs with: read from the file, or made and written there
 * first for one gateway and one carrier, readable by its owner alone. Throws where the file is not of this form.
 */
export function readOrMakePartners(file: string): ReadonlyMap<string, Partner> {
  if (!existsSync(file)) makePartners(file);
  chmodSync(file, 0o600);
  return new Map(Object.entries(partners.parse(JSON.parse(readFileSync(file, 'utf8')))));
}

function makePartners(file: string): void {
  const secret = () => randomBytes(32).toString('base64url');
  const made = { gateway: { secret: secret(), says: 'payouts' }, carrier: { secret: secret(), says: 'parcels' } };
  makeOnce(file, `${JSON.stringify(made, null, 2)}\n`);
}
