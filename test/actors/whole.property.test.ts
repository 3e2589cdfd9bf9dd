import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/domain/refusals.js';
import type { SelectionEntry } from '../../src/domain/selection.js';
import { scaled } from '../scale.js';
import { happen, settleAll } from './world/happen.js';
import { anyMoves } from './world/moves.js';
import { units } from './world/orders.js';
import { anyParts, everythingIsBack, refundTheRest, takePart } from './world/partByPart.js';
import { anyPaidOrder } from './world/randomOrders.js';
import { type Scenario, scenario } from './world/scenario.js';
import { templateWith } from './world/templates.js';

/** Partial refunds of any kind and order, followed by the rest, are exactly the whole (promise 5). */

const LAST = templateWith({ freight: { refund: 'lastUnit' } });

describe('any part first and then the rest', () => {
  it('gives exactly the whole, to the last point of every tender', () => {
    fc.assert(
      fc.property(anyPaidOrder, anyParts, (order, asked) => {
        const s = scenario(order, { templates: [LAST], trailEvery: 20 });
        for (const part of asked) takePart(s, part);
        refundTheRest(s);
        everythingIsBack(s);
      }),
      { numRuns: scaled(80) },
    );
  });

  it('does so after any story, but for what fees and partial ends have kept', () => {
    fc.assert(
      fc.property(anyPaidOrder, anyMoves(10, 50), (order, moves) => {
        const s = scenario(order, { templates: [LAST], trailEvery: 20 });
        for (const move of moves) happen(s, move);
        settleAll(s);
        refundTheRest(s);
        settleAll(s);
        const cap = s.cap('order');
        const left = cap.limit.net + cap.limit.tax - cap.posted.net - cap.posted.tax;
        expect(left).toBe(leftOnEndedUnits(s) + leftOfFreight(s));
      }),
      { numRuns: scaled(60) },
    );
  });
});

function leftOnEndedUnits(s: Scenario): number {
  const ended = s.history.endedUnits();
  return [...s.history.units()]
    .filter(([name]) => ended.has(name))
    .reduce((all, [, unit]) => all + unit.cost.net + unit.cost.tax - unit.granted.net - unit.granted.tax, 0);
}

const leftOfFreight = (s: Scenario): number => {
  const { limit, posted } = s.history.caps.get('freight') ?? { limit: { net: 0, tax: 0 }, posted: { net: 0, tax: 0 } };
  return limit.net + limit.tax - posted.net - posted.tax;
};

describe('dividing a request', () => {
  it('gains nothing: one entry, one for each unit, and any order of them ask for the same', () => {
    fc.assert(
      fc.property(anyPaidOrder, fc.nat(99), fc.nat(99), fc.nat(9999), (order, index, count, shuffle) => {
        const line = order.lines[index % order.lines.length];
        if (line === undefined) return;
        const quantity = 1 + (count % line.quantity);
        const whole: SelectionEntry[] = [{ lineNo: line.lineNo, quantity }];
        const single = Array.from({ length: quantity }, (): SelectionEntry => ({ lineNo: line.lineNo, quantity: 1 }));
        const other = order.lines[(index + 1) % order.lines.length];
        const more: SelectionEntry[] = other === undefined || other === line ? [] : [{ lineNo: other.lineNo, quantity: 1 }];
        const asked = [[...whole, ...more], [...more, ...single], shuffle % 2 === 0 ? [...single, ...more] : [...more, ...whole]];
        const reserved = asked.map((selection) => {
          const s = scenario(order, { templates: [LAST] });
          const outcome = s.give(s.buyer(), { kind: 'apply', application: s.application({ selection }) });
          return isRefusal(outcome) ? outcome.code : s.on(1).afterSale.reserved;
        });
        expect(reserved[1]).toEqual(reserved[0]);
        expect(reserved[2]).toEqual(reserved[0]);
      }),
      { numRuns: scaled(80) },
    );
  });

  it('gains no money: many small claims give no more than one, net and tax each', () => {
    fc.assert(
      fc.property(anyPaidOrder, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }), (order, amounts) => {
        const s = scenario(order, { templates: [LAST] });
        const at = units(1, 1);
        const first = s.history.units().get('1.1');
        const cost = (first?.cost.net ?? 0) + (first?.cost.tax ?? 0);
        let taken = 0;
        for (const amount of amounts) {
          const outcome = s.give(s.buyer(), { kind: 'apply', application: s.application({ selection: at, claim: amount }) });
          if (isRefusal(outcome)) {
            expect(outcome.code).toBe('amount.exceedsCost');
            expect(amount).toBeGreaterThan(cost - taken);
            continue;
          }
          s.on(s.book.state.lastRefundId).approve().paid();
          taken += amount;
          expect(s.cap('line:1').posted.net + s.cap('line:1').posted.tax).toBe(taken);
        }
      }),
      { numRuns: scaled(60) },
    );
  });
});
