import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AfterSaleView, OrderView, QuoteView } from '../../src/actors/views.js';
import { orderNo, shopId } from '../../src/domain/ids.js';
import type { Caller } from './caller.js';
import { sharesOf } from './case.js';
import { runningService } from './service.js';

/** Every example order is refunded to the last minor unit, in parts, whatever its currency, taxes and discounts are. */

const running = runningService();
const folder = new URL('../../examples/', import.meta.url);

interface Example {
  readonly shopId: string;
  readonly orderNo: string;
  readonly platform: string;
  readonly lines: readonly { readonly lineNo: number; readonly quantity: number; readonly unitPrice: object; readonly taxRate: string }[];
  readonly splitRecords?: readonly object[];
  readonly tenders: readonly { readonly id: string; readonly amount: { readonly amount: number } }[];
}

const EXAMPLES = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Example] as const);

let operations: Caller;
beforeAll(async () => {
  operations = await running().caller({ role: 'operations', id: 'operator' });
});

/** The pieces of each line in up to three parts, from the last line to the first. */
const partsOf = ({ lines }: Example) =>
  lines.toReversed().flatMap(({ lineNo, quantity }) => {
    const third = Math.ceil(quantity / 3);
    const parts = [third, Math.min(third, quantity - third), Math.max(0, quantity - 2 * third)];
    return parts.filter((part) => part > 0).map((part) => ({ lineNo, quantity: part }));
  });

async function order(example: Example): Promise<OrderView> {
  return (await operations.send('GET', `orders/${example.shopId}/${example.orderNo}`)).body as OrderView;
}

describe('the example', () => {
  it.each(EXAMPLES)('%s is paid back to the last minor unit', async (_, example) => {
    const machine = await running().caller({ role: 'platform', id: 'machine', platform: example.platform });
    const put = await machine.send('PUT', `shops/${example.shopId}/orders/${example.orderNo}`, { body: example });
    expect([put.status, put.headers.get('location')]).toEqual([201, `/v1/platform/orders/${example.shopId}/${example.orderNo}`]);
    const shown = await order(example);
    expect(shown.lines.map(({ unitPrice, taxRate }) => ({ unitPrice, taxRate }))).toEqual(
      example.lines.map(({ unitPrice, taxRate }) => ({ unitPrice, taxRate })),
    );
    for (const { unitPrice, units } of shown.lines) {
      for (const { discounts, cost } of units) {
        const discounted = discounts.reduce((sum, { amount }) => sum + amount.amount, unitPrice.amount);
        // A given split record may say what no discount explains.
        if (example.splitRecords === undefined) expect((shown.taxMode === 'inclusive' ? cost.gross : cost.net).amount).toBe(discounted);
      }
    }
    const paid = example.tenders.reduce((sum, { amount }) => sum + amount.amount, 0);
    expect((await order(example)).left.amount).toBe(paid);
    const given: Record<string, number> = {};
    for (const entry of partsOf(example)) {
      const asked = {
        shopId: example.shopId,
        orderNo: example.orderNo,
        type: 'refund',
        reason: 'shortPicked',
        claim: { kind: 'unit' },
        selection: [entry],
      };
      const quote = (await operations.send('POST', 'quotes', { body: asked })).body as QuoteView;
      const applied = await operations.send('POST', 'after-sales', { body: { ...asked, quoted: quote.refund } });
      expect([applied.status, applied.text]).toEqual([201, applied.text]);
      const { id, state, reservedAmount } = applied.body as AfterSaleView;
      if (reservedAmount.amount === 0) {
        // There is nothing to grant for a gift, but the piece is taken for good all the same.
        const merchant = await running().caller({ role: 'merchant', id: 'desk', shops: [shopId(example.shopId)] });
        expect((await merchant.send('POST', `after-sales/${id}/approve`, { body: {} })).status).toBe(200);
      } else if (state.startsWith('reviewing')) {
        const verdict = { verdict: { outcome: 'refund' }, remark: 'The warehouse was short.' };
        expect((await operations.send('POST', `after-sales/${id}/override`, { body: verdict })).status).toBe(200);
      }
      await running().settled();
      const ended = (await operations.send('GET', `after-sales/${id}`)).body as AfterSaleView;
      expect([ended.state, ended.refundAmount]).toEqual(['completed', quote.refund]);
      for (const { tenders } of ended.decisions) {
        for (const [tender, amount] of Object.entries(sharesOf(tenders))) given[tender] = (given[tender] ?? 0) + amount;
      }
    }
    const { refunded, reserved, left, freight } = await order(example);
    expect([refunded.amount + freight.left.gross.amount, reserved.amount, left.amount - freight.left.gross.amount]).toEqual([paid, 0, 0]);
    // What is left, where a template keeps it, is the freight and nothing else.
    const expected =
      freight.left.gross.amount === 0
        ? Object.fromEntries(example.tenders.filter(({ amount }) => amount.amount > 0).map(({ id, amount }) => [id, amount.amount]))
        : given;
    expect(given).toEqual(expected);
    expect(await running().faultsOf({ shopId: shopId(example.shopId), orderNo: orderNo(example.orderNo) })).toEqual([]);
  });
});
