import { describe, expect, it } from 'vitest';
import type { AfterSaleId } from '../../src/domain/ids.js';
import { appointmentsFrom } from '../../src/jobs/embedded/appointments.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { DAY, HOUR } from './case.js';
import { publishTemplate, tellAsPartner } from './house.js';
import { runningService } from './service.js';
import { ADDRESS, yuan } from './sketches.js';
import { tell } from './story.js';

const running = runningService();

const COURIER = { kind: 'courier' };
const at = (later: number) => new Date(running().now() + later).toISOString();

/** Looked at before money goes; a tenth for restocking and 30.00 for the way back, where the buyer changed their mind. */
const HEADPHONES = {
  lines: [{ sku: 'headphones', price: 20_000, quantity: 3, category: 'electronics', unitCost: 12_000, commissionRate: '0.05' }],
};
const CHANGED = { type: 'return', reason: 'changedMind', wayBack: COURIER } as const;
const DEFECTIVE = { type: 'return', reason: 'defective', wayBack: COURIER } as const;

/** Where and when a carrier is asked to collect an after-sale's goods. */
async function toldToCarrier(id: string) {
  const store = openSqliteStore({ dataDirectory: running().dataDirectory, writer: 'inline', readOnly: true });
  try {
    const { address, time } = await appointmentsFrom(store.reads).appointmentOf(id as AfterSaleId);
    const shown = (instant: number | undefined) => new Date(instant ?? 0).toISOString();
    return { address, from: shown(time?.from), to: shown(time?.to) };
  } finally {
    await store.close();
  }
}

