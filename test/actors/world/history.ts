import { createHash } from 'node:crypto';
import { applyChanges, type Book, emptyBook } from '../../../src/actors/book.js';
import type { AfterSaleCommand, BookCommand } from '../../../src/actors/command.js';
import { unpackChanges } from '../../../src/actors/compact.js';
import type { AuditEvent, Changes } from '../../../src/actors/ports.js';
import { blankAfterSale, blankPayout, type Told, wholeEvent } from '../../../src/actors/private.js';
import type { AfterSale, Cap, CapChange, Payout, PrivateRow, TimerRow, Transfer } from '../../../src/actors/rows.js';
import type { Order, SplitRecords } from '../../../src/domain/order.js';
import { type Amounts, add, NOTHING, stateOf, unitsOfRange } from './reckoning.js';

/** What one unit cost, and what was taken of it. */
export interface UnitTold {
  cost: Amounts;
  reserved: Amounts;
  granted: Amounts;
}

/** Everything that was ever committed to one book: the rows as a store would keep them, after-sales that ended too. */
export class History {
  readonly afterSales = new Map<string, AfterSale>();
  readonly caps = new Map<string, Cap>();
  readonly payouts = new Map<string, Payout>();
  readonly timers = new Map<string, TimerRow>();
  readonly transfers: Transfer[] = [];
  /** the trail applied from nothing, event by event */
  readonly replayed: Book;
  readonly faultsOfTrail: string[] = [];
  readonly effectKeys = new Set<string>();
  /** per payout the attempts for which a gateway said that it paid */
  readonly paidByGateway = new Map<string, Set<number>>();
  /** units of an after-sale of which the buyer has got a replacement, or the mended piece */
  readonly replaced = new Map<string, Set<string>>();
  /** per after-sale the units that its last verdict refunds in whole */
  readonly ruledWhole = new Map<string, readonly string[]>();
  readonly expectsPaidTwice = new Set<string>();

  constructor(readonly book: Book) {
    this.replayed = emptyBook(book.key, book.order, book.split);
  }

  /** Applies an event of the trail, from its text and the private rows that it may name. */
  replay({ body, commandId, at, previousHash, hash }: AuditEvent, privates: readonly PrivateRow[]): void {
    const own = createHash('sha256').update(`${this.replayed.chain}\n${commandId} ${at}\n${body}`).digest('hex');
    if (previousHash !== this.replayed.chain || own !== hash) this.faultsOfTrail.push(`event ${commandId} breaks the chain`);
    const { afterSales, state } = this.replayed;
    const changes = unpackChanges({ state, afterSale: (id) => afterSales.get(id) }, toldBy(body, privates).changes);
    applyChanges(this.replayed, this.replayed.version + 1, hash, changes);
  }

  take(changes: Changes): void {
    for (const a of changes.afterSales) this.afterSales.set(a.id, a);
    for (const change of changes.caps) this.caps.set(change.key, moved(this.caps.get(change.key), change));
    for (const payout of changes.payouts) this.payouts.set(payout.key, payout);
    for (const { afterSaleId, timerId } of changes.timers.cleared) this.timers.delete(`${afterSaleId}/${timerId}`);
    for (const timer of changes.timers.set) this.timers.set(`${timer.afterSaleId}/${timer.timerId}`, timer);
    this.transfers.push(...changes.transfers);
    if (changes.erase !== true) return;
    for (const [id, a] of this.afterSales) this.afterSales.set(id, blankAfterSale(a));
    for (const [key, payout] of this.payouts) this.payouts.set(key, blankPayout(payout));
  }

  get order(): Order {
    return this.book.order;
  }

  get split(): SplitRecords {
    return this.book.split;
  }

  payoutOf(afterSaleId: string, decisionNo: number, tenderId: string): Payout | undefined {
    return [...this.payouts.values()].find((p) => p.afterSaleId === afterSaleId && p.decisionNo === decisionNo && p.tenderId === tenderId);
  }

  /** Notes what a command says that no row keeps. It stands before what the command changes. */
  heed(command: BookCommand): void {
    if (command.kind !== 'afterSale') return;
    const a = this.afterSales.get(command.afterSaleId);
    if (a === undefined) return;
    if (command.command.type === 'delivered') this.#deliver(a);
    this.#heedVerdict(a, command.command);
  }

  /** A replacement or a mended piece has reached the buyer. */
  #deliver(a: AfterSale): void {
    if (!['exchanging.shipped', 'repairing.shippingBack'].includes(stateOf(a))) return;
    const units = this.replaced.get(a.id) ?? new Set();
    for (const unit of (a.remedied ?? (a.passed?.length ? a.passed : a.units)).flatMap(unitsOfRange)) units.add(unit);
    this.replaced.set(a.id, units);
  }

  /** Somebody has said of a claim for units what becomes of it. */
  #heedVerdict(a: AfterSale, command: AfterSaleCommand): void {
    if (command.type !== 'rule' && command.type !== 'override') return;
    this.ruledWhole.delete(a.id);
    const { verdict } = command;
    if (command.type === 'override' || verdict.outcome !== 'refund' || verdict.amount !== undefined || a.claim !== 'unit') return;
    this.ruledWhole.set(a.id, a.units.flatMap(unitsOfRange));
  }

  /** Units that a paid decision has refunded for good. */
  endedUnits(): Set<string> {
    const ended = new Set<string>();
    for (const a of this.afterSales.values()) {
      for (const d of a.decisions)
        if (d.state === 'paid' && d.ends) for (const range of d.ended) for (const u of unitsOfRange(range)) ended.add(u);
    }
    return ended;
  }

  /** Every unit by itself: `line.unit`. */
  units(): Map<string, UnitTold> {
    const units = new Map<string, UnitTold>();
    for (const run of this.split.runs) {
      for (const name of unitsOfRange(run)) {
        units.set(name, { cost: { net: run.cost.net, tax: run.cost.tax, units: 1 }, reserved: NOTHING, granted: NOTHING });
      }
    }
    const each = (p: { lineNo: number; from: number; to: number; net: number; tax: number }, what: 'cost' | 'reserved' | 'granted') => {
      for (const name of unitsOfRange(p)) {
        const unit = units.get(name);
        if (unit !== undefined) unit[what] = add(unit[what], { net: p.net, tax: p.tax, units: 0 });
      }
    };
    for (const a of this.afterSales.values()) {
      for (const p of a.extra) each(p, 'cost');
      for (const p of a.reserved) each(p, 'reserved');
      for (const d of a.decisions) if (d.state !== 'dropped') for (const p of d.portions) each(p, 'granted');
    }
    return units;
  }
}

/** What an event tells, with the texts of its private row. */
export function toldBy(body: string, privates: readonly PrivateRow[]): Told {
  const parsed: Told & { readonly private?: { readonly id: string; readonly hash: string } } = JSON.parse(body);
  const row = privates.find(({ id }) => id === parsed.private?.id);
  if (row?.hash !== parsed.private?.hash) throw new Error('an event names a text that is not there');
  return wholeEvent(parsed, row?.content);
}

function moved(cap: Cap | undefined, change: CapChange): Cap {
  if (cap === undefined) return { key: change.key, limit: change.limit, reserved: change.reserved, posted: change.posted };
  return {
    key: cap.key,
    limit: add(cap.limit, change.limit),
    reserved: add(cap.reserved, change.reserved),
    posted: add(cap.posted, change.posted),
  };
}
