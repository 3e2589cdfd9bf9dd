import { describe, expect, it } from 'vitest';
import type { Case } from './case.js';
import { tellAsPartner } from './house.js';
import { runningService } from './service.js';
import { yuan } from './sketches.js';
import { type Story, tell } from './story.js';

const running = runningService();
const ALWAYS = { of: 1, outOf: 1 };
const NEVER = { of: 0, outOf: 1 };
const PHONE = { lines: [{ sku: 'phone', price: 64_900, category: 'electronics' }] };
const BOOK = { lines: [{ sku: 'book', price: 3_000 }] };

async function approved(story: Story, reason = 'missing'): Promise<Case> {
  const refund = await story.apply({ reason });
  await refund.give('merchant', 'approve');
  await running().settled();
  return refund;
}

const payoutOf = async (refund: Case) => {
  const [payout] = (await refund.see()).payouts;
  return payout === undefined ? undefined : `${payout.state} by ${payout.way}, attempt ${payout.attempt}`;
};

describe('a payout that is declined', () => {
  it('is tried again, at longer and longer intervals, until it is paid', async () => {
    const story = await tell(running(), PHONE);
    running().gateway.declined = ALWAYS;
    const refund = await approved(story);
    await refund.becomes('refunding.retrying');
    expect(refund.deadline('backoff')).toBe(600_000);
    expect(await payoutOf(refund)).toBe('declined by tender, attempt 1');
    await story.passes('10m');
    await refund.becomes('refunding.retrying');
    expect(refund.deadline('backoff')).toBe(1_200_000);
    running().gateway.declined = NEVER;
    await story.passes('20m');
    await refund.becomes('completed');
    expect(await payoutOf(refund)).toBe('paid by tender, attempt 3');
    await story.holds();
  });

  it('as often as allowed waits for a person, who has it sent another way', async () => {
    const story = await tell(running(), PHONE);
    running().gateway.declined = ALWAYS;
    const refund = await approved(story);
    for (const wait of ['10m', '20m', '40m', '80m']) await story.passes(wait);
    await refund.becomes('refunding.manual');
    expect(await payoutOf(refund)).toBe('declined by tender, attempt 5');
    expect((await refund.allowed()).operations).toEqual(['retry', 'anotherWay', 'paidByHand', 'note', 'extend', 'hold', 'repayFreight']);
    const doubtful = await story.send('operations', 'GET', 'payouts?state=declined');
    expect(doubtful.body).toMatchObject({
      items: [{ key: `${refund.id}:1:card`, orderNo: story.key.orderNo, state: 'declined', amount: yuan(64_900) }],
    });
    const alarms = () => running().log.filter(({ alarm, orderNo }) => alarm === 'payout.manual' && orderNo === story.key.orderNo).length;
    expect(alarms()).toBe(1);
    await story.passes('24h');
    await refund.becomes('refunding.manual');
    expect(alarms()).toBe(2);
    expect(await refund.give('operations', 'retry')).toBe('refunding.paying');
    await refund.becomes('refunding.manual');
    running().gateway.declined = NEVER;
    expect(await refund.give('operations', 'anotherWay', { way: 'account', account: 'IBAN-1' })).toBe('refunding.paying');
    expect(await refund.becomes('completed')).toMatchObject({ refundAmount: yuan(64_900), isFullRefund: true });
    expect(await payoutOf(refund)).toBe('paid by account, attempt 7');
    expect(JSON.stringify((await refund.see()).payouts)).not.toContain('IBAN-1');
    await story.holds();
  });

  it('goes to the wallet first where the template says so, and may be paid by hand', async () => {
    const story = await tell(running(), BOOK);
    running().gateway.declined = ALWAYS;
    const refund = await approved(story);
    for (const wait of ['5m', '10m', '20m']) await story.passes(wait);
    await refund.becomes('refunding.manual');
    expect(await payoutOf(refund)).toBe('declined by wallet, attempt 5');
    expect(await refund.give('operations', 'paidByHand', { reference: 'bank-1' })).toBe('completed');
    expect(await payoutOf(refund)).toBe('paid by hand, attempt 5');
    running().gateway.declined = NEVER;
    await story.holds();
  });
});

