import type { Order, OrderLine } from '../../domain/order.js';
import { type Amount, halfUp, largestRemainder } from './numbers.js';

/** What each unit of an order cost, reckoned anew from EXAMPLES 1, 2, 3 and 10. */

export interface UnitPrice extends Amount {
  readonly commission: number;
  readonly platformPart: number;
}

interface Working {
  readonly line: OrderLine;
  /** what each unit still costs, in the order of the units */
  readonly left: number[];
  readonly platform: number[];
}

const MILLION = 1_000_000;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** The units of each line, in their order. */
export function pricesOf(order: Order): Map<number, UnitPrice[]> {
  if (order.splitRecords !== undefined) return given(order);
  const lines = order.lines.map(
    (line): Working => ({ line, left: Array(line.quantity).fill(line.unitPrice), platform: Array(line.quantity).fill(0) }),
  );
  for (const promotion of order.promotions) discount(lines, promotion);
  const inclusive = order.taxMode === 'inclusive';
  return new Map(
    lines.map(({ line, left, platform }) => {
      const whole = inclusive ? MILLION + line.taxRate : MILLION;
      const tax = largestRemainder(line.taxAmount ?? halfUp(total(left), line.taxRate, whole), left, true);
      const paid = left.map((cost, i) => (inclusive ? cost : cost + (tax[i] ?? 0)));
      const commission = largestRemainder(halfUp(total(paid), line.commissionRate, MILLION), paid);
      const units = paid.map((cost, i) => {
        const ofTax = tax[i] ?? 0;
        return { net: cost - ofTax, tax: ofTax, commission: commission[i] ?? 0, platformPart: platform[i] ?? 0 };
      });
      return [line.lineNo, units];
    }),
  );
}

function discount(lines: readonly Working[], promotion: Order['promotions'][number]): void {
  const scope = lines.filter(({ line }) => promotion.lines.includes(line.lineNo));
  const ofLines = largestRemainder(
    promotion.amount,
    scope.map(({ left }) => total(left)),
  );
  const shares = scope.map(({ left }, i) => largestRemainder(ofLines[i] ?? 0, left));
  const platform = largestRemainder(halfUp(promotion.amount, promotion.bearers.platform, 10_000), shares.flat());
  let at = 0;
  scope.forEach((working, i) => {
    shares[i]?.forEach((share, unit) => {
      working.left[unit] = (working.left[unit] ?? 0) - share;
      working.platform[unit] = (working.platform[unit] ?? 0) + (platform[at] ?? 0);
      at += 1;
    });
  });
}

/** The platform's own records count as they are. */
function given(order: Order): Map<number, UnitPrice[]> {
  const prices = new Map<number, UnitPrice[]>(order.lines.map(({ lineNo, quantity }) => [lineNo, Array(quantity)]));
  for (const record of order.splitRecords ?? []) {
    const platformPart = total(record.discounts.map((share) => share.platformPart));
    const unit = { net: record.net, tax: record.tax, commission: record.commission, platformPart };
    prices.get(record.lineNo)?.fill(unit, record.fromUnit - 1, record.toUnit);
  }
  return prices;
}

/** What the freight cost, net and tax. */
export function freightOf({ freight, taxMode }: Order): Amount {
  const paid = freight.charged - freight.discounted;
  return taxMode === 'inclusive' ? { net: paid - freight.tax, tax: freight.tax } : { net: paid, tax: freight.tax };
}
