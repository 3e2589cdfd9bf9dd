import type { Transfer } from '../../actors/rows.js';
import type { AuditedBook } from './book.js';
import { type Finding, found, type Step } from './finding.js';
import { costOf } from './held.js';

/** Caps, units and the ledger (promises 1, 2, 3 and 7). */

const WHATS = ['net', 'tax', 'units'] as const;

/** No unit gives more than it cost, and each is in at most one open after-sale. */
export function* unitsHold({ book }: Step): Generator<Finding> {
  for (const lineNo of book.touchedLines) {
    for (const [i, unit] of (book.lines.get(lineNo) ?? []).entries()) {
      const name = `${lineNo}.${i + 1}`;
      const { net, tax } = costOf(unit);
      if (unit.standingNet > net || unit.standingTax > tax || unit.standingNet < 0 || unit.standingTax < 0) {
        yield found(1, 'unitCost', `unit ${name} gives ${unit.standingNet}+${unit.standingTax} of ${net}+${tax}`);
      }
      if (unit.holders > 1) yield found(1, 'unitHeldOnce', `unit ${name} is in ${unit.holders} open after-sales`);
    }
  }
}

/** Paid-out plus reserved never exceeds paid, and the store's caps say just what the rows say. */
export function* capsHold({ book }: Step): Generator<Finding> {
  for (const key of book.touchedCaps) {
    const told = book.told.get(key);
    const cap = book.caps.get(key);
    for (const [i, what] of WHATS.entries()) {
      const [reserved, posted, limit] = [told?.reserved[i] ?? 0, told?.posted[i] ?? 0, told?.limit[i] ?? 0];
      const promise = what === 'units' && key.startsWith('line:') ? 2 : 3;
      const ofBook = key === 'goodwill' || key.startsWith('advanced:');
      if (reserved < 0 || posted < 0 || (!ofBook && reserved + posted > limit)) {
        yield found(promise, 'capHolds', `${key} in ${what}: ${reserved} reserved and ${posted} paid of ${limit}`);
      }
      const kept = { reserved: cap?.reserved[i] ?? 0, posted: cap?.posted[i] ?? 0, limit: cap?.limit[i] ?? 0 };
      if (kept.reserved < 0 || kept.posted < 0 || kept.reserved + kept.posted > kept.limit) {
        yield found(promise, 'capRowHolds', `the row ${key} in ${what}: ${kept.reserved} and ${kept.posted} of ${kept.limit}`);
      }
      if (kept.reserved !== reserved || kept.posted !== posted) {
        yield found(7, 'capAgrees', `${key} in ${what} says ${kept.reserved}/${kept.posted}, its rows ${reserved}/${posted}`);
      }
      if (!ofBook && kept.limit !== limit) yield found(7, 'capLimit', `${key} allows ${kept.limit} in ${what}, ${limit} was paid`);
    }
  }
}

/** What units and freight give and what tenders give back is the same money. */
export function* tendersGiveAll({ book }: Step): Generator<Finding> {
  let tenders = 0;
  for (const [key, { reserved, posted }] of book.told) {
    if (key.startsWith('tender:') && !key.includes(':late:')) tenders += (reserved[0] ?? 0) + (posted[0] ?? 0);
  }
  const order = book.told.get('order');
  const units = [0, 1].reduce((sum, i) => sum + (order?.reserved[i] ?? 0) + (order?.posted[i] ?? 0), 0);
  if (units !== tenders) yield found(3, 'tendersGiveAll', `units and freight take ${units}, tenders give ${tenders}`);
}

/** Two-phase double entry: what is settled was pending, and no more of it than was. */
export function* transfersSettle({ book, write }: Step): Generator<Finding> {
  for (const t of write.changes.transfers) yield* settle(book, t);
}

function* settle(book: AuditedBook, t: Transfer): Generator<Finding> {
  if (t.net < 0 || t.tax < 0) yield found(7, 'transferPositive', `transfer ${t.no} moves less than nothing`);
  if (t.debit === 'excess') book.excess += t.net + t.tax;
  if (t.phase === 'pending') {
    if (book.pending.has(t.no)) yield found(7, 'transferOnce', `transfer ${t.no} is written twice`);
    book.pending.set(t.no, { net: t.net, tax: t.tax, debit: t.debit, credit: t.credit, afterSaleId: t.afterSaleId });
    return;
  }
  if (t.of === null) return;
  const pending = book.pending.get(t.of);
  if (pending === undefined || pending.debit !== t.debit || pending.credit !== t.credit) {
    yield found(7, 'transferSettles', `transfer ${t.no} settles ${t.of}, which is not pending between these accounts`);
    return;
  }
  pending.net -= t.net;
  pending.tax -= t.tax;
  if (pending.net < 0 || pending.tax < 0) yield found(7, 'transferSettles', `transfer ${t.of} is settled beyond what it holds`);
  if (pending.net === 0 && pending.tax === 0) book.pending.delete(t.of);
}

/** What rows call pending is what the ledger has not settled. */
export function* pendingAgrees({ book, write }: Step): Generator<Finding> {
  const named = [...write.changes.afterSales.flatMap((a) => a.pending), ...(write.changes.state?.freightPending ?? [])];
  for (const { no, net, tax } of named) {
    const left = book.pending.get(no);
    if (left?.net !== net || left.tax !== tax) {
      yield found(7, 'pendingAgrees', `transfer ${no} has ${left?.net ?? 0}+${left?.tax ?? 0} pending, its row says ${net}+${tax}`);
    }
  }
}

/** Split records add up exactly (promise 5): each unit costs what the auditor reckons. */
export function* splitAddsUp({ book, write }: Step): Generator<Finding> {
  const { split } = write.changes;
  if (split === undefined) return;
  for (const [lineNo, units] of book.lines) {
    const runs = split.runs.filter((run) => run.lineNo === lineNo);
    for (const [i, { price }] of units.entries()) {
      const run = runs.find(({ from, to }) => from <= i + 1 && i + 1 <= to);
      const same = run?.cost.net === price.net && run.cost.tax === price.tax;
      if (!same)
        yield found(
          5,
          'unitPrice',
          `unit ${lineNo}.${i + 1} cost ${price.net}+${price.tax}, its record says ${run?.cost.net}+${run?.cost.tax}`,
        );
      else if (run.commission !== price.commission || run.platformPart !== price.platformPart) {
        yield found(
          5,
          'unitParts',
          `unit ${lineNo}.${i + 1}: commission ${run.commission}, platform ${run.platformPart}; should be ${price.commission}, ${price.platformPart}`,
        );
      }
    }
  }
  const freight = book.told.get('freight')?.limit ?? [];
  if (split.freight.net !== freight[0] || split.freight.tax !== freight[1]) yield found(5, 'freightPrice', 'freight is another');
}
