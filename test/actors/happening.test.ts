import { describe, expect, it } from 'vitest';
import type { AfterSaleCommand, Application, BookCommand } from '../../src/actors/command.js';
import { happeningOf } from '../../src/actors/happening.js';
import { afterSaleId, instant, lineNo } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';

const ID = afterSaleId('0198c5a0-7c1e-7000-8000-000000000001');
const PRICE = { amount: minor(500), currency: 'CNY' };
const AT = instant(Date.UTC(2026, 2, 2, 9));
const give = (command: AfterSaleCommand): BookCommand => ({ kind: 'afterSale', afterSaleId: ID, command });
const bodyOf = (command: object, changes: object = {}): string => JSON.stringify({ actor: 'system', command, changes });
const application: Application = {
  ...{ type: 'return', reason: 'defective', claim: { kind: 'unit' }, evidence: [], origin: 'own' },
  selection: [{ lineNo: lineNo(1), quantity: 2 }],
  wayBack: { kind: 'pickup', address: { name: 'A', country: 'CN', city: 'B', street: 'C' }, from: AT, to: instant(AT + 7_200_000) },
};

describe('a timeline tells of a command', () => {
  it.each<[string, BookCommand, object]>([
    ['the amount of an offer', give({ type: 'offer', amount: PRICE }), { amount: PRICE }],
    ['how long it extends', give({ type: 'extend', byMs: 93_600_000 }), { by: '1d 2h' }],
    [
      'what an inspection found',
      give({ type: 'inspect', result: 'part', passed: [{ lineNo: lineNo(1), quantity: 1 }], sellable: true, bearer: 'carrier' }),
      { result: 'part', passed: [{ lineNo: 1, quantity: 1 }], sellable: true, bearer: 'carrier' },
    ],
    [
      'what a ruling says',
      give({ type: 'rule', verdict: { outcome: 'refund', amount: PRICE, bearer: 'platform' }, remark: '' }),
      { verdict: { outcome: 'refund', amount: PRICE, bearer: 'platform' } },
    ],
    [
      'the new time of a pickup',
      give({ type: 'reschedule', from: AT, to: instant(AT + 3_600_000) }),
      { from: '2026-03-02T09:00:00.000Z', to: '2026-03-02T10:00:00.000Z' },
    ],
    [
      'what is applied for',
      { kind: 'apply', application },
      {
        ...{ type: 'return', reason: 'defective', claim: { kind: 'unit' }, origin: 'own', selection: [{ lineNo: 1, quantity: 2 }] },
        wayBack: { ...application.wayBack, from: '2026-03-02T09:00:00.000Z', to: '2026-03-02T11:00:00.000Z' },
      },
    ],
    [
      'what the platform reports',
      { kind: 'report', report: { type: 'delivered', lines: [lineNo(1)], at: AT } },
      { lines: [1], at: '2026-03-02T09:00:00.000Z' },
    ],
    [
      'which deadline came',
      { kind: 'timer', afterSaleId: ID, timerId: 'xstate.after.merchantReview.afterSale.reviewing.merchant', visit: 3 },
      { deadline: 'merchantReview' },
    ],
    [
      'what a person did about a payout of the book',
      { kind: 'payout', payoutKey: 'p', command: { type: 'anotherWay', way: 'wallet' } },
      { payoutKey: 'p', command: 'anotherWay', way: 'wallet' },
    ],
    ['nothing of what was erased', { kind: 'erase', pseudonym: 'nobody', evenOpen: true }, {}],
  ])('%s', (_, command, data) => {
    expect(happeningOf(bodyOf(command), null).data).toEqual(data);
  });

  it('with the amount that a gateway has paid, or declined', () => {
    const result: BookCommand = { kind: 'payoutResult', payoutKey: 'p', attempt: 2, result: { outcome: 'paid', reference: 'r' } };
    const payouts = ['o', 'p'].map((key, index) => ({ key, amount: 100 + index, currency: 'CNY' }));
    expect(happeningOf(bodyOf(result, { payouts }), null).data).toEqual({
      ...{ payoutKey: 'p', attempt: 2, outcome: 'paid', reference: 'r' },
      amount: { amount: 101, currency: 'CNY' },
    });
  });

  it('with remark, text and evidence by their names, and the rest of the private row among the data', () => {
    const photo = { kind: 'photo', evidenceId: 'e', sha256: 's' };
    const open = bodyOf(give({ type: 'appeal' } as AfterSaleCommand));
    const content = JSON.stringify({ command: { remark: 'See.', evidence: [photo] }, changes: { accounts: { p: 'A' } } });
    expect(happeningOf(open, content)).toEqual({ data: {}, remark: 'See.', text: null, evidence: [photo] });
    expect(happeningOf(open, null)).toEqual({ data: {}, remark: null, text: null, evidence: [] });
    const note = bodyOf(give({ type: 'note', visibility: 'all' } as AfterSaleCommand));
    expect(happeningOf(note, '{"command":{"text":"Hello."}}')).toMatchObject({ text: 'Hello.', data: { visibility: 'all' } });
    const parcel = bodyOf(give({ type: 'handOver' }));
    expect(happeningOf(parcel, '{"command":{"courier":"SF","trackingNo":"SF1"}}').data).toEqual({ courier: 'SF', trackingNo: 'SF1' });
  });
});
