import { z } from '@hono/zod-openapi';
import { lineNo, orderNo, shopId, tenderId } from '../../domain/ids.js';
import { ORDER_FLAGS, TENDER_KINDS } from '../../domain/order.js';
import { price } from './price.js';
import { rate } from './rate.js';
import { name, text, time } from './words.js';

/** How much one order may hold. */
export const ORDER_LIMITS = {
  lines: 500,
  quantity: 1_000_000,
  promotions: 200,
  /** each may cut the runs of a line once more */
  promotionsOfLine: 32,
  /** lines reached by all promotions together */
  promotionReach: 5_000,
  tenders: 20,
  splitRecords: 20_000,
  weightGrams: 1_000_000_000,
  points: 1_000_000_000_000,
} as const;

const line = z.int().min(1).max(1_000_000).transform(lineNo);
const unit = z.int().min(1).max(ORDER_LIMITS.quantity);
const basisPoints = z.int().min(0).max(10_000);

export const orderLine = z
  .strictObject({
    lineNo: line,
    sku: name(),
    productId: name(),
    name: text(500),
    category: name(),
    promotionType: name(),
    unitPrice: price.openapi({ description: 'List price of one unit; tax contained where taxMode is inclusive' }),
    quantity: unit,
    weightGrams: z.int().min(1).max(ORDER_LIMITS.weightGrams).optional().openapi({ description: 'Of one unit, for goods sold by weight' }),
    taxRate: rate(10),
    taxAmount: price.optional().openapi({ description: 'What was charged for the whole line; without it the rate is applied' }),
    commissionRate: rate(1),
    unitCost: price.openapi({ description: 'What one unit cost the merchant' }),
    shippedAt: time.optional(),
    deliveredAt: time.optional(),
    stoppedAt: time.optional().openapi({ description: 'When it was reported that the line will not be shipped' }),
  })
  .openapi('OrderLine');

export const promotion = z
  .strictObject({
    id: name(),
    type: name(),
    lines: z.array(line).min(1).max(ORDER_LIMITS.lines),
    amount: price,
    bearers: z.strictObject({ merchant: basisPoints, platform: basisPoints }).openapi({ description: 'Basis points that add up to 10000' }),
  })
  .openapi('Promotion');

export const tender = z
  .strictObject({
    id: name().transform(tenderId),
    kind: z.enum(TENDER_KINDS),
    amount: price,
    points: z.int().min(0).max(ORDER_LIMITS.points).optional().openapi({ description: 'How many points were used, for kind points' }),
  })
  .openapi('Tender');

export const splitRecord = z
  .strictObject({
    lineNo: line,
    fromUnit: unit,
    toUnit: unit,
    net: price,
    tax: price,
    discounts: z.array(z.strictObject({ promotionId: name(), amount: price, platformPart: price })).max(ORDER_LIMITS.promotionsOfLine),
    commission: price,
  })
  .openapi('SplitRecord', { description: 'What each of the units fromUnit to toUnit of a line really cost' });

const orderFields = {
  platform: name(),
  buyerUid: name(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'expected three capital letters of ISO 4217')
    .openapi({ example: 'CNY' }),
  placedAt: time,
  paidAt: time,
  flags: z.array(z.enum(ORDER_FLAGS)).max(ORDER_FLAGS.length).default([]),
  lines: z.array(orderLine).min(1).max(ORDER_LIMITS.lines),
  promotions: z
    .array(promotion)
    .max(ORDER_LIMITS.promotions)
    .default([])
    .openapi({ description: 'In the order in which they were applied' }),
  freight: z.strictObject({ charged: price, discounted: price, tax: price }).optional(),
  taxMode: z.enum(['inclusive', 'exclusive']),
  tenders: z.array(tender).max(ORDER_LIMITS.tenders),
  splitRecords: z.array(splitRecord).min(1).max(ORDER_LIMITS.splitRecords).optional(),
};

/** The body of `PUT shops/{shopId}/orders/{orderNo}`; shop and number may be repeated in it, and are the same then. */
export const orderBody = z
  .strictObject({ shopId: name().transform(shopId).optional(), orderNo: name().transform(orderNo).optional(), ...orderFields })
  .openapi('Order', { description: 'A forward order. All amounts are in its currency; its tenders add up to what it cost.' });

/** A line of an import, and a file of `examples/`. */
export const importedOrder = z
  .strictObject({ shopId: name().transform(shopId), orderNo: name().transform(orderNo), ...orderFields })
  .openapi('ImportedOrder', { description: 'A forward order that names its shop and number' });

/** An order as it was parsed, before it is an order of the domain. */
export type ParsedOrder = z.output<typeof orderBody>;
