import type { Envelope } from '../../actors/command.js';
import type { AfterSale, Decision } from '../../actors/rows.js';
import type { AuditedBook } from './book.js';
import { endedOf, unitNames } from './claims.js';
import { type Finding, found, type Step } from './finding.js';
import { leftOf } from './held.js';
import { grossOf, sentWith, sumOf } from './numbers.js';
import type { MoneyTruth } from './truth.js';

/** Money that moved elsewhere (EXAMPLES 13): posted against the same caps, and what exceeds them to `excess`. */

/** What was reported is posted whole: on units and freight, and the rest as excess with an alarm. */
export function* movedIsPosted(step: Step): Generator<Finding> {
  const { write, envelope, before, book } = step;
  const rows = write.changes.afterSales.filter((a) => !before.afterSales.has(a.id) && a.decisions.some((d) => d.kind === 'elsewhere'));
  const { command } = envelope ?? {};
  const report = command?.kind === 'report' && command.report.type === 'movedElsewhere' ? command.report : undefined;
  if (report === undefined) return;
  const posted = rows.flatMap((a) => a.decisions).reduce((sum, d) => sum + sumOf(d.portions) + d.freight.net + d.freight.tax, 0);
  const { settled, should } = settledBy(step, report);
  if (settled !== should) {
    yield found(3, 'movedSettles', `${should} of it belongs to the payout ${report.payoutKey}, ${settled} is posted on that`);
  }
  const excess = write.changes.transfers.filter(({ debit }) => debit === 'excess').reduce((sum, t) => sum + t.net + t.tax, 0);
  if (posted + settled + excess !== report.amount.amount) {
    yield found(
      3,
      'movedIsPosted',
      `${report.amount.amount} moved elsewhere, ${posted} was posted, ${settled} settled its payout and ${excess} is excess`,
    );
  }
  const named = book.payouts.get(report.payoutKey ?? '');
  if (named?.afterSaleId === null && posted > 0) {
    yield found(3, 'movedOfBook', `${posted} moved for ${named.key}, which is no refund, and is taken from the order`);
  }
  yield* costOfMoved(step, rows);
  yield* countedPieces(step, rows, report.units);
  const alarmed = write.outbox.some((effect) => effect.topic === 'alarm' && effect.alarm === 'money.excess');
  if (excess > 0 && !alarmed) yield found(3, 'excessAlarms', `${excess} exceeds what was paid and nobody is told`);
  for (const { decisions } of rows) {
    for (const d of decisions) {
      const shares = d.shares.reduce((sum, share) => sum + share.amount, 0);
      const strange = report.tenderId !== undefined && d.shares.some(({ tenderId }) => tenderId !== report.tenderId);
      if (strange || shares !== sumOf(d.portions) + d.freight.net + d.freight.tax) {
        yield found(3, 'movedShares', `what moved to ${report.tenderId ?? 'the order'} is shared otherwise`);
      }
    }
  }
}

/** EXAMPLES 10: goods that never left are worth their cost to the merchant, once per unit, and all others nothing. */
function* costOfMoved({ book }: Step, rows: readonly AfterSale[]): Generator<Finding> {
  for (const { lineNo, from, to } of rows.flatMap((a) => a.decisions.flatMap((d) => d.ended))) {
    const line = book.order.lines.find((other) => other.lineNo === lineNo);
    const isHere = line?.shippedAt === undefined && line?.deliveredAt === undefined;
    for (let unit = from; unit <= to; unit++) {
      const costIn = (of: Iterable<AfterSale>): number =>
        [...of].reduce((sum, { decisions }) => sum + costBack(decisions, lineNo, unit), 0);
      const [now, all] = [costIn(rows), costIn(book.afterSales.values())];
      if (isHere ? all !== line?.unitCost : now !== 0) {
        yield found(1, 'movedCost', `unit ${lineNo}.${unit} of ${line?.unitCost} ${isHere ? 'never left' : 'left'} and gives ${now} back`);
      }
    }
  }
}

type Named = Extract<Extract<Envelope['command'], { kind: 'report' }>['report'], { type: 'movedElsewhere' }>['units'];

