import { describe, expect, it } from 'vitest';
import type { Application, BookCommand } from '../../src/actors/command.js';
import { ActorHost } from '../../src/actors/host.js';
import type { BookStore, CommitOutcome, Reply } from '../../src/actors/ports.js';
import type { Principal } from '../../src/actors/principal.js';
import { type AfterSaleId, afterSaleId, lineNo, orderNo } from '../../src/domain/ids.js';
import type { Order } from '../../src/domain/order.js';
import { scaled } from '../scale.js';
import { bodyOf, buyerOf, commandIds, exampleOrder, merchantOf, openWorld, operator, platformOf, refundOf, type World } from './world.js';

const nextId = commandIds();

function sender(world: World, order: Order, host = world.host) {
  const book = { shopId: order.shopId, orderNo: order.orderNo };
  return (principal: Principal, command: BookCommand, key?: string, hash = 'h', ifVersion?: number): Promise<Reply> =>
    host.send(
      {
        id: nextId(),
        book,
        command,
        ...(key === undefined ? {} : { idempotency: { key, hash } }),
        ...(ifVersion === undefined ? {} : { ifVersion }),
      },
      principal,
    );
}

const pieces = (quantity: number): Application['selection'] => [{ lineNo: lineNo(1), quantity }];
const give = (id: AfterSaleId, command: Extract<BookCommand, { kind: 'afterSale' }>['command']): BookCommand => ({
  kind: 'afterSale',
  afterSaleId: id,
  command,
});
const idOf = (reply: Reply): AfterSaleId => afterSaleId(String(bodyOf(reply).id));
const outcomes = (replies: readonly Reply[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const reply of replies) {
    const word = reply.kind === 'done' ? 'done' : reply.refusal.code;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
};

describe('the actor host', () => {
  it('lets exactly as many of 200 parallel requests win as there are pieces, from every entry point, round after round', async () => {
    for (let round = 0; round < scaled(5); round++) {
      const world = await openWorld();
      const example = exampleOrder('odd-cents');
      const order = { ...example, orderNo: orderNo(`race-${round}`) };
      const [line] = order.lines;
      const quantity = line?.quantity ?? 0;
      const send = sender(world, order);
      await send(platformOf(order), { kind: 'putOrder', order });
      const callers = [buyerOf(order), merchantOf(order), operator, platformOf(order)];
      const replies = await Promise.all(
        Array.from({ length: 200 }, (_, i) => {
          const caller = callers[(i + round) % callers.length] ?? operator;
          return send(caller, refundOf(pieces(1)), `key-${i}`);
        }),
      );
      const counts = outcomes(replies);
      expect(counts.done).toBe(quantity);
      expect((counts['selection.tooMany'] ?? 0) + (counts.done ?? 0)).toBe(200);
      const caps = await world.store.reads.caps({ shopId: order.shopId, orderNo: order.orderNo });
      const lineCap = caps.find((cap) => cap.key === 'line:1');
      expect(lineCap?.reserved).toEqual(lineCap?.limit);
      const versions = replies.flatMap((reply) => (reply.kind === 'done' ? [reply.version] : []));
      expect(new Set(versions).size).toBe(quantity);
      await world.store.close();
    }
  });

  it('keeps the books that somebody works on, and not those that were only imported', async () => {
    const loaded: string[] = [];
    const world = await openWorld((books) => ({
      ...books,
      load: (key) => {
        loaded.push(key.orderNo);
        return books.load(key);
      },
    }));
    const orders = ['worked-on', 'imported'].map((no) => ({ ...exampleOrder('odd-cents'), orderNo: orderNo(no) }));
    for (const order of orders) await sender(world, order)(platformOf(order), { kind: 'putOrder', order });
    const [workedOn, imported] = orders;
    if (workedOn === undefined || imported === undefined) throw new Error('there are two orders');
    await sender(world, workedOn)(buyerOf(workedOn), refundOf(pieces(1)), 'first');
    loaded.length = 0;
    for (const order of orders) await sender(world, order)(platformOf(order), { kind: 'putOrder', order });
    await sender(world, workedOn)(buyerOf(workedOn), refundOf(pieces(1)), 'second');
    await sender(world, imported)(buyerOf(imported), refundOf(pieces(1)), 'third');
    expect(loaded).toEqual(['imported', 'imported']);
  });

  it('decides again on the fresh book when another host was first', async () => {
    const world = await openWorld();
    const order = exampleOrder('odd-cents');
    const other = new ActorHost(world.parts);
    const one = sender(world, order);
    const two = sender(world, order, other);
    await one(platformOf(order), { kind: 'putOrder', order });
    await two(buyerOf(order), refundOf(pieces(1)), 'warm');
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : two)(buyerOf(order), refundOf(pieces(1)), `k${i}`)),
    );
    const quantity = order.lines[0]?.quantity ?? 0;
    expect(outcomes(replies)).toEqual({ done: quantity - 1, 'selection.tooMany': 20 - (quantity - 1) });
  });

  it('gives the same key the same answer, waits for a concurrent first one, and refuses it for another request', async () => {
    const world = await openWorld();
    const order = exampleOrder('odd-cents');
    const send = sender(world, order);
    await send(platformOf(order), { kind: 'putOrder', order });
    const [first, second, other] = await Promise.all([
      send(buyerOf(order), refundOf(pieces(1)), 'same'),
      send(buyerOf(order), refundOf(pieces(1)), 'same'),
      send(buyerOf(order), refundOf(pieces(2)), 'same', 'another hash'),
    ]);
    expect(second.body).toBe(first.body);
    expect([first.replayed, second.replayed]).toEqual([false, true]);
    expect(other).toMatchObject({ kind: 'refused', refusal: { code: 'idempotency.reused' } });
    const refusal = await send(buyerOf(order), refundOf(pieces(1_000)), 'no');
    const again = await send(buyerOf(order), refundOf(pieces(1_000)), 'no');
    expect(refusal).toMatchObject({ kind: 'refused', refusal: { code: 'selection.tooMany' }, replayed: false });
    expect(again).toMatchObject({ kind: 'refused', refusal: { code: 'selection.tooMany' }, replayed: true });
  });

  it('looks the key up before it judges If-Match, and keeps no answer that invites a retry', async () => {
    const world = await openWorld();
    const order = exampleOrder('odd-cents');
    const send = sender(world, order);
    await send(platformOf(order), { kind: 'putOrder', order });
    const stale = await send(buyerOf(order), refundOf(pieces(1)), 'match', 'h', 7);
    expect(stale).toMatchObject({ kind: 'refused', status: 412, refusal: { code: 'version.stale', facts: { version: 1, expected: 7 } } });
    const done = await send(buyerOf(order), refundOf(pieces(1)), 'match', 'h', 1);
    expect(done).toMatchObject({ kind: 'done', version: 2 });
    const replay = await send(buyerOf(order), refundOf(pieces(1)), 'match', 'h', 1);
    expect(replay).toMatchObject({ kind: 'done', version: 2, replayed: true });
  });

  it('hides foreign objects and says of an ended after-sale that it takes no command', async () => {
    const world = await openWorld();
    const order = exampleOrder('odd-cents');
    const send = sender(world, order);
    await send(platformOf(order), { kind: 'putOrder', order });
    const applied = await send(buyerOf(order), refundOf(pieces(1)), 'a');
    const stranger: Principal = { role: 'user', platform: order.platform, buyerUid: 'somebody else' };
    expect(await send(stranger, refundOf(pieces(1)))).toMatchObject({ kind: 'refused', refusal: { code: 'order.notFound' } });
    expect(await send(stranger, give(idOf(applied), { type: 'withdraw' }))).toMatchObject({ refusal: { code: 'afterSale.notFound' } });
    expect(await world.host.afterSale(idOf(applied), stranger)).toMatchObject({ kind: 'refusal', code: 'afterSale.notFound' });
    expect(await send(buyerOf(order), give(idOf(applied), { type: 'withdraw' }))).toMatchObject({ kind: 'done' });
    expect(await send(buyerOf(order), give(idOf(applied), { type: 'withdraw' }))).toMatchObject({
      refusal: { code: 'command.notAllowed', facts: { state: 'cancelled' } },
    });
    expect(await world.host.afterSale(idOf(applied), buyerOf(order))).toMatchObject({ state: 'cancelled', allowedCommands: [] });
  });

  it('quotes what it then refunds, and refuses an application whose quote has changed', async () => {
    const world = await openWorld();
    const order = exampleOrder('points-and-wallet');
    const send = sender(world, order);
    const book = { shopId: order.shopId, orderNo: order.orderNo };
    await send(platformOf(order), { kind: 'putOrder', order });
    const command = refundOf(pieces(1));
    if (command.kind !== 'apply') throw new Error('no application');
    const quote = await world.host.quote(book, command.application, buyerOf(order));
    if ('code' in quote) throw new Error(quote.detail);
    const wrong = { amount: (quote.refund.amount + 1) as typeof order.freight.charged, currency: quote.refund.currency };
    const changed = await send(buyerOf(order), refundOf(pieces(1), { quoted: wrong }));
    expect(changed).toMatchObject({
      refusal: { code: 'quote.changed', facts: { quoted: quote.refund.amount + 1, refund: quote.refund.amount } },
    });
    const right = { ...wrong, amount: quote.refund.amount as typeof order.freight.charged };
    const applied = await send(buyerOf(order), refundOf(pieces(1), { quoted: right }));
    expect(bodyOf(applied)).toMatchObject({ reservedAmount: quote.refund });
  });
});

