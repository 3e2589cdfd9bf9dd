import { type Order, type OrderLine, stageOf } from '../domain/order.js';
import { type Refusal, refuse } from '../domain/refusals.js';
import type { OrderReport } from './command.js';
import type { Draft } from './draft.js';

/** When goods were shipped, delivered or stopped, as the platform reports it. */

const FACTS = ['shippedAt', 'deliveredAt', 'stoppedAt'] as const;
type Fact = (typeof FACTS)[number];

/** Whether nothing rests on what was reported so far. */
export const isUntouched = ({ state }: Draft): boolean => state.lastRefundId === 0 && state.lastDecision === 0;

/** A platform's clock may be ahead of ours by so much: a window begins with what is reported. */
const CLOCKS_APART = 86_400_000;

/** What an order says has happened, and when. */
const timesOf = (order: Order): ReadonlyMap<string, number | undefined> =>
  new Map([
    ['placedAt', order.placedAt],
    ['paidAt', order.paidAt],
    ...order.lines.flatMap((line, i) => FACTS.map((what) => [`lines[${i}].${what}`, line[what]] as const)),
  ]);

/** Whether an order says something new that cannot be: of a time that is to come, or of goods that moved before it was placed. */
export function impossibleTime(draft: Draft, order: Order): Refusal | undefined {
  const known = draft.version === 0 ? undefined : timesOf(draft.order);
  const placedAsBefore = known?.get('placedAt') === order.placedAt;
  for (const [path, at] of timesOf(order)) {
    const isNew = at !== known?.get(path);
    if (isNew && isToCome(draft, at)) return notYet(path);
    if ((isNew || !placedAsBefore) && isBeforeOrder(order, at)) return beforeOrder(path);
  }
  return undefined;
}

/** Whether a time is later than any clock of a platform can say now. */
export const isToCome = (draft: Draft, at: number | undefined): boolean => at !== undefined && at > draft.now + CLOCKS_APART;

/** What has not happened yet is no fact. */
export const notYet = (path: string): Refusal =>
  refuse('request.invalid', 'What is reported has happened, and this time is to come.', { path });

/** Whether a time is before the order was placed, whatever clocks were apart: a window would be over before it began. */
export const isBeforeOrder = ({ placedAt }: Order, at: number | undefined): boolean => at !== undefined && at < placedAt - CLOCKS_APART;

/** Goods do not move for an order that nobody has placed. */
export const beforeOrder = (path: string): Refusal => refuse('request.invalid', 'This time is before the order was placed.', { path });

/** Who reports a delivery alone says nothing of the shipment but that it was before: its own report may come later. */
const isAssumed = ({ shippedAt, deliveredAt }: OrderLine): boolean => deliveredAt !== undefined && shippedAt === deliveredAt;

/** Times once reported stay: windows and decisions rest on them. */
export function contradiction(before: OrderLine | undefined, after: OrderLine, index: number, untouched: boolean): Refusal | undefined {
  if (after.stoppedAt !== undefined && stageOf(after) !== 'notShipped') return stoppedAndShipped(after);
  if (before === undefined || untouched) return undefined;
  for (const what of FACTS) {
    if (what === 'shippedAt' && isAssumed(before)) continue;
    if (before[what] !== undefined && before[what] !== after[what]) {
      return refuse('order.factContradicted', `Line ${before.lineNo} was reported otherwise, and after-sales rest on it.`, {
        path: `lines[${index}].${what}`,
        facts: { lineNo: before.lineNo, fact: what },
      });
    }
  }
  return undefined;
}

const stoppedAndShipped = (line: OrderLine): Refusal =>
  refuse('order.factContradicted', `Line ${line.lineNo} cannot be both stopped and shipped.`, { facts: { lineNo: line.lineNo } });

function otherTime(line: OrderLine, fact: Fact, detail: string): Refusal {
  const before = line[fact];
  return refuse('order.factContradicted', detail, {
    path: 'at',
    facts: { lineNo: line.lineNo, fact, [fact]: before === undefined ? null : new Date(before).toISOString() },
  });
}

const reportedOtherwise = (line: OrderLine, fact: Fact): Refusal =>
  otherTime(line, fact, `Line ${line.lineNo} was reported otherwise, with another time.`);

const deliveredFirst = (line: OrderLine): Refusal =>
  otherTime(line, 'shippedAt', `Line ${line.lineNo} was reported as shipped later than this.`);

/**
 * What a line is after a report. The same report again changes nothing; another time corrects the one before as long as nothing
 * rests on that, and is refused afterwards, as it is in a correction of the order.
 */
export function withReport(
  line: OrderLine,
  { type, at }: Exclude<OrderReport, { type: 'movedElsewhere' }>,
  untouched: boolean,
): OrderLine | Refusal {
  const fact = `${type}At` as const;
  if (type === 'stopped' ? stageOf(line) !== 'notShipped' : line.stoppedAt !== undefined) return stoppedAndShipped(line);
  if (line[fact] === at) return line;
  const assumed = isAssumed(line);
  if (line[fact] !== undefined && !untouched && !(type === 'shipped' && assumed)) return reportedOtherwise(line, fact);
  switch (type) {
    case 'stopped':
      return { ...line, stoppedAt: at };
    case 'shipped':
      return line.deliveredAt !== undefined && at > line.deliveredAt ? reportedOtherwise(line, 'deliveredAt') : { ...line, shippedAt: at };
    case 'delivered': {
      const shippedAt = assumed ? at : (line.shippedAt ?? at);
      return at < shippedAt ? deliveredFirst(line) : { ...line, shippedAt, deliveredAt: at };
    }
  }
}
