import type { BookCommand, Envelope } from '../../actors/command.js';
import type { BookKey } from '../../domain/ids.js';
import type { Caller } from '../endpoint.js';

/** A command on its way to the host, with what the request's headers say of it. */
export function envelope(call: Pick<Caller, 'commandId' | 'ifVersion' | 'idempotency'>, book: BookKey, command: BookCommand): Envelope {
  return {
    id: call.commandId,
    book,
    command,
    ...(call.ifVersion === undefined ? {} : { ifVersion: call.ifVersion }),
    ...(call.idempotency === undefined ? {} : { idempotency: call.idempotency }),
  };
}
