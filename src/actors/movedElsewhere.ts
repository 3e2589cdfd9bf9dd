import { byLine, type PortionOfUnits, sumPortions } from '../domain/claims.js';
import { refundId, type TenderId } from '../domain/ids.js';
import {
  addMoney,
  gross,
  least,
  type Minor,
  type Money,
  minor,
  minus,
  money,
  NO_MONEY,
  shareAmong,
  shareHalfUp,
  sum,
  ZERO,
} from '../domain/money.js';
import type { UnitRange } from '../domain/selection.js';
import type { TenderShare } from '../domain/tenders.js';
import { countUnits, type Piece, piecesOf, unitsIn } from '../domain/units.js';
import { CHART_VERSION } from '../machines/chart.js';
import { initialContext } from '../machines/context.js';
import { balanceOf, lineOf, tenderCapKey } from './book.js';
import type { DecisionContext } from './context.js';
import { type Draft, moveCap, moveTenderCaps, moveUnitCaps } from './draft.js';
import { reconcileFreight } from './freight.js';
import { holdRow } from './giveCommand.js';
import { payable, voidFreight, voidReserved } from './ledger.js';
import type { AfterSale, Decision } from './rows.js';

/** Money that moved outside Redress (EXAMPLES 13): posted against the same caps, what exceeds them to `excess`. */
export interface Moved {
  readonly reference: string;
  readonly amount: Minor;
  readonly tenderId: TenderId | null;
  /** whose money it was; null: the whole order's */
  readonly units: { readonly claim: 'unit' | 'money'; readonly ranges: readonly UnitRange[] } | null;
}

const everyUnit = (draft: Draft): UnitRange[] => draft.order.lines.map((line) => ({ lineNo: line.lineNo, from: 1, to: line.quantity }));

interface Room {
  readonly pieces: readonly Piece[];
  readonly units: Minor;
  readonly freight: Money;
  readonly tenders: Minor;
}

function roomFor(draft: Draft, moved: Moved): Room {
  const pieces = piecesOf(draft.lines(), draft.split.runs, moved.units?.ranges ?? everyUnit(draft));
  const cap = draft.cap('freight');
  const freight =
    moved.units === null && cap !== undefined
      ? money(cap.limit.net - cap.reserved.net - cap.posted.net, cap.limit.tax - cap.reserved.tax - cap.posted.tax)
      : NO_MONEY;
  const tenders = sum(
    draft.order.tenders.filter((tender) => moved.tenderId === null || tender.id === moved.tenderId),
    (tender) => {
      const balance = balanceOf(draft, tender);
      return balance.amount - balance.taken;
    },
  );
  return { pieces, units: minor(pieces.reduce((all, p) => all + gross(p.left) * p.count, 0)), freight, tenders };
}

const sizeOf = (room: Room): Minor => least(minor(room.units + gross(room.freight)), room.tenders);

/** Voids reservations that no longer fit, newest first, never one whose payout has begun; their after-sales are put on hold. */
function makeRoom(draft: Draft, moved: Moved): Room {
  let room = roomFor(draft, moved);
  if (sizeOf(room) >= moved.amount) return room;
  const candidates = [...draft.afterSales()]
    .filter((a) => a.reserved.length > 0 && a.decisions.every((d) => d.state !== 'paying') && inTheWay(a, moved))
    .sort((a, b) => b.refundId - a.refundId);
  for (const a of candidates) {
    if (sizeOf(room) >= moved.amount) return room;
    const voided = draft.put(voidReserved(draft, a));
    if (voided.hold === null) holdRow(draft, voided, true);
    else draft.put({ ...voided, hold: { ...voided.hold, byExternal: true } });
    room = roomFor(draft, moved);
  }
  if (sizeOf(room) < moved.amount && gross(draft.state.freightReserved) > 0) {
    voidFreight(draft);
    room = roomFor(draft, moved);
  }
  return room;
}

function inTheWay(a: AfterSale, moved: Moved): boolean {
  const sharesUnit =
    moved.units === null ||
    a.reserved.some((p) => moved.units?.ranges.some((r) => r.lineNo === p.lineNo && r.from <= p.to && p.from <= r.to));
  const sharesTender = moved.tenderId === null || a.reservedShares.some((s) => s.tenderId === moved.tenderId);
  return sharesUnit || sharesTender;
}

/** Posts money that moved elsewhere. The same reference changes nothing. */
export function postMoved(draft: Draft, context: DecisionContext, moved: Moved): AfterSale | undefined {
  if (draft.state.movedReferences.includes(moved.reference)) return undefined;
  draft.state = { ...draft.state, movedReferences: [...draft.state.movedReferences, moved.reference] };
  const room = makeRoom(draft, moved);
  const amount = least(moved.amount, sizeOf(room));
  const excess = minus(moved.amount, amount);
  const number = draft.state.lastRefundId + 1;
  draft.state = { ...draft.state, lastRefundId: number };
  const spread = spreadOver(context, room, amount);
  const shares = sharesOn(draft, context, moved, amount);
  const ended = moved.units?.claim === 'unit' ? moved.units.ranges : [];
  const row = movedRow(draft, context, moved, number, { ...spread, shares, ended });
  for (const range of ended) {
    const fresh = countUnits(
      unitsIn(draft.line(range.lineNo), range.from, range.to)
        .filter((r) => r.state.ended === 0 && r.state.holder === null)
        .map((r) => ({ ...r, lineNo: range.lineNo })),
    );
    const held = countUnits(
      unitsIn(draft.line(range.lineNo), range.from, range.to)
        .filter((r) => r.state.ended === 0 && r.state.holder !== null)
        .map((r) => ({ ...r, lineNo: range.lineNo })),
    );
    moveCap(draft, `line:${range.lineNo}`, NO_MONEY, fresh, 'take');
    moveCap(draft, `line:${range.lineNo}`, NO_MONEY, held, 'post');
  }
  moveUnitCaps(draft, spread.portions, 'take');
  moveCap(draft, 'freight', spread.freight, 0, 'take');
  moveCap(draft, 'order', spread.freight, 0, 'take');
  moveTenderCaps(draft, shares, 'take');
  writeTransfers(draft, row, spread, shares, excess, moved);
  const put = draft.put(row);
  if (excess > 0) {
    draft.effects.push({
      topic: 'alarm',
      key: `alarm:excess:${moved.reference}`,
      alarm: 'money.excess',
      afterSaleId: row.id,
      detail: `${excess} of ${moved.reference} exceeds what was paid`,
    });
  }
  reconcileFreight(draft, context);
  return put;
}