describe('a return that is inspected before it is paid', () => {
  it('goes by courier, passes, and is paid less the fees; goods that can be sold again give their cost back', async () => {
    const story = await tell(running(), HEADPHONES);
    const quote = await story.quote(CHANGED);
    expect(quote.refund).toEqual(yuan(15_000));
    expect(quote.fees).toEqual([
      { name: 'restocking', amount: yuan(-2_000), to: 'merchant' },
      { name: 'returnFreight', amount: yuan(-3_000), to: 'merchant' },
    ]);
    const returned = await story.apply({ ...CHANGED, quoted: quote.refund });
    expect(returned.view).toMatchObject({ state: 'reviewing.merchant', reservedAmount: yuan(20_000), goods: 'buyer', returnAddress: null });
    expect(returned.deadline('merchantReview')).toBe(72 * HOUR);

    expect(await returned.give('merchant', 'approve', { returnAddress: ADDRESS })).toBe('returning.awaitingHandover');
    expect((await returned.see('user')).returnAddress).toBe('Ann Li, 1 Nanjing Road, Shanghai, CN, +86 21 5555 0100');
    expect(returned.deadline('handOver')).toBe(10 * DAY);
    expect((await returned.allowed()).user).toEqual(['withdraw', 'handOver', 'reschedule', 'note']);
    await returned.refusesTheRest();
    expect(await returned.give('user', 'handOver', { courier: 'SF', trackingNo: 'SF-1' })).toBe('returning.inTransit');
    expect(returned.view).toMatchObject({ goods: 'underway', shipments: [{ leg: 'return', courier: 'SF', trackingNo: 'SF-1' }] });
    expect(returned.deadline('returnTransit')).toBe(20 * DAY);
    expect(await returned.give('merchant', 'received')).toBe('returning.inspecting');
    expect(returned.deadline('inspection')).toBe(7 * DAY);
    await returned.refusesTheRest();
    expect(await returned.give('merchant', 'inspect', { result: 'all', sellable: true })).toBe('refunding.paying');

    const paid = await returned.becomes('completed');
    expect(paid).toMatchObject({ refundAmount: yuan(15_000), costOffset: yuan(12_000), isFullRefund: false, goods: 'merchant' });
    // Of the commission of 1000 the part that the refund is of what was paid.
    expect(paid.commissionOffset).toEqual(yuan(750));
    expect(paid.decisions).toMatchObject([
      { kind: 'inspection', amount: yuan(15_000), fees: [{ amount: yuan(-2_000) }, { amount: yuan(-3_000) }] },
    ]);
    expect(await returned.timeline()).toEqual([
      'apply by user: reviewing.merchant',
      'approve by merchant: returning.awaitingHandover',
      'handOver by user: returning.inTransit',
      'received by merchant: returning.inspecting',
      'inspect by merchant: refunding.paying',
      'payoutResult by system: completed',
    ]);
    const between = ({ transfers }: { readonly transfers: readonly { readonly debit: string; readonly credit: string }[] }) =>
      transfers.map(({ debit, credit }) => `${debit} to ${credit}`).filter((text) => text.includes('sales') || text.includes('commission'));
    expect(between(paid)).toEqual(['merchant to sales', 'commission to merchant']);
    expect(between(await returned.see('user'))).toEqual([]);
    await story.holds();
  });

  it('is collected on an appointment that can be moved, and the carrier tells where it is', async () => {
    const story = await tell(running(), HEADPHONES);
    const wayBack = { kind: 'pickup', address: ADDRESS, from: at(DAY), to: at(DAY + 2 * HOUR) };
    const returned = await story.apply({ ...DEFECTIVE, wayBack });
    expect(await returned.give('merchant', 'approve')).toBe('returning.pickupScheduled');
    expect(returned.deadline('pickup')).toBe(5 * DAY);
    expect(returned.view.returnAddress).toMatch(/^Service centre/);
    await returned.refusesTheRest();
    expect(await toldToCarrier(returned.id)).toEqual({ address: ADDRESS, from: wayBack.from, to: wayBack.to });
    const later = { from: at(2 * DAY), to: at(2 * DAY + HOUR) };
    expect(await returned.give('user', 'reschedule', later)).toBe('returning.pickupScheduled');
    expect(await toldToCarrier(returned.id)).toEqual({ address: ADDRESS, ...later });
    await running().settled();
    const news = { type: 'parcel.handedOver', afterSaleId: returned.id, courier: 'YTO', trackingNo: 'YT-1' };
    expect((await tellAsPartner(running(), 'carrier', { eventId: 'parcel-1', ...news })).status).toBe(200);
    expect(await returned.becomes('returning.inTransit')).toMatchObject({ shipments: [{ courier: 'YTO', trackingNo: 'YT-1' }] });
    const again = await tellAsPartner(running(), 'carrier', { eventId: 'parcel-1', ...news });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect((await tellAsPartner(running(), 'carrier', { eventId: 'parcel-2', ...news })).code).toBe('command.notAllowed');
    expect((await tellAsPartner(running(), 'gateway', { eventId: 'parcel-3', ...news })).code).toBe('command.notYours');
    await tellAsPartner(running(), 'carrier', { eventId: 'parcel-4', type: 'parcel.received', afterSaleId: returned.id });
    await returned.becomes('returning.inspecting');
    await returned.give('operations', 'inspect', { result: 'all', sellable: false });
    expect(await returned.becomes('completed')).toMatchObject({
      refundAmount: yuan(20_000),
      costOffset: yuan(0),
      commissionOffset: yuan(1_000),
    });
    await story.holds();
  });

  it('that nobody collects is brought by the buyer, at a counter', async () => {
    const story = await tell(running(), HEADPHONES);
    const wayBack = { kind: 'pickup', address: ADDRESS, from: at(DAY), to: at(DAY + 2 * HOUR) };
    const returned = await story.apply({ ...DEFECTIVE, wayBack });
    await returned.give('merchant', 'approve');
    await story.passes('5d');
    await returned.becomes('returning.awaitingHandover');
    expect(await returned.give('merchant', 'received')).toBe('returning.inspecting');
    await story.passes('7d');
    expect(await returned.becomes('completed')).toMatchObject({ refundAmount: yuan(20_000) });
    await story.holds();
  });

  it('at a counter that the buyer never comes to is closed, and one that is given up is cancelled', async () => {
    const story = await tell(running(), HEADPHONES);
    const wayBack = { kind: 'counter', counter: 'Nanjing Road' };
    const forgotten = await story.apply({ ...DEFECTIVE, wayBack });
    const givenUp = await story.apply({ ...DEFECTIVE, wayBack });
    await forgotten.give('merchant', 'approve');
    await givenUp.give('merchant', 'approve');
    expect(await givenUp.give('user', 'withdraw')).toBe('cancelled');
    expect(givenUp.view.finishTime).toBeNull();
    await story.passes('10d');
    expect(await forgotten.becomes('closed')).toMatchObject({ reservedAmount: yuan(0), refundAmount: yuan(0) });
    expect((await story.order()).lines[0]?.units).toMatchObject([{ from: 1, to: 3, state: 'free' }]);
    await story.holds();
  });

  it('that passes in part is paid in part, and the rest goes back to the buyer', async () => {
    const story = await tell(running(), HEADPHONES);
    const returned = await story.apply({ ...DEFECTIVE, selection: [{ lineNo: 1, quantity: 3 }] });
    await returned.give('merchant', 'approve');
    await returned.give('user', 'handOver', { trackingNo: 'SF-2' });
    await returned.give('platform', 'received');
    const all = { result: 'part', sellable: true, passed: [{ lineNo: 1, quantity: 3 }] };
    expect(await returned.refused('merchant', 'inspect', all)).toBe('command.quantityInvalid');
    const two = { ...all, passed: [{ lineNo: 1, units: [1, 3] }], remark: 'One is scratched.' };
    expect(await returned.give('merchant', 'inspect', two)).toBe('refunding.paying');
    const half = await returned.becomes('sendingBack.preparing');
    expect(half).toMatchObject({ refundAmount: yuan(40_000), reservedAmount: yuan(20_000), status: 'open' });
    expect(half.passed?.map(({ from, to }) => [from, to])).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect(returned.deadline('sendBackPrepare')).toBe(7 * DAY);
    await returned.refusesTheRest();
    expect(await returned.give('merchant', 'ship', { courier: 'SF', trackingNo: 'SF-3' })).toBe('sendingBack.shipped');
    expect(await returned.give('merchant', 'delivered')).toBe('completed');
    expect(await returned.see()).toMatchObject({ refundAmount: yuan(40_000), reservedAmount: yuan(0), costOffset: yuan(24_000) });
    expect(returned.view.finishTime).toBe(returned.view.updateTime);
    expect((await story.order()).lines[0]?.units.map(({ from, state }) => [from, state])).toEqual([
      [1, 'ended'],
      [2, 'free'],
      [3, 'ended'],
    ]);
    await story.holds();
  });

  it('that fails goes back and is rejected; one that is never sent back, or lost, is paid', async () => {
    const story = await tell(running(), HEADPHONES);
    const failed = async () => {
      const returned = await story.apply(DEFECTIVE);
      await returned.give('merchant', 'approve');
      await returned.give('user', 'handOver');
      await returned.give('merchant', 'received');
      expect(await returned.give('merchant', 'inspect', { result: 'none', sellable: false, remark: 'Bitten.' })).toBe(
        'sendingBack.preparing',
      );
      return returned;
    };
    const sentBack = await failed();
    await sentBack.give('merchant', 'ship');
    expect(await sentBack.give('operations', 'delivered')).toBe('rejected');
    expect((await sentBack.allowed()).user).toEqual(['appeal']);
    expect((await sentBack.allowed()).merchant).toEqual([]);

    const lost = await failed();
    await lost.give('merchant', 'ship');
    await story.passes('20d');
    expect(await lost.becomes('completed')).toMatchObject({ refundAmount: yuan(20_000), flags: ['fallback'], goods: 'merchant' });

    const kept = await failed();
    await story.passes('7d');
    expect(await kept.becomes('completed')).toMatchObject({ refundAmount: yuan(20_000), flags: ['fallback'] });
    await story.holds();
  });

  it('that is lost on its way is paid as the template says, and the carrier bears it', async () => {
    const story = await tell(running(), HEADPHONES);
    const told = await story.apply(CHANGED);
    const silent = await story.apply(CHANGED);
    for (const returned of [told, silent]) {
      await returned.give('merchant', 'approve');
      await returned.give('user', 'handOver');
    }
    const paid = { refundAmount: yuan(20_000), bearer: 'carrier', goods: 'lost', costOffset: yuan(0), commissionOffset: yuan(0) };
    expect(await told.give('platform', 'lost')).toBe('refunding.paying');
    expect(await told.becomes('completed')).toMatchObject(paid);
    await story.passes('20d');
    expect(await silent.becomes('completed')).toMatchObject(paid);
    await told.becomes('settled');
    await story.holds();
  });
});

