import { describe, expect, it } from 'vitest';
import { type PackedChanges, packAfterSale, unpackAfterSale } from '../../src/actors/compact.js';
import { blankAfterSale, blankPayout, hashPrivate, partEvent, textsOf, wholeEvent } from '../../src/actors/private.js';
import type { AfterSale, Payout } from '../../src/actors/rows.js';
import { afterSaleOf, idOf, payoutOf } from '../store/commits.js';

const ID = idOf(1);
const CONTEXT = { salt: 'ab', ids: { afterSale: () => ID, private: () => 'private-1' } };
const ADDRESS = { name: 'Ann Li', country: 'CN', city: 'Shanghai', street: '1 Nanjing Road' };

const row: AfterSale = {
  ...afterSaleOf(1, 2),
  returnAddress: ADDRESS,
  shipments: [
    { leg: 'return', courier: 'SF', trackingNo: 'SF-1' },
    { leg: 'back', courier: null, trackingNo: null },
  ],
};
const payout: Payout = { ...payoutOf(ID), way: 'account', account: 'IBAN-1' };
const changes: PackedChanges = { afterSales: [packAfterSale(row)], payouts: [payout, payoutOf(null)] };
const command = { kind: 'afterSale', afterSaleId: ID, command: { type: 'handOver', courier: 'SF', trackingNo: 'SF-1' } } as const;

describe('an event parted into what stays and what can be erased', () => {
  const { row: hidden, ...open } = partEvent(CONTEXT, { command, changes }, ID, 3);
  const asKept = JSON.parse(JSON.stringify(open));

  it('keeps no text of command or rows in the trail', () => {
    expect(JSON.stringify(open)).not.toMatch(/SF|Ann|Nanjing|IBAN/);
    expect(hidden).toMatchObject({ id: 'private-1', afterSaleId: ID, kind: 'handOver', hash: hashPrivate('ab', hidden?.content ?? '') });
  });

  it('is whole again with its private row', () => {
    expect(wholeEvent(asKept, hidden?.content)).toEqual(JSON.parse(JSON.stringify({ command, changes })));
  });

  it('tells of blank rows once that is erased', () => {
    const erased = wholeEvent(asKept, null);
    expect(erased.changes.afterSales?.map((packed) => unpackAfterSale(packed))).toEqual([blankAfterSale(row)]);
    expect(erased.changes.payouts).toEqual([blankPayout(payout), payoutOf(null)]);
    expect(erased.command).toEqual({ kind: 'afterSale', afterSaleId: ID, command: { type: 'handOver' } });
  });

  it('shows as texts only what came with the command', () => {
    expect(textsOf(hidden?.content ?? '')).toEqual({ command: { courier: 'SF', trackingNo: 'SF-1' } });
    const told = { kind: 'timer', afterSaleId: ID, timerId: 't', visit: 1 } as const;
    const ofRows = partEvent(CONTEXT, { command: told, changes }, ID, 3).row;
    expect(textsOf(ofRows?.content ?? '')).toBeUndefined();
  });
});

it('gives an event without texts no private row', () => {
  const plain = { afterSales: [packAfterSale(afterSaleOf(1, 2))], payouts: [payoutOf(ID)] };
  const parted = partEvent(CONTEXT, { command: { kind: 'apply', application: { evidence: [] } } as never, changes: plain }, ID, 3);
  expect(parted.row).toBeUndefined();
  expect(parted.changes).toBe(plain);
});
