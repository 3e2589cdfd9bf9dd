import { type Chance, chanceFor } from '../chance.js';
import { priced } from './cost.js';
import type { Basket, Sold, SoldLine, SoldPromotion, SoldTender, Stage, TaxMode } from './sold.js';

/** What the orders of a load are like. */
export interface Assortment {
  readonly lines: { readonly least: number; readonly most: number };
  /** pieces of a line */
  readonly quantity: { readonly least: number; readonly most: number };
  readonly stages: readonly (readonly [Stage, number])[];
}

/** Ordinary orders: a few lines of a few pieces, most of them delivered. */
export const ORDINARY: Assortment = {
  lines: { least: 1, most: 4 },
  quantity: { least: 1, most: 12 },
  stages: [
    ['delivered', 8],
    ['inTransit', 1],
    ['notShipped', 1],
  ],
};

/** Prices in the usual smallest amounts of a currency that people pay with. */
const GOODS = [
  { sku: 'cup', category: 'home', least: 399, most: 2_499 },
  { sku: 'towel', category: 'home', least: 999, most: 4_999 },
  { sku: 'lamp', category: 'home', least: 1_499, most: 5_999 },
  { sku: 'shirt', category: 'fashion', least: 1_999, most: 7_999 },
  { sku: 'boots', category: 'fashion', least: 5_999, most: 19_999 },
  { sku: 'sticker', category: 'home', least: 1, most: 9 },
] as const;

/** Two, no, and three decimals. */
const CURRENCIES = [
  ['CNY', 6],
  ['EUR', 2],
  ['JPY', 1],
  ['KWD', 1],
] as const;

/** Where an order is put, and who bought it. */
export interface Place {
  readonly shopId: string;
  readonly orderNo: string;
  readonly platform: string;
  readonly buyerUid: string;
}

/** The order of this seed and number: odd cents, several promotions and tenders, tax on top or in the price. */
export function drawOrder(seed: number, number: number, place: Place, assortment: Assortment): Sold {
  const chance = chanceFor(seed, number);
  const taxMode: TaxMode = chance.percent(70) ? 'inclusive' : 'exclusive';
  const lines = drawLines(chance, assortment);
  const basket: Basket = {
    currency: chance.weighted(CURRENCIES),
    taxMode,
    lines,
    promotions: drawPromotions(chance, lines),
    freight: drawFreight(chance),
  };
  const cost = priced(basket);
  return { ...basket, ...place, stage: chance.weighted(assortment.stages), tenders: drawTenders(chance, cost.total), cost };
}

function drawLines(chance: Chance, { lines, quantity }: Assortment): SoldLine[] {
  const drawn = Array.from({ length: chance.between(lines.least, lines.most) }, (_, index): SoldLine => {
    const { sku, category, least, most } = chance.of(GOODS);
    const unitPrice = chance.between(least, most);
    return {
      ...{ lineNo: index + 1, sku: `${sku}-${index + 1}`, category, promotionType: chance.percent(70) ? 'none' : '1205' },
      ...{ unitPrice, quantity: chance.between(quantity.least, quantity.most) },
      taxRate: chance.of([0, 82_500, 90_000, 130_000, 130_000]),
      ...(chance.percent(15) ? { taxAmount: chance.below(Math.max(1, Math.floor(unitPrice / 5))) } : {}),
      commissionRate: chance.of([0, 30_000, 50_000]),
      unitCost: Math.floor(unitPrice / 2),
    };
  });
  const [first] = drawn;
  // The same goods at another price: split keys that need the price.
  if (first === undefined || first.unitPrice < 5 || !chance.percent(20)) return drawn;
  return [...drawn, { ...first, lineNo: drawn.length + 1, unitPrice: first.unitPrice - chance.between(1, 4) }];
}

/** Promotions over all lines or some; together they never take more than half of anything. */
function drawPromotions(chance: Chance, lines: readonly SoldLine[]): SoldPromotion[] {
  return Array.from({ length: chance.below(4) }, (_, index): SoldPromotion => {
    const scope = chance.percent(60) ? lines : lines.filter(() => chance.percent(50));
    const reached = scope.length === 0 ? lines : scope;
    const listed = reached.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0);
    return {
      id: `off-${index + 1}`,
      lines: reached.map(({ lineNo }) => lineNo),
      amount: chance.below(Math.max(1, Math.floor(listed / 8))),
      platformPart: chance.of([0, 4_000, 5_000, 10_000]),
    };
  });
}

function drawFreight(chance: Chance): Basket['freight'] {
  if (chance.percent(50)) return { charged: 0, discounted: 0, tax: 0 };
  const charged = chance.between(300, 1_500);
  const discounted = chance.percent(30) ? chance.below(charged) : 0;
  return { charged, discounted, tax: chance.percent(30) ? chance.below(Math.max(1, Math.floor((charged - discounted) / 10))) : 0 };
}

function drawTenders(chance: Chance, total: number): SoldTender[] {
  const points = chance.percent(40) ? chance.below(Math.max(1, Math.floor(total / 3))) : 0;
  const wallet = chance.percent(30) ? chance.below(Math.max(1, Math.floor(total / 3))) : 0;
  return [
    { id: 'card', kind: 'card', amount: total - points - wallet },
    ...(points === 0 ? [] : [{ id: 'points', kind: 'points', amount: points, points: Math.ceil(points / 10) } as const]),
    ...(wallet === 0 ? [] : [{ id: 'wallet', kind: 'wallet', amount: wallet } as const]),
  ];
}
