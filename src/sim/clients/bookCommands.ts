import { COMMANDS_OF } from '../../actors/authorize.js';
import type { AfterSaleCommandType, BookCommand } from '../../actors/command.js';
import type { EntryPoint } from '../../actors/principal.js';
import type { AfterSale } from '../../actors/rows.js';
import { type Instant, instant, tenderId } from '../../domain/ids.js';
import { minor } from '../../domain/money.js';
import type { Order } from '../../domain/order.js';
import type { Mix, Plan } from '../plan.js';
import type { Random } from '../random.js';
import { isOver, type SeenBook, stateOf } from '../world/seen.js';
import { drawApplication, drawSelection } from './applications.js';
import { drawCommand } from './commands.js';
import { ANYTIME, PLAUSIBLE } from './roles.js';

/** What somebody wants, and who they are. */
export interface Wish {
  readonly role: EntryPoint;
  readonly command: BookCommand;
}

const ENTRIES: readonly EntryPoint[] = ['user', 'merchant', 'operations', 'platform'];
const asWeights = (mix: Mix): (readonly [keyof Mix, number])[] => Object.entries(mix).map(([what, weight]) => [what as keyof Mix, weight]);

/** Draws what somebody does at an order next. Undefined where there is nothing to do. */
export function drawWish(random: Random, plan: Plan, book: SeenBook, now: Instant): Wish | undefined {
  const what = random.weighted(asWeights({ ...plan.mix, publish: 0, look: 0 }));
  switch (what) {
    case 'follow':
      return follow(random, plan, book, now);
    case 'anytime':
    case 'noise':
      return anything(random, plan, book, now, what);
    case 'report':
      return reportStage(random, book.order, now);
    case 'moved':
      return reportMoved(random, book);
    case 'goodwill':
      return goodwill(random, book.order);
    case 'payout':
      return aboutPayout(random, book);
    case 'erase':
      return { role: 'operations', command: { kind: 'erase', pseudonym: `gone-${random.uuid()}`, evenOpen: random.chance(1, 3) } };
    case 'putOrder':
      return { role: 'platform', command: { kind: 'putOrder', order: correct(random, book.order, now) } };
    default:
      return apply(random, plan, book, now);
  }
}

function apply(random: Random, plan: Plan, book: SeenBook, now: Instant): Wish {
  const role = random.weighted<EntryPoint>([
    ['user', 8],
    ['merchant', 1],
    ['operations', 1],
    ['platform', 2],
  ]);
  return { role, command: { kind: 'apply', application: drawApplication(random, book, now, plan) } };
}

const onAfterSale = (
  random: Random,
  plan: Plan,
  role: EntryPoint,
  type: AfterSaleCommandType,
  book: SeenBook,
  a: AfterSale,
  now: Instant,
): Wish => ({
  role,
  command: {
    kind: 'afterSale',
    afterSaleId: a.id,
    command: drawCommand(random, type, { order: book.order, afterSale: a, now, leanings: plan.leanings }),
  },
});

function follow(random: Random, plan: Plan, book: SeenBook, now: Instant): Wish {
  const alive = [...book.afterSales.values()].filter((a) => !isOver(a) && (PLAUSIBLE[stateOf(a)]?.length ?? 0) > 0);
  if (alive.length === 0) return apply(random, plan, book, now);
  const a = random.pick(alive);
  const options = PLAUSIBLE[stateOf(a)] ?? [];
  const [role, type] = random.weighted(options.map(([who, what, weight]) => [[who, what] as const, weight]));
  return onAfterSale(random, plan, role, type, book, a, now);
}

function anything(random: Random, plan: Plan, book: SeenBook, now: Instant, what: 'anytime' | 'noise'): Wish | undefined {
  const all = [...book.afterSales.values()];
  if (all.length === 0) return undefined;
  if (what === 'anytime') {
    const open = all.filter((a) => !isOver(a));
    if (open.length === 0) return undefined;
    const [role, type] = random.weighted(ANYTIME.map(([who, command, weight]) => [[who, command] as const, weight]));
    return onAfterSale(random, plan, role, type, book, random.pick(open), now);
  }
  const role = random.pick(ENTRIES);
  const of = random.chance(1, 6) ? random.pick(ENTRIES) : role;
  return onAfterSale(random, plan, role, random.pick<AfterSaleCommandType>(COMMANDS_OF[of]), book, random.pick(all), now);
}

