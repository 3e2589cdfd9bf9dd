import { describe, expect, it } from 'vitest';
import { type Case, DAY, HOUR } from './case.js';
import { runningService } from './service.js';
import { photo, yuan } from './sketches.js';
import { type Story, tell } from './story.js';

const running = runningService();

/** A unit of list 10.00 sold with 2.00 off, of which the platform bears 80; 5 % commission (EXAMPLES 10). */
const SHARED = {
  lines: [{ sku: 'vase', price: 1_000, commissionRate: '0.05', unitCost: 350 }],
  off: [{ amount: 200, platform: 4_000 }],
};
const VASE = { lines: [{ sku: 'vase', price: 800 }] };
const APPEAL = { remark: 'The photo shows it.', evidence: [photo('appeal')] };

async function rejected(story: Story, asked: object = {}): Promise<Case> {
  const refund = await story.apply({ reason: 'defective', ...asked });
  expect(await refund.give('merchant', 'reject', { remark: 'It was dropped.' })).toBe('rejected');
  return refund;
}

async function completed(story: Story): Promise<Case> {
  const refund = await story.apply({ reason: 'defective' });
  await refund.give('merchant', 'approve');
  await refund.becomes('completed');
  return refund;
}

/** From account to account, the money that a ruling turned round and made anew included. */
const between = async (story: Case): Promise<string[]> =>
  (await story.see()).transfers
    .filter(({ phase, debit, credit }) => phase === 'direct' && !debit.startsWith('line:') && !credit.startsWith('tender:'))
    .map(({ debit, credit, net }) => `${debit} to ${credit} ${net.amount}`);

describe('an appeal of the buyer', () => {
  it('is heard on both sides and ruled upon; upheld, the rejection stands for good', async () => {
    const story = await tell(running(), VASE);
    const refund = await rejected(story);
    expect(refund.view).toMatchObject({ reservedAmount: yuan(0), status: 'rejected' });
    expect(refund.deadline('appealWindow')).toBe(7 * DAY);
    expect(await refund.allowed()).toEqual({ user: ['appeal'], merchant: [], operations: [], platform: [] });
    expect(await refund.refused('merchant', 'appeal', APPEAL)).toBe('command.notYours');
    expect(await refund.give('user', 'appeal', APPEAL)).toBe('arbitrating.evidence');
    expect(refund.view).toMatchObject({ reservedAmount: yuan(800), flags: ['appealed'], status: 'open' });
    expect(refund.deadline('appealEvidence')).toBe(72 * HOUR);
    expect(await refund.allowed()).toEqual({
      user: ['provide', 'withdraw', 'note'],
      merchant: ['provide', 'note'],
      operations: ['provide', 'rule', 'override', 'note', 'extend', 'hold', 'repayFreight'],
      platform: [],
    });
    await refund.refusesTheRest();
    expect(await refund.give('merchant', 'provide', { evidence: [photo('shop')], remark: 'Before it was sent.' })).toBe(
      'arbitrating.evidence',
    );
    await story.passes('72h');
    await refund.becomes('arbitrating.ruling');
    expect(refund.deadline('ruling')).toBe(5 * DAY);
    expect(await refund.give('operations', 'rule', { verdict: { outcome: 'upheld' }, remark: 'It was dropped.' })).toBe('closed');
    expect(await refund.see()).toMatchObject({
      refundAmount: yuan(0),
      reservedAmount: yuan(0),
      flags: ['appealed', 'ruled'],
      deadlines: [],
    });
    await refund.refusesTheRest();
    await story.apply({ reason: 'defective' });
    await story.holds();
  });

  it('may win a part, borne by another; a ruling is final, and what it did not give may be asked for anew', async () => {
    const story = await tell(running(), SHARED);
    const refund = await rejected(story);
    await refund.give('user', 'appeal', APPEAL);
    const rule = (amount: number) => ({ verdict: { outcome: 'refund', amount: yuan(amount), bearer: 'platform' }, remark: 'Half.' });
    expect(await refund.refused('operations', 'rule', rule(801))).toBe('command.amountInvalid');
    expect(await refund.give('operations', 'rule', rule(400))).toBe('refunding.paying');
    expect(await refund.becomes('settled')).toMatchObject({
      refundAmount: yuan(400),
      bearer: 'platform',
      isFullRefund: false,
      commissionOffset: yuan(0),
    });
    expect(refund.view.decisions).toMatchObject([{ kind: 'ruling', amount: yuan(400), bearer: 'platform' }]);
    expect(await between(refund)).toEqual(['platform to sales 400']);
    expect(await refund.refused('user', 'appeal', APPEAL)).toBe('command.notAllowed');
    expect((await story.apply({ reason: 'defective' })).view.reservedAmount).toEqual(yuan(400));
    await story.holds();
  });

  it('may be taken back by the buyer alone', async () => {
    const story = await tell(running(), VASE);
    const refund = await rejected(story);
    await refund.give('user', 'appeal', APPEAL);
    expect(await refund.give('user', 'withdraw')).toBe('closed');
    await story.holds();
  });

  it('is decided by silence as the template says: a refund here, upheld there', async () => {
    const story = await tell(running(), VASE);
    const refund = await rejected(story);
    await refund.give('user', 'appeal', APPEAL);
    await story.passes('3d');
    await story.passes('5d');
    expect(await refund.becomes('settled')).toMatchObject({ refundAmount: yuan(800), isFullRefund: true });
    await story.holds();

    const other = await tell(running(), { lines: [{ sku: 'phone', price: 64_900, category: 'electronics' }] });
    const upheld = await rejected(other, { reason: 'notAsDescribed' });
    await upheld.give('user', 'appeal', APPEAL);
    await other.passes('5d');
    await other.passes('7d');
    await upheld.becomes('closed');
    await other.holds();
  });

  it('comes too late once its window is over, or once somebody claimed the unit anew', async () => {
    const story = await tell(running(), { lines: [{ sku: 'vase', price: 800, quantity: 2 }] });
    const first = await rejected(story);
    const second = await rejected(story, { selection: [{ lineNo: 1, units: [2] }] });
    await story.apply({ reason: 'defective', selection: [{ lineNo: 1, units: [1] }] });
    await first.becomes('closed');
    expect((await first.timeline()).at(-1)).toBe('apply by user: closed');
    expect(await first.refused('user', 'appeal', APPEAL)).toBe('command.notAllowed');
    await story.passes('7d');
    await second.becomes('closed');
    expect(await second.refused('user', 'appeal', APPEAL)).toBe('command.notAllowed');
    await story.holds();
  });

  it('may end in goods instead of money', async () => {
    const story = await tell(running(), { lines: [{ sku: 'vase', price: 800, quantity: 3 }] });
    const asked = { type: 'repair', wayBack: { kind: 'courier' } };
    const outcomes = ['return', 'exchange', 'repair'] as const;
    for (const outcome of outcomes) {
      const repair = await rejected(story, asked);
      await repair.give('user', 'appeal', APPEAL);
      expect(await repair.give('operations', 'rule', { verdict: { outcome }, remark: 'Both are right.' })).toBe(
        'returning.awaitingHandover',
      );
      await repair.give('user', 'handOver');
      await repair.give('merchant', 'received');
      if (outcome === 'return') {
        await repair.becomes('returning.inspecting');
        await repair.give('merchant', 'inspect', { result: 'all', sellable: false });
        expect(await repair.becomes('settled')).toMatchObject({ refundAmount: yuan(800) });
      } else {
        const state = await repair.give('merchant', 'inspect', { result: 'all', sellable: false });
        expect(state).toBe(outcome === 'exchange' ? 'exchanging.preparing' : 'repairing.diagnosing');
        if (outcome === 'repair') await repair.give('merchant', 'diagnose');
        if (outcome === 'repair') await repair.give('merchant', 'repaired');
        else await repair.give('merchant', 'ship');
        expect(await repair.give('platform', 'delivered')).toBe('settled');
      }
    }
    await story.holds();
  });
});

