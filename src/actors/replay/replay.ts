import type { AfterSaleId } from '../../domain/ids.js';
import { NO_MONEY } from '../../domain/money.js';
import type { SplitRecords } from '../../domain/order.js';
import { CHART_VERSION } from '../../machines/chart.js';
import { MIGRATIONS, migrateSnapshot, migrateTimerId } from '../../machines/migrations.js';
import { applyChanges, type Book, emptyBook, setTimer } from '../book.js';
import type { BookCommand } from '../command.js';
import { unpackChanges } from '../compact.js';
import { chainHash, RULES_VERSION, wordOf } from '../decide.js';
import type { Changes } from '../ports.js';
import { hashPrivate, kindOf, wholeEvent } from '../private.js';
import type { TrailEvent } from '../reads.js';
import type { PrivateRow } from '../rows.js';
import { commandOf, type EventBody, type ReadBody, readBody, readChanges } from './body.js';
import type { Finding } from './finding.js';
import { type Redecided, type ReplayParts, redecide, templatesGone } from './redecide.js';
import { ToldRows } from './toldRows.js';

/** How the events of a replay were taken. */
export interface ReplayCounts {
  /** decided again by the rules and charts of today */
  decided: number;
  /** applied: other rules or charts had decided them, or a template that they were decided under is gone */
  older: number;
  /** applied: a text that the command came with is erased */
  erased: number;
}

/** What a book has before its order is put. */
const NO_RECORDS: SplitRecords = { runs: [], freight: NO_MONEY, total: NO_MONEY };

interface Taken {
  readonly changes: Changes;
  /** undefined where the trail does not tell it */
  readonly afterSaleId: AfterSaleId | null | undefined;
}

/**
 * Replays the trail of one book from nothing. Events of today's charts and rules are decided again and
 * compared with what the trail says; older ones, and those of which a text is erased, are applied. After
 * it, `rows` holds what should be stored, unless the trail was `broken`.
 */
export class Replay {
  readonly rows = new ToldRows();
  readonly findings: Finding[] = [];
  readonly counts: ReplayCounts = { decided: 0, older: 0, erased: 0 };
  /** why nothing after an event can be told; undefined while all can */
  broken: string | undefined;
  readonly #parts: ReplayParts;
  /** templates that were told to be gone */
  readonly #gone = new Set<string>();
  #book: Book | undefined;
  #chart = CHART_VERSION;
  /** what the next event may follow: the hash of the one before it as stored, and as it should be */
  #previous: readonly string[] = [''];

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /**
   * Takes the next event, in the order of versions.
   * @param texts the book's private rows, by id
   */
  take(event: TrailEvent, texts: ReadonlyMap<string, PrivateRow>): void {
    const read = this.#read(event);
    this.#link(event);
    if (read === undefined || this.broken !== undefined) return;
    try {
      this.#replay(event, read, texts);
    } catch (error) {
      // What was damaged may be anything: that it cannot be replayed is the finding.
      this.#break(event.version, 'body', event.body, `it cannot be replayed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Says that no event follows. */
  end(): void {
    if (this.rows.version === 0 && this.broken === undefined) this.#break(1, null, undefined, 'the order has no trail', 'an event');
  }

  #read(event: TrailEvent): ReadBody | undefined {
    let read: ReadBody;
    try {
      read = readBody(event.body);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
      if (this.broken === undefined) this.#break(event.version, 'body', event.body, `it cannot be read: ${error.message}`);
      return undefined;
    }
    const { version } = read.body;
    if (version !== event.version) this.#find(event.version, 'version', event.version, version, 'its body says another version');
    const next = this.rows.version + 1;
    if (this.broken === undefined && version !== next) {
      this.#break(next, null, undefined, `it is missing; the next is version ${event.version}`, 'an event');
    }
    return read;
  }

  /** The hash of each event holds all before it. One that was damaged by itself is told once. */
  #link({ commandId, at, body, version, hash }: TrailEvent): void {
    const own = this.#previous.map((previous) => chainHash(previous, commandId, at, body));
    const [expected = ''] = own;
    if (!own.includes(hash)) this.#find(version, 'hash', hash, expected, 'the hash chain breaks here');
    this.#previous = expected === hash ? [hash] : [hash, expected];
  }

  #replay(event: TrailEvent, read: ReadBody, texts: ReadonlyMap<string, PrivateRow>): void {
    const { body } = read;
    const text = this.#textOf(body, texts);
    const command = commandOf(body, text);
    const book = this.#bookFor(read, command);
    const isCurrent = body.chart === CHART_VERSION && body.rules === RULES_VERSION;
    const isWhole = body.private === undefined || text !== undefined;
    const { changes, afterSaleId } =
      (isCurrent && isWhole ? this.#decide(book, event, read, command) : undefined) ?? this.#apply(book, read, command, text);
    if (!isCurrent) this.counts.older += 1;
    else if (!isWhole) this.counts.erased += 1;
    applyChanges(book, event.version, event.hash, changes);
    const { version, position } = event;
    const changed = changes.afterSales.map(({ id }) => id);
    this.rows.take(changes, { version, position, afterSaleId, type: wordOf(command), changed }, event.hash);
    if (body.private === undefined) return;
    const owner = afterSaleId === undefined ? event.afterSaleId : afterSaleId;
    this.rows.privates.push({ ...body.private, version, kind: kindOf(command), afterSaleId: owner, read: text !== undefined });
  }

