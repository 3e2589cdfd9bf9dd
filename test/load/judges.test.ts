import { describe, expect, it } from 'vitest';
import type { Given } from '../../src/load/journal.js';
import { priced } from '../../src/load/orders/cost.js';
import type { Basket, Sold } from '../../src/load/orders/sold.js';
import { Findings, type PromiseName } from '../../src/load/promises/finding.js';
import { judgeCaps, judgePayouts, judgeShares } from '../../src/load/promises/moneyPromises.js';
import type { SeenCase, SeenOrder } from '../../src/load/promises/seen.js';
import { judgeKept, judgeRefused, judgeTrail } from '../../src/load/promises/trailPromises.js';
import { judgeSplit, judgeUnits } from '../../src/load/promises/unitPromises.js';

/** Each promise of a load, judged on an order of three towels of which one was refunded: 28.33 of 85.00. */

const basket: Basket = {
  currency: 'CNY',
  taxMode: 'inclusive',
  lines: [
    {
      ...{ lineNo: 1, sku: 'towel', category: 'home', promotionType: 'none', unitPrice: 3_500, quantity: 3 },
      ...{ taxRate: 0, commissionRate: 0, unitCost: 0 },
    },
  ],
  promotions: [{ id: 'off', lines: [1], amount: 2_000, platformPart: 0 }],
  freight: { charged: 600, discounted: 0, tax: 0 },
};
const sold: Sold = {
  ...{ ...basket, shopId: 'shop-1', orderNo: 'L-1', platform: 'load', buyerUid: 'ann', stage: 'delivered', cost: priced(basket) },
  tenders: [
    { id: 'card', kind: 'card', amount: 8_100 },
    { id: 'wallet', kind: 'wallet', amount: 1_000 },
  ],
};
const whole = (net: number) => ({ net, tax: 0 });

const order: SeenOrder = {
  version: 4,
  ...{ paid: whole(9_100), refunded: 2_833, reserved: 0, left: 6_267, freight: { cost: whole(600), left: whole(600) } },
  tenders: [
    { tenderId: 'card', amount: 8_100, left: 5_578 },
    { tenderId: 'wallet', amount: 1_000, left: 689 },
  ],
  lines: [
    {
      ...{ lineNo: 1, cost: whole(8_500) },
      units: [
        { from: 1, to: 1, state: 'ended', cost: whole(2_833), left: whole(0) },
        { from: 2, to: 2, state: 'free', cost: whole(2_833), left: whole(2_833) },
        { from: 3, to: 3, state: 'free', cost: whole(2_834), left: whole(2_834) },
      ],
    },
  ],
};
const payout = (tenderId: string, amount: number) => ({
  key: `a:1:${tenderId}`,
  decisionNo: 1,
  tenderId,
  way: 'tender',
  amount,
  state: 'paid',
});
const refund: SeenCase = {
  ...{ id: 'a', type: 'refund', origin: 'own', claim: 'unit', state: 'completed', status: 'completed', version: 4, refundAmount: 2_833 },
  units: [{ lineNo: 1, from: 1, to: 1 }],
  decisions: [
    {
      ...{ no: 1, kind: 'approval', state: 'paid', amount: 2_833, fees: [] },
      tenders: [
        { tenderId: 'card', amount: 2_522 },
        { tenderId: 'wallet', amount: 311 },
      ],
    },
  ],
  quote: { basis: 'decided', units: [{ lineNo: 1, from: 1, to: 1, refund: whole(2_833), kept: whole(0) }] },
  timeline: [
    { version: 2, type: 'apply', by: 'user', state: 'reviewing.merchant' },
    { version: 3, type: 'approve', by: 'merchant', state: 'refunding.paying' },
    { version: 4, type: 'payoutResult', by: 'system', state: 'completed' },
  ],
  transfers: [{ decisionNo: 1, phase: 'post', debit: 'line:1', credit: 'payable:a', ...whole(2_833) }],
  payouts: [payout('card', 2_522), payout('wallet', 311)],
};
const command = (role: 'user' | 'merchant', word: string, version: number): Given => ({
  ...{ word, method: 'POST', path: '', body: '{}', key: `k-${version}`, book: 0, caseId: 'a', contradiction: undefined },
  person: role === 'user' ? { role, platform: 'load', buyerUid: 'ann' } : { role, id: 'desk', shops: ['shop-1'] },
  said: { status: 200, code: undefined, digest: '', version },
});
const given = [command('user', 'apply', 2), command('merchant', 'approve', 3)];

interface Seen {
  readonly order?: Partial<SeenOrder>;
  readonly cases?: readonly SeenCase[];
  readonly given?: readonly Given[];
}

/** The promises that are broken by what was seen, as a set of their names. */
function broken(seen: Seen): PromiseName[] {
  const book = { order: { ...order, ...seen.order }, cases: seen.cases ?? [refund] };
  const findings = new Findings();
  const commands = seen.given ?? given;
  judgeSplit('L-1', sold, book.order, findings);
  judgeUnits('L-1', sold, book, findings);
  judgeCaps('L-1', sold, book, findings);
  judgePayouts('L-1', book.cases, findings);
  judgeShares('L-1', book.cases, findings);
  judgeKept('L-1', commands, book, findings);
  judgeRefused('L-1', commands, book, findings);
  judgeTrail('L-1', book.cases, findings);
  return [...new Set(findings.kept.map(({ promise }) => promise))];
}

