import type { AfterSale } from '../../actors/rows.js';
import { type AuditedBook, isOpen, stateOf } from './book.js';
import { type Finding, found, type Step } from './finding.js';
import { overlaps } from './numbers.js';

/** States, deadlines and goods (promises 1, 10 and 11). */

const nameOf = (a: AfterSale): string => `after-sale ${a.refundId}`;
const FINAL = new Set(['settled', 'closed', 'cancelled']);

/** While it is open it holds its units; once ended it holds and reserves nothing. */
export function* endsLetGo({ write, before }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    const open = isOpen(a);
    if (a.holds !== open)
      yield found(1, 'holdsWhileOpen', `${nameOf(a)} is ${stateOf(a)} and ${a.holds ? 'holds' : 'does not hold'} its units`);
    if (open) continue;
    if (a.reserved.length > 0 || a.reservedShares.length > 0)
      yield found(3, 'endVoids', `${nameOf(a)} is ${stateOf(a)} and still reserves`);
    const old = before.afterSales.get(a.id);
    const waits = a.decisions.find((d) => d.state === 'paying' && !comesAfter(d, old));
    if (waits !== undefined) yield found(10, 'endIsSettled', `${nameOf(a)} is ${stateOf(a)} while decision ${waits.no} is not paid`);
    if (a.hold !== null) yield found(10, 'endReleases', `${nameOf(a)} is ${stateOf(a)} and on hold`);
  }
}

/**
 * Money that what has ended may still owe: a late payment, and what others' money makes due besides its own
 * refund (a coupon that becomes whole, the freight of the last unit).
 */
function comesAfter(d: AfterSale['decisions'][number], old: AfterSale | undefined): boolean {
  const refunds = old !== undefined && stateOf(old).startsWith('refunding');
  return d.kind === 'latePayment' || (!refunds && (d.kind === 'coupon' || d.kind === 'freight'));
}

/** A new application closes the appeal window of every earlier one on its units. */
export function* windowsClose({ write, before, book }: Step): Generator<Finding> {
  for (const a of write.changes.afterSales) {
    if (before.afterSales.has(a.id) || !isOpen(a)) continue;
    for (const other of book.afterSales.values()) {
      const state = stateOf(other);
      if ((state === 'completed' || state === 'rejected') && overlaps(other.units, a.units)) {
        yield found(1, 'windowClosed', `${nameOf(other)} may still be appealed while ${nameOf(a)} claims its units`);
      }
    }
  }
}

/** Every wait has a deadline that runs; only a payout may be waited for without one. */
export function* waitsHaveDeadlines({ write, book }: Step): Generator<Finding> {
  const ids = new Set([
    ...write.changes.afterSales.map(({ id }) => id),
    ...write.changes.timers.cleared.map(({ afterSaleId }) => afterSaleId),
  ]);
  for (const id of ids) {
    const a = book.afterSales.get(id);
    if (a === undefined) continue;
    const state = stateOf(a);
    const timers = [...(book.timers.get(id)?.values() ?? [])];
    if (FINAL.has(state)) {
      if (timers.length > 0) yield found(10, 'endStopsDeadlines', `${nameOf(a)} is ${state} and ${timers[0]?.timerId} still waits`);
      continue;
    }
    if (timers.some(({ suspendedMs }) => suspendedMs === null)) continue;
    const pays = book.payoutRows(id).some((p) => p.state === 'begun' || p.state === 'unknown');
    if (state !== 'refunding.paying' || !pays) yield found(10, 'waitHasDeadline', `nothing ends the wait of ${nameOf(a)} in ${state}`);
  }
}

/** What was granted is sent, unless a hold keeps it back, or a retry that is to come takes it along. */
export function* waitingIsSent({ write, book }: Step): Generator<Finding> {
  for (const { id } of write.changes.afterSales) {
    const a = book.afterSales.get(id);
    if (a === undefined || a.hold !== null || stateOf(a) === 'refunding.retrying') continue;
    const waits = book.payoutRows(id).find(({ state }) => state === 'waiting');
    if (waits !== undefined) yield found(10, 'waitingIsSent', `${waits.key} waits, and ${nameOf(a)} in ${stateOf(a)} keeps nothing back`);
  }
}

/** A deadline that came is one that runs and is due. One of an earlier visit may come late only where the new one is due as well. */
export function* deadlinesAreDue({ write, envelope, before }: Step): Generator<Finding> {
  if (envelope?.command.kind !== 'timer') return;
  const { timerId, visit } = envelope.command;
  const { timer } = before;
  const { at } = write.audit;
  if (timer === undefined) yield found(10, 'deadlineOnce', `${timerId} of visit ${visit} came, and none runs`);
  else if (timer.suspendedMs !== null) yield found(10, 'deadlineHeld', `${timerId} came although it stands still`);
  else if (timer.dueAt > at)
    yield found(10, 'deadlineDue', `${timerId} of visit ${visit} came ${timer.dueAt - at} ms early for visit ${timer.visit}`);
}

/** Where the goods of an after-sale are, followed by what was said of them alone. */
export class Whereabouts {
  readonly #atMerchant = new Set<string>();

  /** Follows one commit; tells of after-sales that end with goods at the merchant for nothing. */
  *follow({ write, envelope, before }: Step): Generator<Finding> {
    const id = write.audit.afterSaleId;
    const a = write.changes.afterSales.find((row) => row.id === id);
    const type = envelope?.command.kind === 'afterSale' ? envelope.command.command.type : undefined;
    if (a !== undefined && type !== undefined) this.#hear(a, type, stateOf(before.afterSales.get(a.id) ?? a));
    for (const row of write.changes.afterSales) {
      const old = before.afterSales.get(row.id);
      if (old === undefined || !isOpen(old) || isOpen(row) || !this.#atMerchant.has(row.id)) continue;
      const state = stateOf(row);
      if (!row.decisions.some((d) => d.state === 'paid'))
        yield found(11, 'goodsHeld', `${nameOf(row)} is ${state} and the merchant keeps the goods for nothing`);
    }
  }

  #hear(a: AfterSale, type: string, from: string): void {
    if (type === 'received') this.#atMerchant.add(a.id);
    // What is lost on its way to the buyer is held by nobody.
    if (type === 'lost') this.#atMerchant.delete(a.id);
    // A replacement delivered, a repair or a rejected parcel delivered: the buyer has goods again.
    if (type === 'delivered' && /^(?:exchanging|repairing|sendingBack)\./.test(from)) this.#atMerchant.delete(a.id);
  }
}

/** Nothing that a whole book has may be left behind. */
export function* leftBehind(book: AuditedBook): Generator<Finding> {
  for (const a of book.afterSales.values()) {
    if (!FINAL.has(stateOf(a))) yield found(10, 'settles', `${nameOf(a)} of ${book.key.orderNo} is still ${stateOf(a)}`);
  }
  for (const [no, { net, tax, debit, credit }] of book.pending) {
    if (net !== 0 || tax !== 0)
      yield found(10, 'nothingPending', `transfer ${no} from ${debit} to ${credit} is still pending with ${net}+${tax}`);
  }
  for (const [key, { reserved }] of book.told) {
    if (reserved.some((value) => value !== 0)) yield found(10, 'nothingReserved', `${key} still has ${reserved.join('/')} reserved`);
  }
}
