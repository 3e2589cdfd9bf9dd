import type { AfterSale, Decision } from '../../actors/rows.js';
import { placeOf, unitNames } from './claims.js';
import { type Finding, found, type Step } from './finding.js';
import { countOf } from './numbers.js';

/** Who bears it, and what the goods are worth to the merchant (promise 1, EXAMPLES 10). */

/** Of no unit more commission, subsidy or cost goes back than it had (EXAMPLES 10). */
export function* offsetsHold({ write, book }: Step): Generator<Finding> {
  const ofLines = new Map(book.order.lines.map((line) => [line.lineNo as number, line]));
  for (const { id } of write.changes.afterSales) {
    const lines = new Set(book.afterSales.get(id)?.decisions.flatMap((d) => d.offsets.map((o) => o.lineNo as number)));
    for (const lineNo of lines) yield* offsetsOfLine(book, lineNo, ofLines.get(lineNo)?.unitCost ?? 0);
  }
}

function* offsetsOfLine(book: Step['book'], lineNo: number, unitCost: number): Generator<Finding> {
  const sums = (book.lines.get(lineNo) ?? []).map(() => ({ borne: 0, commission: 0, platformPart: 0, cost: 0 }));
  for (const a of book.afterSales.values()) {
    for (const d of a.decisions) {
      if (d.state !== 'paid') continue;
      for (const o of d.offsets) {
        if (o.lineNo !== lineNo) continue;
        for (const sum of sums.slice(o.from - 1, o.from - 1 + countOf(o))) {
          sum.borne += o.borne;
          sum.commission += o.commission;
          sum.platformPart += o.platformPart;
          sum.cost += o.cost;
        }
      }
    }
  }
  for (const [i, sum] of sums.entries()) {
    const unit = book.lines.get(lineNo)?.[i];
    if (unit === undefined) continue;
    const { commission, platformPart } = unit.price;
    const name = `unit ${lineNo}.${i + 1}`;
    if (sum.commission > commission || sum.commission < 0)
      yield found(1, 'commission', `${name} gives back ${sum.commission} of ${commission} commission`);
    if (sum.platformPart > platformPart || sum.platformPart < 0)
      yield found(1, 'subsidy', `${name} gives back ${sum.platformPart} of ${platformPart} subsidy`);
    if (sum.cost !== 0 && sum.cost !== unitCost) yield found(1, 'costOffset', `${name} is worth ${unitCost} and counted as ${sum.cost}`);
  }
}

/** Goods are worth their cost where they come back sellable or never left, once for each unit, and nothing otherwise. */
export function* costAsFound(step: Step): Generator<Finding> {
  for (const a of step.write.changes.afterSales) {
    const old = step.before.afterSales.get(a.id);
    for (const d of a.decisions) {
      if (d.state !== 'paid' || d.kind === 'elsewhere') continue;
      const was = old?.decisions.find(({ no }) => no === d.no);
      const ends = was?.state === 'paid' ? [] : d.ended;
      const names = new Set([...d.offsets.filter((o) => o.cost > 0), ...ends].flatMap(unitNames));
      for (const name of names) yield* costOfUnit(step, a, name, { now: costIn([d], name), before: costIn(old?.decisions ?? [], name) });
    }
  }
}

function* costOfUnit(
  { book, remedies }: Step,
  a: AfterSale,
  name: string,
  { now, before }: { readonly now: number; readonly before: number },
): Generator<Finding> {
  if (before > 0) return;
  const line = book.order.lines.find(({ lineNo }) => name.startsWith(`${lineNo}.`));
  const isHere = a.goods === 'none' && line?.shippedAt === undefined && line?.deliveredAt === undefined;
  const isBack = a.goods === 'merchant' && remedies.isSound(a, name);
  const all = [...book.afterSales.values()].reduce((sum, other) => sum + costIn(other.decisions, name), 0);
  if (isHere || isBack ? all !== line?.unitCost : now !== 0) {
    const where = isHere ? 'never left' : isBack ? 'is back' : 'is neither back nor here';
    yield found(1, 'costFound', `unit ${name} of after-sale ${a.refundId} ${where}, and ${now} of ${line?.unitCost} is counted for it`);
  }
}

function costIn(decisions: readonly Decision[], name: string): number {
  const [lineNo, unit] = placeOf(name);
  const offsets = decisions.flatMap((d) => (d.state === 'paid' ? d.offsets : []));
  return offsets.reduce((sum, o) => (o.lineNo === lineNo && o.from <= unit && unit <= o.to ? sum + o.cost : sum), 0);
}
