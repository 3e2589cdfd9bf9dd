import type { Cost, Sold } from '../orders/sold.js';
import type { Findings } from './finding.js';
import type { SeenBook, SeenCase, SeenOrder } from './seen.js';

/** What units cost, what of it was refunded, and who has them. */

const text = ({ net, tax }: Cost): string => `${net} + ${tax} tax`;
const same = (one: Cost, other: Cost): boolean => one.net === other.net && one.tax === other.tax;

/** Holds every unit, the freight and the sum of all against the load's own arithmetic. */
export function judgeSplit(order: string, sold: Sold, seen: SeenOrder, findings: Findings): void {
  sold.lines.forEach(({ lineNo }, index) => {
    const shown = seen.lines.find((line) => line.lineNo === lineNo);
    (sold.cost.units[index] ?? []).forEach((cost, position) => {
      const unit = position + 1;
      const run = shown?.units.find(({ from, to }) => from <= unit && unit <= to);
      findings.expect('split', run !== undefined && same(run.cost, cost), () => ({
        order,
        what: `unit ${unit} of line ${lineNo} cost ${text(cost)}, and the service says ${run === undefined ? 'nothing' : text(run.cost)}`,
      }));
    });
  });
  findings.expect('split', same(seen.freight.cost, sold.cost.freight), () => ({
    order,
    what: `freight cost ${text(sold.cost.freight)}, and the service says ${text(seen.freight.cost)}`,
  }));
  const paid = seen.paid.net + seen.paid.tax;
  findings.expect('split', paid === sold.cost.total, () => ({
    order,
    what: `the order cost ${sold.cost.total}, and the service says ${paid}`,
  }));
}

interface Taken {
  net: number;
  tax: number;
  /** open after-sales that have it */
  readonly open: string[];
  /** ended after-sales that refunded it for good */
  readonly gone: string[];
}

/** Nothing ends the claim on a unit for good but its refund; after an exchange or a repair it may be claimed again. */
const refundedForGood = (a: SeenCase): boolean =>
  a.claim === 'unit' &&
  ['refund', 'return'].includes(a.type) &&
  ['completed', 'settled'].includes(a.status) &&
  a.decisions.length > 0 &&
  a.decisions.every(({ kind, state }) => ['approval', 'inspection'].includes(kind) && state === 'paid');

function takenUnits({ cases }: SeenBook): Map<string, Taken> {
  const units = new Map<string, Taken>();
  const at = (lineNo: number, unit: number): Taken => {
    const name = `${lineNo}/${unit}`;
    const known = units.get(name) ?? { net: 0, tax: 0, open: [], gone: [] };
    units.set(name, known);
    return known;
  };
  for (const a of cases) {
    for (const { lineNo, from, to } of a.units) {
      for (let unit = from; unit <= to; unit += 1) {
        if (a.status === 'open') at(lineNo, unit).open.push(a.id);
        if (refundedForGood(a)) at(lineNo, unit).gone.push(a.id);
      }
    }
    if (a.quote.basis !== 'decided') continue;
    // What a fee has kept was not given, and is left.
    for (const { lineNo, from, to, refund, kept } of a.quote.units) {
      for (let unit = from; unit <= to; unit += 1) {
        const taken = at(lineNo, unit);
        taken.net += refund.net - kept.net;
        taken.tax += refund.tax - kept.tax;
      }
    }
  }
  return units;
}

/** Adds up what all after-sales of the order refunded of each unit, and who has it. */
export function judgeUnits(order: string, sold: Sold, book: SeenBook, findings: Findings): void {
  const units = takenUnits(book);
  sold.lines.forEach(({ lineNo }, index) => {
    const runs = book.order.lines.find((line) => line.lineNo === lineNo)?.units ?? [];
    (sold.cost.units[index] ?? []).forEach((cost, position) => {
      const unit = position + 1;
      const taken = units.get(`${lineNo}/${unit}`);
      const left = runs.find(({ from, to }) => from <= unit && unit <= to)?.left ?? { net: 0, tax: 0 };
      const sum = { net: (taken?.net ?? 0) + left.net, tax: (taken?.tax ?? 0) + left.tax };
      findings.expect('unitCap', left.net >= 0 && left.tax >= 0 && sum.net <= cost.net && sum.tax <= cost.tax, () => ({
        order,
        what: `unit ${unit} of line ${lineNo} cost ${text(cost)}; ${text(taken ?? { net: 0, tax: 0 })} was granted, and ${text(left)} is said to be left`,
      }));
      if (taken !== undefined) judgeTaken(order, `unit ${unit} of line ${lineNo}`, taken, findings);
    });
  });
}

function judgeTaken(order: string, name: string, { open, gone }: Taken, findings: Findings): void {
  const [first, second] = [...gone, ...open];
  if (first === undefined) return;
  findings.expect('unitOnce', second === undefined, () => ({
    order,
    ...(second === undefined ? {} : { afterSale: second }),
    what: `${name} is ${gone.length > 0 ? 'refunded by' : 'held by'} ${first} and taken by ${second ?? 'nobody'} as well`,
  }));
}
