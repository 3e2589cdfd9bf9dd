import type { Envelope } from '../../actors/command.js';
import type { PayRequest } from '../../actors/partners.js';
import type { Commit, CommitOutcome, Reply } from '../../actors/ports.js';
import type { Principal } from '../../actors/principal.js';
import type { AfterSale } from '../../actors/rows.js';
import type { BookKey, Instant } from '../../domain/ids.js';
import type { Alarm } from '../../jobs/ports.js';
import type { Template } from '../../machines/template.js';
import type { Payment } from '../../partners/simulated/gatewayLedger.js';
import type { Judge, Violation } from '../judge.js';
import type { WorldStore } from '../store/memoryStore.js';
import { Answers } from './answers.js';
import { AuditedBook, isOpen } from './book.js';
import { Carriers, lossIsBorne } from './carriers.js';
import { expectClaim } from './claims.js';
import { couponsComeBack } from './coupons.js';
import { differencesAsDue, differencesAsNamed, paymentsAsDue, paymentsNotKept, pricesNamed, sameAsHeld } from './differences.js';
import { type Before, type Check, type Finding, found, type Step } from './finding.js';
import { freightAsDue } from './freight.js';
import { claimsAsExpected, grantsAsDecided, grantsConserve, weightAsTold } from './grants.js';
import { capsHold, pendingAgrees, splitAddsUp, tendersGiveAll, transfersSettle, unitsHold } from './money.js';
import { laterGives, movedIsPosted, movedWasTaken } from './moved.js';
import { costAsFound, offsetsHold } from './offsets.js';
import { PartsOutside } from './outside.js';
import { partsAsShared } from './parts.js';
import { moneyIsAccounted, moneyIsOurs, payoutsMove, requestIsMeant } from './payouts.js';
import { quoteIsKept } from './quoted.js';
import { Remedies } from './remedies.js';
import { chainHash, replayBook } from './replay.js';
import { deadlinesAreDue, endsLetGo, leftBehind, Whereabouts, waitingIsSent, waitsHaveDeadlines, windowsClose } from './states.js';
import { MoneyTruth } from './truth.js';

/** The promises that each check of a commit is about; for the count of what was checked. */
const CHECKS: readonly (readonly [number, Check])[] = [
  [7, trailGrows],
  [5, splitAddsUp],
  [1, unitsHold],
  [3, capsHold],
  [3, tendersGiveAll],
  [7, transfersSettle],
  [7, pendingAgrees],
  [2, claimsAsExpected],
  [5, weightAsTold],
  [5, grantsConserve],
  [4, grantsAsDecided],
  [4, quoteIsKept],
  [4, freightAsDue],
  [5, partsAsShared],
  [4, couponsComeBack],
  [4, differencesAsNamed],
  [4, differencesAsDue],
  [4, paymentsAsDue],
  [4, paymentsNotKept],
  [4, pricesNamed],
  [4, sameAsHeld],
  [1, offsetsHold],
  [1, costAsFound],
  [7, lossIsBorne],
  [1, endsLetGo],
  [1, windowsClose],
  [10, waitsHaveDeadlines],
  [10, waitingIsSent],
  [10, deadlinesAreDue],
  [4, payoutsMove],
  [3, movedIsPosted],
  [3, laterGives],
];

function* trailGrows({ book, write, before, commit }: Step): Generator<Finding> {
  if (commit.expectedVersion !== before.version)
    yield found(7, 'version', `version ${commit.expectedVersion + 1} follows ${before.version}`);
  const { previousHash, hash } = write.audit;
  if (previousHash !== before.chain) yield found(7, 'chain', `version ${book.version} follows another event than the newest`);
  if (chainHash(previousHash, write.audit) !== hash) yield found(7, 'chain', `the hash of version ${book.version} is another`);
}

/**
 * The second model: it understands the design's promises and the examples, and nothing of the rules that
 * it judges. It sees what the store keeps, what callers are told and what the gateway really does.
 */
