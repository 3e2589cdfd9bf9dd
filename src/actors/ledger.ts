import {
  addPortions,
  byLine,
  type PortionOfUnits,
  portionsWithin,
  subtractPortions,
  sumPortions,
  type Takeable,
} from '../domain/claims.js';
import { type LineNo, lineNo, type TenderId, tenderId } from '../domain/ids.js';
import { addMoney, gross, least, type Minor, type Money, minor, minus, money, plus, subtractMoney, ZERO } from '../domain/money.js';
import { LATER } from '../domain/orderChecks.js';
import type { UnitRange } from '../domain/selection.js';
import { addShares, subtractShares, type TenderBalance, type TenderOrder, type TenderShare } from '../domain/tenders.js';
import { piecesOf, unitsIn } from '../domain/units.js';
import { balanceOf, tenderCapKey } from './book.js';
import { asMoney, type Draft, settlePending, sumAmounts } from './draft.js';
import { moveCap, moveTenderCaps, moveUnitCaps } from './moveCaps.js';
import type { AfterSale, PendingTransfer } from './rows.js';
import type { Rules } from './rules.js';

/** Reservations: what an after-sale may still grant, as pending transfers and reserved caps. */

/** The account of what is owed to the buyer, of an after-sale or the book. */
export const payable = (owner: string): string => `payable:${owner}`;
const lineAccount = (lineNo: LineNo): string => `line:${lineNo}`;

/** The tender of a later payment belongs to one unit (EXAMPLES 12). */
export const laterTender = (afterSaleId: string, lineNo: number, unit: number): TenderId =>
  tenderId(`${LATER}${afterSaleId}:${lineNo}.${unit}`);

/** Whether a tender is a difference that was paid for an exchange later (EXAMPLES 12). */
export const isLater = (id: TenderId): boolean => id.startsWith(LATER);

/** The unit that a later payment belongs to; undefined for all other tenders. One that came too late belongs to none: unit 0. */
export function unitOfLater(id: TenderId): UnitRange | undefined {
  const [line = 0, unit = 0] = (id.split(':').at(-1) ?? '').split('.').map(Number);
  return isLater(id) && unit > 0 ? { lineNo: lineNo(line), from: unit, to: unit } : undefined;
}

/** Every tender of the order with what is taken of it. */
const balances = (draft: Draft): Map<TenderId, TenderBalance> =>
  new Map(draft.order.tenders.map((tender) => [tender.id, balanceOf(draft, tender)]));

function leftOnLater(draft: Draft, id: TenderId): Minor {
  const cap = draft.cap(tenderCapKey(id));
  return minor(cap === undefined ? 0 : cap.limit.net - cap.reserved.net - cap.posted.net);
}

/** All that was paid with a later tender. Nothing where there is none of this name. */
export const laterPaid = (draft: Draft, id: TenderId): Minor => minor(draft.cap(tenderCapKey(id))?.limit.net ?? 0);

/** What the later payments of a unit would still give back. */
export const laterLeft = (draft: Draft, ids: readonly TenderId[]): Minor => minor(ids.reduce((all, id) => all + leftOnLater(draft, id), 0));

/** What the later payments of units give of what the units give: they come before the order's tenders. */
export function laterShares(draft: Draft, portions: readonly PortionOfUnits[]): TenderShare[] {
  const later: TenderShare[] = [];
  for (const portion of portions) {
    for (const run of unitsIn(draft.line(portion.lineNo), portion.from, portion.to)) {
      let rest = gross(portion);
      for (const id of run.state.later) {
        const part = least(rest, leftOnLater(draft, id));
        if (part === 0) continue;
        later.push({ tenderId: id, amount: part, points: 0 });
        rest = minus(rest, part);
      }
    }
  }
  return later;
}

/** Shares what units give between tenders: their own later payments first, then the order's tenders. */
export function sharesFor(draft: Draft, rules: Rules, portions: readonly PortionOfUnits[], order: TenderOrder): TenderShare[] {
  const later = laterShares(draft, portions);
  const rest = minus(gross(sumPortions(portions)), sumAmounts(later));
  const tenders = draft.order.tenders.map((tender) => balanceOf(draft, tender));
  return [...later, ...(rest === 0 ? [] : rules.shareTenders(rest, tenders, order))];
}

