import { type Minor, minor, type Share, shareByWeight, type Weight, ZERO } from './money.js';
import type { DiscountShare, OrderLine } from './order.js';

/**
 * Neighbouring units of one line that are alike so far, while the order is being split. Every amount
 * is per unit. Sharing an amount cuts at most one of the pieces it is shared over into two, so a line of
 * any quantity stays a handful of pieces.
 */
export interface Piece {
  readonly count: number;
  /** what a unit still costs after the promotions applied so far */
  readonly left: Minor;
  readonly discounts: readonly DiscountShare[];
  readonly tax: Minor;
  readonly commission: Minor;
}

/** A line of the order with its units in pieces, in the order of the units. */
export interface LineInPieces {
  readonly line: OrderLine;
  pieces: Piece[];
}

/** A line as one piece: its units at list price. */
export const inOnePiece = (line: OrderLine): LineInPieces => ({
  line,
  pieces: [{ count: line.quantity, left: line.unitPrice, discounts: [], tax: ZERO, commission: ZERO }],
});

/** What is shared over pieces, and how. */
export interface Sharing {
  readonly amount: Minor;
  /** the weight of one unit of a piece */
  readonly by: (piece: Piece) => number;
  /** `count` units of the piece with the share of each added */
  readonly give: (piece: Piece, share: Minor, count: number) => Piece;
  /** share equally where all weights are 0 */
  readonly equally?: boolean;
}

/**
 * Shares an amount over the units of several lines by largest remainder, ties to the earlier line and unit:
 * the same as unit by unit, at the cost of the number of pieces.
 */
export function shareOverPieces(lines: readonly LineInPieces[], { amount, by, give, equally }: Sharing): void {
  if (amount === 0) return;
  const weights: Weight[] = [];
  for (const { pieces } of lines) for (const piece of pieces) weights.push({ weight: by(piece), count: piece.count });
  const shares = shareByWeight(amount, weights, equally);
  let next = 0;
  for (const line of lines) {
    const given: Piece[] = [];
    for (const piece of line.pieces) {
      const { each, extra } = shares[next] ?? NOTHING;
      next += 1;
      if (extra > 0) given.push(give(piece, minor(each + 1), extra));
      if (extra < piece.count) given.push(give(piece, each, piece.count - extra));
    }
    line.pieces = given;
  }
}

const NOTHING: Share = { each: ZERO, extra: 0 };

/** The sum of an amount over all units of a line. Safe while the order's value is below 2^53. */
export function sumOfPieces(pieces: readonly Piece[], of: (piece: Piece) => number): Minor {
  let total = 0;
  for (const piece of pieces) total += of(piece) * piece.count;
  return minor(total);
}
