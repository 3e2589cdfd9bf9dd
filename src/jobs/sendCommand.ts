import { v5 } from 'uuid';
import type { Envelope } from '../actors/command.js';
import type { Principal } from '../actors/principal.js';
import type { Host } from '../actors/views.js';
import { type CommandId, commandId } from '../domain/ids.js';
import type { Refusal } from '../domain/refusals.js';

/** The part of the actor host that jobs need. */
export type CommandHost = Pick<Host, 'send'>;

export type Sent =
  | { readonly kind: 'done' }
  /** it could not be decided now: the same command may be sent again */
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const DEFAULT_RETRY_MS = 1_000;

/** Names the ids that jobs derive. */
const COMMANDS_OF_JOBS = '5b3f6f0a-2d0e-5c58-8a51-9f1c4be6d7a3';

/** The id of a command of the service itself: the same for the same words, whoever sends it and however often. */
export const commandIdOf = (...words: readonly (string | number)[]): CommandId => commandId(v5(JSON.stringify(words), COMMANDS_OF_JOBS));

/** Gives a command on behalf of a part of the service. */
export async function sendAs(host: CommandHost, part: Extract<Principal, { role: 'system' }>['part'], envelope: Envelope): Promise<Sent> {
  const reply = await host.send(envelope, { role: 'system', part });
  if (reply.kind === 'done') return { kind: 'done' };
  const mayBeSentAgain = reply.retryAfterMs !== undefined || reply.status === 503 || reply.status === 429;
  if (mayBeSentAgain) return { kind: 'again', afterMs: reply.retryAfterMs ?? DEFAULT_RETRY_MS };
  return { kind: 'refused', refusal: reply.refusal };
}

/** A refusal of a command that the service gave itself: no rule of the house allows for it. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  constructor(readonly refusal: Refusal) {
    super(`${refusal.code}: ${refusal.detail}`);
  }
}
