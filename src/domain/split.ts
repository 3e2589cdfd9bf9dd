import { addMoney, gross, type Minor, minor, money, shareAmong, shareHalfUp, sum, sumMoney, timesMoney, ZERO } from './money.js';
import type { DiscountShare, Freight, Order, Promotion, SplitRecords, SplitRun, TaxMode } from './order.js';
import { checkOrder, taxTooMuch } from './orderChecks.js';
import { inOnePiece, type LineInPieces, type Piece, shareOverPieces, sumOfPieces } from './pieces.js';
import { platformPartOf } from './promotionParts.js';
import { isRefusal, type Refusal, refuse } from './refusals.js';
import { runsAsGiven } from './splitGiven.js';
import { joinRuns } from './splitRuns.js';

const WHOLE_PPM = 1_000_000;

/**
 * What every unit of an order really cost (EXAMPLES 1, 2, 3, 10, 11), as runs of alike units, with freight
 * beside them. The platform's own split records are taken where it sent some. Refuses what `checkOrder`
 * refuses; with `order.unbalanced` an order whose promotions exceed what their lines cost, or whose tenders
 * are not what it cost; with `split.unbalanced` given records that do not add up.
 */
export function splitOrder(order: Order): SplitRecords | Refusal {
  const fault = checkOrder(order);
  if (fault !== undefined) return fault;
  const runs = order.splitRecords === undefined ? computeRuns(order) : runsAsGiven(order, order.splitRecords);
  if (isRefusal(runs)) return runs;
  const freight = freightPaid(order.freight, order.taxMode);
  const units = sumMoney(runs, (run) => timesMoney(run.cost, run.to - run.from + 1));
  const records: SplitRecords = { runs, freight, total: addMoney(units, freight) };
  return checkTenders(order, records) ?? records;
}

/** What the buyer paid for freight, net and tax. */
export function freightPaid(freight: Freight, taxMode: TaxMode): { net: Minor; tax: Minor } {
  const paid = freight.charged - freight.discounted;
  return money(taxMode === 'inclusive' ? paid - freight.tax : paid, freight.tax);
}

function computeRuns(order: Order): SplitRun[] | Refusal {
  const lines = order.lines.map(inOnePiece);
  for (const [index, promotion] of order.promotions.entries()) {
    const fault = applyPromotion(lines, promotion, `promotions[${index}].amount`);
    if (fault !== undefined) return fault;
  }
  for (const line of lines) {
    const fault = chargeTax(line, order.taxMode);
    if (fault !== undefined) return fault;
    chargeCommission(line, order.taxMode);
  }
  const runs = joinRuns(lines.flatMap((line) => runsOf(line, order.taxMode)));
  assertAddsUp(order, lines, runs);
  return runs;
}

/** Shares a promotion between the lines in scope, then within each line, then the platform's part of it. */
function applyPromotion(lines: readonly LineInPieces[], promotion: Promotion, path: string): Refusal | undefined {
  const scope = lines.filter(({ line }) => promotion.lines.includes(line.lineNo));
  const costs = scope.map(({ pieces }) => sumOfPieces(pieces, ({ left }) => left));
  const excess = promotion.amount - sum(costs, (cost) => cost);
  if (excess > 0) {
    return refuse('order.unbalanced', `Promotion ${promotion.id} takes ${excess} more than its lines cost.`, {
      path,
      facts: { promotionId: promotion.id, excess },
    });
  }
  if (promotion.amount === 0) return undefined;
  const { id: promotionId } = promotion;
  for (const [index, amount] of shareAmong(promotion.amount, costs).entries()) {
    shareOverPieces(scope.slice(index, index + 1), {
      amount,
      by: ({ left }) => left,
      give: (piece, share, count) => withDiscount(piece, { promotionId, amount: share, platformPart: ZERO }, count),
    });
  }
  shareOverPieces(scope, {
    amount: platformPartOf(promotion),
    by: (piece) => shareOf(piece, promotionId),
    give: (piece, platformPart, count) => withPlatformPart(piece, platformPart, count),
  });
  return undefined;
}

const shareOf = (piece: Piece, promotionId: string): number => {
  const last = piece.discounts.at(-1);
  return last?.promotionId === promotionId ? last.amount : 0;
};