describe('a decline that a callback tells', () => {
  it('counts as unknown until a question has confirmed it, so that nothing is sent another way meanwhile', async () => {
    const world = await openWorld();
    const order = exampleOrder('odd-cents');
    const send = sender(world, order);
    await send(platformOf(order), { kind: 'putOrder', order });
    const id = idOf(await send(buyerOf(order), refundOf(pieces(1))));
    await send(merchantOf(order), give(id, { type: 'approve' }));
    const [payout] = (await world.store.reads.ledgerOf(id))?.payouts ?? [];
    const payouts: Principal = { role: 'system', part: 'payouts' };
    const result = (told: boolean): BookCommand => ({
      kind: 'payoutResult',
      payoutKey: payout?.key ?? '',
      attempt: 1,
      result: { outcome: 'declined', code: 'no', ...(told ? { told: true } : {}) },
    });
    await send(payouts, result(true));
    expect((await world.store.reads.ledgerOf(id))?.payouts).toMatchObject([{ state: 'unknown', attempt: 1 }]);
    expect(await world.host.afterSale(id, operator)).toMatchObject({ state: 'refunding.paying', flags: ['payoutUnknown'] });
    await send(payouts, result(false));
    expect((await world.store.reads.ledgerOf(id))?.payouts).toMatchObject([{ state: 'declined', attempt: 1 }]);
    expect(await world.host.afterSale(id, operator)).toMatchObject({ state: 'refunding.retrying' });
  });
});

