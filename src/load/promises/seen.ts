import { z } from 'zod';

/** What the API shows of orders and after-sales, as far as promises are judged by it. */

const amount = z.object({ amount: z.int() }).transform((shown) => shown.amount);
const money = z.object({ net: amount, tax: amount });
const range = { lineNo: z.int(), from: z.int(), to: z.int() };

export const seenOrder = z.object({
  version: z.int(),
  paid: money,
  refunded: amount,
  reserved: amount,
  left: amount,
  freight: z.object({ cost: money, left: money }),
  tenders: z.array(z.object({ tenderId: z.string(), amount, left: amount })),
  lines: z.array(
    z.object({
      lineNo: z.int(),
      cost: money,
      units: z.array(z.object({ from: z.int(), to: z.int(), state: z.string(), cost: money, left: money })),
    }),
  ),
});
export type SeenOrder = z.output<typeof seenOrder>;

export const seenCase = z.object({
  id: z.string(),
  type: z.string(),
  origin: z.string(),
  claim: z.string(),
  state: z.string(),
  status: z.string(),
  version: z.int(),
  units: z.array(z.object(range)),
  refundAmount: amount,
  decisions: z.array(
    z.object({
      no: z.int(),
      kind: z.string(),
      state: z.string(),
      amount,
      fees: z.array(z.object({ amount })),
      tenders: z.array(z.object({ tenderId: z.string(), amount })),
    }),
  ),
  quote: z.object({ basis: z.string(), units: z.array(z.object({ ...range, refund: money, kept: money.default({ net: 0, tax: 0 }) })) }),
  timeline: z.array(z.object({ version: z.int(), type: z.string(), by: z.string().nullable(), state: z.string().nullable() })),
  transfers: z.array(
    z.object({ decisionNo: z.int().nullable(), phase: z.string(), debit: z.string(), credit: z.string(), net: amount, tax: amount }),
  ),
  payouts: z.array(
    z.object({ key: z.string(), decisionNo: z.int(), tenderId: z.string().nullable(), way: z.string(), amount, state: z.string() }),
  ),
});
export type SeenCase = z.output<typeof seenCase>;

/** A part of a list, of which only the ids are read. */
export const seenPage = z.object({ items: z.array(z.object({ id: z.string() })), next: z.string().nullable() });

/** An order with all its after-sales, read while nothing changed. */
export interface SeenBook {
  readonly order: SeenOrder;
  readonly cases: readonly SeenCase[];
}
