import type { AfterSaleId, BookKey, LineNo, TenderId } from '../domain/ids.js';
import { minor, money, NO_MONEY, timesMoney } from '../domain/money.js';
import type { Order, OrderLine, SplitRecords, Tender } from '../domain/order.js';
import type { TenderBalance } from '../domain/tenders.js';
import { type LineUnits, untouchedLine } from '../domain/units.js';
import { migrateSnapshot, migrateTimerId } from '../machines/migrations.js';
import { moveUnits } from './moveUnits.js';
import type { BookRows, Changes } from './ports.js';
import { blankAfterSale, blankPayout } from './private.js';
import type { AfterSale, BookState, Cap, CapChange, Payout, TimerRow, Triple } from './rows.js';

/**
 * A book in memory: its rows by key, and the standing of each unit, which follows from its after-sales.
 * Only the host changes it, by `applyChanges`; decisions read it through a draft.
 */
export interface Book {
  readonly key: BookKey;
  version: number;
  chain: string;
  order: Order;
  split: SplitRecords;
  state: BookState;
  readonly lines: Map<LineNo, LineUnits>;
  readonly afterSales: Map<AfterSaleId, AfterSale>;
  readonly caps: Map<string, Cap>;
  /** by after-sale; those of the book itself under `BOOK` */
  readonly payouts: Map<string, readonly Payout[]>;
  readonly timers: Map<AfterSaleId, readonly TimerRow[]>;
}

export const BOOK = 'book';

/** What decisions read: a book, or a draft over it. */
export interface BookView {
  readonly key: BookKey;
  readonly version: number;
  readonly order: Order;
  readonly split: SplitRecords;
  readonly state: BookState;
  line(lineNo: LineNo): LineUnits;
  lines(): ReadonlyMap<LineNo, LineUnits>;
  afterSale(id: AfterSaleId): AfterSale | undefined;
  afterSales(): Iterable<AfterSale>;
  cap(key: string): Cap | undefined;
  /** those of an after-sale, or of the book itself */
  payoutsOf(owner: AfterSaleId | typeof BOOK): readonly Payout[];
  timersOf(id: AfterSaleId): readonly TimerRow[];
}

export const NOTHING: Triple = { net: 0, tax: 0, units: 0 };

export const EMPTY_STATE: BookState = {
  lastRefundId: 0,
  lastTransfer: 0,
  lastDecision: 0,
  lastVisit: 0,
  freightReserved: NO_MONEY,
  freightShares: [],
  freightPending: [],
  facts: [],
  couponsHeld: {},
  movedReferences: [],
};

/** A book that no order was put into yet: version 0. */
export function emptyBook(key: BookKey, order: Order, split: SplitRecords): Book {
  return {
    key,
    version: 0,
    chain: '',
    order,
    split,
    state: EMPTY_STATE,
    lines: new Map(order.lines.map((line) => [line.lineNo, untouchedLine(line.lineNo, line.quantity)])),
    afterSales: new Map(),
    caps: new Map(),
    payouts: new Map(),
    timers: new Map(),
  };
}

/** Hydrates a book from its rows. */
export function bookFromRows(key: BookKey, rows: BookRows): Book {
  const book = emptyBook(key, rows.order, rows.split);
  book.version = rows.version;
  book.chain = rows.chain;
  book.state = rows.state;
  for (const cap of rows.caps) book.caps.set(cap.key, cap);
  for (const payout of rows.payouts) setPayout(book.payouts, payout);
  const versions = new Map(rows.afterSales.map((afterSale) => [afterSale.id, afterSale.chart.version]));
  for (const timer of rows.timers) {
    const stored = versions.get(timer.afterSaleId);
    setTimer(book.timers, stored === undefined ? timer : { ...timer, timerId: migrateTimerId(timer.timerId, stored) });
  }
  for (const row of rows.afterSales) {
    const afterSale = { ...row, chart: migrateSnapshot(row.chart) };
    moveUnits(book.lines, undefined, afterSale);
    book.afterSales.set(afterSale.id, afterSale);
  }
  return book;
}

/** Takes a committed decision into the book. */
export function applyChanges(book: Book, version: number, chain: string, changes: Changes): void {
  if (changes.order !== undefined && changes.split !== undefined) {
    if (changes.split !== book.split && book.version > 0) rebuildLines(book, changes.order);
    book.order = changes.order;
    book.split = changes.split;
  }
  if (changes.state !== undefined) book.state = changes.state;
  for (const afterSale of changes.afterSales) {
    moveUnits(book.lines, book.afterSales.get(afterSale.id), afterSale);
    if (afterSale.live) book.afterSales.set(afterSale.id, afterSale);
    else book.afterSales.delete(afterSale.id);
  }
  for (const change of changes.caps) book.caps.set(change.key, addToCap(book.caps.get(change.key), change));
  for (const payout of changes.payouts) setPayout(book.payouts, payout);
  for (const timer of changes.timers.cleared) clearTimer(book.timers, timer.afterSaleId, timer.timerId);
  for (const timer of changes.timers.set) setTimer(book.timers, timer);
  for (const afterSale of changes.afterSales) if (!afterSale.live) book.payouts.delete(afterSale.id);
  if (changes.erase === true) eraseTexts(book);
  book.version = version;
  book.chain = chain;
}

function eraseTexts(book: Book): void {
  for (const [id, afterSale] of book.afterSales) book.afterSales.set(id, blankAfterSale(afterSale));
  for (const [owner, payouts] of book.payouts) book.payouts.set(owner, payouts.map(blankPayout));
}

