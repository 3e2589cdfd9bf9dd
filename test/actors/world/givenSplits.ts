import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { lineNo } from '../../../src/domain/ids.js';
import { minor } from '../../../src/domain/money.js';
import type { GivenSplitRecord, Order, TaxMode } from '../../../src/domain/order.js';
import { orderOf } from '../../domain/orders.js';
import { paidBy } from './randomOrders.js';

/** Orders with split records of the platform's own, as odd as they may be. */

interface Line {
  readonly price: number;
  readonly quantity: number;
}

interface Given {
  readonly lines: readonly Line[];
  readonly promotions: readonly { readonly scope: readonly number[]; readonly percent: number; readonly platform: number }[];
  readonly freight: number;
  readonly taxMode: TaxMode;
  readonly alike: boolean;
  readonly taxGiven: boolean;
  readonly unitCost: number;
  /** chooses among what is possible for one unit after the other */
  readonly numbers: readonly number[];
}

interface Unit {
  readonly lineNo: number;
  readonly unit: number;
  readonly list: number;
  readonly discounts: { promotionId: string; amount: number; platformPart: number }[];
  tax: number;
  commission: number;
}

const halfUp = (amount: number, of: number, whole: number): number => Math.floor((2 * amount * of + whole) / (2 * whole));

/** The units of an order with whatever discounts, taxes and commissions the numbers say. */
function unitsOf({ lines, promotions, taxMode, alike, numbers }: Given): Unit[] {
  let at = 0;
  const next = (most: number): number => {
    at += 1;
    return (numbers[at % numbers.length] ?? 0) % (most + 1);
  };
  const units = lines.flatMap(({ price, quantity }, i) =>
    Array.from({ length: quantity }, (_, j): Unit => ({ lineNo: i + 1, unit: j + 1, list: price, discounts: [], tax: 0, commission: 0 })),
  );
  for (const unit of units) {
    const like = alike && unit.unit > 1 ? units.find((other) => other.lineNo === unit.lineNo) : undefined;
    let left = unit.list;
    for (const [no, { scope, percent }] of promotions.entries()) {
      if (!scope.some((i) => (i % lines.length) + 1 === unit.lineNo)) continue;
      const id = `promotion-${no + 1}`;
      const amount = like?.discounts.find(({ promotionId }) => promotionId === id)?.amount ?? (percent > 90 ? left : next(left));
      left -= amount;
      unit.discounts.push({ promotionId: id, amount, platformPart: 0 });
    }
    const most = taxMode === 'inclusive' ? left : unit.list;
    const tax = [0, most, next(most), Math.min(most, 1)][next(3)] ?? 0;
    const commission = [0, 1, unit.list * 2 + 3, next(unit.list)][next(3)] ?? 0;
    unit.tax = like?.tax ?? tax;
    unit.commission = like?.commission ?? commission;
  }
  return units;
}

/** The platform's part of every promotion, laid upon its units from the first or from the last. */
function bearPromotions({ promotions }: Given, units: readonly Unit[]): number[] {
  return promotions.map(({ platform }, no) => {
    const shares = units.flatMap(({ discounts }) => discounts.filter(({ promotionId }) => promotionId === `promotion-${no + 1}`));
    const amount = shares.reduce((all, share) => all + share.amount, 0);
    let part = halfUp(amount, platform, 10_000);
    for (const share of platform % 2 === 0 ? shares : shares.toReversed()) {
      share.platformPart = Math.min(part, share.amount);
      part -= share.platformPart;
    }
    return amount;
  });
}

function recordsOf(units: readonly Unit[], taxMode: TaxMode): GivenSplitRecord[] {
  const records: GivenSplitRecord[] = [];
  for (const { lineNo: line, unit, list, discounts, tax, commission } of units) {
    const paid = discounts.reduce((left, { amount }) => left - amount, list);
    const cost = {
      lineNo: lineNo(line),
      net: minor(taxMode === 'inclusive' ? paid - tax : paid),
      tax: minor(tax),
      discounts: discounts.map((share) => ({ ...share, amount: minor(share.amount), platformPart: minor(share.platformPart) })),
      commission: minor(commission),
    };
    const last = records.at(-1);
    const joined = last === undefined ? undefined : { ...cost, fromUnit: last.fromUnit, toUnit: unit };
    const same = last !== undefined && joined !== undefined && isDeepStrictEqual({ ...last, toUnit: unit }, joined);
    if (same) records[records.length - 1] = joined;
    else records.push({ ...cost, fromUnit: unit, toUnit: unit });
  }
  return records;
}

