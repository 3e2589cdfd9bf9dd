import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { AfterSale, Decision, Transfer } from '../../src/actors/rows.js';
import { isRefusal } from '../../src/domain/refusals.js';
import { scaled } from '../scale.js';
import { Ahead } from './world/ahead.js';
import { anyAppeals } from './world/moves.js';
import { anyStoryUnder, begun, goOn, type Story } from './world/randomStories.js';
import { stateOf, sumOf, unitsOfRange } from './world/reckoning.js';
import type { Scenario } from './world/scenario.js';
import type { TemplateChange } from './world/templates.js';
import { toldOf } from './world/told.js';

/** Fees that are kept and given back (EXAMPLES 9), reckoned from what was posted. */

const CNY = (amount: number) => [{ amount, currency: 'CNY' }];

const charged = (name: string, to: 'platform' | 'carrier', charge: { rate: number } | { fixed: number }) => ({
  name,
  types: ['refund' as const, 'return' as const],
  faults: ['buyer' as const, 'carrier' as const],
  charge: 'rate' in charge ? { kind: 'rate' as const, rate: charge.rate } : { kind: 'fixed' as const, amounts: CNY(charge.fixed) },
  to,
});

/** Nobody who carries a refund gets a fee of it, so that all of a fee can be seen to move. */
const restocking = charged('restocking', 'platform', { rate: 1500 });
const pickup = charged('pickup', 'carrier', { fixed: 33 });
const cleaning = charged('cleaning', 'platform', { fixed: 7 });

const CHANGES: readonly TemplateChange[] = [
  { fees: [restocking, pickup, cleaning] },
  { fees: [pickup], freight: { refund: 'lastUnit' }, payWhen: 'receipt' },
  { fees: [cleaning, restocking], payWhen: 'carrierScan', payout: { coupons: 'whole' } },
  { fees: [restocking, pickup], returning: { inspection: false }, appeal: { rulingThen: 'refund' } },
  { fees: [charged('all', 'carrier', { fixed: 1_000_000 })] },
  {},
];

const grossOf = (decisions: readonly Decision[]): number =>
  decisions.reduce((all, d) => all + sumOf(d.portions) + d.freight.net + d.freight.tax, 0);

const refunding = (a: AfterSale): Decision[] =>
  a.decisions.filter((d) => d.state === 'paid' && d.kind !== 'coupon' && d.kind !== 'latePayment');

interface Kept {
  readonly keeper: Decision;
  readonly units: ReadonlySet<string>;
  readonly amount: number;
}

/** What the fees of an after-sale keep after all that was paid later for the units of which they were kept. */
function keptOf(a: AfterSale): Kept | undefined {
  const keeper = refunding(a).find((d) => d.fees.length > 0);
  if (keeper === undefined) return undefined;
  const units = new Set(keeper.ended.flatMap(unitsOfRange));
  let amount = keeper.fees.reduce((all, fee) => all + fee.amount, 0);
  for (const later of refunding(a)) {
    if (later.no <= keeper.no) continue;
    for (const portion of later.portions) {
      const own = unitsOfRange(portion).filter((unit) => units.has(unit)).length;
      amount -= (portion.net + portion.tax) * own;
    }
  }
  return { keeper, units, amount: Math.max(0, amount) };
}

/** Platform and carrier have what is still kept, besides what they carry and the subsidy that goes back. */
function feesAreWhereTheyBelong(transfers: readonly Transfer[], a: AfterSale): string[] {
  const others = ['platform', 'carrier'];
  let position = 0;
  for (const t of transfers) {
    if (t.afterSaleId !== a.id || t.phase !== 'direct') continue;
    if (others.includes(t.credit)) position += t.net + t.tax;
    if (others.includes(t.debit)) position -= t.net + t.tax;
  }
  const paid = refunding(a);
  const subsidy = paid.flatMap((d) => d.offsets).reduce((all, o) => all + o.platformPart * (o.to - o.from + 1), 0);
  const carried = grossOf(paid.filter(({ bearer }) => others.includes(bearer)));
  const kept = keptOf(a);
  const expected = subsidy - carried + (kept?.keeper.bearer === 'merchant' ? kept.amount : 0);
  return position === expected ? [] : [`platform and carrier have ${position}, and should have ${expected}`];
}

