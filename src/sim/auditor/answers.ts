import type { Envelope } from '../../actors/command.js';
import type { KeptAnswer, Reply } from '../../actors/ports.js';
import type { Principal } from '../../actors/principal.js';
import type { AuditedBook } from './book.js';
import { type Finding, found } from './finding.js';

/** Answers (promise 6): what was acknowledged is kept, what was refused changed nothing, the same key has the same answer. */

const NOT_KEPT = new Set([401, 403, 412, 429, 503]);
const KEPT_FOR_MS = 30 * 86_400_000;

interface Given {
  readonly hash: string;
  readonly status: number;
  readonly body: string;
  readonly at: number;
}

/** What a caller was told, and when. */
export interface Told {
  readonly envelope: Envelope;
  readonly principal: Principal;
  readonly reply: Reply;
  readonly at: number;
  /** the command was sent only once, so that no other sending can have been kept */
  readonly once: boolean;
}

/** One text per caller and key. How the store names callers is its own affair. */
function nameOf(principal: Principal, key: string): string {
  if (principal.role === 'user') return JSON.stringify([key, 'user', principal.platform, principal.buyerUid]);
  if (principal.role === 'system') return JSON.stringify([key, 'system', principal.part]);
  return JSON.stringify([key, principal.role, principal.id, 'platform' in principal ? principal.platform : '']);
}

export class Answers {
  /** decided answers by caller and key: the first one counts */
  readonly #given = new Map<string, Given>();
  /** commands that changed a book, by caller and key */
  readonly #changed = new Map<string, string>();
  readonly #callers = new Map<string, Set<string>>();

  /** A request is on its way: whose key it is. */
  sent({ idempotency }: Envelope, principal: Principal): void {
    if (idempotency === undefined) return;
    const name = nameOf(principal, idempotency.key);
    this.#callers.set(idempotency.key, (this.#callers.get(idempotency.key) ?? new Set()).add(name));
  }

  /** An answer was written down with its commit. Where two callers use one key it is not told whose it is. */
  *kept(answer: KeptAnswer, commandId: string | undefined, hasOpen: boolean): Generator<Finding> {
    const [key, other] = this.#callers.get(answer.key) ?? [];
    if (key === undefined || other !== undefined) return;
    yield* this.#give(key, answer, hasOpen);
    if (commandId === undefined) return;
    const before = this.#changed.get(key);
    if (before !== undefined) yield found(6, 'keyOnce', `${key} has changed a book twice, by ${before} and ${commandId}`);
    this.#changed.set(key, commandId);
  }

  /** A command with a key changed a book; whether or not its answer was written with it. */
  *changed(principal: Principal, envelope: Envelope): Generator<Finding> {
    if (envelope.idempotency === undefined) return;
    const key = nameOf(principal, envelope.idempotency.key);
    if ((this.#callers.get(envelope.idempotency.key)?.size ?? 0) > 1) return;
    if (this.#given.get(key) === undefined) yield found(6, 'answerWithChange', `${key} changed a book, and no answer was kept with it`);
  }

  *replied({ envelope, principal, reply, at, once }: Told, book: AuditedBook | undefined): Generator<Finding> {
    const changedAt = book?.commands.get(envelope.id);
    if (reply.kind === 'done') {
      if (reply.position > 0 && changedAt !== reply.version) {
        yield found(6, 'doneIsKept', `${envelope.id} was answered with success at version ${reply.version}, which is not on disk`);
      }
    } else if (changedAt !== undefined && !NOT_KEPT.has(reply.status) && reply.refusal.code !== 'idempotency.reused') {
      yield found(6, 'refusedChangesNothing', `${envelope.id} was refused with ${reply.refusal.code} and made version ${changedAt}`);
    } else if (changedAt !== undefined && once && reply.refusal.code === 'service.unavailable') {
      yield found(6, 'refusedChangesNothing', `${envelope.id} was told that nothing was kept, and made version ${changedAt}`);
    }
    if (envelope.idempotency === undefined || NOT_KEPT.has(reply.status)) return;
    // Who names an order that is not there gets no book to keep an answer in.
    if (book === undefined) return;
    const { key, hash } = envelope.idempotency;
    const name = nameOf(principal, key);
    const before = this.#given.get(name);
    if (before !== undefined && before.hash !== hash) {
      if (reply.kind === 'done' || reply.refusal.code !== 'idempotency.reused') {
        yield found(6, 'keyReused', `${name} named another request before, and this one was answered ${reply.status}`);
      }
      return;
    }
    yield* this.#give(
      name,
      { hash, status: reply.status, body: reply.body, at },
      [...book.afterSales.values()].some((a) => a.holds),
    );
  }

  *#give(name: string, { hash, status, body, at }: Given, hasOpen: boolean): Generator<Finding> {
    const before = this.#given.get(name);
    if (before === undefined || (at - before.at > KEPT_FOR_MS && !hasOpen)) {
      this.#given.set(name, { hash, status, body, at });
      return;
    }
    if (before.status !== status || before.body !== body) {
      yield found(
        6,
        'sameAnswer',
        `${name} was answered ${before.status} ${before.body.slice(0, 160)}, then ${status} ${body.slice(0, 160)}`,
      );
    }
  }
}
