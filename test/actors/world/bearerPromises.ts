import type { SplitRun } from '../../../src/domain/order.js';
import type { History, UnitTold } from './history.js';
import { unitsOfRange } from './reckoning.js';

/** Promises about who bears what was refunded, reckoned from the rows alone. Each gives what is wrong, as sentences. */

const BEARERS = ['merchant', 'platform', 'carrier'];

/** What bearers have given for goods and freight is what the order has posted. */
export function salesAreBorne(history: History): string[] {
  let sales = 0;
  for (const t of history.transfers) {
    if (t.phase === 'pending' || t.phase === 'void') continue;
    if (BEARERS.includes(t.debit) && t.credit === 'sales') sales += t.net + t.tax;
    if (t.debit === 'sales' && BEARERS.includes(t.credit)) sales -= t.net + t.tax;
  }
  const { net, tax } = history.caps.get('order')?.posted ?? { net: 0, tax: 0 };
  return sales === net + tax ? [] : [`bearers give ${sales}, the order has posted ${net + tax}`];
}

/** Commission and subsidies of a unit come back in step with what is borne of it: all of them for all of it. */
export function offsetsKeepPace(history: History): string[] {
  const paid = [...history.afterSales.values()].flatMap((a) => a.decisions).filter((d) => d.state === 'paid');
  const offsets = paid.flatMap((d) => d.offsets).flatMap((offset) => unitsOfRange(offset).map((name) => ({ ...offset, name })));
  const units = history.units();
  return history.split.runs.flatMap((run) =>
    unitsOfRange(run).flatMap((name) => {
      const unit = units.get(name);
      const own = offsets.filter((offset) => offset.name === name);
      return unit === undefined ? [] : outOfStep(name, run, unit, own);
    }),
  );
}

interface Offset {
  readonly borne: number;
  readonly commission: number;
  readonly platformPart: number;
}

function outOfStep(name: string, run: SplitRun, unit: UnitTold, offsets: readonly Offset[]): string[] {
  const cost = unit.cost.net + unit.cost.tax;
  const first = run.cost.net + run.cost.tax;
  if (first === 0) return [];
  const sum = (of: keyof Offset) => offsets.reduce((all, offset) => all + offset[of], 0);
  const borne = sum('borne');
  const subsidy = run.discounts.reduce((all, { platformPart }) => all + platformPart, 0);
  const judged = [
    ['commission', sum('commission'), run.commission],
    ['subsidy', sum('platformPart'), subsidy],
  ] as const;
  // A difference paid later makes a unit dearer: what came back before then was in step with the lower cost.
  return judged.flatMap(([what, back, all]) => {
    const least = Math.floor(Math.min(1, borne / cost) * all) - 1;
    const most = Math.min(all, Math.ceil((borne / first) * all) + 1);
    return back < least || back > most ? [`unit ${name} bears ${borne} of ${cost}, and ${back} of ${all} ${what} came back`] : [];
  });
}
