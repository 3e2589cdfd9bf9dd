import type { ChartContext } from '../../../src/machines/context.js';
import { endOf, isFinal, type Snapshot, type StateValue } from '../../../src/machines/step.js';
import type { Ledger } from './ledger.js';

/** What only reviews read. */
const REVIEWED = {
  offers: 0,
  evidenceRequests: 0,
  afterStop: false,
  offerKind: 'none',
  priceNamed: true,
  automatic: false,
  pickup: false,
  reviewer: 'merchant',
  needsStop: false,
} as const satisfies Partial<ChartContext>;

/** What only an appeal reads, from its filing to its ruling. */
const APPEALED = { appealBy: 'nobody', appealFrom: 'rejected', appealReserves: false } as const satisfies Partial<ChartContext>;

/** What becomes of the goods is settled once money goes or goods go back. */
const PAID = { remedy: 'refund', difference: 'none' } as const satisfies Partial<ChartContext>;

/** Set anew before a chart reads it again, once an after-sale has ended. */
const ENDED = { remedy: 'refund', difference: 'none', endAs: 'completed', next: 'end' } as const satisfies Partial<ChartContext>;

const within = (value: StateValue, state: string): boolean => value === state || (typeof value === 'object' && state in value);

/**
 * One text for states that answer every event alike from here on: what is never read again is left
 * out, so that each way of behaving is visited once and not once for each history. The tests check
 * this on states that were taken as alike.
 */
export function alikeKey({ value, context }: Snapshot, ledger: Ledger): string {
  if (isFinal(value)) return JSON.stringify([value]);
  let read: ChartContext = context;
  if (!within(value, 'reviewing') && !within(value, 'stopping')) read = { ...read, ...REVIEWED };
  if (!within(value, 'arbitrating')) read = { ...read, ...APPEALED };
  if (within(value, 'refunding')) {
    read = { ...read, ...PAID, declined: Math.min(1, read.declined), begun: Math.min(1, read.begun), unknown: 0 };
  } else read = { ...read, next: 'end' };
  if (within(value, 'sendingBack') || (within(value, 'returning') && read.early)) read = { ...read, ...PAID };
  if (!within(value, 'returning') && !within(value, 'exchanging') && !within(value, 'reviewing')) read = { ...read, difference: 'none' };
  if (endOf(value) !== undefined || within(value, 'arbitrating')) read = { ...read, ...ENDED };
  return JSON.stringify([value, Object.values(read), ledger.granted, ledger.paid]);
}
