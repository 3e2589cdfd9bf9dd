import { applyChanges, type Book } from '../../../src/actors/book.js';
import type { AfterSaleCommand, BookCommand } from '../../../src/actors/command.js';
import { fixedIds } from '../../../src/actors/context.js';
import { decide } from '../../../src/actors/decide.js';
import type { EntryPoint, Principal } from '../../../src/actors/principal.js';
import type { AfterSale, Transfer } from '../../../src/actors/rows.js';
import { commandId, instant } from '../../../src/domain/ids.js';
import { isRefusal, type Refusal } from '../../../src/domain/refusals.js';
import { isOpen, stateOf } from './reckoning.js';
import type { Scenario } from './scenario.js';

/** What comes next where all goes well, and who says so. */
const NEXT: Readonly<Record<string, readonly [EntryPoint, AfterSaleCommand]>> = {
  'reviewing.merchant': ['merchant', { type: 'approve' }],
  'reviewing.operations': ['operations', { type: 'approve' }],
  'reviewing.offered': ['user', { type: 'accept' }],
  'returning.awaitingHandover': ['user', { type: 'handOver' }],
  'returning.pickupScheduled': ['merchant', { type: 'received' }],
  'returning.inTransit': ['merchant', { type: 'received' }],
  'returning.inspecting': ['merchant', { type: 'inspect', result: 'all', sellable: true }],
};

/** What would become of a book from here on, tried on a copy of it: the story itself does not go on. */
export class Ahead {
  readonly #story: Scenario;
  readonly #book: Book;
  readonly #afterSales: Map<string, AfterSale>;
  readonly #sent: { readonly payoutKey: string; readonly attempt: number }[] = [];
  /** all that moved, of the story and since */
  readonly transfers: Transfer[];
  #steps = 0;

  constructor(story: Scenario) {
    const { book } = story;
    this.#story = story;
    this.#afterSales = new Map(story.history.afterSales);
    this.transfers = [...story.history.transfers];
    this.#book = {
      ...book,
      lines: new Map(book.lines),
      afterSales: new Map(book.afterSales),
      caps: new Map(book.caps),
      payouts: new Map(book.payouts),
      timers: new Map(book.timers),
    };
  }

  /** Gives a command; the after-sale that it is about. */
  give(principal: Principal, command: BookCommand): AfterSale | Refusal | undefined {
    this.#steps += 1;
    const decided = decide(
      this.#book,
      { command },
      {
        ...this.#story.contextOf(principal),
        now: instant(this.#story.now),
        commandId: commandId(`ahead-${this.#steps}`),
        ids: fixedIds(`ahead-${this.#steps}`, `ahead-private-${this.#steps}`),
      },
    );
    if (isRefusal(decided)) return decided;
    if (decided.changes !== null) {
      applyChanges(this.#book, decided.version, decided.audit?.hash ?? '', decided.changes);
      this.transfers.push(...decided.changes.transfers);
      for (const a of decided.changes.afterSales) this.#afterSales.set(a.id, a);
      for (const effect of decided.effects)
        if (effect.topic === 'payout') this.#sent.push({ payoutKey: effect.payoutKey, attempt: effect.attempt });
    }
    return decided.afterSaleId === null ? undefined : this.#afterSales.get(decided.afterSaleId);
  }

  /** Everybody agrees, goods come back sellable and gateways pay. Undefined where that does not lead to an end. */
  allGoesWell(id: string): AfterSale | undefined {
    for (let steps = 0; steps < 20; steps += 1) {
      for (let next = this.#sent.shift(); next !== undefined; next = this.#sent.shift()) {
        const result = { outcome: 'paid' as const, reference: 'ahead' };
        this.give({ role: 'system', part: 'payouts' }, { kind: 'payoutResult', ...next, result });
      }
      const a = this.#afterSales.get(id);
      if (a === undefined) return undefined;
      if (!isOpen(a)) return a;
      const [role, command] = NEXT[stateOf(a)] ?? [];
      if (role === undefined || command === undefined) return undefined;
      const outcome = this.give(this.#story.principalOf(role), { kind: 'afterSale', afterSaleId: a.id, command });
      if (isRefusal(outcome)) throw new Error(`${command.type} was refused in ${stateOf(a)}: ${outcome.code} ${outcome.detail}`);
    }
    return undefined;
  }
}
