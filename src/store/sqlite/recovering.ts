import type { Compacted } from '../../actors/erasure.js';
import { compactFile } from './compact.js';
import type { Connection } from './connection.js';
import { failureOf, needsReopening } from './failure.js';
import type { MemberResult } from './group.js';
import { type RunWrites, writesRunner } from './runWrites.js';

export interface RecoveringRunner {
  readonly run: RunWrites;
  compact(): MemberResult<Compacted>;
  close(): void;
}

/**
 * Runs groups on a connection that is opened when first needed, and again after an error that the
 * connection would not get over by itself, so that writing goes on once the cause is gone.
 */
export function recoveringRunner(open: () => Connection): RecoveringRunner {
  let current: { readonly connection: Connection; readonly run: RunWrites } | undefined;

  function opened(): { readonly connection: Connection; readonly run: RunWrites } {
    if (current === undefined) {
      const connection = open();
      current = { connection, run: writesRunner(connection) };
    }
    return current;
  }

  function close(): void {
    current?.connection.close();
    current = undefined;
  }

  return {
    close,
    compact: () => {
      try {
        return { kind: 'done', value: compactFile(opened().connection) };
      } catch (error) {
        const failure = failureOf(error);
        if (failure === undefined) return { kind: 'broken', detail: error instanceof Error ? error.message : String(error) };
        if (needsReopening(failure)) close();
        return { kind: 'failed', ...failure };
      }
    },
    run: (requests) => {
      // What a connection remembers of the file says nothing about the file.
      if (requests.some(({ name }) => name === 'look')) close();
      const results = attempt(requests, () => opened().run(requests));
      const failed = results.find((result) => result.kind === 'failed' || result.kind === 'unknown');
      if (failed !== undefined && (failed.kind === 'unknown' || (failed.kind === 'failed' && needsReopening(failed)))) close();
      return results;
    },
  };
}

function attempt(requests: readonly unknown[], run: () => MemberResult<unknown>[]): MemberResult<unknown>[] {
  try {
    return run();
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return requests.map(() => ({ kind: 'failed', ...failure }));
  }
}
