import { countOf, portionsWithin, sumPortions, type Takeable } from '../domain/claims.js';
import type { TenderId } from '../domain/ids.js';
import { gross, least, type Minor, type Money, minor, money, NO_MONEY, subtractMoney, sum, ZERO } from '../domain/money.js';
import { isRefusal } from '../domain/refusals.js';
import type { UnitRange } from '../domain/selection.js';
import type { TenderBalance, TenderShare } from '../domain/tenders.js';
import { intersectRanges, type Piece, piecesOf } from '../domain/units.js';
import { advance } from './advance.js';
import { balanceOf } from './book.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';
import { decisionsHeld, freightHeld, portionsHeld, sharesHeld, type Undone, undo } from './grantAnew.js';
import { holdRow } from './hold.js';
import { laterLeft, laterPaid, unitOfLater, voidFreight, voidReserved } from './ledger.js';
import { isUntouched } from './payoutDue.js';
import type { AfterSale } from './rows.js';

/** Room for money that moved outside Redress (EXAMPLES 13): what no reservation takes, and what is made so by voiding some. */

export interface Moved {
  readonly reference: string;
  readonly amount: Minor;
  readonly tenderId: TenderId | null;
  /** whose money it was; null: the whole order's */
  readonly units: { readonly claim: 'unit' | 'money'; readonly ranges: readonly UnitRange[] } | null;
}

/** All units of the order, line by line. */
export const everyUnit = (draft: Draft): UnitRange[] =>
  draft.order.lines.map((line) => ({ lineNo: line.lineNo, from: 1, to: line.quantity }));

export interface Room {
  /** units with what money of this tender may still take of them */
  readonly units: readonly Takeable[];
  readonly freight: Money;
  /** what is left of units and freight, and what the tenders have left */
  readonly goods: Minor;
  readonly tenders: Minor;
}

function roomFor(draft: Draft, context: DecisionContext, moved: Moved): Room {
  const ranges = rangesOf(moved);
  const pieces = piecesOf(draft.lines(), draft.split.runs, ranges ?? everyUnit(draft));
  const units = pieces.map((piece) => takeable(draft, context, piece, moved.tenderId));
  const cap = draft.cap('freight');
  const freight =
    ranges === null && cap !== undefined
      ? money(cap.limit.net - cap.reserved.net - cap.posted.net, cap.limit.tax - cap.reserved.tax - cap.posted.tax)
      : NO_MONEY;
  const later = moved.tenderId === null ? pieces.reduce((all, piece) => all + laterLeft(draft, piece.state.later) * piece.count, 0) : 0;
  return {
    units,
    freight,
    goods: minor(units.reduce((all, unit) => all + gross(unit.left) * countOf(unit), 0) + gross(freight)),
    tenders: minor(sum(tendersOf(draft, moved), (balance) => balance.amount - balance.taken) + later),
  };
}

/** The tenders that moved money may have gone back to: the one it names, or all of the order. */
export function tendersOf(draft: Draft, moved: Moved): TenderBalance[] {
  const id = moved.tenderId;
  if (id !== null && unitOfLater(id) !== undefined) return [balanceOf(draft, { id, kind: 'card', amount: laterPaid(draft, id) })];
  return draft.order.tenders.filter((tender) => id === null || tender.id === id).map((tender) => balanceOf(draft, tender));
}

/** The units that moved money may be of; null: all, and the freight. A later payment belongs to one unit alone (EXAMPLES 12). */
export function rangesOf(moved: Moved): readonly UnitRange[] | null {
  const own = moved.tenderId === null ? undefined : unitOfLater(moved.tenderId);
  const named = moved.units?.ranges ?? null;
  if (own === undefined) return named;
  return named === null ? [own] : intersectRanges(named, [own]);
}

/** What a unit can give to a tender. From one of the order its own later payments keep what they would give back. */
function takeable(draft: Draft, context: DecisionContext, piece: Piece, tender: TenderId | null): Takeable {
  const unit = { lineNo: piece.lineNo, from: piece.from, to: piece.to, cost: piece.cost, standing: piece.state.standing, left: piece.left };
  const own = tender === null || unitOfLater(tender) !== undefined ? ZERO : least(laterLeft(draft, piece.state.later), gross(piece.left));
  if (own === 0) return unit;
  const kept = sumPortions(context.rules.claimAmount([{ ...unit, to: unit.from }], own));
  return { ...unit, left: subtractMoney(unit.left, kept) };
}

