import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Erased } from '../../src/actors/erasure.js';
import type { AfterSaleView } from '../../src/actors/views.js';
import { COMMAND_BODIES } from '../../src/server/wire/commands.js';
import { here } from '../cli/here.js';
import type { Case, Detail } from './case.js';
import { tellAsPartner } from './house.js';
import { ADDRESS, COURIER, linked, MARK, MARKS, Marked, remark, upload } from './marked.js';
import { runningService } from './service.js';
import { yuan } from './sketches.js';
import { type Story, tell } from './story.js';

const running = runningService();

/** Every file of the data that holds one of these words anywhere in its bytes, with the words. */
function filesHolding(words: readonly string[]): string[] {
  const entries = readdirSync(running().dataDirectory, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => {
    if (!entry.isFile()) return [];
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    return words.filter((word) => bytes.includes(word)).map((word) => `${entry.name}: ${word}`);
  });
}

const GOODS = {
  lines: [{ sku: 'phone', price: 9_900, quantity: 9, category: 'electronics', unitCost: 4_000 }],
  buyerUid: `${MARK}-uid`,
};
const BY_COURIER = { wayBack: { kind: 'courier', ...COURIER } };
const REPAIR = { type: 'repair', ...BY_COURIER };
const verdict = { outcome: 'refund' };
const span = (days: number) => ({
  from: new Date(running().now() + days * 86_400_000).toISOString(),
  to: new Date(running().now() + days * 86_400_000 + 3_600_000).toISOString(),
});

/** Collected at home, passed in part, and the rest sent back. */
async function sentBackInPart(story: Story, leaflet: object): Promise<void> {
  const photos = [await upload(story, 'user', `photo-${MARK}`), linked];
  const wayBack = { kind: 'pickup', address: ADDRESS, ...span(1) };
  const goods = await Marked.apply(story, 'pickup', { selection: [{ lineNo: 1, quantity: 2 }], wayBack, evidence: photos });
  await goods.give('merchant', 'askEvidence', { remark });
  await goods.give('merchant', 'provide', { remark, evidence: [leaflet, await upload(story, 'merchant', `bench-${MARK}`)] });
  await goods.give('merchant', 'escalate', { remark });
  await goods.give('operations', 'extend', { by: '1h', remark });
  await goods.give('operations', 'approve', { remark, returnAddress: ADDRESS });
  await goods.give('user', 'reschedule', span(2));
  const parcel = { eventId: `${MARK}-event`, type: 'parcel.handedOver', afterSaleId: goods.id, ...COURIER };
  expect((await tellAsPartner(running(), 'carrier', parcel)).status).toBe(200);
  await goods.give('merchant', 'received', { remark });
  await goods.give('user', 'note', { text: remark });
  const receipt = { evidence: [await upload(story, 'operations', `receipt-${MARK}`)], to: 'account', account: `${MARK} IBAN 1` };
  await goods.give('operations', 'repayFreight', { amount: yuan(500), ...receipt });
  const passed = [{ lineNo: 1, quantity: 1 }];
  await goods.give('merchant', 'inspect', { result: 'part', passed, sellable: true, remark });
  expect(await goods.state()).toBe('sendingBack.preparing');
  await goods.give('merchant', 'ship', COURIER);
  await goods.give('merchant', 'delivered');
}

/** Rejected, appealed and ruled; offered in vain and withdrawn; held and overridden. */
async function disputed(story: Story): Promise<void> {
  const rejected = await Marked.apply(story, 'rejected', BY_COURIER);
  await rejected.give('merchant', 'reject', { remark });
  await rejected.give('user', 'appeal', { remark, evidence: [linked] });
  await rejected.give('operations', 'rule', { verdict, remark });
  const offered = await Marked.apply(story, 'offered', { wayBack: { kind: 'counter', counter: MARK } });
  await offered.give('merchant', 'offer', { amount: yuan(100), remark });
  await offered.give('user', 'decline', { remark });
  await offered.give('user', 'withdraw', { remark });
  const held = await Marked.apply(story, 'held', BY_COURIER);
  await held.give('operations', 'hold', { remark });
  await held.give('operations', 'release');
  running().gateway.declined = { of: 1, outOf: 1 };
  await held.give('operations', 'override', { verdict, remark, returnAddress: ADDRESS });
  for (const wait of ['1h', '1h', '1h', '1h', '1h', '1h']) await story.passes(wait);
  expect(await held.state()).toBe('refunding.manual');
  running().gateway.declined = { of: 0, outOf: 1 };
  await held.give('operations', 'anotherWay', { way: 'account', account: `${MARK} IBAN 2` });
}

