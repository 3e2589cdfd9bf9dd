import { expect, it } from 'vitest';
import type { AfterSaleView } from '../../src/actors/views.js';
import { type BookKey, orderNo, shopId } from '../../src/domain/ids.js';
import { readOrMakePartners } from '../../src/server/partners.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { here } from '../cli/here.js';
import { counted, scaled } from '../scale.js';
import type { Caller } from '../stories/caller.js';
import { faultsOfBook } from '../stories/judge.js';
import { orderBody } from '../stories/sketches.js';
import { type GatewayProcess, type Recorded, startGateway } from './gatewayProcess.js';
import { type Serving, servingTests } from './serving.js';

/**
 * Refunds through a gateway of another process, which loses requests and answers, settles later, and calls back late,
 * twice, and falsely; the service is killed between what it means to do, the call, and the result.
 */

const services = servingTests();
const REFUNDS = counted(500, 10_000);
/** Numbers of new attempts at which the gateway stands still, and the service is killed. */
const HOLDS = { received: [REFUNDS * 0.1, REFUNDS * 0.6].map(Math.round), effected: [REFUNDS * 0.3, REFUNDS * 0.8].map(Math.round) };
const CLIENTS = 24;

const bookOf = (index: number): BookKey => ({ shopId: shopId('shop-1'), orderNo: orderNo(`P-${index}`) });
/** Each refund has another amount; every fifth goes back to two means of payment. */
const amountOf = (index: number): number => 1_000 + 7 * index;
function orderOf(index: number, now: number) {
  const amount = amountOf(index);
  const tenders = [
    { id: 'card', kind: 'card', amount: amount - 400 },
    { id: 'wallet', kind: 'wallet', amount: 400 },
  ];
  return orderBody({ lines: [{ sku: 'cup', price: amount }], ...(index % 5 === 0 ? { tenders } : {}) }, `buyer-${index}`, now);
}

/** A service that is killed and started again, always at the same address. */
class Restarted {
  readonly said: (readonly string[])[] = [];
  kills = 0;
  #serving: Promise<Serving> | undefined;

  constructor(
    readonly dataDirectory: string,
    readonly gateway: GatewayProcess,
  ) {}

  get serving(): Promise<Serving> {
    this.#serving ??= this.#start('0');
    return this.#serving;
  }

  async #start(port: string): Promise<Serving> {
    const settings = { REDRESS_PORT: port, REDRESS_LOG: 'warn', REDRESS_GATEWAY_URL: this.gateway.url, REDRESS_GATEWAY_TIMEOUT: '250' };
    const serving = await services.start(this.dataDirectory, {}, settings);
    this.said.push(serving.said);
    return serving;
  }

  async kill(): Promise<void> {
    const killed = await this.serving;
    this.#serving = killed.kill().then(() => this.#start(new URL(killed.url).port));
    this.kills += 1;
    await this.#serving;
  }

  /** Sends until there is an answer, however often the service dies meanwhile. */
  async send(by: 'platform' | 'operations', method: string, path: string, body?: object, key?: string) {
    for (;;) {
      try {
        const caller = await this.caller(by);
        const answer = await caller.send(method, path, { body, key });
        if (answer.status !== 503) return answer;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    }
  }

  async caller(by: 'platform' | 'operations'): Promise<Caller> {
    const serving = await this.serving;
    return serving.caller(by === 'platform' ? { role: by, id: 'machine', platform: 'demo' } : { role: by, id: 'operator' });
  }
}

