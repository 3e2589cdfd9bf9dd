import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TenderId, tenderId } from '../../src/domain/ids.js';
import { minor } from '../../src/domain/money.js';
import {
  addShares,
  shareReserved,
  shareTenders,
  subtractShares,
  type TenderBalance,
  type TenderOrder,
  type TenderShare,
} from '../../src/domain/tenders.js';
import { scaled } from '../scale.js';

interface Account {
  readonly kind: 'card' | 'points';
  readonly amount: number;
  readonly points: number;
  taken: number;
  pointsTaken: number;
}

const anyAccounts: fc.Arbitrary<Account[]> = fc
  .array(fc.record({ points: fc.boolean(), amount: fc.integer({ min: 0, max: 3000 }), rate: fc.integer({ min: 1, max: 50 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((list) =>
    list.map(({ points, amount, rate }) => ({
      kind: points ? 'points' : 'card',
      amount,
      points: points ? Math.ceil(amount / rate) : 0,
      taken: 0,
      pointsTaken: 0,
    })),
  );

const anyOrderOfTenders: fc.Arbitrary<TenderOrder> = fc.constantFrom<TenderOrder>(
  { order: 'share' },
  { order: 'waterfall', kinds: ['points', 'card'] },
);

const balances = (accounts: readonly Account[]): TenderBalance[] =>
  accounts.map((account, i) => ({
    tenderId: tenderId(`${i}`),
    kind: account.kind,
    amount: minor(account.amount),
    points: account.points,
    taken: minor(account.taken),
    pointsTaken: account.pointsTaken,
  }));

function move(accounts: readonly Account[], shares: readonly TenderShare[], sign: 1 | -1): void {
  for (const share of shares) {
    const account = accounts[Number(share.tenderId)];
    if (account === undefined) throw new Error('a share of no tender');
    account.taken += sign * share.amount;
    account.pointsTaken += sign * share.points;
    expect(account.taken >= 0 && account.taken <= account.amount).toBe(true);
    expect(account.pointsTaken >= 0 && account.pointsTaken <= account.points).toBe(true);
  }
}

const total = (shares: readonly TenderShare[]): number => shares.reduce((all, share) => all + share.amount, 0);
const mapped = (accounts: readonly Account[]): ReadonlyMap<TenderId, TenderBalance> =>
  new Map(balances(accounts).map((balance) => [balance.tenderId, balance]));

describe('reservations of tenders, granted in part or voided', () => {
  it('never take more than was paid, and everything together takes exactly all, points too', () => {
    const steps = fc.array(
      fc.record({ share: fc.integer({ min: 0, max: 100 }), granted: fc.integer({ min: 0, max: 100 }), keep: fc.boolean() }),
      { maxLength: 12, size: 'max' },
    );
    fc.assert(
      fc.property(anyAccounts, anyOrderOfTenders, steps, (accounts, order, asked) => {
        const left = () => accounts.reduce((all, account) => all + account.amount - account.taken, 0);
        const reserve = (amount: number): TenderShare[] => {
          const shares = amount === 0 ? [] : shareTenders(minor(amount), balances(accounts), order);
          expect(total(shares)).toBe(amount);
          expect(shares.every((share) => share.amount > 0)).toBe(true);
          move(accounts, shares, 1);
          return shares;
        };
        for (const { share, granted, keep } of asked) {
          const reserved = reserve(Math.floor((left() * share) / 100));
          const amount = Math.floor((total(reserved) * granted) / 100);
          const part = amount === 0 ? [] : shareReserved(minor(amount), reserved, mapped(accounts), order);
          expect(total(part)).toBe(amount);
          const rest = subtractShares(reserved, part);
          expect(total(addShares(part, rest))).toBe(total(reserved));
          if (!keep) move(accounts, rest, -1);
        }
        reserve(left());
        for (const account of accounts) expect(account).toMatchObject({ taken: account.amount });
        for (const account of accounts) if (account.amount > 0) expect(account.pointsTaken).toBe(account.points);
      }),
      { numRuns: scaled(500) },
    );
  });
});
