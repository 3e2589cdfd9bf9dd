import { isDeepStrictEqual } from 'node:util';
import { authorize } from '../../../src/actors/authorize.js';
import { applyChanges, type Book, emptyBook } from '../../../src/actors/book.js';
import type { AfterSaleCommand, Application, BookCommand, OrderReport, PayoutOutcome, Price } from '../../../src/actors/command.js';
import { type DecisionContext, fixedIds, templateKey } from '../../../src/actors/context.js';
import { type Decided, decide } from '../../../src/actors/decide.js';
import type { Effect } from '../../../src/actors/ports.js';
import type { Principal } from '../../../src/actors/principal.js';
import type { AfterSale, Cap, Payout, TimerRow } from '../../../src/actors/rows.js';
import { RULES } from '../../../src/actors/rules.js';
import { commandId, instant } from '../../../src/domain/ids.js';
import { minor } from '../../../src/domain/money.js';
import type { Order } from '../../../src/domain/order.js';
import { isRefusal, type Refusal, type RefusalCode } from '../../../src/domain/refusals.js';
import type { SelectionEntry } from '../../../src/domain/selection.js';
import { ChartBook } from '../../../src/machines/chartBook.js';
import { milliseconds } from '../../../src/machines/duration.js';
import type { Template } from '../../../src/machines/template.js';
import { splitOf } from '../../domain/orders.js';
import { offsetsKeepPace, salesAreBorne } from './bearerPromises.js';
import { History } from './history.js';
import * as ledgerPromises from './ledgerPromises.js';
import { reservationsYield } from './movedPromises.js';
import { freeze } from './plain.js';
import { stateOf, unitsOfRange } from './reckoning.js';
import * as statePromises from './statePromises.js';
import { templateWith } from './templates.js';

/** Tells the story of one book, command by command, and judges every promise after each of them. */

const PROMISES = [
  ledgerPromises.capsAgree,
  ledgerPromises.tendersGiveWhatUnitsGet,
  ledgerPromises.unitsWithinCost,
  ledgerPromises.transfersSettle,
  ledgerPromises.payablesBalance,
  ledgerPromises.payoutsAgree,
  ledgerPromises.endsAreSettled,
  statePromises.unitsHeldOnce,
  statePromises.windowsAreClosed,
  statePromises.waitsHaveDeadlines,
  statePromises.goodsAreDealtWith,
  statePromises.waitingIsSent,
  salesAreBorne,
  offsetsKeepPace,
];

/** Charts are known by the name of their template, which all templates of tests share. */
const CHARTS = new Map<string, ChartBook>();

function chartsOf(templates: readonly Template[]): ChartBook {
  const key = JSON.stringify(templates);
  const charts = CHARTS.get(key) ?? new ChartBook();
  CHARTS.set(key, charts);
  return charts;
}

/** What a test says of an application; the rest is ordinary. */
export type Asked = Partial<Omit<Application, 'claim' | 'selection'>> & {
  readonly selection?: readonly SelectionEntry[];
  readonly claim?: 'unit' | 'weight' | number;
};

export interface Settings {
  readonly templates?: readonly Template[];
  /** begin after the goods were delivered, shipped, or before */
  readonly stage?: 'notShipped' | 'inTransit' | 'delivered';
  readonly evidence?: ReadonlyMap<string, string>;
  /** the whole trail is compared with the book after so many commands; 1 where nothing is said */
  readonly trailEvery?: number;
}

export const scenario = (order: Order, settings: Settings = {}): Scenario => new Scenario(order, settings);

const MERCHANT: Principal = { role: 'merchant', id: 'merchant', shops: [] };
const OPERATIONS: Principal = { role: 'operations', id: 'operator' };
const TIMERS: Principal = { role: 'system', part: 'timers' };
const PAYOUTS: Principal = { role: 'system', part: 'payouts' };

/** A payout that the gateway was asked for and has not answered. */
export interface Waiting {
  readonly payoutKey: string;
  readonly attempt: number;
}

export class Scenario {
  readonly history: History;
  readonly book: Book;
  /** the newest of each name, for applications */
  published: readonly Template[];
  /** every one that was ever published */
  templates: readonly Template[];
  readonly alarms: string[] = [];
  /** what was done so far, for whoever has to find out why a promise was broken */
  readonly story: string[] = [];
  now = 1_000_000;
  waiting: Waiting[] = [];
  #commands = 0;
  readonly #trailEvery: number;
  #current: string | undefined;
  readonly #evidence: ReadonlyMap<string, string>;

