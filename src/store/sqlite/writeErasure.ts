import type { PackedAfterSale } from '../../actors/compact.js';
import type { KeptAnswer } from '../../actors/ports.js';
import { blankAfterSale, blankPayout } from '../../actors/private.js';
import type { Buyer } from '../../actors/reads.js';
import { sealAnswer } from '../../actors/sealed.js';
import { payoutRow } from './commitRows.js';
import type { Connection } from './connection.js';
import { readPayout } from './readRows.js';

/** Empties the texts of a book, within the commit that erases it: private rows, after-sales and payouts. */
export function bookEraser(connection: Connection): (book: number) => void {
  const texts = [
    "UPDATE private_text SET content = NULL, salt = '' WHERE book_id = ? AND after_sale IS NULL",
    "UPDATE private_text SET content = NULL, salt = '' WHERE after_sale IN (SELECT no FROM after_sale WHERE book_id = ?)",
  ].map((sql) => connection.prepare<[number]>(sql));
  const afterSales = connection.prepare<[number], Row>('SELECT no AS id, data FROM after_sale WHERE book_id = ?');
  const putAfterSale = connection.prepare<[string, number]>('UPDATE after_sale SET data = ? WHERE no = ?');
  const payouts = [
    'SELECT id, data FROM payout WHERE book_id = ? AND after_sale IS NULL',
    'SELECT p.id, p.data FROM after_sale a JOIN payout p ON p.after_sale = a.no WHERE a.book_id = ?',
  ].map((sql) => connection.prepare<[number], Row>(sql));
  const putPayout = connection.prepare<[string, number]>('UPDATE payout SET data = ? WHERE id = ?');

  return (book) => {
    for (const empty of texts) empty.run(book);
    for (const { id, data } of afterSales.all(book)) {
      const packed = JSON.parse(data) as PackedAfterSale;
      const blank = blankAfterSale(packed);
      if (blank !== packed) putAfterSale.run(JSON.stringify(blank), id);
    }
    for (const { id, data } of payouts.flatMap((rows) => rows.all(book))) {
      const payout = readPayout(data);
      if (payout.account !== null) putPayout.run(payoutRow(blankPayout(payout)).data, id);
    }
  };
}

interface Row {
  readonly id: number;
  readonly data: string;
}

/** The name under which `meta` keeps the pseudonym of an erasure that has not ended. */
export const erasureOf = ({ platform, buyerUid }: Buyer): string => `erasing ${JSON.stringify([platform, buyerUid])}`;

/** Writes that erase what stands in no book. */
export function erasureWriter(connection: Connection) {
  const begin = connection.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const end = connection.prepare('DELETE FROM meta WHERE key = ?');
  const answer = connection.prepare<[number], KeptAnswer>('SELECT caller, key, hash, status, body, version, at FROM answer WHERE id = ?');
  const putAnswer = connection.prepare('UPDATE answer SET caller = ?, key = ?, hash = ?, body = ? WHERE id = ?');
  const remove = connection.prepare<[string]>('DELETE FROM evidence WHERE id = ?');
  const ofBuyer = 'b.platform = ? AND b.buyer_uid = ?';
  const clear = connection.prepare(
    `UPDATE job SET error = NULL WHERE error IS NOT NULL AND (
       EXISTS (SELECT 1 FROM payout p JOIN book b ON b.id = p.book_id WHERE p.key = json_extract(payload, '$.payoutKey') AND ${ofBuyer})
       OR EXISTS (SELECT 1 FROM book b WHERE b.order_no = json_extract(payload, '$.book.orderNo')
                  AND b.shop_id = json_extract(payload, '$.book.shopId') AND ${ofBuyer}))`,
  );

  return {
    beginErasure: ({ buyer, pseudonym }: { readonly buyer: Buyer; readonly pseudonym: string }): boolean =>
      begin.run(erasureOf(buyer), pseudonym).changes === 1,
    endErasure: (buyer: Buyer): boolean => end.run(erasureOf(buyer)).changes === 1,
    /** Makes answers such that they can only be found by who knows their key. */
    sealAnswers: (ids: readonly number[]): number => {
      for (const id of ids) {
        const kept = answer.get(id);
        if (kept === undefined) continue;
        const { caller, key, hash, body } = sealAnswer(kept);
        putAnswer.run(caller, key, hash, body, id);
      }
      return ids.length;
    },
    removeUploads: (ids: readonly string[]): number => ids.reduce((count, id) => count + remove.run(id).changes, 0),
    /** Empties what failed jobs about the buyer's books say of their failure; it may quote a partner's words. */
    clearJobErrors: ({ platform, buyerUid }: Buyer): number => clear.run(platform, buyerUid, platform, buyerUid).changes,
  };
}
