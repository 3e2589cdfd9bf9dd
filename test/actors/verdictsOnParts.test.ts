import { describe, expect, it } from 'vitest';
import { minor } from '../../src/domain/money.js';
import { units } from './world/orders.js';
import type { Scenario } from './world/scenario.js';
import type { templateWith } from './world/templates.js';
import {
  arrive,
  became,
  deliver,
  goesOn,
  hold,
  lose,
  mend,
  nonePasses,
  onePasses,
  outOfStock,
  payDifference,
  refuse,
  served,
  ship,
  type Told,
  twoPieces,
  verdict,
} from './world/verdictStories.js';

/**
 * Verdicts on an after-sale of a piece at 800 (1) and one at 500 (2), of which a part was dealt with: a verdict is about what is
 * left, no piece gets two remedies, and the merchant keeps none for nothing. Each piece: paid, cost and commission that went back.
 */

const another = { type: 'exchange', wanted: { sku: 'another' } } as const;
const [dearer, cheaper] = [() => twoPieces().apply(another).approve(950), () => twoPieces().apply(another).approve(400)];
const back = (): Scenario => twoPieces().apply({ type: 'return' }).approve();
const repair = (): Scenario => twoPieces().apply({ type: 'repair' }).approve();
const replaced = (): Scenario => deliver(payDifference(onePasses(dearer())));
const mended = (): Scenario => mend(onePasses(repair()));
const unrepairable: Told = (s) => s.by('merchant', { type: 'unrepairable' });
const priced: Told = (s) => s.by('merchant', { type: 'diagnose', price: s.price(50) });

const CNY = (amount: number) => ({ amount: minor(amount), currency: 'CNY' });
const refund = verdict({ outcome: 'refund' });
const refundOf100 = verdict({ outcome: 'refund', amount: CNY(100) });
const comeBack = verdict({ outcome: 'return' });
const exchange = verdict({ outcome: 'exchange' });
const exchangeAt1000 = verdict({ outcome: 'exchange', price: CNY(1000) });
const repairAll = verdict({ outcome: 'repair' });
const upheld = verdict({ outcome: 'upheld' });

describe('a verdict on a return', () => {
  const paid = (): Scenario => onePasses(back()).paid();
  it.each([
    ['nothing inspected: refund', () => refund(arrive(back())), 'completed 800/0/40 500/0/25'],
    ['1 waits on hold: refund', () => refund(onePasses(hold(back()))), 'completed 800/300/40 500/0/25'],
    ['1 paid, 2 to be sent back: refund', () => refund(paid()), 'completed 800/300/40 500/0/25'],
    ['1 paid, 2 on its way back: refund', () => refund(ship(paid())), 'completed 800/300/40 500/0/25'],
    ['1 paid, 2 back: ruled refund', () => refund(deliver(paid())), 'settled 800/300/40 500/0/25'],
    ['1 paid, 2 back: ruled 100', () => refundOf100(deliver(paid())), 'settled 800/300/40 100/0/5'],
    ['1 paid, 2 back: upheld', () => upheld(deliver(paid())), 'settled 800/300/40 0/0/0'],
    ['1 paid, 2 back: ruled return', () => comeBack(deliver(paid())), 'settled 800/300/40 500/200/25'],
    ['1 paid, 2 back: ruled return, nobody inspects', () => arrive(comeBack(deliver(paid()))).deadline(), 'settled 800/300/40 500/0/25'],
    ['1 paid, 2 lost on hold: refund', () => refund(lose(hold(paid()))), 'completed 800/300/40 500/0/25'],
    ['none passed: refund', () => refund(nonePasses(back())), 'completed 800/0/40 500/0/25'],
    ['none passed, back: ruled refund', () => refund(deliver(nonePasses(back()))), 'settled 800/0/40 500/0/25'],
    ['none passed, back: ruled return', () => comeBack(deliver(nonePasses(back()))), 'settled 800/300/40 500/200/25'],
  ])('%s', (_, story, expected) => expect(became(goesOn(story()))).toBe(expected));

  it('inspects a second time only what comes a second time', () => {
    const s = comeBack(deliver(paid()));
    arrive(s).refused('command.quantityInvalid', 'merchant', { type: 'inspect', result: 'part', passed: units(2, 1), sellable: true });
    s.by('merchant', { type: 'inspect', result: 'all', sellable: true });
    expect(s.afterSale.passed).toEqual([{ lineNo: 2, from: 1, to: 1 }]);
  });

  it('counts no cost for a piece that was found unsellable when another comes back sellable', () => {
    const unsellable = arrive(back()).by('merchant', { type: 'inspect', result: 'part', passed: units(1, 1), sellable: false });
    expect(became(goesOn(comeBack(deliver(unsellable.paid()))))).toBe('settled 800/0/40 500/200/25');
  });

  const fees: ReturnType<typeof templateWith>['fees'] = [
    { name: 'restocking', types: ['return'], faults: ['buyer'], charge: { kind: 'rate', rate: 1000 }, to: 'merchant' },
  ];
  const withFee = (): Scenario => onePasses(twoPieces({ fees }).apply({ type: 'return' }).approve()).paid();
  it.each([
    ['refund leaves it', () => refund(withFee()), 'completed 720/300/36 500/0/25'],
    ['ruled refund gives it back', () => refund(deliver(withFee())), 'settled 800/300/40 500/0/25'],
    ['ruled return leaves it', () => comeBack(deliver(withFee())), 'settled 720/300/36 500/200/25'],
    ['ruled return, nobody inspects', () => arrive(comeBack(deliver(withFee()))).deadline(), 'settled 720/300/36 500/0/25'],
  ])('of which a fee was kept of 1: %s', (_, story, expected) => expect(became(goesOn(story()))).toBe(expected));
});