export class Auditor implements Judge {
  violation: Violation | undefined;
  readonly checked = new Map<number, number>();
  readonly books = new Map<string, AuditedBook>();
  readonly #templates = new Map<string, Template>();
  readonly #commands = new Map<string, { readonly envelope: Envelope; readonly principal: Principal; readonly times: number }>();
  readonly #truth = new MoneyTruth();
  readonly #answers = new Answers();
  readonly #outside = new PartsOutside();
  readonly #whereabouts = new Whereabouts();
  readonly #carriers = new Carriers();
  readonly #remedies = new Remedies();
  readonly #counts: (finding: Finding) => boolean;

  /** `counts`: which findings matter, where not all do. A negative control looks for damage, not for a service that fails */
  constructor({ counts = () => true }: { readonly counts?: (finding: Finding) => boolean } = {}) {
    this.#counts = counts;
  }

  published(template: Template): void {
    this.#templates.set(`${template.id}/${template.version}`, template);
  }

  sent(envelope: Envelope, principal: Principal): void {
    const times = (this.#commands.get(envelope.id)?.times ?? 0) + 1;
    this.#commands.set(envelope.id, { envelope, principal, times });
    this.#answers.sent(envelope, principal);
  }

  committed(commit: Commit, outcome: CommitOutcome, at: Instant): void {
    if (outcome.outcome !== 'committed' || this.violation !== undefined) return;
    const { write, answer } = commit;
    if (write !== null) {
      this.#outside.changed(this.#bookOf(commit.book), write.changes.payouts, at);
      this.#changed(commit, write);
    }
    const book = this.#bookOf(commit.book);
    const hasOpen = [...(book?.afterSales.values() ?? [])].some(isOpen);
    if (answer !== null) this.#judge(6, this.#answers.kept(answer, write?.audit.commandId, hasOpen), commit.book);
    const sent = write === null ? undefined : this.#commands.get(write.audit.commandId);
    if (sent !== undefined) this.#judge(6, this.#answers.changed(sent.principal, sent.envelope), commit.book);
  }

  #changed(commit: Commit, write: NonNullable<Commit['write']>): void {
    let book = this.#bookOf(commit.book);
    const { order } = write.changes;
    if (book === undefined) {
      if (order === undefined) throw new Error(`book ${commit.book.orderNo} begins without an order`);
      book = new AuditedBook(commit.book, order);
      this.books.set(nameOf(commit.book), book);
    } else if (order !== undefined) {
      if (book.afterSales.size === 0 && book.payouts.size === 0) book.reopen(order);
      else book.order = order;
    }
    const envelope = this.#commands.get(write.audit.commandId)?.envelope;
    const before = this.#before(book, write, envelope);
    book.take(commit);
    book.version += 1;
    book.chain = write.audit.hash;
    book.commands.set(write.audit.commandId, book.version);
    const step: Step = {
      book,
      commit,
      write,
      envelope,
      before,
      truth: this.#truth,
      remedies: this.#remedies,
      templateOf: this.#templateOf,
    };
    this.#remedies.hear(step);
    for (const [promise, check] of CHECKS) this.#judge(promise, check(step), commit.book);
    this.#judge(11, this.#remedies.follow(step), commit.book);
    this.#judge(11, this.#whereabouts.follow(step), commit.book);
    this.#judge(7, this.#carriers.follow(step), commit.book);
  }

