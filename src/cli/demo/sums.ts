import type { AfterSaleView } from '../../actors/views.js';
import { priceText } from '../amounts.js';
import { accountNames, balancesOf, balancesText } from '../show/ledgerText.js';
import { capsText } from '../show/orderText.js';
import type { WholeBook } from '../show/read.js';
import { afterSalesText, moneyOf, timelineText } from '../show/storyText.js';
import type { Narrator } from './narrator.js';

/** One sum that must come out, with both of its sides. */
export interface Check {
  readonly what: string;
  readonly left: number;
  readonly right: number;
}

/** What must add up in any book, whatever happened to it. */
export function checksOf({ rows, afterSales, transfers, payouts }: WholeBook): Check[] {
  const cap = (key: string) => rows.caps.find((row) => row.key === key);
  const grossOf = (key: string, of: 'limit' | 'reserved' | 'posted') => (cap(key)?.[of].net ?? 0) + (cap(key)?.[of].tax ?? 0);
  const tenders = rows.caps.filter(({ key }) => key.startsWith('tender:'));
  const parts = rows.caps.filter(({ key }) => key.startsWith('line:') || key === 'freight');
  const balances = balancesOf(transfers);
  const sum = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((all, item) => all + of(item), 0);
  const toTenders = balances.filter(({ account }) => account.startsWith('tender:'));
  const bearers = balances.filter(({ account }) => account === 'sales');
  const refunded = grossOf('order', 'posted');
  return [
    { what: 'refunded by all after-sales = cap of the order', left: sum(afterSales, (a) => moneyOf(a).paid), right: refunded },
    { what: 'caps of lines and freight = cap of the order', left: sum(parts, ({ key }) => grossOf(key, 'posted')), right: refunded },
    { what: 'caps of tenders = cap of the order', left: sum(tenders, ({ key }) => grossOf(key, 'posted')), right: refunded },
    {
      what: 'payouts that succeeded = cap of the order',
      left: sum(
        payouts.filter(({ state }) => state === 'paid'),
        ({ amount }) => amount,
      ),
      right: refunded,
    },
    {
      what: 'ledger: paid to tenders = cap of the order',
      left: sum(toTenders, ({ credited, debited }) => credited - debited),
      right: refunded,
    },
    {
      what: 'ledger: borne by somebody = cap of the order',
      left: sum(bearers, ({ credited, debited }) => credited - debited),
      right: refunded,
    },
    {
      what: 'ledger: all debits = all credits',
      left: sum(balances, ({ debited }) => debited),
      right: sum(balances, ({ credited }) => credited),
    },
    { what: 'nothing is left reserved', left: grossOf('order', 'reserved'), right: 0 },
    {
      what: 'paid by tenders = cost of all pieces and freight',
      left: sum(tenders, ({ key }) => grossOf(key, 'limit')),
      right: sum(parts, ({ key }) => grossOf(key, 'limit')),
    },
  ];
}

/** The end of the story: caps and ledger, and that they add up. Throws where they do not. */
export function tellSums(whole: WholeBook, ended: readonly AfterSaleView[], { chapter, say, show }: Narrator, mark: Mark): void {
  const { rows, afterSales, transfers, trail } = whole;
  const { order } = rows;
  const numbers = new Map<string, number>(afterSales.map(({ id, refundId }) => [id, refundId]));
  chapter(`The books after ${ended.length} after-sales`);
  show(afterSalesText(afterSales, order.currency));
  show(timelineText(trail, order.currency, (id) => `#${numbers.get(id ?? '') ?? ''}`));
  say('Every command stands in the trail, each event hashed over the one before. The caps, which the database holds:');
  show(capsText(rows.caps, order));
  say('And the double-entry ledger, by account:');
  show(balancesText(transfers, order.currency, accountNames(afterSales)));
  const checks = checksOf(whole);
  const failed = checks.filter(({ left, right }) => left !== right);
  show(
    checks.map(({ what, left, right }) =>
      left === right
        ? `${mark.good('ok')}  ${what}: ${priceText(left, order.currency)}`
        : `${mark.bad('no')}  ${what}: ${priceText(left, order.currency)} and ${priceText(right, order.currency)}`,
    ),
  );
  if (failed.length > 0) throw new Error(`${failed.length} sums do not come out`);
}

interface Mark {
  good(text: string): string;
  bad(text: string): string;
}
