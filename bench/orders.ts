/** The orders that everything is measured on, and the bodies that are sent about them. All alike but for their numbers. */

const BUYERS = 200;
const CURRENCY = 'CNY';
const PLATFORM = 'demo';
export const SHOP = 'shop-1';

export const buyerOf = (index: number): number => index % BUYERS;
export const buyerUid = (buyer: number): string => `buyer-${buyer}`;
export const buyers = (): { readonly platform: string; readonly buyerUid: string }[] =>
  Array.from({ length: BUYERS }, (_, buyer) => ({ platform: PLATFORM, buyerUid: buyerUid(buyer) }));

/** The number of an order by its index; all of one length, so that requests are too. */
export const orderNoOf = (index: number): string => `B${String(index).padStart(8, '0')}`;

/** The order with the ten thousand pieces. */
export const HOT_ORDER = 'HOT-10000';

const amount = (minorUnits: number) => ({ amount: minorUnits, currency: CURRENCY });

interface Goods {
  readonly sku: string;
  readonly price: number;
  readonly quantity: number;
}

const GOODS: readonly Goods[] = [
  { sku: 'towel', price: 3_500, quantity: 3 },
  { sku: 'soap', price: 900, quantity: 2 },
  { sku: 'lamp', price: 12_900, quantity: 1 },
];

const HOUR_MS = 3_600_000;

function orderOf(orderNo: string, buyer: number, goods: readonly Goods[], now: number) {
  const at = (hoursAgo: number) => new Date(now - hoursAgo * HOUR_MS).toISOString();
  const total = goods.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  const discount = 2_000;
  const freight = 1_200;
  return {
    shopId: SHOP,
    orderNo,
    platform: PLATFORM,
    buyerUid: buyerUid(buyer),
    currency: CURRENCY,
    placedAt: at(72),
    paidAt: at(71),
    flags: [],
    lines: goods.map(({ sku, price, quantity }, index) => ({
      lineNo: index + 1,
      sku,
      productId: `P-${sku}`,
      name: `The ${sku}`,
      category: 'home',
      promotionType: 'none',
      unitPrice: amount(price),
      quantity,
      taxRate: '0.13',
      commissionRate: '0.05',
      unitCost: amount(Math.floor(price / 2)),
      shippedAt: at(60),
      deliveredAt: at(24),
    })),
    promotions: [
      {
        id: 'minus-20',
        type: 'order',
        lines: goods.map((_, index) => index + 1),
        amount: amount(discount),
        bearers: { merchant: 10_000, platform: 0 },
      },
    ],
    freight: { charged: amount(freight), discounted: amount(0), tax: amount(99) },
    taxMode: 'inclusive',
    tenders: [{ id: 'card', kind: 'card', amount: amount(total - discount + freight) }],
  };
}

/**
 * An ordinary order: three lines, six pieces, a promotion over all of them, freight, paid by card and delivered a day ago.
 * @param now epoch milliseconds
 */
export const ordinaryOrder = (index: number, now: number) => orderOf(orderNoOf(index), buyerOf(index), GOODS, now);

/** The same under another number, for imports. */
export const importedOrder = (prefix: string, index: number, now: number) =>
  orderOf(`${prefix}${String(index).padStart(7, '0')}`, buyerOf(index), GOODS, now);

/** One line of ten thousand pieces. */
export const hotOrder = (now: number) => orderOf(HOT_ORDER, 0, [{ sku: 'screw', price: 13, quantity: 10_000 }], now);

/** Ten lines under one promotion, for the split. */
export const longOrder = (now: number) =>
  orderOf(
    'LONG-10',
    0,
    Array.from({ length: 10 }, (_, i) => ({ sku: `goods-${i}`, price: 1_999 + 7 * i, quantity: 1 + (i % 5) })),
    now,
  );

const EVIDENCE = [
  {
    kind: 'photo',
    url: 'https://example.com/parcel.jpg',
    sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
  },
];

/** What a buyer sends who misses one piece; the same body asks for a quote. */
export const applicationBody = (orderNo: string): string =>
  JSON.stringify({
    shopId: SHOP,
    orderNo,
    type: 'refund',
    reason: 'missing',
    claim: { kind: 'unit' },
    selection: [{ lineNo: 1, quantity: 1 }],
    evidence: EVIDENCE,
  });

export const payoutKeyOf = (afterSaleId: string): string => `${afterSaleId}:1:card`;

/** What the gateway sends once it has paid. */
export const paidBody = (afterSaleId: string): string =>
  JSON.stringify({
    eventId: `paid-${afterSaleId}`,
    type: 'payout.paid',
    payoutKey: payoutKeyOf(afterSaleId),
    attempt: 1,
    reference: `reference-${afterSaleId}`,
  });