describe('a payout of which nothing is known', () => {
  it('is asked about under its key until it is known, and is not paid again', async () => {
    const story = await tell(running(), BOOK);
    Object.assign(running().gateway, { lostAfter: ALWAYS, askLost: ALWAYS });
    const refund = await approved(story);
    expect(await refund.becomes('refunding.paying')).toMatchObject({ flags: ['payoutUnknown'], refundAmount: yuan(0) });
    expect((await story.send('operations', 'GET', 'payouts?state=unknown')).body).toMatchObject({ items: [{ afterSaleId: refund.id }] });
    Object.assign(running().gateway, { lostAfter: NEVER, askLost: NEVER });
    await story.passes('5m');
    await refund.becomes('completed');
    expect(await payoutOf(refund)).toBe('paid by tender, attempt 1');
    await story.holds();
  });

  it('for too long waits for a person, who can have it asked again and nothing else', async () => {
    const story = await tell(running(), BOOK);
    Object.assign(running().gateway, { lostBefore: ALWAYS, askLost: ALWAYS });
    const refund = await approved(story);
    for (let asked = 0; asked <= 12; asked += 1) await story.passes('5m');
    await refund.becomes('refunding.manual');
    expect((await refund.allowed()).operations).not.toContain('paidByHand');
    for (const [command, body] of [['paidByHand', { reference: 'bank-2' }] as const, ['anotherWay', { way: 'wallet' }] as const]) {
      expect(await refund.refused('operations', command, body)).toBe('command.payoutUnknown');
    }
    expect(await refund.refused('operations', 'override', { verdict: { outcome: 'upheld' }, remark: 'No.' })).toBe('command.payoutUnknown');
    Object.assign(running().gateway, { lostBefore: NEVER, askLost: NEVER });
    expect(await refund.give('operations', 'retry')).toBe('refunding.paying');
    await refund.becomes('completed');
    expect(await payoutOf(refund)).toBe('paid by tender, attempt 1');
    await story.holds();
  });

  it('is settled by a signed callback, which counts once and cannot be contradicted', async () => {
    const story = await tell(running(), BOOK);
    Object.assign(running().gateway, { lostAfter: ALWAYS, askLost: ALWAYS });
    const refund = await approved(story);
    Object.assign(running().gateway, { lostAfter: NEVER, askLost: NEVER });
    const said = { payoutKey: `${refund.id}:1:card`, attempt: 1 };
    const paid = { eventId: 'gw-1', type: 'payout.paid', ...said, reference: 'gw-ref' };
    expect((await tellAsPartner(running(), 'gateway', paid)).status).toBe(200);
    await refund.becomes('completed');
    expect((await tellAsPartner(running(), 'gateway', paid)).headers.get('idempotency-replayed')).toBe('true');
    const { version } = await story.order();
    expect((await tellAsPartner(running(), 'gateway', { ...paid, eventId: 'gw-2' })).status).toBe(200);
    const declined = { eventId: 'gw-3', type: 'payout.declined', ...said, code: 'late' };
    expect((await tellAsPartner(running(), 'gateway', declined)).code).toBe('payout.contradicted');
    expect((await tellAsPartner(running(), 'gateway', { ...paid, eventId: 'gw-1', attempt: 2 })).code).toBe('idempotency.reused');
    expect((await tellAsPartner(running(), 'carrier', { ...paid, eventId: 'c-1' })).code).toBe('command.notYours');
    expect((await tellAsPartner(running(), 'gateway', { ...paid, eventId: 'gw-4', payoutKey: 'nobody:1:card' })).code).toBe(
      'payout.notFound',
    );
    expect((await story.order()).version).toBe(version);
    await story.holds();
  });
});

describe('goodwill that is declined', () => {
  it('is tried again by itself, and then sent another way by a person', async () => {
    const story = await tell(running(), BOOK);
    running().gateway.declined = ALWAYS;
    const given = await story.send('operations', 'POST', `orders/${story.key.shopId}/${story.key.orderNo}/goodwill`, {
      body: { amount: yuan(500), to: 'wallet', remark: 'Sorry.' },
    });
    const { payoutKey } = given.body as { readonly payoutKey: string };
    await running().settled();
    for (const wait of ['1m', '2m', '4m']) await story.passes(wait);
    await running().settled();
    const act = (word: string, body: object) => story.send('operations', 'POST', `payouts/${word}`, { body: { payoutKey, ...body } });
    running().gateway.declined = NEVER;
    expect((await act('anotherWay', { way: 'account', account: 'IBAN-3' })).status).toBe(200);
    await running().settled();
    expect((await act('paidByHand', { reference: 'bank-3' })).code).toBe('command.notAllowed');
    expect((await story.send('operations', 'POST', 'payouts/retry', { body: { payoutKey: 'nobody' } })).code).toBe('payout.notFound');
    await story.holds();
  });
});

