import { describe, expect, it } from 'vitest';
import { SECRET_WORD } from './caller.js';
import { type Case, DAY, HOUR } from './case.js';
import { runningService } from './service.js';
import { photo, yuan } from './sketches.js';
import { type Story, tell } from './story.js';

const running = runningService();
const DESK = { lines: [{ sku: 'desk', price: 9_900, quantity: 2, unitCost: 4_000 }] };
const RETURN = { type: 'return', reason: 'defective', wayBack: { kind: 'courier' } } as const;
const override = (verdict: object) => ({ verdict, remark: 'Agreed on the phone.' });

async function awaitingHandover(story: Story): Promise<Case> {
  const returned = await story.apply(RETURN);
  await returned.give('merchant', 'approve');
  return returned;
}

describe('an override', () => {
  it('decides an application with a reason, and its after-sale can still be appealed', async () => {
    const story = await tell(running(), DESK);
    const paid = await story.apply(RETURN);
    running().gateway.accepted = { of: 1, outOf: 1 };
    const part = override({ outcome: 'refund', amount: yuan(5_000), bearer: 'platform' });
    expect(await paid.give('operations', 'override', part)).toBe('refunding.paying');
    await paid.becomes('refunding.paying');
    expect(await paid.refused('operations', 'override', override({ outcome: 'upheld' }))).toBe('command.payoutBegun');
    running().gateway.accepted = { of: 0, outOf: 1 };
    await story.passes('5m');
    expect(await paid.becomes('completed')).toMatchObject({
      refundAmount: yuan(5_000),
      decisions: [{ kind: 'override', bearer: 'platform' }],
    });
    expect((await story.order()).lines[0]?.units.map(({ state, left }) => [state, left.gross.amount])).toEqual([
      ['free', 4_900],
      ['free', 9_900],
    ]);
    const nothing = await story.apply(RETURN);
    expect(await nothing.give('operations', 'override', override({ outcome: 'upheld' }))).toBe('rejected');
    expect(await nothing.give('user', 'appeal', { remark: 'Why?' })).toBe('arbitrating.evidence');
    expect(await nothing.give('operations', 'override', override({ outcome: 'refund' }))).toBe('refunding.paying');
    await nothing.becomes('settled');
    await story.holds();
  });

  it('never ends an after-sale whose goods the merchant holds, and never while a payout has begun', async () => {
    const story = await tell(running(), DESK);
    const returned = await awaitingHandover(story);
    await returned.give('user', 'handOver');
    expect(await returned.refused('operations', 'override', override({ outcome: 'upheld' }))).toBe('command.goodsHeld');
    running().gateway.lostAfter = { of: 1, outOf: 1 };
    running().gateway.askLost = { of: 1, outOf: 1 };
    await returned.give('merchant', 'received');
    await returned.becomes('refunding.paying');
    expect((await returned.see()).flags).toContain('payoutUnknown');
    expect(await returned.refused('operations', 'override', override({ outcome: 'refund' }))).toBe('command.payoutUnknown');
    running().gateway.lostAfter = { of: 0, outOf: 1 };
    running().gateway.askLost = { of: 0, outOf: 1 };
    await story.passes('5m');
    expect(await returned.becomes('returning.inspecting')).toMatchObject({ refundAmount: yuan(9_900) });
    await story.holds();
  });

  it('gives goods something else, from where they are', async () => {
    const story = await tell(running(), DESK);
    const repair = await story.apply({ type: 'repair', reason: 'defective', wayBack: { kind: 'courier' } });
    expect(await repair.give('operations', 'override', { ...override({ outcome: 'exchange' }) })).toBe('returning.awaitingHandover');
    await repair.give('user', 'handOver');
    await repair.give('merchant', 'received');
    expect(await repair.give('merchant', 'inspect', { result: 'all', sellable: false })).toBe('exchanging.preparing');
    expect(await repair.give('operations', 'override', override({ outcome: 'repair' }))).toBe('repairing.diagnosing');
    expect(await repair.give('operations', 'override', override({ outcome: 'refund' }))).toBe('refunding.paying');
    expect(await repair.becomes('completed')).toMatchObject({ refundAmount: yuan(9_900), goods: 'merchant' });
    await story.holds();
  });
});

