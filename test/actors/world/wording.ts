import type { AfterSaleCommand, AfterSaleCommandType } from '../../../src/actors/command.js';
import type { AfterSale } from '../../../src/actors/rows.js';
import { instant } from '../../../src/domain/ids.js';
import type { SelectionEntry } from '../../../src/domain/selection.js';
import type { Bearer } from '../../../src/machines/words.js';
import type { Scenario } from './scenario.js';

/** What is said at random: amounts, selections and commands, as numbers choose them. */

export const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

/** An amount of the size of what a unit of the order costs, or of a part of it. */
export function someAmount(s: Scenario, a: number, c: number): number {
  const run = pick(s.book.split.runs, a);
  const cost = run === undefined ? 0 : run.cost.net + run.cost.tax;
  return [cost, Math.floor(cost / 2), Math.floor((cost * (c % 100)) / 100), c % 20][a % 4] ?? 0;
}

/** Some units of one line, or all there are. */
export function someSelection(s: Scenario, a: number, b: number): SelectionEntry[] {
  const line = pick(s.book.order.lines, a);
  if (line === undefined) return [];
  const quantity = 1 + (b % line.quantity);
  if (a % 7 === 0) return s.book.order.lines.map(({ lineNo, quantity: all }) => ({ lineNo, quantity: all }));
  if (a % 5 === 0) return [{ lineNo: line.lineNo, units: [1 + (b % line.quantity)] }];
  return [{ lineNo: line.lineNo, quantity }];
}

const BEARERS: readonly Bearer[] = ['merchant', 'platform', 'carrier'];

/** A command with whatever its word asks for. */
export function worded(s: Scenario, row: AfterSale, word: AfterSaleCommandType, b: number, c: number): AfterSaleCommand {
  const price = s.price(someAmount(s, c, b) * 2);
  const bearer = b % 3 === 0 ? { bearer: pick(BEARERS, c) ?? 'merchant' } : {};
  switch (word) {
    case 'approve':
      return { type: 'approve', ...(row.type === 'exchange' && row.wanted?.same === false ? { price } : {}) };
    case 'reject':
    case 'askEvidence':
    case 'hold':
      return { type: word, remark: 'x' };
    case 'offer':
      return row.type === 'exchange' && c % 2 === 0
        ? { type: 'offer', price }
        : { type: 'offer', amount: s.price(1 + someAmount(s, c, b)) };
    case 'provide':
      return { type: 'provide', evidence: [] };
    case 'reschedule':
      return { type: 'reschedule', from: instant(s.now), to: instant(s.now + 3_600_000) };
    case 'inspect': {
      const result = pick(['all', 'part', 'none'] as const, b) ?? 'all';
      const first = row.units[c % row.units.length];
      const passed =
        first === undefined ? {} : { passed: [{ lineNo: first.lineNo, units: [first.from + (c % (first.to - first.from + 1))] }] };
      return { type: 'inspect', result, sellable: c % 2 === 0, ...(result === 'part' ? passed : {}), ...bearer };
    }
    case 'anotherWay':
      return { type: 'anotherWay', way: c % 2 === 0 ? 'wallet' : 'account', account: 'name' };
    case 'paidByHand':
      return { type: 'paidByHand', reference: `hand-${c}` };
    case 'paid':
      return { type: 'paid', amount: s.price(c % 9 === 0 ? c : row.difference || 1 + (c % 200)), reference: `payment-${b % 3}` };
    case 'diagnose':
      return { type: 'diagnose', ...(c % 2 === 0 ? { price: s.price(c % 50) } : {}) };
    case 'appeal':
      return { type: 'appeal', remark: 'x', evidence: [] };
    case 'rule':
    case 'override': {
      const outcome = pick(['upheld', 'refund', 'refund', 'return', 'exchange', 'repair', 'bearer'] as const, b) ?? 'upheld';
      if (outcome === 'upheld') return { type: word, verdict: { outcome }, remark: 'x' };
      if (outcome === 'bearer') return { type: word, verdict: { outcome, bearer: pick(BEARERS, c) ?? 'merchant' }, remark: 'x' };
      const named = row.wanted?.same === false && (row.wanted.price === null || c % 3 === 0) ? { price } : {};
      if (outcome === 'exchange') return { type: word, verdict: { outcome, ...named, ...bearer }, remark: 'x' };
      if (outcome !== 'refund') return { type: word, verdict: { outcome, ...bearer }, remark: 'x' };
      return {
        type: word,
        verdict: { outcome, ...(c % 2 === 0 ? { amount: s.price(1 + someAmount(s, c, b)) } : {}), ...bearer },
        remark: 'x',
      };
    }
    case 'note':
      return { type: 'note', text: 'x', visibility: 'all' };
    case 'extend':
      return { type: 'extend', byMs: 1 + c * 1000 };
    case 'repayFreight':
      return {
        type: 'repayFreight',
        amount: s.price(1 + (c % 2500)),
        evidence: [{ kind: 'photo', url: 'https://example.org/a', sha256: 'a' }],
        to: 'wallet',
      };
    default:
      return { type: word };
  }
}