describe('several means of payment', () => {
  it('of which one has paid and the other has not show it as reserved until both have, in the list, the after-sale and the order alike', async () => {
    const tenders = [
      { id: 'card', kind: 'card', amount: 2_000 },
      { id: 'wallet', kind: 'wallet', amount: 1_000 },
    ];
    const story = await tell(running(), { ...BOOK, tenders });
    Object.assign(running().gateway, { lostAfter: ALWAYS, askLost: ALWAYS });
    const refund = await approved(story);
    Object.assign(running().gateway, { lostAfter: NEVER, askLost: NEVER });
    const shown = async () => {
      const list = await story.send('operations', 'GET', `after-sales?order=${story.key.orderNo}`);
      const { items } = list.body as { readonly items: readonly { readonly refundAmount: object }[] };
      const { refundAmount, reservedAmount } = await refund.see();
      expect(items.map((item) => item.refundAmount)).toEqual([refundAmount]);
      return [refundAmount.amount, reservedAmount.amount, (await story.order()).refunded.amount];
    };
    expect(await shown()).toEqual([0, 3_000, 0]);
    const card = { type: 'payout.paid', payoutKey: `${refund.id}:1:card`, attempt: 1, reference: 'gw-half' };
    expect((await tellAsPartner(running(), 'gateway', { ...card, eventId: `${refund.id}/1` })).status).toBe(200);
    expect((await refund.see()).payouts.map(({ state }) => state)).toEqual(['paid', 'unknown']);
    expect(await shown()).toEqual([0, 3_000, 0]);
    await story.passes('1h');
    await refund.becomes('completed');
    expect(await shown()).toEqual([3_000, 0, 3_000]);
    await story.holds();
  });

  it('of which one declines are paid each once', async () => {
    const tenders = [
      { id: 'card', kind: 'card', amount: 2_000 },
      { id: 'wallet', kind: 'wallet', amount: 1_000 },
    ];
    const story = await tell(running(), { ...BOOK, tenders });
    const refund = await story.apply({ reason: 'missing' });
    running().gateway.declined = { of: 1, outOf: 2 };
    await refund.give('merchant', 'approve');
    await running().settled();
    for (let tries = 0; tries < 4; tries += 1) await story.passes('1h');
    running().gateway.declined = NEVER;
    if ((await refund.see()).state === 'refunding.manual') await refund.give('operations', 'retry');
    expect(await refund.becomes('completed')).toMatchObject({ refundAmount: yuan(3_000), isFullRefund: true });
    await story.holds();
  });

  it('with a coupon that comes back only as a whole hold its shares until they make one', async () => {
    const tenders = [
      { id: 'card', kind: 'card', amount: 4_000 },
      { id: 'coupon', kind: 'coupon', amount: 2_000 },
    ];
    const story = await tell(running(), {
      lines: [{ sku: 'book', price: 3_000, quantity: 2 }],
      tenders,
      platform: 'marketplace',
      shopId: 'shop-m',
    });
    const asked = { reason: 'shortPicked', evidence: [] };
    const first = await story.apply(asked, 'platform');
    expect((await first.becomes('completed')).payouts).toMatchObject([
      { tenderId: 'card', state: 'paid', amount: yuan(2_000) },
      { tenderId: 'coupon', state: 'held', amount: yuan(1_000) },
    ]);
    const second = await story.apply(asked, 'platform');
    const whole = await second.becomes('completed');
    expect(whole.isFullRefund).toBe(true);
    expect(whole.payouts.map(({ tenderId, state, amount }) => [tenderId, state, amount.amount])).toEqual([
      ['card', 'paid', 2_000],
      ['coupon', 'held', 1_000],
      ['coupon', 'paid', 2_000],
    ]);
    await story.holds();
  });
});