describe('a verdict on an exchange for a piece at 950', () => {
  const stuck = (): Scenario => outOfStock(hold(onePasses(dearer())));
  const fellBack = (): Scenario => outOfStock(onePasses(dearer())).paid();
  it.each([
    ['1 awaits payment: refund', () => refund(onePasses(dearer())), 'completed 800/300/40 500/0/25', '', 150],
    ['1 awaits payment: exchange', () => exchange(onePasses(dearer())), 'completed 0/0/0 0/0/0', '1,2', 600],
    ['1 awaits payment: exchange, 0 left', () => outOfStock(exchange(onePasses(dearer()))), 'completed 800/300/40 500/0/25', '', 600],
    ['1 shipped: refund', () => refund(ship(payDifference(onePasses(dearer())))), 'completed 950/300/40 500/0/25', '', 150],
    ['1 replaced: refund', () => refund(replaced()), 'completed 0/0/0 500/0/25', '1', 150],
    ['1 replaced: exchange', () => exchange(replaced()), 'completed 0/0/0 0/0/0', '1,2', 450],
    ['1 replaced: exchange at 1000', () => exchangeAt1000(replaced()), 'completed 0/0/0 0/0/0', '1,2', 500],
    ['1 replaced: exchange, at 1000', () => exchangeAt1000(exchange(replaced())), 'completed 0/0/0 0/0/0', '1,2', 500],
    ['1 replaced: exchange, 0 left', () => outOfStock(exchange(replaced())), 'completed 0/0/0 500/0/25', '1', 450],
    ['1 replaced: exchange, refund', () => refund(exchange(replaced())), 'completed 0/0/0 500/0/25', '1', 450],
    ['1 replaced: exchange, refused', () => refuse(exchange(replaced())), 'closed 0/0/0 0/0/0', '1', 450],
    ['1 replaced: exchange, refused, lost', () => lose(refuse(exchange(replaced()))), 'completed 0/0/0 500/0/25', '1', 450],
    ['1 replaced: exchange, refused, refund', () => refund(refuse(exchange(replaced()))), 'completed 0/0/0 500/0/25', '1', 450],
    ['1 replaced, 2 lost on hold: refund', () => refund(lose(hold(replaced()))), 'completed 0/0/0 500/0/25', '1', 150],
    ['1 replaced, 2 lost on hold: 100', () => refundOf100(lose(hold(replaced()))), 'completed 0/0/0 100/0/5', '1', 150],
    ['1 replaced, 2 lost on hold: 100, refund', () => refund(refundOf100(lose(hold(replaced())))), 'completed 0/0/0 500/0/25', '1', 150],
    ['1 replaced, 2 lost on hold: exchange', () => exchange(lose(hold(replaced()))), 'completed 0/0/0 0/0/0', '1,2', 450],
    ['1 replaced, 2 back: ruled refund', () => refund(deliver(replaced())), 'settled 950/0/40 500/0/25', '1', 150],
    ['1 replaced, 2 back: ruled return', () => comeBack(deliver(replaced())), 'settled 950/300/40 500/200/25', '1', 0],
    ['1 replaced, 2 back: ruled exchange', () => exchange(deliver(replaced())), 'settled 0/0/0 0/0/0', '1,2', 450],
    ['1 out of stock, on hold: refund', () => refund(stuck()), 'completed 800/300/40 500/0/25', '', 150],
    ['1 out of stock, on hold: exchange', () => exchange(stuck()), 'completed 0/0/0 0/0/0', '1,2', 600],
    ['1 out of stock and paid: exchange', () => exchange(fellBack()), 'completed 800/300/40 0/0/0', '2', 450],
    ['1 out of stock and paid: exchange, refund', () => refund(exchange(fellBack())), 'completed 800/300/40 500/0/25', '', 450],
    ['both refused: exchange', () => exchange(refuse(onePasses(dearer()))), 'completed 0/0/0 0/0/0', '1,2', 600],
    ['both refused: refund', () => refund(refuse(onePasses(dearer()))), 'completed 800/300/40 500/0/25', '', 150],
    ['none passed: exchange, 0 left', () => outOfStock(exchange(nonePasses(dearer()))), 'completed 800/0/40 500/0/25', '', 600],
    ['not here yet: return, nobody inspects', () => arrive(comeBack(dearer())).deadline(), 'completed 800/0/40 500/0/25', '', 0],
  ])('%s', (_, story, expected, given, difference) => {
    const s = goesOn(story());
    expect([became(s), served(s).join(), s.afterSale.difference]).toEqual([expected, given, difference]);
  });
});