describe('an appeal of the merchant', () => {
  it('is against who bears it; the money stays with the buyer', async () => {
    const story = await tell(running(), SHARED);
    const refund = await completed(story);
    expect(refund.view).toMatchObject({
      refundAmount: yuan(800),
      commissionOffset: yuan(40),
      quote: { subsidyBack: yuan(80), commissionOffset: yuan(40) },
    });
    const borneByMerchant = ['merchant to sales 800', 'merchant to platform 80', 'commission to merchant 40'];
    expect(await between(refund)).toEqual(borneByMerchant);
    expect(await refund.give('merchant', 'appeal', APPEAL)).toBe('arbitrating.evidence');
    expect(await refund.refused('user', 'withdraw')).toBe('command.notAllowed');
    expect(
      await refund.give('operations', 'rule', { verdict: { outcome: 'bearer', bearer: 'carrier' }, remark: 'It broke on the way.' }),
    ).toBe('settled');
    expect(refund.view).toMatchObject({ refundAmount: yuan(800), bearer: 'carrier', commissionOffset: yuan(0), isFullRefund: true });
    expect(await between(refund)).toEqual([
      ...borneByMerchant,
      'sales to merchant 800',
      'platform to merchant 80',
      'merchant to commission 40',
      'carrier to sales 800',
    ]);
    expect((await refund.see('user')).transfers.every(({ debit, credit }) => !`${debit} ${credit}`.includes('carrier'))).toBe(true);
    await story.holds();
  });

  it('that is upheld changes nothing, by a person or by silence', async () => {
    const story = await tell(running(), { lines: [{ sku: 'vase', price: 800, quantity: 2 }] });
    const ruled = await completed(story);
    const silent = await completed(story);
    await ruled.give('merchant', 'appeal', APPEAL);
    await silent.give('merchant', 'appeal', APPEAL);
    expect(await ruled.give('operations', 'rule', { verdict: { outcome: 'upheld' }, remark: 'No.' })).toBe('settled');
    await story.passes('3d');
    await story.passes('5d');
    expect(await silent.becomes('settled')).toMatchObject({ refundAmount: yuan(800), bearer: 'merchant' });
    await story.holds();
  });
});
