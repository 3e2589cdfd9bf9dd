import { bookName } from '../domain/ids.js';
import { type Minor, minor, ZERO } from '../domain/money.js';
import { stageOf } from '../domain/order.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import { chooseTemplate } from '../machines/chooseTemplate.js';
import type { Template } from '../machines/template.js';
import { AFTER_SALE_TYPES } from '../machines/words.js';
import { judgeEvidence } from './assess.js';
import { BOOK, type BookView, NOTHING } from './book.js';
import { inCurrency } from './claimed.js';
import type { AfterSaleCommand, BookCommand } from './command.js';
import { type DecisionContext, templateOf } from './context.js';
import type { Draft } from './draft.js';
import { sendPayout } from './payments.js';
import type { AfterSale, Payout } from './rows.js';
import { amountView, time } from './view.js';
import type { GoodwillView } from './views.js';

/** Money of the book, beyond the caps of its tenders: goodwill, and return freight that the buyer advanced. */

interface BookMoney {
  readonly capKey: string;
  readonly source: string;
  readonly target: string;
  readonly way: Payout['way'];
  readonly account: string | null;
  readonly amount: Minor;
  readonly points: number;
  readonly limit: Minor;
}

function payFromBook(draft: Draft, context: DecisionContext, money: BookMoney, template: Template | undefined): Payout {
  const no = draft.state.lastDecision + 1;
  draft.state = { ...draft.state, lastDecision: no };
  const known = draft.cap(money.capKey);
  draft.moveCap({
    key: money.capKey,
    limit: { net: known === undefined ? money.limit : 0, tax: 0, units: 0 },
    reserved: { net: money.amount, tax: 0, units: 0 },
    posted: NOTHING,
  });
  const pendingNo = draft.transfer({
    afterSaleId: null,
    decisionNo: no,
    phase: 'pending',
    of: null,
    debit: money.source,
    credit: money.capKey,
    net: money.amount,
    tax: ZERO,
  });
  const payout: Payout = {
    key: context.rules.payoutKey(`book/${bookName(draft.key)}`, no, money.target),
    afterSaleId: null,
    decisionNo: no,
    tenderId: null,
    way: money.way,
    account: money.account,
    capKey: money.capKey,
    source: money.source,
    pendingNo,
    amount: money.amount,
    points: money.points,
    currency: draft.order.currency.code,
    state: 'waiting',
    attempt: 1,
    reference: null,
    updatedAt: draft.now,
  };
  sendPayout(draft, payout, template, 0);
  return payout;
}

/** The highest limit among the templates that any line of the order is under. */
function goodwillLimit({ order }: Pick<BookView, 'order'>, context: DecisionContext): Minor {
  const { platform, shopId, currency } = order;
  const goods = new Map(order.lines.map((line) => [JSON.stringify([line.category, stageOf(line)]), line]));
  let limit = 0;
  for (const line of goods.values()) {
    for (const type of AFTER_SALE_TYPES) {
      const subject = { platform, shopId, category: line.category, type, stage: stageOf(line) };
      const template = chooseTemplate(context.published, subject);
      if (isRefusal(template)) continue;
      for (const { amount, currency: code } of template.limits.goodwill) if (code === currency.code) limit = Math.max(limit, amount);
    }
  }
  return minor(limit);
}

/** What an order may be given beyond its caps, what it was given (paid or on its way), and the payouts of the book. */
export function goodwillView(book: BookView, context: DecisionContext): GoodwillView {
  const cap = book.cap('goodwill');
  const limit = cap?.limit.net ?? goodwillLimit(book, context);
  const given = (cap?.reserved.net ?? 0) + (cap?.posted.net ?? 0);
  const amount = (value: number) => amountView(book.order, value);
  return {
    limit: amount(limit),
    given: amount(given),
    left: amount(limit - given),
    payouts: book.payoutsOf(BOOK).map((payout) => ({
      key: payout.key,
      from: payout.capKey,
      way: payout.way,
      amount: amount(payout.amount),
      points: payout.points,
      state: payout.state,
      updatedAt: time(payout.updatedAt),
    })),
  };
}

/** Gives goodwill, within the order's limit (`goodwill.capExceeded`). */
export function giveGoodwill(
  draft: Draft,
  context: DecisionContext,
  command: Extract<BookCommand, { kind: 'goodwill' }>,
): Payout | Refusal {
  const amount = inCurrency(draft, command.amount, 'amount');
  if (isRefusal(amount)) return amount;
  if (amount < 1) return refuse('command.amountInvalid', 'Goodwill is more than 0.', { path: 'amount.amount' });
  const limit = goodwillLimit(draft, context);
  const cap = draft.cap('goodwill');
  const given = (cap?.reserved.net ?? 0) + (cap?.posted.net ?? 0);
  const most = (cap?.limit.net ?? limit) - given;
  if (!context.rules.goodwillFits(amount, most)) {
    return refuse('goodwill.capExceeded', `${most} of goodwill is left for this order.`, { path: 'amount.amount', facts: { most, given } });
  }
  if (command.to === 'account' && command.account === undefined)
    return refuse('command.wayUnknown', 'Name the account.', { path: 'account' });
  if (command.to === 'points' && command.points === undefined) return refuse('amount.missing', 'Say how many points.', { path: 'points' });
  return payFromBook(
    draft,
    context,
    {
      capKey: 'goodwill',
      source: 'platform',
      target: command.to,
      way: command.to,
      account: command.account ?? null,
      amount,
      points: command.points ?? 0,
      limit,
    },
    undefined,
  );
}

/** Repays return freight that the buyer advanced, on proof, within the template's limit, borne by who is at fault (EXAMPLES 9). */
export function repayFreight(
  draft: Draft,
  context: DecisionContext,
  a: AfterSale,
  command: Extract<AfterSaleCommand, { type: 'repayFreight' }>,
): AfterSale | Refusal {
  const template = templateOf(context, a);
  const amount = inCurrency(draft, command.amount, 'amount');
  if (isRefusal(amount)) return amount;
  if (command.evidence.length === 0)
    return refuse('apply.evidenceMissing', 'Return freight is repaid on proof.', { path: 'evidence', facts: { needed: 1, given: 0 } });
  const evidence = judgeEvidence(context, command.evidence, template);
  if (evidence !== undefined) return evidence;
  const limit = minor(template.freight.advanced.find((entry) => entry.currency === draft.order.currency.code)?.amount ?? 0);
  const most = limit - a.advancedFreight;
  if (amount < 1 || amount > most) {
    return refuse('command.amountInvalid', `Between 1 and ${most} of return freight can be repaid.`, {
      path: 'amount.amount',
      facts: { most },
    });
  }
  if (command.to === 'account' && command.account === undefined)
    return refuse('command.wayUnknown', 'Name the account.', { path: 'account' });
  payFromBook(
    draft,
    context,
    {
      capKey: `advanced:${a.id}`,
      source: a.fault === 'buyer' ? a.bearer : a.fault,
      target: command.to,
      way: command.to,
      account: command.account ?? null,
      amount,
      points: 0,
      limit,
    },
    template,
  );
  return draft.put({ ...a, advancedFreight: minor(a.advancedFreight + amount) });
}
