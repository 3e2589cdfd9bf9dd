import { bookFromRows } from '../../actors/book.js';
import type { Cap, Triple } from '../../actors/rows.js';
import { gross, subtractMoney, sumMoney, timesMoney } from '../../domain/money.js';
import { type Order, type SplitRecords, stageOf } from '../../domain/order.js';
import { type Piece, piecesOf } from '../../domain/units.js';
import { amountText, priceText, timeText } from '../amounts.js';
import { pairs, table } from '../table.js';
import type { WholeBook } from './read.js';

/** The forward order, and what is left of it. */

/** Whose order it is and what was paid for it. */
export function orderFacts({ order, split }: { readonly order: Order; readonly split: SplitRecords }): string[] {
  const { currency, freight } = order;
  const tenders = order.tenders.map(
    ({ id, kind, amount, points }) =>
      `${kind === id ? id : `${kind} ${id}`} ${amountText(amount, currency)}${points === undefined ? '' : ` (${points} points)`}`,
  );
  const freightPaid = gross(split.freight);
  return pairs([
    ['platform', `${order.platform}, buyer ${order.buyerUid}`],
    ['placed', `${timeText(order.placedAt)}, paid ${timeText(order.paidAt)} (UTC)`],
    ['paid', `${priceText(gross(split.total), currency)}: ${tenders.join(', ')}`],
    [
      'freight',
      `${amountText(freightPaid, currency)}${freight.discounted > 0 ? ` (${amountText(freight.charged, currency)} less ${amountText(freight.discounted, currency)})` : ''}`,
    ],
    ['tax', order.taxMode],
    ...(order.flags.length === 0 ? [] : [['flags', order.flags.join(', ')] as const]),
  ]);
}

/** The lines of the order, with what stands of each. */
export function linesText({ rows, key, afterSales }: WholeBook): string[] {
  const { order, split } = rows;
  const { currency } = order;
  const book = bookFromRows(key, rows);
  const numbers = new Map(afterSales.map(({ id, refundId }) => [id, refundId]));
  const amount = (value: number) => amountText(value, currency);
  const cells = order.lines.flatMap((line) =>
    piecesOf(book.lines, split.runs, [{ lineNo: line.lineNo, from: 1, to: line.quantity }]).map((piece, i) => {
      const { cost, left, state } = piece;
      return [
        i === 0 ? String(line.lineNo) : '',
        i === 0 ? `${line.sku}_${line.promotionType}` : '',
        i === 0 ? line.name : '',
        i === 0 ? stageOf(line) : '',
        unitsText(piece),
        amount(gross(cost)),
        amount(gross(state.posted)),
        amount(gross(subtractMoney(state.standing, state.posted))),
        amount(gross(left)),
        standingText(piece, numbers),
      ];
    }),
  );
  return table(
    [
      { title: 'line' },
      { title: 'record' },
      { title: 'name' },
      { title: 'stage' },
      { title: 'units' },
      { title: 'each cost', right: true },
      { title: 'refunded', right: true },
      { title: 'reserved', right: true },
      { title: 'left', right: true },
      { title: 'standing' },
    ],
    cells,
  );
}

const unitsText = ({ from, to }: { readonly from: number; readonly to: number }): string => (from === to ? `${from}` : `${from}-${to}`);

function standingText({ state }: Piece, numbers: ReadonlyMap<string, number>): string {
  if (state.ended > 0) return 'refunded for good';
  return state.holder === null ? 'free' : `held by #${numbers.get(state.holder) ?? '?'}`;
}

/** What each unit cost: its list price, the share of each promotion, tax and commission. */
export function splitText(order: Order, split: SplitRecords): string[] {
  const { currency, promotions } = order;
  const amount = (value: number) => amountText(value, currency);
  const cells = split.runs.map((run) => [
    `${run.lineNo}`,
    order.lines.find(({ lineNo }) => lineNo === run.lineNo)?.sku ?? '',
    unitsText(run),
    amount(run.list),
    ...promotions.map(({ id }) => amount(-(run.discounts.find(({ promotionId }) => promotionId === id)?.amount ?? 0))),
    amount(gross(run.cost)),
    amount(run.cost.tax),
    amount(run.commission),
    amount(run.platformPart),
  ]);
  const all = sumMoney(split.runs, (run) => timesMoney(run.cost, run.to - run.from + 1));
  const over = (of: (run: SplitRecords['runs'][number]) => number) =>
    split.runs.reduce((sum, run) => sum + of(run) * (run.to - run.from + 1), 0);
  const sums = [
    '',
    'sum of all',
    '',
    amount(over(({ list }) => list)),
    ...promotions.map(({ id }) => amount(-over(({ discounts }) => discounts.find(({ promotionId }) => promotionId === id)?.amount ?? 0))),
    amount(gross(all)),
    amount(all.tax),
    amount(over(({ commission }) => commission)),
    amount(over(({ platformPart }) => platformPart)),
  ];
  const right = (title: string) => ({ title, right: true });
  return table(
    [
      { title: 'line' },
      { title: 'sku' },
      { title: 'units' },
      right('list'),
      ...promotions.map(({ id }) => right(id)),
      right('cost'),
      right('tax in it'),
      right('commission'),
      right('platform bears'),
    ],
    [...cells, sums],
  );
}

/** The limits that the database holds: reserved and posted together never exceed them. */
export function capsText(caps: readonly Cap[], order: Pick<Order, 'currency' | 'tenders'>): string[] {
  const cells = caps.toSorted((a, b) => rankOf(a.key) - rankOf(b.key)).flatMap((cap) => capRows(cap, order));
  return table(
    [
      { title: 'cap' },
      { title: 'of' },
      { title: 'limit', right: true },
      { title: 'reserved', right: true },
      { title: 'paid', right: true },
      { title: 'left', right: true },
    ],
    cells,
  );
}

const RANKS = ['order', 'line', 'freight', 'tender', 'goodwill'];
const rankOf = (key: string): number => RANKS.indexOf(key.split(':')[0] ?? '') + (key.startsWith('line:') ? Number(key.slice(5)) / 1e6 : 0);

function capRows({ key, limit, reserved, posted }: Cap, { currency, tenders }: Pick<Order, 'currency' | 'tenders'>): string[][] {
  const row = (name: string, what: string, of: (triple: Triple) => number, shown: (value: number) => string) => [
    name,
    what,
    shown(of(limit)),
    shown(of(reserved)),
    shown(of(posted)),
    shown(of(limit) - of(reserved) - of(posted)),
  ];
  const amount = (value: number) => amountText(value, currency);
  const isTender = key.startsWith('tender:');
  const rows = [row(key, isTender || key === 'goodwill' ? 'amount' : 'net', ({ net }) => net, amount)];
  if (limit.tax > 0) rows.push(row('', 'tax', ({ tax }) => tax, amount));
  if (limit.units > 0) rows.push(row('', unitOf(key, tenders), ({ units }) => units, String));
  return rows;
}

const unitOf = (key: string, tenders: Order['tenders']): string =>
  tenders.some(({ id, points }) => key === `tender:${id}` && points !== undefined) ? 'points' : 'pieces';
