import { describe, expect, it } from 'vitest';
import { chainHash, RULES_VERSION } from '../../src/actors/decide.js';
import { instant } from '../../src/domain/ids.js';
import type { Order } from '../../src/domain/order.js';
import { shippedTemplate } from '../../src/store/shippedTemplates.js';
import type { Connection } from '../../src/store/sqlite/connection.js';
import { merchantOf, NOW, operator } from '../host/world.js';
import { type House, keyOf, openHouse, tellStory, unguardedUntilEnd, verifierOf } from './house.js';

/** What is done with the events of a trail: decided again, or applied. */

function verified(connection: Connection, order: Order) {
  const verifier = verifierOf(connection);
  const number = verifier.find(keyOf(order));
  if (number === undefined) throw new Error('the order is not there');
  return verifier.book(number, Number.MAX_SAFE_INTEGER);
}

async function toldStory(): Promise<{ house: House; order: Order; connection: Connection }> {
  const house = await openHouse();
  const order = await tellStory(house);
  return { house, order, connection: unguardedUntilEnd(house.dataDirectory) };
}

/** Writes the trail anew as if it had always said so: each event changed, and the chain made whole again. */
function rewrite(connection: Connection, change: (body: string, version: number) => string): void {
  const events = connection
    .prepare<[], { version: number; command_id: string; at: number; body: string }>(
      'SELECT * FROM event WHERE book_id = 1 ORDER BY version',
    )
    .all();
  let chain = '';
  for (const { version, command_id, at, body } of events) {
    const changed = change(body, version);
    chain = chainHash(chain, command_id, at, changed);
    connection.prepare('UPDATE event SET body = ?, hash = ? WHERE book_id = 1 AND version = ?').run(changed, chain, version);
  }
  connection.prepare('UPDATE book SET chain = ? WHERE id = 1').run(chain);
}

const asOfOlderRules = (body: string): string => body.replace(`"rules":${RULES_VERSION},`, '"rules":0,');
/** As another rule would have decided: the carrier does not bear what it damaged. */
const otherwise = (body: string, version: number): string =>
  version === 2 ? body.replace('"bearer":"carrier"', '"bearer":"platform"') : body;

describe('an event', () => {
  it('of the rules of today is decided again', async () => {
    const { order, connection } = await toldStory();
    expect(verified(connection, order)).toMatchObject({ findings: [], events: 12, counts: { decided: 12, older: 0, erased: 0 } });
  });

  it('of older rules is applied', async () => {
    const { order, connection } = await toldStory();
    rewrite(connection, asOfOlderRules);
    expect(verified(connection, order)).toMatchObject({ findings: [], events: 12, counts: { decided: 0, older: 12, erased: 0 } });
  });

  it('that the rules of today would decide otherwise is found, unless older rules have decided it', async () => {
    const { order, connection } = await toldStory();
    rewrite(connection, otherwise);
    const { findings } = verified(connection, order);
    expect(findings).toContainEqual({
      ...{ table: 'event', row: 'version 2', column: 'body.changes.afterSales[0].bearer' },
      ...{ stored: 'platform', expected: 'carrier', why: 'decided again, it comes to something else' },
    });
    rewrite(connection, asOfOlderRules);
    const rest = verified(connection, order).findings;
    expect(rest.map(({ table }) => table)).not.toContain('event');
    // Applied, it says what is stored no more.
    expect(rest).toContainEqual(expect.objectContaining({ table: 'after_sale', column: 'data.bearer', expected: 'platform' }));
  });

  it('of older rules may be followed by one of today', async () => {
    const { order, connection } = await toldStory();
    rewrite(connection, (body, version) => (version < 7 ? asOfOlderRules(body) : body));
    expect(verified(connection, order)).toMatchObject({ findings: [], counts: { decided: 6, older: 6, erased: 0 } });
  });

  it('that today would be refused is found', async () => {
    const { order, connection } = await toldStory();
    rewrite(connection, (body, version) => (version === 8 ? body.replace('"type":"approve"', '"type":"received"') : body));
    expect(verified(connection, order).findings).toContainEqual(
      expect.objectContaining({
        table: 'event',
        row: 'version 8',
        column: 'body.changes',
        why: expect.stringContaining('command.notAllowed'),
      }),
    );
  });

  it('that decides what cannot be decided is found, and the order is not compared further', async () => {
    const { order, connection } = await toldStory();
    rewrite(connection, (body, version) =>
      version === 2 ? body.replace('"lineNo":1', '"lineNo":null').replace('"claim":{', '"claim":null,"c":{') : body,
    );
    const { findings } = verified(connection, order);
    expect(findings).toMatchObject([
      { table: 'event', row: 'version 2', column: 'body', why: expect.stringMatching(/cannot be replayed.+rows cannot be compared/) },
    ]);
  });
});

