import type { AfterSale, Cap, Payout, Transfer } from '../../../src/actors/rows.js';
import type { History } from './history.js';
import { type Amounts, add, endOfState, isOpen, NOTHING, nameOf, sumOf, times, unitsOfRange } from './reckoning.js';

/** Promises about money, reckoned from the rows alone. Each gives what is wrong, as sentences. */

const lineKey = (lineNo: number) => `line:${lineNo}`;

interface Totals {
  reserved: Amounts;
  posted: Amounts;
}

class Sums {
  readonly of = new Map<string, Totals>();

  move(key: string, kind: 'reserved' | 'posted', amount: Amounts): void {
    const totals = this.of.get(key) ?? { reserved: NOTHING, posted: NOTHING };
    totals[kind] = add(totals[kind], amount);
    this.of.set(key, totals);
  }
}

/** Parts of a payout that moved outside. */
const outsideOf = (payout: Payout | undefined): number => (payout?.outside ?? []).reduce((all, part) => all + part.amount, 0);

/** What every cap must hold, told from the after-sales, their decisions and their payouts. */
function capsTold(history: History): Sums {
  const sums = new Sums();
  const money = (net: number, tax: number, units = 0): Amounts => ({ net, tax, units });
  for (const a of history.afterSales.values()) {
    const portion = (kind: 'reserved' | 'posted', p: { lineNo: number; from: number; to: number; net: number; tax: number }) => {
      const all = times(money(p.net, p.tax), p.to - p.from + 1);
      sums.move(lineKey(p.lineNo), kind, all);
      sums.move('order', kind, all);
    };
    for (const p of a.reserved) portion('reserved', p);
    for (const s of a.reservedShares) sums.move(`tender:${s.tenderId}`, 'reserved', money(s.amount, 0, s.points));
    for (const d of a.decisions) {
      if (d.state === 'dropped') continue;
      const kind = d.state === 'paid' ? 'posted' : 'reserved';
      for (const p of d.portions) portion(kind, p);
      sums.move('freight', kind, money(d.freight.net, d.freight.tax));
      sums.move('order', kind, money(d.freight.net, d.freight.tax));
      if (d.kind === 'coupon') continue;
      for (const s of d.shares) {
        const payout = history.payoutOf(a.id, d.no, s.tenderId);
        const moved = d.state === 'paid' || payout?.state === 'paid';
        const gone = moved ? s.amount : outsideOf(payout);
        const points = moved ? s.points : Math.floor((2 * s.points * gone + s.amount) / (2 * s.amount));
        sums.move(`tender:${s.tenderId}`, 'posted', money(gone, 0, points));
        sums.move(`tender:${s.tenderId}`, 'reserved', money(s.amount - gone, 0, s.points - points));
      }
    }
  }
  const { freightReserved, freightShares } = history.book.state;
  sums.move('freight', 'reserved', money(freightReserved.net, freightReserved.tax));
  sums.move('order', 'reserved', money(freightReserved.net, freightReserved.tax));
  for (const s of freightShares) sums.move(`tender:${s.tenderId}`, 'reserved', money(s.amount, 0, s.points));
  unitsTold(history, sums);
  for (const payout of history.payouts.values()) {
    if (payout.afterSaleId !== null) continue;
    const gone = payout.state === 'paid' ? payout.amount : outsideOf(payout);
    sums.move(payout.capKey, 'posted', money(gone, 0));
    sums.move(payout.capKey, 'reserved', money(payout.amount - gone, 0));
  }
  return sums;
}

/** Pieces: those refunded for good, and those in an open after-sale besides. */
function unitsTold(history: History, sums: Sums): void {
  const ended = history.endedUnits();
  const held = new Set<string>();
  for (const a of history.afterSales.values()) {
    if (!isOpen(a)) continue;
    for (const range of a.units) for (const unit of unitsOfRange(range)) held.add(unit);
  }
  for (const unit of ended) sums.move(lineKey(Number(unit.split('.')[0])), 'posted', { net: 0, tax: 0, units: 1 });
  for (const unit of held) if (!ended.has(unit)) sums.move(lineKey(Number(unit.split('.')[0])), 'reserved', { net: 0, tax: 0, units: 1 });
}

const same = (a: Amounts, b: Amounts): boolean => a.net === b.net && a.tax === b.tax && a.units === b.units;
const text = (a: Amounts): string => `${a.net}+${a.tax} (${a.units})`;