describe('a hold', () => {
  it('stops deadlines, which run on with what was left of them', async () => {
    const story = await tell(running(), DESK);
    const refund = await story.apply({ reason: 'defective' });
    await story.passes('40h');
    expect(await refund.give('operations', 'hold', { remark: 'A chargeback is under way.' })).toBe('reviewing.merchant');
    expect(refund.view.flags).toEqual(['onHold']);
    expect(refund.view.deadlines.find(({ name }) => name === 'merchantReview')).toMatchObject({ at: null });
    expect(refund.deadline('hold')).toBe(14 * DAY);
    expect(await refund.refused('operations', 'hold', { remark: 'Again.' })).toBe('command.notAllowed');
    expect(await refund.refused('operations', 'extend', { by: '1h' })).toBe('command.notAllowed');
    await story.passes('10d');
    expect(await refund.give('operations', 'release')).toBe('reviewing.merchant');
    expect(Math.round(refund.deadline('merchantReview') / HOUR)).toBe(8);
    await story.passes('7h');
    await refund.becomes('reviewing.merchant');
    await story.passes('1h');
    await refund.becomes('completed');
    await story.holds();
  });

  it('keeps back the money until it ends, by itself at last', async () => {
    const story = await tell(running(), DESK);
    const refund = await story.apply({ reason: 'defective' });
    await refund.give('operations', 'hold', { remark: 'Wait.' });
    expect(await refund.give('merchant', 'approve')).toBe('refunding.paying');
    expect((await refund.becomes('refunding.paying')).payouts).toMatchObject([{ state: 'waiting' }]);
    await story.passes('14d');
    expect(await refund.becomes('completed')).toMatchObject({ flags: [], refundAmount: yuan(9_900) });
    await story.holds();
  });
});

describe('operations', () => {
  it('extend deadlines as far as the template allows', async () => {
    const story = await tell(running(), DESK);
    const refund = await story.apply({ reason: 'defective' });
    await refund.give('operations', 'extend', { by: '10d', remark: 'A holiday.' });
    expect(Math.round(refund.deadline('merchantReview') / DAY)).toBe(12);
    expect(await refund.refused('operations', 'extend', { by: '6d' })).toBe('command.limitReached');
    await story.passes('11d');
    await refund.becomes('reviewing.merchant');
    await story.passes('1d');
    await refund.becomes('completed');
    await story.holds();
  });

  it('write notes that the house alone may read, and notes to all', async () => {
    const story = await tell(running(), DESK);
    const refund = await story.apply({ reason: 'defective' });
    await refund.give('operations', 'note', { text: `${SECRET_WORD}: a regular complainer`, visibility: 'internal' });
    await refund.give('merchant', 'note', { text: `${SECRET_WORD}: we know them`, visibility: 'internal' });
    await refund.give('merchant', 'note', { text: 'We are looking into it.' });
    await refund.give('user', 'note', { text: 'Thank you.' });
    const internal = await refund.try('user', 'note', { text: 'psst', visibility: 'internal' });
    expect([400, 403]).toContain(internal.status);
    const notes = async (by: 'user' | 'merchant' | 'operations' | 'platform') =>
      (await refund.see(by)).timeline.filter(({ type }) => type === 'note').map(({ internal: hidden, text }) => `${hidden} ${text}`);
    expect(await notes('user')).toHaveLength(2);
    for (const by of ['merchant', 'operations', 'platform'] as const) {
      const seen = await notes(by);
      expect(seen.filter((text) => text.startsWith('true') && text.includes(SECRET_WORD))).toHaveLength(2);
      expect(seen).toHaveLength(4);
    }
    // Neither lists nor the order nor another's answer tell the buyer of them; each answer is looked through.
    await story.order('user');
    await story.send('user', 'GET', `after-sales?order=${story.key.orderNo}`);
    await story.holds();
  });

  it('give goodwill beyond the caps, within a limit of the order, and repay freight on proof', async () => {
    const story = await tell(running(), DESK);
    const give = (body: object) => story.send('operations', 'POST', `orders/${story.key.shopId}/${story.key.orderNo}/goodwill`, { body });
    const wallet = await give({ amount: yuan(15_000), to: 'wallet', remark: 'For the trouble.' });
    expect([wallet.status, wallet.body]).toMatchObject([201, { amount: yuan(15_000), to: 'wallet' }]);
    expect((await give({ amount: yuan(5_001), to: 'account', account: 'IBAN-1', remark: 'And more.' })).code).toBe('goodwill.capExceeded');
    expect((await give({ amount: yuan(5_000), to: 'points', points: 500, remark: 'And more.' })).status).toBe(201);
    expect((await give({ amount: yuan(1), to: 'wallet', remark: 'A fen.' })).code).toBe('goodwill.capExceeded');
    expect(await story.order()).toMatchObject({ refunded: yuan(0), left: yuan(19_800) });

    const returned = await awaitingHandover(story);
    const proof = { evidence: [photo('receipt')], to: 'account', account: 'IBAN-2' };
    expect(await returned.refused('operations', 'repayFreight', { ...proof, amount: yuan(7_001) })).toBe('command.amountInvalid');
    await returned.give('operations', 'repayFreight', { ...proof, amount: yuan(1_200) });
    expect(await returned.refused('operations', 'repayFreight', { ...proof, amount: yuan(5_801) })).toBe('command.amountInvalid');
    await story.holds();
  });
});