/** What is kept and what the buyer got of units are never more than they cost, and told is just that. */
function feesAreWithinCost(s: Scenario, a: AfterSale): string[] {
  const standing = a.decisions.filter((d) => d.state !== 'dropped' && d.fees.length > 0);
  if (standing.length > 1) return [`fees were taken ${standing.length} times`];
  const kept = keptOf(a);
  if (kept === undefined) return [];
  let left = 0;
  for (const [name, { cost, granted }] of s.history.units())
    if (kept.units.has(name)) left += cost.net + cost.tax - granted.net - granted.tax;
  const { quote } = toldOf(s, a, 'operations');
  const told = -quote.fees.reduce((all, { amount }) => all + amount.amount, 0);
  // What is granted and not paid is with the buyer already, as far as a fee is concerned.
  if (a.decisions.some((d) => d.state === 'paying')) return [];
  if (s.book.state.movedReferences.length === 0 && kept.amount > left) return [`${kept.amount} are kept of units with ${left} left`];
  const should = Math.min(kept.amount, left);
  return told === should ? [] : [`${told} are told as kept, and ${should} are`];
}

/** An appeal and a ruling give back all that fees have kept, and no more. */
function rulingGivesFeesBack(s: Scenario, a: AfterSale): string[] {
  const kept = keptOf(a);
  if (kept === undefined || stateOf(a) !== 'completed' || a.type !== 'return') return [];
  const ahead = new Ahead(s);
  const give = (role: 'user' | 'operations', command: Parameters<Scenario['by']>[1]) =>
    ahead.give(s.principalOf(role), { kind: 'afterSale', afterSaleId: a.id, command });
  if (isRefusal(give('user', { type: 'appeal', remark: 'x', evidence: [] }))) return [];
  const ruled = give('operations', { type: 'rule', verdict: { outcome: 'refund' }, remark: 'x' });
  // What moved elsewhere for the units may have left nothing to give back.
  const moved = s.book.state.movedReferences.length > 0;
  if (isRefusal(ruled)) return kept.amount === 0 || moved ? [] : [`no ruling gives ${kept.amount} back: ${ruled.code}`];
  const ended = ahead.allGoesWell(a.id);
  const after = ended === undefined ? undefined : keptOf(ended);
  if (ended === undefined || after === undefined) return [];
  const faults = feesAreWhereTheyBelong(ahead.transfers, ended);
  if (after.amount > 0 && !moved) faults.push(`a ruling of all leaves ${after.amount} of ${kept.amount} kept`);
  return faults.map((fault) => `after a ruling: ${fault}`);
}

function tell(story: Story): void {
  const s = begun(story);
  for (const index of story.moves.keys()) {
    goOn(s, story, index);
    const faults = [...s.history.afterSales.values()].flatMap((a) => {
      const own = [...feesAreWhereTheyBelong(s.history.transfers, a), ...feesAreWithinCost(s, a), ...rulingGivesFeesBack(s, a)];
      return own.map((fault) => `after-sale ${a.refundId} (${stateOf(a)}): ${fault}`);
    });
    if (faults.length > 0) throw new Error(`${faults.join('; ')}\n${s.story.join('\n')}`);
  }
}

describe('fees after each step of random stories', () => {
  it('are with whom the template names, once, and what was given back is not', () => {
    fc.assert(
      fc.property(
        anyStoryUnder(CHANGES),
        anyAppeals(20, 70),
        fc.constantFrom('return' as const, 'return' as const, 'refund' as const),
        (story, moves, focus) => tell({ ...story, moves, focus }),
      ),
      { numRuns: scaled(80) },
    );
  });
});