describe('an order of which a buyer was erased', () => {
  async function erasedStory() {
    const { house, order, connection } = await toldStory();
    await house.paid(order);
    await house.give(order, { kind: 'erase', pseudonym: 'erased-1', evenOpen: true }, operator);
    return { house, order, connection };
  }

  it('is still what its trail says: events with texts are applied, others decided again', async () => {
    const { house, order, connection } = await erasedStory();
    expect(verified(connection, order)).toMatchObject({ findings: [], events: 14, counts: { decided: 5, older: 0, erased: 9 } });
    const [waiting] = (await house.store.books.load(keyOf(order)))?.afterSales.filter(({ refundId }) => refundId === 3) ?? [];
    if (waiting === undefined) throw new Error('the last one waits');
    await house.give(
      order,
      { kind: 'afterSale', afterSaleId: waiting.id, command: { type: 'approve', remark: 'So be it.' } },
      merchantOf(order),
    );
    expect(verified(connection, order)).toMatchObject({ findings: [], events: 15, counts: { decided: 6, older: 0, erased: 9 } });
  });

  it.each([
    { left: 'a text', sql: "UPDATE private_text SET content = '{}' WHERE no = 2", found: ['private_text', 'content'] },
    { left: 'a salt', sql: "UPDATE private_text SET salt = 'aa' WHERE no = 2", found: ['private_text', 'salt'] },
    { left: 'an account', sql: "UPDATE payout SET data = json_set(data, '$.account', 'DE02')", found: ['payout', 'data.account'] },
    {
      left: 'an address',
      sql: "UPDATE after_sale SET data = json_set(data, '$.returnAddress', 'Lake Road') WHERE no = 2",
      found: ['after_sale', 'data.returnAddress'],
    },
    { left: 'the buyer', sql: "UPDATE book SET buyer_uid = 'buyer-2'", found: ['book', 'buyer_uid'] },
    {
      left: 'the buyer',
      sql: "UPDATE order_content SET content = json_set(content, '$.buyerUid', 'b')",
      found: ['order_content', 'content.buyerUid'],
    },
  ])('holds nothing of what was erased: $left is found in $found', async ({ sql, found }) => {
    const { order, connection } = await erasedStory();
    connection.exec(sql);
    expect(verified(connection, order).findings.map(({ table, column }) => [table, column])).toContainEqual(found);
  });
});

describe('a template', () => {
  const shipped = shippedTemplate('merchant-first');
  const next = { ...shipped, version: 2, returning: { ...shipped.returning, lostBorneBy: 'platform' as const } };

  it('that was on its way to the disk while a decision was made need not have been seen', async () => {
    const { house, order, connection } = await toldStory();
    // The last two applications were made at this very moment.
    await house.store.templates.publish(next, instant(NOW + 60_000));
    expect(verified(connection, order)).toMatchObject({ findings: [], counts: { decided: 12 } });
  });

  it('that was published long before was seen', async () => {
    const { house, order, connection } = await toldStory();
    await house.store.templates.publish(next, NOW);
    connection.exec('UPDATE template SET published_at = published_at - 3600000');
    expect(verified(connection, order).findings).toContainEqual(
      expect.objectContaining({ row: 'version 2', column: 'body.changes.afterSales[0].template.version', stored: 1, expected: 2 }),
    );
  });

  it('that is gone is told once, and what was decided under it is applied', async () => {
    const { order, connection } = await toldStory();
    connection.exec("DELETE FROM template WHERE id = 'merchant-first'");
    const { findings, counts } = verified(connection, order);
    expect(findings).toEqual([
      {
        ...{ table: 'template', row: 'merchant-first/1', column: null, stored: undefined, expected: 'a published template' },
        why: 'it is gone; version 2 and others were decided under it, and are only applied',
      },
    ]);
    expect(counts).toEqual({ decided: 1, older: 11, erased: 0 });
  });
});

describe('a payout', () => {
  it('may name what most payouts begin with, or leave it out', async () => {
    const { order, connection } = await toldStory();
    const named = "UPDATE payout SET data = json_set(data, '$.way', 'tender') WHERE json_extract(data, '$.way') IS NULL";
    expect(connection.prepare(named).run().changes).toBeGreaterThan(0);
    expect(verified(connection, order).findings).toEqual([]);
  });
});
