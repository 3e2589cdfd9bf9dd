import { hash, randomUUID } from 'node:crypto';
import { uuidOf } from '../../actors/namedUuid.js';
import { type CommandId, commandId } from '../../domain/ids.js';
import { type Refusal, refuse } from '../../domain/refusals.js';

/** Visible ASCII, so that a key is the same bytes everywhere. */
const KEY = /^[\x21-\x7e]{1,200}$/;
const ENTITY_TAG = /^"(0|[1-9][0-9]{0,15})"$/;
/** An `Idempotency-Key` header; `undefined` where there is none. */
export function keyOf(header: string | undefined): string | undefined | Refusal {
  if (header === undefined) return undefined;
  if (KEY.test(header)) return header;
  return refuse('request.invalid', 'An Idempotency-Key has 1 to 200 visible ASCII characters.', { path: 'Idempotency-Key' });
}

/** The version that an `If-Match` header names; `undefined` where there is none or any will do (`*`). */
export function versionOf(header: string | undefined): number | undefined | Refusal {
  if (header === undefined || header.trim() === '*') return undefined;
  const version = ENTITY_TAG.exec(header.trim())?.[1];
  if (version !== undefined && Number.isSafeInteger(Number(version))) return Number(version);
  return refuse('request.invalid', 'If-Match takes one strong entity tag as ETag gave it, such as "7".', { path: 'If-Match' });
}

/** What makes two requests the same: method, path and parsed body, before any default is filled in. */
export const requestHash = (method: string, path: string, canonicalBody: string): string =>
  hash('sha256', `${method} ${path}\n${canonicalBody}`);

/** The id of a command: a retry of the same request has the same, anything else another. */
export function commandIdOf(caller: string, idempotency: { readonly key: string; readonly hash: string } | undefined): CommandId {
  return commandId(idempotency === undefined ? randomUUID() : uuidOf(`${idempotency.hash} ${idempotency.key} ${caller}`));
}
