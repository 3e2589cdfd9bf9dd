import type { Commit } from '../../actors/ports.js';
import type { AfterSale, BookState, Payout, TimerRow } from '../../actors/rows.js';
import type { BookKey } from '../../domain/ids.js';
import type { Order } from '../../domain/order.js';
import { countOf, type Range, sentWith } from './numbers.js';
import { freightOf, pricesOf, type UnitPrice } from './price.js';
import { Weighed } from './weighed.js';

/** One book as the auditor understands it: rows as they were committed, and what follows from them for units and caps. */

/** One unit, with what was taken of it. */
export interface Unit {
  readonly price: UnitPrice;
  extraNet: number;
  extraTax: number;
  /** reserved, granted or paid */
  standingNet: number;
  standingTax: number;
  /** of that, for missing weight */
  weighed: number;
  /** the most that any application said its missing weight comes to */
  lacks: number;
  /** decisions that refunded it for good */
  ended: number;
  /** open after-sales that it is in */
  holders: number;
}

export interface Balance {
  limit: number[];
  reserved: number[];
  posted: number[];
}

const ENDS = new Set(['completed', 'rejected', 'settled', 'closed', 'cancelled']);

/** The state, dotted. */
export function stateOf({ chart }: Pick<AfterSale, 'chart'>): string {
  let path = '';
  let value = chart.value;
  while (typeof value !== 'string') {
    const [entry] = Object.entries(value);
    if (entry === undefined) return path;
    path += `${entry[0]}.`;
    value = entry[1];
  }
  return path + value;
}

/** The state of the chart's first level. */
export const roomOf = (a: Pick<AfterSale, 'chart'>): string => stateOf(a).split('.')[0] ?? '';
/** Whether an after-sale has not ended. */
export const isOpen = (a: Pick<AfterSale, 'chart'>): boolean => !(typeof a.chart.value === 'string' && ENDS.has(a.chart.value));

export interface PendingLeft {
  net: number;
  tax: number;
  readonly debit: string;
  readonly credit: string;
  readonly afterSaleId: string | null;
}

export class AuditedBook {
  readonly key: BookKey;
  order: Order;
  version = 0;
  chain = '';
  state: BookState | undefined;
  readonly lines = new Map<number, Unit[]>();
  readonly afterSales = new Map<string, AfterSale>();
  readonly payouts = new Map<string, Payout>();
  readonly payoutsOf = new Map<string, Set<string>>();
  readonly timers = new Map<string, Map<string, TimerRow>>();
  /** what the store's cap rows hold, by the deltas that it has kept */
  readonly caps = new Map<string, Balance>();
  /** what they must hold, told from the rows */
  readonly told = new Map<string, Balance>();
  readonly pending = new Map<number, PendingLeft>();
  readonly #weighed = new Weighed();
  /** ids of commands that changed it */
  readonly commands = new Map<string, number>();
  /** the newest version that erased every text; 0 where none did */
  erasedAt = 0;
  /** money that exceeded every cap, and the references that it came by */
  excess = 0;
  /** what units are since they were exchanged for another SKU, by `line.unit` */
  readonly skus = new Map<string, string>();
  /** lines and caps that the commit in hand has touched */
  readonly touchedLines = new Set<number>();
  readonly touchedCaps = new Set<string>();

  constructor(key: BookKey, order: Order) {
    this.key = key;
    this.order = order;
    this.#open(order);
  }

  /** Takes another order, before anything was taken of the first. */
  reopen(order: Order): void {
    this.order = order;
    this.lines.clear();
    this.told.clear();
    this.#open(order);
  }

