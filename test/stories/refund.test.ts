import { describe, expect, it } from 'vitest';
import { HOUR, sharesOf } from './case.js';
import { runningService } from './service.js';
import { yuan } from './sketches.js';
import { tell } from './story.js';

const running = runningService();

/** Three towels of 35.00 with 20.00 off: they cost 2833, 2833 and 2834 (EXAMPLES 2). */
const TOWELS = { lines: [{ sku: 'towel', price: 3_500, quantity: 3 }], off: [{ amount: 2_000 }] };

describe('a refund of what was missing from a delivered parcel', () => {
  it('is quoted, applied for, approved and paid; three of them make the whole, and the last one says so', async () => {
    const story = await tell(running(), TOWELS);
    const asked = { reason: 'missing', remark: 'Two were in the box.', contact: { phone: '+86 21 5555 0100' } };
    const quote = await story.quote(asked);
    expect(quote).toMatchObject({ refund: yuan(2_833) });
    expect(await story.quote(asked, 'operations')).toMatchObject({ ...quote, bearers: [{ bearer: 'merchant', amount: yuan(2_833) }] });
    expect(quote.template).toEqual({ id: 'merchant-first', version: 1 });

    const first = await story.apply({ ...asked, quoted: quote.refund });
    expect(first.view).toMatchObject({
      refundId: 1,
      state: 'reviewing.merchant',
      status: 'open',
      stepStatus: 'merchant',
      stage: 'delivered',
    });
    expect(first.view).toMatchObject({ reservedAmount: yuan(2_833), refundAmount: yuan(0), quantity: 1 });
    expect(first.view.units).toEqual([{ lineNo: 1, from: 1, to: 1, sku: 'towel', promotionType: 'none' }]);
    expect(first.deadline('merchantReview')).toBe(48 * HOUR);
    expect(await first.allowed()).toEqual({
      user: ['withdraw', 'note'],
      merchant: ['approve', 'reject', 'escalate', 'offer', 'askEvidence', 'note'],
      operations: ['escalate', 'override', 'note', 'extend', 'hold', 'repayFreight'],
      platform: [],
    });
    await first.refusesTheRest();

    expect(await first.give('merchant', 'approve')).toBe('refunding.paying');
    const paid = await first.becomes('completed');
    expect(paid).toMatchObject({ refundAmount: yuan(2_833), reservedAmount: yuan(0), isFullRefund: false, remark: asked.remark });
    expect(paid.finishTime).toBe(paid.updateTime);
    expect(paid.decisions).toMatchObject([{ no: 1, kind: 'approval', state: 'paid', amount: yuan(2_833), bearer: 'merchant' }]);
    expect(paid.payouts).toMatchObject([{ key: `${first.id}:1:card`, state: 'paid', amount: yuan(2_833), attempt: 1, way: 'tender' }]);
    expect(paid.quote).toMatchObject({ basis: 'decided', refund: yuan(2_833) });
    expect(paid.quote.units).toMatchObject([{ listPrice: yuan(3_500), discounts: [{ amount: yuan(-667) }], cost: { gross: yuan(2_833) } }]);
    expect(await first.timeline()).toEqual([
      'apply by user: reviewing.merchant',
      'approve by merchant: refunding.paying',
      'payoutResult by system: completed',
    ]);
    await first.refusesTheRest();

    const both = await story.apply({ ...asked, selection: [{ sku: 'towel', promotionType: 'none', quantity: 2 }] });
    expect(both.view.reservedAmount).toEqual(yuan(5_667));
    await both.give('merchant', 'approve');
    expect(await both.becomes('completed')).toMatchObject({ refundAmount: yuan(5_667), isFullRefund: true });
    const order = await story.order();
    expect(order).toMatchObject({ refunded: yuan(8_500), reserved: yuan(0), left: yuan(0) });
    expect(order.lines[0]?.units.map(({ from, to, state }) => `${from}-${to} ${state}`)).toEqual(['1-1 ended', '2-2 ended', '3-3 ended']);
    expect(await story.applyRefused(asked)).toBe('selection.tooMany');

    await story.passes('7d');
    await both.becomes('settled');
    await first.becomes('settled');
    await story.holds();
  });

  it('is approved by silence once the merchant’s time is over', async () => {
    const story = await tell(running(), TOWELS);
    const applied = await story.apply({ reason: 'missing' });
    await story.passes('47h');
    await applied.becomes('reviewing.merchant');
    await story.passes('1h');
    const paid = await applied.becomes('completed');
    expect(paid.timeline.map(({ type, by }) => `${type} by ${by}`)).toEqual(['apply by user', 'timer by system', 'payoutResult by system']);
    await story.holds();
  });

  it('is refused where the quote has changed since it was made', async () => {
    const story = await tell(running(), TOWELS);
    const both = { reason: 'missing', selection: [{ lineNo: 1, quantity: 2 }] };
    const quote = await story.quote(both);
    const other = await story.apply({ reason: 'late', claim: { kind: 'money', amount: yuan(100) } });
    await other.give('merchant', 'approve');
    await other.becomes('completed');
    expect(await story.applyRefused({ ...both, quoted: quote.refund })).toBe('quote.changed');
    const again = await story.quote(both);
    expect([quote.refund, again.refund]).toEqual([yuan(5_666), yuan(5_566)]);
    await story.apply({ ...both, quoted: again.refund });
    await story.holds();
  });
});