  constructor(order: Order, settings: Settings) {
    this.templates = settings.templates ?? [templateWith()];
    this.published = this.templates;
    this.#trailEvery = settings.trailEvery ?? 1;
    this.#evidence = settings.evidence ?? new Map();
    this.book = emptyBook({ shopId: order.shopId, orderNo: order.orderNo }, order, splitOf(order));
    this.history = new History(this.book);
    this.done(this.platformPrincipal(), { kind: 'putOrder', order });
    const stage = settings.stage ?? 'delivered';
    const lines = order.lines.map((line) => line.lineNo);
    if (stage !== 'notShipped') this.report({ type: stage === 'delivered' ? 'delivered' : 'shipped', lines, at: instant(this.now) });
  }

  /** Decides a command without carrying it out; deciding twice gives the same. The rows of the book are frozen. */
  decide(principal: Principal, command: BookCommand): Decided | Refusal {
    const forbidden = authorize(principal, command, this.book.order);
    if (forbidden !== undefined) return forbidden;
    const context = this.contextOf(principal);
    const first = decide(this.book, { command }, context);
    const second = decide(this.book, { command }, context);
    if (!isDeepStrictEqual(first, second)) throw new Error(`deciding ${command.kind} twice gives two answers`);
    return first;
  }

  /** Gives a command and keeps what it changes. Every promise is judged. */
  give(principal: Principal, command: BookCommand): Decided | Refusal {
    const decided = this.decide(principal, command);
    if (isRefusal(decided)) return decided;
    this.#commands += 1;
    this.story.push(`${principal.role} ${JSON.stringify(command.kind === 'putOrder' ? command.kind : command)}`);
    if (decided.changes === null || decided.audit === null) return decided;
    const ended = this.history.endedUnits();
    this.history.heed(command);
    const version = this.book.version + 1;
    if (decided.version !== version) throw new Error(`version ${decided.version} follows ${this.book.version}`);
    applyChanges(this.book, version, decided.audit.hash, freeze(decided.changes));
    for (const a of decided.changes.afterSales) if (!this.history.afterSales.has(a.id)) this.#judgeNew(a, ended);
    const transfers = this.history.transfers.length;
    this.history.take(decided.changes);
    this.history.replay(decided.audit, decided.privates);
    for (const effect of decided.effects) this.#take(effect);
    const after = command.kind === 'afterSale' ? command.command.type : command.kind;
    this.judge(after, command.kind === 'report' ? reservationsYield(this.history, command.report, transfers) : []);
    return decided;
  }

  /** A command that must succeed. */
  done(principal: Principal, command: BookCommand): Decided {
    const decided = this.give(principal, command);
    if (isRefusal(decided))
      throw new Error(`${command.kind} was refused: ${decided.code} ${decided.detail} ${JSON.stringify(decided.facts ?? {})}`);
    if (command.kind === 'apply') this.#current = decided.afterSaleId ?? undefined;
    return decided;
  }

  judge(after: string, found: readonly string[] = []): void {
    const faults = [
      ...found,
      ...PROMISES.flatMap((promise) => promise(this.history)),
      ...(this.#commands % this.#trailEvery === 0 ? statePromises.trailAgrees(this.history) : []),
    ];
    if (faults.length > 0) throw new Error(`after ${after}: ${faults.join('; ')}\n${this.story.join('\n')}`);
  }

  #judgeNew(a: AfterSale, ended: ReadonlySet<string>): void {
    if (a.decisions.some((d) => d.kind === 'elsewhere')) return;
    const again = a.units.flatMap(unitsOfRange).filter((unit) => ended.has(unit));
    if (again.length > 0) throw new Error(`unit ${again.join()} was refunded for good and is claimed again`);
  }