  /** The text of an event's private row, where it is still there and the one that the trail names. */
  #textOf({ private: named }: EventBody, texts: ReadonlyMap<string, PrivateRow>): string | undefined {
    const row = named === undefined ? undefined : texts.get(named.id);
    if (row === undefined || row.content === null) return undefined;
    return hashPrivate(row.salt, row.content) === named?.hash ? row.content : undefined;
  }

  /** The book as it was before an event, with the snapshots as the charts of that time read them. */
  #bookFor({ body }: ReadBody, command: BookCommand): Book {
    if (this.#book === undefined) {
      if (command.kind !== 'putOrder') throw new TypeError('the first event puts no order');
      const { shopId, orderNo } = command.order;
      this.#book = emptyBook({ shopId, orderNo }, command.order, NO_RECORDS);
      this.#chart = body.chart;
    }
    if (this.#chart !== body.chart) this.#migrate(this.#book, body.chart);
    return this.#book;
  }

  #migrate(book: Book, chart: number): void {
    this.#chart = chart;
    for (const id of [...book.afterSales.keys()]) {
      const row = this.rows.afterSales.get(id);
      if (row !== undefined) book.afterSales.set(id, { ...row, chart: migrateSnapshot(row.chart, MIGRATIONS, chart) });
    }
    book.timers.clear();
    for (const timer of this.rows.timers.values()) {
      const stored = this.rows.afterSales.get(timer.afterSaleId)?.chart.version ?? chart;
      setTimer(book.timers, { ...timer, timerId: migrateTimerId(timer.timerId, stored, MIGRATIONS, chart) });
    }
  }

  /** What deciding again comes to; undefined, and a finding, where that is not what the trail says. */
  #decide(book: Book, event: TrailEvent, read: ReadBody, command: BookCommand): Taken | undefined {
    const redecided = this.#redecide(book, event, read, command);
    if (redecided === undefined) this.counts.older += 1;
    else this.counts.decided += 1;
    if (redecided === undefined || redecided.kind === 'same') return redecided;
    for (const { path, stored, expected } of redecided.differences) {
      this.#find(event.version, path === '' ? 'body.changes' : `body.changes.${path}`, stored, expected, redecided.why);
    }
    return undefined;
  }

  /** Undefined, and one finding for each template, where nothing can be decided because a template is gone. */
  #redecide(book: Book, event: TrailEvent, read: ReadBody, command: BookCommand): Redecided | undefined {
    let redecided: Redecided | undefined;
    let thrown: unknown;
    try {
      redecided = redecide(book, event, read, command, this.#parts);
    } catch (error) {
      thrown = error;
    }
    if (redecided?.kind === 'same') return redecided;
    const gone = templatesGone(book, read, this.#parts.templates);
    if (gone.length === 0 && redecided === undefined) throw thrown;
    for (const row of gone.filter((key) => !this.#gone.has(key))) {
      this.#gone.add(row);
      const why = `it is gone; version ${event.version} and others were decided under it, and are only applied`;
      this.findings.push({ table: 'template', row, column: null, stored: undefined, expected: 'a published template', why });
    }
    return gone.length === 0 ? redecided : undefined;
  }

  #apply(book: Book, read: ReadBody, command: BookCommand, text: string | undefined): Taken {
    const whole = wholeEvent({ command, changes: readChanges(read.changes) }, text);
    const changes = unpackChanges({ state: book.state, afterSale: (id) => book.afterSales.get(id) }, whole.changes);
    const afterSaleId = this.#named(command, changes);
    if (changes.order === undefined) return { changes, afterSaleId };
    return { changes: { ...changes, order: { ...changes.order, buyerUid: buyerAfter(book, command) } }, afterSaleId };
  }

  /** The after-sale that an event names, as far as its command tells it. */
  #named(command: BookCommand, changes: Changes): AfterSaleId | null | undefined {
    switch (command.kind) {
      case 'afterSale':
      case 'timer':
        return command.afterSaleId;
      case 'apply':
        return changes.afterSales.find(({ id }) => !this.rows.afterSales.has(id))?.id;
      case 'payoutResult':
      case 'payoutStuck':
      case 'payout':
        return this.rows.payouts.get(command.payoutKey)?.afterSaleId;
      case 'report':
        return command.report.type === 'movedElsewhere' ? undefined : null;
      default:
        return null;
    }
  }

  #find(version: number, column: string, stored: unknown, expected: unknown, why: string): void {
    this.findings.push({ table: 'event', row: `version ${version}`, column, stored, expected, why });
  }

  #break(version: number, column: string | null, stored: unknown, why: string, expected?: unknown): void {
    this.broken = why;
    const rest = `${why}; the order's rows cannot be compared`;
    this.findings.push({ table: 'event', row: `version ${version}`, column, stored, expected, why: rest });
  }
}

/** The buyer's name stands in no event: it is what the newest command has said. Empty where that is erased. */
function buyerAfter(book: Book, command: BookCommand): string {
  if (command.kind === 'erase') return command.pseudonym;
  return command.kind === 'putOrder' ? command.order.buyerUid : book.order.buyerUid;
}
