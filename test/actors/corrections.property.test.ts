import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BookCommand, OrderReport } from '../../src/actors/command.js';
import type { Decided } from '../../src/actors/decide.js';
import { instant, lineNo, tenderId } from '../../src/domain/ids.js';
import { gross, minor } from '../../src/domain/money.js';
import type { Order, OrderFlag, OrderLine } from '../../src/domain/order.js';
import { isRefusal, type Refusal } from '../../src/domain/refusals.js';
import { splitOrder } from '../../src/domain/split.js';
import { splitOf } from '../domain/orders.js';
import { scaled } from '../scale.js';
import { settleAll } from './world/happen.js';
import { anyStory, begun, goOn, type Story } from './world/randomStories.js';
import { isOpen } from './world/reckoning.js';
import type { Scenario } from './world/scenario.js';
import { trailAgrees } from './world/statePromises.js';
import { toldTruly } from './world/told.js';

/** Corrections of an order and reports of what became of it, in any order, between reservations and payouts. */

const FACTS = ['shipped', 'delivered', 'stopped'] as const;
const DAY = 86_400_000;

interface Correction {
  readonly what: 'report' | 'time' | 'forget' | 'flags' | 'price' | 'dearer' | 'tender' | 'unitCost' | 'same';
  readonly after: number;
  readonly line: number;
  readonly fact: number;
  readonly time: number;
}

const anyCorrections: fc.Arbitrary<Correction[]> = fc.array(
  fc.record({
    what: fc.constantFrom(
      'report',
      'report',
      'report',
      'time',
      'time',
      'forget',
      'flags',
      'price',
      'dearer',
      'dearer',
      'tender',
      'unitCost',
      'same',
    ),
    after: fc.nat(40),
    line: fc.nat(9),
    fact: fc.nat(2),
    time: fc.nat(6),
  }),
  { minLength: 5, maxLength: 30, size: 'max' },
);

const timeOf = (s: Scenario, n: number): number => [s.now, s.now - 1, s.now + 3_600_000, 0, s.now + 2 * DAY, -2 * DAY, 500_000][n % 7] ?? 0;

function withLine(order: Order, index: number, change: (line: OrderLine) => OrderLine): Order {
  const at = index % order.lines.length;
  return { ...order, lines: order.lines.map((line, i) => (i === at ? change(line) : line)) };
}

/** The order, paid by one card whatever it costs. */
function paidByCard(order: Order): Order {
  const outcome = splitOrder(order);
  const cost = isRefusal(outcome) ? outcome.facts?.cost : gross(outcome.total);
  return typeof cost === 'number' ? { ...order, tenders: [{ id: tenderId('card'), kind: 'card', amount: minor(cost) }] } : order;
}

/** The order as the platform would give it once more, with something else in it. */
function corrected(s: Scenario, { what, line, fact, time }: Correction): Order {
  const { order } = s.book;
  const name = `${FACTS[fact] ?? 'shipped'}At` as const;
  switch (what) {
    case 'time':
      return withLine(order, line, (given) => ({ ...given, [name]: instant(timeOf(s, time)) }));
    case 'forget':
      return withLine(order, line, (given) => {
        const { [name]: _gone, ...rest } = given;
        return rest;
      });
    case 'flags':
      return { ...order, flags: [[], ['trial'], ['virtual'], ['trial', 'virtual']][time % 4] as OrderFlag[] };
    case 'price':
      return withLine(order, line, (given) => ({ ...given, unitPrice: minor(given.unitPrice + 1 + time) }));
    case 'dearer':
      return paidByCard(withLine(order, line, (given) => ({ ...given, unitPrice: minor(given.unitPrice + 100) })));
    case 'tender':
      return { ...order, tenders: order.tenders.map((tender, i) => (i === 0 ? { ...tender, amount: minor(tender.amount + 1) } : tender)) };
    case 'unitCost':
      return withLine(order, line, (given) => ({ ...given, unitCost: minor(given.unitCost + time) }));
    default:
      return { ...order };
  }
}

function commandOf(s: Scenario, correction: Correction): BookCommand {
  if (correction.what !== 'report') return { kind: 'putOrder', order: corrected(s, correction) };
  const { line, fact, time } = correction;
  const all = s.book.order.lines;
  const lines = time % 3 === 0 ? all.map((each) => each.lineNo) : [all[line % all.length]?.lineNo ?? lineNo(1)];
  const report: OrderReport = { type: FACTS[fact] ?? 'shipped', lines, at: instant(timeOf(s, time)) };
  return { kind: 'report', report };
}