describe('a refund of goods that are not shipped yet', () => {
  const ASKED = { reason: 'cancelled' };

  it('waits until the parcel is stopped, and gives back freight and cost with the last unit', async () => {
    const story = await tell(running(), { stage: 'notShipped', freight: 900, lines: [{ sku: 'rice', price: 4_590, unitCost: 2_754 }] });
    const refund = await story.apply(ASKED);
    expect(refund.view).toMatchObject({ stage: 'notShipped', reservedAmount: yuan(4_590), goods: 'none' });
    expect((await refund.see()).quote).toMatchObject({
      basis: 'expected',
      refund: yuan(5_490),
      freight: yuan(900),
      costOffset: yuan(2_754),
    });
    expect(await refund.give('merchant', 'approve')).toBe('stopping');
    expect(refund.deadline('stop')).toBe(24 * HOUR);
    await refund.refusesTheRest();
    expect((await refund.see()).payouts).toEqual([]);

    const stopped = await story.report('stopped', { lines: [1], at: new Date(running().now()).toISOString() });
    expect(stopped.status).toBe(200);
    const paid = await refund.becomes('completed');
    expect(paid).toMatchObject({ refundAmount: yuan(5_490), costOffset: yuan(2_754), isFullRefund: true });
    expect(paid.decisions.map(({ kind, amount, state }) => [kind, amount.amount, state])).toEqual([
      ['approval', 4_590, 'paid'],
      ['freight', 900, 'paid'],
    ]);
    expect(await refund.timeline()).toEqual([
      'apply by user: reviewing.merchant',
      'approve by merchant: stopping',
      'stopped by platform: refunding.paying',
      'payoutResult by system: refunding.paying',
      'payoutResult by system: completed',
    ]);
    await story.holds();
  });

  it('goes to operations where the parcel was shipped first, and their silence rejects', async () => {
    const story = await tell(running(), { stage: 'notShipped', lines: [{ sku: 'rice', price: 4_590 }] });
    const refund = await story.apply(ASKED);
    await refund.give('merchant', 'approve');
    await story.report('shipped', { lines: [1], at: new Date(running().now()).toISOString() });
    await refund.becomes('reviewing.operations');
    expect(refund.deadline('operationsReview')).toBe(72 * HOUR);
    await story.passes('72h');
    expect(await refund.becomes('rejected')).toMatchObject({ refundAmount: yuan(0), reservedAmount: yuan(0), payouts: [] });
    expect((await story.order()).lines[0]?.units).toMatchObject([{ state: 'free' }]);
    await story.holds();
  });

  it('goes to operations where nobody says what became of the parcel, and they may pay', async () => {
    const story = await tell(running(), { stage: 'notShipped', lines: [{ sku: 'rice', price: 4_590 }] });
    const refund = await story.apply(ASKED);
    await refund.give('merchant', 'approve');
    await story.passes('24h');
    await refund.becomes('reviewing.operations');
    expect(await refund.refused('merchant', 'approve')).toBe('command.notYours');
    await refund.give('operations', 'approve');
    await refund.becomes('completed');
    await story.holds();
  });
});

