import type { AfterSaleCommand, Application } from '../../../src/actors/command.js';
import type { Instant } from '../../../src/domain/ids.js';
import type { Order } from '../../../src/domain/order.js';

/** Orders, applications and commands of the domain as bodies that callers send. */

const time = (at: Instant): string => new Date(at).toISOString();
const decimal = (ppm: number): string => (ppm / 1_000_000).toFixed(6).replace(/\.?0+$/, '');

/** The body that puts an order. */
export function wireOrder(order: Order): object {
  const price = (amount: number) => ({ amount, currency: order.currency.code });
  return {
    ...{ platform: order.platform, buyerUid: order.buyerUid, currency: order.currency.code, flags: order.flags, taxMode: order.taxMode },
    placedAt: time(order.placedAt),
    paidAt: time(order.paidAt),
    lines: order.lines.map(({ unitPrice, taxRate, taxAmount, commissionRate, unitCost, shippedAt, deliveredAt, stoppedAt, ...line }) => ({
      ...line,
      unitPrice: price(unitPrice),
      taxRate: decimal(taxRate),
      commissionRate: decimal(commissionRate),
      unitCost: price(unitCost),
      ...(taxAmount === undefined ? {} : { taxAmount: price(taxAmount) }),
      ...(shippedAt === undefined ? {} : { shippedAt: time(shippedAt) }),
      ...(deliveredAt === undefined ? {} : { deliveredAt: time(deliveredAt) }),
      ...(stoppedAt === undefined ? {} : { stoppedAt: time(stoppedAt) }),
    })),
    promotions: order.promotions.map((promotion) => ({ ...promotion, amount: price(promotion.amount) })),
    freight: { charged: price(order.freight.charged), discounted: price(order.freight.discounted), tax: price(order.freight.tax) },
    tenders: order.tenders.map((tender) => ({ ...tender, amount: price(tender.amount) })),
    ...(order.splitRecords === undefined
      ? {}
      : {
          splitRecords: order.splitRecords.map(({ net, tax, commission, discounts, ...record }) => ({
            ...{ ...record, net: price(net), tax: price(tax), commission: price(commission) },
            discounts: discounts.map(({ promotionId, amount, platformPart }) => ({
              ...{ promotionId, amount: price(amount), platformPart: price(platformPart) },
            })),
          })),
        }),
  };
}

/** The fields of an application; who may name an origin does so. */
export function wireApplication({ origin, wayBack, ...application }: Application, ofHouse: boolean): object {
  return {
    ...application,
    ...(ofHouse ? { origin } : {}),
    ...(wayBack === undefined
      ? {}
      : { wayBack: wayBack.kind === 'pickup' ? { ...wayBack, from: time(wayBack.from), to: time(wayBack.to) } : wayBack }),
  };
}

const MINUTE_MS = 60_000;

/** The body of a command; its word stands in the path. */
export function wireCommand(command: AfterSaleCommand): object {
  const { type, ...body } = command;
  if (command.type === 'reschedule') return { from: time(command.from), to: time(command.to) };
  if (command.type === 'extend') return { by: `${Math.max(1, Math.round(command.byMs / MINUTE_MS))}m` };
  return body;
}
