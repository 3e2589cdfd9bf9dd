import type { LineNo } from './ids.js';
import type { Freight, Order, OrderLine, Promotion, TaxMode, Tender } from './order.js';
import { type Json, type Refusal, refuse } from './refusals.js';

/**
 * What must hold of an order before it is split. Refuses with `request.invalid` what is named twice or
 * contradicts itself (line numbers, promotion and tender ids, bearers, points) and an order beyond 2^53
 * minor units; with `order.lineNotFound` a promotion over an unknown line; with `order.unbalanced`
 * freight that is discounted below 0 or holds more tax than was paid for it.
 */
export function checkOrder(order: Order): Refusal | undefined {
  return (
    checkLines(order.lines) ??
    checkPromotions(order.promotions, order.lines) ??
    checkFreight(order.freight, order.taxMode) ??
    checkTenders(order.tenders) ??
    checkValue(order)
  );
}

/** The refusal of tax that is said to be contained in less than itself. */
export const taxTooMuch = (what: string, tax: number, paid: number, facts: { readonly [key: string]: Json }): Refusal =>
  refuse('order.unbalanced', `${what} holds ${tax} of tax in an amount of ${paid}: ${tax - paid} too much.`, {
    facts: { ...facts, difference: tax - paid },
  });

const invalid = (path: string, detail: string): Refusal => refuse('request.invalid', detail, { path });

function checkLines(lines: readonly OrderLine[]): Refusal | undefined {
  if (lines.length === 0) return invalid('lines', 'An order has at least one line.');
  let before = 0;
  for (const { lineNo, quantity } of lines) {
    if (lineNo === before) return invalid('lines', `Line number ${lineNo} stands twice.`);
    if (lineNo < before) return invalid('lines', 'Lines stand in the order of their numbers, from 1.');
    if (quantity < 1) return invalid('lines', `Line ${lineNo} has no units.`);
    before = lineNo;
  }
  return undefined;
}

function checkPromotions(promotions: readonly Promotion[], lines: readonly OrderLine[]): Refusal | undefined {
  if (promotions.length === 0) return undefined;
  const known = new Set<LineNo>(lines.map(({ lineNo }) => lineNo));
  const ids = new Set<string>();
  for (const [index, { id, lines: scope, bearers }] of promotions.entries()) {
    const path = `promotions[${index}]`;
    if (ids.has(id)) return invalid(`${path}.id`, `Promotion id ${id} stands twice.`);
    ids.add(id);
    const unknown = scope.find((lineNo) => !known.has(lineNo));
    if (unknown !== undefined) {
      const detail = `Promotion ${id} names line ${unknown}, which the order does not have.`;
      return refuse('order.lineNotFound', detail, { path: `${path}.lines`, facts: { promotionId: id, lineNo: unknown } });
    }
    if (new Set(scope).size !== scope.length) return invalid(`${path}.lines`, `Promotion ${id} names a line twice.`);
    if (bearers.merchant + bearers.platform !== 10_000) {
      return invalid(`${path}.bearers`, 'The basis points of merchant and platform add up to 10000.');
    }
  }
  return undefined;
}

function checkFreight({ charged, discounted, tax }: Freight, taxMode: TaxMode): Refusal | undefined {
  const paid = charged - discounted;
  if (paid < 0) {
    const detail = `Freight of ${charged} is discounted by ${discounted}: ${-paid} too much.`;
    return refuse('order.unbalanced', detail, { path: 'freight.discounted', facts: { difference: -paid } });
  }
  if (taxMode === 'inclusive' && tax > paid) return { ...taxTooMuch('Freight', tax, paid, {}), path: 'freight.tax' };
  return undefined;
}

/** So begin the ids of differences that are paid for exchanges later (EXAMPLES 12). */
export const LATER = 'later:';

function checkTenders(tenders: readonly Tender[]): Refusal | undefined {
  const ids = new Set<string>();
  for (const [index, { id, kind, points }] of tenders.entries()) {
    if (ids.has(id)) return invalid(`tenders[${index}].id`, `Tender id ${id} stands twice.`);
    ids.add(id);
    if (id.startsWith(LATER)) return invalid(`tenders[${index}].id`, `Tender ids that begin with ${LATER} are given by Redress.`);
    if ((kind === 'points') !== (points !== undefined)) {
      return invalid(`tenders[${index}].points`, 'A tender of points, and no other, says how many points were used.');
    }
  }
  return undefined;
}

/** Sums over an order must stay exact: neither what it is worth, nor what it cost the merchant, nor its tenders may pass 2^53. */
function checkValue(order: Order): Refusal | undefined {
  let worth = order.freight.charged + order.freight.tax;
  let unitCosts = 0;
  for (const line of order.lines) {
    const listed = line.unitPrice * line.quantity;
    const onTop = order.taxMode === 'exclusive' ? Math.ceil((listed * line.taxRate) / 1_000_000) : 0;
    worth += listed + (line.taxAmount ?? onTop);
    unitCosts += line.unitCost * line.quantity;
  }
  const paid = order.tenders.reduce((total, { amount }) => total + amount, 0);
  if (Math.max(worth, unitCosts, paid) <= Number.MAX_SAFE_INTEGER) return undefined;
  return refuse('request.invalid', 'The amounts of the order pass 2^53 minor units.');
}
