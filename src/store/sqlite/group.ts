import type { Connection } from './connection.js';
import { type Failure, failureOf, mayBeKept } from './failure.js';

/** What became of one member of a group. */
export type MemberResult<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** nothing was kept; trying again may help */
  | ({ readonly kind: 'failed' } & Failure)
  /** whether it was kept is not known */
  | { readonly kind: 'unknown'; readonly detail: string }
  /** a bug: trying again would not help. Nothing was kept */
  | { readonly kind: 'broken'; readonly detail: string };

/** Thrown by a member to undo itself and answer `value`; the others of its group go on. */
export class Undo<T> {
  constructor(readonly value: T) {}
}

/** Runs members together in one transaction, each undone alone where it fails. */
export type RunGroup = <T>(members: readonly (() => T)[]) => MemberResult<T>[];

/** What holds the rows of one member together. */
interface Bracket {
  open(): unknown;
  keep(): unknown;
  undo(): void;
}

/**
 * One transaction, and one sync, for all members. When the database itself fails, some errors end the
 * whole transaction, and the next savepoint would silently begin one of its own: then the group stops,
 * and no member was kept.
 */
export function groupRunner(connection: Connection): RunGroup {
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  const savepoint = connection.prepare('SAVEPOINT member');
  const release = connection.prepare('RELEASE member');
  const undo = connection.prepare('ROLLBACK TO member');
  const rollback = connection.prepare('ROLLBACK');

  const apart: Bracket = {
    open: () => savepoint.run(),
    keep: () => release.run(),
    undo: () => {
      undo.run();
      release.run();
    },
  };
  /** One that is alone is bracketed by the transaction itself: a savepoint copies each page before its first change. */
  const alone: Bracket = {
    open: () => undefined,
    keep: () => undefined,
    undo: () => {
      rollback.run();
      begin.run();
    },
  };

  function runMember<T>(member: () => T, bracket: Bracket): MemberResult<T> {
    bracket.open();
    try {
      const value = member();
      bracket.keep();
      return { kind: 'done', value };
    } catch (error) {
      if (failureOf(error) !== undefined || !connection.inTransaction) throw error;
      bracket.undo();
      if (error instanceof Undo) return { kind: 'done', value: error.value as T };
      return { kind: 'broken', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  return <T>(members: readonly (() => T)[]): MemberResult<T>[] => {
    let committing = false;
    try {
      begin.run();
      const results = members.map((member) => runMember(member, members.length === 1 ? alone : apart));
      committing = true;
      commit.run();
      return results;
    } catch (error) {
      const unsure = committing && mayBeKept(error);
      rollBack(connection);
      const failure = failureOf(error);
      const detail = error instanceof Error ? error.message : String(error);
      return members.map(() => {
        if (unsure) return { kind: 'unknown', detail };
        return failure === undefined ? { kind: 'broken', detail } : { kind: 'failed', ...failure };
      });
    }
  };
}

/** What cannot be rolled back is dropped when the connection is opened anew, which follows such errors. */
function rollBack(connection: Connection): void {
  try {
    if (connection.inTransaction) connection.exec('ROLLBACK');
  } catch (error) {
    if (failureOf(error) === undefined) throw error;
  }
}
