import { expect, it } from 'vitest';
import type { AfterSaleCommand } from '../../src/actors/command.js';
import type { AfterSale, Decision } from '../../src/actors/rows.js';
import { commandId, instant, lineNo } from '../../src/domain/ids.js';
import { NO_MONEY } from '../../src/domain/money.js';
import { AuditedBook } from '../../src/sim/auditor/book.js';
import { Remedies } from '../../src/sim/auditor/remedies.js';
import { afterSaleOf, commitOf, keyOf, orderOf } from '../store/commits.js';

const piece = (from: number, to = from) => ({ lineNo: lineNo(1), from, to });

/** What the second model finds in a repair of two pieces, step by step: what was said, and the row that it led to. */
function findings(steps: readonly (readonly [said: AfterSaleCommand, row: Parameters<typeof afterSaleOf>[2]])[]): string[] {
  const remedies = new Remedies();
  const book = new AuditedBook(keyOf(1), orderOf(keyOf(1)));
  let old: AfterSale = afterSaleOf(1, 2, { type: 'repair', units: [piece(1, 2)], goods: 'underway', state: { returning: 'inTransit' } });
  return steps.flatMap(([command, more], i) => {
    const row = afterSaleOf(1, i + 3, { type: 'repair', refundId: old.refundId, units: [piece(1, 2)], goods: 'merchant', ...more });
    const { write } = commitOf(keyOf(1), i + 3, command.type, { changes: { afterSales: [row] } });
    if (write === null) return [];
    const envelope = { id: commandId(`c-${i}`), book: keyOf(1), command: { kind: 'afterSale', afterSaleId: row.id, command } } as const;
    const before = {
      version: i + 2,
      chain: '',
      afterSales: new Map<string, AfterSale>([[row.id, old]]),
      payouts: new Map(),
      timer: undefined,
    };
    const step = { write, envelope, before: { ...before, claims: new Map() }, book };
    remedies.hear(step);
    old = row;
    return [...remedies.follow(step)].map(({ check, detail }) => `${check}: ${detail}`);
  });
}

const override = (outcome: 'refund' | 'repair'): AfterSaleCommand => ({ type: 'override', verdict: { outcome }, remark: 'x' });
const refundOf = (from: number, to: number): Decision => ({
  ...{ no: 1, kind: 'override', at: instant(0), state: 'paying', portions: [], freight: NO_MONEY, fees: [], shares: [] },
  ...{ bearer: 'merchant', offsets: [], ends: true, ended: [piece(from, to)] },
});
const mendedOne = [
  [{ type: 'received' }, { state: { returning: 'inspecting' } }],
  [
    { type: 'inspect', result: 'part', sellable: false },
    { passed: [piece(1)], state: { repairing: 'shippingBack' } },
  ],
  [{ type: 'delivered' }, { passed: [piece(1)], state: { sendingBack: 'preparing' } }],
] as const;

it.each([
  ['both, of which one was mended', [1, 2], ['oneRemedy: decision 1 (override) of after-sale 1 pays for 1.1, replaced or mended before']],
  ['the one that was mended', [1, 1], [expect.stringContaining('oneRemedy'), expect.stringContaining('forgets 1.2')]],
  ['the rest', [2, 2], []],
] as const)('the second model judges a verdict that refunds %s', (_, [from, to], expected) => {
  const refunds = [override('refund'), { passed: [piece(1)], decisions: [refundOf(from, to)], state: { refunding: 'paying' } }] as const;
  expect(findings([...mendedOne, [override('repair'), { state: { repairing: 'diagnosing' } }], refunds])).toEqual(expected);
});

it('the second model finds a piece that the merchant keeps for nothing beside one that was mended', () => {
  const ends = [{ type: 'note', visibility: 'all', text: 'x' }, { state: 'completed' }] as const;
  expect(findings([...mendedOne, ends])).toEqual(['piecesHeld: after-sale 1 is completed, and the merchant keeps 1.2 for nothing']);
  expect(findings([...mendedOne, [{ type: 'ship' }, { state: { sendingBack: 'shipped' } }], [{ type: 'delivered' }, ends[1]]])).toEqual([]);
});
