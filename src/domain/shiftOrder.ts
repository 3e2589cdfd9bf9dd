import { type Instant, instant } from './ids.js';
import type { Order, OrderLine } from './order.js';

const DAY_MS = 86_400_000;

/** The same order with all its times moved by `byMs` milliseconds. */
export function shiftOrder(order: Order, byMs: number): Order {
  const moved = (at: Instant): Instant => instant(at + byMs);
  return {
    ...order,
    placedAt: moved(order.placedAt),
    paidAt: moved(order.paidAt),
    lines: order.lines.map((line) => ({ ...line, ...movedTimes(line, moved) })),
  };
}

function movedTimes({ shippedAt, deliveredAt, stoppedAt }: OrderLine, moved: (at: Instant) => Instant): Partial<OrderLine> {
  return {
    ...(shippedAt === undefined ? {} : { shippedAt: moved(shippedAt) }),
    ...(deliveredAt === undefined ? {} : { deliveredAt: moved(deliveredAt) }),
    ...(stoppedAt === undefined ? {} : { stoppedAt: moved(stoppedAt) }),
  };
}

/**
 * Example orders moved together so that the newest of their times is a day before `now`: what was
 * delivered lately stays so, and the windows in which to apply stay open, however old the files are.
 */
export function shiftToYesterday(orders: readonly Order[], now: Instant): Order[] {
  const times = orders.flatMap(({ paidAt, lines }) => [
    paidAt,
    ...lines.flatMap(({ shippedAt, deliveredAt }) => [shippedAt ?? 0, deliveredAt ?? 0]),
  ]);
  const newest = times.reduce((latest, at) => Math.max(latest, at), 0);
  return orders.map((order) => shiftOrder(order, now - DAY_MS - newest));
}
