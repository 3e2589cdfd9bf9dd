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
