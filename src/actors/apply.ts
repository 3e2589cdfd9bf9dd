import { sumPortions } from '../domain/claims.js';
import { refundId } from '../domain/ids.js';
import { addMoney, gross, type Minor, type Money, minor, sum, ZERO } from '../domain/money.js';
import type { OffsetOfUnits } from '../domain/offsets.js';
import { isRefusal, type Refusal, refuse } from '../domain/refusals.js';
import type { UnitRange } from '../domain/selection.js';
import type { TenderShare } from '../domain/tenders.js';
import { intersectRanges, withoutRanges } from '../domain/units.js';
import { CHART_VERSION } from '../machines/chart.js';
import { type ChartInput, initialContext } from '../machines/context.js';
import type { Template } from '../machines/template.js';
import { advance, carryOut } from './advance.js';
import { type Assessed, assess } from './assess.js';
import { neverLeft, offsetsFor } from './bearers.js';
import { lineOf } from './book.js';
import { inCurrency } from './claimed.js';
import type { Application } from './command.js';
import type { DecisionContext } from './context.js';
import type { Draft } from './draft.js';
import { freightOf, freightQuoted, freightTaken, reconcileFreight, refundsAnyway } from './freight.js';
import { feesOf } from './grants.js';
import { grantOf, holdUnits, reserve, sharesFor, sharesOfReserved } from './ledger.js';
import type { AfterSale, FeeLine } from './rows.js';

/** What an application would refund, in money. The application itself runs through this very code. */
export interface QuotedMoney {
  readonly goods: Money;
  readonly fees: readonly FeeLine[];
  readonly freight: Money;
  readonly freightRule: Template['freight']['refund'];
  readonly refund: Minor;
  readonly shares: readonly TenderShare[];
  readonly offsets: readonly OffsetOfUnits[];
}

/** A new after-sale with its reservation, in the draft; its chart has not begun. */
function reserveFor(draft: Draft, context: DecisionContext, application: Application, assessed: Assessed): AfterSale {
  const { template } = assessed;
  const number = draft.state.lastRefundId + 1;
  draft.state = { ...draft.state, lastRefundId: number };
  const empty = newAfterSale(draft, context, application, assessed, number);
  supersede(draft, context, assessed);
  holdUnits(draft, assessed.ranges, 'reserve');
  const held = draft.put({ ...empty, holds: true });
  const shares = sharesFor(draft, context.rules, assessed.portions, template.payout.tenders);
  const row = draft.put(reserve(draft, held, assessed.portions, shares));
  return row;
}

/** What an application comes to, in a draft that keeps it or is thrown away. */
interface Reckoned {
  readonly assessed: Assessed;
  readonly row: AfterSale;
  readonly input: ChartInput;
  /** what the applicant is told that it refunds */
  readonly money: QuotedMoney;
}

/** Reserves what an application asks for and reckons what it refunds: the same for a quote and for the application itself. */
function reckon(draft: Draft, context: DecisionContext, application: Application, purpose: 'apply' | 'quote'): Reckoned | Refusal {
  const assessed = assess(draft, context, application, purpose);
  if (isRefusal(assessed)) return assessed;
  const row = reserveFor(draft, context, application, assessed);
  reconcileFreight(draft, context);
  const taking = moneyOf(draft, context, row, assessed.template, freightTaken(draft, row));
  if (gross(taking.goods) === 0 && row.type === 'refund' && !refundsAnyway(draft, row)) {
    return refuse('amount.nothingLeft', 'Nothing is left to refund of these units.', { path: 'selection' });
  }
  const input = chartInput(draft, context, application, assessed, taking.refund);
  // Approved at once it is the first to be granted, and takes the freight whoever claimed it before.
  const first = input.automatic && !input.needsStop;
  const money = first ? taking : moneyOf(draft, context, row, assessed.template, freightQuoted(draft, row));
  return { assessed, row, input, money };
}

