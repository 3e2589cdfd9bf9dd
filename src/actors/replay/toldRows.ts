import type { AfterSaleId } from '../../domain/ids.js';
import type { Order, SplitRecords } from '../../domain/order.js';
import { addToCap, EMPTY_STATE } from '../book.js';
import type { Changes } from '../ports.js';
import { blankAfterSale, blankPayout } from '../private.js';
import { type AfterSale, type BookState, type Cap, type Payout, type TimerRow, type Transfer, timerKey } from '../rows.js';

/** What the columns of an event beside its body should be. */
export interface ToldEvent {
  readonly version: number;
  readonly position: number;
  /** undefined where the trail alone does not tell it */
  readonly afterSaleId: AfterSaleId | null | undefined;
  readonly type: string;
  /** every after-sale that it changed */
  readonly changed: readonly AfterSaleId[];
}

/** A row of private text that an event names. */
export interface ToldPrivate {
  readonly version: number;
  readonly id: string;
  readonly hash: string;
  readonly kind: string;
  readonly afterSaleId: AfterSaleId | null;
  /** whether its text was read, and found to be the one of the hash */
  readonly read: boolean;
}

/** The rows of one book as its trail says they should be stored: all of them, ended after-sales too. */
export class ToldRows {
  version = 0;
  chain = '';
  /** version of the newest event that erased every text of the book; 0 where none has */
  erasedAt = 0;
  order: Order | undefined;
  split: SplitRecords | undefined;
  state: BookState = EMPTY_STATE;
  readonly afterSales = new Map<AfterSaleId, AfterSale>();
  readonly caps = new Map<string, Cap>();
  readonly payouts = new Map<string, Payout>();
  readonly timers = new Map<string, TimerRow>();
  readonly transfers: Transfer[] = [];
  readonly events: ToldEvent[] = [];
  readonly privates: ToldPrivate[] = [];

  take(changes: Changes, event: ToldEvent, hash: string): void {
    this.version = event.version;
    this.chain = hash;
    this.events.push(event);
    if (changes.order !== undefined) this.order = changes.order;
    if (changes.split !== undefined) this.split = changes.split;
    if (changes.state !== undefined) this.state = changes.state;
    for (const row of changes.afterSales) this.afterSales.set(row.id, row);
    for (const change of changes.caps) this.caps.set(change.key, addToCap(this.caps.get(change.key), change));
    for (const row of changes.payouts) this.payouts.set(row.key, row);
    for (const { afterSaleId, timerId } of changes.timers.cleared) this.timers.delete(timerKey(afterSaleId, timerId));
    for (const row of changes.timers.set) this.timers.set(timerKey(row.afterSaleId, row.timerId), row);
    this.transfers.push(...changes.transfers);
    if (changes.erase === true) this.#erase(event.version);
  }

  #erase(version: number): void {
    this.erasedAt = version;
    for (const [id, row] of this.afterSales) this.afterSales.set(id, blankAfterSale(row));
    for (const [key, row] of this.payouts) this.payouts.set(key, blankPayout(row));
  }
}
