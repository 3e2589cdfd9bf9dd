import type { Connection } from './connection.js';
import { groupRunner, type MemberResult } from './group.js';
import { type WriteRequest, type Writes, writesOf } from './writes.js';

/** Carries out writes together, in one transaction. */
export type RunWrites = (requests: readonly WriteRequest[]) => MemberResult<unknown>[];

/** Prepares all statements on a connection once. */
export function writesRunner(connection: Connection): RunWrites {
  const writes = writesOf(connection);
  const run = groupRunner(connection);
  return (requests) => run(requests.map((request) => () => perform(writes, request)));
}

/** The name says which argument it takes; requests are made by `Writer.write`, which holds the two together. */
function perform(writes: Writes, { name, argument }: WriteRequest): unknown {
  const write = writes[name] as (argument: unknown) => unknown;
  return write(argument);
}
