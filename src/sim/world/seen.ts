import type { Commit, CommitOutcome } from '../../actors/ports.js';
import type { AfterSale, Payout } from '../../actors/rows.js';
import { type BookKey, bookName } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import { statePath } from '../../machines/step.js';

/** One order as people see it: what was committed last. */
export interface SeenBook {
  readonly key: BookKey;
  order: Order;
  version: number;
  readonly afterSales: Map<string, AfterSale>;
  readonly payouts: Map<string, Payout>;
}

/** What clients know of the world. It follows commits and judges nothing. */
export class Seen {
  readonly books = new Map<string, SeenBook>();
  /** the command that made an after-sale: ids may differ from one replay to another, commands do not */
  readonly madeBy = new Map<string, string>();
  readonly #madeOf = new Map<string, string>();

  /** the after-sale that a command made */
  madeOf(commandId: string): string | undefined {
    return this.#madeOf.get(commandId);
  }

  take({ book: key, write }: Commit, outcome: CommitOutcome): void {
    if (outcome.outcome !== 'committed' || write === null) return;
    const { changes } = write;
    let book = this.books.get(bookName(key));
    if (book === undefined) {
      if (changes.order === undefined) return;
      book = { key, order: changes.order, version: 0, afterSales: new Map(), payouts: new Map() };
      this.books.set(bookName(key), book);
    }
    book.version += 1;
    if (changes.order !== undefined) book.order = changes.order;
    for (const row of changes.afterSales) {
      if (!book.afterSales.has(row.id)) {
        this.madeBy.set(row.id, write.audit.commandId);
        this.#madeOf.set(write.audit.commandId, row.id);
      }
      book.afterSales.set(row.id, row);
    }
    for (const payout of changes.payouts) book.payouts.set(payout.key, payout);
  }
}

/** The dotted state of an after-sale. */
export const stateOf = (row: AfterSale): string => statePath(row.chart.value);
const ENDED = new Set(['settled', 'closed', 'cancelled']);
/** nothing can change any more */
export const isOver = (row: AfterSale): boolean => ENDED.has(stateOf(row));
