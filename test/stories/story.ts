import { expect } from 'vitest';
import type { EntryPoint } from '../../src/actors/principal.js';
import type { AfterSaleView, OrderView, QuoteView } from '../../src/actors/views.js';
import { type BookKey, orderNo, shopId } from '../../src/domain/ids.js';
import type { TokenHolder } from '../../src/server/tokens.js';
import type { Answer, Caller, Sending } from './caller.js';
import { Case } from './case.js';
import type { Running } from './service.js';
import { type OrderBody, type OrderSketch, orderBody, photo } from './sketches.js';

/** One order and those who deal with it, each at their own entry point. */

/** What an application says; the rest is ordinary. */
export interface Asked {
  readonly type?: string;
  readonly reason: string;
  readonly claim?: object;
  readonly selection?: readonly object[];
  readonly evidence?: readonly object[];
  readonly wayBack?: object;
  readonly wanted?: object;
  readonly remark?: string;
  readonly contact?: object;
  readonly quoted?: object;
  readonly origin?: string;
}

export type Story = Awaited<ReturnType<typeof tell>>;

let told = 0;

/** Puts an order, and gives its buyer, its merchant, an operator and the platform's machine. */
export async function tell(running: Running, sketch: OrderSketch) {
  told += 1;
  const shop = sketch.shopId ?? 'shop-1';
  const key: BookKey = { shopId: shopId(shop), orderNo: orderNo(`O-${told}`) };
  const body = orderBody(sketch, sketch.buyerUid ?? `ann-${told}`, running.now());
  const holders: { readonly [E in EntryPoint]: TokenHolder } = {
    user: { role: 'user', platform: body.platform, buyerUid: body.buyerUid },
    merchant: { role: 'merchant', id: `desk-${shop}`, shops: [shopId(shop)] },
    operations: { role: 'operations', id: 'operator' },
    platform: { role: 'platform', id: 'machine', platform: body.platform },
  };
  const callers = {
    user: await running.caller(holders.user),
    merchant: await running.caller(holders.merchant),
    operations: await running.caller(holders.operations),
    platform: await running.caller(holders.platform),
  };
  const put = await callers.platform.send('PUT', `shops/${key.shopId}/orders/${key.orderNo}`, { body });
  if (put.status !== 201) throw new Error(`the order was answered ${put.status} ${put.text}`);
  return storyOf(running, key, body, callers);
}

type Callers = { readonly [E in EntryPoint]: Caller };

function storyOf(running: Running, key: BookKey, body: OrderBody, callers: Callers) {
  const application = (asked: Asked) => ({
    ...{ shopId: key.shopId, orderNo: key.orderNo, type: 'refund', claim: { kind: 'unit' } },
    ...{ selection: [{ lineNo: 1, quantity: 1 }], evidence: [photo()] },
    ...asked,
  });
  const send = (by: EntryPoint, method: string, path: string, sending?: Sending): Promise<Answer> =>
    callers[by].send(method, path, sending);
  return {
    running,
    key,
    body,
    callers,
    application,
    send,
    /** Applies; the application must be taken. */
    async apply(asked: Asked, by: EntryPoint = 'user'): Promise<Case> {
      const answer = await send(by, 'POST', 'after-sales', { body: application(asked) });
      if (answer.status !== 201) throw new Error(`the application was answered ${answer.status} ${answer.text}`);
      const view = answer.body as AfterSaleView;
      expect(answer.headers.get('location')).toBe(`/v1/${by}/after-sales/${view.id}`);
      return new Case(running, callers, view);
    },
    /** Applies in vain; gives the refusal's code. */
    async applyRefused(asked: Asked, by: EntryPoint = 'user'): Promise<string | undefined> {
      return (await send(by, 'POST', 'after-sales', { body: application(asked) })).code;
    },
    async quote(asked: Asked, by: EntryPoint = 'user'): Promise<QuoteView> {
      const answer = await send(by, 'POST', 'quotes', { body: application(asked) });
      if (answer.status !== 200) throw new Error(`the quote was answered ${answer.status} ${answer.text}`);
      return answer.body as QuoteView;
    },
    async order(by: EntryPoint = 'operations'): Promise<OrderView> {
      const answer = await send(by, 'GET', `orders/${key.shopId}/${key.orderNo}`);
      return answer.body as OrderView;
    },
    /** The platform reports something of the order. */
    async report(word: string, said: object): Promise<Answer> {
      return send('platform', 'POST', `shops/${key.shopId}/orders/${key.orderNo}/${word}`, { body: said });
    },
    /** Time passes, and what comes due meanwhile is done. */
    async passes(duration: string): Promise<void> {
      const answer = await send('operations', 'POST', 'clock', { body: { forward: duration } });
      expect(answer.status).toBe(200);
    },
    /** Nothing is due any more, and the book keeps every promise. */
    async holds(): Promise<void> {
      await running.settled();
      expect(await running.faultsOf(key)).toEqual([]);
    },
  };
}
