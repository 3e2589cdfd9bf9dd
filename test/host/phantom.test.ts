import { describe, expect, it } from 'vitest';
import type { Application, BookCommand } from '../../src/actors/command.js';
import { ActorHost } from '../../src/actors/host.js';
import type { BookStore, CommitOutcome } from '../../src/actors/ports.js';
import { afterSaleId, lineNo } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import { inProcessLock } from '../../src/locks/inProcess.js';
import { bodyOf, buyerOf, commandIds, exampleOrder, NOW, openWorld, operator, platformOf, refundOf } from './world.js';

/** What is decided on top of a commit that never came to be must not stand either. Found by simulation. */

const FAILED: CommitOutcome = { outcome: 'failed', retryAfterMs: 5, detail: 'the disk is full' };
const UNKNOWN: CommitOutcome = { outcome: 'unknown', detail: 'the connection was lost' };
const whole: Application['selection'] = [{ lineNo: lineNo(1), quantity: 3 }];

/** Two hosts over one store; the next commits of the first may be held back and answered otherwise. */
async function twoHosts() {
  const held: { answer: (outcome: CommitOutcome) => void; really: () => Promise<CommitOutcome> }[] = [];
  let holds = 0;
  const hold = (books: BookStore): BookStore => ({
    ...books,
    commit: (commit) => {
      if (holds === 0) return books.commit(commit);
      holds -= 1;
      return new Promise((answer) => held.push({ answer, really: () => books.commit(commit) }));
    },
  });
  const world = await openWorld(hold);
  const order = exampleOrder('odd-cents');
  // A lock of its own: the one between the hosts is lost.
  const other = new ActorHost({ ...world.parts, store: world.store.books, lock: inProcessLock() });
  const id = commandIds();
  const book = { shopId: order.shopId, orderNo: order.orderNo };
  const to = (host: ActorHost) => (principal: Parameters<ActorHost['send']>[1], command: BookCommand, key: string) =>
    host.send({ id: id(), book, command, idempotency: { key, hash: key } }, principal);
  await to(world.host)(platformOf(order), { kind: 'putOrder', order }, 'put');
  const waits = async (count: number) => {
    while (held.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  return { world, order, one: to(world.host), two: to(other), held, waits, hold: (count: number) => (holds = count), book };
}

describe('a commit that did not stand', () => {
  it.each([
    ['failed', FAILED],
    ['was lost with its connection', UNKNOWN],
  ])('and %s refuses nobody what it had taken', async (_, outcome) => {
    const { world, order, one, held, waits, hold } = await twoHosts();
    hold(1);
    const first = one(buyerOf(order), refundOf(whole), 'first');
    const second = one(operator, refundOf(whole), 'second');
    await waits(1);
    held[0]?.answer(outcome);
    expect((await first).status).toBe(503);
    expect(await second).toMatchObject({ kind: 'done', version: 2 });
    await world.store.close();
  });

  it('gives nobody the success of having changed nothing', async () => {
    const { world, order, one, held, waits, hold, book } = await twoHosts();
    const flagged: BookCommand = { kind: 'putOrder', order: { ...order, flags: ['trial'] } };
    hold(1);
    const first = one(platformOf(order), flagged, 'first');
    const second = one(platformOf(order), flagged, 'second');
    await waits(1);
    held[0]?.answer(FAILED);
    expect((await first).status).toBe(503);
    expect(await second).toMatchObject({ kind: 'done', version: 2 });
    expect((await world.store.books.load(book))?.order.flags).toEqual(['trial']);
    await world.store.close();
  });

  it('is not built upon when another host has made its version', async () => {
    const { world, order, one, two, held, waits, hold, book } = await twoHosts();
    const deliveredAt = order.lines[0]?.deliveredAt ?? NOW;
    hold(2);
    const lost = one(buyerOf(order), refundOf([{ lineNo: lineNo(1), quantity: 1 }]), 'lost');
    const upon = one(operator, refundOf([{ lineNo: lineNo(1), quantity: 1 }]), 'upon');
    await waits(2);
    expect(
      await two(platformOf(order), { kind: 'report', report: { type: 'delivered', lines: [lineNo(1)], at: deliveredAt } }, 'other'),
    ).toMatchObject({ version: 1 });
    expect(await two(platformOf(order), { kind: 'putOrder', order: { ...order, flags: ['trial'] } }, 'flags')).toMatchObject({
      version: 2,
    });
    held[0]?.answer(UNKNOWN);
    held[1]?.answer((await held[1]?.really()) ?? FAILED);
    expect((await lost).status).toBe(503);
    expect(await upon).toMatchObject({ kind: 'done', version: 3 });
    const rows = await world.store.books.load(book);
    expect(rows?.order.flags).toEqual(['trial']);
    expect(rows?.afterSales.map(({ refundId }) => refundId)).toEqual([1]);
    expect(rows?.caps.find(({ key }) => key === 'line:1')?.reserved.units).toBe(1);
    await world.store.close();
  });
});

describe('a host that kept a book while another changed it', () => {
  it('refuses nothing, and shows nothing, that is no longer so', async () => {
    const { world, order, one, two, book } = await twoHosts();
    const applied = await two(buyerOf(order), refundOf(whole), 'apply');
    const id = afterSaleId(String(bodyOf(applied).id));
    const note: BookCommand = { kind: 'afterSale', afterSaleId: id, command: { type: 'note', text: 'seen', visibility: 'all' } };
    expect(await one(operator, note, 'note')).toMatchObject({ kind: 'done', version: 3 });
    await two(buyerOf(order), { kind: 'afterSale', afterSaleId: id, command: { type: 'withdraw' } }, 'withdraw');
    expect(await world.host.order(book, operator)).toMatchObject({ version: 4, reserved: { amount: 0 } });
    expect(await two(operator, refundOf(whole), 'again')).toMatchObject({ kind: 'done', version: 5 });
    await one(
      operator,
      { kind: 'goodwill', amount: { amount: minor(100), currency: order.currency.code }, to: 'wallet', remark: 'sorry' },
      'g',
    );
    expect(await two(operator, refundOf(whole), 'more')).toMatchObject({ kind: 'refused', refusal: { code: 'selection.tooMany' } });
    await world.store.close();
  });
});
