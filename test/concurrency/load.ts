import { randomUUID } from 'node:crypto';
import type { EntryPoint } from '../../src/actors/principal.js';
import type { AfterSaleView } from '../../src/actors/views.js';
import { type BookKey, orderNo, shopId } from '../../src/domain/ids.js';
import { type Caller, operationOf } from '../stories/caller.js';
import { orderBody, photo, yuan } from '../stories/sketches.js';
import type { Serving } from './serving.js';

/** Clients that keep a service busy, and remember every command that they sent and every answer that they got. */

export interface Sent {
  readonly by: EntryPoint;
  readonly buyerUid: string;
  readonly path: string;
  readonly body: object;
  readonly key: string;
  /** the order that it was for */
  readonly book: BookKey;
  /** undefined while it is not known whether the command was taken */
  answer?:
    | { readonly status: number; readonly code: string | undefined; readonly text: string; readonly retryAfter?: string | null }
    | undefined;
}

/** Few enough that clients who have been at it for a while fight for the last. */
const PIECES = 40;

const orderOf = (quantity: number) => ({
  lines: [{ sku: 'cup', price: 1_050, quantity, unitCost: 400, commissionRate: '0.05' }],
  off: [{ amount: 333, platform: 5_000 }],
  freight: 600,
  tenders: [
    { id: 'card', kind: 'card', amount: 1_050 * quantity - 12_000 },
    { id: 'points', kind: 'points', amount: 12_267, points: 1_227 },
  ],
});

export const holderOf = (by: EntryPoint, buyerUid: string) =>
  ({
    user: { role: 'user', platform: 'demo', buyerUid },
    merchant: { role: 'merchant', id: 'desk', shops: [shopId('shop-1')] },
    operations: { role: 'operations', id: 'operator' },
    platform: { role: 'platform', id: 'machine', platform: 'demo' },
  })[by] as Parameters<Serving['caller']>[0];

/** Sends what was sent before, with the same key, and gives what it is answered with now. */
export async function sendAgain(serving: Serving, { by, buyerUid, path, body, key }: Sent) {
  const caller = await serving.caller(holderOf(by, buyerUid));
  return caller.send('POST', path, { body, key });
}

/** The load of one run of the service. A client ends when the connection does. */
export class Load {
  readonly sent: Sent[] = [];
  readonly books: BookKey[] = [];
  #answered = 0;
  #ending = false;
  #waiting: { readonly count: number; readonly tell: () => void } | undefined;

  constructor(
    readonly serving: Serving,
    readonly number: number,
  ) {}

  /** Puts the orders that the clients work on, each with so many pieces. */
  async open(orders: number, pieces = PIECES): Promise<void> {
    for (let index = 0; index < orders; index += 1) {
      const book = { shopId: shopId('shop-1'), orderNo: orderNo(`K-${this.number}-${index}`) };
      const platform = await this.serving.caller(holderOf('platform', this.#buyerOf(book)));
      const put = await platform.send('PUT', `shops/${book.shopId}/orders/${book.orderNo}`, {
        body: orderBody(orderOf(pieces), this.#buyerOf(book), Date.now()),
      });
      if (put.status !== 201) throw new Error(`the order was answered ${put.text}`);
      this.books.push(book);
    }
  }

  /** Lets clients loose on each order. Resolves when every one of them has ended. */
  async run(clientsEach: number): Promise<void> {
    const each = Array.from({ length: clientsEach }, (_, client) => client);
    await Promise.all(this.books.flatMap((book) => each.map((client) => this.#client(book, this.#buyerOf(book), client))));
  }

  /** Lets the clients go once what they are at is answered. */
  end(): void {
    this.#ending = true;
  }

  #buyerOf = (book: BookKey): string => `ann-${book.orderNo}`;

  /** Resolves when so many commands have been answered. */
  answered(count: number): Promise<void> {
    return new Promise((tell) => {
      this.#waiting = { count, tell };
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#waiting === undefined || this.#answered < this.#waiting.count) return;
    this.#waiting.tell();
    this.#waiting = undefined;
  }

  /** Applies and decides, over and over, each time another way. */
  async #client(book: BookKey, buyerUid: string, client: number): Promise<void> {
    const callers = Object.fromEntries(
      await Promise.all(
        (['user', 'merchant', 'operations', 'platform'] as const).map(
          async (by) => [by, await this.serving.caller(holderOf(by, buyerUid))] as const,
        ),
      ),
    ) as { readonly [E in EntryPoint]: Caller };
    const give = (by: EntryPoint, path: string, body: object) =>
      this.#give(callers[by], { by, buyerUid, path, body, key: randomUUID(), book });
    try {
      for (let turn = client; !this.#ending; turn += 1) {
        const applied = await give(turn % 4 === 3 ? 'platform' : 'user', 'after-sales', applicationOf(book, turn));
        if (applied === undefined) continue;
        const { id } = JSON.parse(applied) as AfterSaleView;
        for (const { by, word, body } of DECISIONS[turn % DECISIONS.length] ?? []) await give(by, `after-sales/${id}/${word}`, body);
        if (turn % 7 === 0)
          await give('operations', `orders/${book.shopId}/${book.orderNo}/goodwill`, { amount: yuan(10), to: 'wallet', remark: 'Sorry.' });
      }
    } catch (error) {
      // The connection ended with the service; anything else is a fault of the test or of the service.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** The text of the answer where the command was taken. */
  async #give(caller: Caller, sent: Sent): Promise<string | undefined> {
    this.sent.push(sent);
    const { status, code, text, headers } = await caller.send('POST', sent.path, {
      body: sent.body,
      key: sent.key,
      // The answer names it: where only answers are seen, it tells whose they are.
      headers: { 'x-request-id': sent.key },
    });
    if (operationOf('POST', `${caller.entry}/${sent.path}`) === undefined) throw new Error(`there is no ${sent.path}`);
    sent.answer = { status, code, text, retryAfter: headers.get('retry-after') };
    this.#answered += 1;
    this.#tell();
    return status < 300 ? text : undefined;
  }
}

const applicationOf = (book: BookKey, turn: number) => ({
  ...{ ...book, type: 'refund', reason: turn % 4 === 3 ? 'shortPicked' : 'defective', evidence: [photo()] },
  claim: turn % 3 === 0 ? { kind: 'money', amount: yuan(17 + (turn % 50)) } : { kind: 'unit' },
  selection: [{ lineNo: 1, quantity: 1 + (turn % 2) }],
});

const reject = { by: 'merchant', word: 'reject', body: { remark: 'No.' } } as const;
const approve = { by: 'merchant', word: 'approve', body: {} } as const;
const DECISIONS: readonly (readonly { readonly by: EntryPoint; readonly word: string; readonly body: object }[])[] = [
  [approve],
  [
    { by: 'operations', word: 'note', body: { text: 'Seen.', visibility: 'all' } },
    reject,
    { by: 'user', word: 'appeal', body: { remark: 'Yes.' } },
  ],
  [
    { by: 'merchant', word: 'offer', body: { amount: yuan(15) } },
    { by: 'user', word: 'accept', body: {} },
  ],
  [approve, { by: 'user', word: 'withdraw', body: {} }],
  [{ by: 'operations', word: 'override', body: { verdict: { outcome: 'refund', amount: yuan(11), bearer: 'platform' }, remark: 'Half.' } }],
  [
    reject,
    { by: 'user', word: 'appeal', body: { remark: 'Yes.' } },
    { by: 'operations', word: 'rule', body: { verdict: { outcome: 'refund' }, remark: 'Yes.' } },
  ],
  [{ by: 'user', word: 'withdraw', body: {} }],
];