describe('a return that is paid before it is inspected', () => {
  const SHIRT = { lines: [{ sku: 'shirt', price: 9_900, unitCost: 5_000 }] };
  const RETURN = { type: 'return', reason: 'wrongItem', wayBack: COURIER } as const;

  it('is paid on receipt, and what is found then changes who bears it, never the money', async () => {
    const story = await tell(running(), SHIRT);
    const returned = await story.apply(RETURN);
    await returned.give('merchant', 'approve');
    await returned.give('user', 'handOver');
    expect(await returned.give('merchant', 'received')).toBe('refunding.paying');
    expect(await returned.becomes('returning.inspecting')).toMatchObject({
      refundAmount: yuan(9_900),
      flags: ['paidEarly'],
      status: 'open',
      finishTime: null,
    });
    await returned.refusesTheRest();
    await story.passes('2h');
    expect(await returned.give('merchant', 'inspect', { result: 'all', sellable: true, bearer: 'platform' })).toBe('completed');
    expect(await returned.see()).toMatchObject({
      refundAmount: yuan(9_900),
      bearer: 'platform',
      costOffset: yuan(5_000),
      isFullRefund: true,
      finishTime: returned.view.updateTime,
    });
    expect(Date.parse(returned.view.updateTime) - Date.parse(returned.view.decisions[0]?.at ?? '')).toBeGreaterThanOrEqual(2 * HOUR);
    await story.holds();
  });

  it('is paid on receipt even where nothing passes afterwards', async () => {
    const story = await tell(running(), SHIRT);
    const returned = await story.apply(RETURN);
    await returned.give('merchant', 'approve');
    await returned.give('merchant', 'received');
    await returned.becomes('returning.inspecting');
    expect(await returned.give('merchant', 'inspect', { result: 'none', sellable: false })).toBe('completed');
    expect(await returned.see()).toMatchObject({ refundAmount: yuan(9_900), costOffset: yuan(0) });
    await story.holds();
  });

  it('is paid at the carrier’s scan where the template says so, and the goods still arrive', async () => {
    await publishTemplate(running(), 'merchant-first', { id: 'at-the-scan', scope: { shopId: 'shop-scan' }, payWhen: 'carrierScan' });
    const story = await tell(running(), { ...SHIRT, shopId: 'shop-scan' });
    const returned = await story.apply(RETURN);
    expect(returned.view.template).toEqual({ id: 'at-the-scan', version: 1 });
    await returned.give('merchant', 'approve');
    expect(await returned.give('user', 'handOver', { courier: 'SF', trackingNo: 'SF-9' })).toBe('returning.inTransit');
    expect(await returned.see()).toMatchObject({ refundAmount: yuan(0), decisions: [] });
    expect(await returned.refused('user', 'handOver')).toBe('command.notAllowed');
    expect(await returned.give('platform', 'handOver')).toBe('refunding.paying');
    expect(await returned.becomes('returning.inTransit')).toMatchObject({ refundAmount: yuan(9_900), flags: ['paidEarly'] });
    expect(await returned.give('merchant', 'received')).toBe('returning.inspecting');
    await story.passes('72h');
    expect(await returned.becomes('completed')).toMatchObject({ refundAmount: yuan(9_900) });
    await story.holds();
  });

  it('costs the buyer the way back where they changed their mind', async () => {
    const story = await tell(running(), { ...SHIRT, freight: 800 });
    const returned = await story.apply({ ...RETURN, reason: 'changedMind' });
    await returned.give('merchant', 'approve');
    await returned.give('merchant', 'received');
    await returned.becomes('returning.inspecting');
    await returned.give('merchant', 'inspect', { result: 'all', sellable: true });
    // The goods less 10.00 for the way back, and the freight of the order with its last unit.
    expect(await returned.see()).toMatchObject({ refundAmount: yuan(9_700), isFullRefund: false });
    expect((await story.order()).left).toEqual(yuan(1_000));
    await story.holds();
  });
});
