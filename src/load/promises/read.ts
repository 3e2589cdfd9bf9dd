import { inParallel } from '../inParallel.js';
import type { Sold } from '../orders/sold.js';
import type { Service } from '../service/service.js';
import { type SeenBook, seenCase, seenOrder, seenPage } from './seen.js';

/** Reading whole orders back, as operations see them. */

/** The service answers a reader otherwise than it should. */
export class CannotRead extends Error {
  override readonly name = 'CannotRead';
}

/** Reads of one order that are under way at once. */
const AT_ONCE = 8;
/** How often is read again what changed meanwhile. */
const TRIES = 20;
const PAGE = 100;

export class Reader {
  readonly #service: Service;
  readonly #token: string;

  /** @param token of role operations */
  constructor(service: Service, token: string) {
    this.#service = service;
    this.#token = token;
  }

  /** The order with all its after-sales; read again where something changed in between. Undefined where there is no such order. */
  async book(sold: Pick<Sold, 'shopId' | 'orderNo'>): Promise<SeenBook | undefined> {
    const path = `/v1/operations/orders/${sold.shopId}/${sold.orderNo}`;
    for (let tried = 0; tried < TRIES; tried += 1) {
      const text = await this.#get(path, 404);
      if (text === undefined) return undefined;
      const order = seenOrder.parse(JSON.parse(text));
      const ids = await this.#idsOf(sold);
      const cases = await inParallel(ids, AT_ONCE, async (id) =>
        seenCase.parse(JSON.parse(await this.get(`/v1/operations/after-sales/${id}`))),
      );
      const after = seenOrder.pick({ version: true }).parse(JSON.parse(await this.get(path)));
      if (after.version === order.version) return { order, cases };
    }
    throw new CannotRead(`order ${sold.orderNo} changes all the time: it cannot be judged while others use it`);
  }

  async #idsOf({ shopId, orderNo }: Pick<Sold, 'shopId' | 'orderNo'>): Promise<string[]> {
    const ids: string[] = [];
    const query = `shop=${encodeURIComponent(shopId)}&order=${encodeURIComponent(orderNo)}&limit=${PAGE}`;
    for (let cursor = ''; ; ) {
      const page = seenPage.parse(JSON.parse(await this.get(`/v1/operations/after-sales?${query}${cursor}`)));
      ids.push(...page.items.map(({ id }) => id));
      if (page.next === null) return ids;
      cursor = `&cursor=${page.next}`;
    }
  }

  /** The text of a successful read. Throws `CannotRead`. */
  async get(path: string): Promise<string> {
    const text = await this.#get(path);
    if (text === undefined) throw new CannotRead(`GET ${path} finds nothing`);
    return text;
  }

  async #get(path: string, absent?: number): Promise<string | undefined> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const { status, text } = await this.#service.ask({ method: 'GET', path, token: this.#token });
      if (status === 200) return text;
      if (status === absent) return undefined;
      if (status !== 429 && status !== 503) throw new CannotRead(`GET ${path} is answered ${status}: ${text.slice(0, 300)}`);
      await new Promise((resolve) => setTimeout(resolve, 100 * (tried + 1)));
    }
    throw new CannotRead(`GET ${path} is put off again and again`);
  }
}