/** Applies for every refund, `CLIENTS` at once; each is decided and paid without anybody else. */
async function applyForAll(service: Restarted): Promise<void> {
  let next = 0;
  const client = async () => {
    for (let index = next++; index < REFUNDS; index = next++) {
      const { shopId: shop, orderNo: order } = bookOf(index);
      const put = await service.send('platform', 'PUT', `shops/${shop}/orders/${order}`, orderOf(index, Date.now()));
      expect([200, 201]).toContain(put.status);
      const asked = {
        type: 'refund',
        reason: 'shortPicked',
        claim: { kind: 'unit' },
        selection: [{ lineNo: 1, quantity: 1 }],
        evidence: [],
      };
      const body = { shopId: shop, orderNo: order, ...asked };
      const applied = await service.send('platform', 'POST', 'after-sales', body, `apply-${index}`);
      expect([applied.status, (applied.body as AfterSaleView).status]).toEqual([201, expect.any(String)]);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** Time passes until no payout is in doubt and nothing is told any more. */
async function settle(service: Restarted): Promise<void> {
  for (let round = 0; ; round += 1) {
    if (round === 12) await service.gateway.control({ calm: true });
    await service.send('operations', 'POST', 'clock', { forward: '10m' });
    const { telling } = await service.gateway.control({});
    const doubtful = (await service.send('operations', 'GET', 'payouts')).body as { items: { afterSaleId: string; state: string }[] };
    if (doubtful.items.length === 0 && telling === 0) return;
    if (round > 60)
      throw new Error(`after ${round} rounds ${JSON.stringify(doubtful.items.slice(0, 5))} and ${telling} callbacks are left`);
    await retryManual(service, doubtful.items);
  }
}

/** What was declined as often as allowed waits for a person. */
async function retryManual(service: Restarted, items: readonly { afterSaleId: string }[]): Promise<void> {
  for (const { afterSaleId } of items) {
    const seen = (await service.send('operations', 'GET', `after-sales/${afterSaleId}`)).body as AfterSaleView;
    if (seen.state === 'refunding.manual') await service.send('operations', 'POST', `after-sales/${afterSaleId}/retry`, {});
  }
}

const paidIn = (payments: readonly Recorded[]): Recorded[] => payments.filter(({ outcome }) => outcome === 'paid');
const sumOf = (payments: readonly Recorded[]): number => paidIn(payments).reduce((sum, { amount }) => sum + amount, 0);

it(`pays each of ${REFUNDS} refunds once, whatever the gateway does and whenever the service is killed`, {
  timeout: scaled(240_000),
}, async () => {
  const dataDirectory = services.directory();
  const secret = readOrMakePartners(`${dataDirectory}/partners.json`).get('gateway')?.secret ?? '';
  const gateway = await startGateway({ secret, seed: 7, holds: HOLDS });
  services.ending(() => gateway.end());
  const service = new Restarted(dataDirectory, gateway);
  await gateway.control({ callbackUrl: `${(await service.serving).url}/v1/platform/callbacks/gateway` });

  const killing = async () => {
    for (let hold = 0; hold < HOLDS.received.length + HOLDS.effected.length; hold += 1) {
      await gateway.holding();
      await service.kill();
    }
  };
  await Promise.all([applyForAll(service), killing()]);
  await service.kill();
  await settle(service);
  expect(service.kills).toBe(5);
  const { payments } = await gateway.control({});
  await judge(dataDirectory, payments);
  expect(payments.some(({ outcome }) => outcome === 'declined')).toBe(true);

  await gateway.control({ thinkAgain: true });
  await settle(service);
  await judgeLate(service, (await gateway.control({})).payments);
  expect(await (await service.serving).stop()).toBe(0);
  expect(await here(['verify', '--data', dataDirectory])).toMatchObject({ status: 0 });
});

/** Every refund is paid once, to the cent; by the gateway's records and by the books. */
async function judge(dataDirectory: string, payments: readonly Recorded[]): Promise<void> {
  const expected = Array.from({ length: REFUNDS }, (_, index) => amountOf(index)).reduce((sum, amount) => sum + amount, 0);
  expect(sumOf(payments)).toBe(expected);
  const paid = paidIn(payments).map(({ key }) => key);
  expect(new Set(paid).size).toBe(paid.length);
  const store = openSqliteStore({ dataDirectory, writer: 'inline', readOnly: true });
  const kept = payments.map((payment) => ({ ...payment, word: '', settlesAt: 0 as never }));
  for (let index = 0; index < REFUNDS; index += 1) {
    expect(await faultsOfBook(store, bookOf(index), kept)).toEqual([]);
    expect((await store.reads.caps(bookOf(index))).find(({ key }) => key === 'order')).toMatchObject({ reserved: { net: 0, tax: 0 } });
  }
  await store.close();
}

/** What the gateway paid after it had declined it is found, alarmed, and posted: nothing of it is lost (EXAMPLES 13). */
async function judgeLate(service: Restarted, payments: readonly Recorded[]): Promise<void> {
  const late = payments.filter((payment) => payment.late);
  expect(late.length).toBeGreaterThan(0);
  const store = openSqliteStore({ dataDirectory: service.dataDirectory, writer: 'inline', readOnly: true });
  const alarms = service.said
    .flat()
    .flatMap((line) => (line.includes('"alarm"') ? [JSON.parse(line) as { alarm: string; orderNo: string }] : []));
  let excess = 0;
  for (const { key, amount } of late) {
    const book = (await store.reads.findPayout(key))?.book;
    if (book === undefined) throw new Error(`the payout ${key} is not there`);
    const transfers = [...((await store.reads.ledgerOfBook(book))?.transfers ?? [])];
    const page = await store.reads.listAfterSales({ orderNo: book.orderNo }, { limit: 50 });
    if (!('items' in page)) throw new Error(page.detail);
    for (const { afterSale } of page.items) transfers.push(...((await store.reads.ledgerOf(afterSale.id))?.transfers ?? []));
    const moved = transfers.filter(({ debit }) => debit === 'excess');
    expect(moved.some(({ net }) => net === amount)).toBe(true);
    excess += amount;
    const told = alarms.filter(({ orderNo: order }) => order === book.orderNo).map(({ alarm }) => alarm);
    expect(told).toEqual(expect.arrayContaining(['payout.paidTwice', 'money.excess']));
  }
  const expected = Array.from({ length: REFUNDS }, (_, index) => amountOf(index)).reduce((sum, amount) => sum + amount, 0);
  expect(sumOf(payments)).toBe(expected + excess);
  await store.close();
}
