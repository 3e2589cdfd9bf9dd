import { describe, expect, it } from 'vitest';
import { runningService } from './service.js';
import { yuan } from './sketches.js';
import { tell } from './story.js';

const running = runningService();

describe('an application', () => {
  it('for goods that lead to different templates, or stand at different stages, names the groups to apply for', async () => {
    const story = await tell(running(), {
      lines: [
        { sku: 'lamp', price: 2_000 },
        { sku: 'phone', price: 9_000, category: 'electronics' },
      ],
      stage: 'notShipped',
    });
    const both = {
      body: story.application({
        reason: 'cancelled',
        selection: [
          { lineNo: 1, quantity: 1 },
          { lineNo: 2, quantity: 1 },
        ],
      }),
    };
    const mixed = await story.send('user', 'POST', 'after-sales', both);
    expect([mixed.code, mixed.body]).toMatchObject([
      'template.mixed',
      {
        facts: {
          groups: [
            { template: 'merchant-first', lines: [1] },
            { template: 'electronics', lines: [2] },
          ],
        },
      },
    ]);
    await story.report('shipped', { lines: [2], at: new Date(running().now()).toISOString() });
    const stages = await story.send('user', 'POST', 'after-sales', both);
    expect([stages.code, stages.body]).toMatchObject(['selection.mixedStage', { facts: { notShipped: [1], inTransit: [2] } }]);
    await story.holds();
  });

  it('for goods on their way returns them at the door, or pays for a parcel that never came', async () => {
    const story = await tell(running(), { lines: [{ sku: 'lamp', price: 2_000, quantity: 2 }], stage: 'inTransit' });
    expect(await story.applyRefused({ type: 'return', reason: 'changedMind', wayBack: { kind: 'courier' } })).toBe('apply.reasonUnknown');
    expect(await story.applyRefused({ type: 'exchange', reason: 'defective', wayBack: { kind: 'courier' }, wanted: { sku: 'lamp' } })).toBe(
      'apply.typeNotAllowed',
    );
    const atDoor = await story.apply({ type: 'return', reason: 'refusedAtDoor', wayBack: { kind: 'courier', trackingNo: 'SF-1' } });
    expect(atDoor.view).toMatchObject({ stage: 'inTransit', shipments: [{ leg: 'return', trackingNo: 'SF-1' }] });
    await atDoor.give('merchant', 'approve');
    await atDoor.give('platform', 'handOver');
    await atDoor.give('platform', 'received');
    await atDoor.becomes('returning.inspecting');
    await atDoor.give('merchant', 'inspect', { result: 'all', sellable: true });
    // Less 10.00 for the way back, which the buyer caused.
    expect(await atDoor.see()).toMatchObject({ state: 'completed', refundAmount: yuan(1_000) });

    const lost = await story.apply({ reason: 'lostInTransit', evidence: [] });
    await lost.give('merchant', 'approve');
    expect(await lost.becomes('completed')).toMatchObject({ refundAmount: yuan(2_000), bearer: 'carrier', costOffset: yuan(0) });
    await story.holds();
  });

  it('for an order that is excluded is refused to its buyer, and told so beforehand', async () => {
    const story = await tell(running(), { lines: [{ sku: 'card', price: 5_000 }], flags: ['virtual'] });
    expect(await story.applyRefused({ reason: 'missing' })).toBe('apply.notEligible');
    expect(await story.applyRefused({ reason: 'missing' }, 'merchant')).toBe('apply.notEligible');
    expect((await story.order('user')).lines[0]?.allowed).toEqual([]);
    const automatic = await story.apply({ reason: 'shortPicked', evidence: [] }, 'platform');
    expect(await automatic.becomes('completed')).toMatchObject({ isFullRefund: true });
    await story.holds();
  });

  it('shows what it may be for: by type, with reasons, claims and evidence', async () => {
    const story = await tell(running(), { lines: [{ sku: 'lamp', price: 2_000 }] });
    const allowed = (await story.order('user')).lines[0]?.allowed ?? [];
    expect(allowed.map(({ type }) => type)).toEqual(['refund', 'return', 'exchange', 'repair']);
    const missing = allowed[0]?.reasons.find(({ code }) => code === 'missing');
    expect(missing).toEqual({ code: 'missing', title: 'A piece was missing from the parcel', claims: ['unit'], evidence: 1 });
    for (const { type, reasons } of allowed) {
      const goods = type === 'refund' ? {} : { wayBack: { kind: 'courier' } };
      const wanted = type === 'exchange' ? { wanted: { sku: 'lamp' } } : {};
      for (const { code, claims } of reasons.filter((reason) => reason.claims.includes('unit'))) {
        expect([code, claims, (await story.quote({ type, reason: code, ...goods, ...wanted })).template.id]).toEqual([
          code,
          claims,
          'merchant-first',
        ]);
      }
    }
    await story.holds();
  });

  it('gives freight back with the first piece where the merchant is at fault', async () => {
    const story = await tell(running(), { lines: [{ sku: 'phone', price: 9_000, category: 'electronics', quantity: 2 }], freight: 700 });
    const asked = { reason: 'missing' };
    expect((await story.quote(asked)).freight).toEqual({ rule: 'merchantFault', amount: yuan(700) });
    const first = await story.apply(asked);
    await first.give('merchant', 'approve');
    const paid = await first.becomes('completed');
    expect([paid.refundAmount, paid.decisions.map(({ kind }) => kind)]).toEqual([yuan(9_700), ['approval', 'freight']]);
    const second = await story.apply(asked);
    await second.give('merchant', 'approve');
    expect(await second.becomes('completed')).toMatchObject({ refundAmount: yuan(9_000), isFullRefund: true });
    await story.holds();
  });

  it('of the same goods in several entries gains neither a piece nor a fen', async () => {
    const story = await tell(running(), {
      lines: [
        { sku: 'milk', promotionType: '1205', price: 600, quantity: 2 },
        { sku: 'milk', promotionType: '1205', price: 450 },
      ],
      off: [{ amount: 100 }],
    });
    const dear = { sku: 'milk', promotionType: '1205', price: 600, quantity: 1 };
    expect(await story.applyRefused({ reason: 'missing', selection: [dear, dear, dear] })).toBe('selection.tooMany');
    const whole = await story.quote({ reason: 'missing', selection: [{ sku: 'milk', promotionType: '1205', quantity: 3 }] });
    const apart = await story.quote({ reason: 'missing', selection: [dear, dear, { ...dear, price: 450 }] });
    expect([whole.refund, apart.refund]).toEqual([yuan(1_550), yuan(1_550)]);
    await story.holds();
  });
});
