import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { AfterSaleCommand, BookCommand } from '../../src/actors/command.js';
import type { Principal } from '../../src/actors/principal.js';
import type { Finding } from '../../src/actors/replay/finding.js';
import { RULES } from '../../src/actors/rules.js';
import { afterSaleId, type BookKey, instant } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import type { Order } from '../../src/domain/order.js';
import { ChartBook } from '../../src/machines/chartBook.js';
import { type Connection, openConnection } from '../../src/store/sqlite/connection.js';
import { databaseFile, openSqliteStore } from '../../src/store/sqlite/open.js';
import { verifierOn } from '../../src/store/sqlite/verify/verifier.js';
import {
  bodyOf,
  buyerOf,
  commandIds,
  exampleOrder,
  merchantOf,
  openWorld,
  operator,
  platformOf,
  refundOf,
  type World,
} from '../host/world.js';

/** A file of real orders with a history, for verification to look at. */

const made: string[] = [];
afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** A directory that is gone after the tests of the file. */
export function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'redress-verify-'));
  made.push(path);
  return path;
}

export interface House extends World {
  readonly dataDirectory: string;
  give(order: Order, command: BookCommand, principal: Principal): Promise<{ readonly [key: string]: unknown }>;
  applied(order: Order, command: BookCommand): Promise<Case>;
  /** every payout that was sent and has no answer is paid */
  paid(order: Order): Promise<void>;
}

/** An after-sale as a story goes on with it. */
export interface Case {
  readonly id: string;
  by(principal: Principal, command: AfterSaleCommand): Promise<void>;
}

export const keyOf = ({ shopId, orderNo }: Order): BookKey => ({ shopId, orderNo });

export async function openHouse(dataDirectory = directory()): Promise<House> {
  const world = await openWorld(undefined, openSqliteStore({ dataDirectory, writer: 'inline' }));
  const id = commandIds();
  const give: House['give'] = async (order, command, principal) => {
    const idempotency = { key: `key of ${command.kind} ${id()}`, hash: 'h' };
    const reply = await world.host.send({ id: id(), book: keyOf(order), command, idempotency }, principal);
    if (reply.kind === 'refused') throw new Error(`${command.kind} was refused: ${reply.body}`);
    return bodyOf(reply);
  };
  return {
    ...world,
    dataDirectory,
    give,
    applied: async (order, command) => {
      const no = String((await give(order, command, buyerOf(order))).id);
      return {
        id: no,
        by: async (principal, said) => {
          await give(order, { kind: 'afterSale', afterSaleId: afterSaleId(no), command: said }, principal);
        },
      };
    },
    paid: async (order) => {
      const rows = await world.store.books.load(keyOf(order));
      for (const { key, attempt } of (rows?.payouts ?? []).filter(({ state }) => state === 'begun')) {
        const result = { outcome: 'paid', reference: `paid ${key}` } as const;
        await give(order, { kind: 'payoutResult', payoutKey: key, attempt, result }, { role: 'system', part: 'payouts' });
      }
    },
  };
}

const evidence = [{ kind: 'photo', url: 'https://example.com/a.jpg', sha256: 'b94d27b9' }] as const;
const address = { name: 'Returns', country: 'CN', city: 'Hangzhou', street: '1 Lake Road' };

/**
 * One order with everything that can be stored of an order: a money claim that is paid and then superseded
 * (an event that changes two after-sales), a return with its parcel, a second refund that waits, goodwill.
 */
export async function tellStory(house: House, order = exampleOrder('points-and-wallet'), until: 'put' | 'end' = 'end'): Promise<Order> {
  const { give, applied, paid, time } = house;
  await give(order, { kind: 'putOrder', order }, platformOf(order));
  if (until === 'put') return order;
  const [kettle, cups] = order.lines;
  if (kettle === undefined || cups === undefined) throw new Error('the example has two lines');
  const price = (amount: number) => ({ amount: minor(amount), currency: 'CNY' });
  const damaged = await applied(
    order,
    refundOf([{ lineNo: kettle.lineNo, quantity: 1 }], {
      ...{ reason: 'damaged', claim: { kind: 'money', amount: price(333) }, evidence, remark: 'A dent.', contact: { phone: '555-0100' } },
    }),
  );
  await damaged.by(merchantOf(order), { type: 'approve', remark: 'Sorry.' });
  await paid(order);
  time.now = instant(time.now + 60_000);
  const returned = await applied(
    order,
    refundOf([{ lineNo: kettle.lineNo, quantity: 1 }], {
      ...{ type: 'return', reason: 'changedMind', wayBack: { kind: 'courier', courier: 'SF', trackingNo: 'SF-1' } },
    }),
  );
  await returned.by(merchantOf(order), { type: 'approve', returnAddress: address });
  await returned.by(buyerOf(order), { type: 'handOver', courier: 'SF', trackingNo: 'SF-2' });
  await applied(order, refundOf([{ lineNo: cups.lineNo, quantity: 2 }]));
  await give(order, { kind: 'goodwill', amount: price(200), to: 'account', account: 'DE02 1234', remark: 'For the wait.' }, operator);
  await returned.by(operator, { type: 'note', text: 'They called.', visibility: 'internal' });
  return order;
}

export function verifierOf(connection: Connection) {
  return verifierOn(connection, { rules: RULES, charts: new ChartBook() });
}

export function findingsOf(connection: Connection, key: BookKey): readonly Finding[] {
  const verifier = verifierOf(connection);
  const number = verifier.find(key);
  if (number === undefined) throw new Error(`there is no order ${key.orderNo}`);
  return verifier.book(number, Number.MAX_SAFE_INTEGER).findings;
}

/** A connection that may break what the schema would not allow; it closes with the last test of the file. */
export function unguardedUntilEnd(dataDirectory: string): Connection {
  const connection = openConnection(databaseFile(dataDirectory), { readOnly: false });
  connection.pragma('foreign_keys = OFF');
  connection.pragma('ignore_check_constraints = ON');
  afterAll(() => {
    connection.close();
  });
  return connection;
}