type Fault = (outcome: CommitOutcome, count: number) => CommitOutcome | undefined;

/** A store whose commits fail as told: before anything is written, or after all of it is. */
function faulty(before: Fault, after: Fault): (books: BookStore) => BookStore {
  let count = 0;
  return (books) => ({
    ...books,
    load: (key) => books.load(key),
    findAnswer: (caller, key) => books.findAnswer(caller, key),
    commit: async (commit) => {
      count += 1;
      const mine = count;
      const early = before({ outcome: 'stale' }, mine);
      if (early !== undefined) return early;
      const outcome = await books.commit(commit);
      return after(outcome, mine) ?? outcome;
    },
  });
}

describe('the actor host over a failing store', () => {
  it('answers 503 for a commit that was not kept, and decides again all that was decided on top of it', async () => {
    const world = await openWorld(
      faulty(
        (_, n) => (n === 3 ? { outcome: 'failed', retryAfterMs: 50, detail: 'disk full' } : undefined),
        () => undefined,
      ),
    );
    const order = exampleOrder('odd-cents');
    const send = sender(world, order);
    await send(platformOf(order), { kind: 'putOrder', order });
    const quantity = order.lines[0]?.quantity ?? 0;
    const replies = await Promise.all(Array.from({ length: quantity + 1 }, (_, i) => send(buyerOf(order), refundOf(pieces(1)), `f${i}`)));
    expect(outcomes(replies)).toEqual({ done: quantity, 'service.unavailable': 1 });
    expect(replies[1]).toMatchObject({ status: 503, retryAfterMs: 50 });
    const versions = replies.flatMap((reply) => (reply.kind === 'done' ? [reply.version] : []));
    expect(versions).toEqual(Array.from({ length: quantity }, (_, i) => i + 2));
  });

  it('finds the answer of a commit whose outcome was lost, and otherwise says that it is unknown', async () => {
    const world = await openWorld(
      faulty(
        () => undefined,
        (_, n) => (n === 2 || n === 3 ? { outcome: 'unknown', detail: 'connection lost' } : undefined),
      ),
    );
    const order = exampleOrder('odd-cents');
    const send = sender(world, order);
    await send(platformOf(order), { kind: 'putOrder', order });
    const kept = await send(buyerOf(order), refundOf(pieces(1)), 'lost');
    expect(kept).toMatchObject({ kind: 'done', version: 2, replayed: true });
    const unknown = await send(buyerOf(order), refundOf(pieces(1)));
    expect(unknown).toMatchObject({ kind: 'refused', refusal: { code: 'service.outcomeUnknown' } });
    const view = await world.host.order({ shopId: order.shopId, orderNo: order.orderNo }, buyerOf(order));
    expect(view).toMatchObject({ version: 3 });
  });
});
