import type { LineNo } from '../domain/ids.js';
import { isRefusal, type Refusal } from '../domain/refusals.js';
import type { AvailabilityRun, Selected, SelectionEntry, UnitRange } from '../domain/selection.js';
import { countOf, lowest, type Span, spansOf, without } from '../domain/spans.js';
import type { UnitState } from '../domain/units.js';
import type { OrderReport } from './command.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';
import type { Moved } from './movedRoom.js';

/** Which units money that moved elsewhere was of (EXAMPLES 13), where its report says only how many. */

type Report = Extract<OrderReport, { type: 'movedElsewhere' }>;
type Kind = (state: UnitState) => boolean;

const isEnded: Kind = ({ ended }) => ended > 0;
const isFree: Kind = (state) => !isEnded(state) && state.holder === null;
const isHeld: Kind = (state) => !isEnded(state) && state.holder !== null;

/**
 * The units of a report. The money is gone already, so they are found whether or not somebody holds them. Of units that are
 * only counted those are taken that can have been given back: free ones first, then those that are held, and one that was
 * refunded for good last, as it has nothing left to give while another has.
 */
export function movedUnits(draft: Draft, context: DecisionContext, { units }: Report): Moved['units'] | Refusal {
  if (units === undefined) return null;
  const among = (kind: Kind): Selected | Refusal => selectAmong(draft, context, units.selection, kind);
  const free = among(isFree);
  if (!isRefusal(free)) return { claim: units.claim, ranges: free.ranges.map(rangeOf) };
  const left = among((state) => !isEnded(state));
  const selected = isRefusal(left) ? among(() => true) : left;
  if (isRefusal(selected)) return selected;
  return { claim: units.claim, ranges: preferred(draft, selected, units.selection) };
}

const rangeOf = ({ lineNo, from, to }: UnitRange): UnitRange => ({ lineNo, from, to });

function selectAmong(draft: Draft, context: DecisionContext, entries: readonly SelectionEntry[], kind: Kind): Selected | Refusal {
  const runs = (lineNo: LineNo): AvailabilityRun[] => spansWhere(draft, lineNo, kind).map((span) => ({ ...span, state: 'free' }));
  const availability = new Map(draft.order.lines.map(({ lineNo }) => [lineNo, runs(lineNo)]));
  return context.rules.selectUnits({ order: draft.order, availability, entries, purpose: 'units', path: 'units.selection' });
}

const spansWhere = (draft: Draft, lineNo: LineNo, kind: Kind): Span[] =>
  draft
    .line(lineNo)
    .runs.filter(({ state }) => kind(state))
    .map(({ from, to }) => ({ from, to }));

/** As many units of each line as were selected: those that entries name by their numbers, then the others by what they can give. */
function preferred(draft: Draft, { ranges }: Selected, entries: readonly SelectionEntry[]): UnitRange[] {
  return draft.order.lines.flatMap(({ lineNo, quantity }) => {
    const whole = [{ from: 1, to: quantity }];
    const named = entries.flatMap((entry) => ('units' in entry && entry.lineNo === lineNo ? entry.units : []));
    let taken = spansOf(named.toSorted((a, b) => a - b));
    let missing = countOf(ranges.filter((range) => range.lineNo === lineNo)) - named.length;
    for (const kind of [isFree, isHeld, isEnded]) {
      const more = lowest(without(spansWhere(draft, lineNo, kind), taken), missing);
      missing -= countOf(more);
      taken = [...taken, ...more].sort((a, b) => a.from - b.from);
    }
    // Neighbours are joined.
    return without(whole, without(whole, taken)).map(({ from, to }) => ({ lineNo, from, to }));
  });
}