/** Of pieces that are only counted none is taken that was refunded for good before while another of its line was not. */
function* countedPieces({ book }: Step, rows: readonly AfterSale[], named: Named): Generator<Finding> {
  if (named === undefined || named.selection.some((entry) => 'units' in entry)) return;
  const byIt = named.claim === 'unit' ? 1 : 0;
  const taken = new Set(rows.flatMap((a) => a.units).flatMap(unitNames));
  for (const [lineNo, units] of book.lines) {
    const names = units.map((_, i) => `${lineNo}.${i + 1}`);
    const before = names.filter((name) => taken.has(name) && endedOf(book, name) > byIt);
    const left = names.filter((name) => !taken.has(name) && endedOf(book, name) === 0);
    if (before.length > 0 && left.length > 0) {
      yield found(
        3,
        'movedUnits',
        `what moved is taken from ${before.join()}, refunded before, and ${left.join()} may be refunded once more`,
      );
    }
  }
}

const costBack = (decisions: readonly Decision[], lineNo: number, unit: number): number =>
  decisions
    .filter((d) => d.state === 'paid')
    .flatMap((d) => d.offsets)
    .filter((o) => o.lineNo === lineNo && o.from <= unit && unit <= o.to)
    .reduce((sum, o) => sum + o.cost, 0);

/** EXAMPLES 12: a later payment belongs to one unit; what moved to it is an excess only where one of them has nothing left. */
export function* laterGives({ book, write, envelope }: Step): Generator<Finding> {
  const { command } = envelope ?? {};
  // Who names units says that it was the money of these.
  if (command?.kind === 'report' && command.report.type === 'movedElsewhere' && command.report.units !== undefined) return;
  for (const { debit, credit } of write.changes.transfers) {
    const [, line, number] = /^tender:later:[^:]+:(\d+)\.(\d+)$/.exec(debit === 'excess' ? credit : '') ?? [];
    const unit = book.lines.get(Number(line))?.[Number(number) - 1];
    if (unit === undefined) continue;
    const { limit, reserved, posted } = book.balance(credit);
    const ofTender = (limit[0] ?? 0) - (reserved[0] ?? 0) - (posted[0] ?? 0);
    const ofUnit = grossOf(leftOf(unit));
    if (ofTender > 0 && ofUnit > 0) {
      yield found(3, 'laterGives', `${credit} has ${ofTender} left and its unit ${ofUnit}, and what moved is an excess`);
    }
  }
}

/** Payouts that may still be paid: what moved for one belongs to it. */
const TO_PAY = new Set<string | undefined>(['waiting', 'begun', 'unknown', 'declined']);

/** What of it settled the payout that it names, and should: all that is left of one that is still to be paid. */
function settledBy(
  { book, before }: Step,
  { payoutKey = '', amount }: { readonly payoutKey?: string; readonly amount: { readonly amount: number } },
): { settled: number; should: number } {
  const now = book.payouts.get(payoutKey);
  const old = before.payouts.get(payoutKey) ?? now;
  if (old === undefined || now === undefined || !TO_PAY.has(old.state)) return { settled: 0, should: 0 };
  const was = sentWith(old, Infinity).amount;
  const is = now.state === 'paid' ? 0 : sentWith(now, Infinity).amount;
  return { settled: was - is, should: Math.min(was, amount.amount) };
}

/** A report of moved money, or of a payment, that was answered with success is in the book. */
export function* movedWasTaken({ command }: Envelope, book: AuditedBook | undefined, truth: MoneyTruth): Generator<Finding> {
  const known = book?.state?.movedReferences ?? [];
  if (command.kind === 'report' && command.report.type === 'movedElsewhere') {
    const { reference } = command.report;
    if (!known.includes(reference)) yield found(3, 'movedIsTaken', `${reference} moved elsewhere, was acknowledged, and is not posted`);
  }
  if (command.kind !== 'payoutResult' || command.result.outcome !== 'paid') return;
  const payout = book?.payouts.get(command.payoutKey);
  const counts = payout?.state === 'paid' && payout.attempt === command.attempt && payout.way !== 'hand';
  const moved = known.includes(`${command.payoutKey}:${command.attempt}`);
  if (!counts && !moved && truth.attempt(command.payoutKey, command.attempt)?.paid === true) {
    yield found(3, 'paymentIsTaken', `attempt ${command.attempt} of ${command.payoutKey} was paid, was acknowledged, and counts nowhere`);
  }
}
