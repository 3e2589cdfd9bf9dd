import type { BookStore, KeptAnswer } from '../actors/ports.js';
import { type Instant, orderNo, shopId } from '../domain/ids.js';
import { isRefusal, REFUSALS, refuse } from '../domain/refusals.js';
import { isRefused, jsonText, type Outcome } from './answer.js';

/** Answers of writes that go to no book stand under no book: no shop has an empty name. */
const NO_BOOK = { shopId: shopId(''), orderNo: orderNo('') };

/** Refusals that invite a retry; they are not kept. */
const NOT_KEPT: ReadonlySet<number> = new Set([401, 403, 412, 429, 503]);

interface Asked {
  readonly caller: string;
  readonly idempotency: { readonly key: string; readonly hash: string } | undefined;
}

/**
 * Does a write that goes to no book at most once per caller and key, and answers again what it answered first.
 * `idempotency.reused` where the key was used for another request. `act` must do no harm when a crash makes it
 * run again: it is done first and its answer kept after.
 */
export async function once(
  books: Pick<BookStore, 'findAnswer' | 'commit'>,
  now: () => Instant,
  { caller, idempotency }: Asked,
  act: () => Promise<Outcome>,
): Promise<Outcome> {
  if (idempotency === undefined) return act();
  const kept = await books.findAnswer(caller, idempotency.key);
  if (kept !== undefined) return again(kept, idempotency.hash);
  const outcome = await act();
  const answer = keepable(outcome);
  if (answer === undefined) return outcome;
  const committed = await books.commit({
    book: NO_BOOK,
    expectedVersion: 0,
    write: null,
    answer: { caller, ...idempotency, ...answer, version: null, at: now() },
  });
  switch (committed.outcome) {
    case 'answered':
      return again(committed.answer, idempotency.hash);
    case 'failed':
      return { refusal: refuse('service.unavailable', 'The answer could not be kept; try again.'), retryAfterMs: committed.retryAfterMs };
    case 'unknown':
      return { refusal: refuse('service.outcomeUnknown', 'Ask again with the same key.') };
    default:
      return outcome;
  }
}

/** What of an outcome is kept: a text answer, or a refusal that would be the same next time. */
function keepable(outcome: Outcome): { readonly status: number; readonly body: string } | undefined {
  if (!isRefused(outcome)) return typeof outcome.body === 'string' ? { status: outcome.status, body: outcome.body } : undefined;
  const { status } = REFUSALS[outcome.refusal.code];
  return NOT_KEPT.has(status) ? undefined : { status, body: JSON.stringify(outcome.refusal) };
}

const REPLAYED = { 'idempotency-replayed': 'true' };

function again(kept: KeptAnswer, hash: string): Outcome {
  if (kept.hash !== hash)
    return { refusal: refuse('idempotency.reused', 'This key named another request before.', { path: 'Idempotency-Key' }) };
  if (kept.status < 400) return jsonText(kept.body, kept.status, REPLAYED);
  const refusal: unknown = JSON.parse(kept.body);
  if (!isRefusal(refusal)) throw new Error('a kept refusal is none');
  return { refusal, headers: REPLAYED };
}
