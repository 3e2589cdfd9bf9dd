#!/usr/bin/env node
import { pathToFileURL } from 'node:url';
/**
 * Writes any number of varied orders that add up, one JSON object a line:
 *
 *   node examples/generate.mjs --count 1000 --seed 7 > orders.ndjson
 *
 * The same seed gives the same orders. `--newest` is the time that no order is younger than
 * (RFC 3339; 2026-03-01T12:00:00Z where nothing else is said).
 */
import { parseArgs } from 'node:util';

/** @typedef {{ whole: (least: number, most: number) => number, of: <T>(items: readonly T[]) => T, chance: (percent: number) => boolean }} Draw */

/**
 * A small generator of random numbers (mulberry32), so that an order depends on seed and index alone.
 * @param {number} seed
 * @returns {Draw}
 */
function drawFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  /** @type {Draw['whole']} */
  const whole = (least, most) => least + (next() % (most - least + 1));
  return {
    whole,
    of: (items) => {
      const item = items[whole(0, items.length - 1)];
      if (item === undefined) throw new RangeError('nothing to draw from');
      return item;
    },
    chance: (percent) => whole(1, 100) <= percent,
  };
}

/** What is sold, with the least and most that a unit costs in units of the currency's smallest usual price. */
const GOODS = [
  { sku: 'milk', name: 'Whole milk 1 l', category: 'dairy', least: 90, most: 250 },
  { sku: 'salmon', name: 'Salmon fillet', category: 'fresh-food', least: 1200, most: 4500, weightGrams: 500 },
  { sku: 'apples', name: 'Apples', category: 'fresh-food', least: 199, most: 599, weightGrams: 1000 },
  { sku: 'phone', name: 'Phone 128 GB', category: 'electronics', least: 19_900, most: 89_900 },
  { sku: 'charger', name: 'Charger 30 W', category: 'electronics', least: 999, most: 3999 },
  { sku: 'shirt', name: 'Linen shirt', category: 'fashion', least: 1999, most: 7999 },
  { sku: 'boots', name: 'Leather boots', category: 'fashion', least: 5999, most: 19_999 },
  { sku: 'lamp', name: 'Desk lamp', category: 'home', least: 1499, most: 5999 },
  { sku: 'screws', name: 'Screws, box of 100', category: 'home', least: 149, most: 899 },
  { sku: 'gift', name: 'Gift with the order', category: 'general', least: 0, most: 0 },
];
const CURRENCIES = ['CNY', 'CNY', 'CNY', 'USD', 'EUR', 'JPY', 'KWD'];
const PROMOTION_TYPES = ['none', 'none', '1205', '1301'];
const TAX_RATES = ['0', '0.0825', '0.09', '0.13'];
const COMMISSION_RATES = ['0', '0.03', '0.05'];

/**
 * The order of this seed and index.
 * @param {number} seed
 * @param {number} index from 0
 * @param {number} newest epoch milliseconds
 */
export function generateOrder(seed, index, newest) {
  const draw = drawFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const currency = draw.of(CURRENCIES);
  /** @param {number} value */
  const amount = (value) => ({ amount: value, currency });
  const taxMode = draw.of(['inclusive', 'inclusive', 'exclusive']);
  const drawn = drawLines(draw);
  const promotions = drawPromotions(draw, drawn, taxMode);
  const freight = drawFreight(draw, taxMode);
  const times = drawTimes(draw, newest);
  const cost = costOf(drawn, promotions, freight, taxMode);
  return {
    shopId: `shop-${draw.whole(1, 3)}`,
    orderNo: `G${seed}-${String(index + 1).padStart(7, '0')}`,
    platform: draw.chance(90) ? 'demo' : 'market',
    buyerUid: `buyer-${draw.whole(1, 200)}`,
    currency,
    placedAt: times.placedAt,
    paidAt: times.paidAt,
    flags: draw.chance(3) ? ['trial'] : [],
    lines: drawn.map(({ unitPrice, unitCost, taxAmount, listed: _listed, left: _left, ...line }) => ({
      ...line,
      unitPrice: amount(unitPrice),
      ...(taxAmount === undefined ? {} : { taxAmount: amount(taxAmount) }),
      unitCost: amount(unitCost),
      ...times.ofLine,
    })),
    promotions: promotions.map((promotion) => ({ ...promotion, amount: amount(promotion.amount) })),
    freight: { charged: amount(freight.charged), discounted: amount(freight.discounted), tax: amount(freight.tax) },
    taxMode,
    tenders: drawTenders(draw, cost).map((tender) => ({ ...tender, amount: amount(tender.amount) })),
  };
}