const isChanged = (outcome: Decided | Refusal): boolean => !isRefusal(outcome) && outcome.changes !== null;

/** What no request can say: it is refused before anything is asked of the book. */
const isNonsense = ({ lines }: Order): boolean =>
  lines.some(({ shippedAt, deliveredAt, stoppedAt }) => {
    if (stoppedAt !== undefined && (shippedAt ?? deliveredAt) !== undefined) return true;
    return shippedAt !== undefined && deliveredAt !== undefined && deliveredAt < shippedAt;
  });

/** One correction: what was said stays so, and saying it again changes nothing. */
function correct(s: Scenario, correction: Correction): void {
  const command = commandOf(s, correction);
  if (command.kind === 'putOrder' && isNonsense(command.order)) return;
  const before = s.book.order;
  const { lastRefundId, lastDecision } = s.book.state;
  const touched = lastRefundId > 0 || lastDecision > 0;
  const asPut = command.kind === 'report' ? orderReported(before, command.report) : undefined;
  const put = asPut === undefined ? undefined : s.decide(s.platformPrincipal(), { kind: 'putOrder', order: asPut });
  const outcome = s.give(s.platformPrincipal(), command);
  if (isRefusal(outcome)) {
    expect(['order.factContradicted', 'order.changed', 'order.unbalanced', 'split.unbalanced', 'request.invalid']).toContain(outcome.code);
    expect(s.book.order).toBe(before);
    return;
  }
  if (put !== undefined && isRefusal(put)) throw new Error(`reported as ${JSON.stringify(command)}, and refused in the order: ${put.code}`);
  for (const line of s.book.order.lines) {
    const { shippedAt, deliveredAt, stoppedAt } = line;
    if (stoppedAt !== undefined) expect([shippedAt, deliveredAt], 'stopped and shipped').toEqual([undefined, undefined]);
    if (shippedAt !== undefined && deliveredAt !== undefined)
      expect(shippedAt, 'shipped after the delivery').toBeLessThanOrEqual(deliveredAt);
    const known = before.lines.find((each) => each.lineNo === line.lineNo);
    if (!touched || known === undefined) continue;
    if (known.deliveredAt !== undefined) expect(deliveredAt, 'delivered').toBe(known.deliveredAt);
    if (known.stoppedAt !== undefined) expect(stoppedAt, 'stopped').toBe(known.stoppedAt);
  }
  if (command.kind === 'putOrder') expect(s.book.order).toEqual(command.order);
  if (touched) expect(s.book.split).toEqual(splitOf(before));
  expect(gross(s.book.split.total)).toBe(s.book.order.tenders.reduce((all, { amount }) => all + amount, 0));
  expect(isChanged(s.give(s.platformPrincipal(), command)), `${JSON.stringify(command)} said again`).toBe(false);
  expect(toldTruly(s)).toEqual([]);
}

/** The order that says what a report says. */
function orderReported(order: Order, report: OrderReport): Order | undefined {
  if (report.type === 'movedElsewhere') return undefined;
  const { type, lines, at } = report;
  return {
    ...order,
    lines: order.lines.map((line) => {
      if (!lines.includes(line.lineNo) || line[`${type}At`] === at) return line;
      const assumed = line.deliveredAt !== undefined && line.shippedAt === line.deliveredAt;
      const shipped = type === 'delivered' ? { shippedAt: assumed ? at : (line.shippedAt ?? at) } : {};
      return { ...line, ...shipped, [`${type}At`]: at };
    }),
  };
}

function tell(story: Story, corrections: readonly Correction[]): Scenario {
  const s = begun(story);
  for (const index of story.moves.keys()) {
    for (const correction of corrections) if (correction.after === index) correct(s, correction);
    goOn(s, story, index);
  }
  return s;
}

describe('an order that is corrected and reported on between reservations and payouts', () => {
  it('keeps every promise, and says the same when it is said again', () => {
    fc.assert(
      fc.property(anyStory, anyCorrections, (story, corrections) => {
        const s = tell(story, corrections);
        settleAll(s);
        expect(trailAgrees(s.history)).toEqual([]);
        expect([...s.history.afterSales.values()].filter(isOpen)).toEqual([]);
      }),
      { numRuns: scaled(60) },
    );
  });
});