describe('a verdict on an exchange for a piece at 400', () => {
  const delivered = (): Scenario => deliver(hold(onePasses(cheaper())));
  it('waits for the difference of a piece that was replaced', () => {
    const s = delivered().expect('refunding.paying');
    for (const outcome of ['refund', 'exchange'] as const)
      s.refused('command.payoutBegun', 'operations', { type: 'override', verdict: { outcome }, remark: 'x' });
    s.by('operations', { type: 'release' }).paid().expect('sendingBack.preparing');
    expect(became(goesOn(refund(s)))).toBe('completed 400/0/20 500/0/25');
  });

  it.each([
    ['refund', () => refund(delivered().by('operations', { type: 'release' }).paid()), 'completed 400/0/20 500/0/25', '1', -400],
    ['exchange', () => exchange(deliver(onePasses(cheaper())).paid()), 'completed 400/0/20 100/0/5', '1,2', -100],
    ['exchange at 1000', () => exchangeAt1000(deliver(onePasses(cheaper())).paid()), 'completed 400/0/20 0/0/0', '1,2', 500],
    ['ruled refund', () => refund(deliver(deliver(onePasses(cheaper())).paid())), 'settled 800/0/40 500/0/25', '1', -400],
  ])('1 replaced: %s', (_, story, expected, given, difference) => {
    const s = goesOn(story());
    expect([became(s), served(s).join(), s.afterSale.difference]).toEqual([expected, given, difference]);
  });
});

