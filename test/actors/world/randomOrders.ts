import fc from 'fast-check';
import { tenderId } from '../../../src/domain/ids.js';
import { gross, minor } from '../../../src/domain/money.js';
import type { Order, Tender } from '../../../src/domain/order.js';
import { anyOrder, splitOf } from '../../domain/orders.js';

const KINDS = ['card', 'wallet', 'points', 'coupon', 'balance'] as const;

/** Pays an order with several tenders, each a share of what it costs; points count something else than money. */
export function paidBy(order: Order, parts: readonly { readonly kind: Tender['kind']; readonly weight: number }[], pointsRate = 10): Order {
  const total = gross(splitOf(order).total);
  const whole = parts.reduce((all, part) => all + part.weight, 0);
  let left = total;
  const tenders = parts.map((part, i): Tender => {
    const amount = i === parts.length - 1 || whole === 0 ? left : minor(Math.floor((total * part.weight) / whole));
    left = minor(left - amount);
    const points = part.kind === 'points' ? { points: Math.ceil(amount / pointsRate) } : {};
    return { id: tenderId(`${part.kind}-${i + 1}`), kind: part.kind, amount, ...points };
  });
  return { ...order, tenders: tenders.filter((tender, i) => tender.amount > 0 || i === 0) };
}

/** Small orders of every shape, with several tenders and some goods by weight. */
export const anyPaidOrder: fc.Arbitrary<Order> = fc
  .record({
    order: anyOrder,
    parts: fc.array(fc.record({ kind: fc.constantFrom(...KINDS), weight: fc.integer({ min: 0, max: 5 }) }), { minLength: 1, maxLength: 4 }),
    pointsRate: fc.constantFrom(1, 7, 10, 100),
    weights: fc.array(fc.constantFrom(0, 300, 500), { minLength: 5, maxLength: 5 }),
    unitCost: fc.integer({ min: 0, max: 900 }),
  })
  .filter(({ order }) => order.lines.reduce((all, line) => all + line.quantity, 0) <= 8)
  .map(({ order, parts, pointsRate, weights, unitCost }) => {
    const lines = order.lines.map((line, i) => {
      const grams = weights[i] ?? 0;
      return { ...line, unitCost: minor(unitCost), ...(grams === 0 ? {} : { weightGrams: grams }) };
    });
    return paidBy({ ...order, lines }, parts, pointsRate);
  });
