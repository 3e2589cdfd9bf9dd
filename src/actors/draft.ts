import type { AfterSaleId, Instant, LineNo } from '../domain/ids.js';
import { instant } from '../domain/ids.js';
import { type Minor, type Money, minor, money, NO_MONEY } from '../domain/money.js';
import type { Order, SplitRecords } from '../domain/order.js';
import type { TenderShare } from '../domain/tenders.js';
import type { LineUnits } from '../domain/units.js';
import { isFinal } from '../machines/step.js';
import { addToCap, BOOK, type Book, type BookView, clearTimer, setPayout, setTimer } from './book.js';
import { moveUnits, standsAlike } from './moveUnits.js';
import type { Changes, Effect } from './ports.js';
import { mayBePaid } from './priced.js';
import type { AfterSale, BookState, Cap, CapChange, Payout, PendingTransfer, TimerRow, Transfer } from './rows.js';

/** What a decision knows besides the book. */
export interface DraftContext {
  readonly now: Instant;
}

/** A step back: the ledger moved, but a cap did not allow it. The decision ends in `cap.exceeded`. */
export class CapExceeded extends Error {
  constructor(readonly key: string) {
    super(`cap ${key} does not allow this`);
  }
}

/**
 * A decision in the making: reads through to the book, keeps every changed row aside, and gives them
 * all as `Changes`. The book itself stays as it was, so a refusal costs nothing.
 */
export class Draft implements BookView {
  readonly #book: Book;
  readonly #now: Instant;
  readonly #capHolds: (cap: Cap) => boolean;
  readonly #lines = new Map<LineNo, LineUnits>();
  readonly #afterSales = new Map<AfterSaleId, AfterSale>();
  readonly #caps = new Map<string, Cap>();
  readonly #capChanges = new Map<string, CapChange>();
  readonly #payouts = new Map<string, readonly Payout[]>();
  readonly #changedPayouts = new Map<string, Payout>();
  readonly #timers = new Map<AfterSaleId, readonly TimerRow[]>();
  readonly #setTimers = new Map<string, TimerRow>();
  readonly #clearedTimers = new Map<string, Pick<TimerRow, 'afterSaleId' | 'timerId'>>();
  readonly #transfers: Transfer[] = [];
  readonly effects: Effect[] = [];
  #state: BookState;
  #order: Order | undefined;
  #split: SplitRecords | undefined;
  #erases = false;

  constructor(book: Book, now: Instant, capHolds: (cap: Cap) => boolean) {
    this.#book = book;
    this.#now = now;
    this.#capHolds = capHolds;
    this.#state = book.state;
  }

  get key() {
    return this.#book.key;
  }
  get version() {
    return this.#book.version;
  }
  /** the version that the book will have after this decision */
  get nextVersion() {
    return this.#book.version + 1;
  }
  get now() {
    return this.#now;
  }
  get order() {
    return this.#order ?? this.#book.order;
  }
  get split() {
    return this.#split ?? this.#book.split;
  }
  get state() {
    return this.#state;
  }
  set state(state: BookState) {
    this.#state = state;
  }

  /** Every text of the book goes, and its buyer is called by the pseudonym. */
  erase(pseudonym: string): void {
    this.#erases = true;
    this.#state = { ...this.#state, pseudonym };
    this.setOrder({ ...this.order, buyerUid: pseudonym }, this.split);
  }

  setOrder(order: Order, split: SplitRecords): void {
    this.#order = order;
    this.#split = split;
  }

  line(lineNo: LineNo): LineUnits {
    const line = this.#lines.get(lineNo) ?? this.#book.lines.get(lineNo);
    if (line === undefined) throw new RangeError(`the order has no line ${lineNo}`);
    return line;
  }

