import { expect, it } from 'vitest';
import { applyChanges, bookFromRows, emptyBook } from '../../src/actors/book.js';
import { packAfterSale, unpackAfterSale, unpackChanges } from '../../src/actors/compact.js';
import type { Commit } from '../../src/actors/ports.js';
import { afterSaleId } from '../../src/domain/ids.js';
import { toldBy } from '../actors/world/history.js';
import { bodyOf, buyerOf, commandIds, exampleOrder, merchantOf, openWorld, platformOf, refundOf } from './world.js';

it('writes rows and events as differences that give the whole rows back', async () => {
  const commits: Commit[] = [];
  const world = await openWorld((books) => ({
    ...books,
    commit: (commit) => {
      commits.push(commit);
      return books.commit(commit);
    },
  }));
  const order = exampleOrder('points-and-wallet');
  const book = { shopId: order.shopId, orderNo: order.orderNo };
  const id = commandIds();
  await world.host.send({ id: id(), book, command: { kind: 'putOrder', order } }, platformOf(order));
  const applied = await world.host.send(
    { id: id(), book, command: refundOf([{ lineNo: order.lines[0]?.lineNo ?? (1 as never), quantity: 1 }]) },
    buyerOf(order),
  );
  const afterSale = afterSaleId(String(bodyOf(applied).id));
  await world.host.send(
    { id: id(), book, command: { kind: 'afterSale', afterSaleId: afterSale, command: { type: 'approve' } } },
    merchantOf(order),
  );

  const replayed = emptyBook(
    book,
    order,
    (await world.parts.store.load(book))?.split ?? {
      runs: [],
      freight: { net: 0 as never, tax: 0 as never },
      total: { net: 0 as never, tax: 0 as never },
    },
  );
  for (const { write } of commits) {
    if (write === null) continue;
    const { version } = JSON.parse(write.audit.body) as { version: number };
    const told = toldBy(write.audit.body, write.privates).changes;
    const changes = unpackChanges({ state: replayed.state, afterSale: (wanted) => replayed.afterSales.get(wanted) }, told);
    expect(changes.afterSales).toEqual(write.changes.afterSales);
    expect(changes.caps).toEqual(write.changes.caps);
    expect(changes.transfers).toEqual(write.changes.transfers);
    for (const row of write.changes.afterSales) expect(unpackAfterSale(packAfterSale(row))).toEqual(row);
    applyChanges(replayed, version, write.audit.hash, changes);
  }
  const stored = await world.parts.store.load(book);
  if (stored === undefined) throw new Error('the book is not stored');
  const hydrated = bookFromRows(book, stored);
  expect(replayed.afterSales).toEqual(hydrated.afterSales);
  expect(replayed.caps).toEqual(hydrated.caps);
  expect(replayed.lines).toEqual(hydrated.lines);
  expect(replayed.payouts).toEqual(hydrated.payouts);
  expect(replayed.state).toEqual(hydrated.state);
});