describe('an automatic refund by the platform', () => {
  /** 70.00 by card, 20.00 in 200 points, 10.00 from the wallet (EXAMPLES 7). */
  const TENDERS = [
    { id: 'card', kind: 'card', amount: 7_000 },
    { id: 'points', kind: 'points', amount: 2_000, points: 200 },
    { id: 'wallet', kind: 'wallet', amount: 1_000 },
  ];

  it('is paid without a person, each part shared by what is left of each means of payment', async () => {
    const story = await tell(running(), { lines: [{ sku: 'kettle', price: 10_000 }], tenders: TENDERS });
    const shares: [number, Record<string, number>, number | undefined][] = [];
    for (const amount of [3_333, 3_333, 3_334]) {
      const refund = await story.apply({ reason: 'shortPicked', claim: { kind: 'money', amount: yuan(amount) }, evidence: [] }, 'platform');
      expect(refund.view).toMatchObject({ state: 'refunding.paying', flags: ['automatic'] });
      const paid = await refund.becomes('completed');
      const [decision] = paid.decisions;
      shares.push([
        paid.refundAmount.amount,
        sharesOf(decision?.tenders ?? []),
        decision?.tenders.find(({ tenderId }) => tenderId === 'points')?.points,
      ]);
    }
    expect(shares).toEqual([
      [3_333, { card: 2_333, points: 667, wallet: 333 }, 67],
      [3_333, { card: 2_333, points: 666, wallet: 334 }, 66],
      [3_334, { card: 2_334, points: 667, wallet: 333 }, 67],
    ]);
    expect(await story.applyRefused({ reason: 'shortPicked', claim: { kind: 'money', amount: yuan(1) } }, 'platform')).toBe(
      'amount.exceedsCost',
    );
    expect((await story.order()).tenders.map(({ left }) => left.amount)).toEqual([0, 0, 0]);
    await story.holds();
  });

  it('is for goods on the shelf as well, and needs nothing to be stopped', async () => {
    const story = await tell(running(), { stage: 'notShipped', lines: [{ sku: 'rice', price: 4_590, quantity: 2 }] });
    const refund = await story.apply({ reason: 'shortPicked', evidence: [] }, 'platform');
    expect(await refund.becomes('completed')).toMatchObject({ refundAmount: yuan(4_590), isFullRefund: false });
    await story.holds();
  });
});

describe('a refund of fresh food', () => {
  const fresh = (sku: string, price: number, more: object = {}) => ({ sku, price, category: 'fresh-food', ...more });

  it('is approved at once up to a small amount, and by a person beyond', async () => {
    const story = await tell(running(), { lines: [fresh('berries', 3_500), fresh('crab', 3_501)] });
    const small = await story.apply({ reason: 'spoiled' });
    expect(small.view).toMatchObject({ state: 'refunding.paying', flags: ['automatic'], template: { id: 'fresh-food', version: 1 } });
    await small.becomes('completed');
    const large = await story.apply({ reason: 'spoiled', selection: [{ lineNo: 2, quantity: 1 }] });
    expect(large.view.state).toBe('reviewing.merchant');
    await story.passes('6h');
    expect(await large.becomes('completed')).toMatchObject({ isFullRefund: true, flags: [] });
    await story.holds();
  });

  it('of missing weight is the price of the grams, and the unit keeps the rest', async () => {
    const salmon = { weightGrams: 500, quantity: 2 };
    const story = await tell(running(), { lines: [fresh('salmon', 1_990, salmon), fresh('salmon', 2_885, { weightGrams: 750 })] });
    const named = { sku: 'salmon', promotionType: 'none', quantity: 1 };
    expect(await story.applyRefused({ reason: 'late', selection: [named] })).toBe('split.ambiguous');
    const weight = { reason: 'weightShort', claim: { kind: 'weight' }, evidence: [] };
    expect(await story.applyRefused({ ...weight, selection: [{ ...named, price: 1_990, actualGrams: 501 }] })).toBe(
      'selection.weightInvalid',
    );
    const short = await story.apply({ ...weight, selection: [{ ...named, price: 1_990, actualGrams: 430 }] });
    expect(await short.becomes('completed')).toMatchObject({ refundAmount: yuan(279), claim: 'weight', isFullRefund: false });
    const order = await story.order();
    expect(
      order.lines.flatMap(({ units }) => units.map(({ from, to, splitKey, left }) => [splitKey, from, to, left.gross.amount])),
    ).toEqual([
      ['salmon_none_1990', 1, 1, 1_711],
      ['salmon_none_1990', 2, 2, 1_990],
      ['salmon_none_2885', 1, 1, 2_885],
    ]);
    const rest = await story.apply({ reason: 'spoiled', selection: [{ lineNo: 1, units: [1] }] });
    expect(await rest.becomes('completed')).toMatchObject({ refundAmount: yuan(1_711) });
    await story.holds();
  });

  it('is refused once its window is over, but not to operations', async () => {
    const story = await tell(running(), { lines: [fresh('berries', 3_500)] });
    await story.passes('25h');
    expect(await story.applyRefused({ reason: 'spoiled' })).toBe('apply.windowExpired');
    expect(await story.applyRefused({ reason: 'spoiled' }, 'merchant')).toBe('apply.windowExpired');
    expect((await story.order('user')).lines[0]?.allowed).toEqual([]);
    await story.apply({ reason: 'spoiled' }, 'operations');
    await story.holds();
  });
});
