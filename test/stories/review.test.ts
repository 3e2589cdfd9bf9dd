import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HOUR } from './case.js';
import { runningService } from './service.js';
import { photo, yuan } from './sketches.js';
import { tell } from './story.js';

const running = runningService();
const LAMP = { lines: [{ sku: 'lamp', price: 2_833 }] };
const ASKED = { reason: 'defective' };

describe('an offer of part of the money', () => {
  it('that is accepted is paid, and leaves the rest of the unit to be claimed', async () => {
    const story = await tell(running(), LAMP);
    const refund = await story.apply(ASKED);
    expect(await refund.refused('merchant', 'offer', { amount: yuan(2_834) })).toBe('command.amountInvalid');
    expect(await refund.refused('merchant', 'offer', { amount: yuan(0) })).toBe('command.amountInvalid');
    expect(await refund.refused('merchant', 'offer', { amount: { amount: 100, currency: 'EUR' } })).toBe('order.currencyMixed');
    expect(await refund.give('merchant', 'offer', { amount: yuan(1_000), remark: 'Keep it for ten less.' })).toBe('reviewing.offered');
    expect(refund.view.offer).toEqual({ amount: yuan(1_000), by: 'merchant' });
    expect(refund.deadline('offer')).toBe(72 * HOUR);
    expect((await refund.allowed()).user).toEqual(['accept', 'decline', 'withdraw', 'note']);
    await refund.refusesTheRest();
    expect(await refund.give('user', 'accept')).toBe('refunding.paying');
    const paid = await refund.becomes('completed');
    expect(paid).toMatchObject({ refundAmount: yuan(1_000), isFullRefund: false });
    expect(paid.decisions).toMatchObject([{ kind: 'offer', amount: yuan(1_000) }]);

    const later = await story.apply(ASKED);
    expect(later.view.reservedAmount).toEqual(yuan(1_833));
    // Whoever claims the unit again has had enough of the first answer: its appeal window is closed.
    await refund.becomes('settled');
    await later.give('merchant', 'approve');
    expect(await later.becomes('completed')).toMatchObject({ refundAmount: yuan(1_833), isFullRefund: true });
    await story.holds();
  });

  it('that is declined, or not answered, goes back to the review as often as the template allows', async () => {
    const story = await tell(running(), LAMP);
    const refund = await story.apply(ASKED);
    const offer = { amount: yuan(500) };
    await refund.give('merchant', 'offer', offer);
    expect(await refund.give('user', 'decline', { remark: 'No.' })).toBe('reviewing.merchant');
    expect(refund.view.offer).toBeNull();
    await refund.give('merchant', 'offer', offer);
    await story.passes('72h');
    await refund.becomes('reviewing.merchant');
    await refund.give('merchant', 'offer', offer);
    await refund.give('user', 'decline');
    expect(await refund.refused('merchant', 'offer', offer)).toBe('command.notAllowed');
    expect(await refund.give('merchant', 'reject', { remark: 'It was used.' })).toBe('rejected');
    await story.holds();
  });
});

