import { hash } from 'node:crypto';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import { CHART_VERSION } from '../machines/chart.js';
import { timerEvent } from '../machines/step.js';
import { advance } from './advance.js';
import { isElsewhere, judgeTurn } from './allowed.js';
import { applyFor } from './apply.js';
import type { Book } from './book.js';
import type { BookCommand, Envelope } from './command.js';
import { type PackedChanges, packChanges } from './compact.js';
import type { DecisionContext } from './context.js';
import { CapExceeded, Draft } from './draft.js';
import { eraseBook, underPseudonym } from './erase.js';
import { reconcileFreight } from './freight.js';
import { giveCommand } from './giveCommand.js';
import { giveGoodwill } from './goodwill.js';
import { release } from './hold.js';
import { putOrder, takeReport, tellStopping } from './orderFacts.js';
import type { AuditEvent, Changes, Effect } from './ports.js';
import { callerOf, type Principal } from './principal.js';
import { partEvent } from './private.js';
import type { AfterSale, PrivateRow } from './rows.js';
import { givePayoutCommand, takePayoutResult, takePayoutStuck } from './settlePayout.js';
import { afterSaleView } from './view.js';

/** Rises when a rule changes what it decides: older events are then applied, not decided again. */
export const RULES_VERSION = 18;

/** What was decided: changes to keep, and the answer. `changes` null: nothing changed, only the answer counts. */
export interface Decided {
  readonly kind: 'decided';
  readonly changes: Changes | null;
  readonly effects: readonly Effect[];
  readonly audit: AuditEvent | null;
  readonly privates: readonly PrivateRow[];
  readonly version: number;
  readonly status: number;
  /** JSON body of the answer */
  readonly reply: object;
  readonly afterSaleId: AfterSale['id'] | null;
}

/**
 * Decides one command on a book, without I/O: the same book, command and context give the same
 * decision. A refusal changes nothing. The book is at `book.version`, the decision makes the next.
 */
export function decide(book: Book, envelope: Pick<Envelope, 'command' | 'ifVersion'>, context: DecisionContext): Decided | Refusal {
  if (envelope.ifVersion !== undefined && envelope.ifVersion !== book.version) {
    return refuse('version.stale', `The order is at version ${book.version}.`, {
      facts: { version: book.version, expected: envelope.ifVersion },
    });
  }
  const command = underPseudonym(book, envelope.command);
  const settled = settle(book, command, context);
  return isRefusal(settled) ? settled : conclude(book, settled, context, command);
}

/** What a command comes to, before anything is said or written of it. */
export interface Settled {
  readonly draft: Draft;
  readonly outcome: Outcome;
}

/** The deciding half of `decide`, which a replay of the trail needs without answer and audit event. */
export function settle(book: Book, command: BookCommand, context: DecisionContext): Settled | Refusal {
  const draft = new Draft(book, context.now, context.rules.capHolds);
  try {
    const outcome = run(draft, context, command);
    if (isRefusal(outcome)) return outcome;
    if (outcome.changed) {
      tellStopping(draft, context, draft.changedAfterSales());
      reconcileFreight(draft, context);
    }
    return { draft, outcome };
  } catch (error) {
    if (error instanceof CapExceeded) {
      return refuse('cap.exceeded', 'More would be paid back than was paid.', { facts: { cap: error.key } });
    }
    throw error;
  }
}

export interface Outcome {
  readonly changed: boolean;
  readonly afterSale?: AfterSale | undefined;
  readonly status: number;
  readonly reply?: object;
}

const asOutcome = (row: AfterSale | Refusal | undefined, status = 200): Outcome | Refusal =>
  isRefusal(row) ? row : { changed: true, afterSale: row, status };

function run(draft: Draft, context: DecisionContext, command: BookCommand): Outcome | Refusal {
  switch (command.kind) {
    case 'putOrder': {
      const isNew = draft.version === 0;
      const changed = putOrder(draft, context, command.order);
      return isRefusal(changed) ? changed : { changed, status: isNew ? 201 : 200 };
    }
    case 'apply':
      return asOutcome(applyFor(draft, context, command.application), 201);
    case 'afterSale': {
      const a = draft.afterSale(command.afterSaleId);
      if (a === undefined) return refuse('afterSale.notFound', 'There is no after-sale of this id that could take a command.');
      if (isElsewhere(a))
        return refuse('command.notAllowed', 'Money that moved elsewhere takes no commands.', { facts: { state: 'settled' } });
      const turn = judgeTurn(context.principal, a, command.command.type);
      if (turn !== undefined) return turn;
      const row = giveCommand(draft, context, a, command.command);
      return row === a ? { changed: false, afterSale: a, status: 200 } : asOutcome(row);
    }
    case 'report': {
      const row = takeReport(draft, context, command.report);
      if (isRefusal(row)) return row;
      return typeof row === 'boolean' ? { changed: row, status: 200 } : asOutcome(row);
    }
    case 'goodwill': {
      const payout = giveGoodwill(draft, context, command);
      if (isRefusal(payout)) return payout;
      return {
        changed: true,
        status: 201,
        reply: { payoutKey: payout.key, amount: { amount: payout.amount, currency: payout.currency }, to: payout.way },
      };
    }
    case 'payoutResult':
      return payoutOutcome(draft, takePayoutResult(draft, context, command));
    case 'payoutStuck':
      return payoutOutcome(draft, takePayoutStuck(draft, context, command));
    case 'payout':
      return payoutOutcome(draft, givePayoutCommand(draft, context, command));
    case 'erase':
      return eraseBook(draft, command) ?? { changed: true, status: 200 };
    case 'timer':
      return runTimer(draft, context, command);
  }
}

