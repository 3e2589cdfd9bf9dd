import { gross } from '../../domain/money.js';
import { amountText } from '../amounts.js';
import { indented } from '../table.js';
import type { Style } from '../terminal.js';
import { accountNames, balancesText, payoutsText, transfersText } from './ledgerText.js';
import { capsText, linesText, orderFacts, splitText } from './orderText.js';
import type { WholeBook } from './read.js';
import { afterSalesText, timelineText, timersText } from './storyText.js';

/**
 * A whole book as text for a terminal.
 * @param now epoch milliseconds, which deadlines are measured from
 */
export function bookText(whole: WholeBook, now: number, style: Style): string[] {
  const { rows, afterSales, transfers, payouts, trail } = whole;
  const { order, split } = rows;
  const { currency } = order;
  const numbers = new Map<string, number>(afterSales.map(({ id, refundId }) => [id, refundId]));
  const numberOf = (id: string | null) => (id === null ? 'book' : `#${numbers.get(id) ?? id}`);
  const nameOf = accountNames(afterSales);
  const section = (title: string, lines: readonly string[], count: number) => [
    '',
    style.title(title),
    ...indented(count === 0 ? [style.faint('none')] : [style.faint(lines[0] ?? ''), ...lines.slice(1)]),
  ];
  return [
    style.title(`Order ${order.orderNo} of ${order.shopId}, version ${rows.version}, amounts in ${currency.code}`),
    ...indented(orderFacts(rows)),
    ...section('Lines and units', linesText(whole), 1),
    ...section('What each unit cost', splitText(order, split), split.runs.length),
    ...section('After-sales', afterSalesText(afterSales, currency), afterSales.length),
    ...section('Timeline', timelineText(trail, currency, numberOf), trail.length),
    ...section('Deadlines', timersText(rows.timers, now, numberOf), rows.timers.length),
    ...section('Caps', capsText(rows.caps, order), rows.caps.length),
    ...section('Payouts', payoutsText(payouts, currency, numberOf), payouts.length),
    ...section('Ledger by account', balancesText(transfers, currency, nameOf), transfers.length),
    ...section('Ledger by transfer', transfersText(transfers, currency, nameOf, numberOf), transfers.length),
    '',
    sumLine(whole),
  ];
}

/** The order's cap in one line, as everybody wants it first on the phone. */
function sumLine({ rows }: WholeBook): string {
  const { currency } = rows.order;
  const cap = rows.caps.find(({ key }) => key === 'order');
  const paid = (cap?.posted.net ?? 0) + (cap?.posted.tax ?? 0);
  const reserved = (cap?.reserved.net ?? 0) + (cap?.reserved.tax ?? 0);
  const all = cap === undefined ? gross(rows.split.total) : cap.limit.net + cap.limit.tax;
  const amount = (value: number) => amountText(value, currency);
  return `Refunded ${amount(paid)} + reserved ${amount(reserved)} + left ${amount(all - paid - reserved)} = paid ${amount(all)} ${currency.code}`;
}
