import { viewOf } from '../../../src/actors/book.js';
import { caseQuote } from '../../../src/actors/caseQuote.js';
import { Draft } from '../../../src/actors/draft.js';
import { orderView } from '../../../src/actors/orderView.js';
import { ENTRY_POINTS, type EntryPoint } from '../../../src/actors/principal.js';
import type { AfterSale } from '../../../src/actors/rows.js';
import { RULES } from '../../../src/actors/rules.js';
import { afterSaleView } from '../../../src/actors/view.js';
import type { AfterSaleView, CaseQuoteView, MoneyView, OrderView, QuoteView } from '../../../src/actors/views.js';
import { instant } from '../../../src/domain/ids.js';
import { unitsOfRange } from './reckoning.js';
import type { Scenario } from './scenario.js';

/** What callers are told, judged by sums of its own: each gives what is wrong, as sentences. */

interface Amount {
  readonly amount: { readonly amount: number };
}

const total = (list: readonly Amount[]): number => list.reduce((all, { amount }) => all + amount.amount, 0);

/** What is told of one after-sale to a caller of this role, whether or not it is still loaded with its book. */
export function toldOf(s: Scenario, a: AfterSale, role: EntryPoint): { readonly view: AfterSaleView; readonly quote: CaseQuoteView } {
  const context = s.contextOf(s.principalOf(role));
  const draft = new Draft(s.book, instant(s.now), RULES.capHolds);
  const parts = {
    order: s.book.order,
    orderCap: draft.cap('order'),
    afterSale: a,
    timers: draft.timersOf(a.id),
    payouts: draft.payoutsOf(a.id),
  };
  return { view: afterSaleView(parts, context, context.principal), quote: caseQuote(draft, context, a) };
}

/** Everything that anybody is told after a step of a story. */
export function toldTruly(s: Scenario): string[] {
  const faults: string[] = [];
  for (const role of ENTRY_POINTS) {
    faults.push(...orderAddsUp(orderView(viewOf(s.book), s.contextOf(s.principalOf(role)))));
    for (const a of s.history.afterSales.values()) {
      const { view, quote } = toldOf(s, a, role);
      const judged = [...linesAddUp(quote, quote.freight.amount), ...keptAddsUp(quote), ...viewIsTrue(s, a, view)];
      if (role === 'operations') judged.push(...offsetsArePosted(s, a, view, quote));
      faults.push(...judged.map((fault) => `after-sale ${a.refundId} (${view.state}, told ${role}): ${fault}`));
    }
  }
  return [...new Set(faults)];
}

function moneyAddsUp(name: string, { net, tax, gross }: MoneyView): string[] {
  if (net.amount + tax.amount !== gross.amount) return [`${name} of ${net.amount} and ${tax.amount} is told as ${gross.amount}`];
  return net.amount < 0 || tax.amount < 0 ? [`${name} is below 0: ${net.amount} and ${tax.amount}`] : [];
}

/** The lines of a derivation add up to the refund, and so do the tenders that give it and those who bear it. */
export function linesAddUp(quote: CaseQuoteView | QuoteView, freight: number): string[] {
  const faults: string[] = moneyAddsUp('goods', quote.goods);
  const late = 'latePayments' in quote ? (quote.latePayments?.amount ?? 0) : 0;
  const sum = quote.goods.gross.amount + total(quote.fees) + freight + late;
  const refund = quote.refund.amount;
  if (sum !== refund) faults.push(`its lines are ${sum}, the refund is ${refund}`);
  if (total(quote.tenders) !== refund) faults.push(`its tenders give ${total(quote.tenders)}, the refund is ${refund}`);
  if (quote.bearers !== undefined && total(quote.bearers) !== refund - late)
    faults.push(`its bearers carry ${total(quote.bearers)} of ${refund - late}`);
  if (quote.fees.some(({ amount }) => amount.amount >= 0)) faults.push('a fee takes nothing');
  let units = 0;
  for (const unit of quote.units) {
    units += unit.refund.gross.amount * (unit.to - unit.from + 1);
    for (const what of ['cost', 'earlier', 'left', 'refund'] as const)
      faults.push(...moneyAddsUp(`${what} of unit ${unit.lineNo}.${unit.from}`, unit[what]));
    const whole = unit.cost.gross.amount + unit.laterPayments.amount;
    if (unit.earlier.gross.amount + unit.left.gross.amount !== whole)
      faults.push(`what is left of ${unit.lineNo}.${unit.from} is not the rest`);
    if (unit.refund.gross.amount > unit.left.gross.amount) faults.push(`unit ${unit.lineNo}.${unit.from} refunds more than is left`);
  }
  if (units !== quote.goods.gross.amount) faults.push(`its units refund ${units}, its goods are ${quote.goods.gross.amount}`);
  return faults;
}

