import type { AuditEvent, Changes, Commit, Effect, KeptAnswer } from '../../src/actors/ports.js';
import type { AfterSale, BookState, CapChange, Payout, Transfer, Triple } from '../../src/actors/rows.js';
import {
  type AfterSaleId,
  afterSaleId,
  type BookKey,
  commandId,
  type Instant,
  instant,
  lineNo,
  orderNo,
  refundId,
  shopId,
  tenderId,
} from '../../src/domain/ids.js';
import { minor, money, NO_MONEY, ZERO } from '../../src/domain/money.js';
import type { Order, SplitRecords } from '../../src/domain/order.js';
import { initialContext } from '../../src/machines/context.js';
import type { StateValue } from '../../src/machines/step.js';

/** Commits as the actors make them, of the rows that they really have. Amounts and ids are the caller's. */

export const NOON = instant(Date.UTC(2026, 0, 5, 12));
export const at = (minutes: number): Instant => instant(NOON + minutes * 60_000);

export const keyOf = (number: number, shop = 'shop-1'): BookKey => ({ shopId: shopId(shop), orderNo: orderNo(`O-${number}`) });
/** A text of the form of a UUID, the same for the same number. */
export const idOf = (number: number): AfterSaleId => afterSaleId(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);

const NOTHING: Triple = { net: 0, tax: 0, units: 0 };
const triple = (net: number, tax = 0, units = 0): Triple => ({ net, tax, units });
export const reserve = (key: string, net: number, units = 0): CapChange => ({
  key,
  limit: NOTHING,
  reserved: triple(net, 0, units),
  posted: NOTHING,
});

/** What the one line of the order cost, and thereby the limit of its caps. */
export const PAID = 10_000;

export function orderOf(book: BookKey, more: Partial<Order> = {}): Order {
  return {
    ...book,
    platform: 'demo',
    buyerUid: 'buyer-1',
    currency: { code: 'CNY', exponent: 2 },
    placedAt: at(-60),
    paidAt: at(-59),
    flags: [],
    lines: [
      {
        ...{ lineNo: lineNo(1), sku: 'kettle', productId: 'p-1', name: 'Kettle', category: 'kitchen', promotionType: 'none' },
        ...{ unitPrice: minor(5_000), quantity: 2, taxRate: 0, commissionRate: 50_000, unitCost: minor(3_000) },
      },
    ],
    promotions: [],
    freight: { charged: ZERO, discounted: ZERO, tax: ZERO },
    taxMode: 'inclusive',
    tenders: [{ id: tenderId('card'), kind: 'card', amount: minor(PAID) }],
    ...more,
  };
}

const SPLIT: SplitRecords = {
  runs: [
    {
      ...{ lineNo: lineNo(1), from: 1, to: 2, list: minor(5_000), discounts: [], cost: money(5_000, 0) },
      ...{ commission: minor(250), platformPart: ZERO },
    },
  ],
  freight: NO_MONEY,
  total: money(PAID, 0),
};

export const stateOf = (more: Partial<BookState> = {}): BookState => ({
  ...{ lastRefundId: 0, lastTransfer: 0, lastDecision: 0, lastVisit: 0 },
  ...{ freightReserved: NO_MONEY, freightShares: [], freightPending: [], facts: [], couponsHeld: {}, movedReferences: [] },
  ...more,
});

export const noChanges = (more: Partial<Changes> = {}): Changes => ({
  ...{ afterSales: [], caps: [], transfers: [], payouts: [], timers: { set: [], cleared: [] } },
  ...more,
});

export function auditOf(
  book: BookKey,
  version: number,
  type: string,
  about: AfterSaleId | null,
  changes: Changes,
  when = NOON,
  hidden?: { readonly id: string; readonly hash: string },
): AuditEvent {
  const name = `${book.orderNo}:${book.shopId}:${version}`;
  return {
    commandId: commandId(`command-${name}`),
    at: when,
    type,
    afterSaleId: about,
    body: JSON.stringify({ type, changes, ...(hidden === undefined ? {} : { private: { id: hidden.id, hash: hidden.hash } }) }),
    previousHash: version === 1 ? '' : `hash-${version - 1}`,
    hash: `hash-${version}`,
  };
}

export const answerOf = (key: string, more: Partial<KeptAnswer> = {}): KeptAnswer => ({
  ...{ caller: 'user/demo/buyer-1', key, hash: `hash-of-${key}`, status: 200, body: '{"ok":true}', version: 1, at: NOON },
  ...more,
});

export function commitOf(book: BookKey, version: number, type: string, given: Given): Commit {
  const changes = noChanges(given.changes);
  const about = given.about ?? null;
  return {
    book,
    expectedVersion: version - 1,
    write: {
      changes,
      audit: auditOf(book, version, type, about, changes, given.at, given.privates?.[0]),
      outbox: given.outbox ?? [],
      privates: given.privates ?? [],
    },
    answer: given.answer ?? null,
  };
}
interface Given {
  readonly changes?: Partial<Changes>;
  readonly about?: AfterSaleId;
  readonly at?: Instant;
  readonly outbox?: readonly Effect[];
  readonly privates?: NonNullable<Commit['write']>['privates'];
  readonly answer?: KeptAnswer;
}

