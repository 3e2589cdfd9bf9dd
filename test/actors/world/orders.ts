import { lineNo, tenderId } from '../../../src/domain/ids.js';
import { minor } from '../../../src/domain/money.js';
import type { Order, Tender, TenderKind } from '../../../src/domain/order.js';
import type { SelectionEntry } from '../../../src/domain/selection.js';

/** An order paid as a case says: kind, amount and the count of points; the kind is also the name of the tender. */
export function paidWith(order: Order, ...tenders: readonly (readonly [kind: TenderKind, amount: number, points?: number])[]): Order {
  return {
    ...order,
    tenders: tenders.map(([kind, amount, points]): Tender => {
      const count = points === undefined ? {} : { points };
      return { id: tenderId(kind), kind, amount: minor(amount), ...count };
    }),
  };
}

/** Units of a line by their numbers, or so many of them. */
export const units = (line: number, ...numbers: readonly number[]): SelectionEntry[] => [{ lineNo: lineNo(line), units: numbers }];
export const some = (line: number, quantity: number): SelectionEntry[] => [{ lineNo: lineNo(line), quantity }];
export const weighing = (line: number, quantity: number, actualGrams: number): SelectionEntry[] => [
  { lineNo: lineNo(line), quantity, actualGrams },
];
