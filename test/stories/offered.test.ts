import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OrderView, QuoteView } from '../../src/actors/views.js';
import { runningService } from './service.js';
import { ADDRESS, photo, yuan } from './sketches.js';
import { tell } from './story.js';

/** What an order offers, and what quotes and answers say to whom. */

const running = runningService();
const folder = new URL('../../examples/', import.meta.url);
const EXAMPLES = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as object] as const);

const CLAIMS: { readonly [kind: string]: (currency: string) => object } = {
  unit: () => ({ kind: 'unit' }),
  money: (currency) => ({ kind: 'money', amount: { amount: 1, currency } }),
  weight: () => ({ kind: 'weight', actualGrams: 1 }),
};

describe('what an order says is allowed', () => {
  it.each(EXAMPLES)('can be had, each type, reason and claim of it: %s', async (_, example) => {
    const { shopId, orderNo, platform, buyerUid } = example as { shopId: string; orderNo: string; platform: string; buyerUid: string };
    const machine = await running().caller({ role: 'platform', id: 'machine', platform });
    expect((await machine.send('PUT', `shops/${shopId}/orders/${orderNo}`, { body: example })).status).toBeLessThan(300);
    const buyer = await running().caller({ role: 'user', platform, buyerUid });
    const order = (await buyer.send('GET', `orders/${shopId}/${orderNo}`)).body as OrderView;
    const offers = order.lines.flatMap(({ lineNo, allowed }) =>
      allowed.flatMap(({ type, reasons }) => reasons.flatMap(({ code, claims }) => claims.map((claim) => ({ lineNo, type, code, claim })))),
    );
    for (const { lineNo, type, code, claim } of offers) {
      const asked = { shopId, orderNo, type, reason: code, claim: CLAIMS[claim]?.(order.currency), selection: [{ lineNo, quantity: 1 }] };
      const answer = await buyer.send('POST', 'quotes', { body: asked });
      expect([lineNo, type, code, claim, answer.text]).toEqual([lineNo, type, code, claim, expect.stringContaining('"refund"')]);
    }
  });

  it('is something for the examples as a whole, and nothing for units that are refunded', async () => {
    const story = await tell(running(), { lines: [{ sku: 'cup', price: 2_500, quantity: 1 }] });
    expect((await story.order('user')).lines[0]?.allowed.length).toBeGreaterThan(0);
    const refund = await story.apply({ reason: 'missing' });
    await refund.give('merchant', 'approve');
    await refund.becomes('completed');
    expect((await story.order('user')).lines[0]?.allowed).toEqual([]);
  });
});

describe('a quote', () => {
  it('is had before evidence, way back and wanted SKU are there, and names them; the application is refused for the first', async () => {
    const story = await tell(running(), { lines: [{ sku: 'cup', price: 2_500, quantity: 2 }] });
    const bare = { type: 'exchange', reason: 'defective', evidence: [] };
    expect(await story.quote(bare)).toMatchObject({ needs: ['evidence', 'wayBack', 'wanted'], refund: yuan(2_500) });
    expect(await story.applyRefused(bare)).toBe('apply.evidenceMissing');
    expect(await story.applyRefused({ ...bare, evidence: [photo()] })).toBe('apply.wayBackMissing');
    const whole = { ...bare, evidence: [photo()], wayBack: { kind: 'counter' }, wanted: { sku: 'cup' } };
    expect(await story.quote(whole)).toMatchObject({ needs: [] });
  });

  it('tells the house who bears what, and the buyer nothing of it', async () => {
    const story = await tell(running(), { lines: [{ sku: 'cup', price: 2_500, quantity: 1 }] });
    const house = ['bearers', 'subsidyBack', 'commissionOffset', 'costOffset'] as const;
    const told = (quote: QuoteView) => house.filter((name) => quote[name] !== undefined);
    expect(told(await story.quote({ reason: 'missing' }, 'merchant'))).toEqual(house);
    expect(told(await story.quote({ reason: 'missing' }))).toEqual([]);
    const refund = await story.apply({ reason: 'missing' });
    for (const word of [...house, 'platformPart']) expect(JSON.stringify(refund.view)).not.toContain(`"${word}"`);
  });
});

describe('an appointment for a pickup', () => {
  it('that is over is refused, when it is applied for and when it is moved', async () => {
    const story = await tell(running(), { lines: [{ sku: 'cup', price: 2_500, quantity: 1 }] });
    const hours = (count: number) => new Date(running().now() + count * 3_600_000).toISOString();
    const asked = { type: 'return', reason: 'defective' };
    const pickup = (from: number, to: number) => ({ kind: 'pickup', address: ADDRESS, from: hours(from), to: hours(to) });
    expect(await story.applyRefused({ ...asked, wayBack: pickup(-2, -1) })).toBe('apply.appointmentPast');
    const back = await story.apply({ ...asked, wayBack: pickup(1, 2) });
    await back.give('merchant', 'approve');
    const moved = await story.send('user', 'POST', `after-sales/${back.id}/reschedule`, { body: { from: hours(-3), to: hours(-2) } });
    expect(moved.code).toBe('apply.appointmentPast');
  });
});

describe('the list of after-sales', () => {
  it('is filtered by what they are, and refuses a state that there is not', async () => {
    const story = await tell(running(), { lines: [{ sku: 'cup', price: 2_500, quantity: 2 }] });
    const open = await story.apply({ reason: 'missing' });
    const gone = await story.apply({ reason: 'missing' });
    await gone.give('user', 'withdraw');
    const ids = async (query: string) =>
      ((await story.send('user', 'GET', `after-sales?${query}`)).body as { items: { id: string }[] }).items.map(({ id }) => id);
    expect(await ids('status=open')).toEqual([open.id]);
    expect(await ids('status=cancelled')).toEqual([gone.id]);
    expect(await ids('status=open&state=cancelled')).toEqual([]);
    const refused = await story.send('user', 'GET', 'after-sales?state=foo');
    expect([refused.status, refused.code]).toEqual([400, 'request.invalid']);
  });
});

describe('goodwill', () => {
  it('is seen by operations with its limit and payouts, and by nobody else', async () => {
    const story = await tell(running(), { lines: [{ sku: 'cup', price: 2_500, quantity: 1 }] });
    const before = (await story.order()).goodwill;
    expect(before).toMatchObject({ given: yuan(0), left: before?.limit, payouts: [] });
    await story.send('operations', 'POST', `orders/${story.key.shopId}/${story.key.orderNo}/goodwill`, {
      body: { amount: yuan(100), to: 'wallet', remark: 'Sorry.' },
    });
    await running().settled();
    expect((await story.order()).goodwill).toMatchObject({
      given: yuan(100),
      left: yuan((before?.limit.amount ?? 0) - 100),
      payouts: [{ from: 'goodwill', way: 'wallet', amount: yuan(100), state: 'paid' }],
    });
    expect((await story.order('user')).goodwill).toBeUndefined();
  });
});

describe('the sandbox’s clock', () => {
  it('goes no further than times can be written', async () => {
    const operations = await running().caller({ role: 'operations', id: 'operator' });
    for (let turn = 0; turn < 4; turn += 1) {
      const moved = await operations.send('POST', 'clock', { body: { forward: '999999d' } });
      if (moved.status === 400) {
        expect(moved.code).toBe('request.invalid');
        expect((await operations.send('GET', 'after-sales')).status).toBe(200);
        return;
      }
    }
    expect.fail('the clock was never stopped');
  });
});
