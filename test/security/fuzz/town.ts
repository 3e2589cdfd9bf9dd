import { randomUUID } from 'node:crypto';
import { sees } from '../../../src/actors/authorize.js';
import { ENTRY_POINTS, type EntryPoint } from '../../../src/actors/principal.js';
import type { AfterSaleRecord } from '../../../src/actors/reads.js';
import { openForVerifying, verifyAll } from '../../../src/cli/verify/run.js';
import { type BookKey, bookName, orderNo, shopId } from '../../../src/domain/ids.js';
import type { Order } from '../../../src/domain/order.js';
import { isRefusal } from '../../../src/domain/refusals.js';
import type { TokenHolder } from '../../../src/server/tokens.js';
import type { Random } from '../../../src/sim/random.js';
import { SECRET_WORD } from '../../stories/caller.js';
import type { Running } from '../../stories/service.js';
import { type Client, clientOf, type Request } from '../client.js';
import { type Answered, faultsOfAnswer, faultsOfBody, faultsOfStray, operationFor, typeOf } from '../contract.js';
import { Seen } from './values.js';

/** A running service with the people around it. Every answer that any of them gets is judged. */

export const SHOPS = [
  { id: 'shop-a', platform: 'demo' },
  { id: 'shop:b', platform: 'demo' },
  { id: 'shop-c', platform: 'marketplace' },
] as const;

const HOLDERS: readonly TokenHolder[] = [
  ...['demo', 'marketplace'].flatMap((platform): TokenHolder[] => [
    ...[0, 1, 2].map((number): TokenHolder => ({ role: 'user', platform, buyerUid: `buyer-${number}` })),
    { role: 'platform', id: 'machine', platform },
  ]),
  ...SHOPS.map(({ id }): TokenHolder => ({ role: 'merchant', id: `desk-${id}`, shops: [shopId(id)] })),
  { role: 'merchant', id: 'chain', shops: [shopId('shop-a'), shopId('shop-c')] },
  { role: 'operations', id: 'operator' },
];

/** Somebody with a token, and what they may know. */
export interface Person {
  readonly holder: TokenHolder;
  readonly token: string;
}

export interface Exchange {
  readonly asked: Request;
  readonly answer: Answered;
  /** the service's time of the answer */
  readonly at: number;
}

/** An answer that should not be; says what was asked, what was answered and what is wrong with it. */
export class Misanswered extends Error {
  override readonly name = 'Misanswered';
}

export class Town {
  readonly seen = new Seen();
  /** the owner of each order that was put */
  readonly orders = new Map<string, Order>();
  readonly afterSales: string[] = [];
  /** requests with a key that were answered, to be sent again */
  readonly kept: Exchange[] = [];
  /** how often each operation was answered with each status */
  readonly counts = new Map<string, number>();
  /** states in which after-sales were seen */
  readonly states = new Set<string>();
  /** since a buyer was erased kept answers are given without texts */
  hasErased = false;
  sent = 0;
  readonly #client: Client;

  private constructor(
    readonly running: Running,
    readonly people: readonly Person[],
  ) {
    this.#client = clientOf(running.url);
  }

  static async around(running: Running): Promise<Town> {
    const people = await Promise.all(
      HOLDERS.map(async (holder): Promise<Person> => ({ holder, token: (await running.caller(holder)).token })),
    );
    return new Town(running, people);
  }

  close(): void {
    this.#client.close();
  }

  somebody(random: Random, role: EntryPoint): Person {
    return random.pick(this.people.filter(({ holder }) => holder.role === role));
  }

  /** Somebody of a role who may see the order; of erased buyers nobody does, and then it is anybody. */
  concerned(random: Random, role: EntryPoint, order: Order): Person {
    const concerned = this.people.filter(({ holder }) => holder.role === role && sees(holder, order));
    return concerned.length === 0 ? this.somebody(random, role) : random.pick(concerned);
  }

  /** An after-sale as the store has it, with its order. */
  async recordOf(id: string): Promise<AfterSaleRecord | undefined> {
    return this.running.service.core.store.reads.afterSale(id as Parameters<Running['service']['core']['store']['reads']['afterSale']>[0]);
  }

  /** Sends a request as somebody, with a key where it writes; what is given stands over that. */
  async as(person: Person | undefined, method: string, path: string, body?: object): Promise<Answered> {
    return this.send(requestOf(person, method, path, body), person);
  }

