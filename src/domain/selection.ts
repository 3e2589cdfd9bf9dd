import type { LineNo } from './ids.js';

/**
 * How a caller names units: by split key (`sku`, `promotionType`, where needed `price` and
 * `weightGrams`) with a quantity, or by line, with a quantity or unit numbers (from 1 within the line).
 * `actualGrams` is what each of the units really weighs, for missing weight.
 */
export type SelectionEntry =
  | {
      readonly sku: string;
      readonly promotionType: string;
      /** list price of the unit in minor units */
      readonly price?: number;
      readonly weightGrams?: number;
      readonly quantity: number;
      readonly actualGrams?: number;
    }
  | { readonly lineNo: LineNo; readonly quantity: number; readonly actualGrams?: number }
  | { readonly lineNo: LineNo; readonly units: readonly number[]; readonly actualGrams?: number };

/** Units `from` to `to` of a line, both included, from 1. */
export interface UnitRange {
  readonly lineNo: LineNo;
  readonly from: number;
  readonly to: number;
}

/** Whether a unit can be claimed: `held` by an open after-sale, `ended` when it was refunded for good. */
export type Claimability = 'free' | 'held' | 'ended';

/** Units `from` to `to` of a line, both included, that stand alike. */
export interface AvailabilityRun {
  readonly from: number;
  readonly to: number;
  readonly state: Claimability;
}

/** How the units of each line stand, in runs in the order of the units. What no run covers is not free. */
export type Availability = ReadonlyMap<LineNo, readonly AvailabilityRun[]>;

/** Units that a selection takes; `actualGrams` is what each of them really weighs, for missing weight. */
export interface SelectedRange extends UnitRange {
  readonly actualGrams?: number;
}

/** What a selection takes: ranges in the order of lines and units, disjoint, equal neighbours joined. */
export interface Selected {
  readonly ranges: readonly SelectedRange[];
  readonly quantity: number;
}
