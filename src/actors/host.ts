import { LRUCache } from 'lru-cache';
import { type AfterSaleId, type BookKey, bookName, type CommandId } from '../domain/ids.js';
import { isRefusal, type Refusal } from '../domain/refusals.js';
import { quoteIn } from './apply.js';
import { notThere, sees } from './authorize.js';
import { type Book, viewOf } from './book.js';
import { contextOf, evidenceNamed, KnownTemplates, ownEvidence } from './bookContext.js';
import { caseQuote } from './caseQuote.js';
import type { Application, Envelope } from './command.js';
import type { DecisionContext } from './context.js';
import { CapExceeded, Draft } from './draft.js';
import type { HostParts } from './hostPorts.js';
import { Mailbox } from './mailbox.js';
import { orderView } from './orderView.js';
import type { Reply } from './ports.js';
import { callerOf, type Principal } from './principal.js';
import { quoteView } from './quoteView.js';
import type { AfterSale } from './rows.js';
import { afterSaleView } from './view.js';
import type { AfterSaleView, CaseQuoteView, Host, OrderView, QuoteView } from './views.js';

/**
 * The actor host: one mailbox per book in use, a bounded number of books kept for the next command.
 * Nothing here decides anything; see `decide`.
 */
export class ActorHost implements Host {
  readonly #parts: HostParts;
  readonly #templates: KnownTemplates;
  readonly #busy = new Map<string, Mailbox>();
  readonly #resting: LRUCache<string, Mailbox>;
  readonly #keys = new Map<string, Promise<unknown>>();

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#templates = new KnownTemplates(parts);
    this.#resting = new LRUCache({ max: parts.limits.cachedBooks });
  }

  /**
   * Gives a command to its book. The reply comes once its commit is on disk; a refusal is a reply too.
   * A concurrent command with the same caller and key waits for the first and gets its answer.
   */
  async send(envelope: Envelope, principal: Principal): Promise<Reply> {
    if (envelope.idempotency === undefined) return this.#mailbox(envelope.book).send(envelope, principal);
    const key = `${callerOf(principal)} ${envelope.idempotency.key}`;
    for (let first = this.#keys.get(key); first !== undefined; first = this.#keys.get(key)) await first;
    const reply = this.#mailbox(envelope.book).send(envelope, principal);
    const ended = reply.then(
      () => this.#keys.delete(key),
      () => this.#keys.delete(key),
    );
    this.#keys.set(key, ended);
    return reply;
  }

  /** What an application would refund now; reckoned by the code that applies, in a draft that is thrown away. */
  async quote(key: BookKey, application: Application, principal: Principal): Promise<QuoteView | Refusal> {
    const published = await this.#templates.published();
    const evidence = await ownEvidence(this.#parts.evidence, principal, evidenceNamed({ kind: 'apply', application }));
    return this.#mailbox(key).look((book) => {
      if (book === undefined || !sees(principal, book.order)) return notThere('order.notFound');
      const context = contextOf(this.#parts, this.#templates, { commandId: QUOTE_ID, principal, published, evidence });
      return quoteOn(book, application, context);
    });
  }

  async order(key: BookKey, principal: Principal): Promise<OrderView | Refusal> {
    const published = await this.#templates.published();
    return this.#mailbox(key).look((book) => {
      if (book === undefined || !sees(principal, book.order)) return notThere('order.notFound');
      const context = contextOf(this.#parts, this.#templates, { commandId: QUOTE_ID, principal, published, evidence: new Map() });
      return orderView(viewOf(book), context);
    });
  }

  async afterSale(id: AfterSaleId, principal: Principal): Promise<AfterSaleView | Refusal> {
    return this.#lookAt(id, principal, (_draft, _context, view) => view);
  }

  async explain(id: AfterSaleId, principal: Principal): Promise<{ readonly view: AfterSaleView; readonly quote: CaseQuoteView } | Refusal> {
    return this.#lookAt(id, principal, (draft, context, view, afterSale) => ({ view, quote: caseQuote(draft, context, afterSale) }));
  }

  /** Looks at one after-sale, also at one that has ended and is no longer loaded with its book. */
  async #lookAt<T>(
    id: AfterSaleId,
    principal: Principal,
    at: (draft: Draft, context: DecisionContext, view: AfterSaleView, afterSale: AfterSale) => T,
  ): Promise<T | Refusal> {
    const stored = await this.#parts.store.findAfterSale(id);
    if (stored === undefined) return notThere('afterSale.notFound');
    await this.#templates.load(stored.afterSale.template);
    const published = await this.#templates.published();
    return this.#mailbox(stored.book).look((book) => {
      if (book === undefined || !sees(principal, book.order)) return notThere('afterSale.notFound');
      const draft = new Draft(book, this.#parts.clock.now(), this.#parts.rules.capHolds);
      const context = contextOf(this.#parts, this.#templates, { commandId: QUOTE_ID, principal, published, evidence: new Map() });
      const afterSale = book.afterSales.get(id) ?? stored.afterSale;
      const parts = {
        order: book.order,
        orderCap: draft.cap('order'),
        afterSale,
        timers: draft.timersOf(id),
        payouts: draft.payoutsOf(id),
      };
      return at(draft, context, afterSaleView(parts, context, principal), afterSale);
    });
  }

  #mailbox(key: BookKey): Mailbox {
    const name = bookName(key);
    const busy = this.#busy.get(name);
    if (busy !== undefined) return busy;
    const mailbox =
      this.#resting.get(name) ??
      new Mailbox(this.#parts, this.#templates, key, (idle) => {
        if (this.#busy.get(name) !== idle) return;
        this.#busy.delete(name);
        if (idle.wanted) this.#resting.set(name, idle);
      });
    this.#resting.delete(name);
    this.#busy.set(name, mailbox);
    return mailbox;
  }
}

/** Quotes make no ids; the draft that uses this is thrown away. */
const QUOTE_ID = '00000000-0000-4000-8000-000000000000' as CommandId;

function quoteOn(book: Book, application: Application, context: DecisionContext): QuoteView | Refusal {
  const draft = new Draft(book, context.now, context.rules.capHolds);
  try {
    const quoted = quoteIn(draft, context, application);
    if (isRefusal(quoted)) return quoted;
    return quoteView(draft, context.principal, application, quoted.assessed, quoted.money);
  } catch (error) {
    if (error instanceof CapExceeded) throw new Error(`a quote of order ${book.key.orderNo} does not fit cap ${error.key}`);
    throw error;
  }
}
