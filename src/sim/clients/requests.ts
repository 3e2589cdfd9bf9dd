import type { BookCommand, Envelope } from '../../actors/command.js';
import { callerOf, type Principal } from '../../actors/principal.js';
import { type BookKey, commandId } from '../../domain/ids.js';
import { hashOf, Random } from '../random.js';

/** Stands for the hash over method, path and body. */
const bodyHash = (command: BookCommand): string => {
  const text = JSON.stringify(command);
  return `${hashOf(text).toString(16)}-${hashOf(`2 ${text}`).toString(16)}`;
};

/** A request as the edge hands it on: the same caller, key and body have the same command id. */
export function requestOf(book: BookKey, key: string, command: BookCommand, principal: Principal, ifVersion?: number): Envelope {
  const hash = bodyHash(command);
  return {
    id: commandId(new Random(`${hash} ${key} ${callerOf(principal)}`).uuid()),
    book,
    command,
    idempotency: { key, hash },
    ...(ifVersion === undefined ? {} : { ifVersion }),
  };
}
