import type { BookStore, KeptAnswer } from '../actors/ports.js';
import { type Asked, wasAskedBy } from '../actors/sealed.js';
import { type Instant, orderNo, shopId } from '../domain/ids.js';
import { isRefusal, REFUSALS, refuse } from '../domain/refusals.js';
import { isRefused, jsonText, type Outcome } from './answer.js';

/** Answers of writes that go to no book stand under no book: no shop has an empty name. */
const NO_BOOK = { shopId: shopId(''), orderNo: orderNo('') };

/** Refusals that invite a retry; they are not kept. */
const NOT_KEPT: ReadonlySet<number> = new Set([401, 403, 412, 429, 503]);

interface Request {
  readonly caller: string;
  readonly idempotency: { readonly key: string; readonly hash: string } | undefined;
}

/** Does a write that goes to no book at most once per caller and key; see `createOnce`. */
export type Once = (asked: Request, act: () => Promise<Outcome>) => Promise<Outcome>;

/**
 * Makes what does a write that goes to no book at most once per caller and key, and answers again what it
 * answered first. `idempotency.reused` where the key was used for another request; a request with the same
 * key waits for the one under way. `act` must do no harm when a crash makes it run again: it is done first
 * and its answer kept after.
 */
export function createOnce(books: Pick<BookStore, 'findAnswer' | 'commit'>, now: () => Instant): Once {
  const underWay = new Map<string, Promise<unknown>>();
  return async (asked, act) => {
    if (asked.idempotency === undefined) return act();
    const name = `${asked.caller} ${asked.idempotency.key}`;
    for (let first = underWay.get(name); first !== undefined; first = underWay.get(name)) await first;
    const outcome = doOnce(books, now, { caller: asked.caller, ...asked.idempotency }, act);
    const ended = outcome.then(
      () => underWay.delete(name),
      () => underWay.delete(name),
    );
    underWay.set(name, ended);
    return outcome;
  };
}

async function doOnce(
  books: Pick<BookStore, 'findAnswer' | 'commit'>,
  now: () => Instant,
  asked: Asked,
  act: () => Promise<Outcome>,
): Promise<Outcome> {
  const kept = await books.findAnswer(asked.caller, asked.key);
  if (kept !== undefined) return again(kept, asked);
  const outcome = await act();
  const answer = keepable(outcome);
  if (answer === undefined) return outcome;
  const committed = await books.commit({
    book: NO_BOOK,
    expectedVersion: 0,
    write: null,
    answer: { ...asked, ...answer, version: null, at: now() },
  });
  switch (committed.outcome) {
    case 'answered':
      return again(committed.answer, asked);
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

function again(kept: KeptAnswer, asked: Asked): Outcome {
  if (!wasAskedBy(kept, asked))
    return { refusal: refuse('idempotency.reused', 'This key named another request before.', { path: 'Idempotency-Key' }) };
  if (kept.status < 400) return jsonText(kept.body, kept.status, REPLAYED);
  const refusal: unknown = JSON.parse(kept.body);
  if (!isRefusal(refusal)) throw new Error('a kept refusal is none');
  return { refusal, headers: REPLAYED };
}