function orderGiven(given: Given): Order {
  const { lines, promotions, freight, taxMode, taxGiven, unitCost } = given;
  const units = unitsOf(given);
  const amounts = bearPromotions(given, units);
  const records = recordsOf(units, taxMode);
  const taxOf = (line: number) => units.filter((unit) => unit.lineNo === line).reduce((all, { tax }) => all + tax, 0);
  const paid =
    records.reduce((all, { net, tax, fromUnit, toUnit }) => all + (net + tax) * (toUnit - fromUnit + 1), 0) +
    (taxMode === 'inclusive' ? freight : freight + Math.floor(freight / 9));
  const order = orderOf({
    lines: lines.map(({ price, quantity }, i) => ({
      unitPrice: price,
      quantity,
      unitCost,
      ...(taxGiven ? { taxAmount: taxOf(i + 1) } : {}),
    })),
    promotions: promotions.map(({ scope, platform }, no) => ({
      amount: amounts[no] ?? 0,
      lines: [...new Set(scope.map((i) => (i % lines.length) + 1))].sort((a, b) => a - b),
      platform,
    })),
    freight: { charged: freight, tax: Math.floor(freight / 9) },
    taxMode,
    paid,
  });
  return { ...order, splitRecords: records };
}

const anyGiven: fc.Arbitrary<Given> = fc.record({
  lines: fc.array(
    fc.record({
      price: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 3000 })),
      quantity: fc.integer({ min: 1, max: 5 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  promotions: fc.array(
    fc.record({
      scope: fc.array(fc.nat(2), { minLength: 1, maxLength: 3 }),
      percent: fc.nat(100),
      platform: fc.constantFrom(0, 1, 3_333, 5_000, 10_000),
    }),
    { maxLength: 3 },
  ),
  freight: fc.constantFrom(0, 1, 700),
  taxMode: fc.constantFrom<TaxMode>('inclusive', 'exclusive'),
  alike: fc.boolean(),
  taxGiven: fc.boolean(),
  unitCost: fc.nat(500),
  numbers: fc.array(fc.nat(9999), { minLength: 61, maxLength: 61 }),
});

/** Orders of which the platform says itself what each unit cost, paid by one tender. */
export const anyGivenOrder: fc.Arbitrary<Order> = anyGiven.map(orderGiven);

/** The same, paid by several tenders. */
export const anyGivenOrderPaid: fc.Arbitrary<Order> = fc
  .record({ order: anyGivenOrder, points: fc.nat(4), coupon: fc.nat(3) })
  .map(({ order, points, coupon }) =>
    paidBy(
      order,
      [
        { kind: 'card', weight: 3 },
        { kind: 'points', weight: points },
        { kind: 'coupon', weight: coupon },
      ],
      7,
    ),
  );

/** One record after another with something else in it, and by how much it then differs. */
export function changedBy(
  order: Order,
  record: number,
  by: number,
): readonly (readonly [what: string, order: Order, difference: number])[] {
  const records = order.splitRecords ?? [];
  const at = record % records.length;
  const given = records[at];
  if (given === undefined) return [];
  const count = given.toUnit - given.fromUnit + 1;
  const other = (change: Partial<GivenSplitRecord>): Order => ({ ...order, splitRecords: records.with(at, { ...given, ...change }) });
  const [discount, ...discounts] = given.discounts;
  const line = order.lines.find((candidate) => candidate.lineNo === given.lineNo);
  const inclusive = order.taxMode === 'inclusive';
  return [
    ['net', other({ net: minor(given.net + by) }), by],
    ...(inclusive ? ([['tax', other({ tax: minor(given.tax + by) }), by]] as const) : []),
    ...(line?.taxAmount !== undefined && inclusive && given.net >= by
      ? ([['tax of the line', other({ net: minor(given.net - by), tax: minor(given.tax + by) }), by * count]] as const)
      : []),
    ...(line?.taxAmount !== undefined && !inclusive
      ? ([['tax of the line', other({ tax: minor(given.tax + by) }), by * count]] as const)
      : []),
    ...(discount !== undefined && given.net >= by
      ? ([
          [
            'discount',
            other({ net: minor(given.net - by), discounts: [{ ...discount, amount: minor(discount.amount + by) }, ...discounts] }),
            by * count,
          ],
        ] as const)
      : []),
    ...(discount !== undefined && discount.platformPart + by <= discount.amount
      ? ([
          [
            "platform's part",
            other({ discounts: [{ ...discount, platformPart: minor(discount.platformPart + by) }, ...discounts] }),
            by * count,
          ],
        ] as const)
      : []),
  ];
}