/** The commit that makes a book: order, split records and the caps that they set. */
export function newBook(book: BookKey, more: Partial<Order> = {}, given: Given = {}): Commit {
  const limit = (key: string, of: Triple): CapChange => ({ key, limit: of, reserved: NOTHING, posted: NOTHING });
  return commitOf(book, 1, 'putOrder', {
    ...given,
    changes: {
      ...{ order: orderOf(book, more), split: SPLIT, state: stateOf() },
      caps: [
        limit('order', triple(PAID)),
        limit('line:1', triple(PAID, 0, 2)),
        limit('freight', NOTHING),
        limit('tender:card', triple(PAID)),
      ],
    },
  });
}

export function afterSaleOf(number: number, version: number, more: Partial<AfterSale> & { readonly state?: StateValue } = {}): AfterSale {
  const { state = { reviewing: 'merchant' }, ...rest } = more;
  const begun = { needsStop: false, automatic: false, reviewer: 'merchant', priceNamed: true, pickup: false } as const;
  return {
    ...{ id: idOf(number), refundId: refundId(version - 1), type: 'refund', reason: 'damaged', origin: 'own', stage: 'delivered' },
    ...{ fault: 'merchant', bearer: 'merchant', template: { id: 'market', version: 1 }, applicant: 'user' },
    chart: { version: 1, value: state, context: initialContext({ ...begun, goods: 'buyer', difference: 'none', remedy: 'refund' }) },
    ...{
      appliedAt: NOON,
      updatedAt: NOON,
      finishedAt: null,
      version,
      live: true,
      claim: 'unit',
      asked: null,
      missing: [],
      freight: 'never',
    },
    ...{ units: [{ lineNo: lineNo(1), from: 1, to: 1 }], quantity: 1, holds: true },
    reserved: [{ lineNo: lineNo(1), from: 1, to: 1, ...money(5_000, 0) }],
    reservedShares: [{ tenderId: tenderId('card'), amount: minor(5_000), points: 0 }],
    ...{
      pending: [],
      decisions: [],
      extra: [],
      wanted: null,
      payments: [],
      difference: ZERO,
      offer: null,
      repairPrice: null,
      passed: null,
      remedied: null,
    },
    ...{
      sellable: false,
      goods: 'buyer',
      hold: null,
      appeal: null,
      extendedMs: 0,
      returnAddress: null,
      shipments: [],
      advancedFreight: ZERO,
    },
    ...rest,
  };
}

export const transferOf = (no: number, about: AfterSaleId | null, more: Partial<Transfer> = {}): Transfer => ({
  ...{ no, afterSaleId: about, decisionNo: null, phase: 'pending', of: null, debit: 'line:1', credit: `payable:${about}` },
  ...{ net: minor(5_000), tax: ZERO },
  ...more,
});

export const payoutOf = (about: AfterSaleId | null, more: Partial<Payout> = {}): Payout => ({
  ...{ key: `${about ?? 'book'}:1:card`, afterSaleId: about, decisionNo: 1, tenderId: tenderId('card'), way: 'tender', account: null },
  ...{ capKey: 'tender:card', source: null, amount: minor(5_000), points: 0, currency: 'CNY', state: 'begun', attempt: 1, reference: null },
  updatedAt: NOON,
  ...more,
});

/** The rows of an application for one unit: one after-sale, two transfers, three caps, a timer, a text, an effect, an answer. */
export function applyTo(
  book: BookKey,
  number: number,
  version: number,
  more: Parameters<typeof afterSaleOf>[2] = {},
  given: Given = {},
): Commit {
  const id = idOf(number);
  return commitOf(book, version, 'apply', {
    about: id,
    outbox: [{ topic: 'pickup', key: `pickup:${id}:${version}`, afterSaleId: id }],
    privates: [{ id: `text-${number}`, afterSaleId: id, kind: 'apply', salt: 'salt', content: '"It leaks."', hash: 'hash-of-text' }],
    answer: answerOf(`apply-${number}`, { version }),
    ...given,
    changes: {
      afterSales: [afterSaleOf(number, version, more)],
      caps: [reserve('order', 5_000), reserve('line:1', 5_000, 1), reserve('tender:card', 5_000)],
      transfers: [transferOf(2 * version - 3, id), transferOf(2 * version - 2, id, { debit: `payable:${id}`, credit: 'tender:card' })],
      state: stateOf({ lastRefundId: version - 1, lastTransfer: 2 * version - 2, lastVisit: version - 1 }),
      timers: { set: [{ afterSaleId: id, timerId: 'merchantDeadline', visit: version, dueAt: at(60), suspendedMs: null }], cleared: [] },
      ...given.changes,
    },
  });
}
