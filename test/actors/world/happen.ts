import { COMMANDS_OF } from '../../../src/actors/authorize.js';
import type { AfterSaleCommandType, Application } from '../../../src/actors/command.js';
import type { Decided } from '../../../src/actors/decide.js';
import { ENTRY_POINTS, type EntryPoint } from '../../../src/actors/principal.js';
import type { AfterSale } from '../../../src/actors/rows.js';
import { instant } from '../../../src/domain/ids.js';
import { isRefusal, type Refusal } from '../../../src/domain/refusals.js';
import type { SelectionEntry } from '../../../src/domain/selection.js';
import type { AfterSaleType } from '../../../src/machines/words.js';
import type { Move } from './moves.js';
import { isOpen, stateOf } from './reckoning.js';
import type { Scenario } from './scenario.js';
import { pick, someAmount, someSelection, worded } from './wording.js';

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
  'refunding.manual': ['hold', 'paidByHand', 'retry', 'anotherWay', 'paidByHand'],
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
      return moved(s, move);
    case 'goodwill':
      return s.give(s.principalOf('operations'), { kind: 'goodwill', amount: s.price(1 + (a % 3000)), to: 'wallet', remark: 'x' });
    case 'again': {
      const [key, attempts] = pick([...s.history.paidByGateway], which) ?? [];
      if (key === undefined || attempts === undefined) return undefined;
      return s.says(key, { outcome: 'paid', reference: `paid-${[...attempts][0] ?? 1}` }, [...attempts][0] ?? 1);
    }
    case 'lateAnswer':
      return lateAnswer(s, which, a);
    case 'appeal':
    case 'override':
    case 'hold':
    case 'release':
    case 'paid': {
      const word = move.what;
      const row = pick(
        all.filter((each) => isAbout(word, each)),
        which,
      );
      return row === undefined ? undefined : command(s, row, word, b, c);
    }
  }
}

function apply(s: Scenario, { which, a, b, c }: Move, focus?: AfterSaleType): Decided | Refusal {
  const type = focus ?? pick(['refund', 'return', 'exchange', 'repair'] as const, which) ?? 'refund';
  const reason = pick(['unwanted', 'faulty', 'damaged', 'mistaken'], c) ?? 'unwanted';
  const kinds = type === 'refund' ? (['unit', 'unit', 'money', 'weight'] as const) : (['unit'] as const);
  const kind = pick(kinds, b) ?? 'unit';
  const entries = someSelection(s, a, b).map((entry) => (kind === 'weight' ? { ...entry, actualGrams: c % 299 } : entry));
  const sku = pick(s.book.order.lines, a)?.sku ?? '';
  const claim: Application['claim'] = kind === 'money' ? { kind, amount: s.price(1 + someAmount(s, a, c)) } : { kind };
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

/** Money that moved outside: for a payout as its report names it, or for units, a tender, or whatever is left. */
function moved(s: Scenario, { which, a, b, c }: Move): Decided | Refusal {
  const tender = pick(s.book.order.tenders, b);
  const payout = which % 4 === 1 ? pick([...s.history.payouts.values()], a) : undefined;
  const units =
    b % 2 === 0 ? { units: { claim: c % 2 === 0 ? ('unit' as const) : ('money' as const), selection: unitsMoved(s, a, c) } } : {};
  const named = { ...(which % 2 === 0 && tender !== undefined ? { tenderId: tender.id } : {}), ...units };
  const amounts = payout === undefined ? [1 + someAmount(s, a, c)] : [payout.amount, payout.amount + 10, Math.ceil(payout.amount / 2)];
  return s.give(s.platformPrincipal(), {
    kind: 'report',
    report: {
      type: 'movedElsewhere',
      reference: `moved-${c}`,
      amount: s.price(pick(amounts, c) ?? 1),
      ...(payout === undefined ? named : { payoutKey: payout.key }),
    },
  });
}

/** Units of an open after-sale, which are those that matter most, or any. */
function unitsMoved(s: Scenario, a: number, c: number): readonly SelectionEntry[] {
  const open = pick([...s.history.afterSales.values()].filter(isOpen), a);
  const range = pick(open?.units ?? [], c);
  if (range === undefined || a % 3 === 0) return someSelection(s, c, a);
  return [{ lineNo: range.lineNo, units: [range.from] }];
}

/** A gateway says that it has paid what it had declined, or what was asked of it before. */
function lateAnswer(s: Scenario, which: number, a: number): Decided | Refusal | undefined {
  const payout = pick(
    [...s.history.payouts.values()].filter(({ attempt, state }) => attempt > 1 || state === 'declined'),
    which,
  );
  if (payout === undefined) return undefined;
  const attempt = 1 + (a % payout.attempt);
  return s.says(payout.key, { outcome: 'paid', reference: `paid-${attempt}` }, attempt);
}

/** Whether an after-sale is one that a command is about. */
function isAbout(word: 'appeal' | 'override' | 'hold' | 'release' | 'paid', a: AfterSale): boolean {
  if (word === 'appeal') return ['completed', 'rejected'].includes(stateOf(a));
  if (word === 'paid') return a.type === 'exchange';
  return isOpen(a) && (word !== 'release' || a.hold !== null);
}

/** Lets everything come to its end: gateways pay, persons act on what waits for them, deadlines pass (promise 10). */
export function settleAll(s: Scenario): void {
  for (let steps = 0; steps < 2000; steps++) {
    s.paid();
    for (const payout of s.history.payouts.values()) {
      if (payout.state !== 'declined') continue;
      s.give(s.principalOf('operations'), { kind: 'payout', payoutKey: payout.key, command: { type: 'retry' } });
    }
    for (const row of s.history.afterSales.values()) {
      if (stateOf(row) === 'refunding.manual') {
        const outcome = s.give(s.principalOf('operations'), { kind: 'afterSale', afterSaleId: row.id, command: { type: 'retry' } });
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