/** @typedef {ReturnType<typeof drawLine>} Line */

/** @param {Draw} draw */
function drawLines(draw) {
  const lines = Array.from({ length: draw.whole(1, 6) }, (_, i) => drawLine(draw, i + 1));
  const [first] = lines;
  // The same goods at another price within one promotion type: a bundle.
  if (first !== undefined && first.unitPrice > 1 && draw.chance(15)) {
    const unitPrice = first.unitPrice - draw.whole(1, Math.ceil(first.unitPrice / 4));
    lines.push({ ...first, lineNo: lines.length + 1, unitPrice, listed: unitPrice * first.quantity, left: unitPrice * first.quantity });
  }
  return lines;
}

/**
 * @param {Draw} draw
 * @param {number} lineNo
 */
function drawLine(draw, lineNo) {
  const { sku, name, category, least, most, weightGrams } = { weightGrams: undefined, ...draw.of(GOODS) };
  const unitPrice = draw.whole(least, most);
  const quantity = draw.chance(2) ? draw.whole(100, 2000) : draw.whole(1, 5);
  return {
    lineNo,
    sku: `${sku}-${draw.whole(1, 40)}`,
    productId: `product-${sku}`,
    name,
    category,
    promotionType: draw.of(PROMOTION_TYPES),
    unitPrice,
    quantity,
    ...(weightGrams === undefined ? {} : { weightGrams }),
    taxRate: draw.of(TAX_RATES),
    taxAmount: /** @type {number | undefined} */ (undefined),
    commissionRate: draw.of(COMMISSION_RATES),
    unitCost: Math.floor((unitPrice * draw.whole(40, 80)) / 100),
    /** what the line costs at list prices, and what is surely left of it after promotions */
    listed: unitPrice * quantity,
    left: unitPrice * quantity,
  };
}

/**
 * Promotions that never take more than is left. Over several lines of exclusive tax the platform
 * brings the tax of each line, because only then the total is known without sharing the promotion.
 * @param {Draw} draw
 * @param {Line[]} lines
 * @param {string} taxMode
 */
function drawPromotions(draw, lines, taxMode) {
  const count = draw.of([0, 0, 1, 1, 2, 3]);
  const promotions = [];
  for (let i = 1; i <= count; i += 1) {
    const scope = draw.chance(40) ? lines : lines.filter(() => draw.chance(50));
    const least = Math.min(...scope.map(({ left }) => left));
    if (scope.length === 0 || least === 0) continue;
    const amount = draw.whole(1, Math.max(1, Math.floor(least / 3)));
    const platform = draw.of([0, 0, 3000, 5000, 10_000]);
    // Any sharing takes at most the whole amount from one line.
    for (const line of scope) line.left -= amount;
    promotions.push({
      id: `promotion-${i}`,
      type: scope.length === lines.length ? 'order' : 'line',
      lines: scope.map(({ lineNo }) => lineNo),
      amount,
      bearers: { merchant: 10_000 - platform, platform },
    });
    if (taxMode === 'exclusive') for (const line of scope) line.taxAmount = taxOf(line.left, line.taxRate);
  }
  return promotions;
}

/**
 * Half up, in whole numbers.
 * @param {number} net
 * @param {string} rate
 */
function taxOf(net, rate) {
  const [whole = '0', decimals = ''] = rate.split('.');
  const ppm = BigInt(whole) * 1_000_000n + BigInt(decimals.padEnd(6, '0'));
  return Number((2n * BigInt(net) * ppm + 1_000_000n) / 2_000_000n);
}

