import { describe, expect, it } from 'vitest';
import { instant, lineNo } from '../../src/domain/ids.js';
import type { Order } from '../../src/domain/order.js';
import { orderOf } from '../domain/orders.js';
import { some } from './world/orders.js';
import { type Scenario, scenario } from './world/scenario.js';

/** What a platform reports twice, out of order, or before it has happened. */

const order = (): Order => orderOf({ lines: [{ unitPrice: 800 }, { unitPrice: 800 }] });
const fresh = (): Scenario => scenario(order(), { stage: 'notShipped' });
const claimed = (s: Scenario): Scenario => s.apply({ selection: some(2, 1) });
const report = (s: Scenario, type: 'shipped' | 'delivered' | 'stopped', at: number): Scenario =>
  s.report({ type, lines: [lineNo(1)], at: instant(at) });
const times = (s: Scenario): readonly (number | undefined)[] => {
  const [line] = s.book.order.lines;
  return [line?.shippedAt, line?.deliveredAt, line?.stoppedAt];
};

describe('the same event with another time', () => {
  it.each([
    ['shipped', ['shipped'], [500, undefined, undefined]],
    ['delivered, with a shipment that was only assumed', ['delivered'], [500, 500, undefined]],
    ['delivered after it was shipped', ['shipped', 'delivered'], [300, 500, undefined]],
    ['stopped', ['stopped'], [undefined, undefined, 500]],
  ] as const)('corrects what nothing rests on yet: %s', (_, types, expected) => {
    const s = fresh();
    for (const [i, type] of types.entries()) report(s, type, 400 - 100 * (types.length - 1 - i));
    const last = types.at(-1) ?? 'shipped';
    expect(times(report(s, last, 500))).toEqual(expected);
    const { version } = s.book;
    report(s, last, 500);
    expect(s.book.version).toBe(version);
  });

  it.each(['shipped', 'delivered', 'stopped'] as const)('is refused once there was an after-sale, and the same is harmless: %s', (type) => {
    const s = fresh();
    if (type === 'delivered') report(s, 'shipped', 300);
    claimed(report(s, type, 400));
    const { version } = s.book;
    report(s, type, 400);
    s.reportRefused('order.factContradicted', { type, lines: [lineNo(1)], at: instant(401) });
    expect(s.book.version).toBe(version);
  });

  it('never puts the delivery before the shipment', () => {
    const s = report(report(fresh(), 'shipped', 300), 'delivered', 400);
    s.reportRefused('order.factContradicted', { type: 'delivered', lines: [lineNo(1)], at: instant(299) });
    s.reportRefused('order.factContradicted', { type: 'shipped', lines: [lineNo(1)], at: instant(401) });
    expect(times(s)).toEqual([300, 400, undefined]);
  });
});

describe('a shipment that is reported after its delivery', () => {
  it('is taken, also when there was an after-sale: only the delivery had told of it', () => {
    const s = report(claimed(report(fresh(), 'delivered', 400)), 'shipped', 300);
    expect(times(s)).toEqual([300, 400, undefined]);
    s.reportRefused('order.factContradicted', { type: 'shipped', lines: [lineNo(1)], at: instant(200) });
  });
});

describe('an order that says of a delivery and not of the shipment', () => {
  const put = (s: Scenario, change: object) => {
    const lines = s.book.order.lines.map(({ shippedAt: _, ...line }, i) => (i === 0 ? { ...line, ...change } : line));
    return s.give(s.platformPrincipal(), { kind: 'putOrder', order: { ...s.book.order, lines } });
  };

  it.each([
    ['still does not', {}, undefined],
    ['does by now', { shippedAt: instant(300) }, 300],
  ] as const)('contradicts no report of the delivery alone where it %s', (_, change, shippedAt) => {
    const s = claimed(report(fresh(), 'delivered', 400));
    expect(put(s, change)).toMatchObject({ kind: 'decided' });
    expect(times(s)).toEqual([shippedAt, 400, undefined]);
  });

  it('tells who waits for the parcel to be stopped that it is too late', () => {
    const s = fresh()
      .apply({ selection: some(1, 1) })
      .approve()
      .expect('stopping');
    put(s, { deliveredAt: instant(400) });
    s.expect('reviewing.operations');
  });

  it('leaves nothing to be stopped', () => {
    const s = fresh();
    put(s, { deliveredAt: instant(400) });
    s.reportRefused('order.factContradicted', { type: 'stopped', lines: [lineNo(1)], at: instant(500) });
  });
});