/** What fees have kept is told by unit as well. */
function keptAddsUp(quote: CaseQuoteView): string[] {
  if (quote.basis !== 'decided') return [];
  const kept = quote.units.reduce((all, unit) => all + (unit.kept?.gross.amount ?? 0) * (unit.to - unit.from + 1), 0);
  return kept === -total(quote.fees) ? [] : [`its fees are ${-total(quote.fees)}, its units keep ${kept}`];
}

/** What a view says was paid is what the ledger has posted, and only who has everything got a full refund. */
function viewIsTrue(s: Scenario, a: AfterSale, view: AfterSaleView): string[] {
  const faults: string[] = [];
  const posted = s.history.transfers
    .filter((t) => t.afterSaleId === a.id && t.debit.startsWith('payable:') && (t.phase === 'post' || t.phase === 'direct'))
    .reduce((all, t) => all + t.net + t.tax, 0);
  const waits = a.decisions.some((d) => d.state === 'paying');
  if (!waits && view.origin !== 'elsewhere' && view.refundAmount.amount !== posted) {
    faults.push(`${view.refundAmount.amount} are told as refunded, ${posted} were posted`);
  }
  if (view.refundAmount.amount > posted) faults.push(`${view.refundAmount.amount} are told as refunded, ${posted} were posted`);
  const freight = s.history.caps.get('freight');
  let left = freight === undefined ? 0 : freight.limit.net + freight.limit.tax - freight.posted.net - freight.posted.tax;
  for (const { cost, granted } of s.history.units().values()) left += cost.net + cost.tax - granted.net - granted.tax;
  if (view.isFullRefund && left !== 0) faults.push(`it is told as a full refund, and ${left} are left`);
  return faults;
}

/** Commission and cost that are told to have gone back did so, the cost of each unit once. */
function offsetsArePosted(s: Scenario, a: AfterSale, view: AfterSaleView, quote: CaseQuoteView): string[] {
  const faults: string[] = [];
  const moved = (debit: string, credit: string): number =>
    s.history.transfers
      .filter((t) => t.afterSaleId === a.id && t.phase === 'direct')
      .reduce(
        (all, t) => all + (t.debit === debit && t.credit === credit ? t.net : t.debit === credit && t.credit === debit ? -t.net : 0),
        0,
      );
  const commission = moved('commission', 'merchant');
  if (view.commissionOffset?.amount !== commission)
    faults.push(`commission of ${view.commissionOffset?.amount} is told, ${commission} moved`);
  let cost = 0;
  for (const d of a.decisions) {
    if (d.state !== 'paid') continue;
    for (const offset of d.offsets) cost += offset.cost * (offset.to - offset.from + 1);
  }
  if (view.costOffset?.amount !== cost) faults.push(`a cost of ${view.costOffset?.amount} is told, ${cost} stand`);
  const most = a.units.reduce((all, range) => {
    const line = s.book.order.lines.find(({ lineNo }) => lineNo === range.lineNo);
    return all + (line?.unitCost ?? 0) * unitsOfRange(range).length;
  }, 0);
  if (cost > most) faults.push(`a cost of ${cost} is told of goods that cost ${most}`);
  const settled = quote.basis === 'decided' && a.decisions.every((d) => d.state !== 'paying');
  if (settled && quote.commissionOffset?.amount !== commission)
    faults.push(`commission of ${quote.commissionOffset?.amount} is explained, ${commission} moved`);
  if (settled && quote.costOffset?.amount !== cost) faults.push(`a cost of ${quote.costOffset?.amount} is explained, ${cost} stand`);
  return faults;
}

/** What an order tells of itself: by tenders, by units and in all, the same is left. */
function orderAddsUp(view: OrderView): string[] {
  const faults: string[] = [];
  const left = view.left.amount;
  const tenders = view.tenders.reduce((all, tender) => all + tender.left.amount, 0);
  if (tenders !== left) faults.push(`the order has ${left} left, its tenders ${tenders}`);
  let units = view.freight.left.gross.amount;
  for (const line of view.lines) {
    for (const run of line.units) {
      units += run.left.gross.amount * (run.to - run.from + 1);
      faults.push(...moneyAddsUp(`what is left of ${line.lineNo}.${run.from}`, run.left));
    }
  }
  if (units !== left) faults.push(`the order has ${left} left, its units and freight ${units}`);
  const paid = view.tenders.reduce((all, tender) => all + tender.amount.amount, 0);
  const gone = view.refunded.amount + view.reserved.amount;
  if (gone + left !== paid) faults.push(`of ${paid} paid ${gone} are taken and ${left} left`);
  return faults;
}
