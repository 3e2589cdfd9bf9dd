import { describe, expect, it } from 'vitest';
import type { BookCommand } from '../../src/actors/command.js';
import type { Principal } from '../../src/actors/principal.js';
import { orderOf } from '../domain/orders.js';
import { scenario } from './world/scenario.js';

const OPERATOR: Principal = { role: 'operations', id: 'operator' };
const ERASE = { kind: 'erase', pseudonym: 'erased-1', evenOpen: false } as const;
const order = () => orderOf({ lines: [{ unitPrice: 1000, quantity: 3 }] });
/** Every promise is judged after each command, the trail among them. */
const begun = () => scenario(order()).apply({ type: 'return' }).approve();

describe('erasing a book', () => {
  it('is for operations alone', () => {
    for (const principal of [begun().buyer(), begun().shop(), begun().platformPrincipal()]) {
      expect(begun().give(principal, ERASE)).toMatchObject({ code: 'command.notYours' });
    }
  });

  it('waits for open after-sales, or is told not to, and leaves them as they are but for texts', () => {
    const s = begun();
    s.by('user', { type: 'handOver', courier: 'SF', trackingNo: 'SF-1' });
    expect(s.give(OPERATOR, ERASE)).toMatchObject({ code: 'erase.underWay' });
    const before = s.afterSale;
    s.done(OPERATOR, { ...ERASE, evenOpen: true });
    expect(s.afterSale).toEqual({ ...before, shipments: [{ leg: 'return', courier: null, trackingNo: null }] });
    expect(s.book.order.buyerUid).toBe('erased-1');
    s.by('merchant', { type: 'received' });
    s.by('merchant', { type: 'inspect', result: 'all', sellable: true }).paid();
  });

  it('never takes the name of an account while money is on its way there', () => {
    const s = scenario(order());
    const goodwill: BookCommand = { kind: 'goodwill', amount: s.price(100), to: 'account', account: 'IBAN', remark: 'Sorry.' };
    s.done(OPERATOR, goodwill);
    expect(s.give(OPERATOR, { ...ERASE, evenOpen: true })).toMatchObject({ code: 'erase.unpaid' });
    s.paid();
    s.done(OPERATOR, ERASE);
    expect([...s.book.payouts.values()].flat().map(({ account, state }) => [account, state])).toEqual([[null, 'paid']]);
  });

  it('keeps the pseudonym when the platform puts the order again, and what it corrects', () => {
    const s = scenario(order());
    s.done(OPERATOR, ERASE);
    expect(s.give(s.platformPrincipal(), { kind: 'putOrder', order: s.history.order })).toMatchObject({ changes: null });
    const [line, ...lines] = order().lines;
    if (line === undefined) throw new Error('an order without a line');
    const corrected = { ...order(), lines: [{ ...line, name: 'Renamed' }, ...lines] };
    const decided = s.done(s.platformPrincipal(), { kind: 'putOrder', order: corrected });
    expect(s.book.order).toMatchObject({ buyerUid: 'erased-1', lines: [{ name: 'Renamed' }] });
    expect(JSON.stringify(decided)).not.toContain(order().buyerUid);
  });
});
