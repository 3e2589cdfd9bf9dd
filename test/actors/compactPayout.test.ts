import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packPayout, unpackPayout } from '../../src/actors/compactPayout.js';
import type { Payout } from '../../src/actors/rows.js';
import { RULES } from '../../src/actors/rules.js';
import { type AfterSaleId, instant, type TenderId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';

const AFTER_SALE = '7dfe439f-8cfc-8511-b33d-85d234e80f7d' as AfterSaleId;

const payoutOf = (more: Partial<Payout>): Payout => ({
  key: RULES.payoutKey(AFTER_SALE, 1, 'card'),
  afterSaleId: AFTER_SALE,
  decisionNo: 1,
  tenderId: 'card' as TenderId,
  way: 'tender',
  account: null,
  capKey: 'tender:card',
  source: null,
  amount: minor(4_060),
  points: 0,
  currency: 'CNY',
  state: 'begun',
  attempt: 1,
  reference: null,
  updatedAt: instant(1_795_340_377_236),
  ...more,
});

const words = fc.constantFrom('card', 'a:b', '1:card', 'account', 'book', '');
const payouts: fc.Arbitrary<Payout> = fc
  .record({
    owner: fc.constantFrom<string>(AFTER_SALE, 'book/shop-1/E-1', `book/${AFTER_SALE}:1:card`),
    decisionNo: fc.integer({ min: 1, max: 12 }),
    target: words,
    more: fc.record(
      {
        afterSaleId: fc.constantFrom(AFTER_SALE, null),
        decisionNo: fc.integer({ min: 1, max: 12 }),
        tenderId: fc.oneof(fc.constant(null), words).map((id) => id as TenderId | null),
        way: fc.constantFrom('tender', 'wallet', 'points', 'account', 'hand'),
        account: fc.option(words),
        capKey: fc.constantFrom('tender:card', 'tender:a:b', 'goodwill'),
        source: fc.option(words),
        pendingNo: fc.nat(),
        points: fc.nat(),
        outside: fc.array(fc.record({ after: fc.nat(), amount: fc.nat().map(minor) }), { minLength: 1 }),
        state: fc.constantFrom('waiting', 'begun', 'unknown', 'declined', 'held', 'paid', 'dropped'),
        attempt: fc.integer({ min: 1, max: 5 }),
        reference: fc.option(words),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ owner, decisionNo, target, more }) => payoutOf({ key: RULES.payoutKey(owner, decisionNo, target), ...more }));

describe('a payout as it is written down', () => {
  it('leaves out what its key says and what most begin with', () => {
    const { key, amount, currency, state, updatedAt } = payoutOf({});
    expect(packPayout(payoutOf({}))).toEqual({ key, amount, currency, state, updatedAt });
    expect(packPayout(payoutOf({ way: 'account', account: 'IBAN-1' }))).toMatchObject({ way: 'account', account: 'IBAN-1' });
  });

  it('gives the whole payout back, whatever its key looks like', () => {
    fc.assert(
      fc.property(payouts, (payout) => {
        expect(unpackPayout(JSON.parse(JSON.stringify(packPayout(payout))))).toEqual(payout);
      }),
    );
  });
});
