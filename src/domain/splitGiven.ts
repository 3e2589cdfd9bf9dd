import { money, sum } from './money.js';
import type { GivenSplitRecord, Order, OrderLine, SplitRun } from './order.js';
import { platformPartOf } from './promotionParts.js';
import { type Json, type Refusal, refuse } from './refusals.js';
import { joinRuns } from './splitRuns.js';

/** A record with its place in what the platform sent, for the path of a refusal. */
interface Placed {
  readonly record: GivenSplitRecord;
  readonly path: string;
}

/**
 * A platform's own split records as runs. They must name every unit of the order once, each unit must cost
 * its list price less its discounts (with tax on top where that is exclusive), the discounts and the
 * platform's parts of each promotion must add up to it, and the tax of a line to the tax given for it.
 * Commission may be any, by unit. Refuses with `split.unbalanced`, naming the difference and where it is,
 * and with `order.lineNotFound`.
 */
export function runsAsGiven(order: Order, records: readonly GivenSplitRecord[]): SplitRun[] | Refusal {
  const placed = records
    .map((record, index) => ({ record, path: `splitRecords[${index}]` }))
    .sort((a, b) => a.record.lineNo - b.record.lineNo || a.record.fromUnit - b.record.fromUnit);
  const lines = new Map(order.lines.map((line) => [line.lineNo, line]));
  const scopes = new Map(order.promotions.map((promotion) => [promotion.id, new Set(promotion.lines)]));
  const runs: SplitRun[] = [];
  for (const { record, path } of placed) {
    const line = lines.get(record.lineNo);
    if (line === undefined) {
      const detail = `A split record names line ${record.lineNo}, which the order does not have.`;
      return refuse('order.lineNotFound', detail, { path: `${path}.lineNo`, facts: { lineNo: record.lineNo } });
    }
    const fault = checkUnit(order, line, { record, path }) ?? checkDiscounts(scopes, { record, path });
    if (fault !== undefined) return fault;
    runs.push(runOf(line, record));
  }
  return checkCover(order.lines, placed) ?? checkPromotions(order, runs) ?? checkSums(order, runs) ?? joinRuns(runs);
}

const unbalanced = (detail: string, path: string, facts: { readonly [key: string]: Json }): Refusal =>
  refuse('split.unbalanced', detail, { path, facts });

const discountsOf = ({ discounts }: GivenSplitRecord): number => discounts.reduce((total, { amount }) => total + amount, 0);

function runOf(line: OrderLine, record: GivenSplitRecord): SplitRun {
  return {
    lineNo: record.lineNo,
    from: record.fromUnit,
    to: record.toUnit,
    list: line.unitPrice,
    discounts: record.discounts.filter(({ amount }) => amount > 0),
    cost: money(record.net, record.tax),
    commission: record.commission,
    platformPart: sum(record.discounts, ({ platformPart }) => platformPart),
  };
}

function checkUnit(order: Order, line: OrderLine, { record, path }: Placed): Refusal | undefined {
  if (record.net < 0 || record.tax < 0 || record.commission < 0) {
    return unbalanced('No part of a split record is below 0.', path, { lineNo: line.lineNo, fromUnit: record.fromUnit });
  }
  const paid = order.taxMode === 'inclusive' ? record.net + record.tax : record.net;
  const difference = paid - (line.unitPrice - discountsOf(record));
  if (difference === 0) return undefined;
  const detail = `Unit ${record.fromUnit} of line ${line.lineNo} differs by ${difference} from its list price less its discounts.`;
  return unbalanced(detail, path, { lineNo: line.lineNo, fromUnit: record.fromUnit, difference });
}

