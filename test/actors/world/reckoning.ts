import type { AfterSale, Transfer } from '../../../src/actors/rows.js';

/** Small sums of the judging model. It shares no code with the rules it judges. */

export interface Amounts {
  readonly net: number;
  readonly tax: number;
  readonly units: number;
}

export const NOTHING: Amounts = { net: 0, tax: 0, units: 0 };
export const add = (a: Amounts, b: Amounts): Amounts => ({ net: a.net + b.net, tax: a.tax + b.tax, units: a.units + b.units });
export const times = (a: Amounts, n: number): Amounts => ({ net: a.net * n, tax: a.tax * n, units: a.units * n });

interface Range {
  readonly lineNo: number;
  readonly from: number;
  readonly to: number;
}

/** The names of the units of a range, `line.unit`. */
export const unitsOfRange = ({ lineNo, from, to }: Range): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${lineNo}.${from + i}`);

/** Net and tax together of all units of portions. */
export const sumOf = (portions: readonly (Range & { readonly net: number; readonly tax: number })[]): number =>
  portions.reduce((all, p) => all + (p.net + p.tax) * (p.to - p.from + 1), 0);

const ENDS = ['completed', 'rejected', 'settled', 'closed', 'cancelled'];

export const stateOf = (a: AfterSale): string => {
  const path: string[] = [];
  let value = a.chart.value;
  while (typeof value !== 'string') {
    const [entry] = Object.entries(value);
    if (entry === undefined) break;
    path.push(entry[0]);
    value = entry[1];
  }
  if (typeof value === 'string') path.push(value);
  return path.join('.');
};

export const endOfState = (a: AfterSale): string | undefined => ENDS.find((end) => end === stateOf(a));
export const isOpen = (a: AfterSale): boolean => endOfState(a) === undefined;
export const nameOf = (t: Transfer): string => `${t.debit} to ${t.credit}`;
