import { createHash } from 'node:crypto';
import type { Json } from '../domain/refusals.js';
import type { KeptAnswer } from './ports.js';

/**
 * Kept answers of erased buyers. A repeated key still gets its answer, but the row names neither caller nor
 * key nor request: it is found by hashes that only who knows the key can make again, so that nobody can try
 * out from the data whether somebody was a buyer, or what they wrote.
 */

/** Stands as the caller of every sealed answer; no caller is called so, as callers name their role. */
export const SEALED = 'erased';

export interface Asked {
  readonly caller: string;
  readonly key: string;
  /** of the request: method, path and body */
  readonly hash: string;
}

const digest = (...words: readonly string[]): string => createHash('sha256').update(JSON.stringify(words)).digest('hex');

/** What stands for a caller's key once it is sealed. */
export const sealedKey = ({ caller, key }: Pick<Asked, 'caller' | 'key'>): string => digest(caller, key);

const sealedHash = ({ caller, key, hash }: Asked): string => digest(caller, key, hash);

/** Whether a kept answer was given to this very request. */
export const wasAskedBy = (kept: KeptAnswer, asked: Asked): boolean =>
  kept.hash === (kept.caller === SEALED ? sealedHash(asked) : asked.hash);

/** A kept answer without its caller, and its body without personal data. Sealing twice changes nothing. */
export function sealAnswer<T extends Asked & { readonly body: string }>(kept: T): T {
  if (kept.caller === SEALED) return { ...kept, body: blankBody(kept.body) };
  return { ...kept, caller: SEALED, key: sealedKey(kept), hash: sealedHash(kept), body: blankBody(kept.body) };
}

/** Fields of answers that may say something of a person, with what each says instead. */
const BLANKS: { readonly [field: string]: string | null } = {
  returnAddress: null,
  courier: null,
  trackingNo: null,
  sha256: '0'.repeat(64),
};

const blankBody = (body: string): string => JSON.stringify(blank(JSON.parse(body) as Json));

function blank(value: Json): Json {
  if (Array.isArray(value)) return value.map(blank);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, blankField(field, inner)]));
}

function blankField(field: string, inner: Json): Json {
  const instead = typeof inner === 'string' ? BLANKS[field] : undefined;
  return instead === undefined ? blank(inner) : instead;
}