function checkDiscounts(scopes: ReadonlyMap<string, ReadonlySet<number>>, { record, path }: Placed): Refusal | undefined {
  const seen = new Set<string>();
  for (const [index, { promotionId, amount, platformPart }] of record.discounts.entries()) {
    const place = `${path}.discounts[${index}]`;
    const facts = { lineNo: record.lineNo, fromUnit: record.fromUnit, promotionId };
    if (scopes.get(promotionId)?.has(record.lineNo) !== true) {
      return unbalanced(`Promotion ${promotionId} does not reach line ${record.lineNo}.`, place, { ...facts, difference: amount });
    }
    if (seen.has(promotionId)) return unbalanced(`Promotion ${promotionId} stands twice in a record.`, place, facts);
    seen.add(promotionId);
    if (amount < 0 || platformPart < 0 || platformPart > amount) {
      return unbalanced(`The platform's part of a discount lies between 0 and the discount.`, place, facts);
    }
  }
  return undefined;
}

/** Every unit of every line is named by exactly one record. */
function checkCover(lines: readonly OrderLine[], sorted: readonly Placed[]): Refusal | undefined {
  const next = new Map<number, number>(lines.map(({ lineNo }) => [lineNo, 1]));
  for (const { record, path } of sorted) {
    const unit = next.get(record.lineNo) ?? 1;
    if (record.fromUnit !== unit || record.toUnit < record.fromUnit) {
      const detail = `The records of line ${record.lineNo} go on with unit ${unit}, this one names ${record.fromUnit} to ${record.toUnit}.`;
      return unbalanced(detail, path, { lineNo: record.lineNo, unit, difference: record.fromUnit - unit });
    }
    next.set(record.lineNo, record.toUnit + 1);
  }
  for (const { lineNo, quantity } of lines) {
    const named = (next.get(lineNo) ?? 1) - 1;
    if (named === quantity) continue;
    const detail = `The records name ${named} units of line ${lineNo}, which has ${quantity}.`;
    return unbalanced(detail, 'splitRecords', { lineNo, difference: named - quantity });
  }
  return undefined;
}

function checkPromotions(order: Order, runs: readonly SplitRun[]): Refusal | undefined {
  const given = new Map<string, { amount: number; platformPart: number }>();
  for (const { discounts, from, to } of runs) {
    for (const { promotionId, amount, platformPart } of discounts) {
      const before = given.get(promotionId) ?? { amount: 0, platformPart: 0 };
      const count = to - from + 1;
      given.set(promotionId, { amount: before.amount + amount * count, platformPart: before.platformPart + platformPart * count });
    }
  }
  for (const promotion of order.promotions) {
    const { amount, platformPart } = given.get(promotion.id) ?? { amount: 0, platformPart: 0 };
    const facts = { promotionId: promotion.id };
    if (amount !== promotion.amount) {
      const difference = amount - promotion.amount;
      return unbalanced(`The discounts of promotion ${promotion.id} differ from it by ${difference}.`, 'splitRecords', {
        ...facts,
        difference,
      });
    }
    const difference = platformPart - platformPartOf(promotion);
    if (difference !== 0) {
      const detail = `The platform's parts of promotion ${promotion.id} differ by ${difference} from what it bears.`;
      return unbalanced(detail, 'splitRecords', { ...facts, difference });
    }
  }
  return undefined;
}

/** The tax of each line is the tax given for it, and no sum passes 2^53. */
function checkSums({ lines, freight }: Order, runs: readonly SplitRun[]): Refusal | undefined {
  const taxes = new Map<number, number>();
  let worth = freight.charged + freight.tax;
  let commission = 0;
  for (const run of runs) {
    const count = run.to - run.from + 1;
    taxes.set(run.lineNo, (taxes.get(run.lineNo) ?? 0) + run.cost.tax * count);
    worth += (run.cost.net + run.cost.tax) * count;
    commission += run.commission * count;
  }
  if (Math.max(worth, commission) > Number.MAX_SAFE_INTEGER) {
    return refuse('request.invalid', 'The amounts of the split records pass 2^53 minor units.', { path: 'splitRecords' });
  }
  for (const { lineNo, taxAmount } of lines) {
    const difference = (taxes.get(lineNo) ?? 0) - (taxAmount ?? taxes.get(lineNo) ?? 0);
    if (difference === 0) continue;
    return unbalanced(`The tax of line ${lineNo} differs from its tax amount by ${difference}.`, 'splitRecords', { lineNo, difference });
  }
  return undefined;
}
