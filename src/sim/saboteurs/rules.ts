import type { Rules } from '../../actors/rules.js';
import { RULES } from '../../actors/rules.js';
import { minor, money } from '../../domain/money.js';
import type { SplitRecords } from '../../domain/order.js';
import { isRefusal } from '../../domain/refusals.js';
import type { AfterSaleType } from '../../machines/words.js';
import type { Mix, Overrides } from '../plan.js';
import { ALL_GUARDS } from '../store/books.js';
import { alone, type Saboteur, together } from './saboteur.js';

/** Saboteurs of the rules: what units cost, which are named, what is granted, when it is over. */

const only = (type: AfterSaleType, more: Overrides = {}): Overrides => ({ types: [[type, 1]], rates: {}, ...more });
/** People apply and do what the state invites, and nothing else. */
const PLAIN: Mix = {
  ...{
    apply: 10,
    follow: 12,
    report: 1,
    anytime: 0,
    noise: 0,
    moved: 0,
    goodwill: 0,
    payout: 0,
    putOrder: 0,
    erase: 0,
    publish: 0,
    look: 0,
  },
};
const noCaps: { readonly guards: typeof ALL_GUARDS; readonly rules: Partial<Rules> } = {
  guards: { ...ALL_GUARDS, caps: false },
  rules: { capHolds: () => true },
};

const HOUR_MS = 3_600_000;
const ONLY_RETURN = { upheld: 0, refund: 0, return: 1, exchange: 0, repair: 0, bearer: 0 };

/** Gives the first unit of every order a little more or less than it cost. */
const splitWith =
  (cents: number): Rules['splitOrder'] =>
  (order) => {
    const split = RULES.splitOrder(order);
    const [first, ...rest] = isRefusal(split) ? [] : split.runs;
    if (isRefusal(split) || first === undefined || first.cost.net + cents < 0) return split;
    const runs = [{ ...first, to: first.from, cost: money(first.cost.net + cents, first.cost.tax) }];
    const others = first.to > first.from ? [{ ...first, from: first.from + 1 }] : [];
    const records: SplitRecords = { ...split, runs: [...runs, ...others, ...rest] };
    return { ...records, total: money(split.total.net + cents, split.total.tax) };
  };

/** Of entries that name the same units only the last counts. */
const lastEntryOnly: Rules['selectUnits'] = (given) => {
  const named = new Map(
    given.entries.map((entry) => ['lineNo' in entry ? `line ${entry.lineNo}` : `${entry.sku} ${entry.promotionType}`, entry]),
  );
  return RULES.selectUnits({ ...given, entries: [...named.values()] });
};

const withoutPrice: Rules['selectUnits'] = (given) =>
  RULES.selectUnits({
    ...given,
    entries: given.entries.map((entry) => {
      if ('lineNo' in entry || entry.price === undefined) return entry;
      const { price: _price, weightGrams: _weight, ...rest } = entry;
      return rest;
    }),
  });

/** Every unit may be claimed, whoever has it. */
const everythingFree: Rules['selectUnits'] = (given) =>
  RULES.selectUnits({
    ...given,
    availability: new Map(given.order.lines.map((line) => [line.lineNo, [{ from: 1, to: line.quantity, state: 'free' as const }]])),
  });

/** A claim of a whole unit takes what it cost, whatever was taken before. */
const claimsAll: Rules['claimWhole'] = (units) => units.map(({ lineNo, from, to, cost }) => ({ lineNo, from, to, ...cost }));

/** Tax of a part by its share alone, not by what stands. */
const taxByItself: Rules['claimAmount'] = (units, amount) =>
  RULES.claimAmount(
    units.map((unit) => ({ ...unit, standing: money(0, 0) })),
    amount,
  );

const allFromFirst: Rules['shareTenders'] = (amount, tenders, order) =>
  RULES.shareTenders(
    amount,
    tenders,
    order.order === 'share' ? { order: 'waterfall', kinds: tenders.map(({ kind }) => kind) } : { order: 'share' },
  );

const commissionWhole: Rules['offsetsOf'] = (pieces, portions, byMerchant, unitCost) =>
  RULES.offsetsOf(pieces, portions, byMerchant, unitCost).map((offset) => ({ ...offset, commission: minor(offset.commission + 1) }));