/** One that is lost on its way, one too dear, and one that cannot be mended. */
async function repaired(story: Story): Promise<void> {
  const lost = await Marked.apply(story, 'lost', REPAIR);
  await lost.give('merchant', 'approve', { remark });
  await lost.give('user', 'handOver', COURIER);
  await lost.give('merchant', 'lost', { remark });
  for (const name of ['dear', 'broken']) {
    const repair = await Marked.apply(story, name, REPAIR);
    await repair.give('merchant', 'approve');
    await repair.give('user', 'handOver');
    await repair.give('merchant', 'received');
    await repair.give('merchant', 'inspect', { result: 'all', sellable: false });
    await repair.give('merchant', 'diagnose', { ...(name === 'dear' ? { price: yuan(9_000) } : {}), remark });
    if (name === 'broken') await repair.give('merchant', 'unrepairable', { remark });
    else await repair.give('user', 'refuse', { remark });
    if (name === 'dear') await repair.give('merchant', 'ship', COURIER);
    if (name === 'dear') await repair.give('platform', 'delivered');
  }
}

/** Money beyond the caps, to accounts: at once, and another way after declines. */
async function consoled(story: Story): Promise<string> {
  const give = (number: number, body: object) =>
    story.send('operations', 'POST', `orders/${story.key.shopId}/${story.key.orderNo}/goodwill`, {
      key: Marked.keyOf('goodwill', number),
      body,
    });
  await give(1, { amount: yuan(100), to: 'account', account: `${MARK} IBAN 3`, remark });
  await running().settled();
  running().gateway.declined = { of: 1, outOf: 1 };
  const { payoutKey } = (await give(2, { amount: yuan(200), to: 'wallet', remark })).body as { readonly payoutKey: string };
  await running().settled();
  for (const wait of ['1m', '2m', '4m']) await story.passes(wait);
  await running().settled();
  const another = { payoutKey, way: 'account', account: `${MARK} IBAN 4` };
  expect((await story.send('operations', 'POST', 'payouts/anotherWay', { key: Marked.keyOf('another'), body: another })).status).toBe(200);
  return payoutKey;
}

const PRIVATE = ['remark', 'text', 'evidence', 'courier', 'trackingNo', 'account', 'returnAddress'];

/** Commands that take a text of some kind. */
const withTexts = Object.entries(COMMAND_BODIES)
  .filter(([, schema]) => PRIVATE.some((word) => JSON.stringify(z.toJSONSchema(schema, { io: 'input' })).includes(`"${word}":`)))
  .map(([word]) => word);

const erase = (story: Story, buyerUid = GOODS.buyerUid) =>
  story.send('operations', 'POST', 'erasures', { body: { platform: 'demo', buyerUid } });

/** An after-sale of somebody else, in which the merchant shows a leaflet. */
async function ofBystander(leaflet: (story: Story) => Promise<object>): Promise<Case> {
  const story = await tell(running(), { ...GOODS, buyerUid: 'bystander' });
  const returned = await story.apply({ type: 'return', reason: 'defective', wayBack: { kind: 'courier' }, remark: 'Ours stays.' });
  await returned.give('merchant', 'askEvidence', { remark: 'Like this?' });
  await returned.give('merchant', 'provide', { evidence: [await leaflet(story)] });
  return returned;
}

