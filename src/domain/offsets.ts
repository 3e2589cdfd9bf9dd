import type { PortionOfUnits } from './claims.js';
import { countOf } from './claims.js';
import { cumulativeShare, gross, type Minor, minor, plus, ZERO } from './money.js';
import type { UnitRange } from './selection.js';
import type { Piece } from './units.js';

/** What each unit of a range moves between bearers with a refund (EXAMPLES 10). */
export interface OffsetOfUnits extends UnitRange {
  /** what the merchant bears of what the buyer got */
  readonly borne: Minor;
  /** commission that goes back to the merchant */
  readonly commission: Minor;
  /** subsidy that goes back to the platform */
  readonly platformPart: Minor;
  /** the unit's cost that the merchant has back as goods */
  readonly cost: Minor;
}

/**
 * What moves between merchant and platform when each unit gives its portion to the buyer.
 * Where the merchant bears it, commission and the platform's part go back cumulatively by what the buyer
 * got of the unit's cost; where platform or carrier bears it, sale, subsidy and commission stand.
 * `unitCost` is given for goods that come back sellable or never left, else 0; it counts once per unit.
 */
export function offsetsOf(
  pieces: readonly Piece[],
  portions: readonly PortionOfUnits[],
  byMerchant: boolean,
  unitCost: (piece: Piece) => Minor,
): OffsetOfUnits[] {
  const offsets: OffsetOfUnits[] = [];
  for (const portion of portions) {
    for (const piece of pieces) {
      if (piece.lineNo !== portion.lineNo) continue;
      const from = Math.max(piece.from, portion.from);
      const to = Math.min(piece.to, portion.to);
      if (from > to) continue;
      const got = gross(portion);
      const whole = gross(piece.cost);
      const borne = byMerchant ? got : ZERO;
      const taken = plus(piece.state.borne, borne);
      // What cost nothing is refunded whole by nothing.
      const nothingBack = !byMerchant || (borne === 0 && whole > 0);
      const back = (of: Minor, already: Minor) => (nothingBack ? ZERO : cumulativeShare({ of, already, taken, whole }));
      const offset = {
        lineNo: piece.lineNo,
        from,
        to,
        borne,
        commission: back(piece.record.commission, piece.state.commission),
        platformPart: back(piece.record.platformPart, piece.state.platformPart),
        cost: piece.state.costOffset > 0 ? ZERO : unitCost(piece),
      };
      if (offset.borne > 0 || offset.cost > 0 || offset.platformPart > 0 || offset.commission > 0) offsets.push(offset);
    }
  }
  return offsets;
}

/** Sum of one kind of offset over all units. */
export function sumOffsets(offsets: readonly OffsetOfUnits[], kind: 'borne' | 'commission' | 'platformPart' | 'cost'): Minor {
  return minor(offsets.reduce((all, o) => all + o[kind] * countOf(o), 0));
}