function payoutOutcome(draft: Draft, row: AfterSale | Refusal | undefined): Outcome | Refusal {
  if (isRefusal(row)) return row;
  const changed = draft.hasChanges();
  return { changed, afterSale: row, status: 200, ...(row === undefined ? { reply: { changed } } : {}) };
}

/** A due timer: only the one of the current visit counts, a late one changes nothing. */
function runTimer(draft: Draft, context: DecisionContext, command: Extract<BookCommand, { kind: 'timer' }>): Outcome | Refusal {
  const a = draft.afterSale(command.afterSaleId);
  const timer = draft.timersOf(command.afterSaleId).find((row) => row.timerId === command.timerId);
  if (a === undefined || !context.rules.timerCounts(timer, command.visit, draft.now)) {
    return { changed: false, status: 200, reply: { late: true } };
  }
  draft.clearTimer(a.id, command.timerId);
  if (command.timerId === 'hold') return asOutcome(release(draft, context, a, 'holdExpired'));
  const row = advance(draft, context, a, timerEvent(command.timerId));
  if (!isRefusal(row)) return asOutcome(row);
  draft.effects.push({
    topic: 'alarm',
    key: `alarm:${a.id}:${draft.nextVersion}:timer.ignored`,
    alarm: 'timer.ignored',
    afterSaleId: a.id,
    detail: command.timerId,
  });
  return { changed: true, afterSale: a, status: 200 };
}

function conclude(book: Book, { draft, outcome }: Settled, context: DecisionContext, command: BookCommand): Decided {
  const row = outcome.afterSale === undefined ? undefined : (draft.afterSale(outcome.afterSale.id) ?? outcome.afterSale);
  const version = outcome.changed ? draft.nextVersion : draft.version;
  const reply = outcome.reply ?? replyOf(draft, context, row, version);
  const afterSaleId = row?.id ?? null;
  if (!outcome.changed) {
    return { kind: 'decided', changes: null, effects: [], audit: null, privates: [], version, status: outcome.status, reply, afterSaleId };
  }
  const changes = draft.changes();
  const { row: hidden, ...told } = partEvent(context, { command, changes: packOn(book, changes) }, afterSaleId, version);
  const body = JSON.stringify({
    actor: actorOf(context.principal),
    command: told.command,
    version,
    chart: CHART_VERSION,
    rules: RULES_VERSION,
    ...(hidden === undefined ? {} : { private: { id: hidden.id, hash: hidden.hash } }),
    changes: told.changes,
  });
  const type = wordOf(command);
  return {
    kind: 'decided',
    changes,
    effects: draft.effects,
    audit: {
      ...{ commandId: context.commandId, at: context.now, type, afterSaleId, body, previousHash: book.chain },
      hash: chainHash(book.chain, context.commandId, context.now, body),
    },
    privates: hidden === undefined ? [] : [hidden],
    version,
    status: outcome.status,
    reply,
    afterSaleId,
  };
}

/** What is new against the book that was decided on, buyer excepted: the trail keeps it, without what can be erased. */
export const packOn = (book: Book, changes: Changes): PackedChanges =>
  packChanges({ state: book.state, afterSale: (id) => book.afterSales.get(id) }, withoutBuyer(changes));

/** The hash that names an event and, through the hash of the one before it, all that came before. */
export const chainHash = (previous: string, commandId: string, at: number, body: string): string =>
  hash('sha256', `${previous}\n${commandId} ${at}\n${body}`);

/** The type of a command, as lists show it. */
export const wordOf = (command: BookCommand): string =>
  command.kind === 'afterSale' ? command.command.type : command.kind === 'report' ? command.report.type : command.kind;

/** Who acted, without the buyer's id. */
function actorOf(principal: Principal): string {
  return principal.role === 'user' ? `user/${principal.platform}` : callerOf(principal);
}

/** The buyer's id stands in the private row of the order, not in the chain. */
function withoutBuyer(changes: Changes): Changes {
  return changes.order === undefined ? changes : { ...changes, order: { ...changes.order, buyerUid: '' } };
}

function replyOf(draft: Draft, context: DecisionContext, row: AfterSale | undefined, version: number): object {
  // Partners and the service's own jobs read nothing of what they are answered.
  if (row === undefined || context.principal.role === 'system') return { shopId: draft.key.shopId, orderNo: draft.key.orderNo, version };
  const view = afterSaleView(
    { order: draft.order, orderCap: draft.cap('order'), afterSale: row, timers: draft.timersOf(row.id), payouts: draft.payoutsOf(row.id) },
    context,
    context.principal,
  );
  return view;
}
