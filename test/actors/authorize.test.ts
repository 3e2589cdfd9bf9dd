import { describe, expect, it } from 'vitest';
import { authorize, COMMANDS_OF, commandsOf, sees } from '../../src/actors/authorize.js';
import type { AfterSaleCommand, BookCommand } from '../../src/actors/command.js';
import { ENTRY_POINTS, type Principal } from '../../src/actors/principal.js';
import { afterSaleId, instant, lineNo, shopId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';

const owner = { platform: 'alpha', buyerUid: 'ann', shopId: shopId('s1') };
const user: Principal = { role: 'user', platform: 'alpha', buyerUid: 'ann' };
const merchant: Principal = { role: 'merchant', id: 'm', shops: [shopId('s0'), shopId('s1')] };
const operations: Principal = { role: 'operations', id: 'o' };
const platform: Principal = { role: 'platform', id: 'p', platform: 'alpha' };
const OWN = { user, merchant, operations, platform };
const FOREIGN: readonly (readonly [string, Principal])[] = [
  ['a buyer of the same name on another platform', { role: 'user', platform: 'beta', buyerUid: 'ann' }],
  ['another buyer of the platform', { role: 'user', platform: 'alpha', buyerUid: 'bob' }],
  ['a merchant of another shop', { role: 'merchant', id: 'm', shops: [shopId('s2')] }],
  ['a merchant of no shop', { role: 'merchant', id: 'm', shops: [] }],
  ['another platform', { role: 'platform', id: 'p', platform: 'beta' }],
];

const price = { amount: minor(1), currency: 'CNY' };
const id = afterSaleId('00000000-0000-4000-8000-000000000000');
const COMMANDS: { readonly [T in AfterSaleCommand['type']]: AfterSaleCommand & { readonly type: T } } = {
  approve: { type: 'approve' },
  reject: { type: 'reject', remark: 'r' },
  escalate: { type: 'escalate' },
  offer: { type: 'offer', amount: price },
  askEvidence: { type: 'askEvidence', remark: 'r' },
  accept: { type: 'accept' },
  decline: { type: 'decline' },
  provide: { type: 'provide', evidence: [] },
  withdraw: { type: 'withdraw' },
  handOver: { type: 'handOver' },
  reschedule: { type: 'reschedule', from: instant(0), to: instant(1) },
  received: { type: 'received' },
  lost: { type: 'lost' },
  inspect: { type: 'inspect', result: 'all', sellable: true },
  retry: { type: 'retry' },
  anotherWay: { type: 'anotherWay', way: 'wallet' },
  paidByHand: { type: 'paidByHand', reference: 'r' },
  ship: { type: 'ship' },
  outOfStock: { type: 'outOfStock' },
  paid: { type: 'paid', amount: price, reference: 'r' },
  refuse: { type: 'refuse' },
  delivered: { type: 'delivered' },
  diagnose: { type: 'diagnose' },
  consent: { type: 'consent' },
  repaired: { type: 'repaired' },
  unrepairable: { type: 'unrepairable' },
  appeal: { type: 'appeal', remark: 'r', evidence: [] },
  rule: { type: 'rule', verdict: { outcome: 'upheld' }, remark: 'r' },
  override: { type: 'override', verdict: { outcome: 'upheld' }, remark: 'r' },
  note: { type: 'note', text: 't', visibility: 'all' },
  extend: { type: 'extend', byMs: 1 },
  hold: { type: 'hold', remark: 'r' },
  release: { type: 'release' },
  repayFreight: { type: 'repayFreight', amount: price, evidence: [], to: 'wallet' },
};
const toAfterSale = (command: AfterSaleCommand): BookCommand => ({ kind: 'afterSale', afterSaleId: id, command });

const REPORT: BookCommand = { kind: 'report', report: { type: 'shipped', lines: [lineNo(1)], at: instant(0) } };
const GOODWILL: BookCommand = { kind: 'goodwill', amount: price, to: 'wallet', remark: 'r' };
const TIMER: BookCommand = { kind: 'timer', afterSaleId: id, timerId: 't', visit: 1 };

describe('authorize', () => {
  it.each(ENTRY_POINTS.flatMap((role) => Object.values(COMMANDS).map((command) => ({ role, type: command.type, command }))))(
    'lets $role give $type to a book of their own only where the table says so',
    ({ role, type, command }) => {
      const table: readonly string[] = COMMANDS_OF[role];
      expect(authorize(OWN[role], toAfterSale(command), owner)?.code).toBe(table.includes(type) ? undefined : 'command.notYours');
    },
  );

  it.each(FOREIGN)('hides every book from %s', (_, principal) => {
    expect(sees(principal, owner)).toBe(false);
    for (const type of commandsOf(principal)) {
      expect(authorize(principal, toAfterSale(COMMANDS[type]), owner)?.code).toBe('afterSale.notFound');
    }
  });

  it.each([
    { command: REPORT, allowed: ['platform'] },
    { command: GOODWILL, allowed: ['operations'] },
    { command: TIMER, allowed: [] },
  ])('lets only $allowed give $command.kind', ({ command, allowed }) => {
    const may = ENTRY_POINTS.filter((role) => authorize(OWN[role], command, owner) === undefined);
    expect(may).toEqual(allowed);
  });

  it('answers a foreign platform as if the order were not there', () => {
    expect(authorize({ role: 'platform', id: 'p', platform: 'beta' }, REPORT, owner)?.code).toBe('order.notFound');
  });

  it('keeps internal notes from buyers', () => {
    const note = toAfterSale({ type: 'note', text: 't', visibility: 'internal' });
    expect(authorize(user, note, owner)?.code).toBe('command.notYours');
    expect(authorize(merchant, note, owner)).toBeUndefined();
  });

  it.each([
    { part: 'timers', own: TIMER, not: [] },
    { part: 'carriers', own: toAfterSale(COMMANDS.received), not: [toAfterSale(COMMANDS.approve)] },
  ] as const)('lets the $part of the service give what is theirs', ({ part, own, not }) => {
    const principal: Principal = { role: 'system', part };
    expect(authorize(principal, own, owner)).toBeUndefined();
    for (const command of not) expect(authorize(principal, command, owner)?.code).toBe('command.notYours');
  });
});
