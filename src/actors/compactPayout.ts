import type { AfterSaleId, TenderId } from '../domain/ids.js';
import { tenderCapKey } from './book.js';
import type { Payout } from './rows.js';

/** Payouts as they are written down: without what their key says, and without what most of them begin with. */

export type PackedPayout = Pick<Payout, 'key'> & Partial<Payout>;

/** In the order in which they are written down. */
const FIELDS = [
  'afterSaleId',
  'decisionNo',
  'tenderId',
  'way',
  'account',
  'capKey',
  'source',
  'pendingNo',
  'amount',
  'points',
  'outside',
  'currency',
  'state',
  'attempt',
  'reference',
  'updatedAt',
] as const satisfies readonly Exclude<keyof Payout, 'key'>[];

/** The key of a payout of an after-sale's decision to a tender, as `Rules.payoutKey` makes it. */
const KEY = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9][0-9]*):(.+)$/s;

/** What is left out. Changing a value here needs a migration of what is stored. */
function usual(key: string): Partial<Payout> {
  const untouched = { way: 'tender', account: null, source: null, points: 0, attempt: 1, reference: null } as const;
  const [, afterSaleId, decisionNo, tenderId] = KEY.exec(key) ?? [];
  if (afterSaleId === undefined || tenderId === undefined) return untouched;
  const target = tenderId as TenderId;
  return {
    ...untouched,
    afterSaleId: afterSaleId as AfterSaleId,
    decisionNo: Number(decisionNo),
    tenderId: target,
    capKey: tenderCapKey(target),
  };
}

/** A payout as it is written down. */
export function packPayout(payout: Payout): PackedPayout {
  const left = usual(payout.key);
  const packed: Record<string, unknown> & Pick<Payout, 'key'> = { key: payout.key };
  for (const field of FIELDS) if (payout[field] !== left[field]) packed[field] = payout[field];
  return packed;
}

/** The payout that `packPayout` wrote down. */
export const unpackPayout = (packed: PackedPayout): Payout => ({ ...usual(packed.key), ...packed }) as Payout;