function reportStage(random: Random, order: Order, now: Instant): Wish {
  const type = random.pick(['shipped', 'delivered', 'stopped'] as const);
  const isNew = (line: Order['lines'][number]) => line.deliveredAt === undefined && line.stoppedAt === undefined;
  const waiting = order.lines.filter((line) => isNew(line) && (type !== 'shipped' || line.shippedAt === undefined));
  const lines = waiting.length === 0 || random.chance(1, 20) ? order.lines : waiting;
  const chosen = random.chance(1, 2) ? lines : [random.pick(lines)];
  return { role: 'platform', command: { kind: 'report', report: { type, lines: chosen.map((line) => line.lineNo), at: now } } };
}

function reportMoved(random: Random, { order, payouts, afterSales }: SeenBook): Wish {
  const later = [...afterSales.values()].flatMap(({ extra }) => extra.map((e) => ({ id: e.tenderId, amount: minor(e.net + e.tax) })));
  const tender = random.pick(later.length > 0 && random.chance(1, 4) ? later : order.tenders);
  const open = [...payouts.values()].filter(({ state }) => state !== 'paid' && state !== 'dropped');
  const payout = open.length > 0 && random.chance(1, 2) ? random.pick(open) : undefined;
  const settles = payout === undefined ? {} : { payoutKey: payout.key };
  const most = payout !== undefined && random.chance(2, 3) ? payout.amount : tender.amount;
  const other = payout === undefined || random.chance(1, 8);
  const named = other && random.chance(1, 2) ? { tenderId: random.chance(1, 25) ? tenderId('none') : tender.id } : {};
  const claim = random.pick(['unit', 'money'] as const);
  const units = random.chance(1, 2) ? { units: { claim, selection: drawSelection(random, order.lines) } } : {};
  const amount = { amount: minor(random.spread(1, most)), currency: random.chance(1, 40) ? 'EUR' : order.currency.code };
  const report = { type: 'movedElsewhere', reference: `moved-${random.below(12)}`, amount, ...named, ...units, ...settles } as const;
  return { role: 'platform', command: { kind: 'report', report } };
}

function goodwill(random: Random, order: Order): Wish {
  const to = random.pick(['wallet', 'points', 'account'] as const);
  const amount = { amount: minor(random.chance(1, 20) ? 0 : random.spread(1, 3_000)), currency: order.currency.code };
  const more = random.chance(1, 12)
    ? {}
    : to === 'points'
      ? { points: random.between(1, 50) }
      : to === 'account'
        ? { account: 'IBAN-3' }
        : {};
  return { role: 'operations', command: { kind: 'goodwill', amount, to, remark: 'sorry', ...more } };
}

function aboutPayout(random: Random, book: SeenBook): Wish {
  const stuck = [...book.payouts.values()].filter(({ state }) => state === 'declined' || state === 'unknown' || random.chance(1, 12));
  const payoutKey = stuck.length === 0 ? 'nobody:1:card' : random.pick(stuck).key;
  const command = random.pick([
    { type: 'retry' } as const,
    { type: 'anotherWay', way: 'wallet' } as const,
    { type: 'paidByHand', reference: `hand-${random.below(99)}` } as const,
  ]);
  return { role: 'operations', command: { kind: 'payout', payoutKey, command } };
}

/** An order that does not add up, or contradicts itself. */
function spoilt(random: Random, order: Order): Order {
  const [tender, ...others] = order.tenders;
  const [record, ...records] = order.splitRecords ?? [];
  switch (random.below(3)) {
    case 0:
      return tender === undefined ? order : { ...order, tenders: [{ ...tender, amount: minor(tender.amount + 1) }, ...others] };
    case 1:
      return { ...order, lines: [] };
    default:
      return record === undefined ? order : { ...order, splitRecords: [{ ...record, net: minor(record.net + 1) }, ...records] };
  }
}

/** The order once more: the same, with later facts, or with other amounts. */
function correct(random: Random, order: Order, now: Instant): Order {
  const [first, ...rest] = order.lines;
  if (first === undefined || random.chance(1, 3)) return order;
  if (random.chance(1, 3)) return spoilt(random, order);
  switch (random.below(3)) {
    case 0:
      return { ...order, lines: [{ ...first, unitCost: minor(first.unitCost + 1) }, ...rest] };
    case 1:
      return { ...order, lines: [{ ...first, shippedAt: instant(now) }, ...rest] };
    default:
      return { ...order, flags: order.flags.length === 0 ? ['virtual'] : [] };
  }
}
