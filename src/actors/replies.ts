import type { Instant } from '../domain/ids.js';
import { isRefusal, REFUSALS, type Refusal, refuse } from '../domain/refusals.js';
import type { Book } from './book.js';
import type { Envelope } from './command.js';
import type { Decided } from './decide.js';
import type { BookStore, Commit, CommitOutcome, KeptAnswer, Reply } from './ports.js';
import { callerOf, type Principal } from './principal.js';
import { type Asked, wasAskedBy } from './sealed.js';
import type { Unavailable } from './unavailable.js';

/** Refusals that invite a retry; their answers are not kept. */
const NOT_KEPT: ReadonlySet<number> = new Set([401, 403, 412, 429, 503]);

/** The reply that says a refusal, with the status of its code; `retryAfterMs` where waiting helps. */
export function refused(refusal: Refusal, replayed = false, retryAfterMs?: number): Reply {
  return {
    kind: 'refused',
    refusal,
    status: REFUSALS[refusal.code].status,
    body: JSON.stringify(refusal),
    replayed,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The answer where the store cannot be read now. */
export function unavailable(error: Unavailable): Reply {
  const code = error.reason === 'overloaded' ? 'service.overloaded' : 'service.unavailable';
  return refused(refuse(code, error.message), false, error.retryAfterMs);
}

/** The answer to a decision that stands. */
export function done(decided: Decided, position: number): Reply {
  return { kind: 'done', version: decided.version, position, status: decided.status, body: JSON.stringify(decided.reply), replayed: false };
}

/** The answer that was given before to the same key; `idempotency.reused` where the key named another request. */
export function again(kept: KeptAnswer, asked: Asked): Reply {
  if (!wasAskedBy(kept, asked))
    return refused(refuse('idempotency.reused', 'This key named another request before.', { path: 'Idempotency-Key' }));
  if (kept.status < 400) {
    return { kind: 'done', version: kept.version ?? 0, position: 0, status: kept.status, body: kept.body, replayed: true };
  }
  const refusal: unknown = JSON.parse(kept.body);
  if (!isRefusal(refusal)) throw new Error('a kept refusal is none');
  return refused(refusal, true);
}

/** Whether a refusal is kept under its key: by its status, as those that invite a retry are not. */
export const isKept = (refusal: Refusal): boolean => !NOT_KEPT.has(REFUSALS[refusal.code].status);

/** The commit of a decision, with its answer where the command came with a key. */
export function commitOf(book: Book, envelope: Envelope, principal: Principal, decided: Decided, at: Instant): Commit {
  const body = envelope.idempotency === undefined ? '' : JSON.stringify(decided.reply);
  return {
    book: envelope.book,
    expectedVersion: book.version,
    write:
      decided.changes === null || decided.audit === null
        ? null
        : { changes: decided.changes, audit: decided.audit, outbox: decided.effects, privates: decided.privates },
    answer: answerOf(envelope, principal, { status: decided.status, body, version: decided.version, at }),
  };
}

/** The commit that keeps nothing but the answer of a refusal. */
export function commitOfRefusal(book: Book, envelope: Envelope, principal: Principal, refusal: Refusal, at: Instant): Commit {
  const body = JSON.stringify(refusal);
  return {
    book: envelope.book,
    expectedVersion: book.version,
    write: null,
    answer: answerOf(envelope, principal, { status: REFUSALS[refusal.code].status, body, version: null, at }),
  };
}

function answerOf(
  envelope: Envelope,
  principal: Principal,
  answer: Pick<KeptAnswer, 'status' | 'body' | 'version' | 'at'>,
): KeptAnswer | null {
  if (envelope.idempotency === undefined) return null;
  return { caller: callerOf(principal), key: envelope.idempotency.key, hash: envelope.idempotency.hash, ...answer };
}

export type NotKept = Exclude<CommitOutcome, { outcome: 'committed' }>;

/** The answer to a command whose commit was not kept, or of which that is not known. */
export async function answerTo(
  outcome: NotKept,
  store: Pick<BookStore, 'findAnswer'>,
  caller: string,
  { idempotency }: Envelope,
): Promise<Reply> {
  const asked = { caller, key: idempotency?.key ?? '', hash: idempotency?.hash ?? '' };
  switch (outcome.outcome) {
    case 'answered':
      return again(outcome.answer, asked);
    case 'capExceeded':
      return refused(refuse('cap.exceeded', 'More would be paid back than was paid.'));
    case 'stale':
      return refused(refuse('service.overloaded', 'Others were always first; try again.'), false, 1_000);
    case 'failed':
      return refused(refuse('service.unavailable', outcome.detail), false, outcome.retryAfterMs);
    case 'unknown': {
      const kept = idempotency === undefined ? undefined : await store.findAnswer(caller, idempotency.key);
      return kept === undefined
        ? refused(refuse('service.outcomeUnknown', 'Ask again with the same key.'), false, 1_000)
        : again(kept, asked);
    }
  }
}