/** Shares a part of a reservation: later payments of the units first, then by what was reserved on each. */
export function sharesOfReserved(
  draft: Draft,
  rules: Rules,
  portions: readonly PortionOfUnits[],
  reserved: readonly TenderShare[],
  order: TenderOrder,
): TenderShare[] {
  const given = new Map<string, Minor>();
  const later = reserved.flatMap((share): TenderShare[] => {
    const unit = unitOfLater(share.tenderId);
    if (unit === undefined) return [];
    const portion = portions.find((p) => p.lineNo === unit.lineNo && p.from <= unit.from && unit.from <= p.to);
    const name = `${unit.lineNo}.${unit.from}`;
    const before = given.get(name) ?? ZERO;
    const part = portion === undefined ? ZERO : least(share.amount, minus(gross(portion), before));
    given.set(name, plus(before, part));
    return part === 0 ? [] : [{ tenderId: share.tenderId, amount: part, points: 0 }];
  });
  // What was reserved in parts stands in the order of the parts; who comes first is said by the order's tenders.
  const place = (share: TenderShare): number => draft.order.tenders.findIndex(({ id }) => id === share.tenderId);
  const others = reserved.filter((share) => !isLater(share.tenderId)).sort((one, other) => place(one) - place(other));
  const rest = minus(gross(sumPortions(portions)), sumAmounts(later));
  return [...later, ...(rest === 0 ? [] : rules.shareReserved(rest, others, balances(draft), order))];
}

/** Writes the pending transfers of an amount owed: from what the units cost to the buyer, and on to the tenders. */
function pend(
  draft: Draft,
  a: { readonly id: AfterSale['id'] },
  sources: readonly (readonly [string, Money])[],
  shares: readonly TenderShare[],
): PendingTransfer[] {
  const owed = payable(a.id);
  const pending: PendingTransfer[] = [];
  const move = (debit: string, credit: string, net: Minor, tax: Minor): void => {
    const no = draft.transfer({ afterSaleId: a.id, decisionNo: null, phase: 'pending', of: null, debit, credit, net, tax });
    if (no !== 0) pending.push({ no, debit, credit, net, tax });
  };
  for (const [account, m] of sources) move(account, owed, m.net, m.tax);
  for (const share of shares) move(owed, tenderCapKey(share.tenderId), share.amount, ZERO);
  return pending;
}

/** Reserves portions of units, with the shares of the tenders that would give them back. */
export function reserve(draft: Draft, a: AfterSale, portions: readonly PortionOfUnits[], shares: readonly TenderShare[]): AfterSale {
  moveUnitCaps(draft, portions, 'reserve');
  moveTenderCaps(draft, shares, 'reserve');
  const pending = pend(
    draft,
    a,
    [...byLine(portions)].map(([lineNo, m]) => [lineAccount(lineNo), m] as const),
    shares,
  );
  return {
    ...a,
    reserved: addPortions(a.reserved, portions),
    reservedShares: addShares(a.reservedShares, shares),
    pending: [...a.pending, ...pending],
  };
}

/** Settles parts of an after-sale's pending transfers, as `post` or `void`. */
export function settle(
  draft: Draft,
  a: AfterSale,
  phase: 'post' | 'void',
  decisionNo: number | null,
  moves: readonly { readonly debit: string; readonly credit: string; readonly amount: Money }[],
): AfterSale {
  let pending = a.pending;
  for (const move of moves) {
    pending = settlePending(pending, move.debit, move.credit, move.amount, (of, part) => {
      draft.transfer({ afterSaleId: a.id, decisionNo, phase, of, debit: move.debit, credit: move.credit, net: part.net, tax: part.tax });
    });
  }
  return { ...a, pending };
}

/** What portions move from the accounts of their lines to what is owed for the after-sale, one move for each line. */
export const unitMoves = (a: { readonly id: string }, portions: readonly PortionOfUnits[]) =>
  [...byLine(portions)].map(([lineNo, amount]) => ({ debit: lineAccount(lineNo), credit: payable(a.id), amount }));

/** What shares move from what is owed to their tenders, one move for each. */
export const tenderMoves = (owed: string, shares: readonly TenderShare[]) =>
  shares.map((share) => ({ debit: owed, credit: tenderCapKey(share.tenderId), amount: asMoney(share.amount) }));

/** Voids what an after-sale still reserves and has not granted. */
export function voidReserved(draft: Draft, a: AfterSale): AfterSale {
  if (a.reserved.length === 0 && a.reservedShares.length === 0) return a;
  moveUnitCaps(draft, a.reserved, 'void');
  moveTenderCaps(draft, a.reservedShares, 'void');
  const settled = settle(draft, a, 'void', null, [...unitMoves(a, a.reserved), ...tenderMoves(payable(a.id), a.reservedShares)]);
  return { ...settled, reserved: [], reservedShares: [] };
}