/** Decides an application: reserves, and lets the chart of the new after-sale begin. */
export function applyFor(draft: Draft, context: DecisionContext, application: Application): AfterSale | Refusal {
  const reckoned = reckon(draft, context, application, 'apply');
  if (isRefusal(reckoned)) return reckoned;
  const { assessed, row, input, money: now } = reckoned;
  if (application.quoted !== undefined) {
    const quoted = inCurrency(draft, application.quoted, 'quoted');
    if (isRefusal(quoted)) return quoted;
    if (now.refund !== quoted) {
      return refuse('quote.changed', `The quote was ${quoted}, it is ${now.refund} now.`, {
        path: 'quoted',
        facts: {
          quoted,
          refund: now.refund,
          version: draft.version,
          goods: gross(now.goods),
          freight: gross(now.freight),
          fees: sum(now.fees, (f) => f.amount),
        },
      });
    }
  }
  return carryOut(draft, context, row, context.charts.begin(row.type, assessed.template, input), {});
}

/** Reckons a quote in a draft that is thrown away afterwards. */
export function quoteIn(
  draft: Draft,
  context: DecisionContext,
  application: Application,
): { assessed: Assessed; money: QuotedMoney } | Refusal {
  return reckon(draft, context, application, 'quote');
}

/** What a reservation refunds if it is granted as the template says, with so much of the freight. */
export function moneyOf(draft: Draft, context: DecisionContext, a: AfterSale, template: Template, freight: Money): QuotedMoney {
  const { rules } = context;
  const goods = sumPortions(a.reserved);
  // A verdict may have made a return of what was to be exchanged or mended.
  const { remedy } = a.chart.context;
  const gives = a.claim === 'unit' && remedy !== 'exchange' && remedy !== 'repair';
  const fees = gives ? feesOf(template, a, gross(goods), draft.order.currency.code) : [];
  const kept = sum(fees, (fee) => fee.amount);
  const portions = kept === 0 ? [...a.reserved] : grantOf(draft, rules, a, null, minor(gross(goods) - kept));
  const freightShares = gross(freight) === 0 ? [] : draft.state.freightShares;
  const shares = sharesOfReserved(draft, rules, portions, a.reservedShares, template.payout.tenders);
  return {
    goods,
    fees,
    freight,
    freightRule: template.freight.refund,
    refund: gross(addMoney(sumPortions(portions), freight)),
    shares: mergeShares(shares, freightShares),
    offsets: offsetsFor(draft, context, {
      portions,
      ended: a.claim === 'unit' && a.holds ? a.units : [],
      bearer: a.bearer,
      back: goodsExpected(draft, a, template),
    }),
  };
}

/** Units whose goods the merchant will have, sellable: whether goods can be sold is said by an inspection alone. */
function goodsExpected(draft: Draft, a: AfterSale, template: Template): readonly UnitRange[] {
  if (a.chart.context.remedy === 'return') return template.returning.inspection ? a.units : [];
  return a.goods === 'none' ? neverLeft(draft, a.units) : [];
}

function mergeShares(a: readonly TenderShare[], b: readonly TenderShare[]): TenderShare[] {
  const merged = new Map(a.map((share) => [share.tenderId, share]));
  for (const share of b) {
    const before = merged.get(share.tenderId);
    merged.set(
      share.tenderId,
      before === undefined ? share : { ...share, amount: minor(before.amount + share.amount), points: before.points + share.points },
    );
  }
  return [...merged.values()];
}