  async send(drawn: Request, person: Person | undefined): Promise<Answered> {
    const asked = openly(drawn);
    const answer = await this.#client.send(asked);
    this.sent += 1;
    const operation = operationFor(asked.method === 'HEAD' ? 'GET' : asked.method, asked.path);
    const name = `${operation?.operationId ?? 'none'} ${answer.status}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (operation?.operationId === 'operationsEraseBuyer' && answer.status === 200) this.#erased(asked, answer);
    const faults = [...faultsOfExchange(asked, answer, person), ...this.#strangers(answer, person)];
    if (faults.length > 0)
      throw new Misanswered(`${told(asked, person)}\n${answer.status} ${answer.text.slice(0, 3_000)}\n${faults.join('\n')}`);
    if (answer.status < 300 && (typeOf(answer) ?? '').endsWith('/json') && asked.method !== 'HEAD' && asked.path !== '/openapi.json') {
      this.#learn(JSON.parse(answer.text), asked);
    }
    if (operation?.parameters.some((parameter) => parameter.name === 'Idempotency-Key') === true) {
      this.kept.push({ asked, answer, at: this.running.now() });
      if (this.kept.length > 30) this.kept.shift();
    }
    return answer;
  }

  #erased({ body }: Request, { text }: Answered): void {
    const { platform, buyerUid } = parsed(String(body)) as Pick<Order, 'platform' | 'buyerUid'>;
    const { pseudonym } = JSON.parse(text) as { readonly pseudonym: string };
    for (const [name, order] of this.orders) {
      if (order.platform === platform && order.buyerUid === buyerUid) this.orders.set(name, { ...order, buyerUid: pseudonym });
    }
    this.hasErased = true;
  }

  #learn(value: unknown, asked: Request): void {
    this.seen.take(value);
    for (const view of objectsIn(value)) {
      if (typeof view.refundId === 'number' && typeof view.id === 'string' && !this.afterSales.includes(view.id))
        this.afterSales.push(view.id);
      if (typeof view.refundId === 'number' && typeof view.state === 'string') this.states.add(`${String(view.type)} ${view.state}`);
      if (typeof view.attempt === 'number' && typeof view.key === 'string') this.seen.add('payoutKey', view.key);
    }
    if (asked.headers['content-type'] === 'application/json' && typeof asked.body === 'string') this.seen.take(parsed(asked.body));
  }

  /** Orders that an answer names and the caller must not know of. */
  #strangers(answer: Answered, person: Person | undefined): string[] {
    if (answer.status >= 300 || answer.text === '' || person === undefined || typeOf(answer) !== 'application/json') return [];
    return [...objectsIn(JSON.parse(answer.text))].flatMap(({ shopId: shop, orderNo: number }) => {
      if (typeof shop !== 'string' || typeof number !== 'string') return [];
      const owner = this.orders.get(bookName({ shopId: shopId(shop), orderNo: orderNo(number) }));
      return owner !== undefined && !sees(person.holder, owner)
        ? [`order ${number} of ${shop} is not for ${person.holder.role} to see`]
        : [];
    });
  }

  async #verified(): Promise<string[]> {
    const { dataDirectory } = this.running;
    const opened = openForVerifying(dataDirectory);
    try {
      const { findings } = await verifyAll(opened, { dataDirectory, jobs: 1 }, () => undefined);
      return findings.map((finding) => `verify: ${JSON.stringify(finding)}`);
    } finally {
      opened.close();
    }
  }

  /** Every order that the service has, as it tells operations. */
  async books(): Promise<BookKey[]> {
    const books: BookKey[] = [];
    const { reads } = this.running.service.core.store;
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await reads.listOrders({}, { limit: 100, ...(cursor === undefined ? {} : { cursor }) });
      if (isRefusal(page)) throw new Error(page.detail);
      books.push(...page.items.map(({ book }) => book));
      cursor = page.next;
    }
    return books;
  }

  /** Why any book breaks a promise, once nothing is under way: by the judges of the stories, and by what `redress verify` finds. */
  async faults(): Promise<string[]> {
    await this.running.settled();
    const faults = await this.#verified();
    for (const book of await this.books())
      faults.push(...(await this.running.faultsOf(book)).map((fault) => `${bookName(book)}: ${fault}`));
    return faults;
  }
}

export function requestOf(person: Person | undefined, method: string, path: string, body?: object): Request {
  return {
    method,
    path,
    headers: {
      ...(person === undefined ? {} : { authorization: `Bearer ${person.token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function told({ method, path, headers, body }: Request, person: Person | undefined): string {
  const { authorization: _, ...rest } = headers;
  return `${person?.holder.role ?? 'nobody'}: ${method} ${path} ${JSON.stringify(rest)} ${String(body).slice(0, 3_000)}`;
}

/** The secret word stands in internal notes alone: a note that lost its mark, or a word that was seen, is for everybody. */
function openly(asked: Request): Request {
  const { body } = asked;
  if (typeof body !== 'string' || !body.includes(SECRET_WORD) || body.includes('"visibility":"internal"')) return asked;
  return { ...asked, body: body.replaceAll(SECRET_WORD, 'for everybody') };
}

/** What no answer may hold: traces of the machine, and for buyers what is internal. */
const TRACES = /SQLITE|SqliteError|node_modules|\.js:\d+|\bat .+\(|\/tmp\/|Bearer ey/;

function faultsOfExchange(asked: Request, answer: Answered, person: Person | undefined): string[] {
  const faults = answer.status >= 500 ? ['it failed'] : [];
  if (asked.method === 'HEAD') return faults;
  const operation = operationFor(asked.method, asked.path);
  if (operation === undefined || answer.status === 431) return [...faults, ...faultsOfStray(answer)];
  faults.push(...faultsOfAnswer(operation, answer));
  if (answer.status >= 400 && TRACES.test(answer.text)) faults.push('it tells of the machine');
  if (person?.holder.role === 'user' && answer.text.includes(SECRET_WORD)) faults.push('a buyer reads what is internal');
  return [...faults, ...takenUnlike(operation, asked, answer)];
}

/** A body as the service reads it: a mark of the byte order before it is none of it. */
const parsed = (body: string): unknown => JSON.parse(body.replace(/^\ufeff/, ''));

/** A body that the document refuses must not be taken. */
function takenUnlike(operation: NonNullable<ReturnType<typeof operationFor>>, asked: Request, answer: Answered): string[] {
  if (answer.status >= 300 || operation.body['application/json'] === undefined || typeof asked.body !== 'string') return [];
  return faultsOfBody(operation, 'application/json', parsed(asked.body)).map((fault) => `it was taken although ${fault}`);
}

function* objectsIn(value: unknown): Generator<{ readonly [name: string]: unknown }> {
  if (Array.isArray(value)) for (const item of value) yield* objectsIn(item);
  else if (typeof value === 'object' && value !== null) {
    yield value as { readonly [name: string]: unknown };
    for (const inner of Object.values(value)) yield* objectsIn(inner);
  }
}

export const ROLES: readonly EntryPoint[] = ENTRY_POINTS;
