import type { Commit, CommitOutcome } from '../../actors/ports.js';
import { commitRows } from './commitRows.js';
import type { Connection } from './connection.js';
import type { MemberResult } from './group.js';
import { type RunWrites, writesRunner } from './runWrites.js';

/** The outcome of a commit, as the port tells of it. A bug is thrown. */
export function commitOutcome(result: MemberResult<unknown>): CommitOutcome {
  switch (result.kind) {
    case 'done':
      return result.value as CommitOutcome;
    case 'failed':
      return { outcome: 'failed', retryAfterMs: result.retryAfterMs, detail: result.detail };
    case 'unknown':
      return { outcome: 'unknown', detail: result.detail };
    case 'broken':
      throw new Error(`a commit could not be written: ${result.detail}`);
  }
}

const runners = new WeakMap<Connection, RunWrites>();

/**
 * Commits many books in one transaction on a connection of the caller's, each standing or falling
 * alone; returns once all is on disk. Statements are prepared at a connection's first group. Throws for a
 * commit that contradicts the schema, which is a bug, after the others of its group were kept.
 */
export function commitGroup(connection: Connection, commits: readonly Commit[]): CommitOutcome[] {
  const run = runners.get(connection) ?? writesRunner(connection);
  runners.set(connection, run);
  return run(commits.map((commit) => ({ name: 'commit', argument: commitRows(commit) }))).map(commitOutcome);
}