function newAfterSale(draft: Draft, context: DecisionContext, application: Application, assessed: Assessed, refundNo: number): AfterSale {
  const { template, reason, stage } = assessed;
  const wanted = application.wanted;
  const freight = application.claim.kind === 'unit' ? freightOf(template, reason.fault) : 'never';
  return {
    id: context.ids.afterSale(draft.nextVersion),
    refundId: refundId(refundNo),
    type: application.type,
    reason: reason.code,
    origin: application.origin,
    stage,
    fault: reason.fault,
    bearer: reason.bearer,
    template: { id: template.id, version: template.version },
    chart: { version: CHART_VERSION, value: 'applied', context: initialContext(chartInput(draft, context, application, assessed, ZERO)) },
    applicant: context.principal.role,
    appliedAt: draft.now,
    updatedAt: draft.now,
    finishedAt: null,
    version: draft.nextVersion,
    live: true,
    claim: application.claim.kind,
    asked: assessed.asked,
    missing: application.claim.kind === 'weight' ? assessed.portions : [],
    freight,
    units: assessed.ranges.map(({ lineNo, from, to }) => ({ lineNo, from, to })),
    quantity: assessed.quantity,
    holds: false,
    reserved: [],
    reservedShares: [],
    pending: [],
    decisions: [],
    extra: [],
    wanted: wanted === undefined ? null : { sku: wanted.sku, same: wantsSame(draft, application, assessed), price: null },
    payments: [],
    difference: ZERO,
    offer: null,
    repairPrice: null,
    passed: null,
    remedied: null,
    sellable: false,
    goods: stage === 'notShipped' ? 'none' : 'buyer',
    hold: null,
    appeal: null,
    extendedMs: 0,
    returnAddress: null,
    shipments:
      application.wayBack?.kind === 'courier'
        ? [{ leg: 'return', courier: application.wayBack.courier ?? null, trackingNo: application.wayBack.trackingNo ?? null }]
        : [],
    advancedFreight: ZERO,
  };
}

/** Whether an exchange is for the very SKU that the buyer has: the one bought, or the one it was exchanged for since (EXAMPLES 12). */
function wantsSame(draft: Draft, application: Application, assessed: Assessed): boolean {
  const sku = application.wanted?.sku;
  let bought: readonly UnitRange[] = assessed.ranges;
  for (const { wanted } of [...draft.afterSales()].sort((one, other) => other.refundId - one.refundId)) {
    const replaced = wanted?.replaced ?? [];
    if (wanted?.sku !== sku && intersectRanges(bought, replaced).length > 0) return false;
    bought = withoutRanges(bought, replaced);
  }
  return bought.every((range) => lineOf(draft.order, range.lineNo).sku === sku);
}

function chartInput(draft: Draft, context: DecisionContext, application: Application, assessed: Assessed, refund: Minor): ChartInput {
  const { template, stage } = assessed;
  const isRefund = application.type === 'refund';
  const byPlatform = context.principal.role === 'platform';
  const auto = template.review.autoApprove;
  const limit = auto?.amounts.find((amount) => amount.currency === draft.order.currency.code);
  const small =
    auto !== undefined &&
    limit !== undefined &&
    refund <= limit.amount &&
    (auto.reasons === undefined || auto.reasons.includes(application.reason));
  return {
    remedy: application.type,
    needsStop: isRefund && stage === 'notShipped' && application.claim.kind === 'unit' && !byPlatform,
    automatic: isRefund && (small || byPlatform),
    reviewer: template.review.by,
    priceNamed: application.type !== 'exchange' || wantsSame(draft, application, assessed),
    pickup: application.wayBack?.kind === 'pickup',
    goods: stage === 'notShipped' ? 'none' : 'buyer',
    difference: 'none',
  };
}

/** A new application on a unit closes the appeal window of the earlier one (promise 1). */
function supersede(draft: Draft, context: DecisionContext, assessed: Assessed): void {
  const earlier = new Set(assessed.pieces.map((piece) => piece.state.window));
  for (const id of earlier) {
    if (id === null) continue;
    const a = draft.afterSale(id);
    if (a === undefined) continue;
    const closed = advance(draft, context, a, { type: 'superseded' });
    if (isRefusal(closed)) throw new Error(`after-sale ${id} has a window but cannot be superseded`);
  }
}
