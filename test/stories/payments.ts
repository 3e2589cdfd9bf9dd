import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Payment } from '../../src/partners/simulated/gatewayLedger.js';
import { gatewayFileOf } from '../../src/redress.js';

/** What the simulated gateway has in its file: every attempt it was ever given, read beside the service. */
export function gatewayPayments(dataDirectory: string): Payment[] {
  const database = new Database(join(gatewayFileOf(dataDirectory)), { readonly: true });
  try {
    const rows = database.prepare<[], string>('SELECT data FROM payment ORDER BY key, attempt').pluck().all();
    return rows.map((row) => JSON.parse(row) as Payment);
  } finally {
    database.close();
  }
}