describe('a verdict on a repair', () => {
  it.each([
    ['1 diagnosed: refund', () => refund(onePasses(repair())), 'completed 800/300/40 500/0/25', ''],
    ['1 diagnosed: repair', () => repairAll(onePasses(repair())), 'completed 0/0/0 0/0/0', '1,2'],
    ['1 mended: refund', () => refund(mended()), 'completed 0/0/0 500/0/25', '1'],
    ['1 mended: repair', () => repairAll(mended()), 'completed 0/0/0 0/0/0', '1,2'],
    ['1 mended: repair, refund', () => refund(repairAll(mended())), 'completed 0/0/0 500/0/25', '1'],
    ['1 mended: repair, unrepairable', () => unrepairable(repairAll(mended())), 'completed 0/0/0 500/0/25', '1'],
    ['1 mended: repair, refused, lost', () => lose(refuse(priced(repairAll(mended())))), 'completed 0/0/0 500/0/25', '1'],
    ['1 mended: repair, exchange', () => exchange(repairAll(mended())), 'completed 0/0/0 0/0/0', '1,2'],
    ['1 mended: repair, exchange, 0 left', () => outOfStock(exchange(repairAll(mended()))), 'completed 0/0/0 500/0/25', '1'],
    ['1 mended, 2 lost on hold: repair', () => repairAll(lose(hold(mended()))), 'completed 0/0/0 500/0/25', '1'],
    ['1 mended, 2 lost on hold: refund', () => refund(lose(hold(mended()))), 'completed 0/0/0 500/0/25', '1'],
    ['1 mended, 2 back: ruled return', () => comeBack(deliver(mended())), 'settled 800/300/40 500/200/25', '1'],
    ['1 unrepairable, on hold: repair', () => repairAll(unrepairable(hold(onePasses(repair())))), 'completed 0/0/0 0/0/0', '1,2'],
    ['1 unrepairable, on hold: exchange', () => exchange(unrepairable(hold(onePasses(repair())))), 'completed 0/0/0 0/0/0', '1,2'],
  ])('%s', (_, story, expected, given) => {
    const s = goesOn(story());
    expect([became(s), served(s).join()]).toEqual([expected, given]);
  });
});

describe('a verdict on a refund', () => {
  const offered = (): Scenario =>
    twoPieces()
      .apply()
      .by('merchant', { type: 'offer', amount: CNY(300) })
      .by('user', { type: 'accept' })
      .paid();
  it.each([
    ['refund', refund, 'settled 800/0/40 500/0/25'],
    ['100', refundOf100, 'settled 247/0/12 153/0/8'],
    ['return', comeBack, 'settled 800/300/40 500/200/25'],
    ['upheld', upheld, 'settled 185/0/9 115/0/6'],
  ])('of which an offer gave 300: %s', (_, say, expected) => expect(became(goesOn(say(offered())))).toBe(expected));
});

it('a verdict pays no part for goods that are on their way, while the money for them still waits', () => {
  const s = hold(twoPieces({ payWhen: 'carrierScan' }).apply({ type: 'return' }).approve()).by('platform', { type: 'handOver' });
  s.expect('refunding.paying').refused('command.goodsHeld', 'operations', {
    type: 'override',
    verdict: { outcome: 'refund', amount: CNY(1) },
    remark: 'x',
  });
  expect(became(goesOn(refund(s)))).toBe('completed 800/300/40 500/200/25');
});

it.each([
  ['on its way', (s: Scenario) => s.by('user', { type: 'handOver' }), 'completed 750/300/37 0/0/0'],
  ['at the merchant', arrive, 'completed 750/0/37 0/0/0'],
] as const)('a verdict pays no part for a piece %s of which a part went back elsewhere for good', (_, story, expected) => {
  const s = twoPieces()
    .apply({ type: 'repair', selection: units(1, 1) })
    .approve();
  s.report({ type: 'movedElsewhere', reference: 'desk', amount: CNY(50), units: { claim: 'unit', selection: units(1, 1) } });
  s.by('operations', { type: 'release' });
  story(s).refused('command.goodsHeld', 'operations', {
    type: 'override',
    verdict: { outcome: 'refund', amount: CNY(297) },
    remark: 'x',
  });
  expect(became(goesOn(refund(s)))).toBe(expected);
});