/** A payout keeps its place among those of its owner, so that a book reads the same whether it was kept or loaded. */
export function setPayout(payouts: Map<string, readonly Payout[]>, payout: Payout): void {
  const owner = payout.afterSaleId ?? BOOK;
  const known = payouts.get(owner) ?? [];
  const place = known.findIndex((other) => other.key === payout.key);
  payouts.set(owner, place < 0 ? [...known, payout] : known.with(place, payout));
}

/** Timers stand in the order of their visits, for the same reason. */
export function setTimer(timers: Map<AfterSaleId, readonly TimerRow[]>, timer: TimerRow): void {
  const others = (timers.get(timer.afterSaleId) ?? []).filter((other) => other.timerId !== timer.timerId);
  const later = others.findIndex((other) => other.visit > timer.visit);
  timers.set(timer.afterSaleId, later < 0 ? [...others, timer] : others.toSpliced(later, 0, timer));
}

/** Takes a deadline away; one that is not there is nothing to do. */
export function clearTimer(timers: Map<AfterSaleId, readonly TimerRow[]>, afterSaleId: AfterSaleId, timerId: string): void {
  const left = (timers.get(afterSaleId) ?? []).filter((timer) => timer.timerId !== timerId);
  if (left.length === 0) timers.delete(afterSaleId);
  else timers.set(afterSaleId, left);
}

function rebuildLines(book: Book, order: Order): void {
  book.lines.clear();
  for (const line of order.lines) book.lines.set(line.lineNo, untouchedLine(line.lineNo, line.quantity));
  for (const afterSale of book.afterSales.values()) moveUnits(book.lines, undefined, afterSale);
}

const add = (a: Triple, b: Triple): Triple => ({ net: a.net + b.net, tax: a.tax + b.tax, units: a.units + b.units });

/** The cap row after a change; the same sum that the database makes. */
export function addToCap(cap: Cap | undefined, change: CapChange): Cap {
  if (cap === undefined) return { key: change.key, limit: change.limit, reserved: change.reserved, posted: change.posted };
  return {
    key: cap.key,
    limit: add(cap.limit, change.limit),
    reserved: add(cap.reserved, change.reserved),
    posted: add(cap.posted, change.posted),
  };
}

/** Whether a cap holds: 0 <= reserved, 0 <= posted, reserved + posted <= limit, each. */
export function capHolds(cap: Cap): boolean {
  return (['net', 'tax', 'units'] as const).every(
    (what) => cap.reserved[what] >= 0 && cap.posted[what] >= 0 && cap.reserved[what] + cap.posted[what] <= cap.limit[what],
  );
}

/** The caps with which a new book begins (promise 3). */
export function openingCaps(order: Order, split: SplitRecords): CapChange[] {
  const costs = new Map<LineNo, { net: number; tax: number }>();
  for (const run of split.runs) {
    const all = timesMoney(run.cost, run.to - run.from + 1);
    const sum = costs.get(run.lineNo) ?? money(0, 0);
    costs.set(run.lineNo, { net: sum.net + all.net, tax: sum.tax + all.tax });
  }
  const open = (key: string, limit: Triple): CapChange => ({ key, limit, reserved: NOTHING, posted: NOTHING });
  return [
    open('order', { ...split.total, units: 0 }),
    ...order.lines.map((line) => open(`line:${line.lineNo}`, { ...(costs.get(line.lineNo) ?? { net: 0, tax: 0 }), units: line.quantity })),
    open('freight', { ...split.freight, units: 0 }),
    ...order.tenders.map((tender) => open(tenderCapKey(tender.id), { net: tender.amount, tax: 0, units: tender.points ?? 0 })),
  ];
}

/** The key of the cap row of a tender. */
export const tenderCapKey = (id: TenderId): string => `tender:${id}`;

/** A tender with what is taken of it. */
export function balanceOf(book: Pick<BookView, 'cap'>, tender: Tender): TenderBalance {
  const cap = book.cap(tenderCapKey(tender.id));
  return {
    tenderId: tender.id,
    kind: tender.kind,
    amount: tender.amount,
    points: tender.points ?? 0,
    taken: minor((cap?.reserved.net ?? 0) + (cap?.posted.net ?? 0)),
    pointsTaken: (cap?.reserved.units ?? 0) + (cap?.posted.units ?? 0),
  };
}

/** The line of this number. Throws where the order has none: callers have looked. */
export function lineOf(order: Order, lineNo: LineNo): OrderLine {
  const line = order.lines.find((candidate) => candidate.lineNo === lineNo);
  if (line === undefined) throw new RangeError(`the order has no line ${lineNo}`);
  return line;
}

/** A view of the book as it stands. */
export function viewOf(book: Book): BookView {
  return {
    key: book.key,
    version: book.version,
    order: book.order,
    split: book.split,
    state: book.state,
    line: (lineNo) => {
      const line = book.lines.get(lineNo);
      if (line === undefined) throw new RangeError(`the order has no line ${lineNo}`);
      return line;
    },
    lines: () => book.lines,
    afterSale: (id) => book.afterSales.get(id),
    afterSales: () => book.afterSales.values(),
    cap: (key) => book.caps.get(key),
    payoutsOf: (owner) => book.payouts.get(owner) ?? [],
    timersOf: (id) => book.timers.get(id) ?? [],
  };
}
