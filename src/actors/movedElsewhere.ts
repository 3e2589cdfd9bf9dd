import { byLine, claimShares, countOf, type PortionOfUnits, sumPortions } from '../domain/claims.js';
import { type AfterSaleId, bookName, refundId } from '../domain/ids.js';
import { addMoney, gross, least, type Minor, type Money, minor, minus, money, NO_MONEY, shareHalfUp, ZERO } from '../domain/money.js';
import type { OffsetOfUnits } from '../domain/offsets.js';
import { stageOf } from '../domain/order.js';
import type { UnitRange } from '../domain/selection.js';
import type { TenderShare } from '../domain/tenders.js';
import { countUnits, unitsIn } from '../domain/units.js';
import { CHART_VERSION } from '../machines/chart.js';
import { initialContext } from '../machines/context.js';
import { bearTransfers, neverLeft, offsetsFor } from './bearers.js';
import { lineOf, tenderCapKey } from './book.js';
import { type DecisionContext, ELSEWHERE } from './context.js';
import { type Draft, sumAmounts } from './draft.js';
import { reconcileFreight } from './freight.js';
import { grantAnew } from './grantAnew.js';
import { laterShares, payable } from './ledger.js';
import { moveCap, moveTenderCaps, moveUnitCaps } from './moveCaps.js';
import { everyUnit, type Moved, makeRoom, type Room, rangesOf, sizeOf, tendersOf } from './movedRoom.js';
import { releaseCouponsAfterMoved } from './payments.js';
import type { AfterSale, Decision } from './rows.js';

/** Money that moved outside Redress (EXAMPLES 13): posted against the same caps, what exceeds them to `excess`. */

/** Remembers the reference of money that moved elsewhere, so that it counts once. */
export function noteMoved(draft: Draft, moved: Pick<Moved, 'reference'>): void {
  draft.state = { ...draft.state, movedReferences: [...draft.state.movedReferences, moved.reference] };
}

/** Money that fits no cap at all: what moved once more for a payout of the book. It is alarmed, never dropped. */
export function postExcess(draft: Draft, moved: Pick<Moved, 'reference' | 'amount'>, credit: string): void {
  noteMoved(draft, moved);
  const amounts = { net: moved.amount, tax: ZERO };
  draft.transfer({ afterSaleId: null, decisionNo: null, phase: 'direct', of: null, debit: 'excess', credit, ...amounts });
  alarmExcess(draft, moved.reference, moved.amount, null);
}

function alarmExcess(draft: Draft, reference: string, excess: Minor, afterSaleId: AfterSaleId | null): void {
  draft.effects.push({
    topic: 'alarm',
    key: `alarm:excess:${bookName(draft.key)}:${encodeURIComponent(reference)}`,
    alarm: 'money.excess',
    afterSaleId,
    detail: `${excess} of ${reference} exceeds what was paid`,
  });
}

/** Posts money that moved elsewhere. The same reference changes nothing. */
export function postMoved(draft: Draft, context: DecisionContext, moved: Moved): AfterSale | undefined {
  if (!context.rules.movedCounts(draft.state.movedReferences, moved.reference)) return undefined;
  noteMoved(draft, moved);
  const { room, undone } = makeRoom(draft, context, moved);
  const amount = least(moved.amount, sizeOf(room));
  const excess = minus(moved.amount, amount);
  const number = draft.state.lastRefundId + 1;
  draft.state = { ...draft.state, lastRefundId: number };
  const spread = spreadOver(context, room, amount);
  const shares = sharesOn(draft, context, moved, spread);
  const ended = moved.units?.claim === 'unit' ? moved.units.ranges : [];
  const offsets = offsetsFor(draft, context, { portions: spread.portions, ended, bearer: 'merchant', back: neverLeft(draft, ended) });
  const row = movedRow(draft, context, moved, number, { ...spread, shares, ended, offsets });
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
  if (excess > 0) alarmExcess(draft, moved.reference, excess, row.id);
  reconcileFreight(draft, context, 'all');
  for (const granted of undone) grantAnew(draft, context, granted);
  releaseCouponsAfterMoved(draft, context);
  return put;
}

interface Spread {
  readonly portions: readonly PortionOfUnits[];
  readonly freight: Money;
}

function spreadOver(context: DecisionContext, room: Room, amount: Minor): Spread {
  const freight = gross(room.freight);
  const weights = [...room.units.map((unit) => ({ weight: gross(unit.left), count: countOf(unit) })), { weight: freight, count: 1 }];
  const shares = context.rules.shareByWeight(amount, weights);
  const last = shares.at(-1);
  const forFreight = minor((last?.each ?? 0) + (last?.extra ?? 0));
  const portions = claimShares(room.units, shares.slice(0, -1)).filter((p) => p.net !== 0 || p.tax !== 0);
  const tax = freight === 0 ? ZERO : least(shareHalfUp(room.freight.tax, forFreight, freight), room.freight.tax);
  const freightTax = minor(Math.max(tax, forFreight - room.freight.net));
  return { portions, freight: money(forFreight - freightTax, freightTax) };
}

function sharesOn(draft: Draft, context: DecisionContext, moved: Moved, spread: Spread): TenderShare[] {
  const later = moved.tenderId === null ? laterShares(draft, spread.portions) : [];
  const rest = minus(gross(addMoney(sumPortions(spread.portions), spread.freight)), sumAmounts(later));
  return [...later, ...(rest === 0 ? [] : context.rules.shareTenders(rest, tendersOf(draft, moved), { order: 'share' }))];
}

function writeTransfers(draft: Draft, row: AfterSale, spread: Spread, shares: readonly TenderShare[], excess: Minor, moved: Moved): void {
  const direct = (debit: string, credit: string, m: Money) => {
    draft.transfer({ afterSaleId: row.id, decisionNo: 1, phase: 'direct', of: null, debit, credit, net: m.net, tax: m.tax });
  };
  for (const [lineNo, m] of byLine(spread.portions)) direct(`line:${lineNo}`, payable(row.id), m);
  direct('freight', payable(row.id), spread.freight);
  for (const share of shares) direct(payable(row.id), tenderCapKey(share.tenderId), money(share.amount, 0));
  for (const d of row.decisions) bearTransfers(draft, row, d);
  direct('excess', moved.tenderId === null ? 'excess:order' : tenderCapKey(moved.tenderId), money(excess, 0));
}

function movedRow(
  draft: Draft,
  context: DecisionContext,
  moved: Moved,
  number: number,
  given: Spread & {
    readonly shares: readonly TenderShare[];
    readonly ended: readonly UnitRange[];
    readonly offsets: readonly OffsetOfUnits[];
  },
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
    offsets: given.offsets,
    ends: given.ended.length > 0,
    ended: given.ended,
  };
  const units = moved.units?.ranges ?? rangesOf(moved) ?? everyUnit(draft);
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
    id: context.ids.afterSale(draft.nextVersion),
    refundId: refundId(number),
    type: 'refund',
    reason: 'movedElsewhere',
    origin: 'elsewhere',
    stage: stageOf(lineOf(draft.order, units[0]?.lineNo ?? lineFallback(draft))),
    fault: 'merchant',
    bearer: 'merchant',
    template: { id: ELSEWHERE, version: 1 },
    chart: { version: CHART_VERSION, value: 'settled', context: initialContext(input) },
    applicant: context.principal.role,
    appliedAt: draft.now,
    updatedAt: draft.now,
    finishedAt: draft.now,
    version: draft.nextVersion,
    live: true,
    claim: moved.units?.claim ?? 'money',
    asked: moved.amount,
    missing: [],
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
    remedied: null,
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