describe('money that moved elsewhere', () => {
  it('takes room from what waits: newest first it is put on hold, and reserves what is left when released', async () => {
    const story = await tell(running(), DESK);
    const older = await story.apply({ reason: 'defective' });
    const newer = await story.apply({ reason: 'defective' });
    const moved = { reference: 'chargeback-1', amount: yuan(5_000) };
    expect((await story.report('moved-elsewhere', moved)).status).toBe(200);
    expect(await newer.becomes('reviewing.merchant')).toMatchObject({ flags: ['onHold'], reservedAmount: yuan(0) });
    expect(await older.becomes('reviewing.merchant')).toMatchObject({ flags: [], reservedAmount: yuan(9_900) });
    expect(await story.order()).toMatchObject({ refunded: yuan(5_000), left: yuan(4_900) });
    const { version } = await story.order();
    expect((await story.report('moved-elsewhere', moved)).status).toBe(200);
    expect((await story.order()).version).toBe(version);
    await newer.give('operations', 'release');
    expect(newer.view).toMatchObject({ flags: [], reservedAmount: yuan(4_900) });
    await older.give('merchant', 'approve');
    await newer.give('merchant', 'approve');
    await older.becomes('completed');
    expect(await newer.becomes('completed')).toMatchObject({ refundAmount: yuan(4_900), isFullRefund: true });
    await story.holds();
  });

  it('for a unit ends it, and what exceeds the order is alarmed, never dropped', async () => {
    const story = await tell(running(), DESK);
    const units = { claim: 'unit', selection: [{ lineNo: 1, units: [1] }] };
    await story.report('moved-elsewhere', { reference: 'desk-1', amount: yuan(9_900), tenderId: 'card', units });
    expect(await story.applyRefused({ reason: 'defective', selection: [{ lineNo: 1, units: [1] }] })).toBe('selection.claimed');
    await story.report('moved-elsewhere', { reference: 'desk-2', amount: yuan(10_000) });
    await running().settled();
    expect(running().log.filter(({ orderNo }) => orderNo === story.key.orderNo)).toMatchObject([{ alarm: 'money.excess' }]);
    expect(await story.order()).toMatchObject({ refunded: yuan(19_800), left: yuan(0) });
    const listed = await story.send('operations', 'GET', `after-sales?order=${story.key.orderNo}`);
    expect(listed.body).toMatchObject({
      items: [
        { origin: 'elsewhere', state: 'settled' },
        { origin: 'elsewhere', state: 'settled', isFullRefund: true },
      ],
    });
    await story.holds();
  });
});
