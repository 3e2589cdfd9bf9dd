import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { BuyerBook, Compacted } from '../../actors/erasure.js';
import { callerOf } from '../../actors/principal.js';
import type { Buyer } from '../../actors/reads.js';
import { SEALED } from '../../actors/sealed.js';
import { orderNo, shopId } from '../../domain/ids.js';
import type { Connection } from './connection.js';
import { reading } from './failure.js';
import { trailReads } from './trail.js';
import { erasureOf } from './writeErasure.js';
import type { Writer } from './writer.js';

/** Rows looked at, and written, in one go: others read and write between them. */
const AT_ONCE = 2_000;
const WRITTEN_AT_ONCE = 200;

/** The actors' `ErasureStore` port. */
export function sqliteErasing(connection: Connection, writer: Writer) {
  const books = booksOfBuyer(connection);
  const begun = connection.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const uploads = uploadsOfBuyer(connection);
  const answers = answersOf(connection);
  const inParts = async <T>(ids: readonly T[], write: (part: readonly T[]) => Promise<number>): Promise<number> => {
    let count = 0;
    for (let from = 0; from < ids.length; from += WRITTEN_AT_ONCE) count += await write(ids.slice(from, from + WRITTEN_AT_ONCE));
    return count;
  };
  return {
    booksOf: async (buyer: Buyer): Promise<readonly BuyerBook[]> => reading(connection, () => books(buyer)),
    begun: async (buyer: Buyer) => reading(connection, () => begun.get(erasureOf(buyer))),
    begin: async (buyer: Buyer, pseudonym: string): Promise<void> => {
      await writer.demand('beginErasure', { buyer, pseudonym });
    },
    end: async (buyer: Buyer): Promise<void> => {
      await writer.demand('endErasure', buyer);
    },
    removeUploads: async (buyer: Buyer) => {
      const found = await uploads(buyer);
      await inParts(await answers.toUploads(found), (ids) => writer.demand('sealAnswers', ids));
      return inParts(found, (ids) => writer.demand('removeUploads', ids));
    },
    sealAnswers: async (buyer: Buyer, pseudonym: string) =>
      inParts(await answers.toBuyer(buyer, pseudonym), (ids) => writer.demand('sealAnswers', ids)),
    clearJobErrors: (buyer: Buyer): Promise<number> => writer.demand('clearJobErrors', buyer),
    copies: (): readonly string[] => copiesOf(connection.name),
    compact: (): Promise<Compacted> => writer.compact(),
  };
}

/** What `migrate` keeps before it changes an older file. */
function copiesOf(file: string): string[] {
  if (file === ':memory:') return [];
  const directory = dirname(file);
  return readdirSync(directory)
    .filter((name) => name.startsWith(`${basename(file)}.schema-`))
    .map((name) => join(directory, name));
}

function booksOfBuyer(connection: Connection): (buyer: Buyer) => BuyerBook[] {
  const books = connection.prepare<[string, string], { shop_id: string; order_no: string; open: 0 | 1; unpaid: 0 | 1 }>(
    `SELECT b.shop_id, b.order_no,
       EXISTS (SELECT 1 FROM after_sale a WHERE a.book_id = b.id AND a.live = 1 AND a.open = 1) AS open,
       EXISTS (SELECT 1 FROM payout p WHERE p.book_id = b.id AND p.state NOT IN ('paid', 'dropped')
               AND json_extract(p.data, '$.account') IS NOT NULL) AS unpaid
     FROM book b WHERE b.platform = ? AND b.buyer_uid = ? ORDER BY b.id`,
  );
  return ({ platform, buyerUid }) =>
    books.all(platform, buyerUid).map(({ shop_id, order_no, open, unpaid }) => ({
      key: { shopId: shopId(shop_id), orderNo: orderNo(order_no) },
      open: open === 1,
      unpaid: unpaid === 1,
    }));
}

/** Numbers of a growing key in parts, each of at most `AT_ONCE`; the event loop turns between them. */
async function* partsOf(
  connection: Connection,
  table: 'answer' | 'private_text',
  key: 'id' | 'no',
): AsyncGenerator<[after: number, upTo: number]> {
  const last = connection
    .prepare<[number, number], number | null>(
      `SELECT max(${key}) FROM (SELECT ${key} FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?)`,
    )
    .pluck();
  for (let after = 0; ; ) {
    const upTo = reading(connection, () => last.get(after, AT_ONCE));
    if (upTo === undefined || upTo === null) return;
    yield [after, upTo];
    after = upTo;
    await setImmediate();
  }
}

/** Kept answers that are not sealed yet, by their numbers. */
function answersOf(connection: Connection) {
  const some = (condition: string) =>
    connection
      .prepare<unknown[], number>(`SELECT id FROM answer WHERE id > ? AND id <= ? AND caller <> '${SEALED}' AND ${condition}`)
      .pluck();
  const ofBuyer = some('(caller = ? OR book_id IN (SELECT id FROM book WHERE platform = ? AND buyer_uid = ?))');
  const ofUploads = some("book_id IS NULL AND json_extract(body, '$.evidenceId') IN (SELECT value FROM json_each(?))");

  async function found(statement: typeof ofBuyer, values: readonly string[]): Promise<number[]> {
    const ids: number[] = [];
    for await (const [after, upTo] of partsOf(connection, 'answer', 'id')) {
      ids.push(...reading(connection, () => statement.all(after, upTo, ...values)));
    }
    return ids;
  }

  return {
    /** those to the buyer, and those to anybody about the buyer's books, which are under the pseudonym by now */
    toBuyer: (buyer: Buyer, pseudonym: string) => found(ofBuyer, [callerOfBuyer(buyer), buyer.platform, pseudonym]),
    /** those to whoever uploaded these */
    toUploads: (ids: readonly string[]) => found(ofUploads, [JSON.stringify(ids)]),
  };
}

const callerOfBuyer = (buyer: Buyer): string => callerOf({ role: 'user', ...buyer });

const NAMED = /"evidenceId":"([0-9a-f-]{36})"/g;

/** Uploads of the buyer, and those of others that are named in the buyer's books alone. */
function uploadsOfBuyer(connection: Connection): (buyer: Buyer) => Promise<string[]> {
  const trail = trailReads(connection);
  const books = connection.prepare<[string, string], number>('SELECT id FROM book WHERE platform = ? AND buyer_uid = ?').pluck();
  const own = connection.prepare<[string], string>('SELECT id FROM evidence WHERE caller = ?').pluck();
  const elsewhere = connection
    .prepare<[string, number, number, string], string>(
      `SELECT n.value FROM json_each(?) n WHERE EXISTS (SELECT 1 FROM private_text WHERE no > ? AND no <= ?
         AND book_id NOT IN (SELECT value FROM json_each(?)) AND instr(content, n.value) > 0)`,
    )
    .pluck();
  return async (buyer) => {
    const ids = reading(connection, () => books.all(buyer.platform, buyer.buyerUid));
    const texts = ids.flatMap((book) => reading(connection, () => trail.privatesOf(book)));
    const named = new Set(texts.flatMap(({ content }) => [...(content ?? '').matchAll(NAMED)].map(([, id = '']) => id)));
    const mine = reading(connection, () => own.all(callerOfBuyer(buyer)));
    for (const id of mine) named.delete(id);
    if (named.size > 0) {
      for await (const [after, upTo] of partsOf(connection, 'private_text', 'no')) {
        const others = reading(connection, () => elsewhere.all(JSON.stringify([...named]), after, upTo, JSON.stringify(ids)));
        for (const id of others) named.delete(id);
      }
    }
    return [...mine, ...named];
  };
}