/** Every cap is the sum of what its after-sales say, and holds (promise 3). */
export function capsAgree(history: History): string[] {
  const told = capsTold(history).of;
  const faults: string[] = [];
  for (const key of new Set([...told.keys(), ...history.caps.keys()])) {
    const cap = history.caps.get(key);
    const sums = told.get(key) ?? { reserved: NOTHING, posted: NOTHING };
    if (cap === undefined) {
      if (!same(sums.reserved, NOTHING) || !same(sums.posted, NOTHING)) faults.push(`there is no cap ${key}`);
      continue;
    }
    if (!same(cap.reserved, sums.reserved)) faults.push(`${key} reserves ${text(cap.reserved)}, its rows ${text(sums.reserved)}`);
    if (!same(cap.posted, sums.posted)) faults.push(`${key} has posted ${text(cap.posted)}, its rows ${text(sums.posted)}`);
    faults.push(...overdrawn(cap));
  }
  return faults;
}

function overdrawn(cap: Cap): string[] {
  return (['net', 'tax', 'units'] as const).flatMap((what) =>
    cap.reserved[what] < 0 || cap.posted[what] < 0 || cap.reserved[what] + cap.posted[what] > cap.limit[what]
      ? [`${cap.key} does not hold in ${what}: ${cap.reserved[what]} and ${cap.posted[what]} of ${cap.limit[what]}`]
      : [],
  );
}

/** What units and freight give and what tenders give back is the same money. */
export function tendersGiveWhatUnitsGet(history: History): string[] {
  let tenders = 0;
  for (const cap of history.caps.values()) {
    if (cap.key.startsWith('tender:') && !cap.key.includes(':late:')) tenders += cap.reserved.net + cap.posted.net;
  }
  const order = history.caps.get('order');
  const units = order === undefined ? 0 : order.reserved.net + order.reserved.tax + order.posted.net + order.posted.tax;
  return units === tenders ? [] : [`units and freight take ${units}, tenders give ${tenders}`];
}

/** No unit is refunded beyond what it cost, net and tax each (promise 1). */
export function unitsWithinCost(history: History): string[] {
  const faults: string[] = [];
  for (const [name, unit] of history.units()) {
    for (const what of ['net', 'tax'] as const) {
      const taken = unit.reserved[what] + unit.granted[what];
      if (taken > unit.cost[what]) faults.push(`unit ${name} gives ${taken} ${what} of ${unit.cost[what]}`);
      if (unit.reserved[what] < 0 || unit.granted[what] < 0) faults.push(`unit ${name} has less than nothing in ${what}`);
    }
  }
  return faults;
}

/** Two-phase double entry: what is settled never exceeds what was pending, and is all of it once nothing waits. */
export function transfersSettle(history: History): string[] {
  const faults: string[] = [];
  const left = new Map<number, { net: number; tax: number; transfer: Transfer }>();
  let last = 0;
  for (const t of history.transfers) {
    if (t.no !== last + 1) faults.push(`transfer ${t.no} follows ${last}`);
    last = t.no;
    if (t.net < 0 || t.tax < 0) faults.push(`transfer ${t.no} moves less than nothing`);
    if (t.phase === 'pending') left.set(t.no, { net: t.net, tax: t.tax, transfer: t });
    const settles = t.phase === 'post' || t.phase === 'void';
    if (settles !== (t.of !== null)) faults.push(`transfer ${t.no} (${t.phase}) settles ${t.of}`);
    if (t.of === null) continue;
    const pending = left.get(t.of);
    if (pending === undefined || pending.transfer.debit !== t.debit || pending.transfer.credit !== t.credit) {
      faults.push(`transfer ${t.no} settles ${t.of}, which is another`);
      continue;
    }
    pending.net -= t.net;
    pending.tax -= t.tax;
    if (pending.net < 0 || pending.tax < 0) faults.push(`transfer ${t.of} is settled beyond what it holds`);
  }
  return [...faults, ...pendingAgrees(history, left)];
}

/** What rows call pending is what the ledger has not settled; when everything has ended that is nothing. */
function pendingAgrees(history: History, left: ReadonlyMap<number, { net: number; tax: number; transfer: Transfer }>): string[] {
  const named = new Map<number, { net: number; tax: number }>();
  for (const a of history.afterSales.values()) for (const p of a.pending) named.set(p.no, p);
  for (const p of history.book.state.freightPending) named.set(p.no, p);
  const faults: string[] = [];
  for (const [no, { net, tax, transfer }] of left) {
    const ofBook = transfer.afterSaleId === null && !['freight', 'payable:freight'].includes(transfer.debit);
    const says = ofBook ? { net, tax } : (named.get(no) ?? { net: 0, tax: 0 });
    if (says.net !== net || says.tax !== tax)
      faults.push(`transfer ${no} (${nameOf(transfer)}) has ${net}+${tax} pending, its row says ${says.net}+${says.tax}`);
  }
  for (const a of history.afterSales.values()) {
    const waits = a.decisions.some((d) => d.state === 'paying');
    if (!isOpen(a) && !waits && a.pending.length > 0) faults.push(`after-sale ${a.refundId} ended with pending transfers`);
  }
  return faults;
}

