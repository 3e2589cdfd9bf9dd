import type { BookKey } from '../domain/ids.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import { authorize } from './authorize.js';
import { applyChanges, type Book, bookFromRows } from './book.js';
import { contextOf, evidenceNamed, type KnownTemplates, ownEvidence } from './bookContext.js';
import type { Envelope } from './command.js';
import { type Decided, decide } from './decide.js';
import type { HostParts } from './hostPorts.js';
import { newBook, whyEnded } from './newBook.js';
import type { CommitOutcome, Reply } from './ports.js';
import { callerOf, type Principal } from './principal.js';
import { again, answerTo, commitOf, commitOfRefusal, done, isKept, type NotKept, refused, unavailable } from './replies.js';
import { Unavailable } from './unavailable.js';

/** Something that waits for a book: a command, or a look at it. */
export interface Waiting {
  readonly number: number;
  attempts: number;
  readonly envelope: Envelope;
  readonly principal: Principal;
  readonly answer: (reply: Reply) => void;
  readonly fail: (error: unknown) => void;
}

export interface Look {
  /** runs at once, while the book is as it is on disk */
  readonly look: (book: Book | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The mailbox of one book: first in, first out. A command is decided on the book as its predecessors
 * left it, even while their commits are on their way; its reply waits for its own commit, and when a
 * predecessor's commit fails everything after it is decided again on the fresh book.
 */
export class Mailbox {
  readonly #parts: HostParts;
  readonly #templates: KnownTemplates;
  readonly #key: BookKey;
  readonly #onIdle: (mailbox: Mailbox) => void;
  readonly #queue: (Waiting | Look)[] = [];
  readonly #again: Waiting[] = [];
  readonly #drained: (() => void)[] = [];
  #book: Book | undefined;
  /** rises whenever a commit did not simply stand: what was decided before may have seen what never was */
  #setbacks = 0;
  /** whether the book is known to be the newest since this turn of the lock began */
  #fresh = false;
  #inFlight = 0;
  #pumping = false;
  #count = 0;
  /** whether anybody has come for more than to put the order there, as an import does */
  #wanted = false;

  constructor(parts: HostParts, templates: KnownTemplates, key: BookKey, onIdle: (mailbox: Mailbox) => void) {
    this.#parts = parts;
    this.#templates = templates;
    this.#key = key;
    this.#onIdle = onIdle;
  }

  get idle(): boolean {
    return !this.#pumping && this.#inFlight === 0 && this.#queue.length === 0 && this.#again.length === 0;
  }

  /** Whether somebody may come again soon. Orders that were only imported would drive out those that are worked on. */
  get wanted(): boolean {
    return this.#wanted;
  }

  send(envelope: Envelope, principal: Principal): Promise<Reply> {
    this.#wanted ||= envelope.command.kind !== 'putOrder';
    if (this.#queue.length >= this.#parts.limits.mailbox) {
      return Promise.resolve(refused(refuse('service.overloaded', 'Too many commands wait for this order.'), false, 1_000));
    }
    return new Promise((answer, fail) => {
      this.#queue.push({ number: this.#count++, attempts: 0, envelope, principal, answer, fail });
      this.#pump();
    });
  }

  /** Looks at the book as it is on disk: after every commit that is on its way. */
  look<T>(at: (book: Book | undefined) => T): Promise<T> {
    this.#wanted = true;
    return new Promise((resolve, fail) => {
      this.#queue.push({ look: (book) => resolve(at(book)), fail });
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#run().then(
      () => {
        this.#pumping = false;
        if (this.#queue.length > 0 || this.#again.length > 0) this.#pump();
        else if (this.idle) this.#onIdle(this);
      },
      (error: unknown) => {
        this.#pumping = false;
        this.#book = undefined;
        for (const waiting of [...this.#queue.splice(0), ...this.#again.splice(0)]) waiting.fail(error);
        this.#onIdle(this);
      },
    );
  }

  async #run(): Promise<void> {
    const release = await this.#parts.lock.acquire(this.#key);
    this.#fresh = false;
    try {
      while (this.#queue.length > 0 || this.#again.length > 0) {
        if (this.#again.length > 0) await this.#beginAgain();
        const next = this.#queue.shift();
        if (next === undefined) continue;
        try {
          if ('look' in next) await this.#show(next);
          else await this.#take(next);
        } catch (error) {
          this.#book = undefined;
          if (error instanceof Unavailable && 'answer' in next) next.answer(unavailable(error));
          else next.fail(error);
        }
      }
      await this.#settled();
    } finally {
      await release();
    }
  }

  /** A commit failed: what was decided on top of it comes again, in its old order, on the fresh book. */
  async #beginAgain(): Promise<void> {
    await this.#settled();
    this.#book = undefined;
    this.#queue.unshift(...this.#again.splice(0).sort((a, b) => a.number - b.number));
  }

  #settled(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  async #load(): Promise<Book | undefined> {
    if (this.#book !== undefined) return this.#book;
    await this.#settled();
    const rows = await this.#parts.store.load(this.#key);
    this.#fresh = true;
    if (rows === undefined) return undefined;
    const book = bookFromRows(this.#key, rows);
    await this.#templates.loadFor(book);
    this.#book = book;
    return book;
  }

  async #show(waiting: Look): Promise<void> {
    if (await this.#stands(this.#setbacks)) waiting.look(await this.#load());
    else this.#queue.unshift(waiting);
  }

  /**
   * Whether what a caller is told, and no version check holds back, rests on what is on disk: every commit
   * that it saw was kept, and no other host has changed the book since it was read.
   */
  async #stands(setbacks: number): Promise<boolean> {
    await this.#settled();
    if (this.#again.length > 0 || this.#setbacks !== setbacks) return false;
    const book = this.#book;
    if (this.#fresh || book === undefined) return true;
    const newest = await this.#parts.store.newest(this.#key);
    this.#fresh = newest?.version === book.version && newest.chain === book.chain;
    if (!this.#fresh) this.#book = undefined;
    return this.#fresh;
  }

  async #take(waiting: Waiting): Promise<void> {
    const { envelope, principal } = waiting;
    if (envelope.idempotency !== undefined && waiting.attempts === 0) {
      const asked = { caller: callerOf(principal), ...envelope.idempotency };
      const kept = await this.#parts.store.findAnswer(asked.caller, asked.key);
      if (kept !== undefined) {
        waiting.answer(again(kept, asked));
        return;
      }
    }
    waiting.attempts += 1;
    const published = await this.#templates.published();
    const evidence = await ownEvidence(this.#parts.evidence, principal, evidenceNamed(envelope.command));
    const setbacks = this.#setbacks;
    const loaded = await this.#load();
    if (this.#again.length > 0 || this.#setbacks !== setbacks) {
      this.#queue.unshift(waiting);
      return;
    }
    const book = loaded ?? newBook(this.#parts.rules, this.#key, envelope);
    if (isRefusal(book)) {
      await this.#refuse(waiting, undefined, book, setbacks);
      return;
    }
    const context = contextOf(this.#parts, this.#templates, { commandId: envelope.id, principal, published, evidence });
    const denied = authorize(principal, envelope.command, book.order);
    if (denied !== undefined) {
      await this.#refuse(waiting, book, denied, setbacks);
      return;
    }
    const decided = decide(book, envelope, context);
    if (isRefusal(decided)) await this.#refuse(waiting, book, await whyEnded(this.#parts.store, this.#key, envelope, decided), setbacks);
    else await this.#keep(waiting, book, decided, setbacks);
  }

  /** A refusal that saw commits on their way waits for them, and is decided again when one fails or another host was first. */
  async #refuse(waiting: Waiting, book: Book | undefined, refusal: Refusal, setbacks: number): Promise<void> {
    if (!(await this.#stands(setbacks))) {
      this.#queue.unshift(waiting);
      return;
    }
    const { envelope, principal } = waiting;
    if (envelope.idempotency === undefined || !isKept(refusal) || book === undefined) {
      waiting.answer(refused(refusal));
      return;
    }
    const outcome = await this.#parts.store.commit(commitOfRefusal(book, envelope, principal, refusal, this.#parts.clock.now()));
    if (outcome.outcome === 'committed') waiting.answer(refused(refusal));
    else await this.#otherwise(waiting, outcome);
  }

  async #keep(waiting: Waiting, book: Book, decided: Decided, setbacks: number): Promise<void> {
    const { envelope, principal } = waiting;
    if (decided.changes === null) {
      // Nothing but an answer would be written, which no version check holds back.
      if (!(await this.#stands(setbacks))) {
        this.#queue.unshift(waiting);
        return;
      }
      if (envelope.idempotency === undefined) {
        waiting.answer(done(decided, 0));
        return;
      }
    }
    const commit = commitOf(book, envelope, principal, decided, this.#parts.clock.now());
    this.#inFlight += 1;
    const written = this.#parts.store.commit(commit);
    if (decided.changes !== null && decided.audit !== null) {
      applyChanges(book, decided.version, decided.audit.hash, decided.changes);
      this.#book = book;
    }
    written.then(
      (outcome) => this.#written(waiting, decided, outcome),
      (error: unknown) => {
        this.#setBack();
        this.#landed();
        waiting.fail(error);
      },
    );
    if (this.#inFlight >= this.#parts.limits.inFlight) await this.#settled();
  }

  #written(waiting: Waiting, decided: Decided, outcome: CommitOutcome): void {
    if (outcome.outcome === 'committed') {
      if (decided.changes !== null) this.#fresh = true;
      this.#landed();
      waiting.answer(done(decided, outcome.position));
      return;
    }
    this.#setBack();
    this.#otherwise(waiting, outcome).then(
      () => this.#landed(),
      (error: unknown) => {
        this.#landed();
        waiting.fail(error);
      },
    );
  }

  #setBack(): void {
    this.#setbacks += 1;
    this.#book = undefined;
  }

  #landed(): void {
    this.#inFlight -= 1;
    if (this.#inFlight > 0) return;
    for (const resolve of this.#drained.splice(0)) resolve();
    if (this.#again.length > 0) this.#pump();
  }

  /** A command whose commit was not simply kept is answered, or comes again on the fresh book. */
  async #otherwise(waiting: Waiting, outcome: NotKept): Promise<void> {
    const { envelope, principal, attempts } = waiting;
    const lost = outcome.outcome === 'stale' || outcome.outcome === 'capExceeded';
    if (lost) this.#book = undefined;
    if (lost && attempts < this.#parts.limits.attempts) this.#again.push(waiting);
    else waiting.answer(await answerTo(outcome, this.#parts.store, callerOf(principal), envelope));
  }
}
