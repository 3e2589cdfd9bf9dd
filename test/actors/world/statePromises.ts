import { type Book, bookFromRows } from '../../../src/actors/book.js';
import type { BookRows } from '../../../src/actors/ports.js';
import type { History } from './history.js';
import { plainBook } from './plain.js';
import { isOpen, stateOf, unitsOfRange } from './reckoning.js';

/** Promises about states, deadlines and the trail. Each gives what is wrong, as sentences. */

/** A unit is in at most one open after-sale (promise 1), and never more units than were ordered (promise 2). */
export function unitsHeldOnce(history: History): string[] {
  const holders = new Map<string, number>();
  const faults: string[] = [];
  for (const a of history.afterSales.values()) {
    if (!isOpen(a)) continue;
    for (const unit of a.units.flatMap(unitsOfRange)) {
      const other = holders.get(unit);
      if (other !== undefined) faults.push(`unit ${unit} is in the open after-sales ${other} and ${a.refundId}`);
      holders.set(unit, a.refundId);
    }
  }
  const known = history.units();
  for (const unit of new Set([...holders.keys(), ...history.endedUnits()])) if (!known.has(unit)) faults.push(`there is no unit ${unit}`);
  return faults;
}

/** At most one after-sale may still be appealed for a unit, and none while another is open. */
export function windowsAreClosed(history: History): string[] {
  const faults: string[] = [];
  const open = new Set([...history.afterSales.values()].filter(isOpen).flatMap((a) => a.units.flatMap(unitsOfRange)));
  const windows = new Map<string, number>();
  for (const a of history.afterSales.values()) {
    const state = stateOf(a);
    if (state !== 'completed' && state !== 'rejected') continue;
    for (const unit of a.units.flatMap(unitsOfRange)) {
      if (open.has(unit)) faults.push(`unit ${unit} is claimed anew while after-sale ${a.refundId} may be appealed`);
      const other = windows.get(unit);
      if (other !== undefined) faults.push(`unit ${unit} may be appealed in ${other} and ${a.refundId}`);
      windows.set(unit, a.refundId);
    }
  }
  return faults;
}

/** What the merchant holds when an after-sale has ended is paid for, or was replaced or mended (promise 11). */
export function goodsAreDealtWith(history: History): string[] {
  const faults: string[] = [];
  for (const a of history.afterSales.values()) {
    if (isOpen(a) || a.goods !== 'merchant') continue;
    const paid = new Set(a.decisions.filter((d) => d.state === 'paid').flatMap((d) => d.ended.flatMap(unitsOfRange)));
    const given = history.replaced.get(a.id) ?? new Set();
    const held = a.units.flatMap(unitsOfRange).filter((unit) => !paid.has(unit) && !given.has(unit));
    if (held.length > 0) faults.push(`after-sale ${a.refundId} is ${stateOf(a)}, and the merchant holds ${held.join()} for nothing`);
  }
  return faults;
}

/** Every wait has a deadline that runs; only a payout may be waited for without one (promise 10). */
export function waitsHaveDeadlines(history: History): string[] {
  const faults: string[] = [];
  for (const a of history.afterSales.values()) {
    const state = stateOf(a);
    if (['settled', 'closed', 'cancelled'].includes(state)) {
      const left = [...history.timers.values()].filter((timer) => timer.afterSaleId === a.id);
      if (left.length > 0) faults.push(`after-sale ${a.refundId} is ${state} and ${left.map((timer) => timer.timerId).join()} still waits`);
      continue;
    }
    const runs = [...history.timers.values()].some((timer) => timer.afterSaleId === a.id && timer.suspendedMs === null);
    const pays = [...history.payouts.values()].some((p) => p.afterSaleId === a.id && ['begun', 'unknown'].includes(p.state));
    if (!runs && !(state === 'refunding.paying' && pays)) faults.push(`nothing ends the wait of after-sale ${a.refundId} in ${state}`);
  }
  return faults;
}

/** What was granted is sent, unless a hold keeps it back, or a retry that is to come takes it along (promise 10). */
export function waitingIsSent(history: History): string[] {
  return [...history.payouts.values()].flatMap((payout) => {
    if (payout.state !== 'waiting' || payout.afterSaleId === null) return [];
    const a = history.afterSales.get(payout.afterSaleId);
    if (a === undefined || a.hold !== null || stateOf(a) === 'refunding.retrying') return [];
    return [`payout ${payout.key} waits in ${stateOf(a)}, and nothing keeps it back`];
  });
}

/** The trail is a chain of hashes, and applying it gives the book (promise 7). */
export function trailAgrees(history: History): string[] {
  return [
    ...history.faultsOfTrail,
    ...differences('the replayed trail', withoutBuyer(history.replayed), withoutBuyer(history.book)),
    ...differences('the stored rows', bookFromRows(history.book.key, rowsOf(history)), history.book),
  ];
}

/** The trail does not name the buyer. */
const withoutBuyer = (book: Book): Book => ({ ...book, order: { ...book.order, buyerUid: '' } });

/** The rows as a store would give them: JSON, and of the after-sales only those that are live. */
function rowsOf(history: History): BookRows {
  const live = [...history.afterSales.values()].filter((a) => a.live);
  const isLive = (id: string | null) => id === null || live.some((a) => a.id === id);
  const rows: BookRows = {
    version: history.book.version,
    chain: history.book.chain,
    order: history.book.order,
    split: history.book.split,
    state: history.book.state,
    afterSales: live,
    caps: [...history.caps.values()],
    payouts: [...history.payouts.values()].filter((p) => isLive(p.afterSaleId)),
    timers: [...history.timers.values()].filter((timer) => isLive(timer.afterSaleId)),
  };
  return JSON.parse(JSON.stringify(rows));
}

function differences(name: string, book: Book, expected: Book): string[] {
  const a = Object.entries(Object(plainBook(book)));
  const b = new Map(Object.entries(Object(plainBook(expected))));
  return a.flatMap(([part, value]) => {
    const [is, should] = [JSON.stringify(value), JSON.stringify(b.get(part))];
    return is === should ? [] : [`${name} gives other ${part}: ${is} instead of ${should}`];
  });
}
