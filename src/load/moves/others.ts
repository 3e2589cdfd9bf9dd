import { bodyOf } from '../orders/sold.js';
import { type Move, priceOf, type Scene } from './move.js';

/** Reading, and what goes to the order itself. */

/** Reads the order. */
export const look = ({ chance, book }: Scene): Move => {
  const about = book.caseFor(chance, () => true);
  if (about !== undefined && chance.percent(50))
    return { word: 'see after-sale', kind: 'see', path: `after-sales/${about.id}`, about, showsCase: true };
  return { word: 'see order', kind: 'see', path: `orders/${book.sold.shopId}/${book.sold.orderNo}`, showsCase: false };
};

/** Lists after-sales. */
export const list = ({ chance, book, entry }: Scene): Move => {
  if (entry === 'operations' && chance.percent(30)) return { word: 'list payouts', kind: 'see', path: 'payouts', showsCase: false };
  const query = chance.percent(50) ? '?state=reviewing.merchant&limit=20' : `?order=${encodeURIComponent(book.sold.orderNo)}&limit=20`;
  return { word: 'list after-sales', kind: 'see', path: `after-sales${query}`, showsCase: false };
};

/** Gives goodwill, a little. */
export const goodwill = (scene: Scene): Move => {
  const { sold } = scene.book;
  const body = { amount: priceOf(scene, scene.chance.between(1, 200)), to: 'wallet', remark: 'For the wait.' };
  return { word: 'goodwill', kind: 'command', path: `orders/${sold.shopId}/${sold.orderNo}/goodwill`, body, showsCase: false };
};

/** The order once more, as platforms do that are not sure; the same again changes nothing. */
export const put = ({ book, begun }: Scene): Move => ({
  ...{ word: 'put order', kind: 'put', path: `shops/${book.sold.shopId}/orders/${book.sold.orderNo}`, showsCase: false },
  body: bodyOf(book.sold, begun),
});

/** Reports something of the order’s parcels. */
export const report = ({ chance, book, begun }: Scene): Move => {
  const { lineNo } = chance.of(book.sold.lines);
  const word = book.sold.stage === 'notShipped' ? 'shipped' : 'delivered';
  const body = { lines: [lineNo], at: new Date(begun - 3_600_000).toISOString() };
  return { word, kind: 'command', path: `shops/${book.sold.shopId}/orders/${book.sold.orderNo}/${word}`, body, showsCase: false };
};

/** Money that went back at another desk, which is posted against the same caps. */
export const moved = (scene: Scene): Move => {
  const { chance, book } = scene;
  const path = `shops/${book.sold.shopId}/orders/${book.sold.orderNo}/moved-elsewhere`;
  const body = { reference: `elsewhere-${chance.below(1_000_000)}`, amount: priceOf(scene, chance.between(1, 50)), tenderId: 'card' };
  return { word: 'moved elsewhere', kind: 'command', path, body, showsCase: false };
};
