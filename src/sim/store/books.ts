import { packAfterSale, unpackAfterSale } from '../../actors/compact.js';
import type { BookRows, BookStore, Commit, CommitOutcome, KeptAnswer } from '../../actors/ports.js';
import { blankAfterSale, blankPayout } from '../../actors/private.js';
import type { AfterSale, Cap, CapChange, TimerRow, Triple } from '../../actors/rows.js';
import type { AfterSaleId } from '../../domain/ids.js';
import { checkCommit, checkNames } from './check.js';
import { type AfterSaleEntry, answerId, type BookTable, bookId, type Tables, timerId } from './tables.js';

/** What a simulated store keeps watch over; a saboteur takes one away. */
export interface Guards {
  readonly versions: boolean;
  readonly caps: boolean;
}
export const ALL_GUARDS: Guards = { versions: true, caps: true };

const WHATS = ['net', 'tax', 'units'] as const;
const NOTHING: Triple = { net: 0, tax: 0, units: 0 };
const add = (a: Triple, b: Triple): Triple => ({ net: a.net + b.net, tax: a.tax + b.tax, units: a.units + b.units });

/** What the CHECK constraints of a cap row say; subtracting keeps the sums exact. */
function capStands({ limit, reserved, posted }: Cap): boolean {
  return WHATS.every(
    (what) =>
      limit[what] >= 0 &&
      limit[what] <= Number.MAX_SAFE_INTEGER &&
      reserved[what] >= 0 &&
      posted[what] >= 0 &&
      reserved[what] <= limit[what] - posted[what],
  );
}

function changedCap(before: Cap | undefined, { key, limit, reserved, posted }: CapChange): Cap {
  const from = before ?? { limit: NOTHING, reserved: NOTHING, posted: NOTHING };
  return { key, limit: add(from.limit, limit), reserved: add(from.reserved, reserved), posted: add(from.posted, posted) };
}

/** Whether the book stands as it was decided on: at this version, and with this event. */
const isExpected = (book: BookTable | undefined, { expectedVersion, write }: Commit): boolean =>
  (book?.version ?? 0) === expectedVersion && (book?.chain ?? '') === write?.audit.previousHash;

/** Commits one member: all of it, or nothing. Throws for a commit that is a bug, before anything is written. */
export function commitTo(tables: Tables, commit: Commit, guards: Guards = ALL_GUARDS): CommitOutcome {
  checkCommit(commit);
  const book = tables.books.get(bookId(commit.book));
  const { write, answer } = commit;
  if (answer !== null) {
    const kept = tables.answers.get(answerId(answer.caller, answer.key));
    if (kept !== undefined) return { outcome: 'answered', answer: kept.answer };
  }
  if (write !== null && guards.versions && !isExpected(book, commit)) return { outcome: 'stale' };
  if (write !== null && (book === undefined) !== (commit.expectedVersion === 0)) return { outcome: 'stale' };
  checkNames(tables, book, commit);
  const caps = new Map<string, Cap>();
  for (const change of write?.changes.caps ?? []) {
    const cap = changedCap(caps.get(change.key) ?? book?.caps.get(change.key), change);
    if (guards.caps && !capStands(cap)) return { outcome: 'capExceeded', detail: `${change.key}: a CHECK constraint failed` };
    caps.set(change.key, cap);
  }
  const owner = write === null ? book : writeBook(tables, book ?? newBook(tables, commit), commit, caps);
  if (answer !== null) {
    tables.answers.set(answerId(answer.caller, answer.key), { answer, book: owner });
    tables.oldestAnswer = Math.min(tables.oldestAnswer, answer.at);
  }
  return { outcome: 'committed', position: write === null ? 0 : tables.lastPosition };
}

function newBook(tables: Tables, { book: key, write }: Commit): BookTable {
  const changes = write?.changes;
  if (changes?.order === undefined || changes.split === undefined || changes.state === undefined) throw new TypeError('no new book');
  const { order, split, state } = changes;
  const rows = { afterSales: new Map(), caps: new Map(), transfers: [], payouts: new Map(), trail: [], privates: [] };
  const book: BookTable = { key, no: ++tables.lastBook, version: 0, chain: '', state, order, split, ...rows };
  tables.books.set(bookId(key), book);
  return book;
}