/** How much fits: as much as both the goods and the tenders have left, in minor units. */
export const sizeOf = (room: Room): Minor => least(room.goods, room.tenders);

/**
 * Voids reservations that no longer fit, newest first, never what a payout has begun of; their after-sales are put on hold.
 * What these had granted has to be granted anew once the money is posted.
 */
export function makeRoom(draft: Draft, context: DecisionContext, moved: Moved): { room: Room; undone: readonly Undone[] } {
  const undone: Undone[] = [];
  let room = roomFor(draft, context, moved);
  const wanted = attainable(draft, moved, room);
  // What the units lack is looked for first: it frees tenders as well, so that fewer have to yield.
  for (const lacking of ['goods', 'tenders'] as const) {
    for (const a of [...draft.afterSales()].sort((one, other) => other.refundId - one.refundId)) {
      if (room[lacking] >= wanted) break;
      if (!inTheWay(a, moved, lacking) || hasBegun(draft, a)) continue;
      // On hold first: one that has nothing left to pay would end.
      const free = undo(draft, holdForMoved(draft, context, a));
      if (free.undone.decisions.length > 0) undone.push(free.undone);
      draft.put(voidReserved(draft, free.row));
      room = roomFor(draft, context, moved);
    }
  }
  if (freightInTheWay(draft, moved, room, wanted)) {
    voidFreight(draft);
    room = roomFor(draft, context, moved);
  }
  return { room, undone };
}

/** What of the money could be posted if all that may be voided were: for more than that nothing has to yield. */
function attainable(draft: Draft, moved: Moved, room: Room): Minor {
  const { freightReserved, freightShares } = draft.state;
  const ofTenders = (shares: readonly TenderShare[]) =>
    sum(shares, (s) => (moved.tenderId === null || s.tenderId === moved.tenderId ? s.amount : ZERO));
  let tenders = room.tenders + ofTenders(freightShares);
  const ranges = rangesOf(moved);
  let goods = room.goods + (ranges === null ? gross(freightReserved) : ZERO);
  for (const a of draft.afterSales()) {
    if (hasBegun(draft, a)) continue;
    tenders += ofTenders(sharesHeld(a));
    if (ranges === null) goods += gross(sumPortions(portionsHeld(a))) + freightHeld(a);
    else goods += gross(sumPortions(portionsWithin(portionsHeld(a), ranges)));
  }
  return minor(Math.min(moved.amount, tenders, goods));
}

/** Whether a payout of what it reserves may be on its way. Late payments and whole coupons give nothing of that. */
function hasBegun(draft: Draft, a: AfterSale): boolean {
  const paying = new Set(decisionsHeld(a).map((d) => d.no));
  return draft.payoutsOf(a.id).some((p) => paying.has(p.decisionNo) && !isUntouched(p));
}

function holdForMoved(draft: Draft, context: DecisionContext, a: AfterSale): AfterSale {
  if (a.hold !== null) return draft.put({ ...a, hold: { ...a.hold, byExternal: true } });
  const held = advance(draft, context, a, { type: 'hold' });
  if (isRefusal(held)) throw new Error(`after-sale ${a.id} reserves money but cannot be held`);
  return holdRow(draft, held, true);
}

/** Whether a reservation takes what is lacking: of the units that are named, or of the tender. */
function inTheWay(a: AfterSale, moved: Moved, lacking: 'goods' | 'tenders'): boolean {
  if (lacking === 'tenders') return sharesHeld(a).some((s) => moved.tenderId === null || s.tenderId === moved.tenderId);
  return portionsHeld(a).some((p) => (rangesOf(moved) ?? [p]).some((r) => r.lineNo === p.lineNo && r.from <= p.to && p.from <= r.to));
}

function freightInTheWay(draft: Draft, moved: Moved, room: Room, wanted: Minor): boolean {
  const ofTender = draft.state.freightShares.some((s) => moved.tenderId === null || s.tenderId === moved.tenderId);
  return ofTender && ((room.goods < wanted && rangesOf(moved) === null) || room.tenders < wanted);
}