/** Counts the units of an after-sale as held (or free again) in the cap of their lines; ended ones are counted already. */
export function holdUnits(draft: Draft, units: readonly UnitRange[], movement: 'reserve' | 'void'): void {
  for (const range of units) {
    const count = unitsIn(draft.line(range.lineNo), range.from, range.to)
      .filter((run) => run.state.ended === 0)
      .reduce((all, run) => all + run.to - run.from + 1, 0);
    moveCap(draft, `line:${range.lineNo}`, money(0, 0), count, movement);
  }
}

/**
 * What of a reservation a grant takes: all of it, or an amount shared by what is reserved of each unit,
 * its tax by the cumulative rule over what stands besides this reservation.
 */
export function grantOf(
  draft: Draft,
  rules: Rules,
  a: AfterSale,
  ranges: readonly UnitRange[] | null,
  amount: Minor | null,
): PortionOfUnits[] {
  const base = ranges === null ? [...a.reserved] : portionsWithin(a.reserved, ranges);
  if (amount === null) return base;
  const units: Takeable[] = base.flatMap((portion) =>
    piecesOf(draft.lines(), draft.split.runs, [portion]).map((piece) => ({
      lineNo: piece.lineNo,
      from: piece.from,
      to: piece.to,
      cost: piece.cost,
      standing: subtractMoney(piece.state.standing, portion),
      left: money(portion.net, portion.tax),
    })),
  );
  return rules.claimAmount(units, amount).filter((portion) => portion.net !== 0 || portion.tax !== 0);
}

/** Moves a granted part out of the reservation, into a decision's own hands. */
export function takeFromReserved(a: AfterSale, portions: readonly PortionOfUnits[], shares: readonly TenderShare[]): AfterSale {
  return { ...a, reserved: subtractPortions(a.reserved, portions), reservedShares: subtractShares(a.reservedShares, shares) };
}

/** Puts it back: the decision was dropped before money began to move. */
export function returnToReserved(a: AfterSale, portions: readonly PortionOfUnits[], shares: readonly TenderShare[]): AfterSale {
  return { ...a, reserved: addPortions(a.reserved, portions), reservedShares: addShares(a.reservedShares, shares) };
}

/** Freight that is reserved for whichever open after-sale becomes the last one (EXAMPLES 8). */
export function reserveFreight(draft: Draft, rules: Rules, order: TenderOrder): void {
  const cap = draft.cap('freight');
  if (cap === undefined) return;
  const left = rules.freightUntaken(cap);
  const tenders = draft.order.tenders.map((tender) => balanceOf(draft, tender));
  const shares = rules.shareTenders(gross(left), tenders, order);
  moveFreightCaps(draft, left, 'reserve');
  moveTenderCaps(draft, shares, 'reserve');
  const owed = payable('freight');
  const moves = [
    { debit: 'freight', credit: owed, net: left.net, tax: left.tax },
    ...shares.map((share) => ({ debit: owed, credit: tenderCapKey(share.tenderId), net: share.amount, tax: ZERO })),
  ];
  const pending = moves.flatMap((move) => {
    const no = draft.transfer({ ...move, afterSaleId: null, decisionNo: null, phase: 'pending', of: null });
    return no === 0 ? [] : [{ no, ...move }];
  });
  draft.state = {
    ...draft.state,
    freightReserved: addMoney(draft.state.freightReserved, left),
    freightShares: shares,
    freightPending: pending,
  };
}

function moveFreightCaps(draft: Draft, amount: Money, movement: 'reserve' | 'void' | 'post'): void {
  moveCap(draft, 'freight', amount, 0, movement);
  moveCap(draft, 'order', amount, 0, movement);
}

/** Gives the reserved freight back to the caps. */
export function voidFreight(draft: Draft): void {
  const { freightReserved, freightShares, freightPending } = draft.state;
  moveFreightCaps(draft, freightReserved, 'void');
  moveTenderCaps(draft, freightShares, 'void');
  for (const p of freightPending) {
    draft.transfer({
      afterSaleId: null,
      decisionNo: null,
      phase: 'void',
      of: p.no,
      debit: p.debit,
      credit: p.credit,
      net: p.net,
      tax: p.tax,
    });
  }
  draft.state = { ...draft.state, freightReserved: money(0, 0), freightShares: [], freightPending: [] };
}

/** Turns granted freight into posted freight. */
export function postFreight(draft: Draft, a: AfterSale, decisionNo: number, amount: Money): AfterSale {
  moveFreightCaps(draft, amount, 'post');
  return settle(draft, a, 'post', decisionNo, [{ debit: 'freight', credit: payable('freight'), amount }]);
}