function writeBook(tables: Tables, book: BookTable, { write }: Commit, caps: ReadonlyMap<string, Cap>): BookTable {
  if (write === null) return book;
  const { changes, audit, outbox, privates } = write;
  book.version += 1;
  book.chain = audit.hash;
  if (changes.state !== undefined) book.state = changes.state;
  if (changes.order !== undefined && changes.split !== undefined) {
    book.order = changes.order;
    book.split = changes.split;
  }
  for (const row of changes.afterSales) writeAfterSale(tables, book, row);
  for (const [key, cap] of caps) book.caps.set(key, cap);
  book.transfers.push(...changes.transfers);
  for (const payout of changes.payouts) {
    book.payouts.set(payout.key, payout);
    tables.payouts.set(payout.key, book);
  }
  for (const { afterSaleId, timerId: name } of changes.timers.cleared) tables.timers.delete(timerId(afterSaleId, name));
  for (const row of changes.timers.set) {
    tables.timers.set(timerId(row.afterSaleId, row.timerId), { book, no: book.afterSales.get(row.afterSaleId)?.no ?? 0, row });
  }
  book.privates.push(...privates);
  if (changes.erase === true) eraseTexts(book);
  const position = ++tables.lastPosition;
  const { commandId, at, type, afterSaleId, body, hash } = audit;
  book.trail.push({ position, version: book.version, commandId, at, type, afterSaleId, body, hash });
  if (outbox.length > 0) tables.outbox.set(position, { position, book, version: book.version, at, effects: outbox });
  return book;
}

function eraseTexts(book: BookTable): void {
  for (const entry of book.afterSales.values()) Object.assign(entry, { row: blankAfterSale(entry.row), reread: undefined });
  for (const [key, payout] of book.payouts) book.payouts.set(key, blankPayout(payout));
  book.privates.splice(0, book.privates.length, ...book.privates.map((row) => ({ ...row, salt: '', content: null })));
}

function writeAfterSale(tables: Tables, book: BookTable, row: AfterSale): void {
  const before = book.afterSales.get(row.id);
  if (before === undefined) book.afterSales.set(row.id, { no: ++tables.lastAfterSale, row, reread: undefined });
  else Object.assign(before, { row, reread: undefined });
  tables.owners.set(row.id, book);
}

/** An after-sale as it comes back from a real store: written down, and read again. Done once for each row, which never changes. */
function reread(entry: AfterSaleEntry): AfterSale {
  if (entry.reread === undefined) {
    entry.reread = unpackAfterSale(packAfterSale(entry.row));
  }
  return entry.reread;
}
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function loadBook(tables: Tables, book: BookTable): BookRows {
  const live = [...book.afterSales.values()].filter(({ row }) => row.live);
  const alive = new Set<string>(live.map(({ row }) => row.id));
  const payouts = [...book.payouts.values()].filter(
    ({ afterSaleId, state }) => afterSaleId === null || alive.has(afterSaleId) || (state !== 'paid' && state !== 'dropped'),
  );
  const timers = live.flatMap(({ row }) => timersOf(tables, row.id));
  return {
    version: book.version,
    chain: book.chain,
    order: { ...book.order },
    split: book.split,
    state: book.state,
    afterSales: live.map(reread),
    caps: [...book.caps.values()].sort((a, b) => byText(a.key, b.key)),
    payouts,
    timers,
  };
}

function timersOf(tables: Tables, afterSaleId: AfterSaleId): TimerRow[] {
  return (
    [...tables.timers.values()]
      .filter(({ row }) => row.afterSaleId === afterSaleId)
      // In the order of the columns: trails hold rows as JSON, and every store must lead to the same trail.
      .map(({ row: { timerId: name, visit, dueAt, suspendedMs } }) => ({ afterSaleId, timerId: name, visit, dueAt, suspendedMs }))
      .sort((a, b) => byText(a.timerId, b.timerId))
  );
}

/** The reading half of the `BookStore` port over tables; everything answers at once. */
export function bookReads(tables: Tables) {
  return {
    load: (key: Parameters<BookStore['load']>[0]): BookRows | undefined => {
      const book = tables.books.get(bookId(key));
      return book === undefined ? undefined : loadBook(tables, book);
    },
    newest: (key: Parameters<BookStore['newest']>[0]) => {
      const book = tables.books.get(bookId(key));
      return book === undefined ? undefined : { version: book.version, chain: book.chain };
    },
    findAnswer: (caller: string, key: string): KeptAnswer | undefined => tables.answers.get(answerId(caller, key))?.answer,
    findBookOf: (id: string) => tables.owners.get(id)?.key,
    findAfterSale: (id: string) => {
      const book = tables.owners.get(id);
      const entry = book?.afterSales.get(id);
      return book === undefined || entry === undefined ? undefined : { book: book.key, afterSale: reread(entry) };
    },
  };
}
