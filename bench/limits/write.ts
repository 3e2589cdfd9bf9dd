import type { Connection } from '../../src/store/sqlite/connection.js';
import { quantile } from '../quantile.js';
import type { Value } from './writtenRows.js';

/** What writing barely gave. */
export interface Bare {
  /** members of groups, per second */
  readonly perSecond: number;
  /** of one transaction */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** A prepared statement with its values, ready to be run. */
export interface Ready {
  readonly run: (...values: Value[]) => unknown;
  readonly values: readonly Value[];
}

/** Groups whose values are made ready at once, outside of the time that counts. */
const READY_GROUPS = 16;

/**
 * Writes members in groups of one transaction each, until the time is over or there is none left.
 * @param next makes the statements of a member ready; undefined where there are no more
 * @param forMs of writing; making ready does not count
 */
export function writeBarely(connection: Connection, group: number, next: () => readonly Ready[] | undefined, forMs: number): Bare {
  const [begin, commit] = [connection.prepare('BEGIN IMMEDIATE'), connection.prepare('COMMIT')];
  const took: number[] = [];
  let spentMs = 0;
  let written = 0;
  for (let ended = false; spentMs < forMs && !ended; ) {
    const ready: (readonly Ready[])[] = [];
    while (ready.length < READY_GROUPS * group && !ended) {
      const member = next();
      if (member === undefined) ended = true;
      else ready.push(member);
    }
    for (let from = 0; from < ready.length; from += group) {
      const members = ready.slice(from, from + group);
      const startedAt = performance.now();
      begin.run();
      for (const member of members) for (const { run, values } of member) run(...values);
      commit.run();
      const ms = performance.now() - startedAt;
      took.push(ms);
      spentMs += ms;
      written += members.length;
    }
  }
  if (written === 0) throw new Error('there is nothing left to write');
  const sorted = Float64Array.from(took).sort();
  return { perSecond: (1_000 * written) / spentMs, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

/** A statement as a function of its values. */
export function prepared(connection: Connection, sql: string): Ready['run'] {
  const statement = connection.prepare(sql);
  return (...values) => statement.run(...values);
}

export const insertInto = (table: string, columns: readonly string[]): string =>
  `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
