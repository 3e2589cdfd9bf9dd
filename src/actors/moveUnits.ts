import type { LineNo } from '../domain/ids.js';
import { addMoney, minor, subtractMoney } from '../domain/money.js';
import { changeUnits, type LineUnits } from '../domain/units.js';
import type { AfterSale } from './rows.js';

const isWindow = (afterSale: AfterSale): boolean => afterSale.chart.value === 'completed' || afterSale.chart.value === 'rejected';

/** Whether two rows of an after-sale mean the same for its units. */
export const standsAlike = (before: AfterSale, after: AfterSale): boolean =>
  before.holds === after.holds &&
  before.claim === after.claim &&
  before.units === after.units &&
  before.reserved === after.reserved &&
  before.decisions === after.decisions &&
  before.extra === after.extra &&
  isWindow(before) === isWindow(after);

/**
 * Moves what an after-sale means for the units from its earlier row to its new one. Nothing but the
 * rows of after-sales says how units stand, so a book can always be built anew from them.
 */
export function moveUnits(lines: Map<LineNo, LineUnits>, before: AfterSale | undefined, after: AfterSale): void {
  if (before !== undefined && standsAlike(before, after)) return;
  if (before !== undefined) contribute(lines, before, -1);
  contribute(lines, after, 1);
}

function contribute(lines: Map<LineNo, LineUnits>, a: AfterSale, sign: 1 | -1): void {
  const change = (range: { lineNo: LineNo; from: number; to: number }, f: Parameters<typeof changeUnits>[3]) => {
    const line = lines.get(range.lineNo);
    if (line === undefined) throw new RangeError(`after-sale ${a.id} names line ${range.lineNo}, which is not there`);
    lines.set(range.lineNo, changeUnits(line, range.from, range.to, f));
  };
  const sum = sign === 1 ? addMoney : subtractMoney;
  const window = isWindow(a);
  if (a.holds || window) {
    for (const range of a.units) {
      change(range, (s) => ({
        ...s,
        ...(a.holds ? { holder: sign === 1 ? a.id : null, heldWhole: sign === 1 && a.claim === 'unit' } : {}),
        ...(window ? { window: sign === 1 ? a.id : s.window === a.id ? null : s.window } : {}),
      }));
    }
  }
  for (const p of a.reserved) change(p, (s) => ({ ...s, standing: sum(s.standing, p) }));
  for (const p of a.extra) {
    change(p, (s) => ({
      ...s,
      extra: sum(s.extra, p),
      // An exchange that a ruling orders once more may be paid for the same unit twice, by the same tender.
      later: sign === 1 ? [...new Set([...s.later, p.tenderId])].sort() : s.later.filter((id) => id !== p.tenderId),
    }));
  }
  for (const d of a.decisions) {
    if (d.state === 'dropped') continue;
    const paid = d.state === 'paid';
    for (const p of d.portions) {
      change(p, (s) => ({ ...s, standing: sum(s.standing, p), posted: paid ? sum(s.posted, p) : s.posted }));
    }
    if (!paid) continue;
    if (d.ends) for (const range of d.ended) change(range, (s) => ({ ...s, ended: s.ended + sign }));
    for (const o of d.offsets) {
      change(o, (s) => ({
        ...s,
        borne: minor(s.borne + sign * o.borne),
        commission: minor(s.commission + sign * o.commission),
        platformPart: minor(s.platformPart + sign * o.platformPart),
        costOffset: minor(s.costOffset + sign * o.cost),
      }));
    }
  }
}
