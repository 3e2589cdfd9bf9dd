import fc from 'fast-check';
import { COMMANDS_OF } from '../../../src/actors/authorize.js';
import type { AfterSaleCommand, AfterSaleCommandType, Application } from '../../../src/actors/command.js';
import type { Decided } from '../../../src/actors/decide.js';
import { ENTRY_POINTS, type EntryPoint } from '../../../src/actors/principal.js';
import type { AfterSale } from '../../../src/actors/rows.js';
import { instant } from '../../../src/domain/ids.js';
import { isRefusal, type Refusal } from '../../../src/domain/refusals.js';
import type { SelectionEntry } from '../../../src/domain/selection.js';
import type { AfterSaleType, Bearer } from '../../../src/machines/words.js';
import { isOpen, stateOf } from './reckoning.js';
import type { Scenario } from './scenario.js';

/** What may happen to a book at random; numbers choose among what is possible when it happens. */
export interface Move {
  readonly what: (typeof WHAT)[number];
  readonly which: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const WHAT = [
  ...Array<'apply'>(5).fill('apply'),
  ...Array<'likely'>(22).fill('likely'),
  ...Array<'command'>(4).fill('command'),
  ...Array<'gateway'>(7).fill('gateway'),
  ...Array<'pay'>(2).fill('pay'),
  ...Array<'timer'>(2).fill('timer'),
  ...(['oldTimer', 'report', 'moved', 'goodwill', 'again'] as const),
] as const;

const number = fc.nat({ max: 9999 });
/** Stories of `least` to `most` moves; fast-check alone would tell short ones only. */
export const anyMoves = (least: number, most: number): fc.Arbitrary<Move[]> =>
  fc.array(fc.record({ what: fc.constantFrom(...WHAT), which: number, a: number, b: number, c: number }), {
    minLength: least,
    maxLength: most,
    size: 'max',
  });

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

const WORDS: readonly AfterSaleCommandType[] = [
  ...new Set(ENTRY_POINTS.flatMap((role): readonly AfterSaleCommandType[] => COMMANDS_OF[role])),
];

/** What usually comes next, so that stories get far. */
const NEXT: Readonly<Record<string, readonly AfterSaleCommandType[]>> = {
  'reviewing.merchant': [
    'approve',
    'approve',
    'approve',
    'approve',
    'approve',
    'approve',
    'offer',
    'reject',
    'escalate',
    'askEvidence',
    'hold',
  ],
  'reviewing.operations': ['approve', 'approve', 'offer', 'reject'],
  'reviewing.offered': ['accept', 'accept', 'decline'],
  'reviewing.awaitingEvidence': ['provide'],
  'returning.awaitingHandover': ['handOver', 'handOver', 'handOver', 'received', 'received', 'withdraw', 'reschedule'],
  'returning.pickupScheduled': ['handOver', 'received'],
  'returning.inTransit': ['received', 'received', 'lost'],
  'returning.inspecting': ['inspect', 'inspect'],
  'refunding.manual': ['retry', 'anotherWay', 'paidByHand'],
  'exchanging.awaitingPayment': ['paid', 'paid', 'refuse', 'outOfStock'],
  'exchanging.preparing': ['ship', 'ship', 'outOfStock'],
  'exchanging.shipped': ['delivered', 'delivered', 'lost'],
  'repairing.diagnosing': ['diagnose', 'unrepairable'],
  'repairing.awaitingConsent': ['consent', 'refuse'],
  'repairing.working': ['repaired', 'unrepairable'],
  'repairing.shippingBack': ['ship', 'delivered', 'lost'],
  'sendingBack.preparing': ['ship'],
  'sendingBack.shipped': ['delivered', 'lost'],
  rejected: ['appeal'],
  completed: ['appeal'],
  'arbitrating.evidence': ['rule', 'provide'],
  'arbitrating.ruling': ['rule'],
};

/** Lets one thing happen. A refusal is as good as any other answer. */
export function happen(s: Scenario, move: Move, focus?: AfterSaleType): Decided | Refusal | undefined {
  const { which, a, b, c } = move;
  const all = [...s.history.afterSales.values()];
  const open = all.filter((row) => isOpen(row));
  switch (move.what) {
    case 'apply':
      return apply(s, move, which % 4 === 0 ? undefined : focus);
    case 'command': {
      const row = pick(which % 3 === 0 ? all : open, which);
      const word = pick(WORDS, a);
      return row === undefined || word === undefined ? undefined : command(s, row, word, b, c);
    }
    case 'likely': {
      const row = pick(open.length > 0 && which % 7 > 0 ? open : all, which);
      const word = row === undefined ? undefined : pick<AfterSaleCommandType>(NEXT[stateOf(row)] ?? ['note'], a);
      return row === undefined || word === undefined ? undefined : command(s, row, word, b, c);
    }
    case 'gateway':
      return gateway(s, which, a);
    case 'pay':
      s.paid();
      return undefined;
    case 'timer': {
      const next = s.timers()[which % 4 === 0 ? a % Math.max(1, s.timers().length) : 0];
      return next === undefined ? undefined : s.fire(next);
    }
    case 'oldTimer': {
      const row = pick(all, which);
      const timer = s.timers()[0];
      if (row === undefined || timer === undefined) return undefined;
      return s.give(
        { role: 'system', part: 'timers' },
        { kind: 'timer', afterSaleId: row.id, timerId: timer.timerId, visit: a % (timer.visit + 1) },
      );
    }
    case 'report':
      return s.give(s.platformPrincipal(), {
        kind: 'report',
        report: {
          type: pick(['shipped', 'delivered', 'stopped'] as const, a) ?? 'shipped',
          lines: [(pick(s.book.order.lines, b) ?? s.book.order.lines[0])?.lineNo ?? (1 as never)],
          at: instant(s.now),
        },
      });
    case 'moved':
      return which % 2 === 0 ? moved(s, move) : undefined;
    case 'goodwill':
      return s.give(
        { role: 'operations', id: 'operator' },
        { kind: 'goodwill', amount: s.price(1 + (a % 3000)), to: 'wallet', remark: 'x' },
      );
    case 'again': {
      const [key, attempts] = pick([...s.history.paidByGateway], which) ?? [];
      if (key === undefined || attempts === undefined) return undefined;
      return s.says(key, { outcome: 'paid', reference: `paid-${[...attempts][0] ?? 1}` }, [...attempts][0] ?? 1);
    }
  }
}

/** An amount of the size of what a unit of the order costs, or of a part of it. */
function some(s: Scenario, a: number, c: number): number {
  const run = pick(s.book.split.runs, a);
  const cost = run === undefined ? 0 : run.cost.net + run.cost.tax;
  return [cost, Math.floor(cost / 2), Math.floor((cost * (c % 100)) / 100), c % 20][a % 4] ?? 0;
}

function selection(s: Scenario, a: number, b: number): SelectionEntry[] {
  const line = pick(s.book.order.lines, a);
  if (line === undefined) return [];
  const quantity = 1 + (b % line.quantity);
  if (a % 7 === 0) return s.book.order.lines.map(({ lineNo, quantity: all }) => ({ lineNo, quantity: all }));
  if (a % 5 === 0) return [{ lineNo: line.lineNo, units: [1 + (b % line.quantity)] }];
  return [{ lineNo: line.lineNo, quantity }];
}

function apply(s: Scenario, { which, a, b, c }: Move, focus?: AfterSaleType): Decided | Refusal {
  const type = focus ?? pick(['refund', 'return', 'exchange', 'repair'] as const, which) ?? 'refund';
  const reason = pick(['unwanted', 'faulty', 'damaged', 'mistaken'], c) ?? 'unwanted';
  const kinds = type === 'refund' ? (['unit', 'unit', 'money', 'weight'] as const) : (['unit'] as const);
  const kind = pick(kinds, b) ?? 'unit';
  const entries = selection(s, a, b).map((entry) => (kind === 'weight' ? { ...entry, actualGrams: c % 299 } : entry));
  const sku = pick(s.book.order.lines, a)?.sku ?? '';
  const claim: Application['claim'] = kind === 'money' ? { kind, amount: s.price(1 + some(s, a, c)) } : { kind };
  const role = pick(['user', 'user', 'user', 'merchant', 'operations', 'platform'] as const, b + c) ?? 'user';
  const application: Application = {
    ...s.application({
      type,
      reason,
      selection: entries,
      ...(type === 'exchange' ? { wanted: { sku: c % 2 === 0 ? sku : 'another' } } : {}),
    }),
    claim,
  };
  return s.give(s.principalOf(role), { kind: 'apply', application });
}

function command(s: Scenario, row: AfterSale, word: AfterSaleCommandType, b: number, c: number): Decided | Refusal | undefined {
  const roles = ENTRY_POINTS.filter((role) => (COMMANDS_OF[role] as readonly AfterSaleCommandType[]).includes(word));
  const state = stateOf(row);
  const turn = state === 'reviewing.operations' ? 'operations' : state === 'reviewing.merchant' ? 'merchant' : undefined;
  const role: EntryPoint | undefined = turn !== undefined && roles.includes(turn) && b % 9 > 0 ? turn : pick(roles, b);
  if (role === undefined) return undefined;
  return s.give(s.principalOf(role), { kind: 'afterSale', afterSaleId: row.id, command: worded(s, row, word, b, c) });
}

const BEARERS: readonly Bearer[] = ['merchant', 'platform', 'carrier'];

function worded(s: Scenario, row: AfterSale, word: AfterSaleCommandType, b: number, c: number): AfterSaleCommand {
  const price = s.price(some(s, c, b) * 2);
  const bearer = b % 3 === 0 ? { bearer: pick(BEARERS, c) ?? 'merchant' } : {};
  switch (word) {
    case 'approve':
      return { type: 'approve', ...(row.type === 'exchange' && row.wanted?.same === false ? { price } : {}) };
    case 'reject':
    case 'askEvidence':
    case 'hold':
      return { type: word, remark: 'x' };
    case 'offer':
      return row.type === 'exchange' && c % 2 === 0 ? { type: 'offer', price } : { type: 'offer', amount: s.price(1 + some(s, c, b)) };
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
      return { type: 'paid', amount: s.price(c % 9 === 0 ? c : row.difference), reference: `payment-${b % 3}` };
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
      return { type: word, verdict: { outcome, ...(c % 2 === 0 ? { amount: s.price(1 + some(s, c, b)) } : {}), ...bearer }, remark: 'x' };
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

function gateway(s: Scenario, which: number, a: number): Decided | Refusal | undefined {
  const waiting = pick(s.waiting, which);
  if (waiting === undefined) return undefined;
  const { payoutKey, attempt } = waiting;
  switch (a % 8) {
    case 0:
    case 1:
      return s.says(payoutKey, { outcome: 'declined', code: 'no' }, attempt);
    case 2:
      return s.says(payoutKey, { outcome: 'unknown' }, attempt);
    case 3:
      return s.give({ role: 'system', part: 'payouts' }, { kind: 'payoutStuck', payoutKey, attempt });
    case 4:
      // A gateway that pays an attempt which it had declined for sure.
      return attempt === 1 ? undefined : s.says(payoutKey, { outcome: 'paid', reference: `paid-${attempt - 1}` }, attempt - 1);
    default:
      return s.says(payoutKey, { outcome: 'paid', reference: `paid-${attempt}` }, attempt);
  }
}

function moved(s: Scenario, { which, a, b, c }: Move): Decided | Refusal {
  const tender = pick(s.book.order.tenders, b);
  return s.give(s.platformPrincipal(), {
    kind: 'report',
    report: {
      type: 'movedElsewhere',
      reference: `moved-${c}`,
      amount: s.price(1 + some(s, a, c)),
      ...(which % 2 === 0 && tender !== undefined ? { tenderId: tender.id } : {}),
      ...(b % 2 === 0 ? { units: { claim: c % 2 === 0 ? 'unit' : 'money', selection: selection(s, c, a) } } : {}),
    },
  });
}

/** Lets everything come to its end: gateways pay, persons act on what waits for them, deadlines pass (promise 10). */
export function settleAll(s: Scenario): void {
  for (let steps = 0; steps < 2000; steps++) {
    s.paid();
    for (const payout of s.history.payouts.values()) {
      if (payout.state !== 'declined') continue;
      s.give({ role: 'operations', id: 'operator' }, { kind: 'payout', payoutKey: payout.key, command: { type: 'retry' } });
    }
    for (const row of s.history.afterSales.values()) {
      if (stateOf(row) === 'refunding.manual') {
        const outcome = s.give(
          { role: 'operations', id: 'operator' },
          { kind: 'afterSale', afterSaleId: row.id, command: { type: 'retry' } },
        );
        if (isRefusal(outcome)) throw new Error(`a person cannot retry in after-sale ${row.refundId}: ${outcome.code}`);
      }
    }
    if (s.waiting.length > 0) continue;
    const next = s.timers()[0];
    if (next === undefined) return;
    s.fire(next);
  }
  throw new Error(
    `still waiting: ${[...s.history.afterSales.values()]
      .filter(isOpen)
      .map((row) => `${row.refundId} ${stateOf(row)}`)
      .join()}`,
  );
}
