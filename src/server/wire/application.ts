import { z } from '@hono/zod-openapi';
import type { Address, Application, Contact, Evidence, WayBack } from '../../actors/command.js';
import { EVIDENCE_KINDS } from '../../actors/command.js';
import { lineNo, orderNo, shopId } from '../../domain/ids.js';
import type { SelectionEntry } from '../../domain/selection.js';
import { AFTER_SALE_TYPES } from '../../machines/words.js';
import type { Loose } from './loose.js';
import { price } from './price.js';
import { name, sha256, text, time, uuid } from './words.js';

/** What applicants send, and what quotes are asked with. */

const MOST_ENTRIES = 1_000;
const MOST_UNITS = 10_000;

const line = z.int().min(1).transform(lineNo);
const quantity = z.int().min(1);
const actualGrams = z.int().min(0).optional();

export const selectionEntry = z
  .union([
    z.strictObject({
      sku: name(),
      promotionType: name(),
      price: z.int().min(0).optional(),
      weightGrams: z.int().min(1).optional(),
      quantity,
      actualGrams,
    }),
    z.strictObject({ lineNo: line, quantity, actualGrams }),
    z.strictObject({ lineNo: line, units: z.array(z.int().min(1)).min(1).max(MOST_UNITS), actualGrams }),
  ])
  .openapi('SelectionEntry', {
    description: 'Units by split key and quantity, by line and quantity, or by line and unit numbers (from 1)',
    example: { sku: 'milk', promotionType: '1205', quantity: 1 },
  }) satisfies z.ZodType<Loose<SelectionEntry>>;

/** An empty selection is for the decision to refuse (`selection.empty`). */
export const selection = z.array(selectionEntry).max(MOST_ENTRIES);

const linkedBy = z
  .url({ protocol: /^https$/, error: 'expected an address that begins with https://' })
  .max(2_000)
  .openapi({ example: 'https://files.example.com/photo.jpg' });
export const evidence = z
  .union([
    z.strictObject({ kind: z.enum(EVIDENCE_KINDS), evidenceId: uuid, sha256 }),
    z.strictObject({ kind: z.enum(EVIDENCE_KINDS), url: linkedBy, sha256 }),
  ])
  .openapi('Evidence', { description: 'Uploaded before, or linked; both by the SHA-256 of the content' }) satisfies z.ZodType<
  Loose<Evidence>
>;
export const evidences = z.array(evidence).max(50);

const telephone = z.string().regex(/^[0-9+() ./-]{3,40}$/, 'expected 3 to 40 digits, spaces or + ( ) . / -');
const contact = z
  .strictObject({ name: name(200).optional(), phone: telephone.optional(), email: z.email().max(254).optional() })
  .openapi('Contact') satisfies z.ZodType<Loose<Contact>>;

export const address = z
  .strictObject({
    name: name(200),
    phone: telephone.optional(),
    country: z.string().regex(/^[A-Z]{2}$/, 'expected two capital letters of ISO 3166'),
    region: name(200).optional(),
    city: name(200),
    street: name(500),
    postalCode: name(20).optional(),
  })
  .openapi('Address') satisfies z.ZodType<Loose<Address>>;

/** A span of time that ends after it begins. */
export const span = { from: time, to: time };

/** Whether a span of time ends after it begins. */
export const endsLater = (given: { readonly from: number; readonly to: number }): boolean => given.from < given.to;
export const ENDS_LATER = { path: ['to'], message: 'expected a time after `from`' };

export const courier = name(100).optional();
export const trackingNo = name(100).optional();
const wayBack = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('pickup'), address, ...span }).refine(endsLater, ENDS_LATER),
    z.strictObject({ kind: z.literal('courier'), courier, trackingNo }),
    z.strictObject({ kind: z.literal('counter'), counter: name(200).optional() }),
  ])
  .openapi('WayBack') satisfies z.ZodType<Loose<WayBack>>;

const claim = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('unit') }),
    z.strictObject({ kind: z.literal('money'), amount: price }),
    z.strictObject({ kind: z.literal('weight') }),
  ])
  .openapi('Claim', { description: '`unit`: all that is left of the units; `money`: an amount; `weight`: what the missing grams cost' });

/** Names the book that an application or a quote is for. */
export const bookFields = { shopId: name().transform(shopId), orderNo: name().transform(orderNo) };

const applicationFields = {
  ...bookFields,
  type: z.enum(AFTER_SALE_TYPES),
  reason: name(64),
  claim,
  selection,
  remark: text().optional(),
  evidence: evidences.default([]),
  contact: contact.optional(),
  wayBack: wayBack.optional(),
  wanted: z.strictObject({ sku: name() }).optional(),
  quoted: price.optional(),
};

/** Buyers and merchants apply for themselves. */
export const applicationBody = z.strictObject(applicationFields).openapi('Application');
/** The house may say from which marketplace a case came. */
export const applicationBodyOfHouse = z
  .strictObject({ ...applicationFields, origin: name(64).default('own') })
  .openapi('ApplicationWithOrigin');

export const APPLICATION_EXAMPLE = {
  shopId: 'shop-1',
  orderNo: '20260301-0001',
  type: 'refund',
  reason: 'notWanted',
  claim: { kind: 'unit' },
  selection: [{ sku: 'milk', promotionType: '1205', quantity: 1 }],
  remark: 'One bottle arrived warm.',
};

/** The parsed body as the book's key and the application. */
export function toApplication(body: z.output<typeof applicationBody> & { readonly origin?: string }): {
  readonly book: { readonly shopId: ReturnType<typeof shopId>; readonly orderNo: ReturnType<typeof orderNo> };
  readonly application: Application;
} {
  const { shopId: shop, orderNo: order, ...rest } = body;
  return { book: { shopId: shop, orderNo: order }, application: { origin: 'own', ...rest } as Application };
}
