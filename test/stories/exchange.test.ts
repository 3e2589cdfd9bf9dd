import { describe, expect, it } from 'vitest';
import { type Case, DAY, HOUR, sharesOf } from './case.js';
import { runningService } from './service.js';
import { yuan } from './sketches.js';
import { type Story, tell } from './story.js';

const running = runningService();

/** A jacket that was bought for 8.00 (EXAMPLES 12). */
const JACKET = { lines: [{ sku: 'jacket-m', price: 800, unitCost: 300 }] };
const EXCHANGE = { type: 'exchange', reason: 'wrongSize', wayBack: { kind: 'courier' } } as const;
const SAME = { ...EXCHANGE, wanted: { sku: 'jacket-m' } };
const OTHER = { ...EXCHANGE, wanted: { sku: 'jacket-l' } };

/** The goods come back and pass; where a price was named, with approval. */
async function takenBack(story: Story, asked: typeof SAME, price?: number): Promise<Case> {
  const exchange = await story.apply(asked);
  await exchange.give('merchant', 'approve', price === undefined ? {} : { price: yuan(price) });
  await exchange.give('user', 'handOver', { courier: 'SF', trackingNo: 'SF-1' });
  await exchange.give('merchant', 'received');
  await exchange.give('merchant', 'inspect', { result: 'all', sellable: true });
  return exchange;
}

const leftOfUnit = async (story: Story): Promise<number | undefined> => (await story.order()).lines[0]?.units[0]?.left.gross.amount;

describe('an exchange for the same', () => {
  it('gives no money, and the new piece has all that the old one had', async () => {
    const story = await tell(running(), JACKET);
    expect(await story.applyRefused({ ...SAME, type: 'return' })).toBe('apply.wantedUnexpected');
    expect(await story.applyRefused(EXCHANGE)).toBe('apply.wantedMissing');
    expect(await story.applyRefused({ type: 'exchange', reason: 'wrongSize', wanted: { sku: 'jacket-m' } })).toBe('apply.wayBackMissing');
    const exchange = await story.apply(SAME);
    expect(exchange.view).toMatchObject({ reservedAmount: yuan(800), wanted: { sku: 'jacket-m', price: null } });
    expect(await exchange.refused('merchant', 'approve', { price: yuan(800) })).toBe('command.priceUnexpected');
    expect(await exchange.refused('merchant', 'offer', { price: yuan(800) })).toBe('command.priceUnexpected');
    await exchange.give('merchant', 'approve');
    await exchange.give('user', 'handOver', { courier: 'SF', trackingNo: 'SF-1' });
    await exchange.give('merchant', 'received');
    expect(await exchange.give('merchant', 'inspect', { result: 'all', sellable: true })).toBe('exchanging.preparing');
    expect(exchange.deadline('exchangePrepare')).toBe(5 * DAY);
    await exchange.refusesTheRest();
    expect(await exchange.give('merchant', 'ship', { courier: 'SF', trackingNo: 'SF-2' })).toBe('exchanging.shipped');
    expect(exchange.deadline('exchangeTransit')).toBe(15 * DAY);
    expect(exchange.view.shipments.map(({ leg, trackingNo }) => [leg, trackingNo])).toEqual([
      ['return', 'SF-1'],
      ['replacement', 'SF-2'],
    ]);
    expect(await exchange.give('platform', 'delivered')).toBe('completed');
    expect(await exchange.see()).toMatchObject({
      refundAmount: yuan(0),
      reservedAmount: yuan(0),
      goods: 'back',
      payouts: [],
      isFullRefund: false,
    });
    expect(await leftOfUnit(story)).toBe(800);

    const again = await takenBack(story, SAME);
    await exchange.becomes('settled');
    await again.give('merchant', 'outOfStock');
    expect(await again.becomes('completed')).toMatchObject({
      refundAmount: yuan(800),
      flags: ['fallback'],
      isFullRefund: true,
      costOffset: yuan(300),
    });
    const listed = await story.send('user', 'GET', `after-sales?order=${story.key.orderNo}`);
    expect(listed.body).toMatchObject({ items: [{ isFullRefund: true }, { id: exchange.id, isFullRefund: false }] });
    expect(await exchange.see()).toMatchObject({ isFullRefund: false });
    await story.holds();
  });

  it('may give one piece another, and money for the piece that failed and has none to replace it', async () => {
    const story = await tell(running(), { lines: [{ sku: 'jacket-m', price: 800, quantity: 2 }] });
    const exchange = await story.apply({ ...SAME, selection: [{ lineNo: 1, quantity: 2 }] });
    await exchange.give('merchant', 'approve');
    await exchange.give('user', 'handOver', { courier: 'SF', trackingNo: 'SF-1' });
    await exchange.give('merchant', 'received');
    await exchange.give('merchant', 'inspect', { result: 'part', passed: [{ lineNo: 1, units: [1] }], sellable: true, remark: 'Torn.' });
    await exchange.give('merchant', 'ship');
    expect(await exchange.give('platform', 'delivered')).toBe('sendingBack.preparing');
    await exchange.give('operations', 'override', { verdict: { outcome: 'exchange' }, remark: 'Not worn.' });
    await exchange.give('merchant', 'outOfStock');
    expect(await exchange.becomes('completed')).toMatchObject({ refundAmount: yuan(800), flags: ['fallback'], goods: 'merchant' });
    await story.holds();
  });

  it('that is not sent in time, or lost on its way, is refunded', async () => {
    const story = await tell(running(), { lines: [{ sku: 'jacket-m', price: 800, quantity: 2 }] });
    const late = await takenBack(story, SAME);
    const lost = await takenBack(story, SAME);
    await lost.give('merchant', 'ship');
    expect(await lost.give('platform', 'lost')).toBe('refunding.paying');
    await story.passes('5d');
    for (const exchange of [late, lost]) {
      expect(await exchange.becomes('completed')).toMatchObject({ refundAmount: yuan(800), flags: ['fallback'], goods: 'merchant' });
    }
    await story.holds();
  });
});