interface Spread {
  readonly portions: readonly PortionOfUnits[];
  readonly freight: Money;
}

function spreadOver(context: DecisionContext, room: Room, amount: Minor): Spread {
  const [forFreight = ZERO] = gross(room.freight) === 0 ? [ZERO] : shareAmong(amount, [gross(room.freight), room.units]);
  const forUnits = minus(amount, forFreight);
  const takeable = room.pieces.map((p) => ({
    lineNo: p.lineNo,
    from: p.from,
    to: p.to,
    cost: p.cost,
    standing: p.state.standing,
    left: p.left,
  }));
  const portions = forUnits === 0 ? [] : context.rules.claimAmount(takeable, forUnits).filter((p) => p.net !== 0 || p.tax !== 0);
  const tax = gross(room.freight) === 0 ? ZERO : least(shareHalfUp(room.freight.tax, forFreight, gross(room.freight)), room.freight.tax);
  const freightTax = minor(Math.max(tax, forFreight - room.freight.net));
  return { portions, freight: money(forFreight - freightTax, freightTax) };
}

function sharesOn(draft: Draft, context: DecisionContext, moved: Moved, amount: Minor): TenderShare[] {
  if (amount === 0) return [];
  const tenders = draft.order.tenders.filter((tender) => moved.tenderId === null || tender.id === moved.tenderId);
  return context.rules.shareTenders(
    amount,
    tenders.map((tender) => balanceOf(draft, tender)),
    { order: 'share' },
  );
}

function writeTransfers(draft: Draft, row: AfterSale, spread: Spread, shares: readonly TenderShare[], excess: Minor, moved: Moved): void {
  const direct = (debit: string, credit: string, m: Money) => {
    draft.transfer({ afterSaleId: row.id, decisionNo: 1, phase: 'direct', of: null, debit, credit, net: m.net, tax: m.tax });
  };
  for (const [lineNo, m] of byLine(spread.portions)) direct(`line:${lineNo}`, payable(row.id), m);
  direct('freight', payable(row.id), spread.freight);
  for (const share of shares) direct(payable(row.id), tenderCapKey(share.tenderId), money(share.amount, 0));
  direct('merchant', 'sales', money(gross(addMoney(sumPortions(spread.portions), spread.freight)), 0));
  direct('excess', moved.tenderId === null ? 'excess:order' : tenderCapKey(moved.tenderId), money(excess, 0));
}

function movedRow(
  draft: Draft,
  context: DecisionContext,
  moved: Moved,
  number: number,
  given: Spread & { readonly shares: readonly TenderShare[]; readonly ended: readonly UnitRange[] },
): AfterSale {
  const decision: Decision = {
    no: 1,
    kind: 'elsewhere',
    at: draft.now,
    state: 'paid',
    portions: given.portions,
    freight: given.freight,
    fees: [],
    shares: given.shares,
    bearer: 'merchant',
    offsets: [],
    ends: given.ended.length > 0,
    ended: given.ended,
  };
  const units = moved.units?.ranges ?? everyUnit(draft);
  const input = {
    remedy: 'refund',
    needsStop: false,
    automatic: true,
    reviewer: 'operations',
    priceNamed: true,
    pickup: false,
    goods: 'none',
    difference: 'none',
  } as const;
  return {
    id: context.ids.afterSale(),
    refundId: refundId(number),
    type: 'refund',
    reason: 'movedElsewhere',
    origin: 'elsewhere',
    stage: lineOf(draft.order, units[0]?.lineNo ?? lineFallback(draft)).deliveredAt === undefined ? 'inTransit' : 'delivered',
    fault: 'merchant',
    bearer: 'merchant',
    template: { id: 'elsewhere', version: 1 },
    chart: { version: CHART_VERSION, value: 'settled', context: initialContext(input) },
    applicant: context.principal.role,
    appliedAt: draft.now,
    updatedAt: draft.now,
    finishedAt: draft.now,
    version: draft.nextVersion,
    live: true,
    claim: moved.units?.claim ?? 'money',
    asked: moved.amount,
    freight: 'never',
    units,
    quantity: countUnits(units),
    holds: false,
    reserved: [],
    reservedShares: [],
    pending: [],
    decisions: [decision],
    extra: [],
    wanted: null,
    payments: [moved.reference],
    difference: ZERO,
    offer: null,
    repairPrice: null,
    passed: null,
    sellable: false,
    goods: 'none',
    hold: null,
    appeal: null,
    extendedMs: 0,
    returnAddress: null,
    shipments: [],
    advancedFreight: ZERO,
  };
}

function lineFallback(draft: Draft) {
  const [line] = draft.order.lines;
  if (line === undefined) throw new Error(`order ${draft.key.orderNo} has no line`);
  return line.lineNo;
}