describe('an order with a time that is to come', () => {
  const DAY_MS = 86_400_000;
  const put = (s: Scenario, change: (order: Order) => Order) =>
    s.give(s.platformPrincipal(), { kind: 'putOrder', order: change(s.book.order) });
  const inLine =
    (fact: 'shippedAt' | 'deliveredAt' | 'stoppedAt') =>
    (at: number) =>
    (o: Order): Order => ({ ...o, lines: o.lines.map((line, i) => (i === 1 ? { ...line, [fact]: instant(at) } : line)) });

  it.each([
    [
      'placedAt',
      (at: number) =>
        (o: Order): Order => ({ ...o, placedAt: instant(at), paidAt: instant(at) }),
    ],
    [
      'paidAt',
      (at: number) =>
        (o: Order): Order => ({ ...o, paidAt: instant(at) }),
    ],
    ['lines[1].shippedAt', inLine('shippedAt')],
    ['lines[1].deliveredAt', inLine('deliveredAt')],
    ['lines[1].stoppedAt', inLine('stoppedAt')],
  ] as const)('is refused with the path %s, but for what clocks may be apart', (path, at) => {
    const s = fresh();
    expect(put(s, at(s.now + DAY_MS + 1))).toMatchObject({ code: 'request.invalid', path });
    expect(put(s, at(s.now + DAY_MS))).toMatchObject({ kind: 'decided' });
  });

  it('is refused when it is new', () => {
    expect(() => scenario({ ...order(), paidAt: instant(2 * DAY_MS) })).toThrow('request.invalid');
  });
});

describe('a time before the order was placed', () => {
  const DAY_MS = 86_400_000;
  const PLACED = 40 * DAY_MS;
  const put = (s: Scenario, given: Order) => s.give(s.platformPrincipal(), { kind: 'putOrder', order: given });
  const placed = (): Scenario => {
    const s = fresh().passes('40d');
    put(s, { ...s.book.order, placedAt: instant(PLACED), paidAt: instant(PLACED) });
    return s;
  };

  it.each(['shipped', 'delivered', 'stopped'] as const)('is refused in a report, but for what clocks may be apart: %s', (type) => {
    const s = placed();
    s.reportRefused('request.invalid', { type, lines: [lineNo(1)], at: instant(0) });
    s.reportRefused('request.invalid', { type, lines: [lineNo(1)], at: instant(PLACED - DAY_MS - 1) });
    report(s, type, PLACED - DAY_MS);
    expect(times(s)).toContain(PLACED - DAY_MS);
  });

  it.each(['shippedAt', 'deliveredAt', 'stoppedAt'] as const)('is refused in an order with its path: %s', (fact) => {
    const s = placed();
    const at = (time: number): Order => ({
      ...s.book.order,
      lines: s.book.order.lines.map((line, i) => (i === 1 ? { ...line, [fact]: instant(time) } : line)),
    });
    expect(put(s, at(PLACED - DAY_MS - 1))).toMatchObject({ code: 'request.invalid', path: `lines[1].${fact}` });
    expect(put(s, at(PLACED - DAY_MS))).toMatchObject({ kind: 'decided' });
  });

  it('is refused where the order is said to have been placed later than its goods were shipped', () => {
    const s = report(placed(), 'shipped', PLACED);
    const later = instant(PLACED + DAY_MS + 1);
    s.passes('2d');
    expect(put(s, { ...s.book.order, placedAt: later, paidAt: later })).toMatchObject({
      code: 'request.invalid',
      path: 'lines[0].shippedAt',
    });
  });
});