/**
 * @param {Draw} draw
 * @param {string} taxMode
 */
function drawFreight(draw, taxMode) {
  const charged = draw.chance(50) ? 0 : draw.whole(100, 1500);
  const discounted = draw.chance(30) ? draw.whole(0, charged) : 0;
  return { charged, discounted, tax: taxMode === 'exclusive' ? taxOf(charged - discounted, '0.09') : 0 };
}

/**
 * @param {Line[]} lines
 * @param {{ amount: number }[]} promotions
 * @param {{ charged: number, discounted: number, tax: number }} freight
 * @param {string} taxMode
 */
function costOf(lines, promotions, freight, taxMode) {
  const goods = lines.reduce((sum, { listed }) => sum + listed, 0) - promotions.reduce((sum, { amount }) => sum + amount, 0);
  const carried = freight.charged - freight.discounted;
  if (taxMode === 'inclusive') return goods + carried;
  return goods + carried + freight.tax + lines.reduce((sum, line) => sum + (line.taxAmount ?? taxOf(line.listed, line.taxRate)), 0);
}

/**
 * @param {Draw} draw
 * @param {number} cost
 * @returns {{ id: string, kind: string, amount: number, points?: number }[]}
 */
function drawTenders(draw, cost) {
  const points = draw.chance(30) ? draw.whole(0, Math.floor(cost / 4)) : 0;
  const coupon = draw.chance(15) ? draw.whole(0, Math.floor(cost / 8)) : 0;
  const wallet = draw.chance(30) ? draw.whole(0, Math.floor(cost / 2)) : 0;
  return [
    { id: 'card', kind: 'card', amount: cost - points - coupon - wallet },
    ...(points > 0 ? [{ id: 'points', kind: 'points', amount: points, points: Math.ceil(points / 10) }] : []),
    ...(coupon > 0 ? [{ id: 'coupon', kind: 'coupon', amount: coupon }] : []),
    ...(wallet > 0 ? [{ id: 'wallet', kind: 'wallet', amount: wallet }] : []),
  ];
}

const HOUR = 3_600_000;

/**
 * @param {Draw} draw
 * @param {number} newest
 */
function drawTimes(draw, newest) {
  const last = newest - draw.whole(0, 20 * 24) * HOUR;
  /** @param {number} hoursBefore */
  const at = (hoursBefore) => new Date(last - hoursBefore * HOUR).toISOString();
  const stage = draw.of(['delivered', 'delivered', 'delivered', 'inTransit', 'notShipped']);
  const shippedAt = at(36);
  const ofLine = stage === 'delivered' ? { shippedAt, deliveredAt: at(0) } : stage === 'inTransit' ? { shippedAt } : {};
  return { placedAt: at(60), paidAt: at(59), ofLine };
}

function main() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      newest: { type: 'string', default: '2026-03-01T12:00:00Z' },
      help: { type: 'boolean', default: false },
    },
  });
  const [count, seed, newest] = [
    Number(values.count),
    Number(values.seed),
    values.newest === 'now' ? Date.now() : Date.parse(values.newest),
  ];
  const valid = Number.isSafeInteger(count) && count >= 0 && Number.isSafeInteger(seed) && !Number.isNaN(newest);
  if (values.help || !valid) {
    process.stderr.write('node examples/generate.mjs [--count 10] [--seed 1] [--newest 2026-03-01T12:00:00Z|now] > orders.ndjson\n');
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  // Whoever reads may have enough before the end: `| head`.
  process.stdout.on('error', () => process.exit());
  writeFrom(0, count, seed, newest);
}

/**
 * Writes on as long as the reader keeps up, so that any number of orders takes little memory.
 * @param {number} from
 * @param {number} count
 * @param {number} seed
 * @param {number} newest
 */
function writeFrom(from, count, seed, newest) {
  for (let index = from; index < count; index += 1) {
    if (process.stdout.write(`${JSON.stringify(generateOrder(seed, index, newest))}\n`)) continue;
    process.stdout.once('drain', () => writeFrom(index + 1, count, seed, newest));
    return;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