describe('erasing a buyer', () => {
  let story: Story;
  let bystander: Case;
  let leaflet: { readonly evidenceId: string };
  let pseudonym: string;

  beforeAll(async () => {
    bystander = await ofBystander(async (of) => {
      leaflet = await upload(of, 'merchant', 'leaflet');
      return leaflet;
    });
    story = await tell(running(), GOODS);
  }, 60_000);

  it('waits until their money has arrived and their after-sales have ended', { timeout: 60_000 }, async () => {
    await sentBackInPart(story, leaflet);
    await disputed(story);
    await repaired(story);
    const payoutKey = await consoled(story);
    await running().settled();
    expect(await erase(story)).toMatchObject({ status: 409, code: 'erase.unpaid' });
    running().gateway.declined = { of: 0, outOf: 1 };
    expect((await story.send('operations', 'POST', 'payouts/retry', { body: { payoutKey } })).status).toBe(200);
    await running().settled();
    const open = await Marked.apply(story, 'open', BY_COURIER);
    expect(await erase(story)).toMatchObject({ status: 409, code: 'erase.underWay' });
    await open.give('user', 'withdraw');
    await story.passes('25d');
    await story.holds();
    expect([...Marked.given].sort()).toEqual(withTexts.sort());
  });

  it('leaves no byte of what they and others wrote, and every sum and step of the trail', async () => {
    expect((await story.send('operations', 'POST', 'compaction', { body: {} })).status).toBe(200);
    expect(filesHolding(MARKS)).toEqual(MARKS.map((mark) => `redress.db: ${mark}`));
    const before = await story.order();
    const erased = await erase(story);
    expect(erased.body).toMatchObject({ orders: 1, uploads: 3, copies: [], compacted: { logCut: true } });
    pseudonym = (erased.body as Erased).pseudonym;
    expect(filesHolding(MARKS)).toEqual([]);
    const { refunded, reserved, left } = before;
    expect(await story.order()).toMatchObject({ refunded, reserved, left, version: before.version + 1 });
    await story.holds();
    const verified = expect.stringContaining('Everything is as the trail says.');
    expect(await here(['verify', '--data', running().dataDirectory])).toMatchObject({ status: 0, out: verified });
    expect(await erase(story)).toMatchObject({ status: 404, code: 'buyer.notFound' });
  });

  it('keeps what belongs to others: their texts, and an upload that their cases name too', async () => {
    const seen = await bystander.see();
    expect(JSON.stringify(seen.timeline)).toContain('Like this?');
    expect(seen.remark).toBe('Ours stays.');
    const named = await story.send('operations', 'GET', `evidence/${leaflet.evidenceId}`);
    expect(named.text).toBe('The leaflet');
  });

  it('answers a repeated key as before, without the texts, and still knows another request by it', async () => {
    const again = await story.send('user', 'POST', 'after-sales', { key: Marked.keyOf('lost'), body: Marked.application(story, REPAIR) });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(again.body).toMatchObject({ type: 'repair', shipments: [{ leg: 'return', courier: null, trackingNo: null }] });
    const { id } = again.body as AfterSaleView;
    const path = `after-sales/${id}/approve`;
    const approved = await story.send('merchant', 'POST', path, { key: Marked.keyOf('lost', 1), body: { remark } });
    expect([approved.status, approved.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect((approved.body as AfterSaleView).state).toBe('returning.awaitingHandover');
    const reused = await story.send('merchant', 'POST', path, { key: Marked.keyOf('lost', 1), body: { remark: 'Another.' } });
    expect(reused.code).toBe('idempotency.reused');
    const uploaded = { raw: `The photo-${MARK}`, headers: { 'content-type': 'image/jpeg' }, key: `upload/photo-${MARK}` };
    expect((await story.send('user', 'POST', 'evidence', uploaded)).body).toMatchObject({ sha256: '0'.repeat(64) });
    expect(filesHolding(MARKS)).toEqual([]);
  });

  it('shows the order to nobody by the old name, and its texts to nobody', async () => {
    expect((await story.send('user', 'GET', `orders/${story.key.shopId}/${story.key.orderNo}`)).code).toBe('order.notFound');
    const { store } = running().service.core;
    const [ours] = (await store.erasing.booksOf({ platform: 'demo', buyerUid: pseudonym })).map(({ key }) => key);
    expect(ours).toEqual(story.key);
    const listed = (await story.send('operations', 'GET', `after-sales?order=${story.key.orderNo}`)).body as { items: { id: string }[] };
    expect(listed.items.length).toBeGreaterThan(5);
    for (const { id } of listed.items) {
      const seen = (await story.send('operations', 'GET', `after-sales/${id}`)).body as Detail;
      expect(seen.remark).toBeNull();
      expect(seen.timeline.filter(({ remark, text, evidence }) => remark !== null || text !== null || evidence.length > 0)).toEqual([]);
      expect(seen.timeline[0]).toMatchObject({ type: 'apply', erased: true });
      expect(JSON.stringify(seen.timeline)).not.toContain(MARK);
    }
  });

  it('lets the service go on with the order, which stays erased when the platform puts it again', async () => {
    const path = `shops/${story.key.shopId}/orders/${story.key.orderNo}`;
    const { version } = await story.order();
    expect((await story.send('platform', 'PUT', path, { body: story.body })).status).toBe(200);
    expect((await story.order()).version).toBe(version);
    const asked = { type: 'return', reason: 'defective', wayBack: { kind: 'courier' }, remark: 'Once more.' };
    const anew = await story.apply(asked, 'merchant');
    await anew.give('operations', 'note', { text: 'Let us see.' });
    await story.holds();
    expect(filesHolding(MARKS)).toEqual([]);
  });
});
