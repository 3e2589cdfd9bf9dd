import Database from 'better-sqlite3';
import type { Instant } from '../../domain/ids.js';

/** One attempt as the simulated gateway keeps it. */
export interface Payment {
  readonly key: string;
  readonly attempt: number;
  readonly amount: number;
  readonly currency: string;
  readonly outcome: 'paid' | 'declined';
  /** reference of a payment, code of a decline */
  readonly word: string;
  /** from when on the gateway says so; before that it is pending */
  readonly settlesAt: Instant;
}

/** What a gateway remembers, so that it pays no attempt twice. */
export interface GatewayLedger {
  find(key: string, attempt: number): Payment | undefined;
  /** all attempts of a payout, in their order */
  of(key: string): readonly Payment[];
  /** Keeps an attempt, or what has become of it. */
  put(payment: Payment): void;
  close(): void;
}

/** Forgets everything with its process. */
export function memoryLedger(): GatewayLedger {
  const byKey = new Map<string, Map<number, Payment>>();
  const of = (key: string): readonly Payment[] => [...(byKey.get(key)?.values() ?? [])].sort((a, b) => a.attempt - b.attempt);
  return {
    find: (key, attempt) => byKey.get(key)?.get(attempt),
    of,
    put: (payment) => {
      const attempts = byKey.get(payment.key) ?? new Map<number, Payment>();
      byKey.set(payment.key, attempts.set(payment.attempt, payment));
    },
    close: () => byKey.clear(),
  };
}

/**
 * Survives the end of its process, however sudden. It does not sync: a machine that loses its power may
 * lose the newest payments, which a simulated gateway is then asked to make again.
 */
export function fileLedger(file: string): GatewayLedger {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = OFF');
  database.exec(
    `CREATE TABLE IF NOT EXISTS payment (
       key TEXT NOT NULL, attempt INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (key, attempt)
     ) STRICT, WITHOUT ROWID`,
  );
  const one = database.prepare<[string, number], string>('SELECT data FROM payment WHERE key = ? AND attempt = ?').pluck();
  const all = database.prepare<[string], string>('SELECT data FROM payment WHERE key = ? ORDER BY attempt').pluck();
  const put = database.prepare(
    'INSERT INTO payment (key, attempt, data) VALUES (?, ?, ?) ON CONFLICT (key, attempt) DO UPDATE SET data = excluded.data',
  );
  const read = (data: string) => JSON.parse(data) as Payment;
  return {
    find: (key, attempt) => {
      const data = one.get(key, attempt);
      return data === undefined ? undefined : read(data);
    },
    of: (key) => all.all(key).map(read),
    put: (payment) => {
      put.run(payment.key, payment.attempt, JSON.stringify(payment));
    },
    close: () => database.close(),
  };
}