export const RULE_SABOTEURS: readonly Saboteur[] = [
  alone('split-remainder-dropped', [5], 'a cent that does not divide is lost', { rules: { splitOrder: splitWith(-1) } }),
  alone('split-remainder-twice', [5], 'a cent that does not divide is given to two', { rules: { splitOrder: splitWith(1) } }),
  alone(
    'entries-not-added',
    [2],
    'of entries for the same units only the last counts',
    { rules: { selectUnits: lastEntryOnly } },
    { rates: {} },
  ),
  alone(
    'price-key-without-price',
    [2],
    'a split key with a price names units of every price',
    { rules: { selectUnits: withoutPrice } },
    only('refund', { orders: 16, acts: 20, mix: { ...PLAIN, apply: 20, follow: 1 } }),
  ),
  alone(
    'units-claimed-twice',
    [1],
    'units that somebody has may be named again',
    { rules: { selectUnits: everythingFree } },
    { rates: {} },
  ),
  alone('claims-ignore-what-stands', [1], 'a claim takes all that a unit cost', { rules: { claimWhole: claimsAll } }, { rates: {} }),
  together(
    'cap-rule-and-cap-rows',
    [3],
    ['goodwill has no limit by its rule', { rules: { goodwillFits: () => true } }],
    ['caps, as rows and as rule', noCaps],
    { rates: {}, orders: 10 },
  ),
  alone(
    'tax-by-itself',
    [5],
    'the tax of a part is not reckoned cumulatively',
    { rules: { claimAmount: taxByItself } },
    only('refund', { orders: 8, acts: 30, mix: PLAIN }),
  ),
  alone(
    'tenders-in-turn',
    [3],
    'a refund is shared between tenders in another order',
    { rules: { shareTenders: allFromFirst } },
    { rates: {} },
  ),
  alone('commission-again', [1], 'more commission goes back than was taken', { rules: { offsetsOf: commissionWhole } }, { rates: {} }),
  alone(
    'fees-taken-twice',
    [4],
    'a fee is taken at every decision',
    { rules: { feesTaken: () => false } },
    only('return', {
      ...{ orders: 8, acts: 40, hosts: 1, gapMs: 4 * HOUR_MS, mix: PLAIN },
      leanings: { verdicts: ONLY_RETURN, inspections: { all: 1, part: 9, none: 0 } },
    }),
  ),
  together(
    'freight-refunded-twice',
    [3],
    ['freight that was paid counts as left', { rules: { freightUntaken: ({ limit }) => money(limit.net, limit.tax) } }],
    ['caps, as rows and as rule', noCaps],
    only('refund', { orders: 6, acts: 30, mix: PLAIN }),
  ),
  alone('reservation-kept-on-end', [3], 'what is reserved is not given back at the end', { rules: { voidsOnEnd: () => false } }),
  alone(
    'exchange-frees-early',
    [7],
    'an exchange lets its units go when the replacement is sent',
    {
      rules: { holdsUntilEnd: (a) => JSON.stringify(a.chart.value) !== '{"exchanging":"shipped"}' },
    },
    only('exchange'),
  ),
  alone(
    'timer-fired-twice',
    [10],
    'a deadline that has come may come again',
    {
      rules: { timerCounts: (timer, visit, now) => timer === undefined || RULES.timerCounts(timer, visit, now) },
    },
    { rates: { 'timers.again': 9_000 }, hosts: 2, gapMs: 40 * HOUR_MS },
  ),
  together(
    'late-timer-of-earlier-visit',
    [10],
    [
      'a deadline of an earlier visit counts',
      {
        rules: { timerCounts: (timer, _visit, now) => timer !== undefined && timer.suspendedMs === null && timer.dueAt <= now },
      },
    ],
    ['whether it is due', { rules: { timerCounts: (timer) => timer !== undefined && timer.suspendedMs === null } }],
    { rates: { 'timers.again': 9_000, 'gateway.declined': 8_000 }, hosts: 2, gapMs: 20 * HOUR_MS, orders: 6, mix: PLAIN },
  ),
  alone(
    'late-callback-overrides',
    [4],
    'a word of the gateway counts although the payout was paid',
    {
      rules: { resultCounts: (payout) => payout.state !== 'dropped' },
    },
    { rates: { 'gateway.contradicted': 4_000, 'gateway.callbackRepeated': 3_000, 'gateway.callbackLate': 2_000 } },
  ),
  alone(
    'payout-key-of-no-decision',
    [4],
    'a payout is not named by its decision',
    { rules: { payoutKey: (owner, _no, target) => `${owner}:1:${target}` } },
    { orders: 10 },
  ),
  alone('moved-money-ignored', [3], 'money that moved elsewhere is acknowledged and not posted', { rules: { movedCounts: () => false } }),
];