  #open(order: Order): void {
    const prices = pricesOf(order);
    const all = [0, 0, 0];
    for (const [lineNo, units] of prices) {
      this.lines.set(
        lineNo,
        units.map((price) => ({
          price,
          extraNet: 0,
          extraTax: 0,
          standingNet: 0,
          standingTax: 0,
          weighed: 0,
          lacks: 0,
          ended: 0,
          holders: 0,
        })),
      );
      const limit = [0, 0, units.length];
      for (const { net, tax } of units) add(limit, net, tax, 0);
      add(all, limit[0] ?? 0, limit[1] ?? 0, 0);
      this.#limit(`line:${lineNo}`, limit);
    }
    const freight = freightOf(order);
    add(all, freight.net, freight.tax, 0);
    this.#limit('freight', [freight.net, freight.tax, 0]);
    this.#limit('order', all);
    for (const { id, amount, points } of order.tenders) this.#limit(`tender:${id}`, [amount, 0, points ?? 0]);
  }

  #limit(key: string, limit: number[]): void {
    this.told.set(key, { limit, reserved: [0, 0, 0], posted: [0, 0, 0] });
  }

  units(range: Range): Unit[] {
    return (this.lines.get(range.lineNo) ?? []).slice(range.from - 1, range.to);
  }

  balance(key: string): Balance {
    let balance = this.told.get(key);
    if (balance === undefined) {
      balance = { limit: [0, 0, 0], reserved: [0, 0, 0], posted: [0, 0, 0] };
      this.told.set(key, balance);
    }
    this.touchedCaps.add(key);
    return balance;
  }

  payoutRows(owner: string): Payout[] {
    return [...(this.payoutsOf.get(owner) ?? [])].flatMap((key) => this.payouts.get(key) ?? []);
  }

  /** Takes a commit in: rows are replaced, and what they mean for units and caps is reckoned anew. */
  take({ write }: Commit): void {
    if (write === null) return;
    const { changes } = write;
    if (changes.erase === true) this.erasedAt = this.version + 1;
    this.touchedLines.clear();
    this.touchedCaps.clear();
    const touched = new Set<string>([...changes.afterSales.map(({ id }) => id), ...changes.payouts.flatMap((p) => p.afterSaleId ?? [])]);
    for (const id of touched) this.#mean(id, -1);
    for (const payout of changes.payouts) if (payout.afterSaleId === null) this.#meanOfBook(payout, -1);
    if (changes.state !== undefined) this.#meanFreight(-1);
    const weighings = changes.afterSales.filter(({ id, claim }) => claim === 'weight' && !this.afterSales.has(id));
    for (const row of changes.afterSales) {
      this.#weighed.keep(this.afterSales.get(row.id), row);
      this.afterSales.set(row.id, row);
    }
    for (const payout of changes.payouts) this.#putPayout(payout);
    if (changes.state !== undefined) {
      this.state = changes.state;
      this.#meanFreight(1);
    }
    for (const id of touched) this.#mean(id, 1);
    for (const { units } of weighings) this.#each(units, (unit) => (unit.lacks = Math.max(unit.lacks, unit.weighed)));
    for (const payout of changes.payouts) {
      const kept = this.payouts.get(payout.key);
      if (payout.afterSaleId === null && kept !== undefined) this.#meanOfBook(kept, 1);
    }
    for (const { afterSaleId, timerId } of changes.timers.cleared) this.timers.get(afterSaleId)?.delete(timerId);
    for (const timer of changes.timers.set) {
      const own = this.timers.get(timer.afterSaleId) ?? new Map<string, TimerRow>();
      this.timers.set(timer.afterSaleId, own.set(timer.timerId, timer));
    }
    for (const { key, limit, reserved, posted } of changes.caps) {
      const cap = this.caps.get(key) ?? { limit: [0, 0, 0], reserved: [0, 0, 0], posted: [0, 0, 0] };
      add(cap.limit, limit.net, limit.tax, limit.units);
      add(cap.reserved, reserved.net, reserved.tax, reserved.units);
      add(cap.posted, posted.net, posted.tax, posted.units);
      this.caps.set(key, cap);
      this.touchedCaps.add(key);
    }
    this.#countUnits();
  }

  #putPayout(payout: Payout): void {
    this.payouts.set(payout.key, payout);
    const owner = payout.afterSaleId ?? '';
    this.payoutsOf.set(owner, (this.payoutsOf.get(owner) ?? new Set()).add(payout.key));
  }

  /** What one after-sale means for units, caps and tenders; by `sign` -1 not any more. */
  #mean(id: string, sign: 1 | -1): void {
    const a = this.afterSales.get(id);
    if (a === undefined) return;
    if (isOpen(a)) this.#each(a.units, (unit) => (unit.holders += sign));
    for (const p of a.reserved) this.#portion(p, 'reserved', sign);
    for (const p of this.#weighed.of(a)) this.#each([p], (unit) => (unit.weighed += sign * (p.net + p.tax)));
    for (const share of a.reservedShares) this.#move(`tender:${share.tenderId}`, 'reserved', sign * share.amount, 0, sign * share.points);
    for (const p of a.extra) {
      this.#each([p], (unit) => {
        unit.extraNet += sign * p.net;
        unit.extraTax += sign * p.tax;
      });
      for (const key of [`line:${p.lineNo}`, 'order']) add(this.balance(key).limit, sign * p.net, sign * p.tax, 0);
      add(this.balance(`tender:${p.tenderId}`).limit, sign * (p.net + p.tax), 0, 0);
    }
    for (const d of a.decisions) if (d.state !== 'dropped') this.#decision(a, d, sign);
  }

  #decision(a: AfterSale, d: AfterSale['decisions'][number], sign: 1 | -1): void {
    const kind = d.state === 'paid' ? 'posted' : 'reserved';
    for (const p of d.portions) this.#portion(p, kind, sign);
    this.#move('freight', kind, sign * d.freight.net, sign * d.freight.tax, 0);
    this.#move('order', kind, sign * d.freight.net, sign * d.freight.tax, 0);
    if (d.state === 'paid' && d.ends) this.#each(d.ended, (unit) => (unit.ended += sign));
    if (d.kind === 'coupon') return;
    for (const share of d.shares) {
      if (d.kind === 'latePayment') add(this.balance(`tender:${share.tenderId}`).limit, sign * share.amount, 0, 0);
      const payout = this.payouts.get(`${a.id}:${d.no}:${share.tenderId}`);
      const moved = d.state === 'paid' || payout?.state === 'paid';
      const open = moved ? { amount: 0, points: 0 } : payout === undefined ? share : sentWith(payout, Infinity);
      this.#move(`tender:${share.tenderId}`, 'reserved', sign * open.amount, 0, sign * open.points);
      this.#move(`tender:${share.tenderId}`, 'posted', sign * (share.amount - open.amount), 0, sign * (share.points - open.points));
    }
  }

  #meanOfBook(payout: Payout, sign: 1 | -1): void {
    const row = sign === 1 ? payout : this.payouts.get(payout.key);
    if (row === undefined) return;
    const open = row.state === 'paid' ? 0 : sentWith(row, Infinity).amount;
    this.#move(row.capKey, 'reserved', sign * open, 0, 0);
    this.#move(row.capKey, 'posted', sign * (row.amount - open), 0, 0);
  }

  #meanFreight(sign: 1 | -1): void {
    if (this.state === undefined) return;
    const { freightReserved, freightShares } = this.state;
    for (const key of ['freight', 'order']) this.#move(key, 'reserved', sign * freightReserved.net, sign * freightReserved.tax, 0);
    for (const share of freightShares) this.#move(`tender:${share.tenderId}`, 'reserved', sign * share.amount, 0, sign * share.points);
  }

  #portion(p: Range & { readonly net: number; readonly tax: number }, kind: 'reserved' | 'posted', sign: 1 | -1): void {
    this.#each([p], (unit) => {
      unit.standingNet += sign * p.net;
      unit.standingTax += sign * p.tax;
    });
    const count = sign * countOf(p);
    this.#move(`line:${p.lineNo}`, kind, count * p.net, count * p.tax, 0);
    this.#move('order', kind, count * p.net, count * p.tax, 0);
  }

  #each(ranges: readonly Range[], change: (unit: Unit) => void): void {
    for (const range of ranges) {
      this.touchedLines.add(range.lineNo);
      for (const unit of this.units(range)) change(unit);
    }
  }

  #move(key: string, kind: 'reserved' | 'posted', net: number, tax: number, units: number): void {
    if (net !== 0 || tax !== 0 || units !== 0) add(this.balance(key)[kind], net, tax, units);
  }

  /** Pieces refunded for good, and those in an open after-sale besides, each counted once. */
  #countUnits(): void {
    for (const lineNo of this.touchedLines) {
      let held = 0;
      let ended = 0;
      for (const unit of this.lines.get(lineNo) ?? []) {
        if (unit.ended > 0) ended += 1;
        else if (unit.holders > 0) held += 1;
      }
      const balance = this.balance(`line:${lineNo}`);
      balance.reserved[2] = held;
      balance.posted[2] = ended;
    }
  }
}

/** Adds amounts and units to a sum. */
export function add(to: number[], net: number, tax: number, units: number): void {
  to[0] = (to[0] ?? 0) + net;
  to[1] = (to[1] ?? 0) + tax;
  to[2] = (to[2] ?? 0) + units;
}
