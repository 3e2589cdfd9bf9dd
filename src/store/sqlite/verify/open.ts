import { existsSync } from 'node:fs';
import type { ReplayParts } from '../../../actors/replay/redecide.js';
import { openConnection } from '../connection.js';
import { demandNewestSchema } from '../migrate.js';
import { databaseFile } from '../open.js';
import { MIGRATIONS } from '../schema.js';
import { StoreUnusable } from '../unusable.js';
import { type Verifier, verifierOn } from './verifier.js';

export interface OpenVerifier {
  readonly verifier: Verifier;
  close(): void;
}

/**
 * Opens the data for verification; a service may be serving it, and nothing can be written. Throws
 * `StoreUnusable` where there is no data, or another program's or another version's.
 */
export function openVerifier(dataDirectory: string, rules: Omit<ReplayParts, 'templates'>): OpenVerifier {
  const file = databaseFile(dataDirectory);
  if (!existsSync(file)) throw new StoreUnusable('missing', `There is no data in ${dataDirectory}.`);
  const connection = openConnection(file, { readOnly: true, check: (opened) => demandNewestSchema(opened, file, MIGRATIONS) });
  return { verifier: verifierOn(connection, rules), close: () => connection.close() };
}