describe('evidence', () => {
  it('that is asked for is uploaded, provided, and seen by those whose after-sale it is', async () => {
    const story = await tell(running(), LAMP);
    const { user, merchant, operations } = story.callers;
    const refund = await story.apply(ASKED);
    expect(await refund.give('merchant', 'askEvidence', { remark: 'Please send the label.' })).toBe('reviewing.awaitingEvidence');
    expect(refund.deadline('evidence')).toBe(72 * HOUR);

    const content = randomBytes(2_000);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const headers = { 'content-type': 'image/png' };
    const uploaded = await user.send('POST', 'evidence', { raw: new Uint8Array(content), key: 'upload-1', headers });
    expect([uploaded.status, uploaded.body]).toMatchObject([201, { kind: 'photo', mediaType: 'image/png', sha256, size: 2_000 }]);
    const { evidenceId } = uploaded.body as { readonly evidenceId: string };
    const repeated = await user.send('POST', 'evidence', { raw: new Uint8Array(content), key: 'upload-1', headers });
    expect([repeated.headers.get('idempotency-replayed'), repeated.body]).toEqual(['true', uploaded.body]);

    const given = { kind: 'photo', evidenceId, sha256 };
    expect(
      await refund.refused('user', 'provide', {
        evidence: [{ ...given, sha256: sha256.replaceAll(/^./g, (c) => (c === '0' ? '1' : '0')) }],
      }),
    ).toBe('evidence.invalid');
    expect(await refund.refused('user', 'provide', { evidence: [{ ...given, evidenceId: '0198c5a0-7c1e-4000-8000-000000000009' }] })).toBe(
      'evidence.notFound',
    );
    expect(await refund.refused('user', 'provide', { evidence: Array.from({ length: 10 }, (_, i) => photo(`${i}`)) })).toBe(
      'command.limitReached',
    );
    expect(await refund.give('user', 'provide', { evidence: [given], remark: 'Here it is.' })).toBe('reviewing.merchant');

    const seen = await merchant.send('GET', `after-sales/${refund.id}/evidence/${evidenceId}`);
    expect([seen.status, seen.headers.get('content-type'), seen.headers.get('content-length')]).toEqual([200, 'image/png', '2000']);
    expect((await operations.send('GET', `evidence/${evidenceId}`)).status).toBe(200);
    expect((await user.send('GET', `evidence/${evidenceId}`)).status).toBe(200);
    expect((await merchant.send('GET', `evidence/${evidenceId}`)).code).toBe('evidence.notThere');
    const stranger = await tell(running(), LAMP);
    expect((await stranger.callers.user.send('GET', `after-sales/${refund.id}/evidence/${evidenceId}`)).code).toBe('afterSale.notFound');
    expect((await stranger.callers.user.send('GET', `evidence/${evidenceId}`)).code).toBe('evidence.notThere');

    await refund.give('merchant', 'askEvidence', { remark: 'And the box?' });
    await story.passes('72h');
    await refund.becomes('reviewing.merchant');
    expect(await refund.refused('merchant', 'askEvidence', { remark: 'And the tape?' })).toBe('command.notAllowed');
    const told = (await refund.see('user')).timeline.find(({ type }) => type === 'provide');
    expect(told).toMatchObject({ remark: 'Here it is.', evidence: [given], data: {}, erased: false });
    await story.holds();
  });

  it('is demanded by the reason of an application, and an application says where what was linked lies', async () => {
    const story = await tell(running(), LAMP);
    expect(await story.applyRefused({ ...ASKED, evidence: [] })).toBe('apply.evidenceMissing');
    await story.apply({ ...ASKED, evidence: [] }, 'operations');
    await story.holds();
  });
});

describe('a review', () => {
  it('is escalated by the merchant, and then belongs to operations', async () => {
    const story = await tell(running(), LAMP);
    const refund = await story.apply(ASKED);
    expect(await refund.refused('operations', 'approve')).toBe('command.notYours');
    expect(await refund.give('merchant', 'escalate', { remark: 'I cannot tell.' })).toBe('reviewing.operations');
    expect(refund.deadline('operationsReview')).toBe(72 * HOUR);
    await refund.refusesTheRest();
    await story.passes('72h');
    await refund.becomes('completed');
    await story.holds();
  });

  it('ends when the buyer withdraws, and the unit is free again', async () => {
    const story = await tell(running(), LAMP);
    const refund = await story.apply(ASKED);
    expect(await refund.give('user', 'withdraw', { remark: 'It was under the sofa.' })).toBe('cancelled');
    expect(refund.view).toMatchObject({ status: 'cancelled', reservedAmount: yuan(0), deadlines: [] });
    await refund.refusesTheRest();
    await story.apply(ASKED);
    await story.holds();
  });

  it('by operations is what a strict marketplace wants, and their silence rejects', async () => {
    const story = await tell(running(), { ...LAMP, platform: 'marketplace', shopId: 'shop-strict' });
    expect(await story.applyRefused({ ...ASKED, reason: 'damaged', evidence: [photo('a'), photo('a')] })).toBe('apply.evidenceMissing');
    const refund = await story.apply({ ...ASKED, reason: 'damaged', evidence: [photo('a'), photo('b')] });
    expect(refund.view).toMatchObject({ state: 'reviewing.operations', template: { id: 'strict-marketplace' } });
    await story.passes('72h');
    await refund.becomes('rejected');
    await story.passes('15d');
    await refund.becomes('closed');
    await story.holds();
  });
});