  #before(book: AuditedBook, { changes }: NonNullable<Commit['write']>, envelope: Envelope | undefined): Before {
    const afterSales = new Map(
      changes.afterSales.flatMap(({ id }) => (book.afterSales.has(id) ? [[id as string, book.afterSales.get(id)] as const] : [])),
    );
    const claims = new Map(
      changes.afterSales
        .filter(({ id, decisions }) => !book.afterSales.has(id) && !decisions.some((d) => d.kind === 'elsewhere'))
        .map((row) => {
          const application = envelope?.command.kind === 'apply' ? envelope.command.application : undefined;
          return [row.id as string, expectClaim(book, row, application, this.#templateOf(row))] as const;
        }),
    );
    return {
      version: book.version,
      chain: book.chain,
      afterSales: afterSales as ReadonlyMap<string, AfterSale>,
      payouts: new Map(changes.payouts.flatMap(({ key }) => (book.payouts.has(key) ? [[key, { ...payoutOf(book, key) }] as const] : []))),
      timer: envelope?.command.kind === 'timer' ? book.timers.get(envelope.command.afterSaleId)?.get(envelope.command.timerId) : undefined,
      claims,
    };
  }

  replied(envelope: Envelope, principal: Principal, reply: Reply, at: Instant): void {
    const book = this.#bookOf(envelope.book);
    this.#judge(
      6,
      this.#answers.replied({ envelope, principal, reply, at, once: this.#commands.get(envelope.id)?.times === 1 }, book),
      envelope.book,
    );
    if (reply.kind === 'done') this.#judge(3, movedWasTaken(envelope, book, this.#truth), envelope.book);
  }

  broke(what: string, book: BookKey, error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#break(found(0, 'bug', `${what} failed: ${text}`), book);
  }

  gatewayAsked(request: PayRequest, at: Instant): void {
    for (const book of this.books.values()) {
      const payout = book.payouts.get(request.key);
      if (payout === undefined) continue;
      this.#judge(4, requestIsMeant(payout, request, this.#truth), book.key);
      this.#judge(4, this.#outside.asked(payout, request, at), book.key);
      return;
    }
    this.#judge(4, requestIsMeant(undefined, request, this.#truth), undefined);
  }

  gatewayMoved(payment: Payment, before: Payment | undefined): void {
    this.#truth.moved(payment, before);
    const owner = [...this.books.values()].find((book) => book.payouts.has(payment.key));
    if (this.#truth.paidAsAsked(payment.key) > 1) this.#break(found(4, 'paidOnce', `${payment.key} was paid twice`), owner?.key);
  }

  alarmed({ name, detail }: Alarm): void {
    if (name === 'job.dead') this.#break(found(10, 'jobDead', detail), undefined);
  }

  async ended(store: WorldStore, unsettled: readonly string[]): Promise<void> {
    if (unsettled.length > 0) this.#break(found(10, 'settles', unsettled.slice(0, 5).join('; ')), undefined);
    for (const book of this.books.values()) {
      this.#judge(10, leftBehind(book), book.key);
      this.#judge(4, moneyIsAccounted(book, this.#truth), book.key);
      for await (const finding of replayBook(book, store)) this.#break(finding, book.key);
      this.#count(7);
    }
    this.#judge(4, moneyIsOurs(this.books.values(), this.#truth), undefined);
  }

  readonly #templateOf = ({ template }: Pick<AfterSale, 'template'>): Template | undefined =>
    this.#templates.get(`${template.id}/${template.version}`);

  #bookOf(key: BookKey): AuditedBook | undefined {
    return this.books.get(nameOf(key));
  }

  #judge(promise: number, findings: Iterable<Finding>, book: BookKey | undefined): void {
    this.#count(promise);
    for (const finding of findings) {
      this.#break(finding, book);
      if (this.violation !== undefined) return;
    }
  }

  #count(promise: number): void {
    this.checked.set(promise, (this.checked.get(promise) ?? 0) + 1);
  }

  #break(finding: Finding, book: BookKey | undefined): void {
    if (this.violation === undefined && this.#counts(finding)) this.violation = { ...finding, book };
  }
}

const nameOf = ({ shopId, orderNo }: BookKey): string => JSON.stringify([shopId, orderNo]);

function payoutOf(book: AuditedBook, key: string) {
  const payout = book.payouts.get(key);
  if (payout === undefined) throw new RangeError(`there is no payout ${key}`);
  return payout;
}
