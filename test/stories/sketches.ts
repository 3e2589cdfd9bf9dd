import { hash } from 'node:crypto';
/** Orders in a few words: what a test says, the rest is ordinary. Amounts are in fen; tax of 13 % is in the prices. */

export interface LineSketch {
  readonly sku: string;
  readonly price: number;
  readonly quantity?: number;
  readonly category?: string;
  readonly promotionType?: string;
  readonly weightGrams?: number;
  readonly taxRate?: string;
  readonly commissionRate?: string;
  readonly unitCost?: number;
}

export interface OrderSketch {
  readonly lines: readonly LineSketch[];
  readonly stage?: 'notShipped' | 'inTransit' | 'delivered';
  /** money off, over all lines or some, and the platform's part of it in basis points */
  readonly off?: readonly { readonly amount: number; readonly lines?: readonly number[]; readonly platform?: number }[];
  readonly freight?: number;
  /** one card that paid all where nothing is said */
  readonly tenders?: readonly { readonly id: string; readonly kind: string; readonly amount: number; readonly points?: number }[];
  readonly flags?: readonly string[];
  readonly platform?: string;
  readonly shopId?: string;
  /** a buyer of this order alone where nothing is said */
  readonly buyerUid?: string;
}

export const yuan = (amount: number) => ({ amount, currency: 'CNY' });
const HOUR = 3_600_000;
const time = (at: number) => new Date(at).toISOString();

/** The body that puts an order: placed two days ago and, where it was, shipped and delivered yesterday. */
export function orderBody(sketch: OrderSketch, buyerUid: string, now: number) {
  const { stage = 'delivered', off = [], freight = 0 } = sketch;
  const lines = sketch.lines.map((line, index) => ({
    lineNo: index + 1,
    sku: line.sku,
    productId: `p-${line.sku}`,
    name: `The ${line.sku}`,
    category: line.category ?? 'home',
    promotionType: line.promotionType ?? 'none',
    unitPrice: yuan(line.price),
    quantity: line.quantity ?? 1,
    ...(line.weightGrams === undefined ? {} : { weightGrams: line.weightGrams }),
    taxRate: line.taxRate ?? '0.13',
    commissionRate: line.commissionRate ?? '0',
    unitCost: yuan(line.unitCost ?? 0),
    ...(stage === 'notShipped' ? {} : { shippedAt: time(now - 30 * HOUR) }),
    ...(stage === 'delivered' ? { deliveredAt: time(now - 24 * HOUR) } : {}),
  }));
  const cost =
    lines.reduce((sum, line) => sum + line.unitPrice.amount * line.quantity, 0) -
    off.reduce((sum, { amount }) => sum + amount, 0) +
    freight;
  return {
    platform: sketch.platform ?? 'demo',
    buyerUid,
    currency: 'CNY',
    placedAt: time(now - 48 * HOUR),
    paidAt: time(now - 48 * HOUR),
    flags: sketch.flags ?? [],
    lines,
    promotions: off.map(({ amount, lines: scope, platform = 0 }, index) => ({
      id: `off-${index + 1}`,
      type: 'order',
      lines: scope ?? lines.map(({ lineNo }) => lineNo),
      amount: yuan(amount),
      bearers: { merchant: 10_000 - platform, platform },
    })),
    freight: { charged: yuan(freight), discounted: yuan(0), tax: yuan(0) },
    taxMode: 'inclusive',
    tenders: (sketch.tenders ?? [{ id: 'card', kind: 'card', amount: cost }]).map((tender) => ({ ...tender, amount: yuan(tender.amount) })),
  };
}

export type OrderBody = ReturnType<typeof orderBody>;

const SHA = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
/** Evidence that is linked by the hash of its content. */
export const photo = (name = 'photo') => ({
  kind: 'photo',
  url: `https://files.example.com/${name}.jpg`,
  sha256: name === 'photo' ? SHA : hash('sha256', name),
});

export const ADDRESS = { name: 'Ann Li', phone: '+86 21 5555 0100', country: 'CN', city: 'Shanghai', street: '1 Nanjing Road' };