describe('an exchange for something dearer', () => {
  it('waits for the difference, and the piece is worth both from then on', async () => {
    const story = await tell(running(), JACKET);
    const exchange = await story.apply(OTHER);
    expect(await exchange.refused('merchant', 'approve')).toBe('command.priceMissing');
    await exchange.give('merchant', 'approve', { price: yuan(950) });
    expect(exchange.view).toMatchObject({ difference: yuan(150), wanted: { sku: 'jacket-l', price: yuan(950) } });
    await exchange.give('user', 'handOver');
    await exchange.give('merchant', 'received');
    expect(await exchange.give('merchant', 'inspect', { result: 'all', sellable: true })).toBe('exchanging.awaitingPayment');
    expect(exchange.deadline('exchangePayment')).toBe(72 * HOUR);
    expect((await exchange.allowed()).platform).toEqual(['paid']);
    await exchange.refusesTheRest();
    expect(await exchange.refused('platform', 'paid', { amount: yuan(149), reference: 'pay-1' })).toBe('difference.amountMismatch');
    expect(await exchange.refused('user', 'paid', { amount: yuan(150), reference: 'pay-1' })).toBe('command.notYours');
    expect(await exchange.give('platform', 'paid', { amount: yuan(150), reference: 'pay-1' })).toBe('exchanging.preparing');
    expect(exchange.view.reservedAmount).toEqual(yuan(950));
    const { version } = exchange.view;
    await exchange.give('platform', 'paid', { amount: yuan(150), reference: 'pay-1' });
    expect(exchange.view.version).toBe(version);
    await exchange.give('merchant', 'ship');
    await exchange.give('merchant', 'delivered');
    expect(exchange.view).toMatchObject({ state: 'completed', refundAmount: yuan(0), goods: 'back' });
    expect(await leftOfUnit(story)).toBe(950);
    const order = await story.order();
    expect(order.tenders.at(-1)).toMatchObject({ tenderId: `later:${exchange.id}:1.1`, kind: 'later', amount: yuan(150), left: yuan(150) });
    expect(order.tenders.reduce((sum, { left }) => sum + left.amount, 0)).toBe(order.left.amount);

    const back = await story.apply({ type: 'return', reason: 'defective', wayBack: { kind: 'counter' } });
    expect(back.view.reservedAmount).toEqual(yuan(950));
    await back.give('merchant', 'approve');
    await back.give('merchant', 'received');
    const paid = await back.becomes('returning.inspecting');
    expect(paid.refundAmount).toEqual(yuan(950));
    // What was paid later belongs to this unit, and goes back before the order's own money.
    expect(sharesOf(paid.decisions[0]?.tenders ?? [])).toEqual({ [`later:${exchange.id}:1.1`]: 150, card: 800 });
    await back.give('merchant', 'inspect', { result: 'all', sellable: true });
    expect(await back.see()).toMatchObject({ isFullRefund: true, state: 'completed' });
    await story.holds();
  });

  it('that nobody pays for is refunded, and what comes too late goes back whole', async () => {
    const story = await tell(running(), JACKET);
    const exchange = await takenBack(story, OTHER, 950);
    await story.passes('72h');
    expect(await exchange.becomes('completed')).toMatchObject({ refundAmount: yuan(800), flags: ['fallback'] });
    await exchange.give('platform', 'paid', { amount: yuan(150), reference: 'pay-2' });
    const late = await exchange.becomes('completed');
    expect(late.decisions.map(({ kind, amount, state }) => [kind, amount.amount, state])).toEqual([
      ['fallback', 800, 'paid'],
      ['latePayment', 150, 'paid'],
    ]);
    expect(late.payouts.map(({ amount, state }) => [amount.amount, state])).toEqual([
      [800, 'paid'],
      [150, 'paid'],
    ]);
    expect(await leftOfUnit(story)).toBe(0);
    await story.holds();
  });

  it('that the buyer will not pay for sends the old piece back', async () => {
    const story = await tell(running(), JACKET);
    const exchange = await takenBack(story, OTHER, 950);
    expect(await exchange.give('user', 'refuse', { remark: 'Too much.' })).toBe('sendingBack.preparing');
    await exchange.give('merchant', 'ship');
    expect(await exchange.give('platform', 'delivered')).toBe('closed');
    expect(exchange.view).toMatchObject({ refundAmount: yuan(0), reservedAmount: yuan(0), goods: 'back' });
    expect(await leftOfUnit(story)).toBe(800);
    await story.holds();
  });

  it('has its price offered and accepted; without a person naming one nobody approves it', async () => {
    const story = await tell(running(), { lines: [{ sku: 'jacket-m', price: 800, quantity: 2 }] });
    const offered = await story.apply(OTHER);
    expect(await offered.give('merchant', 'offer', { price: yuan(950) })).toBe('reviewing.offered');
    expect(offered.view.offer).toEqual({ amount: yuan(950), by: 'merchant' });
    expect(await offered.give('user', 'accept')).toBe('returning.awaitingHandover');
    expect(offered.view).toMatchObject({ difference: yuan(150), wanted: { price: yuan(950) } });
    await offered.give('merchant', 'received');
    expect(await offered.give('merchant', 'inspect', { result: 'all', sellable: true })).toBe('exchanging.awaitingPayment');

    const silent = await story.apply(OTHER);
    await story.passes('48h');
    await silent.becomes('reviewing.operations');
    await story.passes('72h');
    await silent.becomes('rejected');
    await story.holds();
  });
});

describe('an exchange for something cheaper', () => {
  it('gives the difference back once the new piece has arrived, and the rest stays with the unit', async () => {
    const story = await tell(running(), JACKET);
    const exchange = await takenBack(story, OTHER, 700);
    expect(exchange.view).toMatchObject({ state: 'exchanging.preparing', difference: yuan(-100), refundAmount: yuan(0) });
    await exchange.give('merchant', 'ship');
    expect(await exchange.give('merchant', 'delivered')).toBe('refunding.paying');
    expect(await exchange.becomes('completed')).toMatchObject({
      refundAmount: yuan(100),
      decisions: [{ kind: 'difference' }],
      goods: 'back',
    });
    expect(await leftOfUnit(story)).toBe(700);
    const rest = await story.apply({ reason: 'missing' });
    await rest.give('merchant', 'approve');
    expect(await rest.becomes('completed')).toMatchObject({ refundAmount: yuan(700), isFullRefund: true });
    await story.holds();
  });
});
