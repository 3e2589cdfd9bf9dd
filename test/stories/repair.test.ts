import { describe, expect, it } from 'vitest';
import { type Case, DAY } from './case.js';
import { runningService } from './service.js';
import { photo, yuan } from './sketches.js';
import { type Story, tell } from './story.js';

const running = runningService();

const PHONE = { lines: [{ sku: 'phone', price: 64_900, quantity: 2, category: 'electronics', unitCost: 51_000 }] };
const REPAIR = { type: 'repair', reason: 'defective', wayBack: { kind: 'courier' }, evidence: [photo('a'), photo('b')] } as const;

/** The piece has come in and passed, and is looked at by those who mend it. */
async function onTheBench(story: Story): Promise<Case> {
  const repair = await story.apply(REPAIR);
  await repair.give('merchant', 'approve');
  await repair.give('user', 'handOver', { trackingNo: 'SF-1' });
  await repair.give('merchant', 'received');
  expect(await repair.give('merchant', 'inspect', { result: 'all', sellable: false })).toBe('repairing.diagnosing');
  return repair;
}

describe('a repair', () => {
  it('that is free is done and comes back, and the piece stays what it was', async () => {
    const story = await tell(running(), PHONE);
    const repair = await onTheBench(story);
    expect(repair.view.reservedAmount).toEqual(yuan(64_900));
    expect(repair.deadline('diagnosis')).toBe(7 * DAY);
    await repair.refusesTheRest();
    expect(await repair.give('merchant', 'diagnose', { remark: 'A loose wire.' })).toBe('repairing.working');
    expect(repair.deadline('repairWork')).toBe(30 * DAY);
    expect(await repair.give('merchant', 'repaired')).toBe('repairing.shippingBack');
    expect(await repair.give('merchant', 'ship', { courier: 'SF', trackingNo: 'SF-2' })).toBe('repairing.shippingBack');
    expect(repair.view.shipments.map(({ leg }) => leg)).toEqual(['return', 'repair']);
    expect(await repair.give('platform', 'delivered')).toBe('completed');
    expect(await repair.see()).toMatchObject({
      refundAmount: yuan(0),
      reservedAmount: yuan(0),
      goods: 'back',
      payouts: [],
      repairPrice: null,
    });
    const units = (await story.order()).lines[0]?.units ?? [];
    expect(units.map(({ state, left }) => [state, left.gross.amount])).toEqual([
      ['free', 64_900],
      ['free', 64_900],
    ]);
    await onTheBench(story);
    await repair.becomes('settled');
    await story.holds();
  });

  it('that costs something waits for the buyer’s consent', async () => {
    const story = await tell(running(), PHONE);
    const repair = await onTheBench(story);
    expect(await repair.give('merchant', 'diagnose', { price: yuan(9_000) })).toBe('repairing.awaitingConsent');
    expect((await repair.see('user')).repairPrice).toEqual(yuan(9_000));
    expect((await repair.allowed()).user).toEqual(['refuse', 'consent', 'note']);
    await repair.refusesTheRest();
    expect(await repair.give('user', 'consent')).toBe('repairing.working');
    await repair.give('merchant', 'repaired');
    expect(await repair.give('merchant', 'delivered')).toBe('completed');
    await story.holds();
  });

  it('that is refused, or that nobody answers for, sends the piece back as it is', async () => {
    const story = await tell(running(), PHONE);
    const refused = await onTheBench(story);
    const silent = await onTheBench(story);
    await refused.give('merchant', 'diagnose', { price: yuan(9_000) });
    await silent.give('merchant', 'diagnose', { price: yuan(9_000) });
    expect(await refused.give('user', 'refuse')).toBe('sendingBack.preparing');
    await refused.give('merchant', 'ship');
    expect(await refused.give('merchant', 'delivered')).toBe('closed');
    await story.passes('7d');
    await silent.becomes('sendingBack.preparing');
    await silent.give('merchant', 'ship');
    expect(await silent.give('merchant', 'delivered')).toBe('closed');
    await story.holds();
  });

  it('that cannot be done becomes an exchange, and a refund where there is nothing to exchange it for', async () => {
    const story = await tell(running(), PHONE);
    const exchanged = await onTheBench(story);
    expect(await exchanged.give('merchant', 'unrepairable', { remark: 'Water.' })).toBe('exchanging.preparing');
    await exchanged.give('merchant', 'ship');
    expect(await exchanged.give('platform', 'delivered')).toBe('completed');
    expect(exchanged.view).toMatchObject({ refundAmount: yuan(0), goods: 'back' });

    const refunded = await onTheBench(story);
    await refunded.give('merchant', 'diagnose');
    await story.passes('30d');
    await refunded.becomes('exchanging.preparing');
    await refunded.give('merchant', 'outOfStock');
    expect(await refunded.becomes('completed')).toMatchObject({ refundAmount: yuan(64_900), flags: ['fallback'] });
    await story.holds();
  });

  it('of a piece that is lost, on either way, falls back like one that cannot be done', async () => {
    const story = await tell(running(), PHONE);
    const there = await story.apply(REPAIR);
    await there.give('merchant', 'approve');
    await there.give('user', 'handOver');
    expect(await there.give('platform', 'lost')).toBe('exchanging.preparing');
    await there.give('merchant', 'outOfStock');
    expect(await there.becomes('completed')).toMatchObject({ refundAmount: yuan(64_900), bearer: 'carrier', goods: 'lost' });

    const back = await onTheBench(story);
    await back.give('merchant', 'diagnose');
    await back.give('merchant', 'repaired');
    await back.give('merchant', 'ship', { trackingNo: 'SF-3' });
    expect(await back.give('platform', 'lost')).toBe('exchanging.preparing');
    await back.give('merchant', 'outOfStock');
    expect(await back.becomes('completed')).toMatchObject({ refundAmount: yuan(64_900), isFullRefund: true, costOffset: yuan(0) });
    await story.holds();
  });

  it('falls back to a refund where the template has no exchange', async () => {
    const story = await tell(running(), { lines: [{ sku: 'kettle', price: 5_800 }] });
    const repair = await onTheBench(story);
    expect(await repair.give('merchant', 'unrepairable')).toBe('refunding.paying');
    expect(await repair.becomes('completed')).toMatchObject({ refundAmount: yuan(5_800), flags: ['fallback'] });
    await story.holds();
  });
});
