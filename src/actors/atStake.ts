import type { UnitRange } from '../domain/selection.js';
import { withoutRanges } from '../domain/units.js';
import { statePath } from '../machines/step.js';
import type { AfterSale } from './rows.js';

/** Of which units a step is, where others of the same after-sale were paid, replaced or mended before. */

/** Units that get a new piece, are mended, or are paid for instead: those that were chosen, or passed inspection, or else all. */
export function remediedUnits({ remedied, passed, units }: Pick<AfterSale, 'remedied' | 'passed' | 'units'>): readonly UnitRange[] {
  return remedied ?? (passed === null || passed.length === 0 ? units : passed);
}

/**
 * What a verdict, or a way back that failed, is about: the goods that are still at the merchant or on their way, and no
 * unit that got its remedy before. An appeal, and goods at the buyer, are about the whole.
 */
export function unitsAtStake(a: AfterSale): readonly UnitRange[] {
  const { rest, endAs, goods } = a.chart.context;
  const [room] = statePath(a.chart.value).split('.');
  if (room === 'arbitrating') return a.units;
  // Until those that passed have got their remedy, the others wait beside them.
  const there = unitsComingBack(a);
  if (rest) return room === 'sendingBack' && endAs === 'completed' ? withoutRanges(there, a.passed ?? []) : there;
  return goods === 'buyer' || goods === 'back' ? a.units : (a.remedied ?? there);
}

/**
 * Goods that an inspection may find: all, less those that it paid for before. Those stay where they are when a ruling has
 * the others come back once more.
 */
export function unitsComingBack(a: AfterSale): UnitRange[] {
  const kept = a.decisions.filter((d) => d.state === 'paid' && (d.kind === 'inspection' || d.kind === 'fallback'));
  return withoutRanges(
    a.units,
    kept.flatMap((d) => d.ended),
  );
}
