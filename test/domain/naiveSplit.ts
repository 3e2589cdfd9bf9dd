import type { Order } from '../../src/domain/order.js';

/**
 * The split of a small order with every unit by itself, in fractions of bigint, written from the
 * meaning of the words alone. It shares no code with the engine.
 */
interface Unit {
  lineNo: number;
  unit: number;
  list: number;
  left: number;
  discounts: { promotionId: string; amount: number; platformPart: number }[];
  tax: number;
  commission: number;
}

const total = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);

const halfUp = (value: number, part: number, whole: number): number =>
  Number((2n * BigInt(value) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)));

/** Largest remainder: one at a time to the largest fraction left, the earliest of equals. */
function share(amount: number, weights: readonly number[]): number[] {
  const whole = BigInt(total(weights));
  if (amount === 0 || whole === 0n) return weights.map(() => 0);
  const shares = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / whole));
  const fractions = weights.map((weight) => (BigInt(amount) * BigInt(weight)) % whole);
  for (let left = amount - total(shares); left > 0; left -= 1) {
    const largest = fractions.reduce((best, fraction, i) => (fraction > (fractions[best] ?? -1n) ? i : best), 0);
    shares[largest] = (shares[largest] ?? 0) + 1;
    fractions[largest] = -1n;
  }
  return shares;
}

function discount(units: readonly Unit[], order: Order): void {
  for (const promotion of order.promotions) {
    const scope = order.lines.filter(({ lineNo }) => promotion.lines.includes(lineNo));
    const perLine = scope.map(({ lineNo }) => units.filter((unit) => unit.lineNo === lineNo));
    const lineShares = share(
      promotion.amount,
      perLine.map((of) => total(of.map(({ left }) => left))),
    );
    const given: { unit: Unit; amount: number }[] = [];
    for (const [i, of] of perLine.entries()) {
      const shares = share(
        lineShares[i] ?? 0,
        of.map(({ left }) => left),
      );
      given.push(...of.map((unit, u) => ({ unit, amount: shares[u] ?? 0 })));
    }
    const platform = share(
      halfUp(promotion.amount, promotion.bearers.platform, 10_000),
      given.map(({ amount }) => amount),
    );
    for (const [i, { unit, amount }] of given.entries()) {
      if (amount === 0) continue;
      unit.left -= amount;
      unit.discounts.push({ promotionId: promotion.id, amount, platformPart: platform[i] ?? 0 });
    }
  }
}

function charge(units: readonly Unit[], order: Order): void {
  for (const line of order.lines) {
    const of = units.filter(({ lineNo }) => lineNo === line.lineNo);
    const left = of.map((unit) => unit.left);
    const whole = order.taxMode === 'inclusive' ? 1_000_000 + line.taxRate : 1_000_000;
    const tax = line.taxAmount ?? halfUp(total(left), line.taxRate, whole);
    const taxes = share(tax, total(left) === 0 ? left.map(() => 1) : left);
    for (const [i, unit] of of.entries()) unit.tax = taxes[i] ?? 0;
    const paid = of.map((unit) => unit.left + (order.taxMode === 'inclusive' ? 0 : unit.tax));
    const commissions = share(halfUp(total(paid), line.commissionRate, 1_000_000), paid);
    for (const [i, unit] of of.entries()) unit.commission = commissions[i] ?? 0;
  }
}

/** The records of an order's units in the engine's form, one per unit. */
export function splitUnitByUnit(order: Order) {
  const units: Unit[] = order.lines.flatMap(({ lineNo, unitPrice, quantity }) =>
    Array.from({ length: quantity }, (_, i) => ({
      lineNo,
      unit: i + 1,
      list: unitPrice,
      left: unitPrice,
      discounts: [],
      tax: 0,
      commission: 0,
    })),
  );
  discount(units, order);
  charge(units, order);
  return units.map(({ left, tax, ...unit }) => ({
    ...unit,
    cost: { net: order.taxMode === 'inclusive' ? left - tax : left, tax },
    platformPart: total(unit.discounts.map(({ platformPart }) => platformPart)),
  }));
}
