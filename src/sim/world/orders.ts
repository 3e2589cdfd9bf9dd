import { type BookKey, type Instant, instant, lineNo, orderNo, shopId, tenderId } from '../../domain/ids.js';
import { minor } from '../../domain/money.js';
import type { Currency, Order, OrderLine, Promotion, Tender } from '../../domain/order.js';
import { isRefusal } from '../../domain/refusals.js';
import { splitOrder } from '../../domain/split.js';
import type { Random } from '../random.js';

const CURRENCIES: readonly (readonly [Currency, number])[] = [
  [{ code: 'CNY', exponent: 2 }, 4],
  [{ code: 'USD', exponent: 2 }, 2],
  [{ code: 'JPY', exponent: 0 }, 2],
  [{ code: 'KWD', exponent: 3 }, 2],
];
const TAX_RATES = [0, 0, 130_000, 82_500, 60_000] as const;
const CATEGORIES = ['general', 'general', 'fresh', 'electronics'] as const;
const DAY_MS = 86_400_000;

/** A shop with its platform. */
export interface Shop {
  readonly id: string;
  readonly platform: string;
}

/** An order of an odd kind: bundles, weight, odd cents, several tenders, 0 or 3 decimals, long lines, gifts, own split records. */
export function drawOrder(random: Random, number: number, shop: Shop, now: Instant): Order {
  for (;;) {
    const bare = drawBare(random, number, shop, now);
    const balanced = withTenders(random, bare);
    if (balanced === undefined) continue;
    return random.chance(1, 8) ? withOwnRecords(balanced) : balanced;
  }
}

function drawBare(random: Random, number: number, shop: Shop, now: Instant): Order {
  const key: BookKey = { shopId: shopId(shop.id), orderNo: orderNo(`E-${number}`) };
  const currency = random.weighted(CURRENCIES);
  const lines = drawLines(random, now, random.weighted([[1, 3] as const, [2, 3] as const, [3, 2] as const, [5, 1] as const]));
  const inclusive = random.chance(2, 3);
  const charged = random.chance(1, 2) ? random.between(1, 2_000) : 0;
  const discounted = random.chance(1, 4) ? random.below(charged + 1) : 0;
  return {
    ...key,
    platform: shop.platform,
    buyerUid: `buyer-${random.below(3)}`,
    currency,
    placedAt: instant(now - 3 * DAY_MS),
    paidAt: instant(now - 3 * DAY_MS + 60_000),
    flags: random.chance(1, 20) ? ['trial'] : [],
    lines,
    promotions: drawPromotions(random, lines),
    freight: {
      charged: minor(charged),
      discounted: minor(discounted),
      tax: minor(random.chance(1, 2) ? Math.floor((charged - discounted) / 8) : 0),
    },
    taxMode: inclusive ? 'inclusive' : 'exclusive',
    tenders: [],
  };
}

function drawLines(random: Random, now: Instant, count: number): OrderLine[] {
  const category = random.pick(CATEGORIES);
  const mixed = random.chance(1, 6);
  const bundle = random.chance(1, 3);
  const together = random.chance(3, 4);
  const facts = drawFacts(random, now);
  return Array.from({ length: count }, (_, i): OrderLine => {
    const quantity = random.weighted([
      [1, 3] as const,
      [2, 3] as const,
      [3, 3] as const,
      [7, 1] as const,
      [random.between(30, 120), 1] as const,
    ]);
    const byWeight = random.chance(1, 5);
    const price = random.chance(1, 25) ? 0 : random.spread(quantity > 20 ? 5 : 50, 20_000);
    return {
      lineNo: lineNo(i + 1),
      sku: bundle ? 'bundle' : `sku-${random.below(3)}`,
      productId: `p-${i}`,
      name: `Thing ${i + 1}`,
      category: mixed ? random.pick(CATEGORIES) : category,
      promotionType: bundle ? '1205' : 'none',
      unitPrice: minor(price),
      quantity,
      ...(byWeight ? { weightGrams: random.between(50, 2_000) } : {}),
      taxRate: random.pick(TAX_RATES),
      commissionRate: random.pick([0, 50_000, 33_333]),
      unitCost: minor(Math.floor(price / 2)),
      ...(together ? facts : drawFacts(random, now)),
    };
  });
}

function drawFacts(random: Random, now: Instant): Pick<OrderLine, 'shippedAt' | 'deliveredAt'> {
  const stage = random.weighted([['delivered', 6] as const, ['inTransit', 1] as const, ['notShipped', 2] as const]);
  if (stage === 'notShipped') return {};
  const shippedAt = instant(now - 2 * DAY_MS);
  return stage === 'inTransit' ? { shippedAt } : { shippedAt, deliveredAt: instant(now - DAY_MS) };
}

function drawPromotions(random: Random, lines: readonly OrderLine[]): Promotion[] {
  const count = random.weighted([[0, 3] as const, [1, 3] as const, [2, 2] as const]);
  return Array.from({ length: count }, (_, i): Promotion => {
    const scope = random.chance(1, 2) ? lines : lines.filter(() => random.chance(1, 2));
    const chosen = scope.length === 0 ? lines.slice(0, 1) : scope;
    const worth = chosen.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
    const platform = random.pick([0, 4_000, 5_000, 10_000]);
    return {
      id: `promotion-${i + 1}`,
      type: 'discount',
      lines: chosen.map((line) => line.lineNo),
      amount: minor(random.below(Math.floor(worth / 3) + 1)),
      bearers: { merchant: 10_000 - platform, platform },
    };
  });
}

/** Shares what the order costs between means of payment. Undefined where it cannot be an order at all. */
function withTenders(random: Random, order: Order): Order | undefined {
  const split = splitOrder(order);
  // With no tender the refusal says what is lacking; an order that costs nothing needs none.
  const cost = isRefusal(split) ? split.facts?.cost : 0;
  if (typeof cost !== 'number' || cost < 1) return undefined;
  const kinds = random.shuffled(['card', 'wallet', 'points', 'coupon', 'balance'] as const);
  const count = Math.min(cost, random.weighted([[1, 4] as const, [2, 3] as const, [3, 2] as const, [4, 1] as const]));
  let left = cost;
  const tenders = Array.from({ length: count }, (_, i): Tender => {
    const last = i === count - 1;
    const amount = last ? left : random.between(1, Math.max(1, left - (count - 1 - i)));
    left -= amount;
    const kind = count === 1 ? 'card' : (kinds[i] ?? 'card');
    const points = kind === 'points' ? { points: random.between(1, 500) } : {};
    return { id: tenderId(`${kind}-${i + 1}`), kind, amount: minor(amount), ...points };
  });
  if (tenders.some(({ amount }) => amount < 1)) return undefined;
  const whole: Order = { ...order, tenders };
  return isRefusal(splitOrder(whole)) ? undefined : whole;
}

/** The same order with the split records of its platform, which happen to be the right ones. */
function withOwnRecords(order: Order): Order {
  const split = splitOrder(order);
  if (isRefusal(split)) return order;
  const records = split.runs.map(({ lineNo: line, from, to, cost, discounts, commission }) => ({
    ...{ lineNo: line, fromUnit: from, toUnit: to, net: cost.net, tax: cost.tax, commission },
    discounts: discounts.map(({ promotionId, amount, platformPart }) => ({ promotionId, amount, platformPart })),
  }));
  const own: Order = { ...order, splitRecords: records };
  return isRefusal(splitOrder(own)) ? order : own;
}