  #take(effect: Effect): void {
    if (this.history.effectKeys.has(effect.key)) throw new Error(`effect ${effect.key} stands twice`);
    this.history.effectKeys.add(effect.key);
    if (effect.topic === 'alarm') this.alarms.push(effect.alarm);
    if (effect.topic !== 'payout') return;
    const payout = this.payout(effect.payoutKey);
    const owner = payout.afterSaleId === null ? undefined : this.history.afterSales.get(payout.afterSaleId);
    if (!effect.ask && owner !== undefined && owner.hold !== null) throw new Error(`${effect.payoutKey} is sent on hold`);
    if (!this.waiting.some((w) => w.payoutKey === effect.payoutKey && w.attempt === effect.attempt)) {
      this.waiting.push({ payoutKey: effect.payoutKey, attempt: effect.attempt });
    }
  }

  contextOf(principal: Principal): DecisionContext {
    const no = this.#commands + 1;
    return {
      now: instant(this.now),
      commandId: commandId(`command-${no}`),
      ids: fixedIds(`after-sale-${no}`, `private-${no}`),
      salt: 'salt',
      rules: RULES,
      charts: chartsOf(this.templates),
      principal,
      published: this.published,
      templates: new Map(this.templates.map((template) => [templateKey(template), template])),
      evidence: this.#evidence,
    };
  }

  /** A new version of a template: applications made from now on are under it. */
  publish(template: Template): void {
    this.templates = [...this.templates, template];
    this.published = [...this.published.filter(({ id }) => id !== template.id), template];
  }

  buyer(): Principal {
    return { role: 'user', platform: this.book.order.platform, buyerUid: this.book.order.buyerUid };
  }

  shop(): Principal {
    return { ...MERCHANT, shops: [this.book.key.shopId] } as Principal;
  }

  platformPrincipal(): Principal {
    return { role: 'platform', id: 'platform', platform: this.book.order.platform };
  }

  principalOf(role: 'user' | 'merchant' | 'operations' | 'platform'): Principal {
    if (role === 'operations') return OPERATIONS;
    return role === 'user' ? this.buyer() : role === 'merchant' ? this.shop() : this.platformPrincipal();
  }

  price(amount: number): Price {
    return { amount: minor(amount), currency: this.book.order.currency.code };
  }

  application(asked: Asked): Application {
    const type = asked.type ?? 'refund';
    const { claim = 'unit', selection, ...rest } = asked;
    const goods = type !== 'refund';
    return {
      type,
      reason: 'unwanted',
      selection: selection ?? this.book.order.lines.map((line) => ({ lineNo: line.lineNo, quantity: line.quantity })),
      claim: typeof claim === 'number' ? { kind: 'money', amount: this.price(claim) } : { kind: claim },
      evidence: [],
      origin: 'own',
      ...(goods ? { wayBack: { kind: 'courier' } as const } : {}),
      ...(type === 'exchange' ? { wanted: { sku: this.book.order.lines[0]?.sku ?? '' } } : {}),
      ...rest,
    };
  }

  /** Applies, and goes on with the new after-sale. */
  apply(asked: Asked = {}, role: 'user' | 'merchant' | 'operations' | 'platform' = 'user'): this {
    this.done(this.principalOf(role), { kind: 'apply', application: this.application(asked) });
    return this;
  }

  applyRefused(code: RefusalCode, asked: Asked = {}, role: 'user' | 'merchant' | 'operations' | 'platform' = 'user'): this {
    return this.#mustRefuse(code, this.give(this.principalOf(role), { kind: 'apply', application: this.application(asked) }));
  }

  /** Goes on with another after-sale, by its number within the book. */
  on(refundNo: number): this {
    const row = [...this.history.afterSales.values()].find((a) => a.refundId === refundNo);
    if (row === undefined) throw new Error(`there is no after-sale ${refundNo}`);
    this.#current = row.id;
    return this;
  }

  by(role: 'user' | 'merchant' | 'operations' | 'platform', command: AfterSaleCommand): this {
    this.done(this.principalOf(role), { kind: 'afterSale', afterSaleId: this.afterSale.id, command });
    return this;
  }

  refused(code: RefusalCode, role: 'user' | 'merchant' | 'operations' | 'platform', command: AfterSaleCommand): this {
    return this.#mustRefuse(code, this.give(this.principalOf(role), { kind: 'afterSale', afterSaleId: this.afterSale.id, command }));
  }

  #mustRefuse(code: RefusalCode, outcome: Decided | Refusal): this {
    if (!isRefusal(outcome)) throw new Error(`expected ${code}, but it was done`);
    if (outcome.code !== code) throw new Error(`expected ${code}, but it was ${outcome.code}: ${outcome.detail}`);
    return this;
  }

  approve(price?: number): this {
    return this.by('merchant', { type: 'approve', ...(price === undefined ? {} : { price: this.price(price) }) });
  }

  report(report: OrderReport): this {
    this.done(this.platformPrincipal(), { kind: 'report', report });
    return this;
  }

  reportRefused(code: RefusalCode, report: OrderReport): this {
    return this.#mustRefuse(code, this.give(this.platformPrincipal(), { kind: 'report', report }));
  }

  goodwill(amount: number): this {
    this.done(OPERATIONS, { kind: 'goodwill', amount: this.price(amount), to: 'wallet', remark: 'sorry' });
    return this;
  }

  /** A gateway says something of one attempt, the newest of the payout where none is named. */
  says(payoutKey: string, result: PayoutOutcome, attempt = this.payout(payoutKey).attempt): Decided | Refusal {
    if (result.outcome === 'paid') {
      const paid = this.history.paidByGateway.get(payoutKey) ?? new Set();
      this.history.paidByGateway.set(payoutKey, paid.add(attempt));
      if (paid.size > 1) this.history.expectsPaidTwice.add(payoutKey);
    }
    if (result.outcome !== 'unknown') this.waiting = this.waiting.filter((w) => w.payoutKey !== payoutKey || w.attempt !== attempt);
    return this.give(PAYOUTS, { kind: 'payoutResult', payoutKey, attempt, result });
  }

  /** Every payout that waits for its gateway is paid, also those that follow from it. */
  paid(): this {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const outcome = this.says(next.payoutKey, { outcome: 'paid', reference: `paid-${next.attempt}` }, next.attempt);
      if (isRefusal(outcome)) throw new Error(`the payment of ${next.payoutKey} was refused: ${outcome.code}`);
    }
    return this;
  }

  /** Every payout that waits now is declined for sure. */
  payoutDeclined(): this {
    for (const { payoutKey, attempt } of [...this.waiting]) this.says(payoutKey, { outcome: 'declined', code: 'no' }, attempt);
    return this;
  }

  /** Of every payout that waits now the outcome is unknown. */
  payoutTimesOut(): this {
    for (const { payoutKey, attempt } of [...this.waiting]) this.says(payoutKey, { outcome: 'unknown' }, attempt);
    return this;
  }

  payoutStuck(): this {
    for (const { payoutKey, attempt } of [...this.waiting]) this.done(PAYOUTS, { kind: 'payoutStuck', payoutKey, attempt });
    return this;
  }

  timers(): TimerRow[] {
    return [...this.history.timers.values()]
      .filter((timer) => timer.suspendedMs === null)
      .sort((a, b) => a.dueAt - b.dueAt || a.visit - b.visit);
  }

  fire(timer: TimerRow): Decided {
    this.now = Math.max(this.now, timer.dueAt);
    return this.done(TIMERS, { kind: 'timer', afterSaleId: timer.afterSaleId, timerId: timer.timerId, visit: timer.visit });
  }

  /** The next deadline of the current after-sale comes. */
  deadline(): this {
    const next = this.timers().find((timer) => timer.afterSaleId === this.afterSale.id);
    if (next === undefined) throw new Error(`after-sale ${this.afterSale.refundId} has no deadline in ${this.state}`);
    this.fire(next);
    return this;
  }

  /** Time passes; what is due meanwhile comes, in order. */
  passes(duration: string): this {
    const until = this.now + milliseconds(duration);
    for (let next = this.timers()[0]; next !== undefined && next.dueAt <= until; next = this.timers()[0]) this.fire(next);
    this.now = until;
    return this;
  }

  get afterSale(): AfterSale {
    const row = this.#current === undefined ? undefined : this.history.afterSales.get(this.#current);
    if (row === undefined) throw new Error('no after-sale was applied for');
    return row;
  }

  get state(): string {
    return stateOf(this.afterSale);
  }

  expect(state: string): this {
    if (this.state !== state) throw new Error(`after-sale ${this.afterSale.refundId} is in ${this.state}, not in ${state}`);
    return this;
  }

  payout(key: string): Payout {
    const payout = this.history.payouts.get(key);
    if (payout === undefined) throw new Error(`there is no payout ${key}`);
    return payout;
  }

  cap(key: string): Cap {
    const cap = this.history.caps.get(key);
    if (cap === undefined) throw new Error(`there is no cap ${key}`);
    return cap;
  }

  /** What the current after-sale has paid out, by tender. */
  givenBack(): Record<string, number> {
    const given: Record<string, number> = {};
    for (const p of this.history.payouts.values()) {
      if (p.afterSaleId === this.afterSale.id && p.state === 'paid')
        given[String(p.tenderId)] = (given[String(p.tenderId)] ?? 0) + p.amount;
    }
    return given;
  }

  /** Sum of direct transfers between two accounts, less those in the other direction. */
  moved(debit: string, credit: string): number {
    let sum = 0;
    for (const t of this.history.transfers) {
      if (t.phase === 'pending' || t.phase === 'void') continue;
      if (t.debit === debit && t.credit === credit) sum += t.net + t.tax;
      if (t.debit === credit && t.credit === debit) sum -= t.net + t.tax;
    }
    return sum;
  }
}