const unitsAs = (change: (unit: SeenOrder['lines'][number]['units'][number]) => object): Partial<SeenOrder> => ({
  lines: order.lines.map((line) => ({ ...line, units: line.units.map((unit) => ({ ...unit, ...change(unit) })) })),
});
const changed = (change: Partial<SeenCase>): Seen => ({ cases: [{ ...refund, ...change }] });
const second = (change: Partial<SeenCase>): Seen => ({
  cases: [refund, { ...refund, id: 'b', decisions: [], payouts: [], transfers: [], ...change }],
});

const BREACHES: readonly { readonly when: string; readonly seen: Seen; readonly breaks: readonly PromiseName[] }[] = [
  {
    when: 'a unit cost a cent more',
    seen: { order: unitsAs(({ from }) => (from === 3 ? { cost: whole(2_835) } : {})) },
    breaks: ['split'],
  },
  {
    when: 'a unit is shown with tax that it had not',
    seen: { order: unitsAs(({ from }) => (from === 2 ? { cost: { net: 2_832, tax: 1 } } : {})) },
    breaks: ['split'],
  },
  {
    when: 'a unit is not shown',
    seen: { order: unitsAs(({ from, to }) => (from === 3 ? { from: 4, to: 4 } : { to })) },
    breaks: ['split'],
  },
  { when: 'freight cost another amount', seen: { order: { freight: { cost: whole(500), left: whole(500) } } }, breaks: ['split'] },
  { when: 'the sum is another', seen: { order: { paid: whole(9_101) } }, breaks: ['split'] },
  {
    when: 'more of a unit was granted than it cost',
    seen: changed({ quote: { basis: 'decided', units: [{ lineNo: 1, from: 1, to: 1, refund: whole(2_834), kept: whole(0) }] } }),
    breaks: ['unitCap'],
  },
  { when: 'a refunded unit has something left', seen: { order: unitsAs(() => ({ left: whole(1) })) }, breaks: ['unitCap'] },
  {
    when: 'a refunded unit is claimed again',
    seen: second({ status: 'open', state: 'completed', refundAmount: 0, quote: { basis: 'expected', units: [] } }),
    breaks: ['unitOnce'],
  },
  {
    when: 'two after-sales have the same unit',
    seen: {
      given: [],
      cases: ['b', 'c'].map((id) => ({
        ...{ ...refund, id, status: 'open', decisions: [], payouts: [], transfers: [], timeline: [], refundAmount: 0 },
        ...{ units: [{ lineNo: 1, from: 2, to: 3 }], quote: { basis: 'expected', units: [] } },
      })),
    },
    breaks: ['unitOnce', 'trail'],
  },
  { when: 'refunded, reserved and left do not add up', seen: { order: { reserved: 1 } }, breaks: ['caps'] },
  {
    when: 'a tender has more left than was not paid back',
    seen: { order: { tenders: [{ tenderId: 'card', amount: 8_100, left: 5_579 }] } },
    breaks: ['caps'],
  },
  {
    when: 'more went back from a line than it cost',
    seen: changed({ transfers: [{ decisionNo: 1, phase: 'post', debit: 'line:1', credit: 'payable:a', ...whole(8_501) }] }),
    breaks: ['caps'],
  },
  {
    when: 'more freight went back than was paid',
    seen: changed({ transfers: [{ decisionNo: 1, phase: 'post', debit: 'freight', credit: 'payable:a', ...whole(601) }] }),
    breaks: ['caps'],
  },
  {
    when: 'a decision was paid twice on one tender',
    seen: changed({ payouts: [...refund.payouts, { ...payout('card', 0), key: 'a:1:card:again' }] }),
    breaks: ['payouts'],
  },
  {
    when: 'two payouts have one key',
    seen: changed({ payouts: [...refund.payouts, { ...payout('card', 0), state: 'declined' }] }),
    breaks: ['payouts'],
  },
  {
    when: 'the tenders give a cent less than was granted',
    seen: changed({ decisions: refund.decisions.map((decision) => ({ ...decision, amount: 2_834 })) }),
    breaks: ['shares'],
  },
  { when: 'an acknowledged command is not in the timeline', seen: { given: [...given, command('user', 'note', 3)] }, breaks: ['kept'] },
  { when: 'two commands were told the same version', seen: { given: [...given, command('user', 'apply', 2)] }, breaks: ['kept'] },
  { when: 'the after-sale that was acknowledged is not there', seen: { cases: [] }, breaks: ['kept'] },
  { when: 'a command was carried out that nobody was told of', seen: { given: given.slice(0, 1) }, breaks: ['refused'] },
  { when: 'the state is not that of the newest event', seen: changed({ state: 'settled' }), breaks: ['trail'] },
  { when: 'the payouts made another amount than was refunded', seen: changed({ refundAmount: 2_832 }), breaks: ['trail'] },
];

describe('a load judges', () => {
  it('an order whose money adds up as one that keeps every promise', () => {
    expect(broken({})).toEqual([]);
  });

  it.each(BREACHES)('$when as a breach of $breaks', ({ seen, breaks }) => {
    expect(broken(seen)).toEqual(breaks);
  });
});
