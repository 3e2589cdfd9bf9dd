import type { PortionOfUnits } from '../domain/claims.js';
import { gross, minor, subtractMoney } from '../domain/money.js';
import { sumOffsets } from '../domain/offsets.js';
import { lineKeys } from '../domain/unitKey.js';
import type { Piece } from '../domain/units.js';
import type { QuotedMoney } from './apply.js';
import type { Assessed } from './assess.js';
import type { Application } from './command.js';
import type { Draft } from './draft.js';
import { isOfHouse, type Principal } from './principal.js';
import { amountView, discountViews, moneyView, rangeView, shareView } from './view.js';
import type { QuoteUnitView, QuoteView } from './views.js';

/** A quote with its derivation, so that a person on the phone can explain every minor unit. */
export function quoteView(
  draft: Draft,
  principal: Principal,
  application: Application,
  assessed: Assessed,
  quoted: QuotedMoney,
): QuoteView {
  const ofHouse = isOfHouse(principal);
  const { order } = draft;
  const amount = (value: number) => amountView(order, value);
  const keys = new Map(lineKeys(order).map((key) => [key.lineNo, key.text]));
  const borne = gross(quoted.goods) - quoted.fees.reduce((all, fee) => all + fee.amount, 0) + gross(quoted.freight);
  return {
    shopId: order.shopId,
    orderNo: order.orderNo,
    version: draft.version,
    type: application.type,
    reason: application.reason,
    claim: application.claim.kind,
    stage: assessed.stage,
    fault: assessed.reason.fault,
    bearer: assessed.reason.bearer,
    template: { id: assessed.template.id, version: assessed.template.version },
    quantity: assessed.quantity,
    units: assessed.pieces.flatMap((piece) =>
      unitViews(draft, piece, assessed.portions, { splitKey: keys.get(piece.lineNo) ?? '', ofHouse }),
    ),
    goods: moneyView(order, quoted.goods),
    fees: quoted.fees.map((fee) => ({ name: fee.name, amount: amount(-fee.amount), to: fee.to })),
    freight: { rule: quoted.freightRule, amount: amount(gross(quoted.freight)) },
    needs: assessed.needs,
    refund: amount(quoted.refund),
    tenders: quoted.shares.map((share) => shareView(order, share)),
    ...(ofHouse
      ? {
          bearers: [{ bearer: assessed.reason.bearer, amount: amount(borne) }],
          subsidyBack: amount(sumOffsets(quoted.offsets, 'platformPart')),
          commissionOffset: amount(sumOffsets(quoted.offsets, 'commission')),
          costOffset: amount(sumOffsets(quoted.offsets, 'cost')),
        }
      : {}),
  };
}

interface Shown {
  readonly splitKey: string;
  readonly ofHouse: boolean;
}

/** A piece, cut where its units get different amounts. */
function unitViews(draft: Draft, piece: Piece, portions: readonly PortionOfUnits[], shown: Shown): QuoteUnitView[] {
  const cuts = portions.filter((p) => p.lineNo === piece.lineNo && p.from <= piece.to && p.to >= piece.from);
  if (cuts.length === 0) return [unitView(draft, piece, piece.from, piece.to, { net: minor(0), tax: minor(0) }, shown)];
  return cuts.map((cut) => unitView(draft, piece, Math.max(cut.from, piece.from), Math.min(cut.to, piece.to), cut, shown));
}

function unitView(
  draft: Draft,
  piece: Piece,
  from: number,
  to: number,
  refund: Pick<PortionOfUnits, 'net' | 'tax'>,
  { splitKey, ofHouse }: Shown,
): QuoteUnitView {
  const { order } = draft;
  const { record, state } = piece;
  return {
    ...rangeView(order, { lineNo: piece.lineNo, from, to }),
    splitKey,
    listPrice: amountView(order, record.list),
    discounts: discountViews(order, record.discounts, ofHouse),
    cost: moneyView(order, record.cost),
    laterPayments: amountView(order, gross(state.extra)),
    earlier: moneyView(order, state.standing),
    left: moneyView(order, subtractMoney(piece.cost, state.standing)),
    refund: moneyView(order, { net: refund.net, tax: refund.tax }),
  };
}
