import type { Basket, Cost, Priced, SoldLine, TaxMode } from './sold.js';

/**
 * What every unit of an order cost, reckoned from the order alone and with none of the service's own code, so that
 * a cent that the service misplaces does not misplace itself here too.
 */

const PPM = 1_000_000n;

/** A fraction of whole numbers, to the nearest whole number; a half goes up. */
const halfUp = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator);

const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

/**
 * Shares an amount by weight: each gets the floor of its exact share, and what is left goes one by one to the
 * largest fractions, the earlier first where they are alike. Where nothing weighs anything all are alike.
 */
export function shares(amount: bigint, weights: readonly bigint[]): bigint[] {
  const all = sumOf(weights);
  if (all === 0n && amount > 0n) {
    return shares(
      amount,
      weights.map(() => 1n),
    );
  }
  if (amount === 0n) return weights.map(() => 0n);
  const given = weights.map((weight) => (amount * weight) / all);
  const byFraction = weights
    .map((weight, index) => ({ index, fraction: (amount * weight) % all }))
    .sort((a, b) => (a.fraction === b.fraction ? a.index - b.index : a.fraction > b.fraction ? -1 : 1));
  const rest = Number(amount - sumOf(given));
  for (const { index } of byFraction.slice(0, rest)) given[index] = (given[index] ?? 0n) + 1n;
  return given;
}

/** What the line was charged in tax: what the platform says, otherwise once for the line, half up, after discounts. */
function taxOf(line: SoldLine, cost: bigint, mode: TaxMode): bigint {
  if (line.taxAmount !== undefined) return BigInt(line.taxAmount);
  const rate = BigInt(line.taxRate);
  return mode === 'inclusive' ? halfUp(cost * rate, PPM + rate) : halfUp(cost * rate, PPM);
}

/** Net and tax of each unit, of the freight, and of everything. */
export function priced(basket: Basket): Priced {
  const { lines, promotions, taxMode, freight } = basket;
  const left = lines.map((line) => Array.from({ length: line.quantity }, () => BigInt(line.unitPrice)));
  for (const { lines: scope, amount } of promotions) {
    const inScope = lines.flatMap(({ lineNo }, index) => (scope.includes(lineNo) ? [index] : []));
    const ofLines = shares(
      BigInt(amount),
      inScope.map((index) => sumOf(left[index] ?? [])),
    );
    inScope.forEach((index, position) => {
      const units = left[index] ?? [];
      const off = shares(ofLines[position] ?? 0n, units);
      left[index] = units.map((unit, number) => unit - (off[number] ?? 0n));
    });
  }
  const units = lines.map((line, index): Cost[] => {
    const costs = left[index] ?? [];
    const taxes = shares(taxOf(line, sumOf(costs), taxMode), costs);
    return costs.map((cost, number) => {
      const tax = taxes[number] ?? 0n;
      return { net: Number(taxMode === 'inclusive' ? cost - tax : cost), tax: Number(tax) };
    });
  });
  const carried = freight.charged - freight.discounted;
  const freightCost = { net: taxMode === 'inclusive' ? carried - freight.tax : carried, tax: freight.tax };
  const total = [...units.flat(), freightCost].reduce((sum, { net, tax }) => sum + net + tax, 0);
  return { units, freight: freightCost, total };
}
