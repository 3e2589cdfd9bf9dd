import type { SoldLine } from '../orders/sold.js';
import { type Deed, type Move, type Offer, photos, priceOf, type Scene } from './move.js';

/** Applying for an after-sale, and asking what it would give. */

/** Entries as people name units: by line, by split key, by single numbers; now and then the same line twice. */
function drawSelection({ chance }: Scene, line: SoldLine): object[] {
  const { lineNo, sku, promotionType, unitPrice: price } = line;
  const quantity = Math.min(line.quantity, chance.weighted([[1, 7] as const, [2, 2] as const, [5, 1] as const]));
  const kind = chance.below(10);
  if (kind === 0) return [{ lineNo, units: [chance.between(1, line.quantity)] }];
  if (kind === 1) return [{ sku, promotionType, price, quantity }];
  if (kind === 2) return [{ sku, promotionType, quantity }];
  if (kind === 3 && quantity > 1) {
    return [
      { lineNo, quantity: quantity - 1 },
      { lineNo, quantity: 1 },
    ];
  }
  return [{ lineNo, quantity }];
}

function drawClaim(scene: Scene, { claims }: Offer, line: SoldLine): object {
  const { chance } = scene;
  if (claims.includes('money') && (!claims.includes('unit') || chance.percent(30))) {
    return { kind: 'money', amount: priceOf(scene, chance.between(1, Math.max(1, Math.floor(line.unitPrice / 2)))) };
  }
  return { kind: 'unit' };
}

function drawApplication(scene: Scene): object | undefined {
  const { chance, book, catalog, entry } = scene;
  const line = chance.of(book.sold.lines);
  const offers = catalog(entry, book.sold.stage, line.category);
  if (offers.length === 0) return undefined;
  const offer = chance.of(offers);
  const { type, reason } = offer;
  return {
    ...{ shopId: book.sold.shopId, orderNo: book.sold.orderNo, type, reason },
    claim: type === 'refund' ? drawClaim(scene, offer, line) : { kind: 'unit' },
    selection: drawSelection(scene, line),
    evidence: photos(offer.evidence),
    ...(type === 'refund' ? {} : { wayBack: { kind: 'courier', courier: 'swift', trackingNo: `T-${chance.below(100_000)}` } }),
    ...(type === 'exchange' ? { wanted: { sku: line.sku } } : {}),
  };
}

/** Applies for some of an order’s units. */
export const apply: Deed = (scene): Move | undefined => {
  const body = drawApplication(scene);
  return body === undefined ? undefined : { word: 'apply', kind: 'command', path: 'after-sales', body, showsCase: true };
};

/** Asks what some of an order’s units would refund. */
export const quote: Deed = (scene): Move | undefined => {
  const body = drawApplication(scene);
  return body === undefined ? undefined : { word: 'quote', kind: 'ask', path: 'quotes', body, showsCase: false };
};

/** A refund of one piece, for the reason that asks for the least. */
export const applyForOne = (scene: Scene): Move => {
  const { book, catalog, entry } = scene;
  const line = scene.chance.of(book.sold.lines);
  const [offer] = catalog(entry, book.sold.stage, line.category)
    .filter(({ type, claims }) => type === 'refund' && claims.includes('unit'))
    .sort((a, b) => a.evidence - b.evidence);
  if (offer === undefined) throw new Error(`no refund of a piece of order ${book.sold.orderNo} may be applied for`);
  const body = {
    ...{ shopId: book.sold.shopId, orderNo: book.sold.orderNo, type: offer.type, reason: offer.reason, claim: { kind: 'unit' } },
    ...{ selection: [{ lineNo: line.lineNo, quantity: 1 }], evidence: photos(offer.evidence) },
  };
  return { word: 'apply', kind: 'command', path: 'after-sales', body, showsCase: true };
};