  lines(): ReadonlyMap<LineNo, LineUnits> {
    if (this.#lines.size === 0) return this.#book.lines;
    return new Map([...this.#book.lines, ...this.#lines]);
  }

  afterSale(id: AfterSaleId): AfterSale | undefined {
    return this.#afterSales.get(id) ?? this.#book.afterSales.get(id);
  }

  *afterSales(): Iterable<AfterSale> {
    for (const [id, row] of this.#book.afterSales) yield this.#afterSales.get(id) ?? row;
    for (const [id, row] of this.#afterSales) if (!this.#book.afterSales.has(id)) yield row;
  }

  /** The after-sales that this decision has changed so far. */
  changedAfterSales(): Iterable<AfterSale> {
    return this.#afterSales.values();
  }

  /** Writes an after-sale and, with it, how its units stand. */
  put(afterSale: AfterSale): AfterSale {
    if (this.#afterSales.get(afterSale.id) === afterSale) return afterSale;
    const matters = afterSale.decisions.some((d) => d.state !== 'dropped') || afterSale.extra.length > 0;
    const row: AfterSale = {
      ...afterSale,
      live: !isFinal(afterSale.chart.value) || matters || mayBePaid(afterSale),
      updatedAt: this.#now,
      version: this.nextVersion,
    };
    const before = this.afterSale(row.id);
    this.#afterSales.set(row.id, row);
    if (before !== undefined && standsAlike(before, row)) return row;
    const lines = new Map<LineNo, LineUnits>();
    for (const range of [...row.units, ...(before?.units ?? []), ...row.decisions.flatMap((d) => d.portions)]) {
      if (!lines.has(range.lineNo)) lines.set(range.lineNo, this.line(range.lineNo));
    }
    moveUnits(lines, before, row);
    for (const [lineNo, line] of lines) if (line !== this.line(lineNo)) this.#lines.set(lineNo, line);
    return row;
  }

  cap(key: string): Cap | undefined {
    return this.#caps.get(key) ?? this.#book.caps.get(key);
  }

  /** Moves a cap row by deltas. Throws `CapExceeded` where it would not hold; `decide` makes a refusal of it. */
  moveCap(change: CapChange): void {
    const next = addToCap(this.cap(change.key), change);
    if (!this.#capHolds(next)) throw new CapExceeded(change.key);
    this.#caps.set(change.key, next);
    const before = this.#capChanges.get(change.key);
    this.#capChanges.set(change.key, before === undefined ? change : addToCap({ ...before }, change));
  }

  payoutsOf(owner: AfterSaleId | typeof BOOK): readonly Payout[] {
    return this.#payouts.get(owner) ?? this.#book.payouts.get(owner) ?? [];
  }

  /** All payouts, also those of after-sales that have ended before they were paid. */
  *payouts(): Iterable<Payout> {
    for (const owner of new Set([...this.#book.payouts.keys(), ...this.#payouts.keys()])) {
      yield* this.#payouts.get(owner) ?? this.#book.payouts.get(owner) ?? [];
    }
  }

  putPayout(payout: Payout): void {
    const owner = payout.afterSaleId ?? BOOK;
    if (!this.#payouts.has(owner)) this.#payouts.set(owner, this.#book.payouts.get(owner) ?? []);
    setPayout(this.#payouts, { ...payout, updatedAt: this.#now });
    this.#changedPayouts.set(payout.key, { ...payout, updatedAt: this.#now });
  }

  timersOf(id: AfterSaleId): readonly TimerRow[] {
    return this.#timers.get(id) ?? this.#book.timers.get(id) ?? [];
  }

  setTimer(timer: Omit<TimerRow, 'visit'> & { visit?: number }): void {
    const visit = timer.visit ?? this.#state.lastVisit + 1;
    if (timer.visit === undefined) this.#state = { ...this.#state, lastVisit: visit };
    const row: TimerRow = { ...timer, visit };
    this.#ownTimers(row.afterSaleId);
    setTimer(this.#timers, row);
    const key = `${row.afterSaleId}/${row.timerId}`;
    this.#setTimers.set(key, row);
    this.#clearedTimers.delete(key);
  }

  clearTimer(afterSaleId: AfterSaleId, timerId: string): void {
    const stored = (this.#book.timers.get(afterSaleId) ?? []).some((timer) => timer.timerId === timerId);
    this.#ownTimers(afterSaleId);
    clearTimer(this.#timers, afterSaleId, timerId);
    if (!this.#timers.has(afterSaleId)) this.#timers.set(afterSaleId, []);
    const key = `${afterSaleId}/${timerId}`;
    this.#setTimers.delete(key);
    if (stored) this.#clearedTimers.set(key, { afterSaleId, timerId });
  }

  #ownTimers(id: AfterSaleId): void {
    if (!this.#timers.has(id)) this.#timers.set(id, this.#book.timers.get(id) ?? []);
  }

  /** Writes one movement of the ledger and gives its number. Nothing moves nothing: 0 is returned then. */
  transfer(transfer: Omit<Transfer, 'no'>): number {
    if (transfer.net === 0 && transfer.tax === 0) return 0;
    const no = this.#state.lastTransfer + 1;
    this.#state = { ...this.#state, lastTransfer: no };
    const { afterSaleId, decisionNo, phase, of, debit, credit, net, tax } = transfer;
    this.#transfers.push({ no, afterSaleId, decisionNo, phase, of, debit, credit, net, tax });
    return no;
  }

  hasChanges(): boolean {
    return (
      this.#afterSales.size > 0 ||
      this.#changedPayouts.size > 0 ||
      this.#transfers.length > 0 ||
      this.effects.length > 0 ||
      this.#state !== this.#book.state
    );
  }

  /** The rows that this decision changes. Cap rows that moved to and fro by nothing are left out. */
  changes(): Changes {
    const caps = [...this.#capChanges.values()].filter(
      (c) => [c.limit, c.reserved, c.posted].some((t) => t.net !== 0 || t.tax !== 0 || t.units !== 0) || !this.#book.caps.has(c.key),
    );
    return {
      ...(this.#order !== undefined && this.#split !== undefined ? { order: this.#order, split: this.#split } : {}),
      ...(this.#state !== this.#book.state || this.version === 0 ? { state: this.#state } : {}),
      afterSales: [...this.#afterSales.values()],
      caps,
      transfers: this.#transfers,
      payouts: [...this.#changedPayouts.values()],
      ...(this.#erases ? { erase: true } : {}),
      timers: { set: [...this.#setTimers.values()], cleared: [...this.#clearedTimers.values()] },
    };
  }

  later(ms: number): Instant {
    return instant(this.#now + ms);
  }
}

/** An amount in which no tax is told apart, as tenders carry it. */
export const asMoney = (amount: Minor): Money => money(amount, 0);

/** Takes an amount out of pending transfers between two accounts, oldest first; `settle` is told each part. */
export function settlePending(
  pending: readonly PendingTransfer[],
  debit: string,
  credit: string,
  amount: Money,
  settle: (of: number, part: Money) => void,
): PendingTransfer[] {
  let { net, tax } = amount as { net: number; tax: number };
  const left = pending.flatMap((p) => {
    if (p.debit !== debit || p.credit !== credit || (net === 0 && tax === 0)) return [p];
    const part = money(Math.min(net, p.net), Math.min(tax, p.tax));
    net -= part.net;
    tax -= part.tax;
    if (part.net !== 0 || part.tax !== 0) settle(p.no, part);
    const rest = money(p.net - part.net, p.tax - part.tax);
    return rest.net === 0 && rest.tax === 0 ? [] : [{ ...p, ...rest }];
  });
  if (net !== 0 || tax !== 0) throw new RangeError(`${debit} to ${credit} has less pending than is settled`);
  return left;
}

export const nothing = NO_MONEY;

/** What shares give together, in minor units. */
export const sumAmounts = (shares: readonly TenderShare[]): Minor => minor(shares.reduce((all, s) => all + s.amount, 0));
