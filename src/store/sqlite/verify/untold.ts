import { createHash } from 'node:crypto';
import type { Finding, UntoldTable } from '../../../actors/replay/finding.js';
import type { Connection } from '../connection.js';
import { orUnreadable, unreadable } from './unreadable.js';

/** Of tables of which the trail does not tell: what they hold can be read, is JSON where it should be, and uploads have the hash that they came with. */

/** Rows read in one short snapshot. */
const AT_ONCE = 5_000;

interface Texts {
  readonly table: Exclude<UntoldTable, 'evidence'>;
  readonly id: string;
  readonly json: string;
  /** columns whose content is read to its end, since it may lie on pages of its own */
  readonly others: readonly string[];
}

const TEXTS: readonly Texts[] = [
  { table: 'answer', id: 'id', json: 'body', others: ['caller', 'key', 'hash'] },
  { table: 'outbox', id: 'position', json: 'effects', others: [] },
  { table: 'job', id: 'id', json: 'payload', others: ['key', 'topic', 'token', 'error'] },
];

interface Part {
  readonly last: number | null;
  readonly broken: string | null;
}

/** Looks through these tables, so many rows at once that no snapshot lasts. */
export function untoldReads(connection: Connection): () => Generator<Finding> {
  const tables = [
    ...TEXTS.map((texts) => [texts.table, textReads(connection, texts)] as const),
    ['evidence', uploadReads(connection)] as const,
  ];
  return function* () {
    for (const [table, read] of tables) yield* readable(table, read);
  };
}

/** What is found of a table until it ends, or cannot be read further. */
function* readable(table: UntoldTable, read: () => Generator<Finding>): Generator<Finding> {
  const rows = read();
  for (;;) {
    const next = orUnreadable<Finding | null>(
      () => {
        const { value, done } = rows.next();
        return done === true ? null : value;
      },
      (detail) => ({ ...unreadable('all rows', detail), table }),
    );
    if (next === null) return;
    yield next;
  }
}

function textReads(connection: Connection, { table, id, json, others }: Texts): () => Generator<Finding> {
  const length = others.map((column) => `coalesce(length(${column}), 0)`).join(' + ') || '0';
  const part = connection.prepare<[number, number], Part>(
    `SELECT max(${id}) AS last, sum(${length}) AS size, group_concat(CASE WHEN json_valid(${json}) THEN NULL ELSE ${id} END) AS broken
     FROM (SELECT * FROM ${table} WHERE ${id} > ? ORDER BY ${id} LIMIT ?)`,
  );
  return function* () {
    for (
      let next = part.get(Number.MIN_SAFE_INTEGER, AT_ONCE);
      next !== undefined && next.last !== null;
      next = part.get(next.last, AT_ONCE)
    ) {
      for (const row of next.broken?.split(',') ?? []) {
        yield { table, row: `number ${row}`, column: json, stored: undefined, expected: undefined, why: 'it is no JSON' };
      }
    }
  };
}

interface Upload {
  readonly no: number;
  readonly id: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

function uploadReads(connection: Connection): () => Generator<Finding> {
  const following = connection.prepare<[number], Upload>('SELECT no, id, sha256, bytes FROM evidence WHERE no > ? ORDER BY no LIMIT 1');
  return function* () {
    for (let next = following.get(Number.MIN_SAFE_INTEGER); next !== undefined; next = following.get(next.no)) {
      const sum = createHash('sha256').update(next.bytes).digest('hex');
      if (sum !== next.sha256) {
        yield {
          table: 'evidence',
          row: next.id,
          column: 'bytes',
          stored: sum,
          expected: next.sha256,
          why: 'they have another SHA-256 than when they came',
        };
      }
    }
  };
}