function withDiscount({ left, discounts, tax, commission }: Piece, discount: DiscountShare, count: number): Piece {
  if (discount.amount === 0) return { count, left, discounts, tax, commission };
  return { count, left: minor(left - discount.amount), discounts: [...discounts, discount], tax, commission };
}

/** The piece with the platform's part of the discount that it got last. */
function withPlatformPart({ left, discounts, tax, commission }: Piece, platformPart: Minor, count: number): Piece {
  const last = discounts.at(-1);
  if (last === undefined || platformPart === 0) return { count, left, discounts, tax, commission };
  const { promotionId, amount } = last;
  return { count, left, discounts: [...discounts.slice(0, -1), { promotionId, amount, platformPart }], tax, commission };
}

/** The tax of a line: what the platform charged, otherwise once for the line, half up, after discounts. */
function chargeTax(lineInPieces: LineInPieces, taxMode: TaxMode): Refusal | undefined {
  const { line, pieces } = lineInPieces;
  const cost = sumOfPieces(pieces, ({ left }) => left);
  const whole = taxMode === 'inclusive' ? WHOLE_PPM + line.taxRate : WHOLE_PPM;
  const amount = line.taxAmount ?? shareHalfUp(cost, line.taxRate, whole);
  if (taxMode === 'inclusive' && amount > cost) return taxTooMuch(`Line ${line.lineNo}`, amount, cost, { lineNo: line.lineNo });
  shareOverPieces([lineInPieces], {
    amount,
    by: ({ left }) => left,
    give: ({ left, discounts, commission }, tax, count) => ({ count, left, discounts, tax, commission }),
    equally: true,
  });
  return undefined;
}

/** The commission of a line: once, half up, on what the buyer paid for the line, tax in, freight out. */
function chargeCommission(lineInPieces: LineInPieces, taxMode: TaxMode): void {
  const paid = (piece: Piece): number => (taxMode === 'inclusive' ? piece.left : piece.left + piece.tax);
  shareOverPieces([lineInPieces], {
    amount: shareHalfUp(sumOfPieces(lineInPieces.pieces, paid), lineInPieces.line.commissionRate, WHOLE_PPM),
    by: paid,
    give: ({ left, discounts, tax }, commission, count) => ({ count, left, discounts, tax, commission }),
  });
}

function runsOf({ line, pieces }: LineInPieces, taxMode: TaxMode): SplitRun[] {
  let before = 0;
  return pieces.map((piece) => {
    const from = before + 1;
    before += piece.count;
    return {
      lineNo: line.lineNo,
      from,
      to: before,
      list: line.unitPrice,
      discounts: piece.discounts,
      cost: money(taxMode === 'inclusive' ? piece.left - piece.tax : piece.left, piece.tax),
      commission: piece.commission,
      platformPart: sum(piece.discounts, ({ platformPart }) => platformPart),
    };
  });
}

/** A split that loses or makes a cent is a bug, never an answer. */
function assertAddsUp(order: Order, lines: readonly LineInPieces[], runs: readonly SplitRun[]): void {
  const units = (run: SplitRun): number => run.to - run.from + 1;
  const listed = sum(order.lines, (line) => line.unitPrice * line.quantity);
  const given = sum(order.promotions, ({ amount }) => amount);
  const onTop = order.taxMode === 'inclusive' ? ZERO : sum(lines, ({ pieces }) => sumOfPieces(pieces, ({ tax }) => tax));
  const cost = sum(runs, (run) => gross(run.cost) * units(run));
  const platform = sum(runs, (run) => run.platformPart * units(run));
  if (cost !== listed - given + onTop) throw new RangeError(`split gives ${cost} of ${listed - given + onTop}`);
  if (platform !== sum(order.promotions, platformPartOf)) throw new RangeError(`split gives ${platform} to the platform`);
}

function checkTenders(order: Order, { total }: SplitRecords): Refusal | undefined {
  const paid = sum(order.tenders, ({ amount }) => amount);
  const cost = gross(total);
  if (paid === cost) return undefined;
  const detail = `The tenders add up to ${paid}, units and freight cost ${cost}: a difference of ${paid - cost}.`;
  return refuse('order.unbalanced', detail, { path: 'tenders', facts: { paid, cost, difference: paid - cost } });
}