/** What is owed to a buyer is paid: the accounts between units and tenders are empty where nothing waits. */
export function payablesBalance(history: History): string[] {
  const balances = new Map<string, number>();
  const move = (account: string, amount: number) => balances.set(account, (balances.get(account) ?? 0) + amount);
  for (const t of history.transfers) {
    if (t.phase !== 'post' && t.phase !== 'direct') continue;
    move(t.debit, -(t.net + t.tax));
    move(t.credit, t.net + t.tax);
  }
  const faults: string[] = [];
  for (const a of history.afterSales.values()) {
    if (a.decisions.some((d) => d.state === 'paying')) continue;
    const owed = balances.get(`payable:${a.id}`) ?? 0;
    if (owed !== 0) faults.push(`payable of after-sale ${a.refundId} is ${owed}`);
  }
  const freightWaits = [...history.afterSales.values()].some((a) => a.decisions.some((d) => d.kind === 'freight' && d.state === 'paying'));
  const freight = balances.get('payable:freight') ?? 0;
  if (!freightWaits && freight !== 0) faults.push(`payable of freight is ${freight}`);
  return faults;
}

/** One payout per decision and tender, of just the share that was granted (promise 4). */
export function payoutsAgree(history: History): string[] {
  const faults: string[] = [];
  for (const a of history.afterSales.values()) {
    for (const d of a.decisions) {
      if (d.kind === 'elsewhere') continue;
      const payouts = [...history.payouts.values()].filter((p) => p.afterSaleId === a.id && p.decisionNo === d.no);
      faults.push(...decisionAgrees(a, d, payouts));
    }
  }
  for (const [key, paid] of history.paidByGateway) {
    if (paid.size > 1 && !history.expectsPaidTwice.has(key)) faults.push(`payout ${key} was paid ${paid.size} times`);
  }
  return faults;
}

function decisionAgrees(a: AfterSale, d: AfterSale['decisions'][number], payouts: readonly Payout[]): string[] {
  const name = `decision ${d.no} of after-sale ${a.refundId}`;
  const faults: string[] = [];
  const shares = new Map(d.shares.map((share) => [String(share.tenderId), share]));
  if (shares.size !== d.shares.length) faults.push(`${name} names a tender twice`);
  if (payouts.length !== shares.size) faults.push(`${name} has ${payouts.length} payouts for ${shares.size} shares`);
  for (const payout of payouts) {
    const share = shares.get(String(payout.tenderId));
    if (share?.amount !== payout.amount || share.points !== payout.points) faults.push(`payout ${payout.key} is not the share of ${name}`);
    if (d.state === 'paid' && payout.state !== 'paid' && payout.state !== 'held')
      faults.push(`${name} is paid, its payout ${payout.state}`);
    if (d.state === 'dropped' && payout.state !== 'dropped') faults.push(`${name} is dropped, its payout ${payout.state}`);
  }
  const units = sumOf(d.portions) + d.freight.net + d.freight.tax;
  const given = d.shares.reduce((all, share) => all + share.amount, 0);
  if (d.kind !== 'coupon' && d.kind !== 'latePayment' && units !== given) faults.push(`${name} grants ${units} and pays ${given}`);
  return faults;
}

/** Money that moved elsewhere may make a coupon whole after all that was refunded of it had ended. */
const madeWholeElsewhere = (history: History, d: AfterSale['decisions'][number]): boolean =>
  d.kind === 'coupon' && history.book.state.movedReferences.length > 0;

/** An end is entered only when the money has settled, and leaves nothing reserved. */
export function endsAreSettled(history: History): string[] {
  const faults: string[] = [];
  for (const a of history.afterSales.values()) {
    const open = isOpen(a);
    if (a.holds !== open) faults.push(`after-sale ${a.refundId} holds its units: ${a.holds}, open: ${open}`);
    if (open) continue;
    const end = endOfState(a);
    if (a.reserved.length > 0 || a.reservedShares.length > 0) faults.push(`after-sale ${a.refundId} is ${end} and still reserves`);
    const waits = a.decisions.find((d) => d.state === 'paying' && d.kind !== 'latePayment' && !madeWholeElsewhere(history, d));
    if (waits !== undefined) faults.push(`after-sale ${a.refundId} is ${end} while decision ${waits.no} (${waits.kind}) is not paid`);
    if (a.hold !== null) faults.push(`after-sale ${a.refundId} is ${end} and on hold`);
    if (a.goods === 'merchant' && a.decisions.every((d) => d.state !== 'paid') && a.type !== 'exchange') {
      faults.push(`after-sale ${a.refundId} is ${end} and the merchant keeps the goods for nothing`);
    }
  }
  return faults;
}
